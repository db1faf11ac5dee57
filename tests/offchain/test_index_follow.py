"""The index follows a real chain exactly once, through restarts, lost databases and half-written batches."""

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests.offchain.conftest import LedgerOfSolo
from tests.offchain.postgres import Cluster
from tests.solo import Solo
from zhulian.modules.evidence.messages import Deposit, Withdraw
from zhulian.modules.govern.messages import Propose, TakeDown, Vote
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import IndexAhead, IndexBehind, IndexDatabaseFailed, IndexOfAnotherChain, WrongDatabase
from zhulian.offchain.index.finding import Finder
from zhulian.offchain.index.follower import Follower
from zhulian.offchain.index.methods import Search
from zhulian.offchain.index.models import Base
from zhulian.offchain.index.texts import NoTexts, Opened
from zhulian.offchain.index.writing import Writer

pytestmark = pytest.mark.anyio


def follower(ledger: LedgerOfSolo, database: Database) -> Follower:
    return Follower(ledger, Writer(database), NoTexts(), lambda *_, **__: None)


def deposits(solo: Solo, count: int, salt: str = "") -> list[str]:
    """Blocks of three deposits; the ids of what was deposited."""
    made = [hashlib.sha256(f"{salt}{number}".encode()).hexdigest() for number in range(count)]
    for start in range(0, count, 3):
        raws = [solo.sign(Deposit(commitment=each, source="web_capture")) for each in made[start : start + 3]]
        assert solo.submit(raws) == [None] * len(raws)
        solo.step()
    return made


def dump(database: Database) -> dict[str, list[Any]]:
    """Everything that the tables hold."""
    with database.reading() as connection:
        tables = {each.name: each for each in Base.metadata.sorted_tables}
        return {name: sorted(map(tuple, connection.execute(sa.select(each)).all())) for name, each in tables.items()}


async def test_index__follows_exactly_once_through_restarts(solo: Solo, ledger: LedgerOfSolo, database: Database) -> None:
    made = deposits(solo, 6)
    assert await follower(ledger, database).step() == 2
    made += deposits(solo, 6, "later")
    second = follower(ledger, database)
    assert await second.step() == 4
    assert await second.step() == 4
    assert await follower(ledger, database).step() == 4  # a third one, as after a restart, finds nothing to do
    rows = dump(database)
    assert len(rows["transactions"]) == len(rows["events"]) == 12
    assert len(rows["blocks"]) == 4
    found = Finder(database).search(Search(kind="evidence", limit=100))
    assert {each["content"]["deposit"] for each in found["hits"]} == set(made)
    assert found["height"] == 4
    assert found["hits"][0]["text"]["zh"].startswith("机构") or "网页采集" in found["hits"][0]["text"]["zh"]


async def test_index__keeps_nothing_of_a_batch_that_broke_off(
    solo: Solo, ledger: LedgerOfSolo, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposits(solo, 3)
    await follower(ledger, database).step()
    before = dump(database)
    deposits(solo, 3, "later")
    broken = follower(ledger, database)
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "put", lambda *_: (_ for _ in ()).throw(IndexDatabaseFailed(why=_words())))
        with pytest.raises(IndexDatabaseFailed):
            await broken.step()
    assert dump(database) == before
    assert await broken.step() == 2
    assert len(dump(database)["transactions"]) == 6


async def test_index__is_the_same_when_it_is_built_anew(solo: Solo, ledger: LedgerOfSolo, database: Database) -> None:
    made = deposits(solo, 9)
    solo.run(Withdraw(deposit=made[0], party="org1", reason="mistaken"))
    one = follower(ledger, database)
    for _ in range(5):
        await one.step()
    before = dump(database)
    told: list[tuple[int, int]] = []
    anew = follower(ledger, database)
    await anew.begin_anew()
    assert await anew.catch_up(lambda *at: told.append(at)) == 4
    assert dump(database) == before
    hits = Finder(database).search(Search(state="withdrawn"))["hits"]
    assert [each["content"]["deposit"] for each in hits] == [made[0]]
    with pytest.raises(IndexDatabaseFailed):  # who followed meanwhile finds other rows than it left, and looks again
        Writer(database).write([_block_far_away()], anew._source.background)  # type: ignore[union-attr]
    assert await one.step() == 4


async def test_index__refuses_another_chain_and_another_history(
    solo: Solo, ledger: LedgerOfSolo, database: Database, tmp_path: Any
) -> None:
    deposits(solo, 3)
    await follower(ledger, database).step()
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE progress SET digest = :other"), {"other": "ab" * 32})
    with pytest.raises(IndexAhead):
        await follower(ledger, database).step()
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE progress SET height = 50"))
    waiting = follower(ledger, database)
    assert await waiting.step() == 50  # the ledger has stepped back, and its blocks will come again
    assert waiting.ledger_height == 1
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE progress SET chain = 'zl-other'"))
    with pytest.raises(IndexOfAnotherChain):
        await follower(ledger, database).step()


async def test_index__says_that_it_cannot_go_on_where_blocks_are_gone(
    solo: Solo, ledger: LedgerOfSolo, database: Database
) -> None:
    deposits(solo, 3)
    await follower(ledger, database).step()
    deposits(solo, 6, "later")

    class FromSnapshot(LedgerOfSolo):
        """A ledger that has grown from a snapshot since."""

        async def status(self) -> dict[str, Any]:
            return {**await super().status(), "first": 3}

    with pytest.raises(IndexBehind) as no:
        await follower(FromSnapshot(solo), database).run()
    assert (no.value.height, no.value.first) == (1, 3)


@pytest.mark.crash
async def test_index__goes_on_where_it_was_when_postgresql_comes_back(
    solo: Solo, ledger: LedgerOfSolo, cluster: Cluster, tmp_path: Any
) -> None:
    database = Database(cluster.make("restarted"), tmp_path)
    database.migrate()
    deposits(solo, 6)
    one = follower(ledger, database)
    await one.step()
    deposits(solo, 9, "later")
    cluster.stop("immediate")
    try:
        for _ in range(2):
            with pytest.raises(IndexDatabaseFailed):
                await one.step()
            one._reached = None
    finally:
        cluster.start()
    assert await one.step() == 5
    assert len(dump(database)["transactions"]) == 15
    database.close()


@pytest.mark.crash
async def test_index__keeps_nothing_of_a_batch_during_which_postgresql_stops(
    solo: Solo, ledger: LedgerOfSolo, cluster: Cluster, tmp_path: Any
) -> None:
    database = Database(cluster.make("midway"), tmp_path)
    database.migrate()
    deposits(solo, 6)
    one = follower(ledger, database)
    await one.step()
    before = dump(database)
    deposits(solo, 9, "later")
    stopped = []

    def stop(_: sa.Connection) -> None:  # all rows of the batch are sent by then, and its end is not
        if not stopped:
            stopped.append(True)
            cluster.stop("immediate")

    sa.event.listen(sa.Engine, "commit", stop)
    try:
        with pytest.raises(IndexDatabaseFailed):
            await one.step()
    finally:
        sa.event.remove(sa.Engine, "commit", stop)
        cluster.start()
    assert stopped
    assert dump(database) == before
    assert await one.step() == 5
    assert len(dump(database)["transactions"]) == 15
    database.close()


def test_database__refuses_what_is_no_address(tmp_path: Any) -> None:
    for address in ("mysql://x@y/z", "nonsense"):
        with pytest.raises(WrongDatabase) as no:
            Database(address, tmp_path)
        assert "zhulian" not in no.value.say("zh").lower() or no.value.code == "index/2"


def _words() -> Any:
    from zhulian.errors import Words

    return Words("试", "a try")


def _block_far_away() -> Any:
    from zhulian.offchain.index.blocks import ReadBlock

    return ReadBlock(99, "00" * 32, 0, [], [])


async def test_index__drops_what_members_took_down(solo: Solo, ledger: LedgerOfSolo, database: Database) -> None:
    made = deposits(solo, 3)
    assert await follower(ledger, database).step() == 1
    with database.reading() as connection:
        gone = (
            connection.execute(sa.text("SELECT \"transaction\" FROM documents WHERE kind = 'evidence' ORDER BY id"))
            .scalars()
            .all()[0]
        )
    action = TakeDown(basis="cc" * 32, reason="unlawful", transaction=gone)
    proposal = solo.run(Propose(actions=[action]), "org1.admin")
    solo.run(Vote(proposal=proposal, vote="yes"), "org2.admin")
    await follower(ledger, database).step()
    found = Finder(database).search(Search(kind="evidence", limit=100))
    assert len(found["hits"]) == len(made) - 1
    assert gone not in {each["transaction"] for each in found["hits"]}
    kept = [row for row in dump(database)["events"] if gone in row]
    assert [json.loads(row[-1]) for row in kept] == [{}]


async def test_index__shows_a_described_deposit_to_its_holders_alone(
    solo: Solo, ledger: LedgerOfSolo, database: Database
) -> None:
    writer = Writer(database, "org1")
    texts = [described("org1", 1), described("org2", 2)]
    following = Follower(ledger, writer, Given(texts), lambda *_, **__: None)
    await following.step()
    (deposit,) = deposits(solo, 1, "described")
    for each in texts:
        each.openings[0]["descriptor"]["content"] = deposit
    texts[:] = [replace(each, instance=deposit) for each in texts]
    await following.step()

    def found(text: str, *holders: str, **more: Any) -> list[tuple[str, bool]]:
        hits = Finder(database).search(Search(text=text, holders=holders, **more))["hits"]
        return [(each["title"]["zh"].partition("（")[0], each["private"]) for each in hits]

    assert found("合同 2020", "org1") == found("合同 2020", "org2", party="org1", state="standing") == [("合同 2020.txt", True)]
    assert found("合同 2020") == found("合同 2020", "org3") == []
    assert found(deposit, "org1") == [("合同 2020.txt", True)]
    assert found(deposit) == found(deposit, "org3") == [(f"存证 {deposit[:16]}", False)]
    first = Finder(database).search(Search(text=deposit))["hits"][0]["first_ms"]
    assert found("合同", "org1", since_ms=first, until_ms=first + 1) == [("合同 2020.txt", True)]
    assert found("合同", "org1", until_ms=first) == found("合同", "org1", since_ms=first + 1) == []
    assert found("", "org1", kind="evidence", since_ms=first) == [("合同 2020.txt", True)]

    assert solo.submit([solo.sign(Withdraw(deposit=deposit, party="org1", reason="mistaken"))]) == [None]
    solo.step()
    await following.step()
    assert found("合同", "org2", state="withdrawn") == [("合同 2020.txt", True)]
    writer.forget_descriptor(deposit, "org1", "d1" * 32, "org2")
    assert (found("合同", "org2"), found("合同", "org1")) == ([], [("合同 2020.txt", True)])
    writer.forget_descriptor(deposit, "org1", "d2" * 32, "org1")  # another one was erased
    assert found("合同", "org1") == [("合同 2020.txt", True)]


def described(holder: str, number: int) -> Opened:
    """A descriptor that a holder has opened, of a deposit of org1."""
    descriptor = {"about": "", "content": "", "format": "zhulian/descriptor/1", "name": "合同 2020.txt", "text": ""}
    entry = {"commitment": "d1" * 32, "descriptor": descriptor, "owner": "org1", "salt": "00" * 32}
    return Opened(number, "aa" * 32, "", "", "", [entry], holder)


class Given:
    """Texts that a test gives."""

    def __init__(self, texts: list[Opened]) -> None:
        self._texts = texts

    def after(self, number: int, limit: int) -> list[Opened]:
        return [each for each in self._texts if each.number > number and each.instance][:limit]
