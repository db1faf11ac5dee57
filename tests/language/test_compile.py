"""What compiling adds to a checked definition: what each rule looks at, and which promises need not be asked."""

from pathlib import Path

import pytest

from zhulian.language.compile import Compiled, Looks, compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

T = "{zh: 名称, en: Name}"
DEFINITIONS = Path(__file__).parent / "definition"


def compiled(text: str) -> Compiled:
    return compile_definition(check_definition(read_definition(text), every_word()))


def promises(*steps: str, part: str = "steps") -> Compiled:
    listed = ", ".join(f"{{name: p{place}, that: '{each}'}}" for place, each in enumerate(steps))
    return compiled(f"""
scenario: sample
version: 1
title: {T}
roles:
  user: {{title: {T}, admitted_by: operator}}
assets:
  coin: {{unit: fen, title: {T}}}
records:
  thing:
    title: {T}
    key: id
    fields: {{id: int, one: int, two: int, other: {{type: thing, optional: true}}}}
    {part}: [{listed}]
actions:
  make: {{title: {T}, by: user, creates: thing, input: [id, one, two, other]}}
""")


@pytest.mark.parametrize(
    ("that", "idle"),
    [
        ("this.one == was.one", True),
        ("this.one <= was.one", True),
        ("was.one <= this.one && this.two >= was.two", True),
        ("was.one == 3 || this.two <= was.two", True),
        ("this.one > was.one", False),
        ("this.one == was.two", False),
        ("this.one <= was.one && this.two == was.one", False),
        ("this.one == was.one + 0", False),
        ("this.one <= was.one && balance(this, coin) >= \"0\"", False),
        ("!(this.one < was.one)", False),
    ],
)  # fmt: skip
def test_two_state_promise__is_idle_only_if_standing_still_keeps_it(that: str, idle: bool) -> None:
    assert promises(that).records["thing"].steps[0].idle is idle


@pytest.mark.parametrize(
    ("that", "looks"),
    [
        ("this.one <= this.two", Looks(("one", "two"))),
        ('balance(this, coin) >= "0"', Looks(("this",), beyond=True)),
        ("!has(this.other) || this.other.one > 0", Looks(("other",), beyond=True)),
        ("this.one < thing(3).one", Looks(("one",), beyond=True)),
        ("this.one < number(1d)", Looks(("one",))),
    ],
)
def test_promise__is_idle_if_it_looks_at_its_own_record_alone(that: str, looks: Looks) -> None:
    promise = promises(that, part="always").records["thing"].always[0]
    assert promise.looks == looks
    assert promise.idle is not looks.beyond


def test_everything__compiles() -> None:
    found = compiled((DEFINITIONS / "everything.yaml").read_text(encoding="utf-8"))
    assert found.actions.keys() == {each.name for each in found.tree.actions}
    lot = found.records["lot"]
    assert lot.settled == tuple(sorted(lot.settled))
    assert "plate" in lot.settled
    assert [each.name for each in found.records["child"].totals] == ["alive"]
    assert found.totals["alive"].looks.fields == ("left", "lot")
    assert {each.name: each.looks for each in lot.timers} == {"release": Looks(("since",)), "marked": Looks()}
    assert (found.records["piece"].swept, found.records["piece"].timers) == (("lot",), ())
    assert found.keys["deal"][0].type == "text"


def test_definition__that_is_compiled_again_is_the_same() -> None:
    text = (DEFINITIONS / "receivable.yaml").read_text(encoding="utf-8")
    one, other = compiled(text), compiled(text)
    assert one.records["receivable"].always[0].looks == other.records["receivable"].always[0].looks
    assert list(one.programs) == list(other.programs)
