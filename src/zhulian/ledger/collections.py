"""Typed collections own every state key: a name, the parts of a key, and the type of a value, declared once.

Genesis, queries, proofs, the explorer and migrations derive from the declarations. A missing key raises; whoever expects
absence asks `find` or `has`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Generic, TypeVar

import msgspec

from zhulian import canonical
from zhulian.errors import check
from zhulian.ledger.overlay import State, StateView

__all__ = ["COLLECTIONS", "Collection", "Item", "Map", "Missing", "decode_key", "encode_key", "traced_prefixes"]

T = TypeVar("T")

COLLECTIONS: dict[str, "Collection[Any]"] = {}
"""Every collection by its name."""


_encode = msgspec.json.Encoder().encode
_OFTEN = 4096
"""Keys and values of one collection that are remembered where it is read `often`; it changes nothing but the time taken."""


class Missing(KeyError):
    """A value that must be there is not: a bug of the caller, who should have asked `find` or `has`."""


def encode_key(*parts: str) -> bytes:
    """The canonical bytes of a state key: a JSON list of strings, the collection's name first."""
    text = "".join(parts)
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return ('["' + '","'.join(parts) + '"]').encode()
    return canonical.encode(list(parts))


def decode_key(data: bytes) -> tuple[str, ...]:
    """The parts of a state key."""
    return tuple(msgspec.json.decode(data, type=list[str]))


class Collection(Generic[T]):
    """A family of state keys with values of one type; `parts` names the parts of a key after the collection's own name.

    Where it is `traced`, nodes remember for good at which heights each value changed, so that its history can be read.
    What is read `often`, with most transactions, is decoded once for equal bytes and shared; so its shape must be immutable
    all through (tuples, frozen structs).
    """

    def __init__(self, name: str, shape: Any, parts: tuple[str, ...], *, traced: bool = False, often: bool = False) -> None:
        check(name not in COLLECTIONS, f"the collection {name} is declared once")
        self.name = name
        self.parts = parts
        self.shape = shape
        self.traced = traced
        self.often = often
        self._encode = msgspec.json.Encoder(order="sorted").encode
        self._decode: Callable[[bytes], T] = msgspec.json.Decoder(shape).decode
        if often:
            self._decode = lru_cache(_OFTEN)(self._decode)
            self.key = lru_cache(_OFTEN)(self.key)  # type: ignore[method-assign] # the same function, remembering
        COLLECTIONS[name] = self

    def key(self, *parts: str) -> bytes:
        """The state key of the parts."""
        if len(parts) != len(self.parts):
            check(False, f"{self.name} has keys of {len(self.parts)} parts")
        data = _encode((self.name, *parts))
        return data if data.isascii() else encode_key(self.name, *parts)  # beyond ASCII a text may not be normal

    def decode(self, value: bytes) -> T:
        """The value that stored bytes hold."""
        return self._decode(value)

    def _find(self, state: StateView, *parts: str) -> T | None:
        value = state.get(self.key(*parts))
        return None if value is None else self.decode(value)

    def _get(self, state: StateView, *parts: str) -> T:
        found = self._find(state, *parts)
        if found is None:
            raise Missing(f"{self.name} {parts}")
        return found

    def _set(self, state: State, value: T, *parts: str) -> None:
        state.put(self.key(*parts), self._encode(value))


def traced_prefixes() -> tuple[bytes, ...]:
    """How the keys of traced collections begin."""
    return tuple(encode_key(name)[:-1] + b"," for name, each in COLLECTIONS.items() if each.traced)


class Map(Collection[T]):
    """Values by key."""

    def find(self, state: StateView, *parts: str) -> T | None:
        """The value at the key, or None."""
        value = state.get(self.key(*parts))
        return None if value is None else self._decode(value)

    def get(self, state: StateView, *parts: str) -> T:
        """The value at the key.

        Raises:
            Missing: if there is none.
        """
        return self._get(state, *parts)

    def has(self, state: StateView, *parts: str) -> bool:
        """Whether there is a value at the key."""
        return state.get(self.key(*parts)) is not None

    def set(self, state: State, *parts: str, value: T) -> None:
        """Put `value` at the key."""
        state.put(self.key(*parts), self._encode(value))

    def set_shared(self, state: State, *parts: str, value: T) -> None:
        """Put a value at the key that many have a part in; the caller bounds it, and its size costs nothing."""
        state.put_shared(self.key(*parts), self._encode(value))

    def delete(self, state: State, *parts: str) -> None:
        """Remove the value at the key."""
        state.put(self.key(*parts), None)


class Item(Collection[T]):
    """One value."""

    def __init__(self, name: str, shape: Any, *, often: bool = False) -> None:
        super().__init__(name, shape, (), often=often)

    def find(self, state: StateView) -> T | None:
        """The value, or None before genesis has set it."""
        return self._find(state)

    def get(self, state: StateView) -> T:
        """The value.

        Raises:
            Missing: if there is none.
        """
        return self._get(state)

    def set(self, state: State, value: T) -> None:
        """Replace the value."""
        self._set(state, value)
