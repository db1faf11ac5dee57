"""Who takes part in a story: its players and whoever must be there besides, with the officers that the steps name."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zhulian.language.definition.stories import OFFICER, seat_of
from zhulian.language.definition.views import Story, Tree

__all__ = ["Admission", "Company", "Player", "make_company", "plan_admissions"]

_STAFF = ("admin", "agent", "voter")
"""Duties of an officer without a seat: it admits, opens handles and votes for its organisation."""


@dataclass(frozen=True, slots=True)
class Player:
    """A player: the party that it is on chain, and its roles (those of used instances by the name of the use)."""

    name: str
    party: str
    roles: tuple[str, ...]
    agent: str = ""

    @property
    def is_person(self) -> bool:
        """Whether it is a person, who acts under a handle."""
        return self.party.startswith("~")


@dataclass(frozen=True, slots=True)
class Admission:
    """A party that is to be admitted to a role, and the party that admits it."""

    role: str
    party: str
    by: str


@dataclass
class Company:
    """All parties of a story.

    Attributes:
        players: Those that the story names, by name.
        officers: For each organisation its officers by serial, with their duties.
        operator: The organisation that opens the instances, unless a player is cast as operator.
        regulator: The organisation with the regulator's mandate; empty where nobody needs one.
    """

    players: dict[str, Player]
    officers: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)
    operator: str = ""
    regulator: str = ""

    def add(self, organisation: str, officer: str = OFFICER) -> None:
        """Let an organisation have the officer."""
        seat = seat_of(officer)
        duties = _STAFF if seat == OFFICER else (seat.replace("_", "-"),)
        self.officers.setdefault(organisation, {})[officer.replace("_", "-")] = duties

    def fresh(self, wanted: str) -> str:
        """A name like `wanted` that no organisation has."""
        name, count = wanted.replace("_", "-"), 1
        while name in self.officers:
            count += 1
            name = f"{wanted.replace('_', '-')}-{count}"
        return name

    def signers(self, names: Iterable[str]) -> dict[str, str]:
        """The names under which officers of a step sign (`icbc.maker`, `bolt`), each with the party that it signs for."""
        found: dict[str, str] = {}
        for name in names:
            player, _, officer = name.partition(".")
            at = self.players[player]
            found[self._signer(at, officer or OFFICER)] = at.party
        return found

    def signer_of(self, party: str) -> str:
        """Who signs for a party where the story does not say."""
        player = next((each for each in self.players.values() if each.party == party), None)
        return f"{party}.{OFFICER}" if player is None else self._signer(player, OFFICER)

    def name_of(self, party: str) -> str:
        """How the story calls a party."""
        return next((each.name for each in self.players.values() if each.party == party), party)

    def _signer(self, player: Player, officer: str) -> str:
        if not player.is_person:
            return f"{player.party}.{officer.replace('_', '-')}"
        return f"{self.players[player.agent].party}.{OFFICER}" if player.agent else player.party


def make_company(story: Story) -> Company:
    """The players of a story with the officers that its steps name, and an operator."""
    company = Company({})
    for each in story.cast:
        person = "person" in each.roles
        party = "~" + hashlib.sha256(each.name.encode()).hexdigest()[:32] if person else each.name.replace("_", "-")
        roles = tuple(role for role in each.roles if role != "person")
        company.players[each.name] = Player(each.name, party, roles, each.agent)
        if not person:
            company.add(party)
        if "operator" in roles:
            company.operator = party
        if "regulator" in roles:
            company.regulator = party
    for step in story.steps:
        for voice in step.who:
            for signer in voice.signers:
                name, _, officer = signer.partition(".")
                player = company.players[name]
                if officer and not player.is_person:
                    company.add(player.party, officer)
    if not company.operator:
        company.operator = company.fresh("operator")
        company.add(company.operator)
    return company


def plan_admissions(company: Company, tree: Tree, operator: str, wanted: Mapping[str, Iterable[str]]) -> list[Admission]:
    """In which order, and by whom, parties are admitted to the roles of an instance; who must admit and is not there is added."""
    roles = {each.name: each for each in tree.roles}
    members: dict[str, list[str]] = {}
    plan: list[Admission] = []

    def admit(role: str, party: str) -> None:
        if party in members.setdefault(role, []):
            return
        by = _admitter(roles[role].admitted_by, party)
        members[role].append(party)
        plan.append(Admission(role, party, by))

    def _admitter(role: str, party: str) -> str:
        if role == "operator":
            return operator
        if role == "regulator":
            company.regulator = company.regulator or company.fresh("regulator")
            company.add(company.regulator)
            return company.regulator
        if role == "anyone":
            return party
        if not members.get(role):
            first = next(iter(wanted.get(role, ())), "")
            if not first or first == party:
                first = company.fresh(role)
                company.add(first)
            admit(role, first)
        return members[role][0]

    for role, parties in wanted.items():
        for party in parties:
            if role in roles:
                admit(role, party)
    return plan
