"""Whatever tree or message anybody hands in: it is taken or refused with a number, never an error of another kind, which would stop the chain."""

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest

import zhulian
from tests.modules.scenario.acting.shop import SHOP
from tests.modules.scenario.opening.ground import text_of
from tests.modules.scenario.timing.court import SOURCE
from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.language.compile import compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import load_definition
from zhulian.language.upgrades.passage import check_upgrade
from zhulian.modules import every_word

LANGUAGE = Path(__file__).parents[3] / "language" / "definition"
PACKS = sorted((Path(zhulian.__file__).parent / "scenarios").glob("*/scenario.yaml"))
TEXTS = (
    SHOP,
    SOURCE,
    *(each.read_text(encoding="utf-8") for each in PACKS),
    *((LANGUAGE / name).read_text(encoding="utf-8") for name in ("everything.yaml", "receivable.yaml")),
)
TREES: list[Any] = [json.loads(text_of(each)) for each in TEXTS]
WORDS = every_word()
ODD: tuple[Any, ...] = (
    "", "this", "was", "instance", "by", "actor", "input", "settings", "state", "owner", "0", "-1", "1d", "9007199254740992", "'1.00'",
    "this.this", "input.input", "a" * 4000, "((((", "!" * 900 + "true", "this.id + " * 500 + "1", "now()", "today()", "end_of(today())",
    "[]", "[this]", "size([])", "known(this)", "has(this.state)", "'\u0301'", "值", None, True, 0, -1, 2**53 - 1, [], {}, [[]], [None],
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += places(each, (*path, key))
    return found


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def mutated(chance: random.Random, tree: Any) -> Any:
    """The tree with one to three parts dropped, swapped, doubled, emptied or replaced by others or by something odd."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        every = places(tree)
        if not every:
            return tree
        *above, key = chance.choice(every)
        parent = at(tree, tuple(above))
        match chance.randrange(6):
            case 0:
                del parent[key]
            case 1:
                parent[key] = chance.choice(ODD)
            case 2 | 3:  # something of the same kind from elsewhere
                like = [each for each in every if type(at(tree, each)) is type(parent[key])]
                parent[key] = copy.deepcopy(at(tree, chance.choice(like)))
            case 4 if isinstance(parent, list):
                parent.insert(0, copy.deepcopy(parent[key]))
            case _ if isinstance(parent[key], str):
                words = parent[key].split(" ")
                other = at(tree, chance.choice([each for each in every if isinstance(at(tree, each), str)])).split(" ")
                words[chance.randrange(len(words))] = chance.choice(other)
                parent[key] = " ".join(words)
            case _:
                parent[key] = chance.choice(ODD)
    return tree


def judge(seed: int) -> str:
    """What comes of a mutated tree: refused, or compiled, and refused or not as an upgrade of the tree that it was."""
    chance = random.Random(seed)
    whole = {key: value for key, value in chance.choice(TREES[:2] * 4 + TREES).items() if key != "stories" or seed % 5 == 0}
    tree = mutated(chance, whole)
    try:
        data = canonical.encode(tree)
        checked = check_definition(load_definition(data), WORDS)
    except Refusal:
        return "refused"
    compile_definition(checked)
    after = {**tree, "version": 2, "upgrade": {"notice": "40d", "version": 1}}
    try:
        later = check_definition(load_definition(canonical.encode(after)), WORDS)
        check_upgrade(check_definition(load_definition(canonical.encode(whole)), WORDS), later, WORDS)
    except Refusal:
        return "taken"
    return "upgrades"


@pytest.mark.parametrize("first", [0, 1000])
def test_mutated_definition__is_taken_or_refused(first: int) -> None:
    came = [judge(seed) for seed in range(first, first + 40)]
    assert "refused" in came
    assert len(set(came)) > 1


@pytest.mark.parametrize(
    "more",
    [
        {"name": "elsewhere"},
        {"key": ["filed"]},
        {"owned": True},
        {"lazy": "case"},
        {"codes": {"max": 5}},
        {"states": {"start": {"name": "x"}, "final": [{"name": "y"}]}},
        {"indexes": [{"name": "by_filed", "fields": ["filed"]}]},
    ],
)
def test_record_of_the_whole__has_fields_and_promises_alone(more: dict[str, Any]) -> None:
    tree = {**TREES[1], "instance": {**TREES[1]["instance"], **more}}
    with pytest.raises(LanguageFaults) as caught:
        check_definition(load_definition(canonical.encode(tree)), WORDS)
    assert "language/70" in [each.code for each in caught.value.found]
