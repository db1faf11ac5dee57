"""Examines the data of a stopped node: every block, the state under the newest header, the seal log, and a replay.

It reads only; nothing is mended but by `repair`. The first fault of each part is named with its height and with what to do.
"""

import contextlib
import struct
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import msgspec

from zhulian.errors import Bug, Refusal
from zhulian.home import BadConfig, Home
from zhulian.ledger.agreements import Agreement, Skip, agreement_digest, verify_recovery, verify_skip
from zhulian.ledger.chain_store import ChainStore, Head
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.transition import World
from zhulian.modules import assemble
from zhulian.node.agreements import InForce, read_agreements
from zhulian.node.doctor_blocks import BlocksExamined, examine_blocks
from zhulian.node.doctor_files import examine_files, move_aside
from zhulian.node.doctor_state import StateExamined, examine_replay, examine_state
from zhulian.node.errors import StopNode
from zhulian.node.finding import Fault, Unsound
from zhulian.node.lock import FolderLock
from zhulian.node.rocks import RocksStore
from zhulian.node.versions import Coming, coming_in

__all__ = ["Progress", "Report", "examine", "repair"]

_RESTORE = (
    "请勿删除或修改任何文件。先复制整个数据目录，再从最新备份或其他成员处恢复；签章日志（seal.log）不得随备份回退。",
    "Delete and change nothing. Copy the whole folder first, then restore the newest backup or another member's copy; "
    "never let a backup take the seal log (seal.log) back.",
)
_NO_BLOCKS = BlocksExamined(0, 0, 0, 0)
_NO_STATE = StateExamined(0, 0)
_SOUND = ("数据完好，可以启动节点。", "The data are sound; the node can be started.")


class Progress(Protocol):
    """Hears how many steps there are, and of each."""

    def total(self, steps: int) -> None:
        """There are so many steps in all."""

    def advance(self, steps: int) -> None:
        """So many more are done."""


@dataclass(frozen=True)
class Report:
    """What an examination found.

    `replayed_through` is the height up to which blocks were executed again with equal results: replay needs every body,
    so it ends before the first block of which one is not kept (refused, or taken down). `proved_keys` of `keys` state
    entries were also proved through the tree at the newest height; of older heights in the window only the root is held
    against the header, so a page that only their proofs need could still be missing.
    """

    sound: bool
    chain: str
    height: int
    blocks: int
    transactions: int
    signatures: int
    bodies_not_kept: int
    keys: int
    proved_keys: int
    replayed_through: int
    faults: tuple[Fault, ...]
    zh: str
    en: str
    first: int = 1
    """The lowest height whose block is here; more than 1 where the chain grew from a snapshot: then nothing is replayed."""
    unsealed: tuple[int, ...] = ()
    """Heights without a quorum of seals here, which a running node asks of other members."""
    coming: tuple[Coming, ...] = ()
    """Module versions that the members have decided for heights to come, and whether this program has them."""


class _Silent:
    def total(self, steps: int) -> None:
        """Nobody watches."""

    def advance(self, steps: int) -> None:
        """Nobody watches."""


class _Findings:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Note the first fault within the block and go on with the next part."""
        try:
            yield
        except Unsound as found:
            self.faults.append(found.fault)
        except StopNode as stop:
            self.faults.append(_fault(name, stop.reason))
        except Refusal as refusal:
            self.faults.append(_fault(name, refusal))
        except (Bug, msgspec.DecodeError, struct.error, ValueError, LookupError) as broken:
            # Elsewhere nothing catches a Bug. Here damaged data are what is looked for, and nothing is carried on.
            self.faults.append(Fault(name, None, f"数据无法解读：{broken}。", f"the data cannot be read: {broken}."))


def repair(home: Home, report: Report) -> list[str]:
    """Move aside what the other members of a network can give again, so that the next start fetches it; answers where to.

    Nothing is moved where nobody can: on a chain of one node, or where no other member's gateway is known.
    """
    try:
        config = home.config()
    except BadConfig:  # named among the faults; who the others are stands in it
        return []
    if config.node.engine != "cometbft" or not config.engine.gateways:
        return []
    with FolderLock.take(home.lock):
        return move_aside(home, list(report.faults), time.strftime("%Y%m%d%H%M%S", time.gmtime()))


def examine(home: Home, progress: Progress | None = None, *, signatures: bool = True, replay: bool = True) -> Report:
    """Examine the node's data in `home`, whose node must be stopped, and the other files of the home.

    `signatures` verifies those of every kept body (some 0.3 ms each); `replay` executes the chain again in a scratch
    folder, which takes about as long as making it did. Each block counts as one step of progress for each pass over it.

    Raises:
        FolderInUse: the node runs. NoGenesis, BadGenesis: there is nothing to examine against.
    """
    genesis = parse_genesis(home.genesis_bytes())
    findings = _Findings()
    findings.faults += examine_files(home, genesis)
    agreed = InForce()
    with contextlib.suppress(Refusal):  # named among the files
        agreed = read_agreements(home, genesis)
    world = assemble(genesis, agreed.skips, agreed.recoveries)
    watching = progress or _Silent()
    with FolderLock.take(home.lock):
        try:
            store = RocksStore(home.database, read_only=True)
        except Refusal as refusal:
            findings.faults.append(_fault("store", refusal))
            return _report(world, findings, 0)
        with store:
            return _examine(home, world, store, watching, findings, agreed.agreements, signatures=signatures, replay=replay)


def _examine(
    home: Home,
    world: World,
    store: RocksStore,
    progress: Progress,
    findings: _Findings,
    agreed: Sequence[Agreement],
    *,
    signatures: bool,
    replay: bool,
) -> Report:
    chain = ChainStore(store)
    heads: list[Head] = []
    with findings.part("head"):
        heads.append(_head(world, chain))
    if not heads:
        return _report(world, findings, 0)
    head = heads[0]
    base = chain.base()[0]
    progress.total((head.height - base) * (2 if replay and not base else 1))
    with findings.part("agreements"):
        _hold(world, chain, head, agreed)
    blocks, state, replayed = _NO_BLOCKS, _NO_STATE, 0
    with findings.part("blocks"):
        blocks = examine_blocks(world, chain, head, home.seal_log, progress.advance, signatures=signatures)
    scratch = home.root / "node"
    with findings.part("state"), tempfile.TemporaryDirectory(prefix="doctor-", dir=scratch) as folder:
        state = examine_state(world, chain, head, Path(folder))
    if replay and blocks.blocks == head.height:  # a chain that grew from a snapshot cannot be executed from genesis
        with findings.part("replay"), tempfile.TemporaryDirectory(prefix="doctor-", dir=scratch) as folder:
            replayed = examine_replay(world, chain, head, Path(folder), progress.advance)
    ahead: list[Coming] = []
    with findings.part("state"):
        ahead += coming_in(world, chain, head.height)
    return replace(_report(world, findings, head.height, blocks, state, replayed), coming=tuple(ahead))


def _hold(world: World, chain: ChainStore, head: Head, agreed: Sequence[Agreement]) -> None:
    """Hold that those have signed each agreement that must."""
    for each in agreed:
        sealers = list(world.genesis.sealers)
        for _, changed in chain.sealer_changes(min(each.act.height, head.height + 1) if isinstance(each.act, Skip) else 0):
            sealers = changed
        try:
            if isinstance(each.act, Skip):
                verify_skip(world.hasher, each, sealers)
            else:
                verify_recovery(world.hasher, each)
        except Refusal as wrong:
            name = f"{agreement_digest(world.hasher, each).hex()}.json"
            raise Unsound("file", None, f"{name}：{wrong.say('zh')}", f"{name}: {wrong.code}: {wrong.say('en')}") from None


def _head(world: World, chain: ChainStore) -> Head:
    head = chain.head()
    if head is None:
        raise Unsound("head", None, "数据目录中没有链。", "There is no chain in the data folder.")
    if chain.meta("genesis") != world.genesis.digest():
        raise Unsound("genesis", None, "数据属于另一条链。", "The data are another chain's than genesis.json.")
    return head


def _report(
    world: World,
    findings: _Findings,
    height: int,
    blocks: BlocksExamined = _NO_BLOCKS,
    state: StateExamined = _NO_STATE,
    replayed: int = 0,
) -> Report:
    faults = tuple(sorted(findings.faults, key=lambda each: (each.height is None, each.height or 0)))
    zh, en = _RESTORE if faults else _SOUND
    return Report(
        sound=not faults,
        chain=world.chain,
        height=height,
        blocks=blocks.blocks,
        transactions=blocks.transactions,
        signatures=blocks.signatures,
        bodies_not_kept=blocks.bodies_not_kept,
        keys=state.keys,
        proved_keys=state.proved,
        replayed_through=replayed,
        first=blocks.first,
        unsealed=blocks.unsealed,
        faults=faults,
        zh=zh,
        en=en,
    )


def _fault(part: str, refusal: Refusal) -> Fault:
    return Fault(part=part, height=None, zh=refusal.say("zh"), en=f"{refusal.code}: {refusal.say('en')}")
