"""Reading rows of text from CSV and Excel files that come from anywhere, within bounds."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from zhulian.client.importing.errors import SheetTooLarge, SheetUnreadable
from zhulian.errors import Words

__all__ = ["ROWS_MAX", "Row", "Sheet", "harmless_cell", "read_sheet"]

FILE_BYTES_MAX = 64 * 1024 * 1024
UNPACKED_BYTES_MAX = 512 * 1024 * 1024
UNPACKED_RATIO_MAX = 200
ENTRIES_MAX = 2_000
ROWS_MAX = 200_000
COLUMNS_MAX = 200
CELL_CHARACTERS_MAX = 8_192
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it, and its cells as text by heading; empty cells are left out."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """The headings, in their order, and the rows below them that are not empty."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path, sheet: str = "") -> Sheet:
    """The rows of a `.csv` or `.xlsx` file; `sheet` names one of a workbook, else its first.

    Raises:
        SheetUnreadable: it is no such file, has no headings, or two alike. SheetTooLarge: naming the bound.
    """
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise SheetTooLarge(path=str(path), what=Words("文件字节数", "bytes of the file"), most=FILE_BYTES_MAX)
        lines = _workbook(path, sheet) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path)
        return _sheet(path, lines)
    except OSError as wrong:
        raise SheetUnreadable(path=str(path), why=Words.quote(wrong.strerror or wrong)) from None


def _sheet(path: Path, lines: Iterator[tuple[int, Sequence[str]]]) -> Sheet:
    headings: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, cells in lines:
        if len(cells) > COLUMNS_MAX:
            raise SheetTooLarge(path=str(path), what=Words("列数", "columns"), most=COLUMNS_MAX)
        if any(len(each) > CELL_CHARACTERS_MAX for each in cells):
            raise SheetTooLarge(
                path=str(path),
                what=Words(f"第 {number} 行单元格字数", f"characters in a cell of row {number}"),
                most=CELL_CHARACTERS_MAX,
            )
        if not any(cells):
            continue
        if not headings:
            headings = tuple(cells)
            named = [each for each in headings if each]
            if len(set(named)) != len(named):
                double = next(each for each in named if named.count(each) > 1)
                raise SheetUnreadable(
                    path=str(path), why=Words(f"有两列同名“{double[:40]}”", f"two columns are called {double[:40]!r}")
                )
            continue
        if len(rows) >= ROWS_MAX:
            raise SheetTooLarge(path=str(path), what=Words("行数", "rows"), most=ROWS_MAX)
        rows.append(Row(number, {name: cell for name, cell in zip(headings, cells, strict=False) if name and cell}))
    if not headings:
        raise SheetUnreadable(path=str(path), why=Words("没有标题行", "there is no row of headings"))
    return Sheet(tuple(each for each in headings if each), tuple(rows))


def _csv(path: Path) -> Iterator[tuple[int, Sequence[str]]]:
    data = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise SheetUnreadable(path=str(path), why=Words("既不是 UTF-8 也不是 GB 18030 编码", "it is neither UTF-8 nor GB 18030"))
    if "\x00" in text:
        raise SheetUnreadable(path=str(path), why=Words("不是文本文件", "it is no text"))
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for cells in reader:
            yield reader.line_num, [each.strip() for each in cells]
    except csv.Error as wrong:
        raise SheetUnreadable(path=str(path), why=Words.quote(wrong)) from None


def _workbook(path: Path, sheet: str) -> Iterator[tuple[int, Sequence[str]]]:
    _require_small(path)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, AttributeError) as wrong:
        raise SheetUnreadable(path=str(path), why=Words.quote(wrong)) from None
    try:
        if sheet and sheet not in book.sheetnames:
            raise SheetUnreadable(path=str(path), why=Words(f"没有名为“{sheet[:40]}”的工作表", f"it has no sheet {sheet[:40]!r}"))
        chosen = book[sheet] if sheet else book.worksheets[0]
        if hasattr(chosen, "reset_dimensions"):
            chosen.reset_dimensions()  # the stated size is anybody's claim
        for number, cells in enumerate(chosen.iter_rows(values_only=True, max_col=COLUMNS_MAX + 1), 1):
            if number > ROWS_MAX * 2:
                raise SheetTooLarge(path=str(path), what=Words("行数", "rows"), most=ROWS_MAX)
            values = [_text(each) for each in cells]
            while values and not values[-1]:
                values.pop()
            yield number, values
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, IndexError, AttributeError) as wrong:
        raise SheetUnreadable(path=str(path), why=Words.quote(wrong)) from None
    finally:
        book.close()


def _require_small(path: Path) -> None:
    """Hold that a workbook, which is an archive, does not unpack to many times its size.

    Raises:
        SheetTooLarge, SheetUnreadable.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as wrong:
        raise SheetUnreadable(path=str(path), why=Words.quote(wrong)) from None
    unpacked, packed = sum(each.file_size for each in entries), sum(each.compress_size for each in entries)
    if len(entries) > ENTRIES_MAX:
        raise SheetTooLarge(path=str(path), what=Words("压缩包内文件数", "files in the archive"), most=ENTRIES_MAX)
    if unpacked > UNPACKED_BYTES_MAX:
        raise SheetTooLarge(path=str(path), what=Words("解压后字节数", "bytes unpacked"), most=UNPACKED_BYTES_MAX)
    if unpacked > UNPACKED_RATIO_MAX * max(packed, 64 * 1024):
        raise SheetTooLarge(path=str(path), what=Words("压缩比", "times its packed size"), most=UNPACKED_RATIO_MAX)


def _text(value: Any) -> str:
    """A cell as people would write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
    return str(value).strip()


def harmless_cell(text: str) -> str:
    """The text as it may stand in a CSV file that a spreadsheet opens: nothing in it begins a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠") else text
