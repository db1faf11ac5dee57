"""The engine's validators follow the ledger: what a block changes in the sealers' seats, in the engine's words."""

from collections.abc import Mapping

from zhulian.consensus.application import Application
from zhulian.consensus.comet.engine import Members
from zhulian.ledger.overlay import StateView
from zhulian.ledger.transition import AppliedBlock
from zhulian.modules.govern.queries import Decisions
from zhulian.modules.govern.state import SEALERS, VALIDATORS

__all__ = ["GovernedMembers"]


class GovernedMembers(Members):
    """Members of the engine as the govern module has them.

    A header that the engine makes in block G is sealed by the set that the header before it commits to. That set votes from
    G+1 on at the latest: an update of block G-1 counts from G+1. So the votes that carry the seals of a header are those of
    exactly its sealers, and a leaver's seal of its last header rides in its own last vote.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._decisions = Decisions()

    def updates(self, applied: AppliedBlock) -> list[tuple[bytes, int]]:
        """Validators (Ed25519 public key, power) that this block adds, changes or, with power 0, removes; sorted by key."""
        if SEALERS.key() not in applied.changes and VALIDATORS.key() not in applied.changes:
            return []
        parent = self._application.chain_store
        before = self._decisions.validators(parent)
        after = self._decisions.validators(_After(parent, applied.changes))
        changed = [(key, after.get(key, 0)) for key in {**before, **after} if before.get(key) != after.get(key)]
        return sorted(changed)


class _After:
    """The state after a block that is not written yet."""

    def __init__(self, parent: StateView, changes: Mapping[bytes, bytes | None]) -> None:
        self._parent = parent
        self._changes = changes

    def get(self, key: bytes) -> bytes | None:
        return self._changes[key] if key in self._changes else self._parent.get(key)
