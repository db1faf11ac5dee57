"""A whole definition: every top-level part in the order in which later parts need earlier ones."""

import re
from collections.abc import Callable
from typing import Any

from zhulian.language.definition.faults import NothingCalled
from zhulian.language.definition.limits import ACTIONS_MAX, TIMERS_MAX
from zhulian.language.definition.normalise.actions import read_action, read_timer
from zhulian.language.definition.normalise.effects import read_values
from zhulian.language.definition.normalise.kinds import read_field, read_fields
from zhulian.language.definition.normalise.parties import read_keys
from zhulian.language.definition.normalise.plays import read_pages, read_watch
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.normalise.records import read_instance, read_record
from zhulian.language.definition.normalise.stories import read_story
from zhulian.language.definition.shapes import Asset, Moved, NamedText, Record, Role, Seat, Ticket, Total, Upgrade, Use
from zhulian.language.definition.verdicts import KeptAndMoved, UpgradeBackwards
from zhulian.language.definition.views import Tree
from zhulian.language.definition.words import GLOBAL_WORDS, KEYWORDS, RECORD_WORDS, ROLE_WORDS
from zhulian.language.source import Mapping, Node

__all__ = ["normalise"]

_TOP = (
    "scenario", "version", "title", "about", "covers", "uses", "settings", "roles", "assets", "tickets", "refusals", "records",
    "instance", "totals", "actions", "timers", "upgrade", "watch", "assumes", "pages", "stories",
)  # fmt: skip
_COVERS = re.compile(r"[A-Z][0-9]{1,2}")
_TARGET = re.compile(r"([a-z][a-z0-9_]{0,30})\.([a-z][a-z0-9_]{0,30})")


def normalise(root: Mapping) -> tuple[Tree, Reader]:
    """The tree, with the reader that kept the faults and the places."""
    reader = Reader(_record_names(root))
    parts = reader.parts(root, "", _TOP, ("scenario", "version", "title", "roles", "records", "actions"))
    more: dict[str, Any] = {}
    _head(reader, parts, more)
    for part, (read, kept) in _NAMED.items():
        if part in parts:
            more[part] = tuple(read(reader, *each) for each in reader.named(parts[part], part, kept=kept))
    if "settings" in parts:
        settings = reader.named(parts["settings"], "settings")
        more["settings"] = tuple(read_field(reader, name, value, below, open_to_all=True) for name, value, below in settings)
    if "refusals" in parts:
        refusals = reader.named(parts["refusals"], "refusals")
        more["refusals"] = tuple(NamedText(name=name, text=reader.text(value, below)) for name, value, below in refusals)
    records = tuple(
        read_record(reader, name, value, below)
        for name, value, below in (reader.named(parts["records"], "records", 64, RECORD_WORDS) if "records" in parts else ())
    )
    if "instance" in parts:
        more["instance"] = read_instance(reader, parts["instance"], "instance")
    _acts(reader, parts, more, records)
    if "upgrade" in parts:
        more["upgrade"] = _upgrade(reader, parts["upgrade"], "upgrade", more["version"])
    if "watch" in parts:
        more["watch"] = tuple(read_watch(reader, *each) for each in reader.named(parts["watch"], "watch", 64))
    if "pages" in parts:
        more["pages"] = read_pages(reader, parts["pages"], "pages", records)
    if "stories" in parts:
        more["stories"] = tuple(read_story(reader, *each) for each in reader.named(parts["stories"], "stories", 64))
    return Tree(language=1, records=records, **more), reader


def _record_names(root: Mapping) -> frozenset[str]:
    """The names that fields may have as their type."""
    found: list[str] = []
    for part in ("records", "uses"):
        node = root.get(part)
        for key, value in node.pairs if isinstance(node, Mapping) else ():
            if part == "records" or (isinstance(value, Mapping) and "record" in value.keys):
                found.append(key.text)
    return frozenset(found)


def _head(reader: Reader, parts: dict[str, Node], more: dict[str, Any]) -> None:
    more["scenario"] = reader.name(parts["scenario"], "scenario", kept=KEYWORDS) if "scenario" in parts else "x"
    more["version"] = reader.count(parts["version"], "version", 1_000_000) if "version" in parts else 1
    more["title"] = reader.text(parts["title"], "title") if "title" in parts else NO_TEXT
    if "about" in parts:
        more["about"] = reader.text(parts["about"], "about")
    if "covers" in parts:
        found = [reader.form(each, below, _COVERS, "C1") for each, below in reader.several(parts["covers"], "covers", 16)]
        more["covers"] = tuple(each for each in found if _COVERS.fullmatch(each))
    if "assumes" in parts:
        more["assumes"] = tuple(reader.text(each, below) for each, below in reader.several(parts["assumes"], "assumes", 64))


def _acts(reader: Reader, parts: dict[str, Node], more: dict[str, Any], records: tuple[Record, ...]) -> None:
    by_name = {each.name: each for each in records}
    if "instance" in more:
        by_name["instance"] = more["instance"]
    if "actions" in parts:
        actions = reader.named(parts["actions"], "actions", ACTIONS_MAX)
        more["actions"] = tuple(read_action(reader, name, value, below, by_name) for name, value, below in actions)
    if "timers" in parts:
        timers = reader.named(parts["timers"], "timers", TIMERS_MAX)
        more["timers"] = tuple(read_timer(reader, name, value, below, by_name) for name, value, below in timers)


def _use(reader: Reader, name: str, node: Node, path: str) -> Use:
    known = ("asset", "record", "title", "currency", "unit", "scale", "key", "fields", "actions")
    parts = reader.parts(node, path, known)
    kind = "record" if "record" in parts else "asset"
    scenario = what = "x"
    if kind in parts:
        match = _TARGET.fullmatch(reader.form(parts[kind], f"{path}.{kind}", _TARGET, "settlement.cny"))
        scenario, what = match.groups() if match else ("x", "x")
    else:
        reader.parts(node, path, known, ("asset",))
    more: dict[str, Any] = {"currency": "CNY", "unit": "fen"} if kind == "asset" else {}
    for key in ("currency", "unit"):
        if key in parts:
            more[key] = reader.plain(parts[key], f"{path}.{key}", 16)
    if "scale" in parts:
        more["scale"] = reader.count(parts["scale"], f"{path}.scale", 9, 0)
    for key in ("key", "actions"):
        if key in parts:
            more[key] = reader.names(parts[key], f"{path}.{key}")
    if "fields" in parts:
        more["fields"] = read_fields(reader, parts["fields"], f"{path}.fields")
    if "title" in parts:
        more["title"] = reader.text(parts["title"], f"{path}.title")
    return Use(name=name, kind="record" if kind == "record" else "asset", scenario=scenario, what=what, **more)


def _role(reader: Reader, name: str, node: Node, path: str) -> Role:
    parts = reader.parts(node, path, ("title", "admitted_by", "seats", "persons", "keys"), ("title", "admitted_by"))
    seats = reader.named(parts["seats"], f"{path}.seats", 8) if "seats" in parts else ()
    return Role(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        admitted_by=reader.name(parts["admitted_by"], f"{path}.admitted_by") if "admitted_by" in parts else "x",
        seats=tuple(Seat(name=seat, title=reader.text(value, below)) for seat, value, below in seats),
        persons=reader.flag(parts["persons"], f"{path}.persons") if "persons" in parts else False,
        keys=read_keys(reader, parts["keys"], f"{path}.keys") if "keys" in parts else "",
    )


def _asset(reader: Reader, name: str, node: Node, path: str) -> Asset:
    parts = reader.parts(node, path, ("title", "unit", "scale", "currency", "per", "taken_by"), ("title", "unit"))
    more: dict[str, Any] = {}
    if "scale" in parts:
        more["scale"] = reader.count(parts["scale"], f"{path}.scale", 9, 0)
    if "currency" in parts:
        more["currency"] = reader.plain(parts["currency"], f"{path}.currency", 3)
    if "per" in parts:
        more["per"] = reader.name(parts["per"], f"{path}.per")
    if "currency" not in more and "unit" in parts and reader.plain(parts["unit"], f"{path}.unit", 16) == "fen":
        more["currency"] = "CNY"
    if "taken_by" in parts:
        more["taken_by"] = reader.names(parts["taken_by"], f"{path}.taken_by")
    return Asset(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        unit=reader.plain(parts["unit"], f"{path}.unit", 16) if "unit" in parts else "x",
        **more,
    )


def _ticket(reader: Reader, name: str, node: Node, path: str) -> Ticket:
    parts = reader.parts(node, path, ("title", "holder", "agency", "record", "valid"), ("title", "holder", "agency"))
    return Ticket(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        holder=reader.name(parts["holder"], f"{path}.holder") if "holder" in parts else "x",
        agency=reader.name(parts["agency"], f"{path}.agency") if "agency" in parts else "x",
        record=reader.name(parts["record"], f"{path}.record") if "record" in parts else "",
        valid=reader.span(parts["valid"], f"{path}.valid") if "valid" in parts else None,
    )


def _total(reader: Reader, name: str, node: Node, path: str) -> Total:
    parts = reader.parts(node, path, ("sum", "count", "of", "where", "title"))
    record, field = "x", ""
    if "sum" in parts:
        match = _TARGET.fullmatch(reader.form(parts["sum"], f"{path}.sum", _TARGET, "loan.left"))
        record, field = match.groups() if match else ("x", "x")
    elif "count" in parts:
        record = reader.name(parts["count"], f"{path}.count")
    else:
        reader.parts(node, path, ("sum", "count", "of", "where", "title"), ("sum",))
    of = ""
    if "of" in parts:
        match = _TARGET.fullmatch(reader.form(parts["of"], f"{path}.of", _TARGET, "loan.deal"))
        of = match.group(2) if match else "x"
        if match and record not in ("x", match.group(1)):
            what = {"what_zh": "汇总的记录", "what_en": "record that is totalled"}
            reader.fault(NothingCalled, parts["of"], f"{path}.of", name=match.group(1), known=record, **what)
    return Total(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else None,
        kind="sum" if "sum" in parts else "count",
        record=record,
        field=field,
        of=of,
        where=reader.code(parts["where"], f"{path}.where") if "where" in parts else None,
    )


def _upgrade(reader: Reader, node: Node, path: str, version: int) -> Upgrade:
    parts = reader.parts(node, path, ("from", "keep", "move", "notice"), ("from", "notice"))
    before = reader.count(parts["from"], f"{path}.from", 1_000_000) if "from" in parts else 1
    if "from" in parts and before >= version:
        reader.fault(UpgradeBackwards, parts["from"], f"{path}.from", version=before)
    keep = reader.names(parts["keep"], f"{path}.keep") if "keep" in parts else ()
    moved: list[Moved] = []
    for name, value, below in reader.named(parts["move"], f"{path}.move", 64) if "move" in parts else ():
        if name in keep:
            reader.fault(KeptAndMoved, value, below, record=name)
        bare = isinstance(value, Mapping) and not value.pairs  # `loan: {}`: all as it is, but fields may go
        inner = () if bare or (isinstance(value, Mapping) and "states" in value.keys) else read_values(reader, value, below)
        states: tuple[Any, ...] = ()
        if isinstance(value, Mapping) and "states" in value.keys:
            pairs = tuple((key, each) for key, each in value.pairs if key.text != "states")
            inner = read_values(reader, Mapping(pairs, value.at), below) if pairs else ()
            states = read_values(reader, value.get("states") or value, f"{below}.states")
        moved.append(Moved(record=name, values=inner, states=states))
    notice = reader.span(parts["notice"], f"{path}.notice") if "notice" in parts else "1d"
    return Upgrade(version=before, keep=keep, move=tuple(moved), notice=notice)


_NAMED: dict[str, tuple[Callable[[Reader, str, Node, str], Any], frozenset[str]]] = {
    "uses": (_use, RECORD_WORDS),
    "roles": (_role, ROLE_WORDS),
    "assets": (_asset, GLOBAL_WORDS),
    "tickets": (_ticket, KEYWORDS),
    "totals": (_total, GLOBAL_WORDS),
}
