"""Strangers to an instance are turned away before their transactions are recorded, so that they neither learn nor cost anything.

Only who can have no part at all is a stranger: an action of `anyone`, and one that names its signatories by an expression, are
open to all at this point, and whoever has any role is let in, since the refusals of members are recorded. What cannot be told
yet, such as an instance that is still to be opened, is let in too: the ledger decides.
"""

from collections.abc import Iterator, Sequence

from zhulian.errors import Words
from zhulian.language.compile import Compiled
from zhulian.language.definition.shapes import Signatory
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.overlay import StateView
from zhulian.ledger.types import Message
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.messages import Act, Complete, Correct, Propose
from zhulian.modules.scenario.needs import People
from zhulian.modules.scenario.opening.errors import Stranger
from zhulian.modules.scenario.opening.members import OPERATOR, REGULATOR, has_role
from zhulian.modules.scenario.state import INSTANCES, Instance

__all__ = ["ScenarioDoor"]

_NOT_ROLES = ("anyone", "instance", "person")


class ScenarioDoor:
    """Fills the ledger's `Doorkeeper`."""

    def __init__(self, shelf: Shelf, people: People, genesis: Genesis) -> None:
        self._shelf = shelf
        self._people = people
        self._genesis = genesis

    def require_known(self, state: StateView, message: Message, parties: Sequence[str]) -> None:
        """Let in who may have a part in what the message asks for; `parties` are those that sign.

        Raises:
            Stranger: if it is certain that none of them has.
        """
        if not isinstance(message, Act | Propose | Complete | Correct):
            return
        instance = INSTANCES.find(state, message.instance)
        if instance is None or instance.module:
            return
        definitions = [instance.definition, *([instance.coming.definition] if instance.coming is not None else [])]
        definitions += [each.definition for each in instance.before.values()]
        compiled = [self._shelf.compiled(state, each) for each in definitions]
        asked = [found for each in compiled if (found := _asked(each, message)) is not None]
        if not asked or any(_open_to_all(each) for each in asked):
            return
        for party in (*parties, *self._carried(state, message, parties)):
            if any(self._known(state, message.instance, instance, each, party) for each in compiled):
                return
        party = parties[0] if parties else "–"
        raise Stranger(instance=message.instance, party=party, by=_givers(compiled[0], instance))

    def _known(self, state: StateView, name: str, instance: Instance, compiled: Compiled, party: str) -> bool:
        roles = (OPERATOR, REGULATOR, *compiled.roles)
        return any(has_role(state, self._genesis, name, instance, role, party) for role in roles)

    def _carried(self, state: StateView, message: Message, parties: Sequence[str]) -> Iterator[str]:
        """People for whom one of those who sign is the agent."""
        if not isinstance(message, Act | Propose):
            return
        for party in message.by.values():
            known = self._people.person(state, party) if party.startswith("~") else None
            if known is not None and known[1] in parties:
                yield party


def _open_to_all(asked: Sequence[Signatory]) -> bool:
    """Whether somebody without any role may be meant."""
    return any(who.equals is not None or who.role in _NOT_ROLES for each in asked for who in each.any)


def _asked(compiled: Compiled, message: Act | Propose | Complete | Correct) -> tuple[Signatory, ...] | None:
    """Who is asked to sign; None where the definition has nothing of the kind, so that the ledger says so."""
    if isinstance(message, Act | Propose):
        action = compiled.actions.get(message.action)
        return None if action is None else action.shape.by
    rules = compiled.records.get(message.on.record)
    if rules is None:
        return None
    if isinstance(message, Correct):
        found = tuple(signatory for each in rules.shape.correct for signatory in each.by)
        return found or None
    tasks = rules.shape.tasks.items if rules.shape.tasks is not None else ()
    return next((each.by for each in tasks if each.name == message.task), None)


def _givers(compiled: Compiled, instance: Instance) -> Words:
    """Who admits to the roles of an instance, in words."""
    zh, en = [], []
    for by in dict.fromkeys(each.admitted_by for each in compiled.tree.roles):
        role = compiled.roles.get(by)
        if role is not None:
            zh.append(role.title.zh)
            en.append(role.title.en)
        elif by == OPERATOR:
            zh.append(f"运营方 {instance.operator}")
            en.append(f"the operator {instance.operator}")
        else:
            zh.append("监管方" if by == REGULATOR else "本人（自行加入）")
            en.append("the regulator" if by == REGULATOR else "nobody (join by yourself)")
    return Words(" 或 ".join(zh), " or ".join(en))
