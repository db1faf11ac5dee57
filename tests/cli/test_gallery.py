"""`zhulian scenario gallery | picture`: all shipped packs by industry, one of them in full, and its states as pictures."""

import json
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.assure.stories.packs import read_pack
from zhulian.client import connect
from zhulian.client.supervising.errors import NoSuchPack
from zhulian.language.gallery import INDUSTRIES, card_of
from zhulian.language.proving.prove import prove

ROOT = Path(__file__).resolve().parents[2]
PACKS = ROOT / "src" / "zhulian" / "scenarios"
NAMES = {path.parent.name for path in PACKS.glob("*/scenario.yaml")}


def test_gallery__has_every_pack_with_what_its_definition_says(run: Run) -> None:
    cards = {each["scenario"]: each for each in run("scenario", "gallery", "--json").document["packs"]}
    assert set(cards) == NAMES
    for name, card in cards.items():
        tree = read_pack(PACKS / name / "scenario.yaml").definition.tree
        assert card["industry"]["code"] == tree.covers[0][0]
        assert card["industry"]["zh"] == INDUSTRIES[tree.covers[0][0]].zh
        assert [each["name"] for each in card["roles"]] == [each.name for each in tree.roles]
        assert [each["name"] for each in card["stories"]] == [each.name for each in tree.stories]
        records = [*tree.records, *([tree.instance] if tree.instance else [])]
        assert len(card["promises"]) == sum(len(each.always) + len(each.steps) for each in records)
        assert {each["checked"] for each in card["promises"]} == {"run_time"}


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("金融", "应收账款多级流转", "运行时校验")), ("en", ("Finance", "run time"))]
)
def test_gallery__reads_well_by_industry(run: Run, language: str, words: tuple[str, ...]) -> None:
    done = run("scenario", "gallery", "--lang", language)
    assert done.status == 0
    assert [word for word in words if word not in done.out] == []
    lines = done.out.splitlines()
    heads = [line for line in lines[:-1] if line and not line.startswith(" ")]
    assert len(heads) == len(set(heads))


def test_gallery__shows_one_pack_in_full(run: Run) -> None:
    done = run("scenario", "gallery", "e-licence")
    assert done.status == 0
    assert "checked at run time" in done.out
    assert run("scenario", "gallery", "e_licence").out == done.out
    assert "client/270" in run("scenario", "gallery", "nothing").err
    assert NoSuchPack.code == "client/270"


def test_gallery__says_other_where_no_industry_is_named() -> None:
    tree = read_pack(ROOT / "tests" / "assure" / "stories" / "loan.yaml").definition.tree
    card = card_of(tree)
    assert card["industry"]["code"] == (tree.covers[0][0] if tree.covers else "")


def test_picture__writes_each_record_type_in_both_languages(run: Run, tmp_path: Path) -> None:
    done = run("scenario", "picture", PACKS / "receivable" / "scenario.yaml", "--out", tmp_path / "states", "--json")
    written = {Path(each).name for each in done.document["written"]}
    assert written == {f"receivable.{name}.{language}.svg" for name in ("receivable", "factoring") for language in ("zh", "en")}
    for name in written:
        assert ElementTree.parse(tmp_path / "states" / name).getroot().tag.endswith("svg")
    (tmp_path / "file").write_text("x")
    assert run("scenario", "picture", PACKS / "receivable" / "scenario.yaml", "--out", tmp_path / "file").status == 2


def test_gallery__is_the_same_from_a_node(run: Run, at_home: LiveNode) -> None:
    url = json.loads((at_home.home / "run" / "node.json").read_text())["url"]
    with connect(url, home=at_home.home) as chain:
        assert chain.scenario.gallery() == run("scenario", "gallery", "--json").document["packs"]


def test_gallery__says_what_the_prover_found_of_this_very_definition() -> None:
    proofs = json.loads((PACKS / "proofs.json").read_text("utf-8"))
    assert set(proofs) <= NAMES
    shown = 0
    for name in sorted(NAMES):
        tree = read_pack(PACKS / name / "scenario.yaml").definition.tree
        card = card_of(tree)
        changed = card_of(msgspec.structs.replace(tree, version=tree.version + 1))
        assert changed["proof"] is None
        assert {each["proof"] for each in changed["promises"]} == {""}
        if card["proof"] is None:
            continue
        shown += 1
        verdicts = [each["proof"] for each in card["promises"]]
        assert set(verdicts) <= {"proved", "runtime"}
        assert card["proof"]["refuted"] == 0
        assert verdicts.count("proved") <= card["proof"]["proved"]
    assert shown >= 1


def test_gallery__shows_marks_of_the_prover(run: Run) -> None:
    shown = [each["scenario"] for each in run("scenario", "gallery", "--json").document["packs"] if each["proof"] is not None]
    out = run("scenario", "gallery", shown[0], "--lang", "zh").out
    assert "证明器结论" in out
    assert "✓ " in out


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(json.loads((PACKS / "proofs.json").read_text("utf-8"))))
def test_proofs__are_what_the_prover_finds(name: str) -> None:
    """After a change of a pack or of the prover: `.venv/bin/python scripts/proofs.py`."""
    report = prove(read_pack(PACKS / name / "scenario.yaml"))
    kept = json.loads((PACKS / "proofs.json").read_text("utf-8"))[name]
    assert kept["promises"] == {f"{each.record}.{each.name}": each.verdict for each in report.promises}
    assert kept["definition_sm3"] == report.definition_sm3
