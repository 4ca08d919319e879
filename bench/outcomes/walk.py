"""What does the real engine believe of every account of a simulated world on every day?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np

from bench.outcomes.pulled import keep_pulled
from connector.backend.build import bench_for, build
from connector.backend.days import weigh
from connector.engine.days import Accounts, Flags, Floats, Ints, Opportunities, Span
from connector.engine.replay import History, replay
from connector.engine.rules import Rules
from connector.mappings import Mappings
from connector.sandbox.world.make import LivingWorld
from connector.sandbox.world.recipe import DAY

ACCOUNTS = """
    SELECT numbers.account_id, coalesce(epoch(accounts.created_at)::BIGINT // 86400, -1) AS created
    FROM derived.account_numbers AS numbers
    LEFT JOIN derived.accounts AS accounts ON accounts.account_no = numbers.account_no
    ORDER BY numbers.account_no
"""
OPPORTUNITIES = """
    SELECT numbers.account_no - 1 AS account, epoch(deals.created_at)::BIGINT // 86400 AS opened,
        CASE WHEN deals.is_closed THEN deals.closes_on - DATE '1970-01-01' ELSE 2147483647 END AS closed
    FROM salesforce.opportunity AS deals
    INNER JOIN derived.account_numbers AS numbers ON numbers.account_id = deals.account_id
    WHERE NOT deals.is_deleted
"""


TOUCHES = """
    SELECT account_no - 1 AS account, day, channel_no AS channel, count(*) AS touches
    FROM derived.contributions GROUP BY ALL ORDER BY ALL
"""
CONTACTS = """
    SELECT numbers.account_no - 1 AS account, count(matches.person_no) AS contacts
    FROM derived.account_numbers AS numbers
    LEFT JOIN derived.matches AS matches ON matches.account_no = numbers.account_no
    GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What the engine made of one world: facts by account, numbered from 0. Days are counted from 1970."""

    accounts: list[str]
    span: Span
    history: History
    created: Ints  # -1: no account any more
    contacts: Ints
    touches: Mapping[str, Ints]  # account, day, channel, touches


@dataclass(frozen=True, slots=True)
class Believed:
    """What was believed at the end of each day: accounts x days of the span."""

    sure: Floats  # P of a surge
    engaged: Floats  # E
    inside: Flags  # whether the account is an MQA


def read_world(world: LivingWorld, until: datetime, mappings: Mappings) -> Known:
    """Facts and account-days of the org as of `until`, by the engine's own queries."""
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("SET TimeZone = 'UTC'")
    keep_pulled(connection, world.history(until), mappings.mapping)
    build(connection, mappings.rules, mappings.personas, _day(until))
    weighed = weigh(bench_for(connection, mappings.rules, "salesforce"), mappings.rules)
    accounts, deals = connection.sql(ACCOUNTS).fetchnumpy(), Opportunities(**_read(connection, OPPORTUNITIES))
    span, everybody = Span(world.recipe.first_ms // DAY, _day(until)), slice(1, len(accounts["account_id"]) + 1)
    return Known(
        accounts=accounts["account_id"].tolist(),
        span=span,
        history=History(weighed.account_days.of(everybody), deals, weighed.people_in(span).of(everybody)),
        created=accounts["created"],
        contacts=_read(connection, CONTACTS)["contacts"],
        touches=_read(connection, TOUCHES),
    )


def walk(known: Known, rules: Rules, *, enter_minutes: float | None = None) -> Believed:
    """Every account walked through every day; `enter_minutes` in the place of the limit of the rules."""
    limit = rules.mqa.enter_minutes if enter_minutes is None else enter_minutes
    limits = Accounts(known.created, np.full(len(known.accounts), limit))
    sure, engaged, inside = (np.zeros((len(limits), len(known.span))) for _ in range(3))
    for state in replay(known.history, limits, known.span, rules, record=range(known.span.first, known.span.last + 1)):
        block, at = slice(state.start, state.start + len(state.sure)), state.day - known.span.first
        sure[block, at], engaged[block, at], inside[block, at] = state.sure, state.engaged, state.memory.inside
    return Believed(sure, engaged, inside > 0)


def _read(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:  # arrays of what each column holds
    return {name: np.ascontiguousarray(column) for name, column in connection.sql(sql).fetchnumpy().items()}


def _day(moment: datetime) -> int:
    return int(moment.timestamp()) // 86_400
