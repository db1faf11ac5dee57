"""Effects: the kernel's own verbs have their forms, all others are a name with arguments."""

from collections.abc import Callable

from zhulian.language.definition.faults import OneKeyDue
from zhulian.language.definition.limits import EFFECTS_MAX, FIELDS_MAX
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.shapes import (
    Alert,
    Assign,
    Call,
    Create,
    Each,
    Effect,
    Ensure,
    If,
    Lent,
    Move,
    Notify,
    Refuse,
    Set,
    Sweep,
    Value,
)
from zhulian.language.definition.words import GLOBAL_WORDS, KEYWORDS
from zhulian.language.source import Mapping, Node, Scalar

__all__ = ["LEVELS", "read_effects", "read_values"]

LEVELS = ("low", "medium", "high")


def read_effects(reader: Reader, node: Node, path: str) -> tuple[Effect, ...]:
    """A list of effects in their order."""
    return tuple(_effect(reader, each, below) for each, below in reader.several(node, path, EFFECTS_MAX))


def read_values(reader: Reader, node: Node, path: str) -> tuple[Value, ...]:
    """Arguments by name."""
    pairs = reader.named(node, path, FIELDS_MAX, kept=frozenset())
    return tuple(Value(name=name, value=reader.code(value, below)) for name, value, below in pairs)


def _effect(reader: Reader, node: Node, path: str) -> Effect:
    if not isinstance(node, Mapping) or not node.pairs:
        reader.fault(OneKeyDue, node, path)
        return Set(values=())
    keys = node.keys
    if "if" in keys:
        return _if(reader, node, path)
    if "each" in keys:
        return _each(reader, node, path)
    if "create" in keys or "ensure" in keys:
        return _create(reader, node, path)
    pair = reader.single(node, path)
    if pair is None:
        return Set(values=())
    verb, value = pair
    if not reader.is_name(verb, path, kept=frozenset()):
        return Set(values=())
    form = _FORMS.get(verb.text)
    if form is not None:
        return form(reader, value, path)
    return Lent(name=verb.text, values=read_values(reader, value, path))


def _if(reader: Reader, node: Node, path: str) -> If:
    parts = reader.parts(node, path, ("if", "then", "else"), ("if", "then"))
    return If(
        that=reader.code(parts["if"], f"{path}.if") if "if" in parts else "x",
        then=read_effects(reader, parts["then"], f"{path}.then") if "then" in parts else (),
        otherwise=read_effects(reader, parts["else"], f"{path}.else") if "else" in parts else (),
    )


def _each(reader: Reader, node: Node, path: str) -> Each:
    parts = reader.parts(node, path, ("each", "do"), ("each", "do"))
    item, among = "x", "x"
    pair = reader.single(parts["each"], f"{path}.each") if "each" in parts else None
    if pair is not None and reader.is_name(pair[0], f"{path}.each", GLOBAL_WORDS):
        item, among = pair[0].text, reader.code(pair[1], f"{path}.each")
    return Each(item=item, among=among, do=read_effects(reader, parts["do"], f"{path}.do") if "do" in parts else ())


def _create(reader: Reader, node: Mapping, path: str) -> Create | Ensure:
    verb = "create" if "create" in node.keys else "ensure"
    parts = reader.parts(node, path, (verb, "as"))
    called = reader.name(parts["as"], f"{path}.as", GLOBAL_WORDS) if "as" in parts else ""
    pair = reader.single(parts[verb], f"{path}.{verb}")
    record = "x"
    values: tuple[Value, ...] = ()
    if pair is not None and reader.is_name(pair[0], f"{path}.{verb}"):
        record, values = pair[0].text, read_values(reader, pair[1], path)
    return (Create if verb == "create" else Ensure)(record=record, values=values, called=called)


def _set(reader: Reader, node: Node, path: str) -> Set:
    found = reader.mapping(node, path)
    values: list[Assign] = []
    for key, value in found.pairs if found is not None else ():
        of, _, field = key.text.rpartition(".")
        if isinstance(value, Mapping):  # a record with several of its fields
            for name, inner, _ in reader.named(value, f"{path}.{key.text}", FIELDS_MAX, kept=frozenset()):
                values.append(Assign(of=_target(key.text), field=name, value=reader.code(inner, f"{path}.{key.text}.{name}")))
            continue
        below = f"{path}.{key.text}"
        reader.note(below, value)
        if reader.is_name(_at(key, field), below, kept=frozenset()):
            values.append(Assign(of=_target(of), field=field, value=reader.code(value, below)))
    return Set(values=tuple(values))


def _target(of: str) -> str:
    return "" if of == "this" else of


def _at(key: Scalar, text: str) -> Scalar:
    return Scalar(text, key.at, key.inside, key.plain)


def _move(reader: Reader, node: Node, path: str) -> Move:
    if not isinstance(node, Mapping):
        return Move(to=reader.name(node, path))
    pair = reader.single(node, path)
    if pair is None:
        return Move(to="x")
    return Move(of=_target(pair[0].text), to=reader.name(pair[1], path))


def _sweep(reader: Reader, node: Node, path: str) -> Sweep:
    if not isinstance(node, Mapping):
        return Sweep(name=reader.name(node, path))
    pair = reader.single(node, path)
    if pair is None:
        return Sweep(name="x")
    return Sweep(name=reader.name(_at(pair[0], pair[0].text), path), of=_target(reader.code(pair[1], path)))


def _refuse(reader: Reader, node: Node, path: str) -> Refuse:
    return Refuse(refusal=reader.name(node, path))


def _alert(reader: Reader, node: Node, path: str) -> Alert:
    parts = reader.parts(node, path, ("level", "say", "name"), ("say",))
    return Alert(
        level=reader.word(parts["level"], f"{path}.level", LEVELS) if "level" in parts else "medium",
        say=reader.text(parts["say"], f"{path}.say") if "say" in parts else NO_TEXT,
        name=reader.name(parts["name"], f"{path}.name", KEYWORDS) if "name" in parts else "",
    )


def _notify(reader: Reader, node: Node, path: str) -> Notify:
    parts = reader.parts(node, path, ("to", "say"), ("to", "say"))
    return Notify(
        to=reader.code(parts["to"], f"{path}.to") if "to" in parts else "x",
        say=reader.text(parts["say"], f"{path}.say") if "say" in parts else NO_TEXT,
    )


def _call(reader: Reader, node: Node, path: str) -> Call:
    parts = reader.parts(node, path, ("use", "action", "on", "with"), ("use", "action"))
    on = reader.several(parts["on"], f"{path}.on", 4) if "on" in parts else ()
    return Call(
        use=reader.name(parts["use"], f"{path}.use") if "use" in parts else "x",
        action=reader.name(parts["action"], f"{path}.action") if "action" in parts else "x",
        on=tuple(reader.code(each, below) for each, below in on),
        values=read_values(reader, parts["with"], f"{path}.with") if "with" in parts else (),
    )


_FORMS: dict[str, Callable[[Reader, Node, str], Effect]] = {
    "set": _set,
    "move": _move,
    "refuse": _refuse,
    "alert": _alert,
    "notify": _notify,
    "sweep": _sweep,
    "call": _call,
}
