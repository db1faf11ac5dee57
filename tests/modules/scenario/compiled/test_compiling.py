"""Which actions are compiled, what stands in their source, and what happens where one cannot be done."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.meta.source import ROOT
from zhulian.assure.scenario_stage import Stage, signer
from zhulian.assure.stories.packs import read_pack
from zhulian.language.compile import Compiled, compile_definition
from zhulian.ledger.overlay import TransactionOverlay
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.compiled import actions, running
from zhulian.modules.scenario.compiled.actions import Quick, compile_action
from zhulian.modules.scenario.errors import InputNotInRole, RuleRefused
from zhulian.modules.scenario.messages import Act
from zhulian.modules.scenario.state import INSTANCES

PACKS = sorted((ROOT / "src" / "zhulian" / "scenarios").glob("*/scenario.yaml"))
OURS = re.compile(
    r"[kpcnoabqfvhrgwsijdm]|no|[tx][0-9]+|[mvhrn]2|rows|values|held|ref|name|charge|actor|by|whole|state|since|owner|get|pop|play|has_role|is_named"
    r"|read_input|settings|now|today|known|total|index|read|read_some|of_calendar|sized|asset|name_of|far|begin_change|judge|enter|begin_record"
    r"|create|order|alert|notify|settle|may_differ|made|require_empty|def|if|else|for|in|is|not|and|or|pass|None|True|False"
)
"""Every identifier of ours."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


@pytest.fixture(scope="module")
def names(stage: Stage) -> Iterator[str]:
    return iter(stage.load(40))


def shelf_of(stage: Stage) -> Shelf:
    found = next(each for each in stage.world.modules if each.name == "scenario").shelf  # type: ignore[attr-defined]
    assert isinstance(found, Shelf)
    return found


def kept(stage: Stage) -> object:
    instance = INSTANCES.get(stage.overlay, "receivable")
    return shelf_of(stage).beside(instance.definition).get("pass_on")


def receivable(stage: Stage) -> Compiled:
    return shelf_of(stage).compiled(stage.overlay, INSTANCES.get(stage.overlay, "receivable").definition)


def passing(name: str, amount: int = 5, to: str = "org3") -> Act:
    return Act(instance="receivable", action="pass_on", on=((name,),), input={"amount": amount, "basis": "cd" * 32, "to": to})


def test_most_actions_of_the_packs__are_compiled(stage: Stage) -> None:
    compiled = [compile_definition(read_pack(each)) for each in PACKS]
    found = [compile_action(each, action, shelf_of(stage)) for each in compiled for action in each.actions]
    assert sum(each is not None for each in found) >= 0.65 * len(found)


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.parent.name)
def test_source__has_no_word_of_the_definition(stage: Stage, pack: Path) -> None:
    compiled = compile_definition(read_pack(pack))
    for action in compiled.actions:
        quick = compile_action(compiled, action, shelf_of(stage))
        if quick is not None:
            words = re.findall(r"[A-Za-z_]\w*", quick.source)
            assert [each for each in words if not OURS.fullmatch(each)] == []
            assert re.sub(r"[\w\s()\[\]{}.,:=<>!*+-]", "", quick.source) == ""  # no text, no attribute of anything else
            assert quick.play.__globals__["__builtins__"] == {}


def test_action__is_walked_before_it_is_compiled(stage: Stage, names: Iterator[str]) -> None:
    for count in range(running.USES_BEFORE):
        stage.act((signer("org2"),), passing(next(names)))
        assert kept(stage) == count + 1
    stage.act((signer("org2"),), passing(next(names)))
    assert isinstance(kept(stage), Quick)


def test_refusals__are_the_engines_own(stage: Stage, names: Iterator[str]) -> None:
    """Nothing of what the compiled action had done by then is left."""
    for _ in range(running.USES_BEFORE + 1):
        stage.act((signer("org2"),), passing(next(names)))
    name = next(names)
    before = dict(stage.overlay.writes)
    with pytest.raises(RuleRefused, match=r"over_split|hold less"):
        stage.act((signer("org2"),), passing(name, 10**10))
    with pytest.raises(InputNotInRole):
        stage.act((signer("org2"),), passing(name, to="org4"))
    assert stage.overlay.writes == before


def test_source__that_is_too_long_is_not_compiled(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    assert compile_action(receivable(stage), "pass_on", shelf_of(stage)) is not None
    monkeypatch.setattr(actions, "SOURCE_MAX", 100)
    assert compile_action(receivable(stage), "pass_on", shelf_of(stage)) is None


def test_what_is_compiled__goes_with_its_definition(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(shelf_of(stage).registry, (), shelf_of(stage).parties, shelf_of(stage).calendars)
    compiled = receivable(stage)
    shelf.keep("one", compiled)
    shelf.beside("one")["pass_on"] = 1
    monkeypatch.setattr("zhulian.modules.scenario.books.COMPILED_STEPS_MAX", 1)
    shelf.keep("two", compiled)
    assert shelf.beside("one") == {}


def test_absorbed__writes_and_steps_are_the_outer_ones(stage: Stage) -> None:
    outer = TransactionOverlay(stage.overlay, 100)
    outer.put(b"a", b"1")
    inner = outer.inner(100)
    inner.put(b"b", b"2")
    assert outer.get(b"b") is None
    before = outer.steps
    outer.absorb(inner)
    assert outer.get(b"b") == b"2"
    assert outer.steps == before + inner.steps + 1
