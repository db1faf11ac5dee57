"""Registering records from tables: a plan, a dry run that names each bad row, a run that can be repeated, and hostile tables."""

import csv
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from tests.offchain.test_search_live import APP, here, leases, url_of  # noqa: F401 (fixtures)
from zhulian.client import connect
from zhulian.client.errors import Unreachable
from zhulian.client.importing import sheets
from zhulian.client.importing.errors import BadPlan, RowInvalid, SheetTooLarge, SheetUnreadable
from zhulian.client.importing.plans import Plan, read_plan
from zhulian.client.importing.sheets import harmless_cell, read_sheet

HEADINGS = ["合同编号", "坐落", "用途", "月租金", "备注"]
ROWS: list[list[Any]] = [
    ["HT-2024-1", "拱墅区湖墅南路一号", "flat", 2500, "押一付三"],
    ["HT-2024-2", "拱墅区湖墅南路二号", "castle", 2600, ""],
    ["HT-2024-3", "拱墅区湖墅南路三号", "shop", -5, ""],
    ["nonsense", "拱墅区湖墅南路四号", "shop", 10, ""],
    ["HT-2024-5", "拱墅区湖墅南路五号", "shop", 12.5, "=cmd|' /C calc'!A0"],
]


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(HEADINGS)
    for row in rows:
        page.append(row)
    book.save(path)
    return path


def test_import__tries_names_bad_rows_and_registers_each_good_one_once(
    here: LiveNode,  # noqa: F811
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
        again = run("import", "run", plan, table, "--json").document
        assert (again["registered"], again["before"], len(again["bad"])) == (0, 2, 3)
        mended = workbook(tmp_path / "leases.xlsx", [ROWS[0], ["HT-2024-2", "拱墅区湖墅南路二号", "flat", "2600", ""], ROWS[4]])
        last = run("import", "run", plan, mended, "--json")
        assert (last.status, last.document["registered"], last.document["before"]) == (0, 1, 2)


def test_import__goes_on_where_the_node_went_away(
    here: LiveNode,  # noqa: F811
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


def test_plan__must_fit_the_table_and_the_action(here: LiveNode, tmp_path: Path) -> None:  # noqa: F811
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


def test_sheet__reads_what_offices_save(tmp_path: Path) -> None:
    plain = tmp_path / "a.csv"
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        plain.write_bytes('编号;名称\r\n1;甲\r\n\r\n2;"乙;丙"\r\n'.encode(encoding))
        read = read_sheet(plain)
        assert read.headings == ("编号", "名称")
        assert [(row.number, row.cells) for row in read.rows] == [
            (2, {"编号": "1", "名称": "甲"}),
            (4, {"编号": "2", "名称": "乙;丙"}),
        ]
    book = read_sheet(workbook(tmp_path / "a.xlsx", ROWS))
    assert book.rows[4].cells["月租金"] == "12.5"
    assert [row.number for row in book.rows] == [2, 3, 4, 5, 6]


def test_sheet__refuses_bombs_and_nonsense(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 64 * 1024 * 1024)
    many = tmp_path / "many.xlsx"
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(2_100):
            archive.writestr(f"x{number}", b"")
    for path in (bomb, many):
        with pytest.raises(SheetTooLarge):
            read_sheet(path)
    entity = tmp_path / "entity.xlsx"
    workbook(entity, ROWS)
    with zipfile.ZipFile(entity) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    laugh = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"<workbook", laugh + b"<workbook", 1)
    with zipfile.ZipFile(entity, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    wrong = {
        "x.xlsx": b"PK\x03\x04no",
        "x.csv": b"\xff\xfe\x00\x00",
        "y.csv": b"",
        "z.csv": b"a,a\n1,2\n",
        "n.csv": b"a\x00,b\n",
        "q.csv": b'a,b\n"1',
    }
    for name, data in wrong.items():
        (tmp_path / name).write_bytes(data)
    for path in (entity, tmp_path / "none.csv", *(tmp_path / name for name in wrong)):
        with pytest.raises(SheetUnreadable):
            read_sheet(path)
    with pytest.raises(SheetUnreadable):
        read_sheet(workbook(tmp_path / "b.xlsx", ROWS), "没有这张表")
    for bound, text in (
        ("ROWS_MAX", "a\n1\n2\n3\n"),
        ("COLUMNS_MAX", "a,b,c\n"),
        ("CELL_CHARACTERS_MAX", "aaa\n"),
        ("FILE_BYTES_MAX", "aaaa"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(sheets, bound, 2)
            (tmp_path / "big.csv").write_text(text)
            with pytest.raises(SheetTooLarge):
                read_sheet(tmp_path / "big.csv")


@given(st.text(max_size=12))
def test_report__holds_no_cell_that_begins_a_formula(text: str) -> None:
    assert harmless_cell(text)[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
    assert harmless_cell(text).removeprefix("'") == text.removeprefix("'")
