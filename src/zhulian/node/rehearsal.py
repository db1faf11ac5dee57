"""Rehearses a module version on a node's data, beside the running node: it opens the store for reading only and writes nothing."""

from zhulian.errors import Bug, Refusal
from zhulian.home import Home
from zhulian.ledger.chain_store import ChainStore
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.rehearsing import Rehearsal, rehearse
from zhulian.modules import assemble
from zhulian.node.agreements import read_agreements
from zhulian.node.errors import StopNode
from zhulian.node.rocks import RocksStore

__all__ = ["VersionBroke", "rehearse_home"]

_CACHE_BYTES = 32 * 1024 * 1024


class VersionBroke(
    Refusal,
    code="node/32",
    zh="模块 {module} 第 {version} 版在演练中出错（{what}）。节点数据未受影响。请勿表决启用该版本，并告知开发方。",
    en="Version {version} of the module {module} failed in the rehearsal ({what}). The node's data are untouched. Do not vote for that "
    "version, and tell those who made it.",
):
    module: str
    version: int
    what: str


def rehearse_home(home: Home, module: str, version: int, blocks: int) -> Rehearsal:
    """Replay the newest `blocks` blocks of a home's node with `module` at `version`; the node may run or not.

    Raises:
        CannotRehearse, UnsupportedVersion: see `ledger.rehearsing`. VersionBroke: the version fails. Refusal: the data
        cannot be read.
    """
    genesis = parse_genesis(home.genesis_bytes())
    agreed = read_agreements(home, genesis)
    world = assemble(genesis, agreed.skips, agreed.recoveries)
    try:
        with RocksStore(home.database, read_only=True, cache_bytes=_CACHE_BYTES) as store:
            return rehearse(world, ChainStore(store), module, version, blocks)
    except StopNode as stop:
        raise stop.reason from stop
    except Refusal:
        raise
    except (Bug, Exception) as wrong:  # whatever a new version does wrong is what a rehearsal is for
        raise VersionBroke(module=module, version=version, what=f"{type(wrong).__name__}: {wrong}"[:200]) from wrong
