"""The state of an instance as arrays: one for each field of each record type, one for each read of a module.

A world is all arrays at one moment. What happens makes new ones by storing into them, so that two names of one record are one place.
"""

from collections.abc import Container
from typing import Any

import z3

from zhulian.language.proving.building import identity
from zhulian.language.proving.symbols import Symbols, Z

__all__ = ["World"]


class World:
    """All arrays at one moment; those that nothing has changed are the same as in `start`.

    Arrays of record types in `apart` have a `mark` before their names: they are others than those of a world without it.
    """

    def __init__(self, symbols: Symbols, mark: str = "", apart: Container[str] = ()) -> None:
        self._symbols = symbols
        self._mark = mark
        self._apart = apart
        self._arrays: dict[str, Z] = {}
        self._bases: dict[str, Z] = {}
        self.written: dict[str, list[Z]] = {}
        """By record type, the records that were written since the beginning."""
        self.loose: dict[str, None] = {}
        """Record types of which any may have been written, by a list of which nothing is known."""

    def copy(self) -> "World":
        """The same world, to be changed by itself."""
        found = self.base()
        found._arrays = dict(self._arrays)
        found.written = {name: list(each) for name, each in self.written.items()}
        found.loose = dict(self.loose)
        return found

    def base(self) -> "World":
        """The world as it was at the beginning."""
        found = World(self._symbols, self._mark, self._apart)
        found._bases = self._bases
        return found

    def array(self, name: str, *sorts: Z) -> Z:
        """The array of a name; its last sort is that of the values."""
        found = self.known(name)
        if found is None:
            mark = self._mark if name.partition(".")[0] in self._apart else ""
            found = self._bases[name] = z3.Const(f"{mark}{name}", z3.ArraySort(*sorts))
        return found

    def known(self, name: str) -> Z | None:
        """The array of a name; None where nothing has spoken of it."""
        found = self._arrays.get(name)
        return self._bases.get(name) if found is None else found

    def is_changed(self, name: str) -> bool:
        """Whether anything was stored under the name."""
        return name in self._arrays

    def names(self) -> list[str]:
        """Every array that was spoken of."""
        return list(dict.fromkeys([*self._bases, *self._arrays]))

    def put(self, name: str, array: Z) -> None:
        """Let another array stand under the name."""
        self._arrays[name] = array

    def note(self, record: str, ref: Z) -> None:
        """Note that a record of the type was written."""
        there = self.written.setdefault(record, [])
        if not any(identity(each) == identity(ref) for each in there):
            there.append(ref)

    def merge(self, condition: Z, other: "World") -> None:
        """Become this world where the condition holds, and the other where it does not."""
        for name in dict.fromkeys([*self._arrays, *other._arrays]):
            mine: Any = self._arrays.get(name, self._bases.get(name))
            theirs: Any = other._arrays.get(name, self._bases.get(name))
            self._arrays[name] = self._symbols.choose(condition, mine, theirs)
        self.loose |= other.loose
        for record, refs in other.written.items():
            for ref in refs:
                self.note(record, ref)
