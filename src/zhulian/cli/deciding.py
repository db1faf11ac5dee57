"""Deciding something at once, where the keys of several organisations lie in one home, as on a sample chain."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from zhulian.cli.state import home

if TYPE_CHECKING:
    from zhulian.client import Chain

__all__ = ["decide"]


def decide(chain: "Chain", actions: Sequence[dict[str, Any]]) -> tuple[str, str] | None:
    """Let the organisations whose officers' keys lie in this home propose and vote; the proposal and how it stands, None without such keys."""
    voters = [each for each in home().signers() if each.endswith(".admin")]
    if not voters:
        return None
    proposal = chain.govern.propose(list(actions), signers=voters[:1]).transaction
    status = _status(chain, proposal)
    for voter in voters[1:]:
        if status != "open":
            break
        chain.govern.vote(proposal, "yes", signers=[voter])
        status = _status(chain, proposal)
    return proposal, status


def _status(chain: "Chain", proposal: str) -> str:
    stands = chain.state(("govern/proposals", proposal)).value
    return str(stands.get("status", "open")) if isinstance(stands, dict) else "open"
