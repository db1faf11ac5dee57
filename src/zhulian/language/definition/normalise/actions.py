"""Actions and timers."""

from collections.abc import Mapping as Table
from typing import Any

import msgspec

from zhulian.language.definition.faults import NothingCalled
from zhulian.language.definition.limits import FIELDS_MAX, MANY_MAX, PAGE_MAX, PAGE_USUAL, STATES_MAX
from zhulian.language.definition.normalise.effects import read_effects
from zhulian.language.definition.normalise.kinds import read_input
from zhulian.language.definition.normalise.opening import read_opening
from zhulian.language.definition.normalise.parties import read_by, read_officers
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.shapes import Action, Guard, Input, Let, Record, Signatory, Timer, Who
from zhulian.language.definition.words import GLOBAL_WORDS
from zhulian.language.source import Mapping, Node, Scalar

__all__ = ["read_action", "read_timer"]

_ACTION = (
    "title", "help", "by", "seats", "apart", "keys", "one_party", "on", "creates", "many", "from", "to", "input", "let", "require",
    "do", "else", "opens", "break_glass", "purpose", "seals", "within", "short",
)  # fmt: skip
_NOBODY = (Signatory(any=(Who(role="x"),)),)


def read_action(reader: Reader, name: str, node: Node, path: str, records: Table[str, Record]) -> Action:
    """One action; inputs by name take their types from the record, and without `from` it works in every state but final ones."""
    parts = reader.parts(node, path, _ACTION, ("title", "by"))
    by = read_by(reader, parts["by"], f"{path}.by") if "by" in parts else _NOBODY
    more: dict[str, Any] = {}
    for key in ("on", "creates", "to", "seals"):
        if key in parts:
            more[key] = reader.name(parts[key], f"{path}.{key}")
    for key in ("help", "purpose"):
        if key in parts:
            more[key] = reader.text(parts[key], f"{path}.{key}")
    for key in ("one_party", "break_glass"):
        if key in parts:
            more[key] = reader.flag(parts[key], f"{path}.{key}")
    if "many" in parts:
        more["many"] = reader.count(parts["many"], f"{path}.many", MANY_MAX)
    if "within" in parts:
        more["within"] = reader.span(parts["within"], f"{path}.within")
    if "short" in parts:
        more["short"] = "pay_less" if reader.word(parts["short"], f"{path}.short", ("refuse", "pay_less")) == "pay_less" else ""
    for key in ("on", "creates"):
        if key in more and more[key] not in records:
            known = ", ".join(records) or "–"
            reader.fault(
                NothingCalled, parts[key], f"{path}.{key}", what_zh="记录", what_en="record", name=more[key], known=known
            )
    record = records.get(more.get("creates", more.get("on", "")))
    more |= _effects(reader, parts, path, record, by)
    return Action(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        by=read_officers(reader, parts, path, by),
        froms=_froms(reader, parts, path, records.get(more.get("on", ""))),
        input=_inputs(reader, parts["input"], f"{path}.input", record) if "input" in parts else (),
        let=_lets(reader, parts["let"], f"{path}.let") if "let" in parts else (),
        require=_guards(reader, parts["require"], f"{path}.require") if "require" in parts else (),
        **more,
    )


def _effects(
    reader: Reader, parts: dict[str, Node], path: str, record: Record | None, by: tuple[Signatory, ...]
) -> dict[str, Any]:
    """`do`, `else` and `opens`."""
    found: dict[str, Any] = {}
    for key in ("do", "else"):
        if key in parts:
            found["otherwise" if key == "else" else "do"] = read_effects(reader, parts[key], f"{path}.{key}")
    if "opens" in parts:
        done = found.get("do", ())
        found["opens"], opening = read_opening(reader, parts, path, record, by, len(done))
        found["do"] = (*done, *opening)
    return found


def read_timer(reader: Reader, name: str, node: Node, path: str, records: Table[str, Record]) -> Timer:
    """One timer."""
    parts = reader.parts(node, path, ("title", "on", "from", "at", "sweep", "page", "after", "to", "do"), ("on",))
    on = reader.name(parts["on"], f"{path}.on") if "on" in parts else "x"
    page = PAGE_USUAL if "sweep" in parts else 0
    return Timer(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else None,
        on=on,
        froms=_froms(reader, parts, path, records.get(on)),
        at=reader.code(parts["at"], f"{path}.at") if "at" in parts else None,
        sweep=reader.name(parts["sweep"], f"{path}.sweep") if "sweep" in parts else "",
        page=reader.count(parts["page"], f"{path}.page", PAGE_MAX) if "page" in parts else page,
        after=reader.name(parts["after"], f"{path}.after") if "after" in parts else "",
        to=reader.name(parts["to"], f"{path}.to") if "to" in parts else "",
        do=read_effects(reader, parts["do"], f"{path}.do") if "do" in parts else (),
    )


def _froms(reader: Reader, parts: dict[str, Node], path: str, record: Record | None) -> tuple[str, ...]:
    if "from" in parts:
        return tuple(reader.name(each, below) for each, below in reader.several(parts["from"], f"{path}.from", STATES_MAX))
    if record is None or record.states is None:
        return ()
    return tuple(each.name for each in (record.states.start, *record.states.open))


def _inputs(reader: Reader, node: Node, path: str, record: Record | None) -> tuple[Input, ...]:
    found: list[Input] = []
    if isinstance(node, Mapping):
        return tuple(read_input(reader, name, value, below) for name, value, below in reader.named(node, path, FIELDS_MAX))
    for each, below in reader.several(node, path, FIELDS_MAX):
        if isinstance(each, Scalar):
            made = _of_field(reader, each, below, path, record)
        else:
            made = None
            for name, value, place in reader.named(each, path, FIELDS_MAX):
                found.append(read_input(reader, name, value, place))
        if made is not None:
            found.append(made)
    return tuple(found)


def _of_field(reader: Reader, node: Scalar, below: str, path: str, record: Record | None) -> Input | None:
    """An input that a field of the record declares."""
    fields = {each.name: each for each in record.fields} if record is not None else {}
    declared = fields.get(node.text)
    reader.note(f"{path}.{node.text}", node)
    if declared is None and not fields:
        return None  # the record itself has a fault
    if declared is None:
        reader.fault(
            NothingCalled, node, below, what_zh="字段", what_en="field", name=node.text[:40], known=", ".join(fields) or "–"
        )
        return None
    return Input(**{**msgspec.structs.asdict(declared), "field": True, "unique": ""})


def _lets(reader: Reader, node: Node, path: str) -> tuple[Let, ...]:
    """Values in their order: a mapping, or a list of single entries."""
    if isinstance(node, Mapping):
        return tuple(
            Let(name=name, value=reader.code(value, below)) for name, value, below in reader.named(node, path, 32, GLOBAL_WORDS)
        )
    found: list[Let] = []
    for each, below in reader.several(node, path, 32):
        pair = reader.single(each, below)
        if pair is not None and reader.is_name(pair[0], below, GLOBAL_WORDS):
            reader.places.setdefault(f"{path}.{pair[0].text}", pair[1].at)
            found.append(Let(name=pair[0].text, value=reader.code(pair[1], f"{path}.{pair[0].text}")))
    return tuple(found)


def _guards(reader: Reader, node: Node, path: str) -> tuple[Guard, ...]:
    """Conditions in their order: a mapping, or a list of single entries `refusal: condition`."""
    found: list[Guard] = []
    if isinstance(node, Mapping):
        reader.note(path, node)
        for index, (key, value) in enumerate(node.pairs):
            _guard(reader, key, value, f"{path}[{index}]", found)
        return tuple(found)
    for each, below in reader.several(node, path, 64):
        pair = reader.single(each, below)
        if pair is not None:
            _guard(reader, pair[0], pair[1], below, found)
    return tuple(found)


def _guard(reader: Reader, key: Scalar, value: Node, path: str, found: list[Guard]) -> None:
    if reader.is_name(key, path):
        reader.places[f"{path}.refusal"] = key.at
        found.append(Guard(refusal=key.text, that=reader.code(value, f"{path}.that")))
