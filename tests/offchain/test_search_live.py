"""Searching a running chain, and importing into it: solo and a network, by the command line and the SDK, with every hit held against the chain."""

import csv
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from tests.offchain.test_import import ROWS, workbook
from zhulian.client import Chain, FromNode, connect, connect_async
from zhulian.client.errors import IndexDiffers, NotProvedAnyMore, Unreachable
from zhulian.client.importing.errors import BadPlan, RowInvalid
from zhulian.client.importing.plans import Plan, read_plan

LEASE = Path(__file__).parent / "lease.yaml"
APP = "hz-lease"
_PLACES = (("西湖区文三路一号", "flat"), ("上城区解放路二号", "shop"), ("西湖区龙井路三号", "flat"))


def url_of(home: Path) -> str:
    return str(json.loads((home / "run" / "node.json").read_bytes())["url"])


def until_indexed(url: str, seconds: float = 30) -> None:
    """Wait until the index has reached the ledger."""
    end = time.monotonic() + seconds
    while True:
        found = httpx.get(f"{url}/v1/index", timeout=10, trust_env=False)
        height = httpx.get(f"{url}/v1/status", timeout=10, trust_env=False).json()["height"]
        if found.status_code == 200 and found.json()["height"] >= height:
            return
        assert time.monotonic() < end, found.text
        time.sleep(0.05)


def file_leases(chain: Chain) -> None:
    """An application with three leases, one of which has ended."""
    chain.scenario.publish(LEASE)
    chain.scenario.open("lease", as_=APP)
    app = chain.app(APP)
    app.admit("lessor", "org1")
    for number, (place, kind) in enumerate(_PLACES, 1):
        app.file(number=f"HT-2020-{number}", place=place, kind=kind, rent="1000.50", memo="押金已付讫")
    app.end("HT-2020-2")


@pytest.fixture(scope="module")
def leases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """A running node with the application, indexed."""
    node = LiveNode(tmp_path_factory.mktemp("leases") / "home")
    node.start()
    try:
        with connect(url_of(node.home), home=node.home) as chain:
            file_leases(chain)
        until_indexed(url_of(node.home))
        yield node
    finally:
        node.stop()


@pytest.fixture
def here(leases: LiveNode, monkeypatch: pytest.MonkeyPatch) -> LiveNode:
    monkeypatch.setenv("ZHULIAN_HOME", str(leases.home))
    return leases


def test_search__finds_two_characters_and_proves_each_hit(here: LiveNode, run: Run, tmp_path: Path) -> None:  # noqa: F811
    found = run("search", "合同 2020", "--json").document
    titles = [each["title"]["zh"] for each in found["hits"]]
    assert titles[:3] == ["租赁合同 HT-2020-3", "租赁合同 HT-2020-2", "租赁合同 HT-2020-1"]
    assert all(each["proved"] and "fault" not in each for each in found["hits"])
    assert found["height"] == found["ledger_height"]
    shown = run("search", "文三", "--prove", tmp_path / "proofs", "--lang", "zh")
    assert "坐落：西湖区【文三】路一号" in shown.out
    assert "均已与链上核对" in shown.out
    proofs = sorted((tmp_path / "proofs").iterdir())
    assert [each.name.split(".", 2)[2] for each in proofs] == ["proof.json", "receipt.json"]
    for each in proofs:
        assert run("verify", each, "--genesis", here.home / "genesis.json").status == 0
    assert [each["key"] for each in run("search", "--party", "org1", "--state", "ended", "--json").document["hits"]] == [
        "hz-lease/contract/HT-2020-2"
    ]
    assert run("search", "--kind", "alert", "--json").document["hits"][0]["content"]["instance"] == APP
    assert run("search", "合同", "--since", "2030-01-01", "--json").document["hits"] == []
    assert run("search", "合同", "--since", "1.1.2030").status == 2
    assert "index/6" in run("search", "，").err


def test_search__of_what_ones_own_keys_open(here: LiveNode) -> None:
    with connect(url_of(here.home), home=here.home) as chain:
        assert chain.search("押金").hits == ()
        mine = chain.search("押金", own=True).hits
        assert [each.fault for each in mine] == [None, None, None]
        assert all(each.private and each.text.zh.endswith("押金已付讫") for each in mine)
        with connect(url_of(here.home), "org2.clerk", home=here.home) as other:
            assert other.search("押金", own=True).hits == ()
    asked = httpx.get(f"{url_of(here.home)}/v1/search", params={"q": "押金", "own": "1"}, trust_env=False)
    assert (asked.status_code, asked.json()["code"]) == (401, "gateway/25")


@pytest.mark.anyio
async def test_search__awaits_the_same_and_gives_figures(here: LiveNode) -> None:
    async with await connect_async(url_of(here.home), home=here.home) as chain:
        page = await chain.search("西湖区", limit=1)
        assert page.next is not None
        more = await chain.search("西湖区", limit=1, after=page.next)
        assert {page.hits[0].key, more.hits[0].key} == {"hz-lease/contract/HT-2020-1", "hz-lease/contract/HT-2020-3"}
        app = await chain.app(APP)
        rows = await app.figures("contract", field="rent", by="kind")
        assert [(each["title"]["zh"], each["shown"]["zh"]) for each in rows] == [("住宅", "2,001.00 元"), ("商铺", "1,000.50 元")]
        assert [(each["title"]["en"], each["value"]) for each in await app.figures("contract", by="state")] == [
            ("Ended", "1"),
            ("Filed", "2"),
        ]
        with pytest.raises(FromNode) as no:
            await chain.search("合同", after="nonsense")
        assert no.value.code == "index/7"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("state", "UPDATE documents SET state = 'filed' WHERE key LIKE '%HT-2020-2'"),
        ("title", "UPDATE documents SET title_zh = '租赁合同 HT-2020-9' WHERE key LIKE '%HT-2020-2'"),
        ("text", "UPDATE documents SET text_en = text_en || '; paid' WHERE key LIKE '%HT-2020-2'"),
        ("fields", "UPDATE documents SET content = replace(content, '100050', '100051') WHERE key LIKE '%HT-2020-2'"),
        ("height", "UPDATE documents SET height = height - 1 WHERE key LIKE '%HT-2020-2'"),
        ("place", "UPDATE documents SET place = replace(place, 'HT-2020-2', 'HT-2020-1') WHERE key LIKE '%HT-2020-2'"),
        (
            "key",
            "UPDATE documents SET key = 'hz-lease/contract/HT-2020-9', place = replace(place, '-2\"', '-9\"') WHERE key LIKE '%HT-2020-2'",
        ),
        ("definition", "UPDATE documents SET definition = 'ab' WHERE key LIKE '%HT-2020-2'"),
    ],
)
def test_search__names_a_row_that_somebody_has_changed(here: LiveNode, run: Run, part: str, change: str) -> None:  # noqa: F811
    file = here.home / "index" / "index.db"
    with sqlite3.connect(file, timeout=30) as tables:
        before = tables.execute("SELECT * FROM documents WHERE key LIKE '%HT-2020-2'").fetchall()
        tables.execute(change)
    tables.close()
    try:
        done = run("search", "解放路", "--json")
        assert done.status == 1
        assert [each["fault"]["fields"]["part"] for each in done.document["hits"]] == [part]
        assert done.document["hits"][0]["fault"]["code"] == IndexDiffers.code
        assert "client/17" in run("search", "解放路").out
        assert run("search", "解放路", "--no-check").status == 0
    finally:
        with sqlite3.connect(file, timeout=30) as tables:
            places = ", ".join("?" * len(before[0]))
            tables.executemany(f"INSERT OR REPLACE INTO documents VALUES ({places})", before)
        tables.close()


def test_search__says_where_the_node_cannot_prove_at_the_height_of_the_index(here: LiveNode) -> None:
    def move(by: int) -> None:
        with sqlite3.connect(here.home / "index" / "index.db", timeout=30) as tables:
            tables.execute("UPDATE progress SET height = height + ?", (by,))
        tables.close()

    move(1_000)
    try:
        with connect(url_of(here.home), home=here.home) as chain:
            assert [type(each.fault) for each in chain.search("解放路").hits] == [NotProvedAnyMore]
    finally:
        move(-1_000)


@pytest.mark.crash
def test_index__comes_back_when_it_is_killed_and_the_node_goes_on(here: LiveNode, run: Run) -> None:  # noqa: F811
    log = here.home / "logs" / "index.log"
    started = [json.loads(line) for line in log.read_text().splitlines() if '"started"' in line]
    os.kill(started[-1]["pid"], signal.SIGKILL)
    end = time.monotonic() + 30
    with connect(url_of(here.home), home=here.home) as chain:
        chain.app(APP).file(number="HT-2021-4", place="滨江区江南大道四号", kind="shop", rent="3.00")
    while len([line for line in log.read_text().splitlines() if '"started"' in line]) == len(started):
        assert time.monotonic() < end
        time.sleep(0.05)
    until_indexed(url_of(here.home))
    assert [each["key"] for each in run("search", "江南大道", "--json").document["hits"]] == ["hz-lease/contract/HT-2021-4"]
    assert run("index", "rebuild", "--json").document["height"] == run("index", "status", "--json").document["height"]
    assert [each["key"] for each in run("search", "江南大道", "--json").document["hits"]] == ["hz-lease/contract/HT-2021-4"]


# What importing needs of a running chain plays at the same node.


def test_import__tries_names_bad_rows_and_registers_each_good_one_once(
    here: LiveNode,
    run: Run,  # noqa: F811
    tmp_path: Path,
) -> None:
    table, plan = workbook(tmp_path / "leases.xlsx", ROWS), tmp_path / "plan.json"
    made = run("import", "plan", table, "--app", APP, "--action", "file", "--out", plan, "--json").document
    assert made["unset"] == []
    assert made["inputs"]["place"] == "column:坐落"
    tried = run("import", "dry-run", plan, table, "--report", tmp_path / "bad.csv", "--json")
    assert tried.status == 1
    bad = tried.document["bad"]
    assert [(each["code"], each["fields"]["row"]) for each in bad] == [(RowInvalid.code, row) for row in (3, 4, 5)]
    assert "用途" in bad[0]["zh"]
    rows = list(csv.reader((tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [row[0] for row in rows[1:]] == ["3", "4", "5"]
    with connect(url_of(here.home), home=here.home) as chain:
        before = chain.head()["height"]
        assert "第 3 行：“用途”" in run("import", "dry-run", plan, table, "--lang", "zh").out
        assert chain.head()["height"] == before  # nothing was written
        done = run("import", "run", plan, table, "--json").document
        assert (done["rows"], done["registered"], done["before"], len(done["bad"])) == (5, 2, 0, 3)
        fact = chain.app(APP).record("contract", "HT-2024-5")
        assert (fact.fields["rent"], fact.state) == (1_250, "filed")
        sealed = chain.sealed.find(chain.app(APP).record("contract", "HT-2024-1").fields["memo"])  # as by the form
        assert (sealed.owner, sealed.guarded) == ("org1", False)
        again = run("import", "run", plan, table, "--json").document
        assert (again["registered"], again["before"], len(again["bad"])) == (0, 2, 3)
        mended = workbook(tmp_path / "leases.xlsx", [ROWS[0], ["HT-2024-2", "拱墅区湖墅南路二号", "flat", "2600", ""], ROWS[4]])
        last = run("import", "run", plan, mended, "--json")
        assert (last.status, last.document["registered"], last.document["before"]) == (0, 1, 2)


def test_import__tries_what_repeats_a_key_within_the_table(
    here: LiveNode,
    run: Run,  # noqa: F811 (the fixture of that name)
    tmp_path: Path,
) -> None:
    rows = [
        ["HT-2026-1", "拱墅区湖墅南路一号", "castle", 10, ""],
        ["HT-2026-1", "拱墅区湖墅南路二号", "flat", 11, ""],
        ["HT-2026-1", "拱墅区湖墅南路三号", "shop", 12, ""],
        ["HT-2026-2", "拱墅区湖墅南路四号", "shop", 13, ""],
        ["HT-2026-2", "拱墅区湖墅南路四号", "shop", 13, ""],
    ]
    table, plan = workbook(tmp_path / "leases.xlsx", rows), tmp_path / "plan.json"
    run("import", "plan", table, "--app", APP, "--action", "file", "--out", plan)
    tried = run("import", "dry-run", plan, table, "--json")
    bad = {each["fields"]["row"]: each["en"] for each in tried.document["bad"]}
    assert (tried.status, list(bad)) == (1, [2, 4, 6])  # a bad row takes no key, so that the third row is good
    assert "the key HT-2026-1 is that of row 3 too" in bad[4]
    done = run("import", "run", plan, table, "--json").document
    assert [each["fields"]["row"] for each in done["bad"]] == list(bad)  # the trial said what would come
    assert done["registered"] == 2


def test_import__goes_on_where_the_node_went_away(
    here: LiveNode,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "leases.csv"
    path.write_text(
        "合同编号,坐落,用途,月租金\n" + "".join(f"HT-2025-{number},湖滨路{number}号,flat,{number}\n" for number in range(1, 7))
    )
    inputs = {
        "number": "column:合同编号",
        "place": "column:坐落",
        "kind": "column:用途",
        "rent": "column:月租金",
        "memo": "value:导入",
    }
    plan = Plan(app=APP, action="file", inputs=inputs)
    with connect(url_of(here.home), home=here.home) as chain:
        app = chain.app(APP)
        send, sent = chain.line.perform, 0

        def perform(effect: Any) -> Any:
            nonlocal sent
            if getattr(effect, "path", "") == "/v1/transactions":
                sent += 1
                if sent == 4:
                    send(effect)  # it arrives, and the answer is lost
                if sent >= 4:
                    raise Unreachable(url="http://x", why=_words(), sent=True)
            return send(effect)

        app.core.core.patience_s = 0.1
        monkeypatch.setattr(chain.line, "perform", perform)
        monkeypatch.setattr("zhulian.client.submit._delays", lambda: iter([0.0]))
        with pytest.raises(Exception, match=r".") as gone:
            app.import_rows(plan, path, path)
        assert type(gone.value).__name__ in ("Unreachable", "OutcomeUnknown")
        monkeypatch.undo()
        found = app.import_rows(plan, path, path)
        assert (found.bad, found.rows) == ((), 6)
        assert found.registered + found.before == 6
        assert found.before >= 3
        assert all(app.record("contract", f"HT-2025-{number}").state == "filed" for number in range(1, 7))


def _words() -> Any:
    from zhulian.errors import Words

    return Words("试", "a try")


def test_plan__must_fit_the_table_and_the_action(here: LiveNode, tmp_path: Path) -> None:
    path = tmp_path / "leases.csv"
    path.write_text("a;b\n1;2\n")
    file = tmp_path / "plan.json"
    for text in (
        "{",
        '{"format":"zhulian/import/9","app":"x","action":"y","inputs":{}}',
        '{"app":"x","extra":1,"action":"y","inputs":{}}',
    ):
        file.write_text(text)
        with pytest.raises(BadPlan):
            read_plan(file)
    with pytest.raises(BadPlan):
        read_plan(tmp_path / "none.json")
    with connect(url_of(here.home), home=here.home) as chain:
        app = chain.app(APP)
        for inputs, on in (
            ({"nothing": "column:a"}, []),
            ({"number": "column:c"}, []),
            ({"number": "a"}, []),
            ({"number": "column:a"}, ["c"]),
        ):
            with pytest.raises(BadPlan):
                app.import_try(Plan(app=APP, action="file", inputs=inputs, on=on), file, path)
