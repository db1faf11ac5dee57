"""Trees of published definitions, cut into parts that a state value can hold."""

from zhulian.errors import check
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.scenario.limits import PART_CHARACTERS
from zhulian.modules.scenario.state import DEFINITIONS, PARTS

__all__ = ["load_tree", "parts_of", "save_tree"]


def load_tree(state: StateView, definition: str) -> bytes | None:
    """The published tree of a digest as RFC 8785 JSON, byte for byte; None where there is none."""
    published = DEFINITIONS.find(state, definition)
    if published is None:
        return None
    return "".join([PARTS.get(state, definition, str(part)) for part in range(published.parts)]).encode()


def save_tree(state: State, definition: str, text: str) -> int:
    """Keep a tree in as many parts as it needs, and answer how many."""
    parts = parts_of(text)
    for part, piece in enumerate(parts):
        PARTS.set(state, definition, str(part), value=piece)
    return len(parts)


def parts_of(text: str) -> list[str]:
    """The text cut into parts, none of them empty."""
    check(text, "a tree is not empty")
    return [text[start : start + PART_CHARACTERS] for start in range(0, len(text), PART_CHARACTERS)]
