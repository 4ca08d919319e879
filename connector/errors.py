"""What can go wrong, by what the caller can do about it.

    ConnectorError                 1  failed
    |-- ConfigError                2  fix a file, a flag or an environment variable
    |-- Unavailable                1  the other side did not answer well: try again later
    |   |-- BudgetReached          6  the API calls set aside for us are used up: resume later
    |   `-- Incomplete             1  rows are missing from an answer: nothing of it was kept
    |-- Rejected                   1  the other side understood and said no: never will
    |   `-- AccessDenied           7  login failed or a permission is missing
    |-- UnsafePlan                 5  a guard stopped the plan: ask a person
    |-- Busy                       8  another run holds the lease
    |-- StoreError                 1  the store cannot be read, is newer than we are, or its disk is full
    `-- Stopped                  130  a signal asked us to stop; the run can be resumed

A message has the place, the value and the next step. Secrets, mail addresses and names never go into one.
"""

from datetime import timedelta


class ConnectorError(Exception):
    """Any expected failure; `exit_code` is what the command line ends with."""

    exit_code = 1


class ConfigError(ConnectorError):
    """A file, flag or environment variable is wrong; `problems` holds one line each."""

    exit_code = 2

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Unavailable(ConnectorError):
    """The CRM did not answer, or answered that it cannot now; the same call may work later."""


class BudgetReached(Unavailable):
    """The API calls set aside for us are used up; what was committed stays and the run can be resumed.

    `lapse` is for how long a call counts: nothing where only this run's own cap was met, None where nobody knows.
    """

    exit_code = 6

    def __init__(self, message: str, *, lapse: timedelta | None = None) -> None:
        super().__init__(message)
        self.lapse = lapse


class Incomplete(Unavailable):
    """An answer holds fewer or more rows than it announced; none of its rows were kept."""


class Rejected(ConnectorError):
    """The CRM understood the request and refused it; repeating it will not help."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class AccessDenied(Rejected):
    """Login failed, or the integration user lacks a permission."""

    exit_code = 7


class UnsafePlan(ConnectorError):
    """A guard stopped a plan that would change more than it should; nothing was written."""

    exit_code = 5


class Busy(ConnectorError):
    """Another run holds the lease."""

    exit_code = 8


class StoreError(ConnectorError):
    """The store cannot be opened, belongs to a newer version, or could not be written."""


class Stopped(ConnectorError):
    """A signal asked us to stop between two batches; `exit_code` is 128 plus the signal's number."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(f"stopped by signal {signal_number}; run the same command again to resume")
        self.exit_code = 128 + signal_number
