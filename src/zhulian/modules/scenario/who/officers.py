"""Which officers did an action on a record, for other actions that some `apart` keeps from them.

Only actions that an `apart` names are remembered, and of each only the newest time: who prepares in January may approve what
a colleague prepares in February.
"""

from collections.abc import Sequence

from zhulian.language.lending import RecordName
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.scenario.state import OFFICERS

__all__ = ["officers_of", "remember_officers"]


def remember_officers(state: State, record: RecordName, action: str, signers: Sequence[str]) -> None:
    """Keep who did the action on the record just now."""
    OFFICERS.set(state, record.text, action, value=tuple(sorted(signers)))


def officers_of(state: StateView, record: RecordName, action: str) -> tuple[str, ...]:
    """Who did the action on the record last; nobody where it was never done."""
    return OFFICERS.find(state, record.text, action) or ()
