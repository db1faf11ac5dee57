"""Contracts of modules whose verbs need no papers, against random orders: one Hypothesis state machine for each module."""

from collections import Counter
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.modules.asset.scene import CASH, CLAIM, DEAL, OTHER_DEAL, PERSON, SHARE
from tests.modules.contracts.watching import Watch
from tests.modules.fair.test_draws import CONTRIBUTORS, RECORD, Lottery
from tests.modules.lent import Stage
from tests.modules.settle import test_settle as settle
from zhulian.language.lending import Arguments, AssetName, Caller, RecordName
from zhulian.ledger.genesis import Title
from zhulian.merkle.code_list import CodeList
from zhulian.modules.registry.state import SPACES, Space

Drawn = tuple[str, Caller, Arguments]
Draw = Callable[[Callable[[Any], Any]], Drawn]
JUDGED: Counter[tuple[str, str]] = Counter()
"""How often each sentence of a contract was decided by the machine that runs."""
PARTIES = ("org1", "org2", PERSON)


def _records(instance: str, record: str, *names: str) -> list[RecordName]:
    return [RecordName(instance, record, (each,)) for each in names]


def _asset(one: Callable[[Any], Any]) -> Drawn:
    owners = (*PARTIES, DEAL, OTHER_DEAL)
    verb = one(("issue", "issue", "transfer", "transfer", "retire", "distribute", "collect_share"))
    asset: AssetName = one((SHARE, SHARE, CLAIM, CASH))
    found: dict[str, Any] = {"asset": asset}
    if asset.per:
        found["of"] = one((DEAL, OTHER_DEAL))
    if verb in ("distribute", "collect_share"):
        found["pay"] = one((CASH, SHARE))
        found |= {"from": one(owners), "rest": one(PARTIES)} if verb == "distribute" else {"owner": one(owners)}
    if verb == "issue":
        found["to"] = one(owners)
    if verb in ("transfer", "retire"):
        found["from"] = one(owners)
    if verb == "transfer":
        found["to"] = one(owners)
    if verb != "collect_share":
        found["amount"] = one((0, 1, 3, 7, 7, 20, 100, 2**53 - 1))
    return verb, Caller(asset.instance, "act"), found


def _earmark(one: Callable[[Any], Any]) -> Drawn:
    verb = one(("pour", "spend"))
    name = "gift" if verb == "pour" else "spending"
    thing = one(_records("app", name, "1", "2", "3", "4", "5", "6"))
    return (
        verb,
        Caller("app", "act"),
        {"fund": one(_records("app", "fund", "F", "G")), name: thing, "amount": one((0, 1, 5, 8, 20))},
    )


def _registry(one: Callable[[Any], Any]) -> Drawn:
    found = {"space": "cn.loan", "issuer": one(("org1", "cn.loan")), "number": one(("A", "B"))}
    return one(("claim", "claim", "free")), Caller("app", "act", ("org1",)), {**found, "record": one((DEAL, OTHER_DEAL))}


def _evidence(one: Callable[[Any], Any]) -> Drawn:
    party = one(("org1", "org2"))
    found: dict[str, Any] = {"file": one(("11" * 32, "22" * 32)), "party": party}
    verb = one(("deposit", "deposit", "witness"))
    if verb == "witness":
        found |= {"by": one(("org1", "org2")), "how": one(("saw_capture", "recomputed", "examined"))}
    return verb, Caller("app", "act", ("org1", "org2")), found


def _credential(one: Callable[[Any], Any]) -> Drawn:
    found = {"issuer": one(("org1", "org2")), "schema": one(("grants", "tests")), "holder": one(("org1", "org2"))}
    return "set_status", Caller("app", "act", ("org1", "org2")), {**found, "status": one(("valid", "suspended", "revoked"))}


def _codes(one: Callable[[Any], Any]) -> Drawn:
    hasher = _HASHER.hasher
    verb = one(("allow_codes", "seal", "touch", "touch", "activate"))
    batch = one(_records("app", "lot", "L", "M"))
    found: dict[str, Any] = {"batch": batch}
    if verb == "allow_codes":
        found = {"quota": one(_records("app", "field", "F")), "count": one((0, 2, 9))}
    elif verb == "seal":
        found["codes"] = CodeList(hasher, one((("A", "B", "C"), ("D",), ("E", "F")))).root.text
        if one((True, False)):
            found["quota"] = one(_records("app", "field", "F", "G"))
    else:
        found["code"] = one(("A", "B", "D", "X"))
        if verb == "touch" and one((True, False)):
            found |= one(({"latitude": 303, "longitude": 1202}, {"latitude": 438, "longitude": 876}))
    return verb, Caller("app", "act", ("org1",)), found


def _fair(one: Callable[[Any], Any]) -> Drawn:
    verb = one(("open_market", "place_order", "place_order", "place_order", "match"))
    found: dict[str, Any] = {"market": one(_records("housing", "hour", "10", "11"))}
    if verb == "place_order":
        found |= {
            "party": one((*PARTIES, "org3")),
            "buys": one((True, False)),
            "price": one((0, 3, 5, 9)),
            "quantity": one((1, 4)),
        }
    if verb == "match":
        found["draw"] = one((RECORD, RecordName("housing", "round", ("none",))))
    return verb, Caller("housing", "act", ("org1",)), found


def _settle(one: Callable[[Any], Any]) -> Drawn:
    verb = one(
        ("queue_payment", "queue_payment", "queue_payment", "withdraw_payment", "keep_back", "clear_queue", "owe", "waterfall")
    )
    positions = [settle.position(each) for each in "abc"]
    found: dict[str, Any] = {"asset": settle.CASH}
    if verb in ("owe", "waterfall"):
        found |= {"flow": settle.FLOW, "amount": one((0, 1, 4, 9))}
    else:
        found["queue"] = settle.QUEUE
    if verb in ("queue_payment", "withdraw_payment"):
        found["payment"] = settle.payment(one((1, 2, 3, 4, 5)))
    if verb == "queue_payment":
        giver = one("abc")
        found |= {"payer": f"{giver}-bank", "from": settle.position(giver), "to": one(positions)}
        found |= {"amount": one((0, 3, 8, 30)), "rank": one((0, 1))}
    if verb == "withdraw_payment":
        del found["asset"]
    if verb == "keep_back":
        found |= {"owner": one(positions), "amount": one((0, 2, 6))}
    if verb == "owe":
        found |= {"to": one(positions), "rank": one((0, 1))}
    if verb == "waterfall":
        found |= {"from": one(positions), "odd": one(positions), "rest": one(positions)}
    return verb, settle.HOUSE, found


_HASHER = Stage().world.world


def _plain() -> Stage:
    return Stage()


def _with_space() -> Stage:
    stage = Stage()
    space = Space(claimants=(), height=0, title=Title(zh="空间", en="Space"), open=True)
    stage.world.state.values[SPACES.key("cn.loan")] = SPACES._encode(space)
    return stage


def _drawn() -> Stage:
    lottery = Lottery().dealt()
    for each in CONTRIBUTORS:
        lottery.hand("reveal_secret", each, lottery.reveal(each))
    assert lottery.do("draw") == "done"
    return lottery.stage


def _filled() -> Stage:
    stage = Stage()
    settle.fill(stage, a=20, b=9, c=3)
    return stage


MACHINES: dict[str, tuple[Callable[[], Stage], Draw]] = {
    "asset": (_plain, _asset),
    "earmark": (_plain, _earmark),
    "registry": (_with_space, _registry),
    "evidence": (_plain, _evidence),
    "credential": (_plain, _credential),
    "codes": (_plain, _codes),
    "fair": (_drawn, _fair),
    "settle": (_filled, _settle),
}


def machine_of(module: str) -> type[RuleBasedStateMachine]:
    """The machine of a module."""
    make, draw = MACHINES[module]

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.stage = make()
            reads = {name: run for each in self.stage.lender.values() for name, run in each.reads.items()}
            self.watch = Watch(reads)
            lender = self.stage.lender[module]
            verbs = {name: self.watch.wrap(name, run) for name, run in lender.verbs.items()}
            self.stage.lender[module] = SimpleNamespace(name=module, reads=lender.reads, verbs=verbs)

        @rule(data=st.data())
        def order(self, data: st.DataObject) -> None:
            verb, caller, arguments = draw(lambda some: data.draw(st.sampled_from(some)))
            self.stage.refusal(verb, caller, arguments)
            self.stage.world.time += 1

        def teardown(self) -> None:
            JUDGED.update(self.watch.judged)
            assert self.watch.wrong == []

    return Machine


@cache
def played_by_machine(module: str) -> Counter[tuple[str, str]]:
    """How often each sentence was decided by the short play of a machine.

    Raises:
        AssertionError: a contract does not hold.
    """
    JUDGED.clear()
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        machine_of(module),
        settings=settings(max_examples=12, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=checks),
    )
    return Counter(JUDGED)


@pytest.mark.parametrize("module", MACHINES)
def test_contract__holds_whatever_is_ordered(module: str) -> None:
    assert played_by_machine(module)


@pytest.mark.long
@pytest.mark.parametrize("module", MACHINES)
def test_contract__holds_whatever_is_ordered_for_long(module: str) -> None:
    run_state_machine_as_test(
        machine_of(module),
        settings=settings(max_examples=300, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)),
    )
