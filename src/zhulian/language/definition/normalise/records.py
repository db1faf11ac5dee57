"""Record types: key, fields, states, promises, indexes, corrections, tasks, codes and sealed groups."""

from zhulian.language.definition.limits import CODES_MAX, FIELDS_MAX, KEY_PARTS_MAX, STATES_MAX
from zhulian.language.definition.normalise.kinds import read_fields, read_options
from zhulian.language.definition.normalise.parties import read_by
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.shapes import (
    CodesOf,
    Correction,
    Index,
    Promise,
    Record,
    Sealed,
    State,
    States,
    Task,
    Tasks,
    Text,
)
from zhulian.language.definition.verdicts import TaskUnfit
from zhulian.language.definition.words import GLOBAL_WORDS, KEYWORDS
from zhulian.language.source import Mapping, Node
from zhulian.language.source import Sequence as ListNode

__all__ = ["read_instance", "read_record"]

_RECORD = (
    "title", "key", "fields", "states", "always", "steps", "indexes", "owned", "correct", "tasks", "within", "during", "expired",
    "codes", "lazy", "sealed",
)  # fmt: skip


def read_record(reader: Reader, name: str, node: Node, path: str) -> Record:
    """One record type."""
    parts = reader.parts(node, path, _RECORD, ("title", "key", "fields"))
    return Record(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        key=tuple(reader.name(each, below) for each, below in reader.several(parts["key"], f"{path}.key", KEY_PARTS_MAX))
        if "key" in parts
        else (),
        fields=read_fields(reader, parts["fields"], f"{path}.fields") if "fields" in parts else (),
        states=_states(reader, parts["states"], f"{path}.states") if "states" in parts else None,
        always=_promises(reader, parts, path, "always"),
        steps=_promises(reader, parts, path, "steps"),
        indexes=_indexes(reader, parts["indexes"], f"{path}.indexes") if "indexes" in parts else (),
        owned=reader.flag(parts["owned"], f"{path}.owned") if "owned" in parts else False,
        correct=_corrections(reader, parts["correct"], f"{path}.correct") if "correct" in parts else (),
        tasks=_tasks(reader, parts, path),
        codes=_codes(reader, parts["codes"], f"{path}.codes") if "codes" in parts else None,
        lazy=reader.name(parts["lazy"], f"{path}.lazy") if "lazy" in parts else "",
        sealed=_sealed(reader, parts["sealed"], f"{path}.sealed") if "sealed" in parts else (),
    )


def read_instance(reader: Reader, node: Node, path: str) -> Record:
    """The built-in record of the whole instance."""
    parts = reader.parts(node, path, ("fields", "always", "steps"), ("fields",))
    return Record(
        name="instance",
        title=Text(zh="应用总况", en="The application as a whole"),
        fields=read_fields(reader, parts["fields"], f"{path}.fields") if "fields" in parts else (),
        always=_promises(reader, parts, path, "always"),
        steps=_promises(reader, parts, path, "steps"),
    )


def _states(reader: Reader, node: Node, path: str) -> States:
    parts = reader.parts(node, path, ("start", "open", "final"), ("start",))
    found: dict[str, tuple[State, ...]] = {}
    for part, each in parts.items():
        below = f"{path}.{part}"
        options = read_options(reader, each, below)
        found[part] = tuple(State(name=option.name, title=option.title) for option in options[:STATES_MAX])
        _note_states(reader, each, path)
    start = found.get("start") or (State(name="x"),)
    return States(start=start[0], open=(*start[1:], *found.get("open", ())), final=found.get("final", ()))


def _note_states(reader: Reader, node: Node, path: str) -> None:
    """States are known by their name alone, whichever list they stand in."""
    for each in node.items if isinstance(node, ListNode) else (node,):
        for key in [key for key, _ in each.pairs] if isinstance(each, Mapping) else [each]:
            if not isinstance(key, ListNode | Mapping):
                reader.note(f"{path}.{key.text}", key)


def _promises(reader: Reader, parts: dict[str, Node], path: str, part: str) -> tuple[Promise, ...]:
    if part not in parts:
        return ()
    found: list[Promise] = []
    for each, below in reader.several(parts[part], f"{path}.{part}"):
        inner = reader.parts(each, below, ("name", "that", "say"), ("name", "that"))
        found.append(
            Promise(
                name=reader.name(inner["name"], f"{below}.name", kept=KEYWORDS) if "name" in inner else "x",
                that=reader.code(inner["that"], f"{below}.that") if "that" in inner else "x",
                say=reader.text(inner["say"], f"{below}.say") if "say" in inner else None,
            )
        )
    return tuple(found)


def _indexes(reader: Reader, node: Node, path: str) -> tuple[Index, ...]:
    return tuple(
        Index(name=name, fields=reader.names(value, below, KEY_PARTS_MAX))
        for name, value, below in reader.named(node, path, 16, GLOBAL_WORDS)
    )


def _corrections(reader: Reader, node: Node, path: str) -> tuple[Correction, ...]:
    found: list[Correction] = []
    for each, below in reader.several(node, path, 16):
        parts = reader.parts(each, below, ("fields", "by", "until"), ("fields", "by"))
        if "fields" in parts and "by" in parts:
            found.append(
                Correction(
                    fields=reader.names(parts["fields"], f"{below}.fields", FIELDS_MAX),
                    by=read_by(reader, parts["by"], f"{below}.by"),
                    until=reader.code(parts["until"], f"{below}.until") if "until" in parts else None,
                )
            )
    return tuple(found)


def _tasks(reader: Reader, parts: dict[str, Node], path: str) -> Tasks | None:
    if "tasks" not in parts:
        if "within" in parts:
            reader.fault(TaskUnfit, parts["within"], f"{path}.within", why_zh="没有 tasks", why_en="there are no tasks")
        return None
    if "within" not in parts:
        reader.fault(TaskUnfit, parts["tasks"], f"{path}.tasks", why_zh="没有 within", why_en="within is missing")
    items: list[Task] = []
    for name, value, below in reader.named(parts["tasks"], f"{path}.tasks", 16):
        inner = reader.parts(value, below, ("by", "title"), ("by",))
        if "by" in inner:
            title = reader.text(inner["title"], f"{below}.title") if "title" in inner else None
            items.append(Task(name=name, title=title, by=read_by(reader, inner["by"], f"{below}.by")))
    return Tasks(
        items=tuple(items),
        within=reader.span(parts["within"], f"{path}.within") if "within" in parts else "1d",
        during=reader.name(parts["during"], f"{path}.during") if "during" in parts else "",
        expired=reader.name(parts["expired"], f"{path}.expired") if "expired" in parts else "",
    )


def _codes(reader: Reader, node: Node, path: str) -> CodesOf:
    parts = reader.parts(node, path, ("max",), ("max",))
    return CodesOf(max=reader.count(parts["max"], f"{path}.max", CODES_MAX) if "max" in parts else 1)


def _sealed(reader: Reader, node: Node, path: str) -> tuple[Sealed, ...]:
    found: list[Sealed] = []
    for name, value, below in reader.named(node, path, 8):
        if isinstance(value, Mapping):
            parts = reader.parts(value, below, ("fields", "title", "replace"), ("fields",))
            fields = reader.names(parts["fields"], f"{below}.fields", FIELDS_MAX) if "fields" in parts else ()
            title = reader.text(parts["title"], f"{below}.title") if "title" in parts else None
            replace = reader.flag(parts["replace"], f"{below}.replace") if "replace" in parts else False
            found.append(Sealed(name=name, fields=fields or ("x",), title=title, replace=replace))
        else:
            found.append(Sealed(name=name, fields=reader.names(value, below, FIELDS_MAX)))
    return tuple(found)
