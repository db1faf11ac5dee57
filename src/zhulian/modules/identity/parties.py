"""For whom a transaction acts. Other modules ask this by a Protocol of their own."""

from collections.abc import Sequence

from zhulian.ledger.module import Context
from zhulian.modules.identity.errors import (
    AgentIsCounterparty,
    HandleHasOwnKey,
    HandleIsClosed,
    HandleOfAnotherAgent,
    NameTheParty,
    NeedsAgent,
    NotYourParty,
    UnknownHandle,
)
from zhulian.modules.identity.state import HANDLES

__all__ = ["HandleParties"]


class HandleParties:
    """Parties are organisations and handles; an agent organisation may act for a handle in its custody."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        `party` is what the message names; None means the one party that signs. `counterparties` are the parties on the
        other side of the matter, among whom no agent of the party may be.

        Raises:
            NameTheParty, NotYourParty, UnknownHandle, HandleIsClosed, HandleHasOwnKey, HandleOfAnotherAgent, NeedsAgent,
            AgentIsCounterparty: in this order.
        """
        acting = context.acting
        if party is None:
            party = acting[0].party
            if any(each.party != party for each in acting):
                raise NameTheParty()
            return party, None
        if any(each.party == party for each in acting):
            return party, None
        if not party.startswith("~"):
            raise NotYourParty(party=party)
        handle = HANDLES.find(context.state, party)
        if handle is None:
            raise UnknownHandle(handle=party)
        if handle.closed is not None:
            raise HandleIsClosed(handle=party, height=handle.closed.height)
        if handle.agent is None:
            raise HandleHasOwnKey(handle=party)
        agents = [each for each in acting if each.organisation == handle.agent]
        if not agents:
            raise HandleOfAnotherAgent(handle=party, agent=handle.agent)
        if not any("agent" in each.duties for each in agents):
            raise NeedsAgent()
        if handle.agent in counterparties:
            raise AgentIsCounterparty(agent=handle.agent, handle=party)
        return party, handle.agent
