"""The strict reader of YAML: what it refuses, where, and at what cost."""

import time

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.language import source
from zhulian.language.errors import LanguageFault
from zhulian.language.source import Mapping, Scalar, Sequence, read_source


def test_scalars__are_all_text_with_places() -> None:
    root = read_source("on: yes\nat: 17:30\nn: 1.50\nlist: [~, 'it''s', \"b\"]\ntext: |\n  one\n  two\n")
    assert root.keys == ("on", "at", "n", "list", "text")
    on, at, n, items, text = [value for _, value in root.pairs]
    assert isinstance(on, Scalar)
    assert (on.text, on.at.line, on.at.column, on.at.path) == ("yes", 1, 5, "on")
    assert isinstance(at, Scalar)
    assert at.text == "17:30"
    assert isinstance(n, Scalar)
    assert n.text == "1.50"
    assert isinstance(items, Sequence)
    assert [each.text for each in items.items if isinstance(each, Scalar)] == ["~", "it's", "b"]
    assert isinstance(items.items[1], Scalar)
    assert (items.items[1].at.column, items.items[1].inside.column, items.items[1].at.path) == (11, 12, "list[1]")
    assert isinstance(text, Scalar)
    assert (text.text, text.inside.line) == ("one\ntwo\n", 6)


@pytest.mark.parametrize(
    ("text", "number", "place"),
    [
        ("a: &x b", 58, (1, 4)),
        ("a: *x", 57, (1, 4)),
        ("a: ! b", 59, (1, 4)),
        ("a: !!python/object b", 59, (1, 4)),
        ("a: b\n<<: c", 60, (2, 1)),
        ("a: {b: 1, c: 2, b: 3}", 61, (1, 17)),
        ("[a]: b", 62, (1, 1)),
        ("{a: b}: c", 62, (1, 1)),
        ("'': c", 62, (1, 1)),
        (f"{'k' * 65}: c", 62, (1, 1)),
        ("a: b\n---\nc: d", 63, (2, 1)),
        ("%YAML 1.1\n---\na: b", 64, (1, 1)),
        ("%TAG ! x\n---\na: b", 64, (1, 1)),
        ("a: b\n\tc: d", 54, (2, 1)),
        ("a: 'x\ty'", 54, (1, 6)),
        ("a: b\x00", 55, (1, 5)),
        ("a: b\rc: d", 55, (1, 5)),
        ("a: \u202eb", 55, (1, 4)),
        ("\ufeffa: b", 55, (1, 1)),
        ("a: b\u2028c: d", 55, (1, 5)),
        ("a: \u0378", 56, (1, 4)),
        ("a: xe\u0301", 56, (1, 6)),
        ("a: \ud800", 56, (1, 4)),
        ('a: "\\ud800"', 53, (1, 4)),
        ('a: "\\t"', 56, (1, 4)),
        ('a: "e\\u0301"', 56, (1, 4)),
        ("a: {b: [c", 53, (2, 1)),
        ("a: 'b", 53, (1, 6)),
        ("a: b: c", 53, (1, 5)),
        ("a:", 68, (1, 3)),
        ("a: {b: , c: d}", 68, (1, 8)),
        ("", 69, (1, 1)),
        ("# nothing", 69, (2, 1)),
        ("- a", 69, (1, 1)),
        ("a", 69, (1, 1)),
        (f"a: {'x' * 4097}", 67, (1, 4)),
        ("a: " + "[" * 30, 65, (1, 23)),
    ],
)
def test_text__is_refused_at_its_place(text: str, number: int, place: tuple[int, int]) -> None:
    with pytest.raises(LanguageFault) as caught:
        read_source(text)
    assert caught.value.code == f"language/{number}"
    if number != 53:  # where a parser gives up is its own affair; that it says where is ours
        assert (caught.value.line, caught.value.column) == place
    assert f"第 {caught.value.line} 行第 {caught.value.column} 列" in caught.value.say("zh")
    assert f"line {caught.value.line}, column {caught.value.column}" in caught.value.say("en")


def test_bytes__must_be_utf8() -> None:
    with pytest.raises(LanguageFault) as caught:
        read_source("a: b\nc: 应收".encode("gb18030"))
    assert (caught.value.code, caught.value.line, caught.value.column) == (
        "language/51",
        2,
        5,
    )  # the first two bytes happen to be UTF-8
    assert read_source("a: 应收".encode()).keys == ("a",)


@pytest.mark.parametrize(
    ("bomb", "number"),
    [
        ("a: " + "[" * 200_000, 65),
        ("{" * 200_000, 65),
        ("- " * 100_000, 65),
        ("? " * 100_000, 65),
        ("&a " * 80_000, 58),
        ('a: "' + "\\n" * 100_000 + '"', 67),
        ("a: '" + "''" * 100_000 + "'", 67),
        ("x" * 300_000, 52),
        ("a: [" + "b," * 50_000 + "]", 66),
        ("".join(f"k{index}: v\n" for index in range(20_001)), 66),
        ("a: |\n" + " x\n" * 70_000, 67),
    ],
)
def test_bombs__cost_nothing(bomb: str, number: int) -> None:
    began = time.process_time()
    with pytest.raises(LanguageFault) as caught:
        read_source(bomb)
    assert caught.value.code == f"language/{number}"
    assert time.process_time() - began < 2


@given(st.text(alphabet=st.sampled_from("ab:{}[]-,'\"|>?# \n1"), max_size=40))
@settings(max_examples=120, deadline=None)
def test_both_parsers__read_alike(text: str) -> None:
    """Where libyaml is not at hand, PyYAML's own parser reads the same tree or refuses too."""

    def read(loader: object) -> Mapping | None:
        before, source._LOADER = source._LOADER, loader
        try:
            return read_source(text)
        except LanguageFault:
            return None
        finally:
            source._LOADER = before

    fast, slow = read(yaml.CSafeLoader), read(yaml.SafeLoader)
    if fast is not None and slow is not None:
        assert fast == slow
