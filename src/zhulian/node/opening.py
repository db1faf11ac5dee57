"""Opens what a node needs of its home: genesis, store, application, seal key, seal log. Plain calls, in one place."""

import errno
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhulian.consensus.application import Application
from zhulian.consensus.comet.seal_book import Doubt, SealBook
from zhulian.consensus.seal_log import SealLog
from zhulian.consensus.solo import SoloEngine
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.ledger.agreements import Agreement
from zhulian.ledger.genesis import parse_genesis
from zhulian.modules import assemble, found_state
from zhulian.node.agreements import hold_agreements, read_agreements
from zhulian.node.clock import GuardedClock
from zhulian.node.comet.driver import CometDriver
from zhulian.node.driving import Driver, Settled, SoloDriver
from zhulian.node.errors import DiskFailed, DiskFull, DiskReadOnly, SealLogMissing
from zhulian.node.guard import Guard
from zhulian.node.logs import Log
from zhulian.node.migrations import bring_forward
from zhulian.node.rocks import RocksStore
from zhulian.node.timed import TimedApplication
from zhulian.node.verifying import Verifier
from zhulian.node.versions import require_supported

__all__ = ["Opened", "disk_refusal", "open_node"]


@dataclass(frozen=True)
class Opened:
    """A node's parts, open and recovered."""

    store: RocksStore
    application: TimedApplication
    engine: SoloEngine | SealBook
    """What seals: the embedded engine, or the book of seals where CometBFT makes the blocks."""
    seal_log: SealLog
    new_seal_log: bool
    """A seal log was begun anew, for a person said so."""
    home: Home
    agreements: Sequence[Agreement] = ()
    """What the members agreed on outside the chain, in force here."""

    def driver(
        self, verifier: Verifier, clock: GuardedClock, guard: Guard, settled: Settled, made: Callable[[int], None], log: Log
    ) -> Driver:
        """What makes this node's blocks."""
        if isinstance(self.engine, SoloEngine):
            return SoloDriver(self.application, self.engine, clock, guard, settled, made)
        return CometDriver(
            self.application,
            self.engine,
            verifier,
            clock,
            guard,
            settled,
            made,
            log,
            home=self.home,
            checkpoint=self.store.checkpoint,
        )

    def checkpoint_for_backup(self) -> None:
        """Put a consistent copy of the store where backups are gathered."""
        folder = self.home.checkpoint
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.store.checkpoint(folder)

    def close(self) -> None:
        """Keep the newest seals in the store too, and let go of everything."""
        self.application.save_seals()
        self.seal_log.close()
        self.store.close()


def open_node(
    home: Home,
    clock: GuardedClock,
    *,
    confirmed: bool = False,
    new_seal_log: bool = False,
    doubt: Doubt | None = None,
    migrated: Callable[[int, Words], None] = lambda form, what: None,
) -> Opened:
    """Open the home's chain; the caller holds its lock.

    `confirmed`: a person says that the clock is right. `new_seal_log`: a person says that the seal log is lost and the data
    the newest; where a seal log is there, it counts all the same. `doubt` is told of other members' bad seals, `migrated` of
    each step that brings the store to this program's form.

    Raises:
        Refusal: genesis, keys, disk, clock or seal log are not in order; the sentence says what to do.
    """
    genesis = parse_genesis(home.genesis_bytes())
    config = home.config().node
    alone = config.engine == "solo"
    signer = home.signer(f"{config.sealer}.seal", genesis.suite) if alone or config.sealer else None
    agreed = read_agreements(home, genesis)
    world = assemble(genesis, agreed.skips, agreed.recoveries)
    store = RocksStore(home.database)
    bring_forward(store, home.database, migrated)
    application = TimedApplication(world, store, found_state(world))
    require_supported(application)
    hold_agreements(application, agreed.agreements)
    if application.head.height > 0:
        clock.check_start(application.head.time_ms, confirmed=confirmed)
    seal_log, lost = _open_seal_log(home, application, new_seal_log, signer.public_key.hex() if signer is not None else "")
    engine: SoloEngine | SealBook
    if alone and signer is not None:
        engine = SoloEngine(application, signer, seal_log, clock.now_ms)
    else:
        engine = SealBook(application, signer, seal_log, clock.now_ms, doubt or _nobody_told)
    engine.recover()
    if (
        alone and seal_log.newest == 0 and application.head.height > 0
    ):  # the new log begins with the head, as every later start asks
        seal_log.append(application.head.height, application.head.digest, application.seals(application.head.height)[0])
    return Opened(store, application, engine, seal_log, lost, home, agreed.agreements)


def _nobody_told(sealer: str, height: int, why: str) -> None:
    return


def _open_seal_log(home: Home, application: Application, new: bool, public_key: str) -> tuple[SealLog, bool]:
    """The seal log, and whether it was lost: blocks without it may be an old backup, and more of them a second history.

    A crash before the first seal leaves an empty log and a first block to seal without one, and nothing else does. A key that
    was never in the set has sealed nothing.

    Raises:
        SealLogMissing: before anything is made that a second start could take for the log.
    """
    height = application.head.height
    first = _first_to_seal(application, public_key)
    missing = SealLogMissing(height=height, path=str(home.seal_log))
    there = home.seal_log.exists()
    if first is not None and not there and not new:
        raise missing
    log = SealLog(home.seal_log)
    first_unsealed = there and first == height and not application.seals(height)
    lost = first is not None and log.newest == 0 and not first_unsealed
    if lost and not new:
        log.close()
        raise missing
    return log, lost


def _first_to_seal(application: Application, public_key: str) -> int | None:
    """The first height, up to the head, that the key was to seal; None where there is none."""
    height = application.head.height
    sets = [(0, application.world.genesis.sealers), *application.chain_store.sealer_changes(height)]
    return next((at + 1 for at, each in sets if at < height and any(one.public_key == public_key for one in each)), None)


def disk_refusal(home: Home, wrong: OSError) -> Refusal:
    """The numbered refusal for an error of the disk outside the store, such as in the seal log."""
    folder = str(home.root)
    if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(folder=folder)
    if wrong.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskReadOnly(folder=folder)
    return DiskFailed(folder=folder, why=Words.quote(wrong))
