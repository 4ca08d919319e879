"""Ask why of ACCOUNT, as where only the product is installed: pandas, which is here for the bench, is hidden.

Arrow would import it to read a moment, and that takes longer than all the rest.
"""

import sys

sys.modules["pandas"] = None  # type: ignore[assignment]  # None is how a module is said not to be there

from connector.cli.main import run  # noqa: E402  # nothing may be imported before

if __name__ == "__main__":
    sys.exit(run(["explain", *sys.argv[1:]]))
