"""Propose, approve, withdraw. A proposal is judged whole at its last signature, as if all had signed then."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from zhulian.errors import Refusal
from zhulian.language.compile import Compiled, CompiledAction
from zhulian.ledger.module import Acting, Authority, Context
from zhulian.modules.scenario import events
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.errors import NoSuchAction
from zhulian.modules.scenario.limits import PROPOSAL_S_MAX, PROPOSALS_MAX
from zhulian.modules.scenario.messages import Approve, Propose, Withdraw
from zhulian.modules.scenario.opening.handlers import acting_instance
from zhulian.modules.scenario.proposing.errors import (
    ExpiryUnfit,
    NoPartOfIt,
    NoSuchProposal,
    ProposalExpired,
    RulesChanged,
    SignedAlready,
    TooManyProposals,
)
from zhulian.modules.scenario.proposing.gathering import (
    enough,
    records_of,
    require_not_barred,
    stands_for,
    still_counting,
)
from zhulian.modules.scenario.state import PROPOSALS, QUEUES, Approval, Instance, Proposal, Waiting
from zhulian.modules.scenario.who.judge import name_parties

__all__ = ["Act", "ProposalHandlers"]


class Act(Protocol):
    """Does an action with the signatures that were gathered, or refuses it."""

    def __call__(
        self,
        context: Context,
        shelf: Shelf,
        instance: str,
        action: str,
        on: Sequence[tuple[str, ...]],
        by: Mapping[str, str],
        given: Mapping[str, Any],
        signers: Sequence[Acting],
    ) -> None:
        """Judge who acts and all else, and do it."""


class ProposalHandlers:
    """`act` does what is proposed; `authority` says again at the end who may sign."""

    def __init__(self, shelf: Shelf, authority: Authority, act: Act) -> None:
        self._shelf = shelf
        self._authority = authority
        self._act = act

    def handle_propose(self, context: Context, message: Propose) -> None:
        """Fix an action's input and parties; the proposer's signatures count at once."""
        # AUTHORIZE
        instance, compiled = self._present(context, message.instance)
        action = compiled.actions.get(message.action)
        if action is None:
            raise NoSuchAction(instance=message.instance, action=message.action)
        by = name_parties(action.shape.by, message.by, context.acting, one_party=action.shape.one_party)
        approvals = self._approvals(context, by)

        # VALIDATE
        now = context.block.time
        if not now < message.expires <= now + PROPOSAL_S_MAX:
            raise ExpiryUnfit(expires=message.expires, now=now, latest=now + PROPOSAL_S_MAX)
        if PROPOSALS.has(context.state, message.instance, context.transaction):
            raise SignedAlready(signer=approvals[0].signer, proposal=context.transaction)
        counted = context.acting[0].organisation or context.acting[0].party
        queue = QUEUES.find(context.state, message.instance, counted) or ()
        over = tuple(each for each in queue if each.expires <= now)
        if len(queue) - len(over) >= PROPOSALS_MAX:
            raise TooManyProposals(proposer=counted, instance=message.instance, most=PROPOSALS_MAX)
        proposal = Proposal(
            action=message.action,
            approvals=(),
            by=by,
            counted=counted,
            definition=instance.definition,
            expires=message.expires,
            height=context.block.height,
            input=message.input,
            on=message.on,
            proposer=approvals[0].party,
        )
        records = records_of(compiled, action, message.instance, message.on)
        for each in approvals:
            require_not_barred(context, action, records, by, each)

        # APPLY
        for old in over:
            PROPOSALS.delete(context.state, message.instance, old.proposal)
        waiting = Waiting(expires=message.expires, proposal=context.transaction)
        kept = tuple(each for each in queue if each.expires > now)
        QUEUES.set(context.state, message.instance, counted, value=(*kept, waiting))

        # EMIT
        event = events.Proposed(
            action=message.action, expires=message.expires, instance=message.instance, proposal=context.transaction
        )
        context.emit(event)
        for each in approvals:
            context.emit(events.Approved(instance=message.instance, proposal=context.transaction, signer=each.signer))
        self._sign(context, action, message.instance, context.transaction, proposal, _with_signers(context, approvals))

    def handle_approve(self, context: Context, message: Approve) -> None:
        """Add signatures to a proposal; with the last that is due, the action is judged and done."""
        # AUTHORIZE
        instance, compiled = self._present(context, message.instance)
        proposal = _proposal(context, message.instance, message.proposal)
        approvals = self._approvals(context, proposal.by)

        # VALIDATE
        if context.block.time >= proposal.expires:
            raise ProposalExpired(expires=proposal.expires, now=context.block.time)
        if instance.definition != proposal.definition:
            raise RulesChanged(instance=message.instance)
        action = compiled.actions[proposal.action]
        records = records_of(compiled, action, message.instance, proposal.on)
        counting = still_counting(self._authority, self._shelf.parties, context, action, records, proposal)
        for each in approvals:
            if any(before.signer == each.signer for before, _ in counting):
                raise SignedAlready(signer=each.signer, proposal=message.proposal)
        for each in approvals:
            require_not_barred(context, action, records, proposal.by, each)

        # APPLY
        gone = [each for each in proposal.approvals if all(each is not kept for kept, _ in counting)]
        counting += _with_signers(context, approvals)

        # EMIT
        for each in gone:
            context.emit(events.Withdrawn(instance=message.instance, proposal=message.proposal, signer=each.signer))
        for each in approvals:
            context.emit(events.Approved(instance=message.instance, proposal=message.proposal, signer=each.signer))
        self._sign(context, action, message.instance, message.proposal, proposal, counting)

    def handle_withdraw(self, context: Context, message: Withdraw) -> None:
        """Take back the whole proposal, for its proposer; the own signature, for others; what is over, for anyone."""
        # AUTHORIZE
        instance, _ = self._present(context, message.instance)
        proposal = _proposal(context, message.instance, message.proposal)
        over = context.block.time >= proposal.expires or instance.definition != proposal.definition
        signers = [each.signer for each in context.acting]
        whole = over or any(self._is_proposers(context, each, proposal) for each in context.acting)

        # VALIDATE
        for each in signers:
            if not whole and all(approval.signer != each for approval in proposal.approvals):
                raise NoPartOfIt(signer=each)

        # APPLY
        if whole:
            _drop(context, message.instance, message.proposal, proposal)
        else:
            left = tuple(each for each in proposal.approvals if each.signer not in signers)
            value = replace(proposal, approvals=left)
            PROPOSALS.set(context.state, message.instance, message.proposal, value=value)

        # EMIT
        for each in signers:
            event = events.Withdrawn(instance=message.instance, proposal=message.proposal, signer=each, whole=whole)
            context.emit(event)

    def _present(self, context: Context, name: str) -> tuple[Instance, Compiled]:
        """The instance as it is now, with its definition."""
        instance = acting_instance(self._shelf, context, name)
        return instance, self._shelf.compiled(context.state.quiet, instance.definition)

    def _approvals(self, context: Context, by: Mapping[str, str]) -> tuple[Approval, ...]:
        """The signatures of this transaction, each for the party that it stands for."""
        return tuple(
            Approval(
                duties=each.duties,
                height=context.block.height,
                key=each.key,
                party=stands_for(self._shelf.parties, context, each, by),
                signer=each.signer,
            )
            for each in context.acting
        )

    def _sign(
        self,
        context: Context,
        action: CompiledAction,
        instance: str,
        identifier: str,
        proposal: Proposal,
        counting: list[tuple[Approval, Acting]],
    ) -> None:
        """Let a proposal have these signatures: do it if they are enough, or else keep it."""
        if not enough(action, proposal.by, counting):
            value = replace(proposal, approvals=tuple(approval for approval, _ in counting))
            PROPOSALS.set(context.state, instance, identifier, value=value)
            return
        _drop(context, instance, identifier, proposal)
        signers = [acting for _, acting in counting]
        self._act(context, self._shelf, instance, proposal.action, proposal.on, proposal.by, proposal.input, signers)

    def _is_proposers(self, context: Context, signer: Acting, proposal: Proposal) -> bool:
        """Whether somebody speaks for the party that proposed."""
        try:
            return stands_for(self._shelf.parties, context, signer, proposal.by) == proposal.proposer
        except Refusal:  # of whatever kind: it speaks for nobody here
            return False


def _with_signers(context: Context, approvals: Sequence[Approval]) -> list[tuple[Approval, Acting]]:
    return list(zip(approvals, context.acting, strict=True))


def _proposal(context: Context, instance: str, identifier: str) -> Proposal:
    found = PROPOSALS.find(context.state, instance, identifier)
    if found is None:
        raise NoSuchProposal(instance=instance, proposal=identifier)
    return found


def _drop(context: Context, instance: str, identifier: str, proposal: Proposal) -> None:
    """Forget a proposal, and its place in the queue."""
    if PROPOSALS.has(context.state, instance, identifier):
        PROPOSALS.delete(context.state, instance, identifier)
    queue = QUEUES.find(context.state, instance, proposal.counted) or ()
    left = tuple(each for each in queue if each.proposal != identifier)
    if left:
        QUEUES.set(context.state, instance, proposal.counted, value=left)
    elif queue:
        QUEUES.delete(context.state, instance, proposal.counted)
