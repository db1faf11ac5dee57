"""Who is told of what: every event that concerns people, in the words of its definition."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from zhulian.errors import Words
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.proving import BeforeSnapshot
from zhulian.offchain.index.blocks import Background, Happened, ReadBlock
from zhulian.offchain.notices.book import Book, Person
from zhulian.offchain.notices.errors import EventsGone
from zhulian.offchain.notices.gathering import of_alert, of_blocks, of_certificates
from zhulian.offchain.notices.messages import Writer
from zhulian.offchain.notices.service import Notices

LEASE = (Path(__file__).parents[1] / "lease.yaml").read_bytes()
ANNA = Person("org1.o7", mail="a@b.test")
BO = Person("org2.clerk", mail="b@b.test")
CAI = Person("~" + "0" * 32, mail="c@b.test")
PEOPLE = (ANNA, BO, CAI)
AT = {"instance": "hz", "record": "contract", "key": "HT-2020-1"}


def _background() -> Background:
    made = Background("Asia/Shanghai", {"org1": Words("甲", "A")})
    made.instances["hz"] = {"definition": "d"}
    made.trees["d"] = read_definition(LEASE).tree
    return made


def _told(event: dict[str, Any], people: tuple[Person, ...] = PEOPLE) -> list[tuple[str, str, str, str]]:
    block = ReadBlock(7, "ab", 1_766_880_000_000, [], [Happened(3, "", event)])
    found = list(of_blocks([block], _background(), people))
    assert {notice.key for _, notice in found} <= {"7/3"}
    return [(person.name, notice.kind, notice.title.zh, notice.text.zh) for person, notice in found]


def test_notified__goes_to_the_party_in_the_words_of_the_definition() -> None:
    event = {"type": "scenario.notified", "cause": "actions.file.do[1]", "party": "org1", **AT}
    assert _told(event) == [("org1.o7", "tasks", "房屋租赁备案：租赁合同 HT-2020-1", "合同已备案")]
    assert _told({**event, "party": CAI.name})[0][0] == CAI.name
    assert "请登录" in _told({**event, "cause": "nothing.such"})[0][3]
    assert _told({**event, "instance": "unknown"})[0][2] == "unknown：contract HT-2020-1"


@pytest.mark.parametrize(
    ("event", "who", "kind", "words"),
    [
        ({"type": "scenario.proposed", "action": "file", "expires": 1_766_880_000, "instance": "hz", "proposal": "ab" * 16}, 3, "tasks", "“备案”等待签署，编号 abababababababab，截止 2025-12-28 08:00"),
        ({"type": "govern.proposed", "closes": 1_766_880_000, "proposal": "cd" * 16}, 3, "tasks", "待表决"),
        ({"type": "share.requested", "entry": "e1", "owner": "org2", "purpose": "查验", "requester": "org3"}, 1, "tasks", "org3 申请使用目录项 e1，用途：查验"),
        ({"type": "share.emergency_opened", "content": "ef" * 32, "opening": "o", "owner": "org1", "reader": "org3", "reason": "r"}, 1, "alerts", "org3 未经授权紧急调阅"),
        ({"type": "scenario.timer_ran", "due": 1, "timer": "due", **AT}, 3, "expiries", "“due”已执行"),
        ({"type": "scenario.timer_rested", "code": "asset/3", "due": 1, "timer": "due", **AT}, 3, "alerts", "asset/3"),
    ],
)  # fmt: skip
def test_events__reach_whom_they_concern(event: dict[str, Any], who: int, kind: str, words: str) -> None:
    found = _told(event)
    assert len(found) == who
    assert {each[1] for each in found} == {kind}
    assert all(words in each[3] for each in found)


def test_events__that_concern_nobody_are_left_out() -> None:
    assert _told({"type": "evidence.deposited", "deposit": "ab", "party": "org1"}) == []


def test_wishes__are_kept() -> None:
    event = {"type": "scenario.timer_ran", "due": 1, "timer": "due", **AT}
    few = (
        Person("org1.a", mail="x@b.test", kinds=("tasks",)),
        Person("org1.b", mail="x@b.test", apps=("other",)),
        Person("org1.c", mail="x@b.test", stopped_ms=1),
        Person("org1.d", mail="x@b.test", apps=("hz",)),
    )
    assert [each[0] for each in _told(event, few)] == ["org1.d"]


def test_alerts__go_to_all_and_assignments_to_one() -> None:
    alert = {"id": "a1", "instance": "hz", "level": "high", "title": {"zh": "逾期", "en": "Late"}, "about": "HT-1", "height": 3}
    raised = list(of_alert(5, {**alert, "type": "alert.raised"}, PEOPLE))
    assert [person for person, _ in raised] == list(PEOPLE)
    assert (raised[0][1].key, raised[0][1].text.zh) == ("alert/5", "级别：高；HT-1")
    given = list(of_alert(6, {**alert, "type": "alert.assigned", "assigned": "org2.clerk", "why": "请核实"}, PEOPLE))
    assert [(person, notice.kind, notice.text.zh) for person, notice in given] == [(BO, "tasks", "该预警已指派给您。请核实")]
    assert list(of_alert(7, {**alert, "type": "alert.closed"}, PEOPLE)) == []


@pytest.mark.parametrize(("left_s", "days"), [(86_400 * 31, None), (86_400 * 20, 30), (86_400 * 3, 7), (3_600, 1), (-5, 1)])
def test_certificates__are_told_of_before_they_end(left_s: int, days: int | None) -> None:
    now = 1_766_880_000
    found = list(of_certificates([("org1.o7", "f", now + left_s)], _background(), PEOPLE, now))
    assert [person for person, _ in found] == ([] if days is None else [ANNA])
    assert [notice.key for _, notice in found] == ([] if days is None else [f"certificate/f/{days}"])


def test_step__says_which_blocks_are_gone_and_goes_on_behind_them(tmp_path: Path) -> None:
    class FromSnapshot:
        async def follow(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
            if after_height < 4:
                raise BeforeSnapshot(first=5, what=str(after_height + 1))
            return []

    book = Book(tmp_path)
    book.begin(1, 0)
    given: Any = FromSnapshot()
    nobody: Any = None
    notices = Notices(book, Writer("zl", "", b"s"), {}, given, nobody, frozenset({"org1"}), tmp_path, "secret")
    assert asyncio.run(notices.step()) == 4
    assert asyncio.run(notices.step()) == 4
    gap = book.status()["gap"]
    assert (gap["code"], gap["fields"]) == (EventsGone.code, {"first": 2, "last": 4})
    assert "2" in gap["en"]
    book.close()
