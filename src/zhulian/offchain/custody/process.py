"""The custody process: keeps people's keys and acts for whoever has signed in; the gateway alone talks to it.

Run by the supervisor as `python -m zhulian.offchain.custody.process HOME`. Its end is no end of the node.
"""

import asyncio
import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from zhulian.errors import Refusal, Words
from zhulian.home import BadConfig, Home
from zhulian.ledger.signing import Identity
from zhulian.node.children import say_refused
from zhulian.node.guard import Guard
from zhulian.node.logs import Log
from zhulian.node.rpc import LedgerClient
from zhulian.node.server import Server
from zhulian.offchain.custody import methods
from zhulian.offchain.custody.accounts import Accounts
from zhulian.offchain.custody.desk import Desk
from zhulian.offchain.custody.directory import Directory, is_safe
from zhulian.offchain.custody.directory_doors import DirectoryDoors
from zhulian.offchain.custody.errors import CustodyDatabaseFailed, NoAgentKey
from zhulian.offchain.custody.founding import open_custody
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.models import HeadDeposit, SignedIn
from zhulian.offchain.custody.names import Names
from zhulian.offchain.custody.officers import Officers, deposit_head
from zhulian.offchain.custody.people import People

__all__ = ["CustodyProcess", "main", "open_desk", "open_directory"]

_NICE = 5
_SWEEP_S = 20.0
_DAY_MS = 24 * 3_600_000


class CustodyProcess:
    """Custody at work: its doors, the ends of sessions, and the daily deposit of the log's head."""

    def __init__(self, desk: Desk, guard: Guard, log: Log | None = None, directory: Directory | None = None) -> None:
        self.desk = desk
        self._guard = guard
        self._log = log
        doors = DirectoryDoors(desk, directory)
        accounts, people, officers = Accounts(desk), People(desk), Officers(desk)
        self.officers = officers
        self.handlers: dict[str, Callable[[Any], Awaitable[Any]]] = {
            "about": self.about,
            "sign_in": accounts.sign_in,
            "sign_out": accounts.sign_out,
            "me": accounts.me,
            "enrol": accounts.enrol,
            "change_password": accounts.change_password,
            "recovery_codes": accounts.recovery_codes,
            "directory_begin": doors.begin,
            "directory_finish": doors.finish,
            "directory_unlink": doors.unlink,
            "open_handle": people.open_handle,
            "handles": people.me,
            "act": people.act,
            "acts": people.acts,
            "one_act": people.one_act,
            "export": people.export,
            "hand_over": people.hand_over,
            "invite": officers.invite,
            "accounts": officers.accounts,
            "bind_name": Names(desk).bind,
            "ask": officers.ask,
            "requests": officers.requests,
            "decide": officers.decide,
            "log": officers.log,
            "deposit_log": officers.deposit_log,
        }
        self._server = Server(self.handlers, guard, methods.METHODS)

    async def run(self, socket: Path) -> None:
        """Answer until the guard ends; then every key in memory is overwritten."""
        with self.desk.database.session() as session:
            session.execute(sa.delete(SignedIn))  # their keys went with the process before
        await self._server.start(socket)
        self._guard.spawn(self._look())
        try:
            await self._guard.wait()
            self._server.refuse_new()
            await self._server.drain()
        finally:
            await self._server.close()
            self.desk.close()

    async def about(self, asked: Asked[methods.Nothing]) -> dict[str, Any]:
        """Who keeps the keys and signs, for everybody to read."""
        config = self.desk.config
        return {
            "agent": self.desk.agent.name,
            "directory": config.directory.issuer,
            "idle_s": config.idle_s,
            "organisation": self.desk.organisation,
            "real_names": config.real_names,
            "session_s": config.session_s,
        }

    async def _look(self) -> None:
        """End what is over; once a day deposit the log's head, where it has grown."""
        while True:
            with contextlib.suppress(CustodyDatabaseFailed):
                self.desk.sweep()
                if self._is_due():
                    await self._deposit()
            await asyncio.sleep(_SWEEP_S)

    def _is_due(self) -> bool:
        with self.desk.database.session() as session:
            last = session.scalar(sa.select(sa.func.max(HeadDeposit.at_ms)))
        return self.desk.now_ms - int(last or 0) >= _DAY_MS

    async def _deposit(self) -> None:
        try:
            done = await deposit_head(self.desk)
        except ConnectionError:
            return
        except Refusal as no:
            if self._log is not None:
                self._log.write("log head not deposited", level="error", **no.as_problem())
            return
        if self._log is not None:
            self._log.write("log head", number=done["number"], status=done["outcome"]["status"])


def open_desk(home: Home, ledger: LedgerClient) -> Desk:
    """Everything that custody works with, from a home that is set up.

    Raises:
        CustodyNotSetUp, CustodyOfAnotherChain, WrongServiceKey, NoAgentKey. BadConfig, WrongCustodyDatabase, CustodyDatabaseFailed.
    """
    config = home.config().custody
    database, service, hasher, chain, window_s = open_custody(home)
    try:
        signer = home.signer(config.agent, hasher.suite.name)
    except Refusal as no:
        database.close()
        raise NoAgentKey(signer=config.agent or "-", why=no.words()) from None
    agent = Identity(config.agent, signer)
    return Desk(database, hasher, chain, window_s, service, config, ledger, agent, time.time)


def open_directory(home: Home) -> Directory | None:
    """The directory that the settings name, if any, with this client's secret.

    Raises:
        BadConfig: what it takes is not complete.
    """
    config = home.config().custody.directory
    if not config.issuer:
        return None
    file = home.root / config.secret_file
    try:
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as wrong:
        raise BadConfig(path=str(file), why=Words.quote(wrong)) from None
    if not (secret and config.client and config.redirect and is_safe(config.issuer)):
        why = Words(
            "[custody.directory] 须写明 https 的 issuer，以及 client、redirect 与密钥文件",
            "[custody.directory] needs an issuer by https, client, redirect and a secret",
        )
        raise BadConfig(path=str(home.config_file), why=why)
    return Directory(config, secret)


async def _require_agent(desk: Desk) -> None:
    """That the chain knows the signer as one with the duty agent.

    Raises:
        NoAgentKey.
    """
    found = (await desk.ledger.page("identity/signers", [desk.agent.name], limit=1))["items"]  # also before the first block
    value = found[0]["value"] if found and found[0]["key"][-1] == desk.agent.name else None
    if not isinstance(value, dict) or "agent" not in value.get("duties", ()) or "revoked" in value:
        why = Words("链上没有它的 agent 职责", "the chain gives it no duty agent")
        raise NoAgentKey(signer=desk.agent.name, why=why)


async def _serve(home: Home, log: Log) -> None:
    loop = asyncio.get_running_loop()
    guard = Guard(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, guard.stop)
    ledger = LedgerClient(home.socket)
    desk = open_desk(home, ledger)
    log.write("started", pid=os.getpid(), agent=desk.agent.name, database="sqlite" if desk.database.is_sqlite else "postgresql")
    try:
        await _require_agent(desk)
        await CustodyProcess(desk, guard, log, open_directory(home)).run(home.custody_socket)
    finally:
        desk.close()
        await ledger.close()
    log.write("stopped")


def main(arguments: list[str]) -> int:
    """Run the custody of a home until SIGTERM; 0 after an orderly stop, 3 where a refusal stopped it (its JSON is on stderr)."""
    os.umask(0o077)
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a dump of this process would hold keys
    home = Home(Path(arguments[0]))
    log = Log(home.logs, "custody")
    try:
        asyncio.run(_serve(home, log))
    except Refusal as reason:
        log.write("ended", **reason.as_problem())
        return say_refused(reason)
    finally:
        log.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
