"""The alert desk: who, when and why; what is closed stays closed; the feed tells everything once."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import BadIndexCursor
from zhulian.offchain.watch.desk import Desk
from zhulian.offchain.watch.errors import AlertClosed, NoSuchAlert, NotAtThisDesk, ReasonDue
from zhulian.offchain.watch.finding import AlertBook
from zhulian.offchain.watch.tables import Alert

ALERT = {"id": "al-1", "instance": "post", "height": 3, "time_ms": 3_000}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "alerts")


def row(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"al-{number:016x}", "source": "rule", "instance": "post", "rule": "dear", "level": "high" if number % 3 else "low",
        "title_zh": "预警", "title_en": "Alert", "label": "org1", "record": "", "transaction": "", "height": number, "time_ms": number * 1000,
        "figures": "{}", "ended_height": 0, "ended_ms": 0, **more,
    }  # fmt: skip


@pytest.fixture
def book(tmp_path: Path, desk: Desk) -> AlertBook:
    database = Database("", tmp_path / "index")
    database.migrate()
    with database.writing() as connection:
        connection.execute(
            sa.insert(Alert), [row(number) for number in range(1, 31)] + [row(31, ended_height=33, ended_ms=33_000)]
        )
    return AlertBook(database, desk)


def test_handle__keeps_who_when_and_why(tmp_path: Path, desk: Desk) -> None:
    assert desk.standing(["al-1"]) == {"al-1": {"state": "open", "assigned": ""}}
    desk.handle(ALERT, "assigned", "org1.chief", 10, assigned="org1.clerk")
    desk.handle(ALERT, "acknowledged", "org1.clerk", 20)
    assert desk.handle(ALERT, "closed", "org1.clerk", 30, why="已核实") == {"state": "closed", "assigned": "org1.clerk"}
    desk.close()
    again = Desk(tmp_path / "alerts")
    assert again.history("al-1") == [
        {"what": "assigned", "who": "org1.chief", "at_ms": 10, "assigned": "org1.clerk"},
        {"what": "acknowledged", "who": "org1.clerk", "at_ms": 20},
        {"what": "closed", "who": "org1.clerk", "at_ms": 30, "why": "已核实"},
    ]
    for what in ("assigned", "acknowledged", "closed"):
        with pytest.raises(AlertClosed) as no:
            again.handle(ALERT, what, "org1.other", 40, why="again")
        assert no.value.who == "org1.clerk"
    assert [each["event"]["type"] for each in again.feed(0, 10)] == ["alert.assigned", "alert.acknowledged", "alert.closed"]
    again.close()


@pytest.mark.parametrize("why", ["", "  "])
def test_close__takes_a_reason(desk: Desk, why: str) -> None:
    with pytest.raises(ReasonDue):
        desk.handle(ALERT, "closed", "org1.clerk", 30, why=why)
    assert desk.standing(["al-1"])["al-1"]["state"] == "open"
    assert desk.feed(0, 10) == []


def test_feed__tells_each_alert_once_however_often_it_comes(book: AlertBook, desk: Desk) -> None:
    desk.publish(book.fresh(-1, 20), 20)
    desk.publish(book.fresh(-1, 20), 20)  # as after a stop between the index and the desk
    desk.publish(book.fresh(20, 40), 40)
    told = [(each["event"]["type"], each["event"]["id"]) for each in desk.feed(0, 100)]
    assert told == [("alert.raised", f"al-{number:016x}") for number in range(1, 32)] + [("alert.ended", "al-000000000000001f")]
    assert (desk.published, desk.newest) == (40, desk.feed(0, 100)[-1]["number"])
    assert desk.feed(desk.newest, 10) == []


def test_page__goes_through_everything_once(book: AlertBook, desk: Desk) -> None:
    for number in (3, 4, 5):
        desk.handle({"id": f"al-{number:016x}"}, "acknowledged", "org1.clerk", 1)
    seen: list[str] = []
    after = ""
    while True:
        found = book.page(state="", level="", instance="", after=after, limit=7)
        seen += [each["id"] for each in found["items"]]
        if found["next"] is None:
            break
        after = found["next"]
    assert seen == [f"al-{number:016x}" for number in range(31, 0, -1)]
    acknowledged = book.page(state="acknowledged", level="", instance="", after="", limit=50)["items"]
    assert [each["height"] for each in acknowledged] == [5, 4, 3]
    assert [each["height"] for each in book.page(state="open", level="low", instance="", after="", limit=2)["items"]] == [30, 27]
    assert book.page(state="", level="", instance="other", after="", limit=5) == {"items": [], "next": None}
    assert book.one("al-0000000000000003")["history"][0]["who"] == "org1.clerk"
    with pytest.raises(NoSuchAlert):
        book.one("al-ffff")
    for cursor in ("x", "1", "-1.a", "９.a", "1" * 20 + ".a"):
        with pytest.raises(BadIndexCursor):
            book.page(state="", level="", instance="", after=cursor, limit=5)
    assert NotAtThisDesk.code == "watch/6"
