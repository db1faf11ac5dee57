"""What definitions may say on this program's chains, and how records hold it, for whoever above the node reads one."""

from collections.abc import Mapping
from typing import Any

from zhulian.language.compile import Compiled
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.registry import Registry
from zhulian.modules import every_word
from zhulian.modules.scenario.acting.records import load_value
from zhulian.modules.scenario.values import Unfit, key_leaf, key_of_leaf, key_texts, read_key, read_value

__all__ = ["Unfit", "input_values", "leaf_of", "record_at", "setting_values", "stored_value", "vocabulary"]


def vocabulary() -> Registry:
    """The kernel's words and those that every module of this program lends."""
    return every_word()


def record_at(compiled: Compiled, record: str, leaf: str) -> Ref:
    """The record of a type at the key that an event names, as expressions see it.

    Raises:
        Unfit: it is no such key.
    """
    return read_key(record, key_of_leaf(leaf), compiled.keys)


def leaf_of(ref: Ref) -> str:
    """A record's key in one text, as state and events have it."""
    return key_leaf(key_texts(ref))


def stored_value(compiled: Compiled, record: str, field: str, wire: Any) -> Value:
    """The value of a field as a record holds it, as expressions see it.

    Raises:
        Unfit.
    """
    return load_value(compiled.records[record].fields[field].kind, wire, compiled.keys)


def setting_values(compiled: Compiled, given: Mapping[str, Any]) -> dict[str, Value]:
    """The settings of an instance as expressions see them, defaults filled in; None for what may be absent and is."""
    found: dict[str, Value] = {}
    for name, field in compiled.settings.items():
        wire = given.get(name, field.default)
        found[name] = None if wire is None else load_value(field.kind, wire, compiled.keys)
    return found


def input_values(compiled: Compiled, action: str, given: Mapping[str, Any]) -> dict[str, Value]:
    """What was handed in for an action, as expressions see it; what is not of its type is left out."""
    found: dict[str, Value] = {}
    for name, field in compiled.actions[action].inputs.items():
        if name in given:
            try:
                found[name] = read_value(field, given[name], compiled.keys)
            except Unfit:
                continue
        elif field.default is not None:
            found[name] = field.default
    return found
