"""Copies of real stories' chains: what follows from the records is the same, persons are others, and a changed definition says what does not fit."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.meta.source import ROOT
from tests.offchain.watch.chain_of_story import LedgerOfStory, play_story
from zhulian.assure.sandbox import copy as copying
from zhulian.assure.sandbox import taking
from zhulian.assure.sandbox.copy import Copy, PersonNames, desensitised, handle_of
from zhulian.assure.sandbox.errors import (
    BadSandboxName,
    CopyTooLarge,
    NoSuchSandbox,
    NothingToCopy,
    SandboxDamaged,
    SandboxThere,
    StageFell,
)
from zhulian.assure.sandbox.folder import Sandboxes
from zhulian.assure.sandbox.staging import checked_for, put_up
from zhulian.assure.sandbox.trying import compare, read_steps_file, try_out
from zhulian.assure.stories.stage import Stage
from zhulian.language.definition.errors import LanguageFaults
from zhulian.ledger.collections import decode_key
from zhulian.ledger.genesis import CODEC, BadGenesis, SandboxOf, parse_genesis

PACKS = ROOT / "src" / "zhulian" / "scenarios"


def taken(stage: Stage, monkeypatch: pytest.MonkeyPatch, chosen: tuple[str, ...] = (), coarsen: int = 0, name: str = "") -> Copy:
    """A copy of a story's main instance, taken as from a node."""
    ledger = LedgerOfStory(stage.chain.application)
    world = stage.chain.world

    def page(collection: str, prefix: Any = (), after: str | None = None, limit: int = 50) -> Any:
        found = asyncio.run(ledger.page(collection, prefix, after, limit))
        return SimpleNamespace(items=found["items"], next=found.get("next"))

    core = SimpleNamespace(chain=world.chain, clock=lambda: stage.chain.time)
    chain = SimpleNamespace(page=page, status=lambda: {"height": stage.chain.application.head.height}, core=core, line=None)
    trees = {
        each.checked.definition.digests(world.hasher.digest).definition.hex(): each.tree for each in stage.instances.values()
    }
    monkeypatch.setattr(taking, "_tree", lambda _, digest: trees[digest])
    return taking.take(chain, name or stage.main.name, chosen, coarsen)  # type: ignore[arg-type]


def kept(stage: Stage, collection: str) -> dict[tuple[str, ...], bytes]:
    """What a collection holds of the main instance."""
    store = stage.chain.application.chain_store
    prefix = f'["{collection}","{stage.main.name}",'.encode()
    return {decode_key(key)[2:]: value for key, value in store.keys(prefix, b"", 10_000)}


def fields(stage: Stage) -> dict[tuple[str, ...], Any]:
    private = {
        (record.name, each.name) for record in stage.main.tree.records for each in record.fields if each.visibility != "public"
    }
    return {
        key: {name: each for name, each in msgspec.json.decode(value)["fields"].items() if (key[0], name) not in private}
        for key, value in kept(stage, "scenario/records").items()
    }


@pytest.mark.parametrize(("pack", "story"), [("receivable", "overdue_and_recourse"), ("settlement", "set_aside_for_payee")])
def test_copy__keeps_records_totals_indexes_and_balances(pack: str, story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story(pack, story, monkeypatch.setattr)
    copy = taken(stage, monkeypatch)
    again = msgspec.json.decode(msgspec.json.encode(copy), type=Copy)
    assert again == copy
    sandbox, left = put_up("one", copy, checked_for(copy, copy.tree, ()))
    assert [f"{each.what}: {each.why.en}" for each in left] == []
    assert fields(sandbox) == fields(stage)
    for collection in ("scenario/totals", "scenario/indexes", "asset/balances"):
        units = [{key: value for key, value in kept(each, collection).items() if value != b"0"} for each in (sandbox, stage)]
        if collection == "asset/balances":
            units = [{key: msgspec.json.decode(value)["units"] for key, value in each.items()} for each in units]
            units = [{key: value for key, value in each.items() if value} for each in units]
        assert units[0] == units[1]
    genesis = sandbox.chain.world.genesis
    assert genesis.name == "sandbox-one"
    assert genesis.sandbox == SandboxOf(chain=stage.chain.world.chain, height=copy.height)
    assert {each.how for each in copy.report} <= {"kept", "dropped"}


def test_copy__keeps_children_timers_and_claims_on_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows from records is worked out anew as they are put in: what falls due and when, and who may use a number no more."""
    _, stage = play_story("receivable", "more_than_there_is", monkeypatch.setattr)
    copy = taken(stage, monkeypatch)
    sandbox, left = put_up("one", copy, checked_for(copy, copy.tree, ()))
    assert left == []
    stores = [each.chain.application.chain_store for each in (sandbox, stage)]
    children = [sorted(key for key in kept(each, "scenario/records") if key[0] == "passing") for each in (sandbox, stage)]
    assert children[0] == children[1] != []
    due = [each.chain.world.clockwork.due(store) for each, store in zip((sandbox, stage), stores, strict=True)]
    assert due[0] == due[1] is not None
    claims = [len(list(store.keys(b'["registry/claims",', b"", 100))) for store in stores]
    assert claims[0] == claims[1] > 0


def test_copy__says_which_promises_rest_on_what_other_modules_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story("donation", "every_fen", monkeypatch.setattr)
    copy = taken(stage, monkeypatch)
    sandbox, left = put_up("two", copy, checked_for(copy, copy.tree, ()))
    assert any("costs_bounded" in each.why.en for each in left)
    assert fields(sandbox) == fields(stage)


def test_persons__are_others_in_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    loan = ROOT / "tests" / "assure" / "stories" / "loan.yaml"
    _, stage = play_story(loan, "tickets_and_people", monkeypatch.setattr)
    copy = taken(stage, monkeypatch)
    handles = {each.party for each in stage.company.players.values() if each.party.startswith("~")}
    whole = msgspec.json.encode(copy).decode()
    assert handles
    assert [each for each in handles if each in whole] == []
    assert ("dossier", "holder", "replaced") in {(each.record, each.field, each.how) for each in copy.report}
    sandbox, left = put_up("two", copy, checked_for(copy, copy.tree, ()))
    assert left == []
    assert len(fields(sandbox)) == len(fields(stage)) == 2
    assert {value["holder"] for value in fields(sandbox).values()} == {handle_of("person_1"), handle_of("person_2")}


def test_changed_rules__show_what_comes_out_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story("receivable", "overdue_and_recourse", monkeypatch.setattr)
    copy = taken(stage, monkeypatch)
    debtor = next(each for each in copy.records if each.record == "receivable").fields["debtor"].replace("-", "_")
    steps = read_steps_file(f"steps: [{{who: {debtor}, does: confirm, on: AR-0000-0000}}, {{see: '1 == 1'}}]".encode())
    now = try_out("three", copy, copy.tree, steps)
    assert [each.refusal is None for each in now.steps] == [False, True]
    assert compare(now, now) == []
    fewer = msgspec.structs.replace(copy, records=copy.records[:-1])
    gone = copy.records[-1]
    told = compare(now, try_out("three", fewer, copy.tree, steps))
    own = [each for each in told if each.what.startswith(f"{gone.record} ")]
    assert own
    assert all(each.then == "" for each in own)
    others = [each for each in told if each not in own]
    assert [each.what.partition(" ")[0] for each in others] == ["receivable"]
    assert "factorings_recorded" in others[0].then, "the record that counts it no longer agrees, and says by which promise"


def test_take__is_bounded_and_names_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story("receivable", "three_tiers", monkeypatch.setattr)
    with pytest.raises(NothingToCopy):
        taken(stage, monkeypatch, ("nothing",))
    only = taken(stage, monkeypatch, ("factoring",))
    assert {each.record for each in only.records} <= {"factoring", "instance"}
    monkeypatch.setattr(taking, "RECORDS_MAX", 0)
    with pytest.raises(CopyTooLarge):
        taken(stage, monkeypatch)


def test_amounts__are_coarsened_downwards_and_never_to_nothing() -> None:
    from zhulian.assure.stories.packs import read_pack

    tree = read_pack(PACKS / "receivable" / "scenario.yaml").definition.tree
    values = [{"fields": {"number": "AR-1", "amount": amount}, "since": 1} for amount in (123_456, 7)]
    records, report = desensitised(tree, [("receivable", each) for each in values], PersonNames(), 1_000)
    assert [each.fields["amount"] for each in records] == [123_000, 1]
    assert ("amount", "coarsened", 2) in {(each.field, each.how, each.values) for each in report}


@pytest.mark.parametrize("name", ["", "..", "../x", "A", "a/b", "a" * 21, "1a", "a b", "a\x00"])
def test_folder__takes_no_name_that_leads_elsewhere(tmp_path: Path, name: str) -> None:
    for call in (Sandboxes(tmp_path).place, Sandboxes(tmp_path).load, Sandboxes(tmp_path).drop):
        with pytest.raises(BadSandboxName):
            call(name)


def test_folder__refuses_links_and_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story("receivable", "three_tiers", monkeypatch.setattr)
    copy, kept_there = taken(stage, monkeypatch), Sandboxes(tmp_path / "sandboxes")
    assert kept_there.names() == []
    place = kept_there.save("one", copy)
    assert kept_there.load("one") == copy
    with pytest.raises(SandboxThere):
        kept_there.save("one", copy)
    with pytest.raises(NoSuchSandbox):
        kept_there.load("two")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "sandboxes" / "linked").symlink_to(elsewhere)
    with pytest.raises(NoSuchSandbox):
        kept_there.drop("linked")
    assert elsewhere.is_dir()
    for damage in (b"{", b"[]", msgspec.json.encode(msgspec.structs.replace(copy, format="zhulian/sandbox/9"))):
        (place / "copy.json").write_bytes(damage)
        with pytest.raises(SandboxDamaged):
            kept_there.load("one")
    (place / "copy.json").unlink()
    with pytest.raises(SandboxDamaged):
        kept_there.load("one")
    kept_there.drop("one")
    assert not place.exists()
    assert copying.FORMAT == "zhulian/sandbox/1"
    assert StageFell.code == "sandbox/7"


def test_genesis__is_marked_in_name_and_field_or_in_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    _, stage = play_story("receivable", "three_tiers", monkeypatch.setattr)
    genesis = stage.chain.world.genesis
    mark = SandboxOf(chain="zl-demo." + "ab" * 32, height=7)
    for wrong in ({"name": "sandbox-x"}, {"sandbox": mark}):
        with pytest.raises(BadGenesis):
            parse_genesis(CODEC.encode(msgspec.structs.replace(genesis, **wrong)))
    both = msgspec.structs.replace(genesis, name="sandbox-x", sandbox=mark)
    assert parse_genesis(CODEC.encode(both)) == both
    assert b'"sandbox"' not in CODEC.encode(genesis)


@pytest.mark.parametrize("text", [b"", b"steps: 3", b"step: []", b"steps: [{who: a, flies: b}]"])
def test_steps__of_another_form_are_refused(text: bytes) -> None:
    with pytest.raises(LanguageFaults):
        read_steps_file(text)
