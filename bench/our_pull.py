"""Our way to copy the tasks: streamed pages into the store, counted, with their bookmark, in transactions."""

import json
import sys
import tempfile
import time
from pathlib import Path

from connector.crm.salesforce.client import Options, Salesforce
from connector.crm.salesforce.login import Credentials
from connector.jobs.pull import Pull
from connector.jobs.run import Silent, Tally
from connector.jobs.stop import Stop
from connector.mappings import read_mappings
from connector.shipped import shipped_mappings
from connector.store.database import Limits, opened
from connector.store.home import Home, make_home


def main() -> None:
    """Copy every task of the sandbox at URL, as the client given; tell rows, calls and seconds."""
    url, client_id, client_secret = sys.argv[1:4]
    mapping = read_mappings(shipped_mappings(), "default").mapping
    mapping = mapping.model_copy(update={"read": {"task": mapping.read["task"]}})
    crm = Salesforce(Credentials(url, "client_credentials", client_id, client_secret), mapping, Options())
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Home(Path(folder) / "home").folder)
        crm.org()
        began = time.perf_counter()
        with opened(home.store, Limits()) as store:
            Pull(crm, store, mapping, Silent(), Stop(), Tally(), crm.now()).run()
            rows = store.number("SELECT count(*) FROM salesforce.task")
        seconds = time.perf_counter() - began
    print(json.dumps({"rows": rows, "calls": crm.usage().used, "seconds": seconds}))


if __name__ == "__main__":
    main()
