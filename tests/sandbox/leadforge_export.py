"""How does a world that leadforge simulated look as a Salesforce data export? One quoted CSV an object."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from leadforge.api.generator import Generator

from connector.sandbox.salesforce.ids import base62, to18

RECIPE = "b2b_saas_procurement_v1"
STAGES = {
    "closed_won": "Closed Won",
    "closed_lost": "Closed Lost",
    "proposal_sent": "Proposal/Price Quote",
    "negotiation": "Negotiation/Review",
}
ROLES = {
    "champion": "Influencer",
    "end_user": "Business User",
    "technical_evaluator": "Technical Buyer",
    "economic_buyer": "Economic Buyer",
}
INDUSTRIES = {"logistics": "Transportation", "professional_services": "Consulting", "manufacturing": "Manufacturing"}
ANSWERS = {"connected": "Connected", "left_voicemail": "Left voicemail", "no_answer": "No answer"}
Tables = dict[str, pd.DataFrame]


def leadforge_tables(folder: Path, *, seed: int = 5, accounts: int = 120, leads: int = 400) -> Tables:
    """What leadforge simulated, as it writes it: by table."""
    forge = Generator.from_recipe(RECIPE, seed=seed, exposure_mode="research_instructor")
    forge.generate(n_accounts=accounts, n_contacts=accounts * 3, n_leads=leads).save(str(folder))
    return {file.stem: pd.read_parquet(file) for file in sorted((folder / "tables").glob("*.parquet"))}


def write_export(world: Tables, folder: Path) -> dict[str, pd.DataFrame]:
    """The same world in the shape of Salesforce's Data Export; comes back as the rows of each file."""
    people = world["leads"].merge(world["contacts"].drop(columns=["account_id", "created_at"]), on="contact_id")
    objects = {
        "User": _users(world),
        "Account": _accounts(world),
        "Contact": _contacts(world),
        "Lead": _leads(people),
        "Opportunity": _opportunities(world),
        "OpportunityContactRole": _roles(world),
        "Campaign": _campaigns(world),
        "CampaignMember": _members(world, people),
        "Task": _tasks(world, people),
        "Event": _events(world, people),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in objects.items():
        stamped = rows.assign(SystemModstamp=rows["CreatedDate"], LastModifiedDate=rows["CreatedDate"])
        stamped.fillna("").to_csv(folder / f"{name}.csv", index=False, quoting=csv.QUOTE_ALL)
    return objects


def _ids(prefix: str, names: pd.Series) -> pd.Series:
    """acct_000042 -> the 42nd Account."""
    numbers = names.str.rsplit("_", n=1).str[-1].astype("Int64")
    return numbers.map(lambda number: to18(f"{prefix}LF{base62(int(number), 10)}"), na_action="ignore")


def _moments(days: pd.Series) -> pd.Series:
    """Leadforge knows days; office hours are made up from the place in the table."""
    hours = pd.Series(range(len(days)), index=days.index) % 9 + 8
    return days.astype("string") + hours.map(" {:02d}:15:00".format)


def _users(world: Tables) -> pd.DataFrame:
    reps = pd.Series(sorted({*world["leads"]["owner_rep_id"], *world["sales_activities"]["rep_id"]}))
    return pd.DataFrame({
        "Id": _ids("005", reps), "Name": reps, "Email": reps + "@seller.example", "IsActive": "true",
        "UserType": "Standard",
        "CreatedDate": "2022-01-01 08:00:00",
    })  # fmt: skip


def _accounts(world: Tables) -> pd.DataFrame:
    rows = world["accounts"]
    return pd.DataFrame({
        "Id": _ids("001", rows["account_id"]), "IsDeleted": "false", "Name": rows["company_name"],
        "Website": "www." + _domain(rows["account_id"]),
        "Industry": rows["industry"].map(INDUSTRIES).fillna("Healthcare"),
        "NumberOfEmployees": rows["employee_band"].str.extract(r"(\d+)")[0], "BillingCountry": rows["region"],
        "OwnerId": _ids("005", pd.Series("rep_000001", index=rows.index)), "CreatedDate": _moments(rows["created_at"]),
    })  # fmt: skip


def _domain(account: pd.Series) -> pd.Series:
    return account.str.replace("_", "-") + ".example"


def _mail(person: pd.Series, account: pd.Series, kind: pd.Series) -> pd.Series:
    domain = _domain(account).where(kind == "corporate", "gmail.com")
    return (person.str.replace("_", ".") + "@" + domain).where(kind != "unknown")


def _contacts(world: Tables) -> pd.DataFrame:
    rows = world["contacts"]
    return pd.DataFrame({
        "Id": _ids("003", rows["contact_id"]), "IsDeleted": "false", "AccountId": _ids("001", rows["account_id"]),
        "LastName": rows["contact_id"], "Name": rows["contact_id"], "Title": rows["job_title"],
        "Email": _mail(rows["contact_id"], rows["account_id"], rows["email_domain_type"]),
        "OwnerId": _ids("005", pd.Series("rep_000001", index=rows.index)), "CreatedDate": _moments(rows["created_at"]),
    })  # fmt: skip


def _leads(people: pd.DataFrame) -> pd.DataFrame:
    won = people["conversion_timestamp"].notna()
    return pd.DataFrame({
        "Id": _ids("00Q", people["lead_id"]), "IsDeleted": "false", "LastName": people["contact_id"],
        "Company": "Company " + people["account_id"], "Title": people["job_title"],
        "Email": _mail(people["contact_id"], people["account_id"], people["email_domain_type"]),
        "LeadSource": people["lead_source"], "OwnerId": _ids("005", people["owner_rep_id"]),
        "IsConverted": won.map({True: "1", False: "0"}), "ConvertedDate": people["conversion_timestamp"],
        "ConvertedAccountId": _ids("001", people["account_id"].where(won)),
        "ConvertedContactId": _ids("003", people["contact_id"].where(won)),
        "CreatedDate": _moments(people["lead_created_at"]),
    })  # fmt: skip


def _opportunities(world: Tables) -> pd.DataFrame:
    rows = world["opportunities"].merge(world["leads"][["lead_id", "account_id", "owner_rep_id"]], on="lead_id")
    return pd.DataFrame({
        "Id": _ids("006", rows["opportunity_id"]), "IsDeleted": "false", "AccountId": _ids("001", rows["account_id"]),
        "Name": rows["opportunity_id"], "StageName": rows["stage"].map(STAGES).fillna("Qualification"),
        "Amount": rows["estimated_acv"].map("{:.2f}".format), "CloseDate": rows["closed_at"].fillna("2024-12-31"),
        "IsClosed": rows["close_outcome"].notna().map({True: "true", False: "false"}),
        "IsWon": (rows["close_outcome"] == "closed_won").map({True: "true", False: "false"}).fillna("false"),
        "OwnerId": _ids("005", rows["owner_rep_id"]), "CreatedDate": _moments(rows["created_at"]),
    })  # fmt: skip


def _roles(world: Tables) -> pd.DataFrame:
    rows = world["opportunities"].merge(world["leads"][["lead_id", "contact_id"]], on="lead_id")
    rows = rows.merge(world["contacts"][["contact_id", "buyer_role"]], on="contact_id")
    return pd.DataFrame({
        "Id": _ids("00K", rows["opportunity_id"]), "IsDeleted": "false",
        "OpportunityId": _ids("006", rows["opportunity_id"]),
        "ContactId": _ids("003", rows["contact_id"]), "Role": rows["buyer_role"].map(ROLES), "IsPrimary": "true",
        "CreatedDate": _moments(rows["created_at"]),
    })  # fmt: skip


def _marketing(world: Tables) -> pd.DataFrame:
    """Webinars and downloads: one campaign a kind and month, everybody once on each list."""
    rows = world["touches"][world["touches"]["touch_type"].isin(["webinar", "content_download"])]
    rows = rows.assign(month=rows["touch_timestamp"].str[:7]).sort_values("touch_timestamp")
    rows = rows.drop_duplicates(["lead_id", "touch_type", "month"])
    number = rows.groupby(["touch_type", "month"]).ngroup() + 1
    return rows.assign(campaign="campaign_" + number.astype(str))


def _campaigns(world: Tables) -> pd.DataFrame:
    rows = _marketing(world).drop_duplicates("campaign")
    return pd.DataFrame({
        "Id": _ids("701", rows["campaign"]), "IsDeleted": "false", "Name": rows["touch_type"] + " " + rows["month"],
        "Type": rows["touch_type"].map({"webinar": "Webinar", "content_download": "Content Download"}),
        "Status": "In Progress", "StartDate": rows["month"] + "-01", "CreatedDate": rows["month"] + "-01 06:00:00",
    })  # fmt: skip


def _members(world: Tables, people: pd.DataFrame) -> pd.DataFrame:
    rows = _marketing(world)
    return pd.DataFrame({
        "Id": _ids("00v", rows["touch_id"]), "IsDeleted": "false",
        "CampaignId": _ids("701", rows["campaign"]), **_who(rows, people),
        "Status": rows["touch_type"].map({"webinar": "Attended", "content_download": "Downloaded"}),
        "HasResponded": "true",
        "FirstRespondedDate": rows["touch_timestamp"], "CreatedDate": _moments(rows["touch_timestamp"]),
    }).drop(columns=["WhoId", "AccountId"])  # fmt: skip


def _who(rows: pd.DataFrame, people: pd.DataFrame) -> dict[str, pd.Series]:
    """Converted leads are written with their contact and account, the others with the lead alone."""
    told = rows[["lead_id"]].merge(people, on="lead_id", how="left").set_index(rows.index)
    won = told["conversion_timestamp"].notna()
    lead, contact = _ids("00Q", told["lead_id"]), _ids("003", told["contact_id"].where(won))
    return {
        "WhoId": contact.where(won, lead), "AccountId": _ids("001", told["account_id"].where(won)),
        "LeadId": lead, "ContactId": contact,
    }  # fmt: skip


def _tasks(world: Tables, people: pd.DataFrame) -> pd.DataFrame:
    sold, touched = world["sales_activities"], world["touches"]
    calls = sold[sold["activity_type"].isin(["call", "email"])]
    ours = pd.DataFrame({
        "lead_id": calls["lead_id"], "number": calls["activity_id"], "kind": calls["activity_type"],
        "day": calls["activity_timestamp"],
        "CallDisposition": calls["activity_outcome"].map(ANSWERS).where(calls["activity_type"] == "call"),
        "direction": "outbound",
    })  # fmt: skip
    talks = touched[touched["touch_type"].isin(["call", "email", "linkedin_message"])]
    theirs = pd.DataFrame({
        "lead_id": talks["lead_id"], "number": "t_" + (10_000_000 + talks["touch_id"].str[6:].astype(int)).astype(str),
        "kind": talks["touch_type"], "day": talks["touch_timestamp"], "direction": talks["touch_direction"],
    })  # fmt: skip
    rows = pd.concat([ours, theirs], ignore_index=True)
    call = rows["kind"] == "call"
    return pd.DataFrame({
        "Id": _ids("00T", rows["number"]), "IsDeleted": "false", **_who(rows, people),
        "Subject": rows["kind"] + ', "quoted"\nsecond line',
        "TaskSubtype": rows["kind"].map({"call": "Call", "email": "Email", "linkedin_message": "LinkedIn"}),
        "CallType": rows["direction"].str.capitalize().where(call), "CallDisposition": rows["CallDisposition"],
        "Status": "Completed", "IsClosed": "1", "ActivityDate": rows["day"], "CompletedDateTime": _moments(rows["day"]),
        "OwnerId": _ids("005", pd.Series("rep_000001", index=rows.index)), "CreatedDate": _moments(rows["day"]),
    }).drop(columns=["LeadId", "ContactId"])  # fmt: skip


def _events(world: Tables, people: pd.DataFrame) -> pd.DataFrame:
    rows = world["sales_activities"]
    rows = rows[rows["activity_type"].isin(["meeting", "demo"])]
    starts = _moments(rows["activity_timestamp"])
    return pd.DataFrame({
        "Id": _ids("00U", rows["activity_id"]), "IsDeleted": "false", **_who(rows, people),
        "Subject": rows["activity_type"],
        "StartDateTime": starts, "ActivityDateTime": starts, "ActivityDate": rows["activity_timestamp"],
        "DurationInMinutes": rows["activity_type"].map({"meeting": "30", "demo": "60"}), "IsAllDayEvent": "0",
        "IsChild": "0",
        "IsGroupEvent": "0", "IsRecurrence": "0", "OwnerId": _ids("005", rows["rep_id"]), "CreatedDate": starts,
    }).drop(columns=["LeadId", "ContactId"])  # fmt: skip
