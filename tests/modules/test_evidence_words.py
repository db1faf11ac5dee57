"""Deposits and witnesses that definitions order: each refusal in its order, and what stands there afterwards."""

import pytest

from tests.modules.lent import Stage
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.lending import Caller
from zhulian.modules import every_word
from zhulian.modules.evidence.messages import Deposit, Withdraw, Witness
from zhulian.modules.evidence.presented import PRESENTED
from zhulian.modules.evidence.state import DEPOSITS, WITNESSES

FILE, OTHER = "ab" * 32, "cd" * 32
BOTH = Caller("shop", "sign", ("org1", "org2"))
NOBODY = Caller("shop")
HANDLE = "~" + "a1" * 16


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_deposit__refuses_in_this_order(stage: Stage) -> None:
    assert stage.refusal("deposit", NOBODY, {"file": "x", "party": "org1"}) == "evidence/9"
    assert stage.refusal("deposit", BOTH, {"file": "x", "party": "org3"}) == "evidence/9"
    assert stage.refusal("deposit", BOTH, {"file": "x", "party": "org1"}) == "evidence/10"
    events = stage.do("deposit", BOTH, {"file": FILE, "party": "org1"})
    assert [each.__struct_config__.tag for each in events] == ["evidence.deposited"]
    assert stage.refusal("deposit", BOTH, {"file": FILE, "party": "org1"}) == "evidence/1"
    stage.do("deposit", BOTH, {"file": FILE, "party": "org2", "public": True})
    kinds = {key: each.kind for key, each in stage.all(DEPOSITS).items()}
    assert kinds == {(FILE, "org1"): "commitment", (FILE, "org2"): "digest"}


def test_deposited__asks_what_stands(stage: Stage) -> None:
    assert stage.ask("deposited", BOTH, FILE, "org1") is False
    stage.world.run(Deposit(commitment=FILE), "org1.clerk")
    assert stage.ask("deposited", BOTH, FILE, "org1") is True
    assert stage.ask("deposited", BOTH, FILE, "org2") is False
    stage.world.run(Withdraw(deposit=FILE, party="org1", reason="mistaken"), "org1.clerk")
    assert stage.ask("deposited", BOTH, FILE, "org1") is False


def test_witness__refuses_in_this_order(stage: Stage) -> None:
    told = {"file": "x", "party": "org1", "by": "org2", "how": "recomputed"}
    assert stage.refusal("witness", NOBODY, told) == "evidence/9"
    assert stage.refusal("witness", Caller("shop", "sign", (HANDLE,)), {**told, "by": HANDLE}) == "evidence/5"
    assert stage.refusal("witness", BOTH, told) == "evidence/10"
    told["file"] = FILE
    assert stage.refusal("witness", BOTH, {**told, "report": "x"}) == "evidence/10"
    assert stage.refusal("witness", BOTH, told) == "evidence/3"
    stage.world.run(Deposit(commitment=FILE), "org1.clerk")
    assert stage.refusal("witness", BOTH, {**told, "by": "org1"}) == "evidence/6"
    stage.do("witness", BOTH, {**told, "report": OTHER})
    assert stage.refusal("witness", BOTH, told) == "evidence/7"
    assert stage.all(WITNESSES)[FILE, "org1", "org2", "recomputed"].report == OTHER
    stage.world.run(Withdraw(deposit=FILE, party="org1", reason="mistaken"), "org1.clerk")
    assert stage.refusal("witness", BOTH, {**told, "how": "examined"}) == "evidence/4"


def test_words_and_messages__know_each_other(stage: Stage) -> None:
    stage.do("deposit", BOTH, {"file": FILE, "party": "org1"})
    result = stage.world.run(Witness(deposit=FILE, kind="examined", party="org1"), "org2.clerk")
    assert result.status == "applied" if hasattr(result, "status") else "Witnessed" in repr(result)
    assert stage.refusal("deposit", BOTH, {"file": FILE, "party": "org1"}) == "evidence/1"


def test_presented__is_a_sound_definition() -> None:
    checked = check_definition(read_definition(PRESENTED), every_word())
    assert checked.definition.tree.scenario == "evidence"
    assert [each.name for each in checked.definition.tree.actions] == ["deposit", "deposit_batch", "witness", "withdraw"]
    assert not checked.notes


CONTRACT = """
scenario: contract
version: 1
title: {zh: 合同, en: Contract}
roles: {side: {title: {zh: 一方, en: Side}, admitted_by: operator}}
refusals: {missing: {zh: 请先存证。, en: Deposit it first.}}
records:
  exhibit:
    title: {zh: 文本, en: Paper}
    key: number
    fields: {number: int, text: file}
actions:
  hand_in:
    title: {zh: 提交, en: Hand in}
    by: side
    creates: exhibit
    input: [number, text]
    do: [{deposit: {file: input.text, party: actor}}]
  attest:
    title: {zh: 见证, en: Attest}
    by: {author: side, other: side}
    on: exhibit
    require: [{missing: 'deposited(this.text, by.author)'}]
    do: [{witness: {file: this.text, party: by.author, by: by.other, how: examined}}]
"""


def test_words__stand_in_a_definition() -> None:
    checked = check_definition(read_definition(CONTRACT), every_word())
    assert checked.steps["hand_in"] > 11
