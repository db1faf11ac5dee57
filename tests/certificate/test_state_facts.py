"""State facts and every member of genesis: JavaScript and Python come to the same verdict."""

import json
import random
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from tests.certificate.conftest import CONSORTIUM, CONTENT, made_chain
from tests.certificate.test_verdicts import bare, mutants
from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.ledger.genesis import FoundingOrganisation, FoundingSigner, Genesis
from zhulian.ledger.receipts import trust, verify_state_fact

pytestmark = pytest.mark.browser

KEY, OTHER = ("scenario/records", "hz", "lot", "RM-1"), ("scenario/records", "hz", "lot", "RM-2")
VALUE = {"fields": {"name": "生乳", "number": "RM-1"}, "since": 1_766_880_000, "state": "made", "version": 1}
MANY = """jobs => jobs.map(([fact, genesis]) => zhulianVerifier.factVerdict(zhulianVerifier.utf8(fact), zhulianVerifier.utf8(genesis)))"""


def python_verdict(fact: str, genesis: bytes) -> dict[str, str] | None:
    try:
        verify_state_fact(canonical.read(fact.encode()), trust(genesis))
    except Refusal as wrong:
        return {"code": wrong.code, "part": getattr(wrong, "part", "")}
    return None


@pytest.fixture(scope="module")
def fact() -> dict[str, Any]:
    made = made_chain(*CONSORTIUM).deposit(CONTENT, state={KEY: VALUE, ("a", "b"): 1}, shown=[KEY])
    found: dict[str, Any] = made["facts"][0]
    return found


def test_facts__both_verifiers_agree_on_good_and_mutated_ones(verifier: Page, fact: dict[str, Any]) -> None:
    genesis = made_chain(*CONSORTIUM).genesis
    facts = [fact, *(each for _, each in mutants(fact, random.Random(5), 120))]
    texts = [json.dumps(each, ensure_ascii=False) for each in facts]
    ours = [python_verdict(each, genesis) for each in texts]
    theirs = [bare(each) for each in verifier.evaluate(MANY, [[each, genesis.decode()] for each in texts])]
    assert [(text, mine, other) for text, mine, other in zip(texts, ours, theirs, strict=True) if mine != other] == []
    assert ours[0] is None
    assert {each["code"] for each in ours if each} >= {"proof/7", "proof/20", "proof/26"}


def test_facts__another_value_is_not_proved_and_the_step_is_named(verifier: Page, fact: dict[str, Any]) -> None:
    genesis = made_chain(*CONSORTIUM).genesis.decode()
    changed = json.dumps({**fact, "value": {**VALUE, "state": "passed"}})
    found = verifier.evaluate(
        "([fact, genesis]) => zhulianVerifier.checkFact(zhulianVerifier.utf8(fact), zhulianVerifier.utf8(genesis)).steps",
        [changed, genesis],
    )
    assert found == {"genesis": "ok", "fact": "ok", "state": "bad", "sealing": "skipped"}


def _optional(shape: type[msgspec.Struct]) -> set[str]:
    return {each.name for each in msgspec.structs.fields(shape) if not each.required}


def test_genesis__every_optional_member_is_known_to_the_browser(verifier: Page) -> None:
    document = json.loads(made_chain(*CONSORTIUM).genesis)
    names = [each["sealer"] for each in document["sealers"]]
    first = document["organisations"][0]
    first |= {"encryption": "ab", "operator": True}
    first["signers"][0] |= {"encryption": "cd"}
    document |= {
        "name": "sandbox-a",
        "sandbox": {"chain": "zl.00", "height": 3},
        "validators": {name: f"{place:064x}" for place, name in enumerate(names)},
        "filing": {"number": "浙网信备 1 号"},
        "regulator": {"document": "ab", "organisation": names[0], "powers": ["freeze"]},
    }
    assert _optional(Genesis) <= document.keys()
    assert _optional(FoundingOrganisation) <= first.keys()
    assert _optional(FoundingSigner) <= first["signers"][0].keys()
    data = canonical.encode(document)
    found = verifier.evaluate("text => zhulianVerifier.trust(zhulianVerifier.utf8(text)).digest", data.decode())
    assert found == trust(data).digest.hex()
    for part, wrong in (
        ("validators", {"nobody": "00" * 32}),
        ("validators", dict.fromkeys(names[:2], "00" * 32)),
        ("name", "plain"),
    ):
        data = canonical.encode(document | {part: wrong})
        said = verifier.evaluate(
            "text => { try { zhulianVerifier.trust(zhulianVerifier.utf8(text)); return null; } catch (wrong) { return wrong.say('zh'); } }",
            data.decode(),
        )
        with pytest.raises(Refusal) as refused:
            trust(data)
        assert said == refused.value.say("zh")
