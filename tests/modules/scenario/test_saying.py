"""Refusals speak in the titles of the definition, in both languages; codes and fields stay what they are."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.modules.scenario.acting.stage import Stage, receivable
from zhulian.errors import REFUSALS, Refusal, Words
from zhulian.modules.scenario.errors import OfMany
from zhulian.modules.scenario.messages import Admit, Approve, Propose

DUE = 30_000
DRAW = {"amount": 1000, "contract": "ab" * 32, "debtor": "org2", "due": DUE, "number": "AR-0001"}
Send = Callable[[Stage], Any]


@pytest.fixture(scope="module")
def stage() -> Stage:
    """A receivable that is drawn and waits for its debtor."""
    found = receivable()
    found.act("ar", "draw", "org3", **DRAW)
    return found


def _act(action: str, who: str | list[str], on: Any = "AR-0001", by: Any = None, /, **given: Any) -> Send:
    return lambda stage: stage.send("ar", action, who, on, by, **given)


SAID: dict[str, tuple[str, Send, str, str]] = {
    "who": (
        "scenario/55",
        _act("confirm", "org3"),
        "org3 不能以该应收账款的核心企业的身份进行操作“确认”。请由定义所指的参与方进行。",
        "org3 may not do “Confirm” as the “Core enterprise” of this receivable. It must be done by the party that the definition names.",
    ),
    "state": (
        "scenario/10",
        _act("pass_on", "org3", to="org4", amount=1),
        "应收账款 AR-0001 处于“drawn”，操作“拆分流转”只能在“confirmed”时进行。请先完成应有的步骤。",
        "The receivable AR-0001 is “drawn”; the action “Split and pass on” works only when it is “confirmed”. "
        "Do first what comes before.",
    ),
    "record": (
        "scenario/7",
        _act("confirm", "org2", "AR-0009"),
        "没有编号为 AR-0009 的应收账款。请核对编号。",
        "There is no receivable with the key AR-0009. Check the key.",
    ),
    "there": (
        "scenario/8",
        _act("draw", "org3", (), **DRAW),
        "编号为 AR-0001 的应收账款已存在。请换用其他编号。",
        "A receivable with the key AR-0001 exists already. Choose another key.",
    ),
    "role": (
        "scenario/13",
        _act("draw", "org3", (), **{**DRAW, "debtor": "org4", "number": "AR-0002"}),
        "填报项“debtor”不符合要求：org4 不是“核心企业”。请更正。",
        "“debtor” is not as it must be: org4 is not in the role “Core enterprise”. Correct it.",
    ),
    "signatory": (
        "scenario/50",
        _act("finance", ["org3", "org5"], amount=1, price=1),
        "本操作须由供应商（seller）签署，未说明由哪一方担任。请在 by 中写明。",
        "This action is signed by “Supplier” (seller), and nobody says which party that is. Name it in by.",
    ),
    "signature": (
        "scenario/53",
        _act("finance", "org3", "AR-0001", {"seller": "org3", "financier": "org5"}, amount=1, price=1),
        "资金方为 org5，但其没有签署。请由其签署，或以提案方式分别签署。",
        "“Financier” is org5, who has not signed. Have it sign, or gather signatures one by one with a proposal.",
    ),
    "seat": (
        "scenario/60",
        _act("finance", ["org3", "org5"], "AR-0001", {"seller": "org3", "financier": "org5"}, amount=1, price=1),
        "资金方须有 1 名职责为“经办”的经办人签署，现有 0 名。请补足签名。",
        "“Financier” needs 1 officers with the duty “Maker” to sign, there are 0. Have more of them sign.",
    ),
    "admission": (
        "scenario/102",
        lambda stage: stage.world.run(Admit(instance="ar", party="org4", role="bank"), ["org3.clerk"]),
        "角色“资金方”由运营方 org1 决定，org3 无权办理。请由有权的一方签署。",
        "The role “Financier” is for the operator org1 to give and end, not for org3. Let whoever may do so sign.",
    ),
}


def _last(stage: Stage) -> Refusal:
    return next(iter(stage.world.blocks[-1].refusals.values()))


@pytest.mark.parametrize("case", SAID)
def test_refusals__speak_in_titles(stage: Stage, case: str) -> None:
    code, send, zh, en = SAID[case]
    send(stage)
    found = _last(stage)
    assert (found.code, found.say("zh"), found.say("en")) == (code, zh, en)
    assert str(found) == en


def test_fields__keep_the_bare_names(stage: Stage) -> None:
    stage.send("ar", "pass_on", "org3", "AR-0001", to="org4", amount=1)
    problem = _last(stage).as_problem()
    assert problem["fields"] == {
        "action": "pass_on",
        "allowed": "confirmed",
        "key": "AR-0001",
        "record": "receivable",
        "state": "drawn",
    }
    assert "拆分流转" in problem["zh"]


def test_approvals__speak_of_the_action_that_is_proposed(stage: Stage) -> None:
    by = {"payer": "org2", "holder": "org3"}
    expires = stage.world.time + 600
    proposal = Propose(action="repay", by=by, expires=expires, input={"amount": 1}, instance="ar", on=(("AR-0001",),))
    done = stage.world.run(proposal, ["org2.clerk"])
    stage.world.run(Approve(instance="ar", proposal=done.transaction), ["org3.clerk"])
    assert _last(stage).say("zh").startswith("应收账款 AR-0001 处于“drawn”，操作“到期清偿”只能在“confirmed”时进行。")


def test_many__speaks_in_titles_too() -> None:
    inner = REFUSALS["scenario/7"](record="lot", key="L-1")
    whole = OfMany.of(inner, 2, "L-1")
    inner.call(record=Words("批次", "batch"))
    assert whole.say("zh") == "第 3 项（L-1）：没有编号为 L-1 的批次。请核对编号。"
    assert whole.say("en").startswith("Number 3 (L-1): There is no batch")


def test_call__leaves_alone_what_it_is_not_given() -> None:
    found = REFUSALS["scenario/7"](record="lot", key="L-1")
    before = found.is_called
    found.call()
    assert (before, found.is_called) == (False, True)
    assert found.say("en") == "There is no lot with the key L-1. Check the key."
