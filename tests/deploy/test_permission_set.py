"""Does the permission set we hand out give the integration user what the shipped mapping reads, and no more?"""

from xml.etree import ElementTree

from connector.crm.salesforce.check import POWERS
from connector.crm.salesforce.fields import PERMISSION_SET, PERMISSION_SET_LABEL
from tests.deploy.files import DEPLOY
from tests.jobs.orgs import shipped

FILE = DEPLOY / "salesforce" / "permissionsets" / f"{PERMISSION_SET}.permissionset-meta.xml"
NAMESPACE = "{http://soap.sforce.com/2006/04/metadata}"
FOLLOWING = {  # objects without a permission of their own: they are seen with what they hang on
    "User", "Task", "Event", "TaskRelation", "EventRelation", "EmailMessage", "EmailMessageRelation", "CampaignMember",
    "OpportunityContactRole",
}  # fmt: skip


def parts(name: str) -> list[dict[str, str]]:
    """The parts of a kind, each as its texts by tag."""
    found = ElementTree.parse(FILE).getroot().findall(f"{NAMESPACE}{name}")
    return [{one.tag.removeprefix(NAMESPACE): one.text or "" for one in part} for part in found]


def granted(right: str) -> set[str]:
    """The objects on which the set grants a right."""
    return {part["object"] for part in parts("objectPermissions") if part[right] == "true"}


def test_the_set_reads_the_mapped_objects_edits_accounts_and_does_nothing_else() -> None:
    """Promise S4"""
    mapping = shipped().mapping
    mapped = {one.object.name for one in mapping.read.values()}

    assert granted("allowRead") | FOLLOWING == mapped
    assert granted("allowRead") == granted("viewAllRecords")
    assert granted("allowEdit") == {mapping.write.object}
    assert granted("allowCreate") | granted("allowDelete") | granted("modifyAllRecords") == set()


def test_the_set_gives_the_api_and_no_power() -> None:
    """Promise S4: none of what the doctor would have taken away."""
    names = {part["name"] for part in parts("userPermissions") if part["enabled"] == "true"}

    assert names == {"ApiEnabled"}
    assert names & {name.removeprefix("Permissions") for name in POWERS} == set()


def test_the_set_is_the_one_that_our_fields_are_granted_in() -> None:
    """Promise S4: `fields apply` finds it by its name and adds to it."""
    label = ElementTree.parse(FILE).getroot().findtext(f"{NAMESPACE}label")

    assert (FILE.name.partition(".")[0], label) == (PERMISSION_SET, PERMISSION_SET_LABEL)
