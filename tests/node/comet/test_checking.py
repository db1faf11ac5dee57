"""What the engine's mempool is answered about seals: this node's own goes out once, those of others are heard and go no further."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.comet import StandIn, open_network
from zhulian.consensus.comet.wire import message
from zhulian.modules.evidence.messages import Deposit
from zhulian.node.comet.checking import RECHECK, Checker
from zhulian.node.comet.feed import MempoolFeed
from zhulian.node.comet.rpc import EngineAway


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    found = open_network(tmp_path, monkeypatch=monkeypatch)
    found.nodes[0].submit([found.sign(Deposit(digest="ab" * 32), "org1.clerk")])
    found.round()
    return found


def _ask(network: StandIn, place: int, entry: bytes, *, again: bool = False) -> int:
    node = network.nodes[place]
    checker = Checker(node.application, node.engine, node._verify, lambda: network.clock[0] // 1000)
    asked = message("RequestCheckTx")(tx=entry, type=RECHECK if again else 0)
    return int(checker.answer("check_tx", asked).check_tx.code)


def test_own_seal__is_let_in_once_and_those_of_others_are_heard(network: StandIn) -> None:
    own, *others = [each.commits[-1].offer for each in network.nodes]
    assert _ask(network, 0, own) == 0, "the engine hands it to the others"
    assert _ask(network, 0, own, again=True) == 1, "and forgets it with the next block"
    assert network.nodes[0].book.unsealed == [1]
    assert [_ask(network, 0, each) for each in others] == [1, 1, 1], "they stay where they are, and wake nobody"
    assert network.nodes[0].book.unsealed == []
    network.round()
    assert _ask(network, 0, own) == 1, "it has travelled in a vote by now"


class _Door:
    """The engine's door, that is away as often as it is told to be."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.calls: list[list[Any]] = []

    async def call(self, calls: list[Any]) -> list[Any]:
        await asyncio.sleep(0)
        if self.away:
            self.away -= 1
            raise EngineAway("not yet")
        self.calls.append(calls)
        return []


def _fed(door: _Door, offer: Any) -> None:
    async def play() -> None:
        feed = MempoolFeed(door, lambda raw: True, lambda entry, raws: None)  # type: ignore[arg-type]  # all that it asks of the door is what this one has
        work = asyncio.ensure_future(feed.run())
        offer(feed)
        for _ in range(50):
            await asyncio.sleep(0.01)
            if not len(feed) and door.calls:
                break
        work.cancel()

    asyncio.run(play())


def test_feed__sends_a_seal_at_once_and_first() -> None:
    door = _Door()

    def offer(feed: MempoolFeed) -> None:
        feed.offer(b"a transaction")
        feed.offer_seal(b"older")
        feed.offer_seal(b"newest")

    _fed(door, offer)
    assert [each[1]["tx"] for each in door.calls[0]] == ["bmV3ZXN0", "YSB0cmFuc2FjdGlvbg=="]


def test_feed__loses_no_transaction_for_a_seal_that_finds_nobody() -> None:
    door = _Door(away=1)

    def offer(feed: MempoolFeed) -> None:
        feed.offer_seal(b"seal")
        feed.offer(b"a transaction")

    _fed(door, offer)
    assert [each[1]["tx"] for each in door.calls[0]] == ["YSB0cmFuc2FjdGlvbg=="]
