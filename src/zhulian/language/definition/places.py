"""Where each part of a normalised tree stands in the file that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from zhulian.language.errors import Position

__all__ = ["Places"]


@dataclass(frozen=True, slots=True)
class Places:
    """Places by path, such as `actions.draw.require[0]`; empty for a tree that came without its source."""

    known: Mapping[str, Position] = field(default_factory=lambda: MappingProxyType({}))

    def of(self, path: str) -> Position:
        """The place of a path, or of the nearest part that holds it; line 1, column 1 where nothing is known."""
        above = path
        while above:
            found = self.known.get(above)
            if found is not None:
                return Position(found.line, found.column, path)
            above = above[: max(above.rfind("."), above.rfind("["), 0)]
        return Position(1, 1, path)
