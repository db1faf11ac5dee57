"""Opens what a node needs of its home: genesis, store, application, seal key, seal log. Plain calls, in one place."""

import errno
from dataclasses import dataclass

from zhulian.consensus.application import Application
from zhulian.consensus.seal_log import SealLog
from zhulian.consensus.solo import SoloEngine
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.modules import assemble, found_state
from zhulian.node.clock import GuardedClock
from zhulian.node.errors import DiskFailed, DiskFull, DiskReadOnly
from zhulian.node.rocks import RocksStore

__all__ = ["Opened", "disk_refusal", "open_node"]


@dataclass(frozen=True)
class Opened:
    """A node's parts, open and recovered."""

    store: RocksStore
    application: Application
    engine: SoloEngine
    seal_log: SealLog

    def close(self) -> None:
        """Keep the newest seals in the store too, and let go of everything."""
        self.application.save_seals()
        self.seal_log.close()
        self.store.close()


def open_node(home: Home, clock: GuardedClock, *, confirmed: bool = False) -> Opened:
    """Open the home's chain; the caller holds its lock. `confirmed`: a person says that the clock is right.

    Raises:
        Refusal: genesis, keys, disk, clock or seal log are not in order; the sentence says what to do.
    """
    genesis = parse_genesis(home.genesis_bytes())
    signer = home.signer(f"{home.config().node.sealer}.seal", genesis.suite)
    world = assemble(genesis)
    store = RocksStore(home.database)
    application = Application(world, store, found_state(world))
    if application.head.height > 0:
        clock.check_start(application.head.time_ms, confirmed=confirmed)
    seal_log = SealLog(home.seal_log)
    engine = SoloEngine(application, signer, seal_log, clock.now_ms)
    engine.recover()
    return Opened(store, application, engine, seal_log)


def disk_refusal(home: Home, wrong: OSError) -> Refusal:
    """The numbered refusal for an error of the disk outside the store, such as in the seal log."""
    folder = str(home.root)
    if wrong.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(folder=folder)
    if wrong.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskReadOnly(folder=folder)
    return DiskFailed(folder=folder, why=Words.quote(wrong))
