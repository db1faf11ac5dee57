"""One receipt, two verifiers: JavaScript and Python come to the same verdict and say it in the same words."""

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.certificate.chain import TITLES, Chain
from tests.certificate.conftest import CONSORTIUM, CONTENT, made_chain
from tests.solo import open_solo
from zhulian import canonical
from zhulian.crypto.certificates import create_ca
from zhulian.errors import Refusal, Words
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.identity.messages import OpenHandle

HARMLESS = re.compile(r"opening remove|(?:.*/)?seals/[0-9]+ remove")
"""Without its opening a receipt proves the commitment only; three seals of four are a quorum still."""
CJK = re.compile(r"[\u4e00-\u9fff]")
MANY = """jobs => { const v = zhulianVerifier; return jobs.map(({receipt, genesis, digest}) =>
    v.verdict(v.utf8(receipt), v.utf8(genesis), {fileDigest: digest})); }"""


def python_verdict(receipt: str, genesis: str, digest: str | None) -> dict[str, str] | None:
    """What the Python side says of the same texts."""
    try:
        trusted = trust(genesis.encode())
        verify_receipt(canonical.read(receipt.encode()), trusted, file_digest=bytes.fromhex(digest) if digest else None)
    except Refusal as wrong:
        return {"code": wrong.code, "part": getattr(wrong, "part", ""), "zh": wrong.say("zh"), "en": wrong.say("en")}
    return None


def bare(verdict: dict[str, str] | None) -> dict[str, str] | None:
    """Number and part."""
    return verdict and {name: verdict[name] for name in ("code", "part")}


def comparable(mine: dict[str, str] | None, other: dict[str, str] | None) -> tuple[object, object]:
    """Two verdicts as far as they have to agree: where a library of ours says why, each side has words of its own."""
    return (bare(mine), bare(other)) if mine is not None and Words.quote("").zh[:5] in mine["zh"] else (mine, other)


def agree(page: Page, jobs: list[dict[str, Any]]) -> list[dict[str, str] | None]:
    """Hold that both sides agree on every job, in both languages; answers the verdicts by number and part."""
    ours = [python_verdict(each["receipt"], each["genesis"], each.get("digest")) for each in jobs]
    theirs = page.evaluate(MANY, [{"digest": None, **each} for each in jobs])
    pairs = [comparable(mine, other) for mine, other in zip(ours, theirs, strict=True)]
    wrong = [(job.get("why"), mine, other) for job, (mine, other) in zip(jobs, pairs, strict=True) if mine != other]
    assert wrong == []
    assert all(CJK.search(each["zh"]) and not CJK.search(each["en"]) for each in theirs if each is not None)
    return [bare(each) for each in ours]


def job(receipt: Any, chain: Chain, **more: Any) -> dict[str, Any]:
    return {"receipt": json.dumps(receipt, ensure_ascii=False), "genesis": chain.genesis.decode(), **more}


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_verdicts__agree_on_good_receipts_of_every_shape(verifier: Page, suite: str) -> None:
    chain = Chain(CONSORTIUM, suite_name=suite)
    second = chain.enrol("zj-court", "clerk", intermediate=True)
    digest = chain.suite.digest(CONTENT).hex()
    good = [
        job(chain.deposit(CONTENT), chain, digest=digest),
        job(chain.deposit(CONTENT, sealed_by=CONSORTIUM[:3]), chain),
        job(chain.deposit(CONTENT, public=True), chain, digest=digest),
        job(chain.batch([b"1", b"2", CONTENT, b"4", b"5"], 2), chain, digest=digest),
        job(chain.readings([b"1", CONTENT, b"3"], 1), chain, digest=digest),
        job(chain.deposit(CONTENT, signers=[chain.signer, second]), chain),
        job(chain.deposit(CONTENT, refused="evidence/1"), chain),
        job(chain.receipt([{"type": "govern.vote"}]), chain),
        job(chain.deposit(CONTENT, block=1, index=0), chain),
    ]
    assert agree(verifier, good) == [None] * len(good)
    other = chain.suite.digest(b"another").hex()
    found = agree(verifier, [{**each, "digest": other} for each in good])
    assert all(each is not None and each["part"] == "file" for each in found)
    short = [job(chain.deposit(CONTENT, sealed_by=CONSORTIUM[:2]), chain)]
    assert agree(verifier, short) == [{"code": "proof/27", "part": "seals"}]


def test_verdicts__agree_on_changed_sealers_and_latecomers(verifier: Page) -> None:
    chain = Chain(CONSORTIUM)
    change = chain.change((*CONSORTIUM[:2], "zj-court", "late-org"), height=5)
    chain.authorities["late-org"] = create_ca(chain.suite, "late-org", "late-org CA", 3650, not_before=1_766_000_000)
    late = chain.enrol("late-org", "o1")
    key = ("identity/organisations", "late-org")
    value = {"certificates": [chain.authorities["late-org"].certificate.der.hex()], "title": TITLES["late-org"]}
    state = {key: value, ("a", "b"): 1, ("a", "c"): 2}
    receipt = chain.deposit(CONTENT, signers=[late], changes=[change], state=state, shown=[key])
    assert agree(verifier, [job(receipt, chain)]) == [None]
    mutated = [job(each, chain, why=why) for why, each in mutants(receipt, random.Random(7), 60)]
    accepted = [one["why"] for one, verdict in zip(mutated, agree(verifier, mutated), strict=True) if verdict is None]
    assert [why for why in accepted if not HARMLESS.fullmatch(why)] == []
    without = {name: value for name, value in receipt.items() if name != "facts"}
    assert agree(verifier, [job(without, chain)]) == [{"code": "proof/25", "part": "certificates"}]


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_verdicts__agree_on_mutated_receipts(verifier: Page, suite: str) -> None:
    chain = made_chain(suite_name=suite)
    receipt = chain.deposit(CONTENT)
    jobs = [job(each, chain, why=why) for why, each in mutants(receipt, random.Random(11), 150)]
    accepted = [one["why"] for one, verdict in zip(jobs, agree(verifier, jobs), strict=True) if verdict is None]
    assert [why for why in accepted if not HARMLESS.fullmatch(why)] == []
    batch = chain.batch([b"1", CONTENT, b"3"], 1)
    jobs = [job(each, chain, why=why) for why, each in mutants(batch["opening"], random.Random(13), 30)]
    jobs = [{**each, "receipt": json.dumps({**batch, "opening": json.loads(each["receipt"])})} for each in jobs]
    assert None not in agree(verifier, jobs)
    unopened = [job({**each, "opening": other["opening"]}, chain) for each, other in ((chain.readings([b"1"], 0), batch),)]
    assert agree(verifier, unopened) == [{"code": "proof/28", "part": "opening"}]


def test_verdicts__agree_on_mutated_genesis(verifier: Page) -> None:
    chain = made_chain()
    receipt = chain.deposit(CONTENT)
    jobs = [
        {**job(receipt, chain), "genesis": json.dumps(each, ensure_ascii=False), "why": why}
        for why, each in mutants(chain.document, random.Random(17), 120)
    ]
    assert None not in agree(verifier, jobs)


def test_verdicts__agree_on_texts_that_are_no_receipt(verifier: Page) -> None:
    chain = made_chain()
    text = json.dumps(chain.deposit(CONTENT))
    texts = [
        "",
        "{}",
        "[]",
        "null",
        "1.5",
        "NaN",
        "-Infinity",
        "1" * 60,
        "9007199254740993",
        '{"a":1,"a":1}',
        text[:-1],
        text + " x",
        text.replace('"height": 12', '"height": 12.0'),
    ]
    texts += [
        text.replace('"format"', '"format\\u0000"'),
        '{"a":"\\ud800"}',
        "[" * 40 + "]" * 40,
        text.replace("{", '{"x":null,', 1),
    ]
    found = agree(verifier, [{"receipt": each, "genesis": chain.genesis.decode()} for each in texts])
    assert None not in found


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_verdicts__agree_on_real_receipts(verifier: Page, tmp_path: Path, suite: str) -> None:
    """From the real application, among them a deposit by a person's agent."""
    solo = open_solo(tmp_path, orgs=2, suite_name=suite)
    handle = "~" + "ab" * 16
    solo.run(OpenHandle(handle=handle, instance="demo"), "org1.counter")
    made = [
        solo.application.prover.receipt(solo.run(Deposit(digest="ab" * 32))),
        solo.application.prover.receipt(solo.run(Deposit(digest="cd" * 32, party="org1"), ["org1.clerk", "org2.clerk"])),
        solo.application.prover.receipt(solo.run(Deposit(commitment="ef" * 32, party=handle), "org1.counter")),
    ]
    genesis = CODEC.encode(solo.genesis).decode()
    assert agree(verifier, [{"receipt": json.dumps(each), "genesis": genesis} for each in made]) == [None] * 3


def mutants(document: Any, chance: random.Random, count: int) -> Iterator[tuple[str, Any]]:
    """Copies of `document` with one place changed, removed, doubled or added."""
    places = list(_places(document))
    for _ in range(count):
        path = chance.choice(places)
        changed = copy.deepcopy(document)
        at = changed
        for step in path[:-1]:
            at = at[step]
        how = chance.choice(["value", "value", "value", "remove", "type", "add"])
        old = at[path[-1]]
        if how == "remove":
            del at[path[-1]]
        elif how == "type":
            at[path[-1]] = chance.choice([None, True, 0, "", [], {}, [old], -1])
        elif how == "add" and isinstance(at, dict):
            at["spare"] = old
        elif how == "add":
            at.insert(path[-1], copy.deepcopy(old))
        else:
            at[path[-1]] = _other(old, chance)
        if changed != document:
            yield f"{'/'.join(map(str, path))} {how}", changed


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _places(value, (*path, key))


def _other(value: Any, chance: random.Random) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int):
        return value + chance.choice([1, -1, 1000])
    if isinstance(value, str):
        at = chance.randrange(len(value) + 1)
        swap = {"0": "1"}.get(value[at : at + 1], "0")
        return chance.choice([value[:at] + swap + value[at + 1 :], value.upper() + "A", value[:-1], value + "é"])
    if isinstance(value, list):
        return value[::-1] if len(value) > 1 else [*value, *value, 0]
    return {**value, "other": 1}
