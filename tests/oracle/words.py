"""What do the words mean that our made-up orgs use? Written down by hand, word by word; other words are a KeyError."""

from typing import NamedTuple


class Meaning(NamedTuple):
    """The kind of an activity, and why it does not count (None: it does)."""

    kind: str
    reason: str | None = None


SENT = Meaning("email_sent", "unanswered")
VOICEMAIL = Meaning("voicemail", "unanswered")
OURS = Meaning("other_task", "our_task")
INTERNAL = Meaning("other_task", "internal")
NO_SHOW = Meaning("meeting", "no_show")
CANCELLED = Meaning("meeting", "cancelled")
SHORT_CALL_SECONDS = 30

# type, subtype, call type, call result
TASKS = {
    ("", "Task", "", ""): OURS,
    ("Follow up", "Task", "", ""): OURS,
    ("", "Email", "", ""): SENT,
    ("Email", "Task", "", ""): SENT,
    ("", "ListEmail", "", ""): SENT,
    ("Email Open", "Task", "", ""): Meaning("email_open"),
    ("Email Click", "Task", "", ""): Meaning("email_click"),
    ("Reply", "Email", "", ""): Meaning("email_reply"),
    ("Inbound Email", "Email", "", ""): Meaning("email_reply"),
    ("Call", "Call", "Outbound", "Connected"): Meaning("call"),
    ("Call", "Call", "Inbound", ""): Meaning("call"),
    ("", "Call", "Outbound", ""): Meaning("call"),
    ("Call", "Call", "Outbound", "Left voicemail"): VOICEMAIL,
    ("Call", "Call", "Outbound", "No answer"): VOICEMAIL,
    ("Call", "Call", "Internal", ""): INTERNAL,
    ("Meeting", "Task", "", ""): Meaning("meeting"),
    ("Webinar", "Task", "", ""): Meaning("webinar"),
    ("Content download", "Task", "", ""): Meaning("download"),
    ("Demo request", "Task", "", ""): Meaning("demo_form"),
}

# type, status
EVENTS = {
    ("", ""): Meaning("meeting"),
    ("Meeting", ""): Meaning("meeting"),
    ("Demo", "Held"): Meaning("meeting"),
    ("Meeting", "No show"): NO_SHOW,
    ("Meeting", "Cancelled"): CANCELLED,
    ("Meeting", "Scheduled"): Meaning("meeting", "planned"),
    ("Internal", ""): INTERNAL,
    ("Out of office", ""): INTERNAL,
    ("Call", ""): Meaning("call"),
    ("Dinner", ""): Meaning("dinner"),
    ("Conference", ""): Meaning("booth"),
    ("Webinar", ""): Meaning("webinar"),
}

# type of the campaign, status of the member, responded
MEMBERS = {
    ("Webinar", "Sent", False): SENT,
    ("Webinar", "Registered", True): Meaning("registered"),
    ("Webinar", "Attended", True): Meaning("webinar"),
    ("Webinar", "No Show", False): Meaning("webinar", "no_show"),
    ("Trade Show", "Visited Booth", True): Meaning("booth"),
    ("Trade Show", "Registered", True): Meaning("registered"),
    ("Trade Show", "Sent", False): SENT,
    ("Email", "Sent", False): SENT,
    ("Email", "Responded", True): Meaning("email_click"),
    ("Email", "Clicked", True): Meaning("email_click"),
    ("Email", "Opened", True): Meaning("email_open"),
    ("Email", "Unsubscribed", False): Meaning("campaign_response", "cancelled"),
    ("Content Syndication", "Downloaded", True): Meaning("download"),
    ("Dinner", "Attended", True): Meaning("dinner"),
    ("Demo Request", "Responded", True): Meaning("demo_form"),
    ("Other", "Responded", True): Meaning("campaign_response"),
    ("Other", "Sent", False): SENT,
    ("", "Responded", True): Meaning("campaign_response"),
}

# title: seniority, buying role
TITLES = {
    "": ("unknown", None),
    "Astronaut": ("unknown", None),
    "CEO": ("c_level", None),
    "Chief Financial Officer": ("c_level", "economic_buyer"),
    "President": ("c_level", None),
    "Vice President": ("vp", None),
    "Vice President Sales": ("vp", None),
    "VP Marketing": ("vp", None),
    "Director of IT": ("director", None),
    "Finance Director": ("director", "economic_buyer"),
    "Vertriebsleiter": ("director", None),
    "Projektleiterin": ("manager", None),
    "Marketing Manager": ("manager", None),
    "Assistant to the CEO": ("individual", None),
    "Product Owner": ("individual", None),
    "Einkäufer": ("individual", "evaluator"),
    "Data Analyst": ("individual", "researcher"),
    "Software Engineer": ("individual", None),
}

# title: department, where there is one
DEPARTMENTS = {
    "CEO": "Management",
    "Chief Financial Officer": "Finance",
    "President": "Management",
    "Vice President": "Management",
    "Vice President Sales": "Sales",
    "VP Marketing": "Marketing",
    "Director of IT": "IT",
    "Finance Director": "Finance",
    "Vertriebsleiter": "Sales",
    "Projektleiterin": "Operations",
    "Marketing Manager": "Marketing",
    "Assistant to the CEO": "Management",
    "Product Owner": "Product",
    "Einkäufer": "Procurement",
    "Data Analyst": "Data",
    "Software Engineer": "Engineering",
}

# what a seniority field of the org's own says
SENIORITY_FIELD = {"VP": "vp", "Director": "director", "C-Level": "c_level", "manager": "manager"}

# roles on opportunities, and in a buying role field of the org's own
ROLES = {
    "Decision Maker": "decision_maker",
    "Economic Buyer": "economic_buyer",
    "Champion": "champion",
    "Influencer": "influencer",
    "Evaluator": "evaluator",
    "Business User": "business_user",
}


# what an imported row says was done; only page views are told apart by their page
VISITS = ("page_view", "page_view", "page_view", "key_page", "product_session", "social_share", "support_ticket")
PAGES = {
    "https://our.example/": "page_view",
    "/blog/what-is-new": "page_view",
    "https://our.example/en/Pricing": "key_page",
    "/demo": "key_page",
    "https://our.example/careers/data-analyst": None,
}


def visit_meaning(row: dict) -> Meaning:
    """What an imported row says; a page that says nothing of a company is left out."""
    if row["kind"] != "page_view" or row["page"] is None:
        return Meaning(row["kind"])
    kind = PAGES[row["page"]]
    return Meaning(kind) if kind else Meaning("page_view", "page")


def task_meaning(task: dict) -> Meaning:
    """A call that nobody described and that was over in seconds reached nobody."""
    said = tuple(task[word] or "" for word in ("type", "subtype", "call_type", "call_result"))
    meaning = TASKS[said]
    seconds = task["call_seconds"]
    is_short = seconds is not None and seconds < SHORT_CALL_SECONDS
    return VOICEMAIL if meaning.kind == "call" and is_short and not task["call_result"] else meaning


def event_meaning(event: dict) -> Meaning:
    """What an event's type and status say."""
    return EVENTS[event["type"] or "", event["status"] or ""]


def member_meaning(member: dict, campaign: dict | None) -> Meaning:
    """What a campaign member's status says, given the type of the campaign."""
    kind_of_campaign = (campaign or {}).get("type") or ""
    return MEMBERS[kind_of_campaign, member["status"] or "", bool(member["has_responded"])]
