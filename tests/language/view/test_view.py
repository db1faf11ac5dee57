"""The view model says everything that a definition says, in both languages, in the shape that is written down."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from tests.language.view.shown import EVERY, ROOT, checked, view
from zhulian.errors import REFUSALS
from zhulian.language.definition.words import BUILT_IN_REFUSALS
from zhulian.language.view import View, view_json, view_schema
from zhulian.language.view import shapes as view_shapes
from zhulian.language.view.refusals import KERNEL
from zhulian.ledger.module import Event
from zhulian.modules.scenario import events

GOLDEN = Path(__file__).parent / "receivable.json"
SCHEMA = ROOT / "docs" / "reference" / "view-1.schema.json"
PAGES = [ROOT / "docs" / language / "reference" / "view.md" for language in ("en", "zh")]
CJK = re.compile(r"[\u3400-\u9fff]")
SPEECH = re.compile(r"[A-Za-z]{2,}(?:[-_/.][A-Za-z0-9]+)*")


def kept(path: Path, text: str) -> str:
    """What a golden file holds; written anew where `GOLDEN=write` asks for it."""
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def pairs(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every piece of text in both languages, with its path."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"}:
            yield path, value
        else:
            for name, each in value.items():
                if name != "body":  # a JSON schema
                    yield from pairs(each, f"{path}.{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from pairs(each, f"{path}[{index}]")


def test_view_of_the_example__is_as_it_was() -> None:
    """The golden file is what others build on; `GOLDEN=write` writes it anew after a change that is meant."""
    text = json.dumps(view_json(view("receivable_example")), ensure_ascii=False, indent=1) + "\n"
    assert text == kept(GOLDEN, text)


def test_golden__fits_the_shape_and_the_schema_is_written_down() -> None:
    assert msgspec.json.decode(GOLDEN.read_bytes(), type=View) == view("receivable_example")
    text = json.dumps(view_schema(), ensure_ascii=False, indent=1) + "\n"
    assert text == kept(SCHEMA, text)


@pytest.mark.parametrize("name", EVERY)
def test_view__has_every_part_of_the_tree(name: str) -> None:
    tree, shown = checked(name).definition.tree, view(name)
    for part in ("uses", "settings", "roles", "assets", "tickets", "totals", "actions", "timers", "watch", "stories"):
        assert [each.name for each in getattr(tree, part)] == [each.name for each in getattr(shown, part)], part
    records = [*tree.records, *([tree.instance] if tree.instance is not None else [])]
    assert len(shown.records) == len(records)
    for record, seen in zip(records, shown.records, strict=True):
        assert [each.name for each in record.fields] == [each.name for each in seen.fields]
        assert [each.name for each in seen.promises] == [each.name for each in (*record.always, *record.steps)]
        assert [each.name for each in seen.states] == [each.name for each in (record.states.every if record.states else ())]
    for action, seen_action in zip(tree.actions, shown.actions, strict=True):
        assert [each.name for each in seen_action.form] == [each.name for each in action.input]
        assert [each.refusal for each in seen_action.guards] == [each.refusal for each in action.require]
        assert len(seen_action.does) == len(action.do)
        assert {each.refusal for each in action.require} <= set(seen_action.refusals)
        assert [each.name for each in seen_action.by] == [each.name or "actor" for each in action.by]
    known = {each.story for each in shown.refusals}
    assert {each.name for each in tree.refusals} <= known
    assert all(set(each.refusals) <= known for each in shown.actions)
    assert {each.refused for story in shown.stories for each in story.steps if each.refused} <= known
    assert [len(each.steps) for each in shown.stories] == [len(each.steps) for each in tree.stories]


def names_of(name: str) -> set[str]:
    """What stands in Chinese sentences as it is: names, values of texts, units, and the words of the trade that authors chose."""
    found: set[str] = set()

    def gather(value: Any) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                if key not in ("en", "title", "text", "say", "about", "help"):
                    gather(each)
                elif isinstance(each, dict) and "zh" in each:
                    found.update(SPEECH.findall(each["zh"]))
        elif isinstance(value, list | tuple):
            for each in value:
                gather(each)
        elif isinstance(value, str):
            found.update(SPEECH.findall(value))

    gather(msgspec.to_builtins(checked(name).definition.tree))
    return found


@pytest.mark.parametrize("name", EVERY)
def test_view__speaks_both_languages(name: str) -> None:
    """No text is empty, no English stands in Chinese sentences but identifiers, and no Chinese in English ones."""
    known = names_of(name) | {"CNY", "UTC", "AB", "id.gs1.org/00", "id.gs1.org/01"}
    wrong = []
    shown = view_json(view(name))
    for path, text in pairs(shown):
        if not text["zh"].strip() or not text["en"].strip():
            wrong.append(f"{path}: empty")
        spoken = re.sub(r"“[^”]*”", "", text["en"]) if path.startswith(".stories") else text["en"]
        if CJK.search(spoken):  # what is filled in stands as it is
            wrong.append(f"{path}: Chinese in {text['en']}")
        words = SPEECH.findall(re.sub(r"\{[^}]*\}", "", text["zh"]))
        strange = [word for word in words if word not in known and not re.fullmatch(r"[A-Z]{1,2}[0-9]*", word)]
        wrong += [f"{path}: {word} in {text['zh']}" for word in strange]
        if re.search(r" [，。；：、]|[，。；：、（“] | [）”](?=[，。])", text["zh"]) or "  " in text["en"]:
            wrong.append(f"{path}: spaces in {text}")
    assert wrong == [], "\n".join(wrong)


def test_kernel_refusals__are_those_of_stories_with_their_numbers() -> None:
    assert set(KERNEL) == set(BUILT_IN_REFUSALS)
    for story, (_, codes) in KERNEL.items():
        for code in codes:
            found = getattr(REFUSALS[code], "story", None)
            assert found in (story, None), f"{code} is {found}"


@pytest.mark.parametrize("name", EVERY)
def test_timeline__speaks_of_events_that_there_are(name: str) -> None:
    """Events exist under their names, what is matched are their fields, and so is what the sentences are filled with."""
    known = {str(each.__struct_config__.tag): set(each.__struct_fields__) for each in vars(events).values() if is_event(each)}
    for record in view(name).records:
        for rule in record.timeline:
            fields = known[rule.event]
            assert set(rule.match) <= fields
            for text in (rule.says.zh, rule.says.en):
                assert {each.partition(".")[0] for each in re.findall(r"\{([^}]*)\}", text)} <= fields


def is_event(value: object) -> bool:
    return isinstance(value, type) and issubclass(value, Event) and value is not Event


def test_diagram__tells_every_way() -> None:
    record = view("receivable_example").records[0]
    assert record.diagram is not None
    edges = {(each.source, each.by, each.name, each.target) for each in record.diagram.edges}
    assert edges == {
        ("_begin", "action", "draw", "drawn"),
        ("drawn", "action", "confirm", "confirmed"),
        ("drawn", "action", "decline", "refused"),
        ("confirmed", "action", "repay", "settled"),
        ("drawn", "timer", "lapse", "lapsed"),
    }
    stays = {each.id: each.stays for each in record.diagram.nodes}
    assert stays["confirmed"] == ["pass_on", "finance", "repay"]  # repaying in part leaves it as it is


def test_form__has_widgets_units_bounds_and_readers() -> None:
    shown = view("receivable_example")
    draw = {each.name: each for each in shown.actions[0].form}
    assert [each.widget for each in draw.values()] == ["text", "party", "money", "date", "file"]
    assert draw["number"].format is not None
    assert (draw["number"].format.least, draw["number"].format.most) == (6, 32)
    assert draw["amount"].bounds is not None
    assert draw["amount"].bounds.zh == "不少于 0.01 元"
    assert draw["amount"].align == "right"
    assert draw["contract"].visibility == "private"
    assert [each.name for each in draw["contract"].readers] == ["debtor", "creditor"]
    assert all(each.fills for each in draw.values())
    finance = shown.actions[4]
    assert [(each.name, [seat.name for seat in each.seats]) for each in finance.by] == [
        ("seller", []),
        ("financier", ["maker", "checker"]),
    ]
    assert finance.by_says.zh == "任一供应商、任一资金方（由经办 1 人、复核 1 人分别签署，不得为同一人）共同签署"


def test_exceptions__are_told() -> None:
    debits = view("everything").debits
    assert [(each.action, each.asset, each.owner.zh) for each in debits] == [("sweep", "point", "填写的 who")]
    assert view("receivable_example").debits == []


def test_api__names_a_call_for_each_action_and_record() -> None:
    calls = {each.name: each for each in view("receivable_example").api}
    assert calls["draw"].path == "/v1/apps/{instance}/actions/draw"
    assert calls["draw.check"].method == "POST"
    body = calls["draw"].body
    assert body is not None
    assert body["properties"]["input"]["required"] == ["number", "debtor", "amount", "due", "contract"]
    assert body["required"] == ["input"]
    repay = calls["repay"].body
    assert repay is not None
    assert repay["required"] == ["input", "on", "by"]
    assert {"receivable.list", "receivable.get", "receivable.history", "receivable.proof"} <= set(calls)


def structs() -> list[type[msgspec.Struct]]:
    found = [getattr(view_shapes, name) for name in view_shapes.__all__ if name != "VERSION"]
    return [each for each in found if isinstance(each, type) and issubclass(each, msgspec.Struct)]


@pytest.mark.parametrize("page", PAGES, ids=lambda each: str(each.parent.parent.name))
def test_reference__explains_every_field(page: Path) -> None:
    """Each part has its section, and each of its fields a row there."""
    text = page.read_text(encoding="utf-8")
    sections = {
        match.group(1): match.group(2)
        for match in re.finditer(r"^### .*?`(\w+)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    }
    missing = []
    for each in structs():
        rows = re.findall(r"^\| (.*?) \|", sections.get(each.__name__, ""), re.MULTILINE)
        named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
        missing += [f"{each.__name__}.{name}" for name in each.__struct_fields__ if name not in named]
        missing += [f"{each.__name__}: {name} is gone" for name in named - set(each.__struct_fields__)]
    assert missing == []


def test_every_part__is_reached_from_the_whole() -> None:
    """No shape is kept that the view does not use."""
    seen: set[type] = set()

    def walk(shape: Any) -> None:
        if isinstance(shape, type) and issubclass(shape, msgspec.Struct) and shape not in seen:
            seen.add(shape)
            for each in get_type_hints(shape).values():
                walk(each)
        for each in get_args(shape):
            walk(each)

    walk(View)
    assert {each.__name__ for each in structs()} == {each.__name__ for each in seen}
