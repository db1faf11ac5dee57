"""Every shipped pack: sound, said in both languages, played to its last rule, with real papers; and all its stories come out."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
import pytest

from tests.meta.source import ROOT
from tests.twofold import twofold
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Played, Report, play_all
from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Field, Promise, State, Text, Timer, Total
from zhulian.language.definition.views import Chart, Story, Tree

FOLDER = ROOT / "src" / "zhulian" / "scenarios"
PACKS = sorted(path.parent.name for path in FOLDER.glob("*/scenario.yaml"))
EACH = pytest.mark.parametrize("pack", PACKS)
UNPLAYED: dict[tuple[str, str, str], str] = {}
"""Pack, kind and name of what no story plays, with the reason."""


def path_of(pack: str) -> Path:
    return FOLDER / pack / "scenario.yaml"


@cache
def checked(pack: str) -> Checked:
    return read_pack(path_of(pack))


def tree_of(pack: str) -> Tree:
    return checked(pack).definition.tree


@cache
def report(pack: str) -> Report:
    """All stories, each action of which is done both ways where it is compiled."""
    with twofold() as count:
        found = play_all(checked(pack), Packs(path_of(pack)), folder=FOLDER / pack)
    assert count["compiled"] >= 8
    return found


def parts(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every part of a tree with its path."""
    if isinstance(value, msgspec.Struct):
        yield path, value
        for name in value.__struct_fields__:
            yield from parts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from parts(each, f"{path}.{getattr(each, 'name', '') or index}")


def test_packs__are_there() -> None:
    assert {"settlement", "receivable", "e_contract", "e_licence"} <= set(PACKS)


@EACH
def test_pack__checks_without_a_note(pack: str) -> None:
    found = checked(pack)
    assert [f"{note.path}: {note.en}" for note in found.notes] == []
    assert found.definition.tree.scenario == pack


@EACH
def test_pack__gives_everything_a_title(pack: str) -> None:
    titled = (Field, State, Timer, Total, Chart)
    bare = [path for path, each in parts(tree_of(pack)) if isinstance(each, titled) and each.title is None]
    assert bare == []
    assert [path for path, each in parts(tree_of(pack)) if isinstance(each, Promise) and each.say is None] == []


@EACH
def test_pack__speaks_both_languages_well(pack: str) -> None:
    texts = [(path, each) for path, each in parts(tree_of(pack)) if isinstance(each, Text)]
    assert [path for path, each in texts if re.search(r"[\u4e00-\u9fff][,;:?!()]|[,;:?!()][\u4e00-\u9fff]", each.zh)] == []
    assert [path for path, each in texts if re.search(r"rganiz|[\u3000-\u303f\uff00-\uffef]", each.en)] == []


@EACH
def test_pack__promises_what_the_trade_asks(pack: str) -> None:
    tree = tree_of(pack)
    records = [*tree.records, *([tree.instance] if tree.instance else [])]
    always = [each.name for record in records for each in record.always]
    steps = [each.name for record in records for each in record.steps if re.search(r"\bwas\.", each.that)]
    assert len(always) >= 5
    assert steps


@EACH
def test_pack__lists_its_promises_on_its_pages(pack: str) -> None:
    tree = tree_of(pack)
    records = [*tree.records, *([tree.instance] if tree.instance else [])]
    for suffix, language in (("", "en"), (".zh-CN", "zh")):
        page = (ROOT / "docs" / "scenarios" / f"{pack.replace('_', '-')}{suffix}.md").read_text("utf-8")
        listed = {
            (cells[1].strip(), cells[3].strip())
            for cells in re.findall(r"^\|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", page, re.MULTILINE)
        }
        said = {(f"`{each.name}`", getattr(each.say, language)) for record in records for each in (*record.always, *record.steps)}
        assert sorted(said - listed) == []


@EACH
def test_pack__shows_itself(pack: str) -> None:
    tree = tree_of(pack)
    assert tree.pages is not None
    assert tree.pages.public
    assert tree.pages.lists
    assert tree.pages.board
    assert tree.watch
    assert tree.assumes
    assert tree.covers
    assert tree.about is not None


def cheats(story: Story) -> bool:
    return any(step.refused for step in story.steps)


@EACH
def test_pack__plays_good_and_bad(pack: str) -> None:
    stories = tree_of(pack).stories
    assert len(stories) >= 3
    assert any(not cheats(each) for each in stories)
    assert sum(cheats(each) for each in stories) >= 2


@EACH
def test_pack__provokes_each_of_its_refusals(pack: str) -> None:
    tree = tree_of(pack)
    played = {step.refused for story in tree.stories for step in story.steps}
    assert [each.name for each in tree.refusals if each.name not in played] == []


@EACH
def test_pack__provokes_the_kernel_where_its_trade_is_cheated(pack: str) -> None:
    tree = tree_of(pack)
    played = {step.refused for story in tree.stories for step in story.steps}
    wanted = {"not_yours", "wrong_state", "no_such_record", "already_there", "bad_input"}
    if any(signatory.seats for action in tree.actions for signatory in action.by):
        wanted.add("seat_missing")
    if any(len(action.by) > 1 for action in tree.actions):
        wanted.add("signature_missing")
    if any(signatory.apart for action in tree.actions for signatory in action.by):
        wanted.add("same_officer")
    if tree.tickets:
        wanted.add("module")
    if tree.assets or any(use.kind == "asset" for use in tree.uses):
        wanted.add("insufficient")
    assert sorted(wanted - played) == []


@EACH
def test_pack__hands_in_papers_that_are_there(pack: str) -> None:
    stories = tree_of(pack).stories
    named = {given.value.removeprefix("file:") for story in stories for step in story.steps for given in step.inputs
             if given.value.startswith("file:")}  # fmt: skip
    there = {path.name for path in (FOLDER / pack / "files").iterdir()}
    assert named == there
    assert [name for name in named if (FOLDER / pack / "files" / name).stat().st_size < 200] == []


@EACH
def test_pack__is_described(pack: str) -> None:
    page = pack.replace("_", "-")
    for suffix in ("", ".zh-CN"):
        assert f"src/zhulian/scenarios/{pack}/scenario.yaml" in (ROOT / "docs" / "scenarios" / f"{page}{suffix}.md").read_text(
            "utf-8"
        )


def told(played: Played) -> str:
    """The last step that was played and what is wrong with it."""
    lines = [f"line {step.line}: {step.told.en} — {step.fault.en}" for step in played.steps if step.fault is not None]
    return "; ".join([*([played.fault.en] if played.fault is not None else []), *lines])


STORIES = [(pack, story.name) for pack in PACKS for story in tree_of(pack).stories]


@pytest.mark.parametrize(("pack", "name"), STORIES, ids=[f"{pack}-{name}" for pack, name in STORIES])
def test_story__comes_out(pack: str, name: str) -> None:
    played = next(each for each in report(pack).stories if each.name == name)
    assert played.passed, told(played)


@EACH
def test_stories__leave_nothing_out(pack: str) -> None:
    found = {(pack, each.kind, each.name) for each in report(pack).unplayed}
    wanted = {key for key in UNPLAYED if key[0] == pack}
    assert found == wanted


def test_e_licence__finds_every_false_consent_for_what_it_is() -> None:
    """A story only says that the ticket module refused; here is which of its refusals each trick meets."""
    played = next(each for each in report("e_licence").stories if each.name == "used_without_consent")
    codes = [step.refusal.code for step in played.steps if step.refusal is not None and step.refusal.code.startswith("ticket/")]
    assert codes == [f"ticket/{number}" for number in (13, 12, 4, 7, 6, 5, 8, 10, 11, 9)]


def test_food_trace__finds_every_false_event_for_what_it_is() -> None:
    """A story only says that a module refused; here is which refusal each trick meets."""
    codes = {
        each.name: [
            step.refusal.code for step in each.steps if step.refusal is not None and not step.refusal.code.startswith("scenario/")
        ]
        for each in report("food_trace").stories
    }
    modules = {name: [each for each in found if each.startswith(("trace/", "codes/"))] for name, found in codes.items()}
    assert modules["relabelled_cans"] == ["trace/3"]  # a wrong check digit
    assert modules["cloned_labels"] == [
        "trace/12",
        "trace/8",
        "trace/9",
        "trace/18",
    ]  # not held, another's, sent twice, sent to another
    assert modules["the_recall"] == ["trace/15", "trace/11"]  # a circle, and an event that was changed
