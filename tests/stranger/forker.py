"""How are many commands typed quickly? A process that has loaded the connector, and becomes each command by forking."""

import importlib
import json
import os
import sys
import time
from typing import Any

COMMANDS = ("accounts", "doctor", "explain", "fields", "init", "push", "runs", "sync", "worker")


def main() -> None:
    """Read one command a line from stdin; say its exit code when it has ended. Nobody waits before another try."""
    time.sleep = lambda _seconds: None
    entrance = importlib.import_module("connector.cli.main")
    for name in COMMANDS:
        importlib.import_module(f"connector.cli.{name}")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _become(json.loads(line))
            entrance.main()
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


def _become(asked: Any) -> None:  # folder, arguments, environment, files for what is said
    """Be as a shell would have started it."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    for number, file in ((0, os.devnull), (1, asked["out"]), (2, asked["err"])):
        os.dup2(os.open(file, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["connector", *asked["args"]]


if __name__ == "__main__":
    main()
