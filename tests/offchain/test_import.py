"""Registering records from tables: a plan, a dry run that names each bad row, a run that can be repeated, and hostile tables."""

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.client.importing import sheets
from zhulian.client.importing.errors import SheetTooLarge, SheetUnreadable
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
