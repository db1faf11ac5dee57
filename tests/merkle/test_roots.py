"""Sets of codes and bulks: the vectors, what proofs show and cannot show, and how much memory a million takes."""

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from zhulian.canonical import INTEGER_MAX
from zhulian.crypto import INTL, Hasher, suite
from zhulian.errors import Refusal
from zhulian.language.sealing import sealed_commitment
from zhulian.merkle import ProofFault, list_root
from zhulian.merkle.code_list import CODES_MAX, CodeGap, CodeList, CodesRoot, verify_code, verify_no_code
from zhulian.merkle.errors import AmountUnfit, CodeTwice, ItemUnfit
from zhulian.merkle.proof_texts import proof_text, read_proof_text, require_code, require_item, require_no_code
from zhulian.merkle.sum_tree import SumList, SumPath, SumRoot, verify_sum_path

VECTORS = Path(__file__).parents[2] / "vectors" / "roots"
HASHER = Hasher(INTL, bytes(32))
Case = dict[str, Any]
codes = st.lists(
    st.text(st.characters(min_codepoint=33, max_codepoint=0x9FFF, categories=("Lu", "Nd", "Lo")), min_size=1, max_size=6),
    unique=True,
    max_size=40,
).filter(lambda found: all(_is_fit(each) for each in found))
amounts = st.dictionaries(st.from_regex(r"\A[a-z]{1,4}\Z"), st.integers(0, 10**12), min_size=1, max_size=40)


def _is_fit(code: str) -> bool:
    try:
        CodeList(HASHER, [code])
    except ItemUnfit:
        return False
    return True


def over(name: str) -> pytest.MarkDecorator:
    cases = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return pytest.mark.parametrize("case", cases, ids=[f"{case['suite']}: {case['description']}" for case in cases])


def hasher_of(case: Case) -> Hasher:
    return Hasher(suite(case["suite"]), bytes.fromhex(case["genesis"]))


@over("codes-roots")
def test_codes_roots(case: Case) -> None:
    assert CodeList(hasher_of(case), case["codes"]).root.text == case["expected"]


@over("bulk-roots")
def test_bulk_roots(case: Case) -> None:
    assert SumList(hasher_of(case), [(item, amount) for item, amount in case["items"]]).root.text == case["expected"]


@over("codes-proofs")
def test_codes_proofs(case: Case) -> None:
    require = require_no_code if case.get("absent") else require_code
    try:
        require(hasher_of(case), case["codes"], case["code"], case["proof"])
        found = "valid"
    except Refusal as no:
        found = no.code
    assert found == case["expected"]


@over("bulk-proofs")
def test_bulk_proofs(case: Case) -> None:
    try:
        require_item(hasher_of(case), case["bulk"], case["item"], case["amount"], case["proof"])
        found = "valid"
    except Refusal as no:
        found = no.code
    assert found == case["expected"]


@over("sealed")
def test_sealed(case: Case) -> None:
    where = (case["instance"], case["record"], case["group"], case["party"])
    salt = bytes.fromhex(case["salt"])
    assert sealed_commitment(hasher_of(case), *where, salt, case["values"]).hex() == case["expected"]


def test_vectors__are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(VECTORS / "generate.py"), str(tmp_path)], check=True)
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == sorted(each.name for each in VECTORS.glob("*.json"))
    for name in names:
        assert (tmp_path / name).read_bytes() == (VECTORS / name).read_bytes()


def test_sealed__no_two_cases_share_a_commitment() -> None:
    cases = json.loads((VECTORS / "sealed.json").read_text(encoding="utf-8"))["cases"]
    assert len({case["expected"] for case in cases}) == len(cases)


@given(codes)
def test_codes__every_code_is_shown_and_no_other(found: list[str]) -> None:
    tree = CodeList(HASHER, found)
    assert tree.root.root == list_root(HASHER, sorted(each.encode() for each in found))
    for each in found:
        verify_code(HASHER, tree.root, each, tree.path(each))
        proof = tree.path(each)
        assert read_proof_text(proof_text(proof)) == proof
        with pytest.raises(ProofFault):
            verify_code(HASHER, tree.root, each + "x", proof)
        with pytest.raises(ProofFault):
            verify_no_code(HASHER, tree.root, each, tree.around(each))


@given(codes, st.text("ABZ丂", min_size=1, max_size=4))
def test_codes__a_gap_shows_absence_of_what_is_in_it_alone(found: list[str], code: str) -> None:
    assume(code not in found)
    tree = CodeList(HASHER, found)
    gap = tree.gap(code)
    verify_no_code(HASHER, tree.root, code, gap)
    assert CodeGap.from_json(json.loads(json.dumps(gap.to_json()))) == gap
    for each in found:
        with pytest.raises(ProofFault):
            verify_no_code(HASHER, tree.root, each, gap)


@given(st.lists(st.sampled_from("ABCDEFGHIJ"), unique=True, min_size=3, max_size=10), st.data())
def test_codes__no_pair_of_paths_denies_a_code_that_is_there(found: list[str], data: st.DataObject) -> None:
    tree = CodeList(HASHER, found)
    code = data.draw(st.sampled_from(found))
    sides = st.none() | st.sampled_from(found).map(lambda each: (each, tree.path(each)))
    with pytest.raises(ProofFault):
        verify_no_code(HASHER, tree.root, code, CodeGap(data.draw(sides), data.draw(sides)))


@given(amounts)
def test_bulk__every_item_is_shown_with_its_amount_alone(found: dict[str, int]) -> None:
    tree = SumList(HASHER, found.items())
    assert (tree.root.count, tree.root.total) == (len(found), sum(found.values()))
    for item, amount in found.items():
        path = tree.path(item)
        verify_sum_path(HASHER, tree.root, item, amount, path)
        assert SumPath.from_json(json.loads(json.dumps(path.to_json()))) == path
        for other in (amount - 1, amount + 1, -amount - 1):
            with pytest.raises(ProofFault):
                verify_sum_path(HASHER, tree.root, item, other, path)


@given(amounts, st.integers(-5, 5), st.integers(-5, 5), st.data())
def test_bulk__no_shifting_between_sides_and_total(found: dict[str, int], by: int, total: int, data: st.DataObject) -> None:
    assume(by or total)
    tree = SumList(HASHER, found.items())
    item = data.draw(st.sampled_from(sorted(found)))
    path = tree.path(item)
    siblings = list(path.siblings)
    if siblings:
        at = data.draw(st.integers(0, len(siblings) - 1))
        siblings[at] = (siblings[at][0], siblings[at][1] + by)
    root = SumRoot(tree.root.count, tree.root.root, tree.root.total + total)
    assume((by and siblings) or total)
    with pytest.raises(ProofFault):
        verify_sum_path(HASHER, root, item, found[item], SumPath(path.count, path.index, tuple(siblings)))


@given(amounts)
def test_bulk__a_single_change_changes_the_root(found: dict[str, int]) -> None:
    root = SumList(HASHER, found.items()).root
    for item, amount in found.items():
        assert SumList(HASHER, {**found, item: amount + 1}.items()).root.root != root.root


def test_bulk__takes_no_amount_that_could_wrap_or_take_away() -> None:
    SumList(HASHER, [("a", INTEGER_MAX - 1), ("b", 1)])
    for bad in ([("a", INTEGER_MAX), ("b", 1)], [("a", -1)], [("a", True)]):
        with pytest.raises(AmountUnfit):
            SumList(HASHER, bad)
    with pytest.raises(CodeTwice):
        SumList(HASHER, [("a", 1), ("a", 1)])


def test_bulk__a_node_that_wraps_is_refused_whatever_it_hashes_to() -> None:
    """A root is made by hand over a side that is claimed to be worth all there can be, so that the sum leaves its range."""
    leaf = HASHER.digest("sum-leaf", (7).to_bytes(8, "big") + b"a")
    side = bytes(32)
    data = (
        b"".join(each.to_bytes(8, "big") for each in (1, 7))
        + leaf
        + b"".join(each.to_bytes(8, "big") for each in (1, INTEGER_MAX))
        + side
    )
    for total in (6, 7, INTEGER_MAX):
        root = SumRoot(2, HASHER.digest("sum-node", data), total)
        with pytest.raises(ProofFault):
            verify_sum_path(HASHER, root, "a", 7, SumPath(2, 0, ((side, INTEGER_MAX),)))


@pytest.mark.parametrize("bad", ["", "e\u0301", "x" * 257, "\ud800"])
def test_codes__are_texts_in_normal_form(bad: str) -> None:
    with pytest.raises(ItemUnfit):
        CodeList(HASHER, [bad])


def test_codes__come_once() -> None:
    with pytest.raises(CodeTwice):
        CodeList(HASHER, ["a", "b", "a"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        '{"count":1}',
        '{"count":-1,"root":"' + "0" * 64 + '"}',
        '{"count": 1,"root":"' + "0" * 64 + '"}',
        "[]",
        "x" * 300,
    ],
)
def test_root_texts__are_read_strictly(text: str) -> None:
    with pytest.raises(ProofFault):
        CodesRoot.of_text(text)
    with pytest.raises(ProofFault):
        SumRoot.of_text(text)


def test_code_list__packs_its_levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """64 bytes a code beside the codes themselves, whatever their number: levels halve, each in one piece."""
    monkeypatch.setattr("zhulian.merkle.code_list._CHUNK", 16)
    tree = CodeList(HASHER, [f"{number:05}" for number in range(1000)])
    sizes = [len(level) // 32 for level in tree._levels]
    assert sizes[0] == 1000
    assert sizes[-1] == 1
    assert all(above == (below + 1) // 2 for below, above in pairwise(sizes))
    assert tree.root.root == list_root(HASHER, [f"{number:05}".encode() for number in range(1000)])
    assert CODES_MAX == 1_000_000
