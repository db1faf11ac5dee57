"""Who has which role in an instance."""

from zhulian.ledger.genesis import Genesis
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.scenario.limits import MEMBERS_MAX
from zhulian.modules.scenario.opening.errors import RollFull
from zhulian.modules.scenario.state import MEMBERS, ROLLS, Instance, Member

__all__ = ["ALL", "OPERATOR", "REGULATOR", "enter", "has_role", "strike"]

OPERATOR, REGULATOR, ALL = "operator", "regulator", "anyone"


def has_role(state: StateView, genesis: Genesis, name: str, instance: Instance, role: str, party: str) -> bool:
    """Whether a party has a role in the instance called `name`: one of its definition, `operator`, `regulator` or `anyone`."""
    if role == ALL:
        return True
    if role == OPERATOR:
        return party == instance.operator
    if role == REGULATOR:
        return genesis.regulator is not None and party == genesis.regulator.organisation
    return MEMBERS.has(state, name, role, party)


def enter(state: State, name: str, role: str, party: str, member: Member) -> None:
    """Enter a party on the roll of a role, on which it is not yet.

    Raises:
        RollFull.
    """
    count = ROLLS.find(state, name, role) or 0
    if count >= MEMBERS_MAX:
        raise RollFull(role=role, most=MEMBERS_MAX)
    ROLLS.set(state, name, role, value=count + 1)
    MEMBERS.set(state, name, role, party, value=member)


def strike(state: State, name: str, role: str, party: str) -> None:
    """Strike a party off the roll of a role, on which it is."""
    count = ROLLS.get(state, name, role) - 1
    if count:
        ROLLS.set(state, name, role, value=count)
    else:
        ROLLS.delete(state, name, role)
    MEMBERS.delete(state, name, role, party)
