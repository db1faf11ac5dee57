"""Strangers to an instance are turned away before their transactions are recorded, so that they neither learn nor cost anything.

Only who can have no part at all is a stranger: an action of `anyone`, and one that names its signatories by an expression, are
open to all at this point, and whoever has any role is let in, since the refusals of members are recorded. What cannot be told
yet, such as an instance that is still to be opened, is let in too: the ledger decides.

It is asked once the signatures are verified, so that nobody makes a node work under a name that is not theirs, and it looks at trees
alone: nothing is checked or compiled here.
"""

from collections.abc import Iterator, Sequence

from zhulian.errors import Words
from zhulian.language.definition.shapes import Signatory
from zhulian.language.definition.views import Tree
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.overlay import StateView
from zhulian.ledger.types import Message
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.errors import NoSuchInstance
from zhulian.modules.scenario.messages import Act, Admit, Amend, Approve, Complete, Correct, Dismiss, Propose, Withdraw
from zhulian.modules.scenario.needs import People
from zhulian.modules.scenario.opening.errors import Stranger
from zhulian.modules.scenario.opening.members import ALL, OPERATOR, REGULATOR, has_role
from zhulian.modules.scenario.state import PROPOSALS, Instance

__all__ = ["ScenarioDoor"]

_NOT_ROLES = ("anyone", "instance", "person")
_Asking = Act | Propose | Complete | Correct
_Entering = Admit | Dismiss
_Signing = Approve | Withdraw


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
        if not isinstance(message, _Asking | _Entering | _Signing | Amend):
            return
        try:
            instance = self._shelf.instance(state, message.instance)
        except NoSuchInstance:
            return
        if instance.module:
            return
        definitions = [instance.definition, *([instance.coming.definition] if instance.coming is not None else [])]
        definitions += [each.definition for each in instance.before.values()]
        trees = [self._shelf.tree(state, each) for each in definitions]
        if self._is_open(state, trees, message, parties):
            return
        for party in (*parties, *self._carried(state, message, parties)):
            if any(self._known(state, message.instance, instance, each, party) for each in trees):
                return
        party = parties[0] if parties else "–"
        raise Stranger(instance=message.instance, party=party, by=_givers(trees[0], instance))

    def _is_open(self, state: StateView, trees: Sequence[Tree], message: Message, parties: Sequence[str]) -> bool:
        """Whether somebody without any role may be meant, or the ledger has to say what is wrong."""
        if isinstance(message, _Entering):
            return self._may_enter(state, trees, message, parties)
        if isinstance(message, _Signing):  # whoever is named in a proposal may sign it, whatever role it has by now
            proposal = PROPOSALS.find(state, message.instance, message.proposal)
            return proposal is None or any(self._stands_for(state, each, parties) for each in proposal.by.values())
        if isinstance(message, _Asking):
            asked = [found for each in trees if (found := _asked(each, message)) is not None]
            return not asked or any(_open_to_all(each) for each in asked)
        return False

    def _may_enter(self, state: StateView, trees: Sequence[Tree], message: Admit | Dismiss, parties: Sequence[str]) -> bool:
        """Where anyone joins, and whoever goes, are strangers no longer or not yet; else only whoever has a role gives one."""
        if self._stands_for(state, message.party, parties):
            return isinstance(message, Dismiss) or any(
                each.name == message.role and each.admitted_by == ALL for tree in trees for each in tree.roles
            )
        return False

    def _stands_for(self, state: StateView, party: str, parties: Sequence[str]) -> bool:
        """Whether one of those who sign is the party, or its agent."""
        if party in parties:
            return True
        known = self._people.person(state, party) if party.startswith("~") else None
        return known is not None and known[1] in parties

    def _known(self, state: StateView, name: str, instance: Instance, tree: Tree, party: str) -> bool:
        roles = (OPERATOR, REGULATOR, *(each.name for each in tree.roles))
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


def _asked(tree: Tree, message: Act | Propose | Complete | Correct) -> tuple[Signatory, ...] | None:
    """Who is asked to sign; None where the definition has nothing of the kind, so that the ledger says so."""
    if isinstance(message, Act | Propose):
        return next((each.by for each in tree.actions if each.name == message.action), None)
    records = (*tree.records, *((tree.instance,) if tree.instance is not None else ()))
    record = next((each for each in records if each.name == message.on.record), None)
    if record is None:
        return None
    if isinstance(message, Correct):
        found = tuple(signatory for each in record.correct for signatory in each.by)
        return found or None
    tasks = record.tasks.items if record.tasks is not None else ()
    return next((each.by for each in tasks if each.name == message.task), None)


def _givers(tree: Tree, instance: Instance) -> Words:
    """Who admits to the roles of an instance, in words."""
    zh, en = [], []
    roles = {each.name: each for each in tree.roles}
    for by in dict.fromkeys(each.admitted_by for each in tree.roles):
        role = roles.get(by)
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
