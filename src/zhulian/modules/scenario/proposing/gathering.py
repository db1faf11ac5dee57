"""The signatures on a proposal: for whom each stands, which of them still count, and whether they are enough."""

from collections.abc import Mapping, Sequence

from zhulian.errors import Refusal
from zhulian.language.compile import INSTANCE, Compiled, CompiledAction
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Acting, Authority, Context
from zhulian.modules.scenario.needs import Parties
from zhulian.modules.scenario.proposing.errors import NoPartOfIt
from zhulian.modules.scenario.state import Approval, Proposal
from zhulian.modules.scenario.values import Unfit, key_texts, read_key
from zhulian.modules.scenario.who.custody import agent_of
from zhulian.modules.scenario.who.errors import BarredOfficer, TooFewSign
from zhulian.modules.scenario.who.judge import ACTOR, require_seats
from zhulian.modules.scenario.who.officers import officers_of

__all__ = ["enough", "records_of", "require_not_barred", "stands_for", "still_counting"]


def stands_for(parties: Parties, context: Context, signer: Acting, by: Mapping[str, str]) -> str:
    """The party of a proposal for which somebody signs: its own, or a handle that its organisation carries as agent.

    Raises:
        NoPartOfIt. Refusal: what the identity module says of the one handle that there is.
    """
    every = list(dict.fromkeys(by.values()))
    if signer.party in every:
        return signer.party
    why: list[Refusal] = []
    for handle in [each for each in every if each.startswith("~")]:
        try:
            agent_of(parties, context, handle, (signer,), [each for each in every if each != handle])
        except Refusal as refusal:
            why.append(refusal)
            continue
        return handle
    if len(why) == 1 and len(every) == 1:
        raise why[0]
    raise NoPartOfIt(signer=signer.signer)


def records_of(compiled: Compiled, action: CompiledAction, instance: str, on: Sequence[tuple[str, ...]]) -> list[RecordName]:
    """The records that a proposal is about; keys that name none are left to the judgement at the end."""
    if action.creates:
        return []
    if action.record.name == INSTANCE:
        return [RecordName(instance, INSTANCE)]
    found = []
    for parts in on:
        try:
            ref = read_key(action.record.name, parts, compiled.keys)
        except Unfit:
            continue
        found.append(RecordName(instance, action.record.name, key_texts(ref)))
    return found


def require_not_barred(
    context: Context, action: CompiledAction, records: Sequence[RecordName], by: Mapping[str, str], approval: Approval
) -> None:
    """That no `apart` keeps the signer from this action on any of the records.

    Raises:
        BarredOfficer.
    """
    for signatory in action.shape.by:
        if by.get(signatory.name or ACTOR) != approval.party:
            continue
        for other in signatory.apart:
            for record in records:
                if approval.signer in officers_of(context.state, record, other):
                    raise BarredOfficer(signer=approval.signer, action=other)


def still_counting(
    authority: Authority,
    parties: Parties,
    context: Context,
    action: CompiledAction,
    records: Sequence[RecordName],
    proposal: Proposal,
) -> list[tuple[Approval, Acting]]:
    """The approvals whose signer may still sign by the same key for the same party, with what it is now; others count no longer."""
    found = []
    for approval in proposal.approvals:
        try:
            acting = authority.judge(context.state, approval.signer, approval.key, context.block.time)
            same = stands_for(parties, context, acting, proposal.by) == approval.party
            require_not_barred(context, action, records, proposal.by, approval)
        except Refusal:
            context.state.charge(0)  # to run out of steps is no fault of the signer's: it is refused here again
            continue
        if same:
            found.append((approval, acting))
    return found


def enough(action: CompiledAction, by: Mapping[str, str], counting: Sequence[tuple[Approval, Acting]]) -> bool:
    """Whether every party has signed, with the officers and seats that the action asks for."""
    for signatory in action.shape.by:
        party = by[signatory.name or ACTOR]
        there = [acting for approval, acting in counting if approval.party == party]
        if not there:
            return False
        try:
            require_seats(signatory, there)
        except TooFewSign:
            return False
    return True
