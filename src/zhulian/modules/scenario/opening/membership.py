"""Admitting parties to roles, and dismissing them."""

from zhulian.errors import Words
from zhulian.language.definition.shapes import Role
from zhulian.ledger.module import Context
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.events import Admitted, Dismissed
from zhulian.modules.scenario.messages import Admit, Dismiss
from zhulian.modules.scenario.needs import People
from zhulian.modules.scenario.opening.errors import (
    AlreadyMember,
    NotAMember,
    NotYourAdmission,
    OwnKeyOnly,
    PartyUnknown,
    PersonsNotAdmitted,
    RoleUnknown,
)
from zhulian.modules.scenario.opening.handlers import acting_instance
from zhulian.modules.scenario.opening.members import ALL, OPERATOR, REGULATOR, enter, has_role, strike
from zhulian.modules.scenario.state import INSTANCES, MEMBERS, Instance, Member

__all__ = ["Membership"]


class Membership:
    """`people` knows the organisations and handles that messages name."""

    def __init__(self, shelf: Shelf, people: People) -> None:
        self._shelf = shelf
        self._people = people

    def handle_admit(self, context: Context, message: Admit) -> None:
        """Give a party a role; a role that anyone has by joining is taken by the party itself."""
        # AUTHORIZE
        instance = acting_instance(self._shelf, context, message.instance)
        role = self._role(context, instance, message.instance, message.role)
        by = self._admitting(context, instance, message, role)

        # VALIDATE
        self._require_fit(context, message, role)
        before = MEMBERS.find(context.state, message.instance, message.role, message.party)
        if before is not None:
            raise AlreadyMember(party=message.party, role=message.role, height=before.height)

        # APPLY
        value = Member(admitted_by=by, height=context.block.height)
        enter(context.state, message.instance, message.role, message.party, value)

        # EMIT
        context.emit(Admitted(by=by, instance=message.instance, party=message.party, role=message.role))

    def handle_dismiss(self, context: Context, message: Dismiss) -> None:
        """End a party's role: by whoever gives it, by the party itself, or by the operator where anyone joins."""
        # AUTHORIZE
        instance = acting_instance(self._shelf, context, message.instance)
        role = self._role(context, instance, message.instance, message.role)
        by = self._dismissing(context, instance, message, role)

        # VALIDATE
        if not MEMBERS.has(context.state, message.instance, message.role, message.party):
            raise NotAMember(party=message.party, role=message.role)

        # APPLY
        strike(context.state, message.instance, message.role, message.party)

        # EMIT
        context.emit(Dismissed(by=by, instance=message.instance, party=message.party, role=message.role))

    def _role(self, context: Context, instance: Instance, name: str, role: str) -> Role:
        roles = self._shelf.compiled(context.state.quiet, instance.definition).roles
        if role not in roles:
            raise RoleUnknown(instance=name, role=role, known=", ".join(roles))
        return roles[role]

    def _admitting(self, context: Context, instance: Instance, message: Admit, role: Role) -> str:
        """Who admits.

        Raises:
            NotYourAdmission. Refusal: if nobody who signs may act for the party.
        """
        if role.admitted_by == ALL:
            party, _ = self._shelf.parties.acting_for(context, message.party)
            return party
        party, _ = self._shelf.parties.acting_for(context, None)
        if not has_role(context.state, context.block.genesis, message.instance, instance, role.admitted_by, party):
            raise NotYourAdmission(role=role.name, party=party, by=self._words(context, instance, role))
        return party

    def _dismissing(self, context: Context, instance: Instance, message: Dismiss, role: Role) -> str:
        if any(each.party == message.party for each in context.acting) or message.party.startswith("~"):
            own = self._own(context, message.party)
            if own is not None:
                return own
        party, _ = self._shelf.parties.acting_for(context, None)
        giver = OPERATOR if role.admitted_by == ALL else role.admitted_by
        if not has_role(context.state, context.block.genesis, message.instance, instance, giver, party):
            raise NotYourAdmission(role=role.name, party=party, by=self._words(context, instance, role))
        return party

    def _own(self, context: Context, party: str) -> str | None:
        """The party, where it or its agent signs; None where somebody else does."""
        if any(each.party == party for each in context.acting):
            return party
        known = self._people.person(context.state, party)
        if known is None or known[1] is None or not any(each.organisation == known[1] for each in context.acting):
            return None
        return self._shelf.parties.acting_for(context, party)[0]

    def _require_fit(self, context: Context, message: Admit, role: Role) -> None:
        """That the party is there, and of a kind that the role takes.

        Raises:
            PersonsNotAdmitted, PartyUnknown, OwnKeyOnly.
        """
        if message.party.startswith("@"):
            if not INSTANCES.has(context.state, message.party[1:]):
                raise PartyUnknown(instance=message.instance, party=message.party)
            return
        if not message.party.startswith("~"):
            if not self._people.is_organisation(context.state, message.party):
                raise PartyUnknown(instance=message.instance, party=message.party)
            return
        if not role.persons:
            raise PersonsNotAdmitted(role=role.name, party=message.party)
        known = self._people.person(context.state, message.party)
        if known is None or known[0] != message.instance:
            raise PartyUnknown(instance=message.instance, party=message.party)
        if role.keys == "own" and known[1] is not None:
            raise OwnKeyOnly(role=role.name, party=message.party, agent=known[1])

    def _words(self, context: Context, instance: Instance, role: Role) -> Words:
        """Who gives and ends the role, in words."""
        if role.admitted_by == OPERATOR:
            return Words(f"运营方 {instance.operator}", f"the operator {instance.operator}")
        if role.admitted_by == REGULATOR:
            return Words("监管方", "the regulator")
        if role.admitted_by == ALL:
            return Words(f"本人或运营方 {instance.operator}", f"the party itself, or the operator {instance.operator},")
        title = self._shelf.compiled(context.state.quiet, instance.definition).roles[role.admitted_by].title
        return Words(f"{title.zh}（{role.admitted_by}）", f"{title.en} ({role.admitted_by})")
