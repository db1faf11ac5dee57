"""Agents that sign for people without keys, as the identity module knows them."""

from collections.abc import Sequence

from zhulian.errors import check
from zhulian.ledger.module import Acting, Context
from zhulian.modules.scenario.needs import Parties

__all__ = ["agent_of"]


def agent_of(parties: Parties, context: Context, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
    """The agent organisation that signs for a handle; the signers need not be those of this transaction, but may have approved earlier.

    Raises:
        Refusal: if nobody who signs may act for it, or its agent is among `others`.
    """
    here = Context(context.block, context.transaction, tuple(signers), context.state)
    _, agent = parties.acting_for(here, party, others)
    check(agent is not None, "a handle that does not sign itself is carried by an agent")
    return agent or ""
