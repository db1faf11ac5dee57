"""The gallery: what each shipped pack is for, by industry, in both languages; made from the definitions, which are read and not run."""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from zhulian.crypto.suites import suite
from zhulian.errors import Words
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import Definition, read_definition
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
    proof = _proof_of(tree)
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
        "promises": [each for record in _records(tree) for each in _promises(record, proof)],
        "proof": _counted(proof),
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


@cache
def _proofs() -> dict[str, Any]:
    """What the prover found of the shipped packs, by scenario; `scripts/proofs.py` writes it."""
    place = files("zhulian") / "scenarios" / "proofs.json"
    found: dict[str, Any] = json.loads(place.read_text("utf-8"))
    return found


def _proof_of(tree: Tree) -> dict[str, Any] | None:
    """What the prover found of exactly this definition; None where it was not asked, or of another version of the pack."""
    found: dict[str, Any] | None = _proofs().get(tree.scenario)
    if found is None or found["definition_sm3"] != suite("gm").digest(Definition(tree).to_json()).hex():
        return None
    return found


def _counted(proof: dict[str, Any] | None) -> dict[str, Any] | None:
    """How many promises have which verdict, those that the language adds included, and the report's digest (SM3)."""
    if proof is None:
        return None
    verdicts = list(proof["promises"].values())
    counts = {
        name: verdicts.count(verdict) for name, verdict in (("proved", "proved"), ("refuted", "refuted"), ("run_time", "runtime"))
    }
    return {**counts, "report": proof["report_sm3"]}


def _promises(record: Record, proof: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    for kind, promises in (("always", record.always), ("steps", record.steps)):
        for each in promises:
            yield {
                "name": each.name,
                "record": record.name,
                "kind": kind,
                "says": _both(each.say, each.that),
                "checked": _CHECKED,
                "proof": "" if proof is None else proof["promises"].get(f"{record.name}.{each.name}", ""),
            }


def _both(text: Any, otherwise: str) -> dict[str, str]:
    return {"zh": otherwise, "en": otherwise} if text is None else {"zh": text.zh, "en": text.en}
