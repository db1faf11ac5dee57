"""The facts of a certificate, and that both languages' programs put them into the same words."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.certificate.chain import Chain
from tests.certificate.conftest import CONSORTIUM, CONTENT, made_chain
from tests.solo import open_solo
from zhulian import canonical
from zhulian.certificate.facts import Facts, extract
from zhulian.certificate.sections import answer, not_proved, rests_on, sections
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.merkle import ListTree
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.identity.messages import OpenHandle

SAY = """jobs => { const v = zhulianVerifier; return jobs.map(({receipt, genesis}) => {
    const facts = v.extract(v.check(v.utf8(receipt), v.utf8(genesis)).proved);
    return {sections: v.sections(facts), answer: v.answer(facts), rests: v.restsOn(facts), not: v.notProved()}; }); }"""


def facts_of(receipt: dict[str, Any], genesis: bytes) -> Facts:
    trusted = trust(genesis)
    return extract(receipt, verify_receipt(receipt, trusted), trusted)


def words(facts: Facts) -> dict[str, Any]:
    """What the Python side says, in the shape of the JavaScript side."""
    said = [
        {
            "id": one.id,
            "title": one.title._asdict(),
            "rows": [
                {"id": row.id, "label": row.label._asdict(), "value": row.value._asdict(), "kind": row.kind} for row in one.rows
            ],
        }
        for one in sections(facts)
    ]
    texts = {
        "answer": answer(facts)._asdict(),
        "rests": [each._asdict() for each in rests_on(facts)],
        "not": [each._asdict() for each in not_proved()],
    }
    return {"sections": said, **texts}


def row(facts: Facts, name: str, language: str = "zh") -> list[str]:
    return [each.value.say(language) for one in sections(facts) for each in one.rows if each.id == name]


def several(chain: Chain) -> dict[str, Any]:
    """One transaction with several deposits, of which the last is opened."""
    digest, salt = chain.suite.digest(CONTENT), bytes(32)
    commitment = chain.hasher.digest("commitment", salt + digest).hex()
    messages = [
        {"type": "evidence.deposit", "digest": "ab" * 32},
        {"type": "evidence.deposit", "commitment": "cd" * 32},
        {"type": "evidence.deposit", "commitment": commitment, "source": "device"},
    ]
    return chain.receipt(messages, opening={"digest": digest.hex(), "salt": salt.hex()})


def every_shape(tmp_path: Path) -> list[tuple[dict[str, Any], bytes]]:
    chain = Chain(CONSORTIUM, filing={"number": "浙网信备33010620123456780012号"}, zone="America/New_York")
    outside = Chain(CONSORTIUM[1:], depositor="hangzhou-notary", suite_name="intl", zone="Mars/Olympus")
    second = chain.enrol("zj-court", "clerk", intermediate=True)
    made = [
        (chain.deposit(CONTENT, source="web_capture", sealed_by=CONSORTIUM[:3]), chain.genesis),
        (chain.deposit(CONTENT, public=True, source="device", signers=[chain.signer, second]), chain.genesis),
        (chain.batch([b"1", CONTENT], 1), chain.genesis),
        (chain.readings([b"1", CONTENT], 1), chain.genesis),
        (chain.receipt([{"type": "device.measure", "batch": {"count": 1, "root": "ab" * 32}}]), chain.genesis),
        (several(chain), chain.genesis),
        (outside.deposit(CONTENT, source="third_party"), outside.genesis),
        (chain.deposit(CONTENT, refused="evidence/1"), chain.genesis),
        (chain.receipt([{"type": "govern.vote"}, {"type": "a{b}c"}]), chain.genesis),
        (chain.receipt([{"type": "evidence.deposit", "commitment": "ab" * 32, "source": "of another kind"}]), chain.genesis),
    ]
    solo = open_solo(tmp_path, orgs=2)
    handle = "~" + "ab" * 16
    solo.run(OpenHandle(handle=handle, instance="demo"), "org1.counter")
    made.append(
        (
            solo.application.prover.receipt(solo.run(Deposit(digest="ef" * 32, party=handle), "org1.counter")),
            CODEC.encode(solo.genesis),
        )
    )
    return made


def test_words__are_the_same_on_both_sides(verifier: Page, tmp_path: Path) -> None:
    made = every_shape(tmp_path)
    ours = [words(facts_of(receipt, genesis)) for receipt, genesis in made]
    theirs = verifier.evaluate(SAY, [{"receipt": json.dumps(receipt), "genesis": genesis.decode()} for receipt, genesis in made])
    assert theirs == ours


def test_facts__say_who_when_and_how_many() -> None:
    chain = Chain(CONSORTIUM, filing={"number": "备-1"})
    facts = facts_of(chain.deposit(CONTENT, sealed_by=CONSORTIUM[:3]), chain.genesis)
    assert row(facts, "organisation") == ["杭州市西湖公证处（hangzhou-notary）"]
    assert row(facts, "class") == ["机构经办人密钥：由机构登记的经办人 hangzhou-notary.o7 签名"]
    assert row(facts, "recorded") == ["2026-02-06 08:00:00.123 至 2026-02-06 08:00:00.171"]
    assert row(facts, "quorum", "en") == ["3 of 4 sealers sealed, power 3 of 4 (more than two thirds needed)"]
    assert "浙江木材交易中心股份有限公司（zj-ca）：本回执未含其签章" in row(facts, "sealer")
    assert row(facts, "filing") == ["备-1"]
    assert row(facts, "file_digest") == [chain.suite.digest(CONTENT).hex()]


@pytest.mark.parametrize(("names", "depositor", "said"), [
    (("hangzhou-notary",), "hangzhou-notary", "自身运行全部签章节点"),
    (CONSORTIUM, "hangzhou-notary", "同时运行签章节点（1 / 4）"),
    (CONSORTIUM[1:], "hangzhou-notary", "不运行签章节点"),
])  # fmt: skip
def test_facts__name_the_depositors_interest(names: tuple[str, ...], depositor: str, said: str) -> None:
    chain = Chain(names, depositor=depositor)
    assert said in row(facts_of(chain.deposit(CONTENT), chain.genesis), "interest")[0]


def test_facts__speak_of_the_deposit_that_is_opened() -> None:
    """One transaction may hold several deposits; the certificate is about the one whose salt it has."""
    chain = made_chain()
    receipt = several(chain)
    facts = facts_of(receipt, chain.genesis)
    commitment = receipt["body"]["messages"][-1]["commitment"]
    assert facts.deposit.commitment == commitment
    assert facts.deposit.file_digest == chain.suite.digest(CONTENT).hex()
    assert facts.deposit.source == "device"
    tree = ListTree(chain.hasher, [bytes(32), bytes.fromhex(commitment)])
    batches = [{"type": "evidence.deposit_batch", "count": 2, "root": root} for root in ("ef" * 32, tree.root.hex())]
    found = facts_of(chain.receipt(batches, opening={**receipt["opening"], "path": tree.path(1).to_json()}), chain.genesis)
    assert (found.deposit.batch_root, found.deposit.place, found.deposit.count) == (tree.root.hex(), 2, 2)


def test_facts__name_custody(tmp_path: Path) -> None:
    receipt, genesis = every_shape(tmp_path)[-1]
    facts = facts_of(receipt, genesis)
    assert facts.signers[0].kind == "custody"
    assert row(facts, "party") == ["自然人（化名 ~" + "ab" * 16 + "）"]
    assert row(facts, "class") == ["托管密钥：由代理机构机构org1保管，以 org1.counter 代为签名"]


def test_facts__solo_says_that_one_sealer_is_all() -> None:
    chain = made_chain()
    rests = " ".join(each.zh for each in rests_on(facts_of(chain.deposit(CONTENT), chain.genesis)))
    assert "只有一个签章节点" in rests
    assert chain.digest.hex()[:8] in rests
    assert canonical.encode(chain.document) == chain.genesis
