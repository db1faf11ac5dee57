"""The gallery: what each shipped pack is for, by industry, in both languages; made from the definitions, which are read and not run."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import read_definition
from zhulian.language.definition.shapes import Record
from zhulian.language.definition.views import Tree

__all__ = ["INDUSTRIES", "card_of", "shipped_cards"]

INDUSTRIES: dict[str, Words] = {
    "A": Words("存证与司法", "Evidence and justice"),
    "B": Words("政务与社会治理", "Government and society"),
    "C": Words("金融", "Finance"),
    "D": Words("供应链与追溯", "Supply chain and traceability"),
    "E": Words("医疗健康", "Health"),
    "F": Words("数据要素与人工智能", "Data elements and AI"),
    "G": Words("工业、能源、交通与环境", "Industry, energy, transport, environment"),
    "H": Words("民生与教育", "Welfare and education"),
}
"""The industries by the letter with which the rows begin that a definition `covers`."""
_OTHER = Words("其他", "Other")
_CHECKED = "run_time"
"""Where promises are checked: by every node after every action, which is refused if one would break."""


def card_of(tree: Tree) -> dict[str, Any]:
    """What a definition is for, who takes part, which stories it plays and what it promises; every sentence as `{zh, en}`."""
    letter = next((each[0] for each in tree.covers if each[0] in INDUSTRIES), "")
    industry = INDUSTRIES.get(letter, _OTHER)
    return {
        "scenario": tree.scenario,
        "version": tree.version,
        "industry": {"code": letter, "zh": industry.zh, "en": industry.en},
        "covers": list(tree.covers),
        "title": _both(tree.title, tree.scenario),
        "about": _both(tree.about, ""),
        "roles": [{"name": each.name, "title": _both(each.title, each.name)} for each in tree.roles],
        "stories": [
            {
                "name": each.name,
                "title": _both(each.title, each.name),
                "steps": len(each.steps),
                "refused": sum(1 for step in each.steps if step.refused),
            }
            for each in tree.stories
        ],
        "promises": [each for record in _records(tree) for each in _promises(record)],
        "pictures": [each.name for each in _records(tree) if each.states is not None],
        "actions": len(tree.actions),
        "watch": len(tree.watch),
    }


def shipped_cards() -> list[dict[str, Any]]:
    """The cards of all packs that are shipped, by industry and name.

    Raises:
        LanguageFaults: one of them is not sound in form.
    """
    found = [card_of(tree) for tree in _shipped()]
    return sorted(found, key=lambda each: (each["industry"]["code"] or "~", each["scenario"]))


def _shipped() -> Iterator[Tree]:
    for folder in (files("zhulian") / "scenarios").iterdir():
        place = folder / "scenario.yaml"
        if place.is_file():
            with place.open("rb") as file:
                yield read_definition(file.read(BYTES_MAX + 1)).tree


def _records(tree: Tree) -> list[Record]:
    return [*tree.records, *([tree.instance] if tree.instance is not None else [])]


def _promises(record: Record) -> Iterator[dict[str, Any]]:
    for kind, promises in (("always", record.always), ("steps", record.steps)):
        for each in promises:
            yield {
                "name": each.name,
                "record": record.name,
                "kind": kind,
                "says": _both(each.say, each.that),
                "checked": _CHECKED,
            }


def _both(text: Any, otherwise: str) -> dict[str, str]:
    return {"zh": otherwise, "en": otherwise} if text is None else {"zh": text.zh, "en": text.en}
