"""A founded home to copy, transactions signed by its clerk, and ledger processes that are always ended."""

import asyncio
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from zhulian.crypto import fingerprint
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import SignatureEntry
from zhulian.modules.evidence.messages import Deposit
from zhulian.network import found_sample
from zhulian.node.rpc import LedgerClient

_SIGNER = "org1.clerk"


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A sample consortium that no node has run yet; do not write into it."""
    home = Home(tmp_path_factory.mktemp("founded"))
    found_sample(home, int(time.time()) - 60)
    return home


@pytest.fixture
def home(founded: Home, tmp_path: Path) -> Home:
    """A copy of the founded home."""
    shutil.copytree(founded.root, tmp_path / "home")
    return Home(tmp_path / "home")


class Author:
    """Signs deposits."""

    def __init__(self, home: Home, name: str = _SIGNER) -> None:
        self.name = name
        self.genesis = parse_genesis(home.genesis_bytes())
        self.hasher = self.genesis.hasher()
        self.signer = home.signer(name, self.genesis.suite)
        self.key = fingerprint(self.hasher.suite, self.signer.public_key)

    def deposit(self, *, expires_in: int = 500, commitment: str | None = None) -> tuple[str, bytes]:
        """Id and envelope of a new deposit."""
        message = Deposit(commitment=commitment or secrets.token_hex(32))
        expires = int(time.time()) + expires_in
        body = encode_body(self.genesis.chain(), expires, [message], secrets.token_hex(16), [self.name])
        preimage = self.hasher.preimage("body", body)
        entry = SignatureEntry(key=self.key, signature=self.signer.sign(preimage).hex(), signer=self.name)
        return self.hasher.suite.digest(preimage).hex(), encode_envelope(body, [entry])

    def forgeries(self, count: int) -> list[bytes]:
        """So many different deposits of good form, whose signatures are all of another body."""
        _, envelope = self.deposit()
        mark = b'"nonce":"'
        at = envelope.index(mark) + len(mark)
        return [envelope[:at] + secrets.token_hex(16).encode() + envelope[at + 32 :] for _ in range(count)]


@pytest.fixture(scope="session")
def author(founded: Home) -> Author:
    """The clerk of the sample consortium."""
    return Author(founded)


@pytest.fixture(scope="session")
def author_of(founded: Home) -> Callable[[str], Author]:
    """Any signer of the sample consortium, by name."""
    return lambda name: Author(founded, name)


@pytest.fixture
def author_at() -> Callable[[Home], Author]:
    """The clerk of a home whose genesis a test has changed."""
    return Author


Start = Callable[..., "subprocess.Popen[bytes]"]


def _starting() -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def start(home: Home, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "zhulian.node.ledger_process", str(home.root), *arguments]
        process = subprocess.Popen(command, stderr=subprocess.PIPE)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait(10)
        if process.stderr is not None:
            process.stderr.close()


@pytest.fixture
def start_ledger() -> Iterator[Start]:
    """Starts the ledger process of a home; whatever still runs at the end is killed by its id."""
    yield from _starting()


@pytest.fixture(scope="module")
def start_() -> Iterator[Start]:
    """The same for fixtures of a whole module."""
    yield from _starting()


async def _until_accepting(home: Home, process: "subprocess.Popen[bytes]") -> tuple[LedgerClient, dict[str, Any]]:
    client = LedgerClient(home.socket)
    while process.poll() is None:
        try:
            status = await client.status()
            if status["accepting"]:
                return client, status
        except ConnectionError:
            pass
        await asyncio.sleep(0.01)
    raise RuntimeError(f"the ledger process ended: {process.stderr.read().decode() if process.stderr else ''}")


@pytest.fixture(scope="session")
def until_accepting_() -> Callable[..., Any]:
    """The same for fixtures of a whole module."""
    return _until_accepting


@pytest.fixture
def until_accepting() -> Callable[..., Any]:
    """Waits for a ledger process and answers a client and its first status."""
    return _until_accepting
