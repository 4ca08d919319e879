"""How engaged is a parent with all its daughters? Own results stay; a family is its head and everybody below."""

import numpy as np

from connector.engine.days import Floats, Ints, Texts


def parent_rows(account_id: Texts, parent_id: Texts) -> Ints:
    """The row of each account's parent, -1 without one, or where the parent is not among the accounts or itself."""
    rows = {account: row for row, account in enumerate(account_id.tolist()) if account is not None}
    found = np.array([rows.get(parent, -1) for parent in parent_id.tolist()], dtype=np.int64)
    return np.where(found == np.arange(len(found)), -1, found)


def family_sums(values: Floats, parent: Ints) -> Floats:
    """Each account's own value and those of all below it; NaN where nobody is below.

    Accounts hand their sum to their parent once all below them have. In a circle of parents nobody is ever done, so
    those in it keep what came from outside the circle and nothing goes round.
    """
    total, waiting = values.astype(np.float64), np.bincount(parent[parent >= 0], minlength=len(parent))
    is_head = waiting > 0
    done = np.flatnonzero(waiting == 0)
    while len(done):
        done = done[parent[done] >= 0]
        np.add.at(total, parent[done], total[done])
        np.subtract.at(waiting, parent[done], 1)
        reached = np.unique(parent[done])
        done = reached[waiting[reached] == 0]
    return np.where(is_head, total, np.nan)
