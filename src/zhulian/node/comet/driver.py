"""Lets CometBFT make the blocks: opens ABCI's door, feeds the mempool, watches the engine, and says what became of what."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from zhulian.consensus.application import Application
from zhulian.consensus.comet.engine import CometEngine, Committed
from zhulian.consensus.comet.seal_book import SealBook
from zhulian.consensus.comet.socket import AbciConnection
from zhulian.consensus.comet.state_sync import BELOW_NEWEST, StateSync
from zhulian.consensus.solo import Outcome
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.transactions import Transaction
from zhulian.modules.govern.queries import Decisions
from zhulian.node import methods
from zhulian.node.addresses import reachable
from zhulian.node.clock import GuardedClock
from zhulian.node.comet.adoption import read_adoption
from zhulian.node.comet.asking import ASKED
from zhulian.node.comet.checking import Checker
from zhulian.node.comet.feed import MempoolFeed
from zhulian.node.comet.light_door import shown_validators
from zhulian.node.comet.members import GovernedMembers
from zhulian.node.comet.missing import SealSeeker
from zhulian.node.comet.rpc import EngineAway, EngineRpc
from zhulian.node.comet.snapshots import SnapshotKeeper
from zhulian.node.driving import Settled
from zhulian.node.errors import Standstill, UnknownMethod
from zhulian.node.guard import Guard
from zhulian.node.logs import Log
from zhulian.node.verifying import Verifier

__all__ = ["CometDriver"]

_LOOK_S = 1.0
_QUIET_LOOK_S = 2.5
"""While all is well and nothing happens; a look costs some milliseconds in two processes."""
_STUCK_S = 20.0
"""After so long without a decision while something waits, the status says that the node accepts nothing."""
_RETRY_S = 5
_KEPT_MAX = 1_000
_LOOKS_PER_SEARCH = 10


class CometDriver:
    """One node among others. `engine` of the status says how it stands with them: peers, catching up, unsealed headers."""

    engine = "cometbft"

    def __init__(
        self,
        application: Application,
        book: SealBook,
        verifier: Verifier,
        clock: GuardedClock,
        guard: Guard,
        settled: Settled,
        made: Callable[[int], None],
        log: Log,
        *,
        home: Home,
        checkpoint: Callable[[Path], None],
    ) -> None:
        self._application = application
        self._book = book
        self._guard = guard
        self._settled = settled
        self._made = made
        self._log = log
        self._abci = home.abci_socket
        self._rpc = home.engine_socket
        self._engine_note = home.engine_note
        every = home.config().engine.snapshot_every
        self._snapshots = SnapshotKeeper(application, home.snapshots, checkpoint, every, self._taken)
        self._state_sync = StateSync(
            application,
            book,
            self._snapshots,
            lambda: Decisions().validators(application.chain_store),
            lambda height: shown_validators(home.shown_validators, height),
            self._doubt,
        )
        self._engine = CometEngine(
            application,
            book,
            verifier.verify_whole,
            self._committed,
            members=GovernedMembers(application),
            state_sync=self._state_sync,
            agreement=None
            if (adoption := read_adoption(home.adoption_file, application.world.genesis)) is None
            else adoption.agreement,
        )
        self._seeker = SealSeeker(home, book, self._gained)
        self._checker = Checker(application, self._engine, verifier.verify, clock.now)
        self._feed = MempoolFeed(EngineRpc(self._rpc), self._engine.waits, self._checker.know)
        self._unsealed: dict[int, tuple[Outcome, ...]] = {}
        self._asking = EngineRpc(self._rpc)
        self._server: asyncio.Server | None = None
        self._links: list[AbciConnection] = []
        self._peers: list[str] = []
        self._doubted: list[dict[str, str]] = []
        self._catching_up = True
        self._seen_at = 0.0
        self._version = ""

    def admitted(self, transactions: Sequence[Transaction]) -> None:
        """Hand them to the engine, which spreads them; their signatures are not verified again here."""
        self._engine.remember(transactions)
        for each in transactions:
            self._feed.offer(each.raw)

    def start(self) -> None:
        """Begin to feed and to watch."""
        self._guard.spawn(self._feed.run())
        self._guard.spawn(self._watch())

    async def open(self) -> None:
        """Open ABCI's door; the engine is started afterwards."""
        self._abci.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._abci.unlink(missing_ok=True)
        loop = asyncio.get_running_loop()
        with reachable(self._abci) as address:
            self._server = await loop.create_unix_server(self._link, address)

    async def close(self) -> None:
        """Close the door, after the engine has ended."""
        if self._server is not None:
            self._server.close()
        self._abci.unlink(missing_ok=True)

    @property
    def accepting(self) -> bool:
        """Whether the engine is there, has caught up, and reaches more than two thirds of the power, its own included."""
        return self._knows and not self._missing and self._stuck_s < _STUCK_S

    @property
    def standstill(self) -> Refusal | None:
        """Too little power is there. Where members hang without anybody seeing it, taking in goes on: it may be over at once."""
        if not self._knows or not self._missing:
            return None
        names = ", ".join(self._missing)
        why = Words(f"共识节点 {names} 不在线，其余权重不足", f"{names} cannot be reached, and too few are left without")
        return Standstill(why=why, missing=names, retry_after_s=_RETRY_S)

    @property
    def _stuck_s(self) -> float:
        return self._engine.stuck_s if self._application.pool.ready else 0.0

    @property
    def _knows(self) -> bool:
        """Whether the engine was seen not long ago, and is not catching up."""
        return time.monotonic() - self._seen_at <= 5 * _LOOK_S and not self._catching_up

    @property
    def _missing(self) -> list[str]:
        """The sealers that are not there, where those that are have too little power to decide anything."""
        sealers = self._application.sealers()
        there = {*self._peers, self._book.name}
        power = sum(each.power for each in sealers if each.sealer in there)
        if has_quorum(power, sum(each.power for each in sealers)):
            return []
        return [each.sealer for each in sealers if each.sealer not in there]

    def status(self) -> dict[str, Any]:
        """How this node stands with the others."""
        info = self._application.info()
        sealers = [each.sealer for each in self._application.sealers()]
        return {
            "engine_height": info.engine_height,
            "catching_up": self._catching_up,
            "peers": sorted(self._peers),
            "seals": self._book.heard.silent(self._application.head.height, sealers),
            "skew_ms": self._book.heard.skews_ms(sealers),
            "unsealed": self._book.unsealed[:20],
            "unsealed_count": len(self._book.unsealed),
            "verified": len(self._application.pool),
            "restoring": self._state_sync.restoring,
            "snapshots": [each.engine_height for each in self._snapshots.taken()],
            "doubted": self._doubted[-5:],
            "standstill": {"missing": self._missing if self._knows else [], "stuck_s": int(self._stuck_s)},
        }

    def versions(self) -> dict[str, str]:
        """The engine's."""
        return {"engine": self._version} if self._version else {}

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[Any]]]:
        """What the supervisor and other members ask."""
        return {"step_back": self.step_back, "snapshots": self.snapshots, "engine": self.ask_engine}

    async def step_back(self, params: methods.StepBack) -> dict[str, Any]:
        """See `LedgerClient.step_back`."""
        before = self._application.info()
        if params.engine_height < before.engine_height:
            self._engine.step_back(params.engine_height)
            self._log.write(
                "stepped back", height=before.height, engine_height=before.engine_height, to=self._application.head.height
            )
        return msgspec.to_builtins(self._application.info())  # type: ignore[no-any-return]

    async def snapshots(self, _: methods.Nothing) -> list[dict[str, Any]]:
        """See `LedgerClient.snapshots`."""
        newest = self._application.info().engine_height - BELOW_NEWEST
        found = []
        for each in self._snapshots.taken():
            if each.engine_height <= newest:
                manifest = msgspec.json.decode(each.manifest)
                found.append({**{name: manifest[name] for name in ("engine_height", "header", "seals")}, "chunks": each.chunks})
        return found

    async def ask_engine(self, params: methods.Engine) -> dict[str, Any]:
        """See `LedgerClient.engine`."""
        asked: dict[str, Any] = {"height": str(params.height)}
        if params.method == "validators":
            asked |= {"page": str(params.page), "per_page": str(min(params.per_page, 100))}
        if params.method not in ASKED:
            raise UnknownMethod(method=params.method)
        try:
            (found,) = await self._asking.call([(params.method, asked)])
        except EngineAway as wrong:
            return {"error": {"code": -32603, "message": "Internal error", "data": str(wrong)}}
        return {name: found[name] for name in ("result", "error") if name in found}

    def _taken(self, height: int, chunks: int) -> None:
        self._log.write("snapshot taken", height=height, chunks=chunks)

    def _doubt(self, who: str, why: Refusal) -> None:
        """A snapshot did not hold; `who` is the engine's node id of its sender, where it is known."""
        self._doubted.append({"who": who, "code": why.code, "why": why.say("en")})
        self._log.write("snapshot rejected", level="warning", sender=who, **why.as_problem())

    def _gained(self) -> None:
        """Seals came from another member: keep them, and tell those who wait."""
        sealed = self._book.fresh()
        self._application.save_seals()
        for height in sealed:
            self._settled(self._unsealed.pop(height, ()), sealed=True)

    def _link(self) -> AbciConnection:
        link = AbciConnection(self._answer, self._failed)
        self._links.append(link)
        return link

    def _answer(self, method: str, request: Any) -> Any:
        self._guard.check()  # nothing is signed after an exception that nobody foresaw
        return self._checker.answer(method, request)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, asyncio.CancelledError):
            self._guard.fail(error)

    def _committed(self, committed: Committed) -> None:
        """Tell those who wait: of a block when it is durable, and again when more than two thirds of the power have sealed it."""
        dropped = tuple(Outcome(each, 0, 0, refusal.code, refusal) for each, refusal in committed.dropped)
        if dropped:
            self._settled(dropped, sealed=True)
        applied = committed.applied
        if committed.offer:
            self._feed.offer_seal(committed.offer)
        if applied is not None:
            height = applied.header.height
            outcomes = tuple(
                Outcome(each.transaction, height, index, getattr(each, "code", None), applied.refusals.get(index))
                for index, each in enumerate(applied.results)
            )
            self._settled(outcomes, sealed=False)
            self._unsealed[height] = outcomes
            while len(self._unsealed) > _KEPT_MAX:
                del self._unsealed[min(self._unsealed)]
            self._made(len(outcomes))
        for height in committed.sealed:
            self._settled(self._unsealed.pop(height, ()), sealed=True)
        self._snapshots.committed(committed)

    async def _watch(self) -> None:
        """Look at the engine once in a while: who is connected, and whether it has caught up."""
        rpc = EngineRpc(self._rpc)
        for look in itertools.count(1):
            if look % _LOOKS_PER_SEARCH == 0:
                self._seeker.look()
            try:
                status, peers = await rpc.call([("status", {}), ("net_info", {})])
                self._catching_up = status["result"]["sync_info"]["catching_up"]
                self._peers = [each["node_info"]["moniker"] for each in peers["result"]["peers"]]
                self._version = self._version or _release(self._engine_note) or status["result"]["node_info"]["version"]
                self._seen_at = time.monotonic()
            except (EngineAway, KeyError):
                self._peers = []
            await asyncio.sleep(_QUIET_LOOK_S if self.accepting and not self._application.pool.ready else _LOOK_S)


def _release(note: Path) -> str:
    """The engine's release, as the supervisor has noted it; the program itself tells the protocol's version."""
    try:
        return note.read_text(encoding="ascii").removeprefix("v")
    except (OSError, UnicodeDecodeError):
        return ""
