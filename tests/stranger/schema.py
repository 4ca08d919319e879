"""Which objects and fields does the stranger's org have? Plain text, written from the reference's object pages."""

from dataclasses import dataclass

OBJECTS = """
Organization  Name:string(80) IsSandbox:boolean
User          Name:string(121) Username:string(80) Email:email(128) IsActive:boolean Department:string(80)
              Title:string(80)
Account       Name:string(255) Type:picklist Industry:picklist Website:url(255) ParentId:ref(Account) OwnerId:ref(User)
              NumberOfEmployees:int AnnualRevenue:currency BillingCity:string(40) BillingCountry:string(80)
              MasterRecordId:ref(Account) IsPersonAccount:boolean
Contact       Name:string(121) AccountId:ref(Account) Email:email(80) Title:string(128) Department:string(80)
              OwnerId:ref(User) MasterRecordId:ref(Contact)
Lead          Name:string(121) Company:string(255) Website:url(255) Email:email(80) Title:string(128) OwnerId:ref(User)
              Industry:picklist NumberOfEmployees:int City:string(40) Country:string(80) IsConverted:boolean
              ConvertedDate:date ConvertedAccountId:ref(Account) ConvertedContactId:ref(Contact)
              ConvertedOpportunityId:ref(Opportunity) MasterRecordId:ref(Lead)
Task          WhoId:ref(Contact|Lead) WhatId:ref(Account|Opportunity) AccountId:ref(Account) OwnerId:ref(User)
              Subject:combobox(255) Type:picklist TaskSubtype:picklist CallType:picklist CallDurationInSeconds:int
              CallDisposition:string(255) Status:picklist IsClosed:boolean ActivityDate:date CompletedDateTime:datetime
              IsArchived:boolean IsRecurrence:boolean RecurrenceActivityId:ref(Task)
Event         WhoId:ref(Contact|Lead) WhatId:ref(Account|Opportunity) AccountId:ref(Account) OwnerId:ref(User)
              Subject:combobox(255) Type:picklist EventSubtype:picklist StartDateTime:datetime EndDateTime:datetime
              ActivityDate:date DurationInMinutes:int IsAllDayEvent:boolean IsChild:boolean IsGroupEvent:boolean
              IsRecurrence:boolean IsRecurrence2:boolean RecurrenceActivityId:ref(Event) IsArchived:boolean
              IsPrivate:boolean
TaskRelation  TaskId:ref(Task) RelationId:ref(Contact|Lead|Account) IsWhat:boolean AccountId:ref(Account)
EventRelation EventId:ref(Event) RelationId:ref(Contact|Lead|User) IsWhat:boolean IsParent:boolean IsInvitee:boolean
              Status:picklist AccountId:ref(Account)
EmailMessage  ActivityId:ref(Task) RelatedToId:ref(Account|Opportunity) FromAddress:email(1000) Incoming:boolean
              Status:picklist MessageDate:datetime IsBounced:boolean IsOpened:boolean ThreadIdentifier:string(255)
EmailMessageRelation EmailMessageId:ref(EmailMessage) RelationId:ref(Contact|Lead|User) RelationType:picklist
              RelationAddress:string(1000)
Campaign      Name:string(80) Type:picklist Status:picklist StartDate:date EndDate:date ParentId:ref(Campaign)
CampaignMember CampaignId:ref(Campaign) LeadId:ref(Lead) ContactId:ref(Contact) AccountId:ref(Account) Status:picklist
              HasResponded:boolean FirstRespondedDate:date
Opportunity   AccountId:ref(Account) Name:string(120) StageName:picklist Type:picklist Amount:currency
              Probability:percent CloseDate:date IsClosed:boolean IsWon:boolean OwnerId:ref(User)
              CampaignId:ref(Campaign)
OpportunityContactRole OpportunityId:ref(Opportunity) ContactId:ref(Contact) Role:picklist IsPrimary:boolean
PermissionSet Name:string(80) Label:string(80) PermissionsModifyAllData:boolean PermissionsManageUsers:boolean
              PermissionsCustomizeApplication:boolean PermissionsAuthorApex:boolean
PermissionSetAssignment AssigneeId:ref(User) PermissionSetId:ref(PermissionSet)
FieldPermissions ParentId:ref(PermissionSet) SobjectType:picklist Field:picklist PermissionsRead:boolean
              PermissionsEdit:boolean
"""
PREFIXES = {
    "Organization": "00D", "User": "005", "Account": "001", "Contact": "003", "Lead": "00Q", "Task": "00T",
    "Event": "00U", "TaskRelation": "0RT", "EventRelation": "0RE", "EmailMessage": "02s",
    "EmailMessageRelation": "0CZ", "Campaign": "701", "CampaignMember": "00v",
    "Opportunity": "006", "OpportunityContactRole": "00K", "PermissionSet": "0PS",
    "PermissionSetAssignment": "0Pa", "FieldPermissions": "01k",
}  # fmt: skip
EVERY = "Id:id IsDeleted:boolean CreatedDate:datetime LastModifiedDate:datetime SystemModstamp:datetime"


@dataclass(frozen=True, slots=True)
class Made:
    """One field: what describe says of it."""

    name: str
    type: str
    length: int = 0
    refers_to: tuple[str, ...] = ()
    precision: int = 0
    scale: int = 0
    values: tuple[str, ...] = ()
    is_custom: bool = False
    is_restricted: bool = False

    @property
    def relationship(self) -> str | None:
        """`OwnerId` leads to `Owner`."""
        return self.name.removesuffix("Id") if self.type == "reference" else None


def standard() -> dict[str, dict[str, Made]]:
    """Every object with its standard fields."""
    objects: dict[str, dict[str, Made]] = {}
    name = ""
    for line in OBJECTS.strip().splitlines():
        words = line.split()
        if not line.startswith(" "):
            name = words.pop(0)
            objects[name] = {field.name: field for field in map(_made, EVERY.split())}
        objects[name] |= {field.name: field for field in map(_made, words)}
    return objects


def _made(word: str) -> Made:
    name, _, told = word.partition(":")
    kind, _, inner = told.rstrip(")").partition("(")
    if kind == "ref":
        return Made(name, "reference", 18, tuple(inner.split("|")))
    digits = {"currency": (18, 2), "percent": (3, 0), "double": (18, 0)}.get(kind, (0, 0))
    return Made(name, kind, int(inner or 0), precision=digits[0], scale=digits[1])


def long_id(short: str) -> str:
    """The 18 characters of an id."""
    signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    thirds = (short[0:5], short[5:10], short[10:15])
    return short + "".join(signs[sum(1 << i for i, c in enumerate(third) if "A" <= c <= "Z")] for third in thirds)
