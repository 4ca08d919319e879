"""A user of the stranger's org: a folder, an environment, and the real commands in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.said import Said
from tests.stranger.org import Org, Row
from tests.stranger.portal import Portal
from tests.stranger.portal_server import TOKEN, PortalServer, listening
from tests.stranger.portal_ways import Ways
from tests.stranger.portal_world import PortalBook
from tests.stranger.quirks import Quirks
from tests.stranger.server import CLIENT, REFRESH, SECRET, Stranger, running
from tests.stranger.world import Book

ROOT = Path(__file__).parents[2]
Fill = Callable[[Book], None]


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who types commands in an empty folder, and the org they reach."""

    folder: Path
    stranger: Stranger
    forker: "subprocess.Popen[str]"
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *args: str, **env: str) -> Said:
        """Type a command; nothing it says may be a traceback, and every failure has its words."""
        assert self.forker.stdin
        assert self.forker.stdout
        out, err = self.folder / "out", self.folder / "err"
        asked = {"folder": str(self.folder), "args": args, "env": self.env | env, "out": str(out), "err": str(err)}
        self.forker.stdin.write(f"{json.dumps(asked)}\n")
        self.forker.stdin.flush()
        said = Said(int(self.forker.stdout.readline()), out.read_text(), err.read_text())
        assert "Traceback" not in said.err, said.err
        assert "Warning:" not in said.err, said.err
        assert said.code in (0, 3, 4) or "rror: " in said.err or said.out, f"ended with {said.code} and no word"
        return said

    @property
    def env(self) -> dict[str, str]:
        """What the commands see of the outside."""
        every = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        return every | self.login | self.settings

    @property
    def login(self) -> dict[str, str]:
        """Where to log in, and as whom."""
        return {
            "SALESFORCE_LOGIN_URL": self.stranger.url, "SALESFORCE_AUTH": "client_credentials",
            "SALESFORCE_CLIENT_ID": CLIENT, "SALESFORCE_CLIENT_SECRET": SECRET,
        }  # fmt: skip

    @property
    def org(self) -> Org:
        """The org they reach."""
        return self.stranger.org

    def held(self) -> dict[str, Row]:
        """What the accounts hold in our fields."""
        return self.org.held()


@dataclass(frozen=True, slots=True)
class Visitor(User):
    """The same, who reaches a portal of HubSpot's."""

    stranger: PortalServer
    book: PortalBook | None = None

    @property
    def login(self) -> dict[str, str]:
        """Where the API answers, and the token; nobody waits for a turn."""
        return {
            "HUBSPOT_BASE_URL": self.stranger.url, "HUBSPOT_ACCESS_TOKEN": TOKEN,
            "HUBSPOT_CALLS_PER_SECOND": "1000", "HUBSPOT_SEARCHES_PER_SECOND": "1000",
        }  # fmt: skip

    @property
    def portal(self) -> Portal:
        """The portal they reach."""
        return self.stranger.portal


Meet = Callable[..., User]
Visit = Callable[..., Visitor]


def settings_of(login: str, key: Path) -> dict[str, str]:
    """The settings of a way to log in; more words than the first only make it another case."""
    way = login.split()[0]
    more = {
        "jwt": {"SALESFORCE_USERNAME": "u0@ours.example", "SALESFORCE_PRIVATE_KEY_FILE": str(key)},
        "refresh_token": {"SALESFORCE_REFRESH_TOKEN": REFRESH},
    }
    return {"SALESFORCE_AUTH": way} | more.get(way, {})


@pytest.fixture(scope="session")
def forker() -> Iterator["subprocess.Popen[str]"]:
    """The process that becomes every command."""
    command = [sys.executable, "-W", "error", "-m", "tests.stranger.forker"]
    env = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=pipe, stdout=pipe) as process:
        yield process
        assert process.stdin
        process.stdin.close()


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a private key."""
    made = rsa.generate_private_key(65_537, 2_048)
    file = tmp_path_factory.mktemp("key") / "key.pem"
    file.touch(0o600)
    kind, shape = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.private_bytes(kind, shape, serialization.NoEncryption()))
    return file


@pytest.fixture(scope="session")
def meeting(
    forker: "subprocess.Popen[str]", key: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[ExitStack, Quirks, Fill, str], User]:
    """Makes a user of a new org, which listens until the stack is closed."""
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    assert isinstance(private, rsa.RSAPrivateKey)

    def made(stack: ExitStack, quirks: Quirks, fill: Fill, login: str) -> User:
        org = Org(quirks)
        fill(Book(org))
        stranger = stack.enter_context(running(org, private.public_key()))
        return User(tmp_path_factory.mktemp("user"), stranger, forker, settings_of(login, key))

    return made


@pytest.fixture
def meet(meeting: Callable[[ExitStack, Quirks, Fill, str], User]) -> Iterator[Meet]:
    """Meet an org with some quirks: `meet(Quirks(...))`, small where no other book is asked for."""
    with ExitStack() as stack:

        def met(quirks: Quirks | None = None, fill: Fill = Book.small, login: str = "client_credentials") -> User:
            return meeting(stack, quirks or Quirks(), fill, login)

        yield met


@pytest.fixture(scope="session")
def visiting(
    forker: "subprocess.Popen[str]", tmp_path_factory: pytest.TempPathFactory
) -> Callable[[ExitStack, Ways, Callable[[PortalBook], None]], Visitor]:
    """Makes a user of a new portal, which listens until the stack is closed."""

    def made(stack: ExitStack, ways: Ways, fill: Callable[[PortalBook], None]) -> Visitor:
        portal = Portal(ways)
        book = PortalBook(portal)
        fill(book)
        server = stack.enter_context(listening(portal))
        return Visitor(tmp_path_factory.mktemp("visitor"), server, forker, book=book)

    return made


@pytest.fixture
def visit(visiting: Callable[[ExitStack, Ways, Callable[[PortalBook], None]], Visitor]) -> Iterator[Visit]:
    """Visit a portal with some ways of its own: `visit(Ways(...))`, small where no other book is asked for."""
    with ExitStack() as stack:

        def visited(ways: Ways | None = None, fill: Callable[[PortalBook], None] = PortalBook.small) -> Visitor:
            return visiting(stack, ways or Ways(), fill)

        yield visited
