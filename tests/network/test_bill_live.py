"""One bill sold twice at once from two nodes of a real network: one sale stands, the other is refused, and all nodes come to the same."""

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
