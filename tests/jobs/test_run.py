"""Does a job tell how far it is, and what became of it?"""

import os
import signal
import threading
from pathlib import Path

import pytest

from connector.errors import BudgetReached, Stopped
from connector.jobs.run import NOTE_EVERY_SECONDS, Noting, Silent, Tally, recorded
from connector.jobs.stop import Stop, listening
from connector.store.runs import RunList


class Remembering(Silent):
    """Remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def stage(self, name: str, total: int | None) -> None:
        self.told.append((name, total))

    def advance(self, rows: int) -> None:
        self.told.append((rows,))


def test_a_tally_counts_by_name_and_by_part() -> None:
    tally = Tally()
    tally.add("sent", 3)
    tally.add("sent", 2)
    tally.add_to("pulled", "task", 10)
    tally.add_to("pulled", "event", 0)

    assert tally.counts() == {"sent": 5, "pulled": {"task": 10, "event": 0}}


def test_the_run_list_is_not_written_for_every_page() -> None:
    watcher, noted = Remembering(), []
    noting = Noting(watcher, lambda *told: noted.append(told))

    noting.stage("task", 1000)
    for _ in range(100):
        noting.advance(10)

    assert len(watcher.told) == 101
    assert noted[0] == ("task", 0, 1000)
    assert len(noted) < 100 or NOTE_EVERY_SECONDS < 0.01


@pytest.mark.parametrize(
    ("fault", "code", "message"),
    [
        (BudgetReached("used up"), 6, "used up"),
        (Stopped(15), 143, "stopped by signal 15; run the same command again to resume"),
        (ZeroDivisionError(), 1, "ZeroDivisionError: a fault of the connector; please report it"),
    ],
)
def test_a_run_that_raises_leaves_its_reason_and_counts(
    tmp_path: Path, fault: Exception, code: int, message: str
) -> None:
    runs, tally = RunList(tmp_path / "runs.sqlite"), Tally()

    def job() -> None:
        with runs.lease("sync", "salesforce") as run_id, recorded(runs, run_id, tally):
            tally.add("sent", 7)
            raise fault

    with pytest.raises(type(fault)):
        job()

    (run,) = runs.newest()
    assert (run.exit_code, run.message, run.counts) == (code, message, {"sent": 7})


def test_a_stop_that_nobody_asked_for_is_none() -> None:
    stop = Stop()
    stop.check()
    stop.ask(signal.SIGTERM)

    with pytest.raises(Stopped):
        stop.check()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_remembered_and_the_second_acts_as_before(number: signal.Signals) -> None:
    heard: list[int] = []
    before = signal.signal(number, lambda got, _: heard.append(got))
    try:
        with listening() as stop:
            os.kill(os.getpid(), number)
            with pytest.raises(Stopped, match=f"signal {int(number)}"):
                stop.check()
            first = list(heard)
            os.kill(os.getpid(), number)
        os.kill(os.getpid(), number)
    finally:
        signal.signal(number, before)

    assert (first, heard) == ([], [number, number])


def test_a_job_in_another_thread_leaves_the_signals_alone() -> None:
    before, found = signal.getsignal(signal.SIGTERM), []

    def job() -> None:
        with listening():
            found.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=job)
    thread.start()
    thread.join()

    assert found == [before]
