"""Canonical JSON against RFC 8785, hand-stated negatives and random trees."""

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian import canonical
from zhulian._unicode14 import UNASSIGNED
from zhulian.errors import Refusal

_VECTORS = json.loads((Path(__file__).parents[2] / "vectors/canonical/vectors.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", _VECTORS, ids=lambda case: case["description"])
def test_decode__says_of_every_vector_what_it_states(case: dict[str, str]) -> None:
    data = bytes.fromhex(case["document"])
    if case["outcome"] == "ok":
        assert canonical.encode(canonical.decode(data)) == data
        return
    with pytest.raises(Refusal) as caught:
        canonical.decode(data)
    assert caught.value.code == case["outcome"]


@pytest.mark.parametrize("case", _VECTORS, ids=lambda case: case["description"])
def test_codec__says_the_same_as_decode(case: dict[str, str]) -> None:
    codec: canonical.Codec[Any] = canonical.Codec(Any)
    data = bytes.fromhex(case["document"])
    if case["outcome"] == "ok":
        assert codec.encode(codec.decode(data)) == data
        return
    with pytest.raises(Refusal) as caught:
        codec.decode(data)
    assert caught.value.code == case["outcome"]


def test_vectors__are_what_the_generator_writes() -> None:
    sys.path.insert(0, str(Path(__file__).parents[2] / "vectors/canonical"))
    try:
        import generate  # type: ignore[import-not-found]

        assert generate.build()["cases"] == _VECTORS
    finally:
        sys.path.pop(0)
        sys.modules.pop("generate", None)


_text = st.text(st.characters(codec="utf-8")).map(lambda text: unicodedata.normalize("NFC", UNASSIGNED.sub("", text)))
_keys = st.text(st.characters(codec="ascii"), max_size=12)
_leaves = st.none() | st.booleans() | st.integers(-canonical.INTEGER_MAX, canonical.INTEGER_MAX) | _text
_trees = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4), max_leaves=20
)


@given(_trees)
def test_encode__has_one_reading(tree: Any) -> None:
    data = canonical.encode(tree)
    assert canonical.decode(data) == tree
    assert json.loads(data) == tree  # an outside reader agrees


@given(_trees)
def test_read__takes_what_a_person_reformatted(tree: Any) -> None:
    assert canonical.read(json.dumps(tree, indent=3, ensure_ascii=True).encode()) == tree


@given(_trees, st.data())
def test_decode__refuses_every_other_writing(tree: Any, data: st.DataObject) -> None:
    written = canonical.encode(tree)
    place = data.draw(st.integers(0, len(written)))
    spaced = written[:place] + b" " + written[place:]
    try:
        found = canonical.decode(spaced)
    except Refusal:
        return
    assert canonical.encode(found) == spaced  # the space fell into a text


@given(st.binary(max_size=60))
def test_decode__never_fails_otherwise_than_by_refusal(data: bytes) -> None:
    for reader in (canonical.decode, canonical.read):
        try:
            reader(data)
        except Refusal:
            continue


def test_encode__refuses_what_json_cannot_say() -> None:
    for value, code in [(1.5, "form/3"), ({1: 2}, "form/8"), ("\ud800", "form/5"), (2**53, "form/4"), (b"x", "form/3")]:
        with pytest.raises(Refusal) as caught:
            canonical.encode({"a": value})
        assert caught.value.code == code


def test_codec__names_the_fault_of_shape() -> None:
    class Point(msgspec.Struct, forbid_unknown_fields=True):
        x: int

    codec: canonical.Codec[Point] = canonical.Codec(Point)
    assert codec.decode(b'{"x":1}') == Point(1)
    with pytest.raises(canonical.WrongShape):
        codec.decode(b'{"x":1,"y":2}')
    with pytest.raises(canonical.WrongShape):
        codec.decode(b'{"x":"1"}')
    with pytest.raises(canonical.NotInteger):  # the form comes first
        codec.decode(b'{"x":1.5}')
    with pytest.raises(canonical.TooLong):
        codec.decode(b'{"x":1}', most=3)


def test_unassigned__is_what_unicode_14_says() -> None:
    unassigned_here = {c for c in range(0x110000) if unicodedata.category(chr(c)) == "Cn"}
    frozen = {c for c in range(0x110000) if UNASSIGNED.match(chr(c))}
    assert unassigned_here <= frozen  # a later Unicode only assigns more
    if unicodedata.unidata_version == "14.0.0":
        assert unassigned_here == frozen
