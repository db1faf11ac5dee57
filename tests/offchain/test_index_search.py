"""Searches and figures over rows that were written as the index writes them, on both databases."""

import asyncio
import random
from typing import Any

import pytest
import sqlalchemy as sa

from zhulian.errors import Words
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.drafts import Draft
from zhulian.offchain.index.errors import BadIndexCursor, NoSuchTotal, NothingAsked
from zhulian.offchain.index.finding import WINDOW, Finder
from zhulian.offchain.index.methods import Search, Totals
from zhulian.offchain.index.telling import Telling
from zhulian.offchain.index.totals import KeptTotals, Totaller
from zhulian.offchain.index.writing import Writer

DAY_MS = 86_400_000
START_MS = 1_700_000_000_000
MANY = 2_500


def draft(number: int, **more: Any) -> Draft:
    kind = "租赁合同" if number % 2 else "买卖合同"
    title = Words(f"{kind} HT-{2015 + number % 10}-{number}", f"Contract HT-{2015 + number % 10}-{number}")
    text = Words(f"坐落：西湖区第{number}号，由第{number % 7}处保管", f"kept at office {number % 7}")
    fields = {"kind": "lease" if number % 2 else "sale", "amount": 2**53 - 1}
    state = "filed" if number % 5 else "ended"
    made = Draft(
        "record", f"hz/contract/{number}", {"fields": {}}, ("scenario/records", "hz", "contract", str(number)), "hz", "contract"
    )
    made.height = made.first_height = number + 1
    made.time_ms = made.first_ms = START_MS + number * DAY_MS // 100
    made.transaction = f"{number:064x}"
    made.telling = Telling(title, text, (f"org{number % 50}",), state, fields)
    for name, value in more.items():
        setattr(made, name, value)
    return made


@pytest.fixture
def filled(database: Database) -> Database:
    Writer(database).begin("zl-test", 0, [draft(number) for number in range(MANY)], "Asia/Shanghai")
    return database


def keys(found: dict[str, Any]) -> list[int]:
    return [int(each["key"].rsplit("/", 1)[1]) for each in found["hits"]]


def test_search__finds_by_words_and_conditions(filled: Database) -> None:
    finder = Finder(filled)
    newest = keys(finder.search(Search(text="租赁 2020", limit=100)))
    assert newest
    assert all(number % 2 and number % 10 == 5 for number in newest)
    assert newest[0] > MANY - 20
    assert keys(finder.search(Search(text="西湖区第77号"))) == [77]
    assert keys(finder.search(Search(text="合同", party="org10", state="ended", limit=3))) == [2460, 2410, 2360]
    assert all(each % 50 == 7 for each in keys(finder.search(Search(party="org7", limit=100))))
    assert keys(finder.search(Search(text="合同", record="contract", instance="hz", kind="record", limit=1))) == [MANY - 1]
    assert keys(finder.search(Search(text="合同", kind="alert"))) == []
    assert keys(finder.search(Search(text=f"{77:064x}"))) == [77]
    assert keys(finder.search(Search(text="contract office", limit=1))) == [MANY - 1]
    between = Search(text="合同", since_ms=START_MS + DAY_MS, until_ms=START_MS + 2 * DAY_MS, limit=100)
    assert sorted(keys(finder.search(between))) == list(range(100, 200))
    assert keys(finder.search(Search(since_ms=START_MS + 999 * DAY_MS))) == []


def test_search__finds_by_values_of_fields(filled: Database) -> None:
    finder = Finder(filled)
    sales = Search(kind="record", instance="hz", record="contract", fields=(("kind", "sale"),), limit=100)
    assert keys(finder.search(sales)) == list(range(MANY - 2, MANY - 202, -2))
    ended = Search(instance="hz", state="ended", fields=(("kind", "sale"),), text="西湖", limit=3)
    assert keys(finder.search(ended)) == [2490, 2480, 2470]
    assert keys(finder.search(Search(fields=(("kind", "sale"), ("kind", "lease"))))) == []
    assert keys(finder.search(Search(fields=(("kind", "gift"),)))) == []
    assert keys(finder.search(Search(fields=(("kind' OR 1=1 --", "sale"),)))) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"text": "合同"},
        {"fields": (("kind", "lease"),)},
        {"instance": "hz", "record": "contract"},
        {"party": "org7"},
        {"text": "租赁", "state": "filed"},
        {"text": "第3处", "instance": "hz"},
    ],
)
def test_search__pages_through_everything_once(filled: Database, asked: dict[str, Any]) -> None:
    finder = Finder(filled)
    seen: list[int] = []
    after = ""
    while True:
        found = finder.search(Search(**asked, after=after, limit=100))
        seen += keys(found)
        after = found["next"]
        if not after:
            break
    assert len(seen) == len(set(seen))
    wanted = {
        "合同": lambda number: True,
        "": lambda number: number % 50 == 7,
        "租赁": lambda number: number % 2 and number % 5,
        "第3处": lambda number: number % 7 == 3,
        "lease": lambda number: number % 2,
        "hz": lambda number: True,
    }[asked.get("text") or dict(asked.get("fields", ())).get("kind") or asked.get("instance", "")]
    assert set(seen) == {number for number in range(MANY) if wanted(number)}
    assert WINDOW < MANY


def test_search__marks_words_and_refuses_what_asks_for_nothing(filled: Database) -> None:
    finder = Finder(filled)
    hit = finder.search(Search(text="西湖区第77号"))["hits"][0]
    marked = hit["marked"]["text_zh"]
    start, end = marked["marks"][0]
    assert marked["text"][start:end] == "西湖区第"
    for asked in (Search(), Search(text="，！？"), Search(text="   ", party="")):
        with pytest.raises(NothingAsked):
            finder.search(asked)
    for cursor in ("x", "1.", "-1.0", "1.0.0", "９.0"):
        with pytest.raises(BadIndexCursor):
            finder.search(Search(text="合同", after=cursor))


@pytest.mark.parametrize(
    "text",
    [
        '"合同" OR 1=1',
        "合同'; DROP TABLE documents;--",
        "tokens MATCH *",
        "NEAR(a b)",
        "title:合同",
        "a:* & !b",
        "\x00合同",
        "％_％合同",
    ],
)
def test_search__takes_whatever_is_typed_as_words(filled: Database, text: str) -> None:
    finder = Finder(filled)
    finder.search(Search(text=text))
    assert finder.search(Search(text="合同"))["hits"]


def test_search__shows_opened_texts_to_their_holder_alone(filled: Database) -> None:
    own = draft(9_000, holder="org1", key="hz/contract/7", content={"fields": {}, "opened": [], "public": ["", ""]})
    own.telling = Telling(Words("租赁合同 HT-2022-7", "Contract"), Words("押金已付", "押金已付"), ("org7",), "filed", {})
    with filled.writing() as connection:
        Writer(filled).put(connection, [own], MANY + 1, "Asia/Shanghai")
    finder = Finder(filled)
    assert finder.search(Search(text="押金"))["hits"] == []
    assert finder.search(Search(text="押金", holders=("org2",)))["hits"] == []
    found = finder.search(Search(text="押金", holders=("org1",)))["hits"]
    assert [(each["key"], each["private"]) for each in found] == [("hz/contract/7", True)]
    both = finder.search(Search(text="租赁", party="org7", holders=("org1",), limit=100))["hits"]
    assert sum(each["key"] == "hz/contract/7" for each in both) == 1


def test_totals__count_and_add_up_beyond_64_bits(filled: Database) -> None:
    totaller = Totaller(filled)
    by_state = totaller.totals(Totals("hz", "contract", "count", by="state"))["rows"]
    assert {each["group"]: each["value"] for each in by_state} == {"ended": "500", "filed": "2000"}
    whole = totaller.totals(Totals("hz", "contract", "sum", "amount"))["rows"]
    assert whole == [{"count": MANY, "group": "", "value": str(MANY * (2**53 - 1))}]
    by_kind = totaller.totals(Totals("hz", "contract", "sum", "amount", "kind"))["rows"]
    value = str(MANY // 2 * (2**53 - 1))
    assert by_kind == [{"count": MANY // 2, "group": each, "value": value} for each in ("lease", "sale")]
    days = totaller.totals(Totals("hz", "contract", "count", by="day"))["rows"]
    assert days == sorted(days, key=lambda row: row["group"])
    assert sum(int(each["value"]) for each in days) == MANY
    assert [len(each["group"]) for each in totaller.totals(Totals("hz", "contract", "count", by="year"))["rows"]] == [4]
    assert totaller.totals(Totals("hz", "nothing", "count"))["rows"] == []
    for wrong in (Totals("hz", "contract", "sum"), Totals("hz", "contract", "count", "amount")):
        with pytest.raises(NoSuchTotal):
            totaller.totals(wrong)


def test_rows__are_replaced_where_a_document_changes(filled: Database) -> None:
    chance = random.Random(1)
    changed = [draft(number, id=number + 1) for number in chance.sample(range(MANY), 40)]
    for each in changed:
        each.telling = Telling(Words("已更名", "renamed"), Words("", ""), ("org99",), "ended", {})
    with filled.writing() as connection:
        Writer(filled).put(connection, changed, MANY + 1, "Asia/Shanghai")
    finder = Finder(filled)
    assert len(keys(finder.search(Search(text="更名", limit=100)))) == 40
    assert len(keys(finder.search(Search(party="org99", limit=100)))) == 40
    assert not set(keys(finder.search(Search(text="合同", party="org7", limit=100)))) & {
        int(e.key.rsplit("/", 1)[1]) for e in changed
    }
    with filled.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM documents")).scalar() == MANY


def test_index__of_the_shape_before_is_filled_anew(filled: Database) -> None:
    """Its documents have no tokens for conditions, so that the follower begins again at the first block."""
    with filled.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))
    filled.migrate()
    with filled.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM progress")).scalar() == 0
    Writer(filled).begin("zl-test", 0, [draft(number) for number in range(60)], "Asia/Shanghai")
    assert keys(Finder(filled).search(Search(text="合同", party="org10"))) == [10]


def test_search__meets_rare_conditions_among_common_words(filled: Database) -> None:
    with filled.writing() as connection:
        rare = draft(
            MANY, telling=Telling(Words("租赁合同", "Contract"), Words("坐落", "at"), ("org999", "ab" * 32), "disputed", {})
        )
        Writer(filled).put(connection, [rare], 10 * MANY, "Asia/Shanghai")
    finder = Finder(filled)
    for condition in ({"party": "org999"}, {"party": "ab" * 32}, {"state": "disputed"}):
        assert keys(finder.search(Search(text="合同", **condition))) == [MANY]  # type: ignore[arg-type]
    assert keys(finder.search(Search(text="合同", party="org999", state="filed"))) == []


def test_tidying__changes_no_answer_and_comes_to_an_end(filled: Database) -> None:
    finder = Finder(filled)
    before = finder.search(Search(text="租赁 2020", limit=100))
    for _ in range(1_000):
        if not filled.tidy():
            break
    else:
        pytest.fail("there is always more to do")
    assert finder.search(Search(text="租赁 2020", limit=100)) == before


@pytest.mark.anyio
async def test_totals__that_take_long_are_counted_once_and_given_again_while_newer_ones_are_counted() -> None:
    asked, counted, now = Totals("hz", "contract", "count"), [], [0.0]

    def slow(_: Totals) -> dict[str, Any]:
        counted.append(1)
        now[0] += 2
        return {"height": len(counted), "rows": []}

    kept = KeptTotals(slow, lambda: now[0])
    first = await asyncio.gather(*(kept.totals(asked) for _ in range(5)))
    assert [each["height"] for each in first] == [1] * 5
    now[0] += 39
    assert (await kept.totals(asked))["height"] == 1
    assert len(counted) == 1
    now[0] += 2
    assert (await kept.totals(asked))["height"] == 1, "nobody waits twice"
    await asyncio.sleep(0.3)
    assert (await kept.totals(asked))["height"] == 2


@pytest.mark.anyio
async def test_totals__that_are_quick_are_counted_each_time_and_a_refusal_is_not_kept() -> None:
    asked, counted = Totals("hz", "contract", "count"), []

    def quick(_: Totals) -> dict[str, Any]:
        counted.append(1)
        if len(counted) == 2:
            raise NoSuchTotal(record="contract", field="-", by="-", why=Words("无", "none"))
        return {"height": len(counted), "rows": []}

    kept = KeptTotals(quick)
    assert (await kept.totals(asked))["height"] == 1
    with pytest.raises(NoSuchTotal):
        await kept.totals(asked)
    assert (await kept.totals(asked))["height"] == 3
