"""Applications through the client, as far as no chain is needed: commitments and openings, histories and trails, stubs, names."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from zhulian import canonical
from zhulian.client.apps.errors import HistoryBroken, NotAnOpening, OpeningFails
from zhulian.client.apps.history import _follow
from zhulian.client.apps.openings import Openings, opening_document, read_opening, verify_opening
from zhulian.client.apps.reading import AppInfo
from zhulian.client.apps.saving import file_name
from zhulian.client.apps.stub import stub_of
from zhulian.client.journal import Intent, Journal, OpeningNote
from zhulian.client.scenario import cut, space_actions, space_commands
from zhulian.crypto import GM, Hasher
from zhulian.language.asking import ManyRecords, SignatoriesDue, UnknownAction, ask, read_expiry
from zhulian.language.asking.errors import NotAnExpiry
from zhulian.language.definition.reading import read_definition
from zhulian.language.values import Moment

YAML = Path(__file__).parent.parent / "language" / "definition" / "receivable.yaml"
TREE = read_definition(YAML.read_bytes()).tree
HASHER = Hasher(GM, bytes(range(32)))
NOW = Moment(1_766_880_000)
DRAW: dict[str, object] = {"number": "AR-2020-001", "debtor": "meidi", "amount": "10", "due": "+90d"}


def _asked(openings: Openings, contract: object) -> dict[str, Any]:
    return ask(TREE, "draw", {**DRAW, "contract": contract}, NOW, party="anchor", commit_for=openings.commit_for).input


def test_opening__shows_the_file_and_nothing_else(tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF-1.7")
    openings = Openings(HASHER, "hz-receivable")
    values = _asked(openings, contract)
    (made,) = openings.made
    assert (made.record, made.field, made.digest) == ("receivable/AR-2020-001", "contract", GM.digest(b"%PDF-1.7").hex())
    assert values["contract"] == made.commitment
    (read,) = read_opening(json.loads(json.dumps(opening_document("zl-test.00", [made]))), "x")
    verify_opening(HASHER, read, values, content=GM.digest(b"%PDF-1.7"))
    with pytest.raises(OpeningFails):
        verify_opening(HASHER, read, values, content=GM.digest(b"%PDF-1.8"))
    with pytest.raises(OpeningFails):
        verify_opening(HASHER, read, {"contract": "00" * 32}, content=GM.digest(b"%PDF-1.7"))


def test_opening__same_file_twice_makes_two_commitments(tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"same")
    first, second = (_asked(Openings(HASHER, "hz-receivable"), contract)["contract"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize("part", ["instance", "record", "field", "salt", "digest"])
def test_opening__is_bound_to_its_place(part: str, tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"bound")
    openings = Openings(HASHER, "hz-receivable")
    values = _asked(openings, contract)
    document = opening_document("zl-test.00", openings.made)
    holder = document if part in ("instance", "record") else document["fields"][0]
    holder[part] = "ab" * 32 if part in ("salt", "digest") else holder[part] + "x"
    (changed,) = read_opening(document, "x")
    with pytest.raises(OpeningFails):
        verify_opening(HASHER, changed, values, content=bytes.fromhex(changed.digest))


@pytest.mark.parametrize(
    "document", [None, [], {}, {"format": "zhulian/opening/1"}, {"format": "zhulian/opening/1", "fields": [1]}]
)
def test_opening__refuses_another_form(document: Any) -> None:
    with pytest.raises(NotAnOpening):
        read_opening(document, "x")


def _trailed(changes: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    head, found = bytes(32), []
    for count, each in enumerate(changes, 1):
        plain = {"type": "scenario.record_changed", "instance": "i", "record": "r", "key": "k", **each}
        head = HASHER.digest("trail", head + canonical.encode(plain))
        found.append({**plain, "trail": {"count": count, "head": head.hex()}})
    return found, {"trail": found[-1]["trail"]} if found else {}


CHANGES = [{"cause": "draw", "new": True, "fields": {"a": 1}}, {"cause": "confirm", "state": "confirmed"}, {"cause": "repay"}]


def test_history__holds_when_whole() -> None:
    events, value = _trailed(CHANGES)
    _follow(HASHER, "r/k", ("i", "r", "k"), value, events)
    _follow(HASHER, "r/k", ("i", "r", "k"), None, [])


@pytest.mark.parametrize("harm", ["first", "middle", "last", "order", "value", "another", "count", "absent"])
def test_history__refuses_the_good_half(harm: str) -> None:
    events, value = _trailed(CHANGES)
    whole: dict[str, Any] | None = value
    match harm:
        case "first":
            events = events[1:]
        case "middle":
            del events[1]
        case "last":
            del events[2]
        case "order":
            events[0], events[1] = events[1], events[0]
        case "value":
            events[0]["fields"]["a"] = 2
        case "another":
            events[1]["key"] = "other"
        case "count":
            events[2]["trail"]["count"] = 4
        case "absent":
            whole = None
    with pytest.raises(HistoryBroken):
        _follow(HASHER, "r/k", ("i", "r", "k"), whole, events)


def test_stub__is_python_with_a_method_for_each_action() -> None:
    info = AppInfo("hz-receivable", "ab" * 32, {}, TREE)
    for is_async in (False, True):
        module = ast.parse(stub_of(info, is_async=is_async))
        (made,) = [each for each in module.body if isinstance(each, ast.ClassDef)]
        methods = [each for each in made.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
        assert [each.name for each in methods] == ["draw", "confirm", "decline", "pass_on", "finance", "repay"]
        assert [each.arg for each in methods[0].args.kwonlyargs][:5] == ["number", "debtor", "amount", "due", "contract"]
        assert all(isinstance(each, ast.AsyncFunctionDef) == is_async for each in methods)


def test_ask__tells_what_is_wrong() -> None:
    with pytest.raises(UnknownAction) as unknown:
        ask(TREE, "confrim", {}, NOW)
    assert unknown.value.near.en == "Did you mean “confirm”? "
    with pytest.raises(SignatoriesDue) as due:
        ask(TREE, "finance", {"amount": "1", "price": "1"}, NOW, on=["AR-2020-001"])
    assert (due.value.wanted, due.value.given) == ("seller, financier", "-")
    with pytest.raises(SignatoriesDue):
        ask(TREE, "confirm", {}, NOW, on=["AR-2020-001"], by={"debtor": "meidi"})
    with pytest.raises(ManyRecords):
        ask(TREE, "draw", dict(DRAW), NOW, on=["AR-2020-001"])
    for text in ("soon", "-3d", "2020-01-01T00:00:00+08:00"):
        with pytest.raises(NotAnExpiry):
            read_expiry(text, NOW)
    assert read_expiry("24h", NOW) == NOW.time + 86_400


def test_ask__one_party_may_be_named_alone_and_a_proposal_names_all() -> None:
    assert ask(TREE, "confirm", {}, NOW, on=["AR-2020-001"], by="meidi").by == {"actor": "meidi"}
    assert ask(TREE, "confirm", {}, NOW, on=["AR-2020-001"]).act("i") == {
        "type": "scenario.act",
        "action": "confirm",
        "instance": "i",
        "on": [["AR-2020-001"]],
    }
    with pytest.raises(SignatoriesDue):
        ask(TREE, "confirm", {}, NOW, on=["AR-2020-001"], all_named=True)


def test_cut__each_part_fits_and_nothing_is_lost() -> None:
    text = ('{"a":"甲乙丙\\"' * 9000) + "末"
    parts = cut(text)
    assert "".join(parts) == text
    assert all(len(canonical.encode(each)) <= 48 * 1024 for each in parts)


def test_space_commands__keep_those_who_claim_already() -> None:
    commands = space_commands(space_actions(TREE, {"cn.receivable": ["other"]}, "hz-receivable"), "hz-receivable")
    action = json.loads(commands[0].split("\n")[1])[0]
    assert action["claimants"] == ["hz-receivable", "other"]
    assert action["type"] == "registry.set_space"


def test_journal__keeps_openings_of_what_was_applied_alone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for name, ended in (("aa", "applied"), ("bb", "refused")):
        note = OpeningNote("c", "i", "r/1", f'{{"is":"{name}"}}', name)
        journal.begin([Intent("c", f"app:{name}", name, 1, b"{}")], (), [note])
        journal.end([name], ended)  # type: ignore[arg-type]
    assert [each.transaction for each in journal.openings("c", "i", "r/1")] == ["aa"]
    journal.close()


def test_file_name__minds_what_file_systems_mind() -> None:
    assert file_name("a/b%2F..", "draw") == "a_b_2F__.draw"
    assert file_name("京A·12345") == "京A_12345"
    assert file_name("", None) == "record"
