"""What no rule of the chain reads: pages, watch rules and stories."""

import re

from zhulian.language.definition.faults import FormBad, KeyMissing
from zhulian.language.definition.normalise.effects import LEVELS
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.shapes import Record
from zhulian.language.definition.verdicts import StepShape
from zhulian.language.definition.views import (
    Amount,
    Cast,
    Chart,
    Given,
    ListPage,
    Pages,
    PublicPage,
    Step,
    Story,
    Voice,
    Watch,
    With,
)
from zhulian.language.source import Mapping, Node, Scalar
from zhulian.language.source import Sequence as ListNode

__all__ = ["read_pages", "read_story", "read_watch"]

_SHOWN = re.compile(r"[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30}){0,2}")
_SIGNER = re.compile(r"[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30})?")
_OVER = re.compile(r"(actions|records|timers|totals)\.([a-z][a-z0-9_]{0,30})")
_OF = re.compile(r"count|sum\(([a-z][a-z0-9_]{0,30})\)")
_STEP = ("who", "does", "on", "with", "refused", "alerts", "wait", "see", "say")
SPOKEN_MAX = 4096


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


def read_watch(reader: Reader, name: str, node: Node, path: str) -> Watch:
    """One watch rule."""
    known = ("over", "by", "distinct", "window", "raise", "level", "title")
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
        window=reader.span(parts["window"], f"{path}.window") if "window" in parts else "1d",
        raises=reader.code(parts["raise"], f"{path}.raise") if "raise" in parts else "x",
        level=reader.word(parts["level"], f"{path}.level", LEVELS) if "level" in parts else "medium",
    )


def read_story(reader: Reader, name: str, node: Node, path: str) -> Story:
    """One story."""
    parts = reader.parts(node, path, ("title", "cast", "given", "steps"), ("title", "cast", "steps"))
    cast = reader.named(parts["cast"], f"{path}.cast", 32) if "cast" in parts else ()
    given = reader.several(parts["given"], f"{path}.given", 64) if "given" in parts else ()
    steps = reader.several(parts["steps"], f"{path}.steps") if "steps" in parts else ()
    return Story(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        cast=tuple(Cast(name=player, roles=reader.names(value, below, 8)) for player, value, below in cast),
        given=tuple(found for each, below in given for found in _given(reader, each, below)),
        steps=tuple(_step(reader, each, below) for each, below in steps),
    )


def _given(reader: Reader, node: Node, path: str) -> list[Given]:
    parts = reader.parts(node, path, ("balance", "setting", "today"))
    found: list[Given] = []
    if "balance" in parts:
        of, amounts = "", []
        for who, value, below in reader.named(parts["balance"], f"{path}.balance", 64, kept=frozenset()):
            if who == "of":
                of = reader.name(value, below)
            else:
                amounts.append(Amount(who=who, amount=reader.plain(value, below)))
        if not of:
            reader.fault(KeyMissing, parts["balance"], f"{path}.balance", key="of")
        found.append(Given(kind="balance", of=of, amounts=tuple(amounts)))
    for setting, value, below in reader.named(parts["setting"], f"{path}.setting", 64) if "setting" in parts else ():
        found.append(Given(kind="setting", of=setting, value=reader.plain(value, below)))
    if "today" in parts:
        found.append(Given(kind="today", value=reader.plain(parts["today"], f"{path}.today")))
    return found


def _step(reader: Reader, node: Node, path: str) -> Step:
    parts = reader.parts(node, path, _STEP)
    acts = "does" in parts
    if acts + ("wait" in parts) + ("see" in parts) != 1 or acts != ("who" in parts):
        reader.fault(StepShape, node, path)
        return Step()
    for key in ("on", "with", "refused"):
        if key in parts and not acts:
            reader.fault(StepShape, parts[key], f"{path}.{key}")
    on = reader.several(parts["on"], f"{path}.on") if "on" in parts else ()
    return Step(
        who=_voices(reader, parts["who"], f"{path}.who") if acts else (),
        does=reader.name(parts["does"], f"{path}.does") if acts else "",
        on=tuple(reader.plain(each, below) for each, below in on),
        inputs=_withs(reader, parts["with"], f"{path}.with") if "with" in parts else (),
        refused=reader.name(parts["refused"], f"{path}.refused") if "refused" in parts else "",
        alerts=reader.names(parts["alerts"], f"{path}.alerts") if "alerts" in parts else (),
        wait=reader.span(parts["wait"], f"{path}.wait") if "wait" in parts else "",
        see=reader.code(parts["see"], f"{path}.see") if "see" in parts else "",
        say=reader.text(parts["say"], f"{path}.say") if "say" in parts else None,
    )


def _voices(reader: Reader, node: Node, path: str) -> tuple[Voice, ...]:
    if isinstance(node, Mapping):
        named = reader.named(node, path, 8)
        return tuple(Voice(name=name, signers=_signers(reader, value, below)) for name, value, below in named)
    return (Voice(signers=_signers(reader, node, path)),)


def _signers(reader: Reader, node: Node, path: str) -> tuple[str, ...]:
    found: list[str] = []
    for each, below in reader.several(node, path, 16):
        text = reader.form(each, below, _SIGNER, "icbc.maker")
        found.append(text if _SIGNER.fullmatch(text) else "x")
    return tuple(found)


def _withs(reader: Reader, node: Node, path: str) -> tuple[With, ...]:
    found: list[With] = []
    for name, value, below in reader.named(node, path, 64):
        if isinstance(value, ListNode):
            items = tuple(reader.plain(each, f"{below}[{index}]", SPOKEN_MAX) for index, each in enumerate(value.items))
            found.append(With(name=name, values=items))
        elif isinstance(value, Scalar):
            found.append(With(name=name, value=reader.plain(value, below, SPOKEN_MAX)))
        else:
            reader.fault(FormBad, value, below, found="{…}", example="amount: '100'")
    return tuple(found)
