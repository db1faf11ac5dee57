"""Numbers that are unique across the chain: spaces by vote, claims, and the one form in which numbers are compared."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.modules.lent import Stage
from tests.modules.refusals import inner_code
from zhulian.language.lending import Caller, RecordName
from zhulian.ledger.genesis import Title
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.govern.messages import Propose
from zhulian.modules.registry.errors import NothingToCompare
from zhulian.modules.registry.folding import FOLDED_MAX, claim_digest, folded
from zhulian.modules.registry.messages import SetSpace
from zhulian.modules.registry.state import CLAIMS, SPACES

A, B = Caller("factoring-a", "draw"), Caller("factoring-b", "draw")
RECORD_A, RECORD_B = RecordName("factoring-a", "loan", ("1",)), RecordName("factoring-b", "loan", ("9",))
SPACE = "cn.loan-contract"


def space(*claimants: str, **more: Any) -> SetSpace:
    return SetSpace(claimants=list(claimants), space=SPACE, title=Title(en="Loan contracts", zh="借款合同"), **more)


def vote(stage: Stage, message: SetSpace) -> str:
    result = stage.world.run(Propose(actions=[msgspec.to_builtins(message)]), ["org1.admin", "org2.admin"])
    return "applied" if isinstance(result, Applied) else result.code


def what(number: str = "AR-1", issuer: str = "org1", record: RecordName = RECORD_A, within: str = SPACE) -> dict[str, Any]:
    return {"space": within, "issuer": issuer, "number": number, "record": record}


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    assert vote(found, space("factoring-a", "factoring-b")) == "applied"
    return found


def test_set_space__is_left_to_a_vote() -> None:
    stage = Stage()
    direct = stage.world.run(space("factoring-a"), "org1.admin")
    assert isinstance(direct, Refused)
    assert direct.code == "govern/1"
    for wrong in (space("b", "a"), space("a", "a"), space("a", open=True)):
        assert inner_code(stage.world, wrong) == "registry/9"
        assert vote(stage, wrong) == "govern/10"
    assert vote(stage, space(open=True)) == "applied"
    assert stage.all(SPACES)[SPACE,].open
    assert stage.refusal("claim", A, what()) == "done"


def test_claim__walks_its_refusals_in_order(stage: Stage) -> None:
    stranger = Caller("stranger", "draw")
    walk = [
        ("registry/1", stranger, what(within="cn.other", record=RECORD_B, number="")),
        ("registry/2", stranger, what(record=RECORD_B, number="")),
        ("registry/3", A, what(record=RECORD_B, number="")),
        ("registry/4", A, what(issuer=" ")),
        ("registry/4", A, what(number="\u3000\u200b")),
        ("registry/4", A, what(number="x" * (FOLDED_MAX + 1))),
        ("done", A, what()),
        ("registry/5", A, what()),
        ("registry/5", B, what(record=RECORD_B)),
        ("registry/5", B, what("ａｒ－ 1", "ORG1", RECORD_B)),
        ("done", B, what("AR-1", "org2", RECORD_B)),
        ("done", B, what("AR-2", record=RECORD_B)),
    ]
    assert [stage.refusal("claim", caller, each) for _, caller, each in walk] == [code for code, _, _ in walk]


def test_claim__stays_when_its_instance_is_no_longer_admitted(stage: Stage) -> None:
    stage.do("claim", A, what())
    assert vote(stage, space("factoring-b")) == "applied"
    assert stage.refusal("claim", A, what("AR-2")) == "registry/2"
    assert stage.refusal("claim", B, what(record=RECORD_B)) == "registry/5"
    assert stage.refusal("free", A, what()) == "done"
    assert stage.refusal("claim", B, what(record=RECORD_B)) == "done"


def test_free__walks_its_refusals_in_order(stage: Stage) -> None:
    stage.do("claim", A, what())
    other = RecordName("factoring-a", "loan", ("2",))
    walk = [
        ("registry/8", Caller("factoring-a", ""), what(record=RECORD_B, number="")),
        ("registry/3", A, what(record=RECORD_B, number="")),
        ("registry/4", A, what(number="")),
        ("registry/6", A, what("AR-2")),
        ("registry/6", A, what(within="cn.other")),
        ("registry/7", A, what(record=other)),
        ("registry/7", B, what(record=RECORD_B)),
        ("done", A, what(" ar-1")),
        ("registry/6", A, what()),
    ]
    assert [stage.refusal("free", caller, each) for _, caller, each in walk] == [code for code, _, _ in walk]


def test_taken__says_so_under_every_spelling(stage: Stage) -> None:
    assert not stage.ask("taken", B, SPACE, "org1", "AR-1")
    stage.do("claim", A, what())
    assert [stage.ask("taken", B, SPACE, "org1", each) for each in ("AR-1", "ar-1", "ＡＲ－１", "A\u00adR -1")] == [True] * 4
    assert not any(stage.ask("taken", B, SPACE, "org1", each) for each in ("AR1", "AR-11", "A-R1"))
    assert not stage.ask("taken", B, "cn.other", "org1", "AR-1")
    stage.do("free", A, what())
    assert not stage.ask("taken", B, SPACE, "org1", "AR-1")


def test_contracts__hold(stage: Stage) -> None:
    for verb, before in (("claim", False), ("free", True)):
        contract = stage.registry.verbs[verb].contract
        assert contract is not None
        assert contract.before[0].startswith("!") is not before
        assert stage.ask("taken", A, SPACE, "org1", "AR-1") is before
        stage.do(verb, A, what())
        assert stage.ask("taken", A, SPACE, "org1", "AR-1") is not before
        assert contract.after[0].startswith("!") is before


def test_claims__tell_no_number_and_are_of_one_chain(stage: Stage) -> None:
    stage.do("claim", A, what("SECRET-77", "issuer-9"))
    kept = [key + value for key, value in stage.world.state.values.items() if key.startswith(b'["registry/claims"')]
    assert len(kept) == 1
    assert b"SECRET" not in kept[0]
    assert b"issuer-9" not in kept[0]
    ((_, digest),) = stage.all(CLAIMS)
    hasher = stage.world.world.hasher
    assert digest == claim_digest(hasher, SPACE, "issuer-9", "SECRET-77")
    assert digest != claim_digest(Stage("intl").world.world.hasher, SPACE, "issuer-9", "SECRET-77")


@given(st.text(max_size=40))
def test_folded__is_stable_and_idempotent(text: str) -> None:
    try:
        once = folded("number", text)
    except NothingToCompare:
        return
    assert folded("number", once) == once == folded("number", f" \u3000{text}\u200b")
    assert not any(each.isascii() and (each.islower() or each.isspace()) for each in once)


@pytest.mark.parametrize("sign", "‐‑‒–—―⁃−﹘﹣－")
def test_folded__takes_every_hyphen_and_dash_for_one(sign: str) -> None:
    assert folded("number", f"ar{sign}1") == "AR-1"
