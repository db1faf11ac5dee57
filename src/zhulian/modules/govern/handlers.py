"""How the members decide: propose, vote, and carry out what has passed in the transaction of the deciding vote."""

from collections.abc import Mapping
from typing import Any, Union

import msgspec
from msgspec.structs import replace

from zhulian.errors import Refusal, Words
from zhulian.ledger.module import Context, Handler
from zhulian.ledger.types import Message
from zhulian.modules.govern.errors import (
    ActionMalformed,
    ActionRefused,
    AlreadyVoted,
    NeedsProposal,
    NeedsVoter,
    NotGoverned,
    OneProposalEach,
    ProposalDecided,
    ProposalExpired,
    UnknownProposal,
)
from zhulian.modules.govern.events import Passed, Proposed, Rejected, Voted
from zhulian.modules.govern.messages import Propose, Vote
from zhulian.modules.govern.needs import Membership
from zhulian.modules.govern.queries import count_votes
from zhulian.modules.govern.state import PROPOSALS, Proposal

__all__ = ["Handlers"]


class Handlers:
    """`governed` are all messages, of any module, that only a passed proposal may carry out, with their handlers.

    `proposing` are those that show something which must be fresh when they are proposed, with what judges that.
    """

    def __init__(
        self, membership: Membership, governed: Mapping[type[Message], Handler], proposing: Mapping[type[Message], Handler]
    ) -> None:
        self._membership = membership
        self._proposing = proposing
        self._governed = governed
        self._types = {each.__struct_config__.tag for each in governed}
        self._shape: Any = Union[tuple(governed)]  # noqa: UP007 - a union of types that are known only here

    def handle_propose(self, context: Context, message: Propose) -> None:
        """Open a proposal, with the proposers' own yes; it may pass at once."""
        # AUTHORIZE
        organisations = _voters(context)

        # VALIDATE
        if PROPOSALS.has(context.state, context.transaction):
            raise OneProposalEach()
        actions = [self._read_action(place, each) for place, each in enumerate(message.actions, 1)]
        _run(context, self._proposing, actions)
        proposal = Proposal(
            actions=tuple(message.actions),
            closes=context.block.time + context.block.genesis.governance.voting_s,
            height=context.block.height,
            proposer=organisations[0],
            status="open",
            votes=dict.fromkeys(organisations, "yes"),
        )
        proposal = self._decide(context, proposal)

        # APPLY
        PROPOSALS.set(context.state, context.transaction, value=proposal)

        # EMIT
        context.emit(Proposed(closes=proposal.closes, proposal=context.transaction))
        self._announce(context, context.transaction, proposal, organisations, "yes")
        self._carry_out(context, proposal, actions)

    def handle_vote(self, context: Context, message: Vote) -> None:
        """Count a vote for every organisation that signs, and carry the proposal out where that decides it."""
        # AUTHORIZE
        organisations = _voters(context)

        # VALIDATE
        proposal = PROPOSALS.find(context.state, message.proposal)
        if proposal is None:
            raise UnknownProposal(proposal=message.proposal)
        if proposal.status != "open":
            raise ProposalDecided(proposal=message.proposal, status=proposal.status)
        if context.block.time >= proposal.closes:
            raise ProposalExpired(proposal=message.proposal, closes=proposal.closes)
        for organisation in organisations:
            if organisation in proposal.votes:
                raise AlreadyVoted(organisation=organisation, proposal=message.proposal)
        proposal = self._decide(context, replace(proposal, votes=proposal.votes | dict.fromkeys(organisations, message.vote)))
        actions = [self._read_action(place, each) for place, each in enumerate(proposal.actions, 1)]

        # APPLY
        PROPOSALS.set(context.state, message.proposal, value=proposal)

        # EMIT
        self._announce(context, message.proposal, proposal, organisations, message.vote)
        self._carry_out(context, proposal, actions)

    def refuse_direct(self, context: Context, message: Message) -> None:
        """Stand in for the handlers of governed messages that somebody sends without a proposal.

        Raises:
            NeedsProposal: always.
        """
        # AUTHORIZE
        raise NeedsProposal(type=str(message.__struct_config__.tag))

    def _read_action(self, place: int, action: dict[str, Any]) -> Message:
        """An action as the message that it is, written as it would be in a transaction of its own."""
        name = action.get("type")
        if not isinstance(name, str) or name not in self._types:
            raise NotGoverned(place=place, type=str(name)[:80])
        try:
            message: Message = msgspec.convert(action, self._shape)
        except msgspec.ValidationError as wrong:
            raise ActionMalformed(place=place, why=Words.quote(wrong)) from None
        if msgspec.to_builtins(message) != action:
            raise ActionMalformed(
                place=place,
                why=Words(
                    "与缺省值相同的项应当省略，限额应当完整填写", "defaults of a message are left out, limits are given whole"
                ),
            )
        return message

    def _decide(self, context: Context, proposal: Proposal) -> Proposal:
        """The proposal with the status that its votes give it now."""
        active = self._membership.voting_organisations(context.state)
        outcome = count_votes(proposal, active, context.block.genesis.governance).outcome
        if outcome == "passed":
            return replace(proposal, status="passed", decided=context.block.height)
        if outcome == "rejected":
            return replace(proposal, status="rejected", decided=context.block.height)
        return proposal

    def _announce(self, context: Context, identifier: str, proposal: Proposal, organisations: list[str], vote: str) -> None:
        for organisation in organisations:
            context.emit(Voted(organisation=organisation, proposal=identifier, vote=vote))
        if proposal.status == "passed":
            context.emit(Passed(proposal=identifier))
        if proposal.status == "rejected":
            context.emit(Rejected(proposal=identifier))

    def _carry_out(self, context: Context, proposal: Proposal, actions: list[Message]) -> None:
        """Run the actions of a proposal that has just passed; one refusal undoes the whole transaction, vote included."""
        if proposal.status != "passed":
            return
        _run(context, self._governed, actions)


def _run(context: Context, handlers: Mapping[type[Message], Handler], actions: list[Message]) -> None:
    """Run the handlers of those actions that have one, naming the place of the first that is refused."""
    for place, action in enumerate(actions, 1):
        handler = handlers.get(type(action))
        if handler is None:
            continue
        try:
            handler(context, action)
        except Refusal as inner:
            raise ActionRefused(place=place, inner=inner.code, inner_zh=inner.say("zh"), inner_en=inner.say("en")) from None


def _voters(context: Context) -> list[str]:
    """The organisations that vote by this transaction, sorted; every signer must be entitled."""
    for each in context.acting:
        if each.kind != "officer" or not ("admin" in each.duties or "voter" in each.duties):
            raise NeedsVoter(signer=each.signer)
    return sorted(dict.fromkeys(each.party for each in context.acting))
