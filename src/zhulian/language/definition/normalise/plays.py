"""What no rule of the chain reads: pages and watch rules."""

import re

from zhulian.language.definition.faults import KeyMissing
from zhulian.language.definition.normalise.effects import LEVELS
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.shapes import Record
from zhulian.language.definition.views import Chart, ListPage, Pages, PublicPage, Watch
from zhulian.language.source import Node

__all__ = ["read_pages", "read_watch"]

_SHOWN = re.compile(r"[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30}){0,2}")
_OVER = re.compile(r"(actions|records|timers|totals)\.([a-z][a-z0-9_]{0,30})")
_OF = re.compile(r"count|sum\(([a-z][a-z0-9_]{0,30})\)")


def read_pages(reader: Reader, node: Node, path: str, records: tuple[Record, ...]) -> Pages:
    """Public pages, lists and the board."""
    parts = reader.parts(node, path, ("public", "list", "board"))
    public: list[PublicPage] = []
    for each, below in reader.several(parts["public"], f"{path}.public") if "public" in parts else ():
        inner = reader.parts(each, below, ("record", "show"), ("record", "show"))
        if "record" in inner and "show" in inner:
            record = reader.name(inner["record"], f"{below}.record")
            public.append(PublicPage(record=record, show=_shown(reader, inner["show"], f"{below}.show")))
    lists: list[ListPage] = []
    for each, below in reader.several(parts["list"], f"{path}.list") if "list" in parts else ():
        inner = reader.parts(each, below, ("record", "columns", "filter"), ("record", "columns"))
        if "record" in inner and "columns" in inner:
            chosen = _shown(reader, inner["filter"], f"{below}.filter") if "filter" in inner else ()
            columns = _shown(reader, inner["columns"], f"{below}.columns")
            lists.append(ListPage(record=reader.name(inner["record"], f"{below}.record"), columns=columns, filter=chosen))
    board = reader.several(parts["board"], f"{path}.board") if "board" in parts else ()
    return Pages(
        public=tuple(public), lists=tuple(lists), board=tuple(_chart(reader, each, below, records) for each, below in board)
    )


def _shown(reader: Reader, node: Node, path: str) -> tuple[str, ...]:
    found: list[str] = []
    for each, below in reader.several(node, path, 64):
        text = reader.form(each, below, _SHOWN, "debtor.name")
        if _SHOWN.fullmatch(text):
            found.append(text)
    return tuple(found)


def _chart(reader: Reader, node: Node, path: str, records: tuple[Record, ...]) -> Chart:
    parts = reader.parts(node, path, ("chart", "of", "by", "record", "title"), ("chart", "of"))
    of = reader.form(parts["of"], f"{path}.of", _OF, "sum(amount)") if "of" in parts else "count"
    match = _OF.fullmatch(of)
    if "record" not in parts and len(records) != 1:
        reader.fault(KeyMissing, node, path, key="record")
    return Chart(
        chart=reader.word(parts["chart"], f"{path}.chart", ("bar", "line", "pie", "number")) if "chart" in parts else "bar",
        kind="sum" if match and match.group(1) else "count",
        field=(match.group(1) or "") if match else "",
        record=reader.name(parts["record"], f"{path}.record") if "record" in parts else records[0].name if records else "x",
        by=reader.name(parts["by"], f"{path}.by") if "by" in parts else "",
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else None,
    )


def read_watch(reader: Reader, name: str, node: Node, path: str, beside: tuple[str, ...] = ()) -> Watch:
    """One watch rule; keys `beside` its own are somebody else's."""
    known = (*beside, "over", "by", "distinct", "sum", "window", "raise", "level", "title")
    parts = reader.parts(node, path, known, ("over", "window", "raise", "title"))
    over = reader.form(parts["over"], f"{path}.over", _OVER, "actions.pass_on") if "over" in parts else ""
    match = _OVER.fullmatch(over)
    kind, of = (match.group(1), match.group(2)) if match else ("actions", "x")
    return Watch(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        kind="records" if kind == "records" else "timers" if kind == "timers" else "totals" if kind == "totals" else "actions",
        of=of,
        by=reader.code(parts["by"], f"{path}.by") if "by" in parts else None,
        distinct=reader.code(parts["distinct"], f"{path}.distinct") if "distinct" in parts else None,
        sum=reader.code(parts["sum"], f"{path}.sum") if "sum" in parts else None,
        window=reader.span(parts["window"], f"{path}.window") if "window" in parts else "1d",
        raises=reader.code(parts["raise"], f"{path}.raise") if "raise" in parts else "x",
        level=reader.word(parts["level"], f"{path}.level", LEVELS) if "level" in parts else "medium",
    )
