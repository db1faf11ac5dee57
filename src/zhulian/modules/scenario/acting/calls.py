"""Who acts where one instance calls an action of another: those who sign the calling action, or the calling instance itself."""

from collections.abc import Mapping, Sequence

from zhulian.errors import Refusal
from zhulian.language.compile import CompiledAction
from zhulian.ledger.module import Acting
from zhulian.modules.scenario.who.judge import ACTOR, Court, Signed, judge_who, signer_of_instance

__all__ = ["judge_called"]


def judge_called(
    court: Court, action: CompiledAction, by: Mapping[str, str], signers: Sequence[Acting], caller: str, others: Sequence[str]
) -> Signed:
    """Who acts in an action that the instance `caller` calls; `by` are the parties that sign the calling action.

    `others` are parties that the called action is about, none of whom is anybody's agent in it.

    Parties go by their names. Where the names differ and one party signs the called action, it is the first of the callers that
    may, the calling instance last; a name of several that the caller does not have is the calling instance.

    Raises:
        Refusal: why the last of those who could be it may not act.
    """
    *first, last = _ways(action, by, f"@{caller}")
    for parties in first:
        try:
            return _judged(court, action, parties, signers, caller, others)
        except Refusal:  # the next may be the one that is meant
            continue
    return _judged(court, action, last, signers, caller, others)


def _ways(action: CompiledAction, by: Mapping[str, str], instance: str) -> list[dict[str, str]]:
    """How the callers can be the signatories, the likeliest first."""
    names = [each.name or ACTOR for each in action.shape.by]
    if len(names) > 1 or names[0] in by:
        return [{name: by.get(name, instance) for name in names}]
    return [{names[0]: party} for party in dict.fromkeys([*by.values(), instance])]


def _judged(
    court: Court,
    action: CompiledAction,
    parties: Mapping[str, str],
    signers: Sequence[Acting],
    caller: str,
    others: Sequence[str],
) -> Signed:
    there = [each for each in signers if each.party in parties.values() or _may_carry(each, parties)]
    if f"@{caller}" in parties.values():
        there.append(signer_of_instance(caller))
    return judge_who(court, action.name, action.shape.by, parties, there, one_party=action.shape.one_party, others=others)


def _may_carry(signer: Acting, parties: Mapping[str, str]) -> bool:
    """Whether the signer may be the agent of a person among the parties who does not sign."""
    return "agent" in signer.duties and any(each.startswith("~") for each in parties.values())
