"""Which officers did an action on a record, for other actions that some `apart` keeps from them.

Only actions that an `apart` names are remembered, and of each only the newest time: who prepares in January may approve what
a colleague prepares in February.
"""

from collections.abc import Iterable, Sequence

from zhulian.language.definition.shapes import Action, Signatory
from zhulian.language.lending import RecordName
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.scenario.state import OFFICERS

__all__ = ["forget_officers", "kept_apart", "officers_of", "remember_officers"]


def kept_apart(actions: Iterable[Action], more: Iterable[Signatory] = ()) -> tuple[str, ...]:
    """The actions that some `apart` of a definition names, sorted: those whose officers are remembered."""
    found = [name for action in actions for signatory in action.by for name in signatory.apart]
    found += [name for signatory in more for name in signatory.apart]
    return tuple(sorted(dict.fromkeys(found)))


def remember_officers(state: State, record: RecordName, action: str, signers: Sequence[str]) -> None:
    """Keep who did the action on the record just now."""
    OFFICERS.set(state, record.text, action, value=tuple(sorted(signers)))


def officers_of(state: StateView, record: RecordName, action: str) -> tuple[str, ...]:
    """Who did the action on the record last; nobody where it was never done."""
    return OFFICERS.find(state, record.text, action) or ()


def forget_officers(state: State, record: RecordName, action: str) -> None:
    """Drop what was remembered, where a record ends and nothing more can be done on it."""
    if OFFICERS.has(state, record.text, action):
        OFFICERS.delete(state, record.text, action)
