"""The fields an account is told, by set: one table that makes the CRM fields, the report's labels and the docs.

`Field.name` is also the column of the snapshot table that carries the value.
"""

from connector.engine.records import Field

BANDS = ("Hot", "Warm", "Cool", "Cold", "No data")
SURGES = ("Surging", "Warming", "Steady", "Cooling", "Silent", "New")

FIELDS: tuple[Field, ...] = (
    Field("score", "core", "Score", "number", "Engagement Score",
          "0-100. 60 engaged minutes are 50. Never depends on other accounts.", digits=3),
    Field("band", "core", "Band", "picklist", "Engagement Band", "The score in words.", values=BANDS, always=True),
    Field("minutes_30d", "core", "Minutes_30d", "number", "Engaged Minutes 30 Days",
          "Engaged minutes of the last 30 days, not decayed.", digits=8),
    Field("minutes_90d", "core", "Minutes_90d", "number", "Engaged Minutes 90 Days",
          "Engaged minutes of the last 90 days, not decayed.", digits=8),
    Field("trend_30d", "core", "Trend_30d", "percent", "Engagement Trend 30 Days",
          "Last 30 days against the 30 before. Empty when there was nothing to compare with.", digits=5, scale=1),
    Field("sparkline", "core", "Sparkline", "text", "Engagement Sparkline",
          "Twelve weeks of engaged minutes, oldest first.", length=12),
    Field("surge", "core", "Surge", "picklist", "Engagement Surge",
          "Against the account's own usual pace.", values=SURGES, always=True),
    Field("people_90d", "core", "People_90d", "number", "Engaged People 90 Days",
          "Different people with a counted activity in the last 90 days.", digits=5),
    Field("mqa", "core", "MQA", "checkbox", "Marketing Qualified Account",
          "Engaged enough, and more than usual, to merit outreach.", always=True),
    Field("mqa_date", "core", "MQA_Date", "datetime", "MQA Since", "When the account last became an MQA.", always=True),
    Field("why", "core", "Why", "text", "Engagement Why", "What makes the score.", length=255, stamp=True),
    Field("what_changed", "core", "What_Changed", "text", "Engagement What Changed",
          "What moved the score since a week ago.", length=255, stamp=True),
    Field("last_two_way", "core", "Last_Two_Way", "date", "Last Two-Way Touch",
          "Last day somebody there answered, spoke or met with us.", always=True),
    Field("scored_at", "core", "Scored_At", "datetime", "Engagement Scored At",
          "When these fields were computed.", stamp=True),
    Field("trend_60d", "trend", "Trend_60d", "percent", "Engagement Trend 60 Days",
          "Last 60 days against the 60 before. Empty when there was nothing to compare with.", digits=5, scale=1),
    Field("trend_90d", "trend", "Trend_90d", "percent", "Engagement Trend 90 Days",
          "Last 90 days against the 90 before. Empty when there was nothing to compare with.", digits=5, scale=1),
    Field("quarter_minutes", "trend", "Quarter_Minutes", "number", "Engaged Minutes This Quarter",
          "Engaged minutes of this calendar quarter so far, not decayed.", digits=8),
    Field("last_quarter_minutes", "trend", "Last_Quarter_Minutes", "number", "Engaged Minutes Last Quarter",
          "Engaged minutes of the calendar quarter before, not decayed.", digits=8),
    Field("surge_ratio", "trend", "Surge_Ratio", "number", "Engagement Surge Ratio",
          "Person-days of the last four weeks, times the account's usual. Empty for a new account.", digits=5, scale=1),
    Field("surge_since", "trend", "Surge_Since", "date", "Engagement Surge Since",
          "The day the present surge began.", always=True),
    Field("priority", "trend", "Priority", "number", "Engagement Priority",
          "The order of work lists: engaged minutes, much more where a surge is likely.", digits=8),
    Field("mqa_reason", "mqa", "MQA_Reason", "text", "MQA Reason",
          "Why the account became or stopped being an MQA, or who said so.", length=80, always=True),
    Field("mqa_first_date", "mqa", "MQA_First_Date", "datetime", "MQA First Date",
          "When the account became an MQA for the first time.", always=True),
    Field("mqa_exit_date", "mqa", "MQA_Exit_Date", "datetime", "MQA Exit Date",
          "When the account last stopped being an MQA.", always=True),
    Field("mqa_count", "mqa", "MQA_Count", "number", "MQA Count",
          "How often the account became an MQA.", digits=4, always=True),
)
