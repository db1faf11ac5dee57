"""Who acts: parties, signatures, roles and officers of one action, judged before anything is read of the record's state.

What this needs to know it asks a `Court`, so that it knows neither the engine nor the chain. It has two halves: `signed_by` looks at
the signatures, which say who is there, and `entitled` at what the definition asks of them. Whoever does not sign for a party
learns nothing about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from zhulian.language.definition.shapes import SeatNeed, Signatory
from zhulian.language.definition.words import ALL_ROLES
from zhulian.ledger.module import Acting
from zhulian.modules.scenario.who.errors import (
    AgentTakesPart,
    BarredOfficer,
    NotYours,
    OfficersMissing,
    OwnKeyDue,
    PartyNamedTwice,
    SeatMissing,
    SeatsShared,
    SignatoryMissing,
    SignatoryUnknown,
    SignatureMissing,
    StrangerSigns,
)

__all__ = [
    "ACTOR",
    "Court",
    "Signed",
    "entitled",
    "judge_who",
    "name_parties",
    "require_no_agent",
    "require_seats",
    "signed_by",
    "signer_of_instance",
]

ACTOR = "actor"
"""The name of a signatory that the definition does not name."""


class Court(Protocol):
    """What the judge asks."""

    def agent(self, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
        """The agent that signs for a person's handle, which none of `others` may be.

        Raises:
            Refusal: if nobody who signs may act for it.
        """

    def equals(self, signatory: Signatory, place: int) -> object:
        """What the expression `is` of the signatory's choice at `place` names: a party, several of them, or None."""

    def has_role(self, role: str, party: str) -> bool:
        """Whether the party has the role in the instance; `operator` and `regulator` are roles too."""

    def own_keys(self, role: str) -> bool:
        """Whether the role forbids agents."""

    def officers(self, action: str) -> Sequence[str]:
        """The signers of that action when it was last done on the record."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who acts: parties by signatory (`actor` where it has no name), agents by signatory where one carries the act, and all signers."""

    by: Mapping[str, str]
    via: Mapping[str, str]
    officers: tuple[str, ...]

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties that sign, each once."""
        return tuple(dict.fromkeys(self.by.values()))


def judge_who(
    court: Court,
    action: str,
    signatories: Sequence[Signatory],
    by: Mapping[str, str],
    signers: Sequence[Acting],
    *,
    one_party: bool = False,
    others: Sequence[str] = (),
) -> Signed:
    """Who acts, if those who sign may do the action; `others` are parties on the other side of the matter.

    Raises:
        SignatoryMissing, SignatoryUnknown, PartyNamedTwice, SignatureMissing, StrangerSigns, NotYours, OwnKeyDue, BarredOfficer,
        OfficersMissing, SeatMissing, SeatsShared: in this order. Refusal: what the court refuses with.
    """
    if not by and len(signatories) == 1 == len(signers):  # the same as below, for nearly all that is ever done
        only = signers[0]
        signed = Signed(by={signatories[0].name or ACTOR: only.party}, via={}, officers=(only.signer,))
    else:
        parties = name_parties(signatories, by, signers, one_party=one_party)
        signed = signed_by(court, parties, signers, others)
    entitled(court, action, signatories, signed)
    require_officers(court, signatories, signed, signers)
    return signed


def name_parties(
    signatories: Sequence[Signatory], by: Mapping[str, str], signers: Sequence[Acting], *, one_party: bool = False
) -> dict[str, str]:
    """Which party is which signatory, in the order of the definition.

    Raises:
        SignatoryMissing, SignatoryUnknown, PartyNamedTwice.
    """
    names = [each.name or ACTOR for each in signatories]
    parties = list(dict.fromkeys(each.party for each in signers))
    if not by and len(names) == len(parties) == 1:
        return {names[0]: parties[0]}
    for name in names:
        if name not in by:
            raise SignatoryMissing(name=name)
    for name in by:
        if name not in names:
            raise SignatoryUnknown(name=name, known=", ".join(names))
    found = {name: by[name] for name in names}
    if not one_party:
        first: dict[str, str] = {}
        for name, party in found.items():
            if party in first:
                raise PartyNamedTwice(party=party, one=first[party], other=name)
            first[party] = name
    return found


def signed_by(court: Court, parties: Mapping[str, str], signers: Sequence[Acting], others: Sequence[str] = ()) -> Signed:
    """That each party signs, itself or through an agent, and nobody else does.

    Raises:
        SignatureMissing, StrangerSigns. Refusal: what the court says about an agent.
    """
    via: dict[str, str] = {}
    for name, party in parties.items():
        if any(each.party == party for each in signers):
            continue
        if not party.startswith("~"):
            raise SignatureMissing(name=name, party=party)
        against = [each for each in (*parties.values(), *others) if each != party]
        via[name] = court.agent(party, signers, against)
    for each in signers:
        if each.party not in parties.values() and each.party not in via.values():
            raise StrangerSigns(signer=each.signer)
    return Signed(by=dict(parties), via=via, officers=tuple(each.signer for each in signers))


def entitled(court: Court, action: str, signatories: Sequence[Signatory], signed: Signed) -> None:
    """That each party is one that the definition names, and signs with an own key where it must.

    Raises:
        NotYours, OwnKeyDue. Refusal: what an expression is refused with.
    """
    for signatory in signatories:
        name = signatory.name or ACTOR
        party, agent = signed.by[name], signed.via.get(name)
        fitting = [each.role for place, each in enumerate(signatory.any) if _fits(court, signatory, place, party)]
        if not fitting:
            raise NotYours(action=action, name=name, party=party)
        if agent is not None and (signatory.keys == "own" or all(court.own_keys(role) for role in fitting)):
            raise OwnKeyDue(name=name, agent=agent)


def _fits(court: Court, signatory: Signatory, place: int, party: str) -> bool:
    """Whether the party is who a choice means: of its role, and the one that it equals."""
    who = signatory.any[place]
    if who.role and who.role != ALL_ROLES and not court.has_role(who.role, party):
        return False
    if who.equals is None:
        return bool(who.role)
    named = court.equals(signatory, place)
    return party in named if isinstance(named, tuple | list) else named == party


def require_officers(court: Court, signatories: Sequence[Signatory], signed: Signed, signers: Sequence[Acting]) -> None:
    """That those who sign for each party are as many different officers, in the seats and apart from others, as the definition asks.

    An agent's signers count for whom it carries.

    Raises:
        BarredOfficer, OfficersMissing, SeatMissing, SeatsShared.
    """
    for signatory in signatories:
        if not signatory.apart and not signatory.seats and signatory.officers == 1:
            continue
        name = signatory.name or ACTOR
        party = signed.via.get(name, signed.by[name])
        there = [each for each in signers if each.party == party]
        for action in signatory.apart:
            barred = court.officers(action)
            for each in there:
                if each.signer in barred:
                    raise BarredOfficer(signer=each.signer, action=action)
        require_seats(signatory, there)


def require_seats(signatory: Signatory, there: Sequence[Acting]) -> None:
    """That those who sign for one signatory fill its seats and are enough. Only people count: behind a service's key there is nobody.

    Raises:
        OfficersMissing, SeatMissing, SeatsShared.
    """
    name = signatory.name or ACTOR
    people = list({each.signer: each for each in there if each.kind in ("officer", "person")}.values())
    if signatory.officers > 1 and len(people) < signatory.officers:
        raise OfficersMissing(name=name, wanted=signatory.officers, there=len(people))
    for need in signatory.seats:
        fit = sum(_sits(each, need) for each in people)
        if fit < need.count:
            raise SeatMissing(name=name, seat=duty_of(need.seat), wanted=need.count, there=fit)
    if not _each_own_seat(signatory.seats, people):
        raise SeatsShared(name=name)


def duty_of(seat: str) -> str:
    """The duty in an officer's entry that a seat asks for: duties have hyphens where names of definitions have underscores."""
    return seat.replace("_", "-")


def _sits(officer: Acting, need: SeatNeed) -> bool:
    return duty_of(need.seat) in officer.duties


def _each_own_seat(needs: Sequence[SeatNeed], people: Sequence[Acting]) -> bool:
    """Whether every seat can have an officer of its own (a matching by augmenting paths, Hopcroft and Karp without the phases)."""
    chairs = [need for need in needs for _ in range(need.count)]
    seated: dict[int, int] = {}  # chair by officer

    def seat(chair: int, asked: dict[int, None]) -> bool:
        for place, officer in enumerate(people):
            if place in asked or not _sits(officer, chairs[chair]):
                continue
            asked[place] = None
            if place not in seated or seat(seated[place], asked):
                seated[place] = chair
                return True
        return False

    return all(seat(chair, {}) for chair in range(len(chairs)))


def require_no_agent(signed: Signed, party: str) -> None:
    """That no agent in this action is `party`, which the action gives something to or takes it from; the engine asks before each verb.

    Raises:
        AgentTakesPart.
    """
    for name, agent in signed.via.items():
        if agent == party:
            raise AgentTakesPart(agent=agent, party=signed.by[name])


def signer_of_instance(instance: str) -> Acting:
    """An instance as a party (`as: instance`): it signs by what its definition does, and no transaction can claim its name."""
    name = f"@{instance}"
    return Acting(signer=name, party=name, organisation=None, kind="instance", duties=(), key="")
