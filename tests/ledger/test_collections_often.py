"""What a collection remembers where it is read often: it must not be seen in any verdict."""

from typing import Any

import msgspec
import pytest
from msgspec import inspect

import zhulian.modules  # noqa: F401 (declares every collection)
from zhulian.ledger.collections import COLLECTIONS, Collection
from zhulian.modules.identity.state import KEYS, SIGNERS, Key

OFTEN = [each for each in COLLECTIONS.values() if each.often]
MUTABLE = (inspect.ListType, inspect.DictType, inspect.SetType, inspect.AnyType, inspect.RawType, inspect.ByteArrayType)


def faults(shape: Any, seen: tuple[Any, ...] = ()) -> list[str]:
    """Where a shape, or what it is made of, can be changed after it was decoded."""
    if isinstance(shape, MUTABLE):
        return [type(shape).__name__]
    if isinstance(shape, inspect.StructType):
        if shape.cls in seen:
            return []
        own = [] if shape.cls.__struct_config__.frozen else [shape.cls.__name__]
        return own + [fault for field in shape.fields for fault in faults(field.type, (*seen, shape.cls))]
    parts = [*getattr(shape, "types", ()), *getattr(shape, "item_types", ())]
    parts += [shape.item_type] if hasattr(shape, "item_type") else []
    return [fault for part in parts for fault in faults(part, seen)]


@pytest.mark.parametrize("each", OFTEN, ids=lambda each: each.name)
def test_often__values_that_are_shared_cannot_be_changed(each: Collection[Any]) -> None:
    assert faults(inspect.type_info(each.shape)) == []


def test_often__the_rule_finds_what_can_be_changed() -> None:
    class Loose(msgspec.Struct):
        names: list[str]

    assert faults(inspect.type_info(tuple[Loose, ...])) == ["Loose", "ListType"]


def test_often__holds_for_the_identities_of_signers() -> None:
    assert {"identity/keys", "identity/signers", "identity/organisations"} <= {each.name for each in OFTEN}


class Store(dict[bytes, bytes]):
    def put(self, key: bytes, value: bytes | None) -> None:
        assert value is not None
        self[key] = value


def test_often__another_value_under_the_same_key_is_read_as_it_is() -> None:
    store, key = Store(), Key(not_after=2, not_before=1, public_key="04", signer="org1.a")
    KEYS.set(store, "f", value=key)  # type: ignore[arg-type] # a state without a meter
    assert KEYS.find(store, "f") == key
    assert KEYS.find(store, "f") is KEYS.find(store, "f")
    KEYS.set(store, "f", value=msgspec.structs.replace(key, not_after=3))  # type: ignore[arg-type] # as above
    assert KEYS.get(store, "f").not_after == 3
    assert KEYS.key("f") == b'["identity/keys","f"]' != SIGNERS.key("f")
    assert KEYS.find(store, "g") is None
