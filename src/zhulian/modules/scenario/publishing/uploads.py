"""Parts that organisations hand in. Each organisation has its own, so that nobody spoils another's upload."""

from zhulian.ledger.overlay import State, StateView
from zhulian.modules.scenario.limits import PARTS_MAX, UPLOADS_MAX
from zhulian.modules.scenario.state import UPLOADING, UPLOADS, Uploading

__all__ = ["drop_upload", "find_part", "save_part"]


def save_part(state: State, organisation: str, definition: str, part: int, text: str) -> None:
    """Keep a part, in place of one that was there; parts of the oldest definition go where the organisation has too many."""
    found = UPLOADING.find(state, organisation)
    known = () if found is None else found.definitions
    if definition not in known:
        while len(known) >= UPLOADS_MAX:
            _drop_parts(state, organisation, known[0])
            known = known[1:]
        UPLOADING.set(state, organisation, value=Uploading(definitions=(*known, definition)))
    UPLOADS.set(state, organisation, definition, str(part), value=text)


def find_part(state: StateView, organisation: str, definition: str, part: int) -> str | None:
    """A part that the organisation has handed in, or None."""
    return UPLOADS.find(state, organisation, definition, str(part))


def drop_upload(state: State, organisation: str, definition: str) -> None:
    """Forget all parts of a definition that the organisation has handed in; nothing happens where there are none."""
    found = UPLOADING.find(state, organisation)
    if found is None or definition not in found.definitions:
        return
    _drop_parts(state, organisation, definition)
    left = tuple(each for each in found.definitions if each != definition)
    if left:
        UPLOADING.set(state, organisation, value=Uploading(definitions=left))
    else:
        UPLOADING.delete(state, organisation)


def _drop_parts(state: State, organisation: str, definition: str) -> None:
    for part in range(PARTS_MAX):
        if UPLOADS.has(state, organisation, definition, str(part)):
            UPLOADS.delete(state, organisation, definition, str(part))
