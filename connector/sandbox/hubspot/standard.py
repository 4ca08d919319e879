"""Which properties does a portal have before anybody adds one?

One word a property: its name, then marks. `:` and a letter say the type (n number, d date, t date and time,
b yes or no, o owner, p phone number, h long text; text without it), `!` its value cannot be set, `=` it is calculated,
`*` it is unique, and `<name>` or `<name>;` that it takes one or several of a list of options; `@` that the options
live elsewhere.
"""

from __future__ import annotations

ENGAGEMENT = """
hs_timestamp:t hs_createdate:t! hs_lastmodifieddate:t! hs_object_id:n! hubspot_owner_id:o hs_all_owner_ids!
hs_created_by:n! hs_created_by_user_id:n! hs_engagement_source! hs_engagement_source_id! hs_activity_type
hs_body_preview! hs_attachment_ids hs_at_mentioned_owner_ids hs_unique_creation_key*! hs_merged_object_ids!
hs_gdpr_deleted:b! hs_object_source! hs_object_source_label! hs_object_source_id! hs_object_source_detail_1!
salesforceactivityid hs_num_associated_companies:n= hs_num_associated_contacts:n= hs_num_associated_deals:n=
hs_archived:b!
"""
SYSTEM = """
hs_object_id:n! hubspot_owner_id:o hubspot_owner_assigneddate:t! createdate:t hs_merged_object_ids! hs_object_source!
hs_object_source_label! hs_object_source_id! hs_object_source_detail_1! hs_object_source_detail_2!
hs_object_source_detail_3! notes_last_contacted:t= notes_last_updated:t= notes_next_activity_date:t=
num_contacted_notes:n= num_notes:n= hs_last_sales_activity_timestamp:t= hs_last_sales_activity_type=
hs_was_imported:b! hs_createdate:t! hs_unique_creation_key*! hs_all_owner_ids!
"""

NAMES: dict[str, str] = {
    "contacts": SYSTEM + """
email* hs_additional_emails! hs_email_domain= firstname lastname jobtitle company website phone:p address city state
zip country associatedcompanyid:n lifecyclestage<stage>@ hs_lead_status<lead> lastmodifieddate:t!
hs_seniority<seniority> hs_role<role> seniority job_function hs_buying_role<buying>; department industry numemployees
hs_email_delivered:n! hs_email_open:n! hs_email_click:n! hs_email_bounce:n! hs_email_replied:n!
hs_email_last_send_date:t! hs_email_last_open_date:t! hs_email_last_click_date:t! hs_email_last_reply_date:t!
hs_email_optout:b hs_sales_email_last_opened:t! hs_sales_email_last_clicked:t! hs_sales_email_last_replied:t!
hs_analytics_source! hs_analytics_num_page_views:n! hs_analytics_num_visits:n! hs_analytics_last_visit_timestamp:t!
hs_analytics_last_timestamp:t! hs_analytics_first_timestamp:t! num_conversion_events:n!
num_unique_conversion_events:n! recent_conversion_date:t! recent_conversion_event_name! first_conversion_date:t!
engagements_last_meeting_booked:t! hs_latest_meeting_activity:t! hs_sa_first_engagement_date:t! hs_is_contact:b!
hs_marketable_status<yesno>! hs_calculated_merged_vids= hubspotscore:n= salesforcecontactid salesforceleadid
salesforceaccountid salesforcelastsynctime:t webinareventlastupdated:t num_associated_deals:n=
""",
    "companies": SYSTEM + """
name domain hs_additional_domains website industry numberofemployees:n annualrevenue:n country state city zip address
phone:p type<company> lifecyclestage<stage>@ hs_lead_status<lead> description:h hs_lastmodifieddate:t!
hs_is_target_account:b hs_target_account<tier> hs_ideal_customer_profile<tier> hs_parent_company_id:n
hs_num_child_companies:n= num_associated_contacts:n= num_associated_deals:n= hs_num_open_deals:n=
hs_num_decision_makers:n= hs_num_blockers:n= hs_num_contacts_with_buying_roles:n= hs_total_deal_value:n=
recent_deal_amount:n= recent_deal_close_date:t= first_contact_createdate:t= hs_last_logged_call_date:t=
hs_last_booked_meeting_date:t= hs_last_sales_activity_date:t= hs_analytics_num_page_views:n!
hs_analytics_num_visits:n! hs_analytics_source! num_conversion_events:n! hs_target_account_probability:n=
linkedin_company_page salesforceaccountid salesforcelastsynctime:t
""",
    "deals": SYSTEM + """
dealname dealstage<dealstage>@ pipeline<pipeline>@ amount:n amount_in_home_currency:n= closedate:t hs_is_closed:b=
hs_is_closed_won:b= hs_is_closed_lost:b= hs_deal_stage_probability:n= dealtype<deal> description:h
hs_lastmodifieddate:t! num_associated_contacts:n= salesforceopportunityid salesforceopportunitystage
salesforcelastsynctime:t hs_campaign hs_deal_stage_entered:t!
""",
    "calls": ENGAGEMENT + """
hs_call_title hs_call_body:h hs_call_duration:n hs_call_direction<direction> hs_call_disposition<disposition>@
hs_call_status<call> hs_call_from_number hs_call_to_number hs_call_source hs_call_has_transcript:b!
""",
    "emails": ENGAGEMENT + """
hs_email_direction<maildirection> hs_email_status<mail> hs_email_subject hs_email_text:h hs_email_html:h
hs_email_from_email! hs_email_to_email! hs_email_cc_email! hs_email_bcc_email! hs_email_headers:h hs_email_thread_id!
hs_email_message_id hs_email_sent_via hs_email_tracker_key! hs_email_open_count:n! hs_email_click_count:n!
hs_email_reply_count:n! hs_email_bounce_error_detail_message!
""",
    "meetings": ENGAGEMENT + """
hs_meeting_title hs_meeting_body:h hs_internal_meeting_notes:h hs_meeting_start_time:t hs_meeting_end_time:t
hs_meeting_outcome<meeting> hs_meeting_location hs_meeting_location_type<place> hs_meeting_source
hs_meeting_external_url hs_attendee_owner_ids hs_i_cal_uid
""",
    "tasks": ENGAGEMENT + """
hs_task_subject hs_task_body:h hs_task_status<task> hs_task_type<todo> hs_task_priority<priority>
hs_task_completion_date:t! hs_task_is_all_day:b
""",
    "notes": ENGAGEMENT + "hs_note_body:h",
    "communications": ENGAGEMENT + """
hs_communication_channel_type<channel> hs_communication_logged_from<logged> hs_communication_body:h
""",
    "postal_mail": ENGAGEMENT + "hs_postal_mail_body:h",
}  # fmt: skip

OPTIONS: dict[str, str] = {
    "stage": "subscriber lead marketingqualifiedlead salesqualifiedlead opportunity customer evangelist other",
    "lead": "NEW OPEN IN_PROGRESS OPEN_DEAL UNQUALIFIED ATTEMPTED_TO_CONTACT CONNECTED BAD_TIMING",
    "seniority": "vp director entry executive manager owner partner senior employee",
    "role": (
        "accounting administrative business_development communications consulting customer_service design education "
        "engineering entrepreneurship finance health_professional human_resources information_technology legal "
        "marketing operations product project_management public_relations quality_assurance real_estate recruiting "
        "research sales support retired"
    ),
    "buying": (
        "BLOCKER BUDGET_HOLDER CHAMPION DECISION_MAKER END_USER EXECUTIVE_SPONSOR INFLUENCER LEGAL_AND_COMPLIANCE OTHER"
    ),
    "yesno": "true false",
    "company": "PROSPECT PARTNER RESELLER VENDOR OTHER",
    "tier": "tier_1 tier_2 tier_3",
    "deal": "newbusiness existingbusiness",
    "direction": "INBOUND OUTBOUND",
    "call": "BUSY CALLING_CRM_USER CANCELED COMPLETED CONNECTING FAILED IN_PROGRESS NO_ANSWER QUEUED RINGING",
    "maildirection": "EMAIL INCOMING_EMAIL FORWARDED_EMAIL",
    "mail": "BOUNCED FAILED SCHEDULED SENDING SENT",
    "meeting": "SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED",
    "place": "PHONE ADDRESS CUSTOM VCE",
    "task": "NOT_STARTED IN_PROGRESS WAITING DEFERRED COMPLETED",
    "todo": "EMAIL CALL TODO MEETING LINKED_IN_CONNECT LINKED_IN_MESSAGE",
    "priority": "NONE LOW MEDIUM HIGH",
    "channel": "WHATS_APP LINKEDIN_MESSAGE SMS",
    "logged": "CRM",
}
GROUPS: dict[str, tuple[str, ...]] = {
    "contacts": ("contactinformation", "emailinformation", "analyticsinformation", "salesforceinformation"),
    "companies": ("companyinformation", "salesforceinformation"),
    "deals": ("dealinformation", "salesforceinformation"),
}
