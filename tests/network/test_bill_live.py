"""On a real network of four: one bill sold twice at once has one buyer on all nodes, and an application opens only once two organisations have signed one report."""

import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.meta.source import ROOT
from tests.trial import Author, Trial, running
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.scenario.messages import Act

pytestmark = pytest.mark.long

PRICE, BILLS = 100_00, 3


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with running(tmp_path_factory.mktemp("bill")) as made:
        yield made


def signed(authors: list[Author], message: Message) -> bytes:
    """An envelope that several sign, each with the key that lies in its own home."""
    first = authors[0]
    names = sorted(each.name for each in authors)
    body = encode_body(first.genesis.chain(), int(time.time()) + 500, [message], secrets.token_hex(16), names)
    preimage = first.hasher.preimage("body", body)
    entries = [
        SignatureEntry(key=each.key, signature=each.signer.sign(preimage).hex(), signer=each.name)
        for each in sorted(authors, key=lambda author: author.name)
    ]
    return encode_envelope(body, entries)


def do(trial: Trial, node: str, authors: list[Author], message: Message) -> dict[str, Any]:
    """What a node answers once the transaction is sealed."""
    found: dict[str, Any] = trial.submit(node, signed(authors, message)).json()
    return found


def test_bill__sold_twice_at_once_has_one_buyer(trial: Trial, tmp_path: Path) -> None:
    path = ROOT / "tests" / "network" / "bill.yaml"
    trial.run("scenario", "publish", str(path), "--node", trial.url("org1"), home=trial.home("org1").root)
    trial.run("scenario", "open", "bill", "--node", trial.url("org1"), home=trial.home("org1").root)
    seller, *buyers = (trial.author(each) for each in ("org1", "org2", "org3"))
    for place in range(BILLS):
        number = f"B-{place}"
        drawn = do(trial, "org1", [seller], Act(action="draw", input={"number": number}, instance="bill"))
        assert drawn["status"] == "applied", drawn
        for each in buyers:
            paid_in = {"to": each.name.partition(".")[0], "amount": PRICE}
            done = do(trial, "org1", [seller], Act(action="fund", input=paid_in, instance="bill", on=((number,),)))
            assert done["status"] == "applied", done
        sales = [
            (node, signed([seller, buyer], _sale(number, buyer))) for node, buyer in zip(("org2", "org4"), buyers, strict=True)
        ]
        with ThreadPoolExecutor(2) as pool:
            answers = [each.json() for each in pool.map(lambda sale: trial.submit(*sale), sales)]
        sold = [each.get("status") == "applied" for each in answers]
        assert sold.count(True) == 1, answers
        lost = answers[sold.index(False)]
        assert lost["code"] in ("scenario/54", "scenario/55"), lost  # the seller is its owner no more
        winner = buyers[sold.index(True)].name.partition(".")[0]
        trial.agree()
        for node in trial.names:
            found = trial.get(node, f"/v1/apps/bill/records/bill/{number}")
            assert found["owner"] == winner, (node, found)


def _sale(number: str, buyer: Author) -> Act:
    by = {"seller": "org1", "buyer": buyer.name.partition(".")[0]}
    return Act(action="endorse", by=by, input={"price": PRICE}, instance="bill", on=((number,),))


def test_reports__of_two_organisations_open_an_application(trial: Trial) -> None:
    file, paper = ROOT / "docs" / "tutorial" / "prove.yaml", trial.folder / "grants.proof.json"

    def at(organisation: str, *words: str, status: int = 0) -> Any:
        home = trial.home(organisation).root
        return trial.run(*words, "--node", trial.url(organisation), home=home, status=status)

    def decide(needed: int) -> None:
        actions = trial.folder / "reports.json"
        actions.write_text(json.dumps({"type": "scenario.set_reports", "needed": needed}))
        proposal = at("org1", "govern", "propose", str(actions), "--as", "org1.admin")["proposal"]
        for voter in ("org2", "org3"):
            if at(voter, "govern", "vote", proposal, "yes", "--as", f"{voter}.admin")["status"] == "passed":
                return

    definition = at("org1", "scenario", "publish", str(file), "--as", "org1.clerk")["definition"]
    decide(2)
    try:
        first = at("org1", "scenario", "prove", str(file), "--out", str(paper), "--sign", "org1.clerk")
        early = at("org1", "scenario", "open", "grants", "--signer", "org1.clerk", status=1)
        assert early["refused"]["code"] == "scenario/164"
        second = at("org2", "scenario", "prove", str(file), "--sign", "org2.clerk")
        assert first["filed"]["report"] == second["filed"]["report"] == first["digest"]["sm3"]
        trial.agree()
        assert at("org3", "scenario", "open", "grants", "--signer", "org3.clerk")["definition"] == definition
    finally:
        decide(0)
    shown = at("org4", "app", "grants")["reports"]
    assert (shown["needed"], shown["agreed"]) == (0, ["org1", "org2"])
    genesis = str(trial.home("org4").root / "genesis.json")
    held = trial.run("verify", str(paper), "--genesis", genesis)
    assert (held["valid"], held["report"]["definition"]) == (True, definition)
    assert len(held["sealers"]) >= 3
    mapped = {
        pid: Path(f"/proc/{pid}/maps").read_text()
        for each in trial.names
        for pid in (trial.pid(each), *trial.children(each).values())
    }
    assert len(mapped) >= 12
    assert [pid for pid, maps in mapped.items() if "libz3" in maps] == []
