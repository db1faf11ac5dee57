"""Custody over a real chain in memory, on SQLite, with a clock that tests move and passwords stretched less than in earnest."""

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.offchain.postgres import Cluster
from tests.solo import Solo, open_solo
from tests.world import key_of
from zhulian.crypto import SoftwareSigner
from zhulian.errors import Words
from zhulian.home import CustodyConfig, Home
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.signing import Identity
from zhulian.node import methods as node_methods
from zhulian.node.errors import NodeUnreachable
from zhulian.node.guard import Guard
from zhulian.node.reads import Reads
from zhulian.offchain.custody import keys
from zhulian.offchain.custody.desk import Desk
from zhulian.offchain.custody.founding import open_custody, set_up
from zhulian.offchain.custody.methods import BODIES, Asked, Who
from zhulian.offchain.custody.process import CustodyProcess

PASSWORD = "correct horse battery"


class Ledger:
    """Answers as `LedgerClient` does, from a chain in memory; `silent` loses the answer to whatever is submitted."""

    def __init__(self, solo: Solo) -> None:
        self.solo = solo
        self._reads = Reads(solo.application)
        self.silent = False
        self.refusals: dict[str, Any] = {}

    async def submit(self, txs: list[bytes], wait: str = "committed") -> list[dict[str, Any]]:
        (refusal,) = self.solo.submit(txs)
        if refusal is not None:
            return [{"transaction": None, "status": "turned_away", "refusal": refusal.as_problem()}]
        outcome = self.solo.step().outcomes[0]
        if self.silent:
            raise NodeUnreachable(socket="x", why=Words("无", "gone"))
        if outcome.code is not None:
            no = {"code": outcome.code, "zh": outcome.code, "en": outcome.code, "fields": {}}
            return [
                {"transaction": outcome.transaction, "status": "refused", "height": outcome.height, "index": 0, "refusal": no}
            ]
        return [{"transaction": outcome.transaction, "status": "applied", "height": outcome.height, "index": 0, "refusal": None}]

    async def transaction(self, transaction: str) -> dict[str, Any] | None:
        return await self._reads.transaction(node_methods.Transaction(transaction))

    async def state(self, key: list[str], height: int | None = None) -> dict[str, Any]:
        return await self._reads.state(node_methods.State(list(key), height))

    async def page(self, collection: str, prefix: Any = (), after: str | None = None, limit: int = 50) -> dict[str, Any]:
        return await self._reads.page(node_methods.Page(collection, list(prefix), after, limit))

    def value(self, *key: str) -> Any:
        return self.solo.application.prover.state_fact(list(key), None).get("value")


@dataclass
class Someone:
    """A person or officer with a phone."""

    custody: "Custody"
    login: str
    account: str
    secret: str
    codes: list[str]
    password: str = PASSWORD
    token: str = ""
    csrf: str = ""

    def code(self) -> str:
        """A code that was not used: the phone's clock moves on with everybody's."""
        self.custody.later(30)
        return pyotp.TOTP(self.secret).at(int(self.custody.now))

    async def sign_in(self, **more: Any) -> dict[str, Any]:
        asked = {"login": self.login, "password": self.password, "code": self.code(), **more}
        found = await self.custody.ask("sign_in", None, **asked)
        self.token, self.csrf = found["token"], found["csrf"]
        return found

    async def ask(self, method: str, **body: Any) -> Any:
        return await self.custody.ask(method, self, **body)


@dataclass
class Custody:
    """Custody at work, and who uses it."""

    process: CustodyProcess
    desk: Desk
    ledger: Ledger
    home: Home
    founders: dict[str, str]
    now: float
    founder: "Someone" = None  # type: ignore[assignment]

    def later(self, seconds: float) -> None:
        """Move every clock."""
        self.now += seconds
        self.ledger.solo.clock.now_ms = int(self.now * 1000)

    async def ask(self, method: str, who: Someone | None, address: str = "10.0.0.1", **body: Any) -> Any:
        token = who.token if who is not None else ""
        asked = Asked(Who(token=token, address=address), BODIES[method](**body))
        return await self.process.handlers[method](asked)

    async def take_up(self, login: str, code: str, password: str = PASSWORD) -> Someone:
        """Enrol and sign in."""
        found = await self.ask("enrol", None, login=login, code=code, password=password)
        made = Someone(self, login, found["account"], found["totp_secret"], found["recovery_codes"], password)
        await made.sign_in()
        return made

    async def officers(self) -> tuple[Someone, Someone]:
        """The founders, signed in."""
        first, second = [await self.take_up(login, code) for login, code in self.founders.items()]
        self.founder = first
        return first, second

    async def person(self, officer: Someone, login: str = "zhang.wei") -> Someone:
        """A person, invited by an officer and signed in."""
        invited = await officer.ask("invite", login=login)
        return await self.take_up(login, invited["code"])

    async def agreed(self, maker: Someone, checker: Someone, kind: str, account: str, **more: Any) -> Any:
        """What one officer asked for and the other approved."""
        asked = await maker.ask("ask", kind=kind, account=account, reason="seen in person", **more)
        return await checker.ask("decide", request=asked["request"], approve=True, code=checker.code())


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL for this session."""
    made = Cluster()
    made.start()
    yield made
    made.stop("immediate")
    made.remove()


_names = itertools.count(1)


@pytest.fixture(params=["sqlite"])
def custody(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Custody]:
    """Custody by org2's counter, just set up with two officers who have not come yet."""
    monkeypatch.setattr(keys, "_KIB", 64)  # what a password costs is tested on its own
    if request.param == "postgresql":
        address = request.getfixturevalue("cluster").make(f"custody_{next(_names)}")
        monkeypatch.setenv("ZHULIAN_CUSTODY_DATABASE", address)
    solo = open_solo(tmp_path)
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.genesis_file.write_bytes(CODEC.encode(solo.genesis))
    home.config_file.write_text('[custody]\nagent = "org2.counter"\n')
    founders = set_up(home, ["officer.li", "officer.wang"])
    database, service, hasher, chain, window_s = open_custody(home)
    agent = Identity("org2.counter", SoftwareSigner(hasher.suite, key_of("gm", "org2.counter")))
    ledger = Ledger(solo)
    made: Custody
    desk = Desk(database, hasher, chain, window_s, service, CustodyConfig(agent=agent.name), ledger, agent, lambda: made.now)  # type: ignore[arg-type]
    loop = asyncio.new_event_loop()
    made = Custody(CustodyProcess(desk, Guard(loop)), desk, ledger, home, founders, solo.now_ms / 1000)
    loop.close()
    monkeypatch.setattr("zhulian.offchain.custody.founding.time.time", lambda: made.now)
    yield made
    desk.close()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
