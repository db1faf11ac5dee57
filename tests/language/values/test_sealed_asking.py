"""Sealed groups, codes and proofs as people hand them in: one file seals and opens, and files may have been reformatted."""

import json
from pathlib import Path

import pytest

from zhulian.crypto import INTL, Hasher
from zhulian.language.asking import ask
from zhulian.language.asking.sealing import make_reveal
from zhulian.language.definition.reading import read_definition
from zhulian.language.definition.shapes import Kind
from zhulian.language.expressions.dates import Calendar
from zhulian.language.sealing import sealed_commitment
from zhulian.language.values import Moment, keys_of, read_value
from zhulian.language.values.errors import CommitmentDue, NotWritten, ValueFault, ValueMissing
from zhulian.merkle.code_list import CodeList
from zhulian.merkle.proof_texts import proof_text

TENDER = Path(__file__).parents[2] / "modules" / "scenario" / "sealing" / "tender.yaml"
TREE = read_definition(TENDER.read_text(encoding="utf-8")).tree
BID = next(each for each in TREE.records if each.name == "bid")
NOW = Moment(1_700_000_000, Calendar())
HASHER = Hasher(INTL, bytes(32))
SALT = bytes(range(32))
FILE = make_reveal(BID, "offer", {"price": "900.00", "term": "30d"}, NOW, SALT, keys_of(TREE))


def seal(record: str, key: tuple[str, ...], group: str, party: str, salt: bytes, values: object) -> str:
    assert isinstance(values, dict)
    return sealed_commitment(HASHER, "hz", f"{record}/{'/'.join(key)}", group, party, salt, values).hex()


def test_one_file__seals_and_opens() -> None:
    expected = {"salt": SALT.hex(), "values": {"price": 90000, "term": 30}}
    assert expected == FILE
    for given in (FILE, json.dumps(FILE, indent=2)):
        sealed = ask(TREE, "submit", {"tender": "T-1", "offer": given}, NOW, party="acme", seal=seal)
        assert sealed.input["offer"] == seal("bid", ("T-1", "acme"), "offer", "acme", SALT, FILE["values"])
        shown = ask(TREE, "show", {"offer": given}, NOW, on=["T-1", "acme"])
        assert shown.input == {"offer": FILE}


def test_ready_commitment__goes_as_it_is() -> None:
    assert ask(TREE, "submit", {"tender": "T-1", "offer": "ab" * 32}, NOW).input["offer"] == "ab" * 32


@pytest.mark.parametrize(
    ("fault", "given"),
    [
        (ValueMissing, None),
        (NotWritten, "900"),
        (NotWritten, {"salt": "00", "values": FILE["values"]}),
        (NotWritten, {"salt": SALT.hex(), "values": {"price": 1}}),
        (NotWritten, {**FILE, "more": 1}),
        (CommitmentDue, FILE),
    ],
)
def test_sealing__says_what_is_due(fault: type[ValueFault], given: object) -> None:
    with pytest.raises(fault):
        ask(TREE, "submit", {"tender": "T-1", "offer": given}, NOW, party="acme")


@pytest.mark.parametrize("given", [{"price": "900"}, {"price": "0", "term": "30d"}, {"price": "1", "term": "3d", "more": "1"}])
def test_make_reveal__judges_the_values(given: dict[str, object]) -> None:
    with pytest.raises(ValueFault):
        make_reveal(BID, "offer", given, NOW, SALT, keys_of(TREE))


def test_things__are_read_from_files_whoever_has_reformatted_them() -> None:
    tree = CodeList(HASHER, ["AA", "BB", "CC"])
    for kind, text in (("codes", tree.root.text), ("proof", proof_text(tree.path("BB"))), ("proof", proof_text(tree.gap("AB")))):
        wanted = Kind(type=kind)  # type: ignore[arg-type]
        for given in (text, json.dumps(json.loads(text), indent=2), json.loads(text)):
            assert read_value(wanted, given, NOW) == text
        with pytest.raises(NotWritten):
            read_value(wanted, "nonsense", NOW)
    with pytest.raises(NotWritten):
        read_value(Kind(type="bulk", sum="int"), tree.root.text, NOW)
