"""A sandbox that serves the tasks of `bench.tasks` until its standard input closes; its first line tells where."""

import json
import sys

from bench.tasks import tables
from connector.sandbox.salesforce.server import Sandbox


def main() -> None:
    """Serve as many tasks as the first argument says."""
    with Sandbox(tables(int(sys.argv[1]))) as sandbox:
        where = {"url": sandbox.url, "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        print(json.dumps(where), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
