"""Lists of records: what narrows them, their pages by cursor, and their export as CSV, row by row in bounded memory."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from zhulian.client.apps.handle import AsyncApp
from zhulian.client.reading import Page as Rows
from zhulian.console.parts.html import Safe, join, link, state, table, tag
from zhulian.language.view.shapes import ColumnView, RecordView, View

if TYPE_CHECKING:
    from starlette.datastructures import QueryParams

    from zhulian.console.context import Page, Reader

__all__ = ["Narrowing", "record_list", "rows_of", "to_record"]

_ROWS: Final = 50
_EXPORTED: Final = 100
"""How many records an export asks for at a time."""
_COLUMNS_MAX: Final = 6
_WORDS_MAX: Final = 200
_FINDABLE: Final = ("choice", "party", "bool")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


@dataclass(frozen=True)
class Narrowing:
    """What a list is narrowed to: words, a state, values of choices and parties; and whether the newest come first."""

    words: str = ""
    state: str = ""
    where: Mapping[str, str] = field(default_factory=dict)
    newest: bool = False

    @classmethod
    def read(cls, query: "QueryParams", view: View, record: RecordView) -> "Narrowing":
        """What an address asks for; what the list does not offer is left out."""
        states = {each.name for each in record.states}
        where = {each.path: query[f"w.{each.path}"] for each in _filters(view, record) if query.get(f"w.{each.path}")}
        chosen = query.get("state", "")
        return cls(
            query.get("q", "").strip()[:_WORDS_MAX],
            chosen if chosen in states else "",
            {name: value[:128] for name, value in where.items()},
            query.get("order") == "newest",
        )

    @property
    def is_found(self) -> bool:
        """Whether conditions are set: what the index finds comes with the newest first, in no other order."""
        return bool(self.words or self.state or self.where)

    def query(self) -> list[tuple[str, str]]:
        """The same as an address has it."""
        found = [("q", self.words), ("state", self.state), ("order", "newest" if self.newest else "")]
        return [*((name, value) for name, value in found if value), *((f"w.{name}", value) for name, value in self.where.items())]

    async def page(self, app: AsyncApp, record: str, after: str, limit: int) -> Rows:
        """A page of the records.

        Raises:
            Refusal: the gateway's or the index's.
        """
        return await app.records(
            record, words=self.words, state=self.state, where=self.where, newest=self.newest, after=after or None, limit=limit
        )


async def record_list(page: "Page", app: AsyncApp, view: View, record: RecordView, after: str, narrowing: Narrowing) -> Safe:
    """A page of records with what narrows it, the next page, and its export.

    Raises:
        Refusal: the gateway's or the index's.
    """
    found = await narrowing.page(app, record.name, after, _ROWS)
    columns = _columns(view, record)[:_COLUMNS_MAX]
    rows: list[list[object]] = []
    for each in found.items:
        cells: list[object] = [to_record(app.instance, record.name, each["key"])]
        cells += [_cell(page, each, column.path) for column in columns]
        if record.states:
            cells.append(state("at", _state(page, record, each)))
        rows.append(cells)
    title, query = page.both(record.title), narrowing.query()
    here = f"/apps/{app.instance}?{urlencode([('record', record.name), *query])}"
    none = page.say("list.none") if query or after else page.say("work.none", title=title)
    onward = [link(f"{here}&after={quote(found.next)}", page.say("work.more"))] if found.next else []
    if after:
        onward.insert(0, link(here, page.say("list.first")))
    if rows:
        onward.append(link(f"/export/{app.instance}/{record.name}?{urlencode(query)}", page.say("list.export")))
    shown = await _narrowed_by(page, app, view, record, narrowing) if rows or query else Safe("")
    line: object = tag("p", join(onward, " · "), class_="onward") if onward else ""
    return join([tag("h2", title), shown, table(_heads(page, record, columns), rows, empty=none), line])


async def rows_of(page: "Reader", app: AsyncApp, view: View, record: RecordView, narrowing: Narrowing) -> AsyncIterator[bytes]:
    """The records as CSV that spreadsheets open (UTF-8 with its mark), a page of them at a time.

    Raises:
        Refusal: the gateway's or the index's; what was given until then stands.
    """
    columns = _columns(view, record)
    yield b"\xef\xbb\xbf" + _line(_heads(page, record, columns))
    after = ""
    while True:
        found = await narrowing.page(app, record.name, after, _EXPORTED)
        lines = []
        for each in found.items:
            cells = [str(each["key"]), *(_cell(page, each, column.path) for column in columns)]
            lines.append(_line([*cells, _state(page, record, each)] if record.states else cells))
        yield b"".join(lines)
        if not found.next:
            return
        after = found.next


def to_record(instance: str, record: str, key: str) -> Safe:
    """A link to a record by its key."""
    return link(f"/apps/{instance}/records/{record}/{quote(key)}", key)


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([f"'{each}" if each.startswith(_FORMULA) else each for each in cells])
    return text.getvalue().encode()


def _columns(view: View, record: RecordView) -> list[ColumnView]:
    listed: list[ColumnView] = next((each.columns for each in view.lists if each.record == record.name), [])
    return [each for each in listed if each.path not in ("state", *record.key)]


def _filters(view: View, record: RecordView) -> list[ColumnView]:
    """The filters of the definition whose values can be chosen from; the others are found by words."""
    types = {each.name: each.type for each in record.fields}
    listed: list[ColumnView] = next((each.filters for each in view.lists if each.record == record.name), [])
    return [each for each in listed if types.get(each.path) in _FINDABLE]


def _heads(page: "Reader", record: RecordView, columns: list[ColumnView]) -> list[str]:
    named = {each.name: page.both(each.title) for each in record.fields}
    key = " · ".join(named.get(each, each) for each in record.key) or "ID"
    return [key, *(page.both(each.title) for each in columns), *([page.say("col.state")] if record.states else [])]


def _state(page: "Reader", record: RecordView, item: Mapping[str, Any]) -> str:
    found = str(item.get("state", ""))
    return next((page.both(each.title) for each in record.states if each.name == found), found)


def _cell(page: "Reader", item: Mapping[str, Any], path: str) -> str:
    value = item.get("fields", {}).get(path, "")
    return page.both(value) if isinstance(value, dict) and "zh" in value else str(value)


async def _narrowed_by(page: "Page", app: AsyncApp, view: View, record: RecordView, narrowing: Narrowing) -> Safe:
    """The conditions, as a form that works by itself; open where one is set."""
    name = f"n-{record.name}"
    fields = [tag("input", type="hidden", name="record", value=record.name)]
    fields.append(_labelled(page.say("list.words"), tag("input", type="search", name="q", value=narrowing.words, maxlength=200)))
    if record.states:
        states = [(each.name, page.both(each.title)) for each in record.states]
        fields.append(_labelled(page.say("col.state"), _choice(page, "state", states, narrowing.state)))
    types = {each.name: each for each in record.fields}
    for each in _filters(view, record):
        kind = types[each.path]
        if kind.type == "party":
            options = list((await page.parties()).items())
        elif kind.type == "bool":
            options = [("true", page.say("list.true")), ("false", page.say("list.false"))]
        else:
            options = [(one.name, page.both(one.title)) for one in kind.options]
        fields.append(
            _labelled(page.both(each.title), _choice(page, f"w.{each.path}", options, narrowing.where.get(each.path, "")))
        )
    if not narrowing.is_found:
        orders = [("newest", page.say("list.newest"))]
        order = _choice(page, "order", orders, "newest" if narrowing.newest else "", page.say("list.bykey"))
        fields.append(_labelled(page.say("list.order"), order))
    fields.append(tag("button", page.say("list.show"), type="submit", class_="plain"))
    form = tag("form", *fields, method="get", action=f"/apps/{app.instance}", class_="narrow", id=name)
    said = page.say("list.narrowed") if narrowing.is_found else page.say("list.narrow")
    return tag("details", tag("summary", said), form, open="" if narrowing.query() else None)


def _labelled(title: str, control: Safe) -> Safe:
    return tag("label", tag("span", title), control)


def _choice(page: "Page", name: str, options: list[tuple[str, str]], chosen: str, every: str = "") -> Safe:
    first = tag("option", every or page.say("list.every"), value="")
    rest = [tag("option", title, value=value, selected="" if value == chosen else None) for value, title in options]
    return tag("select", first, *rest, name=name)
