"""Which record types the rules of one look at or change."""

from collections.abc import Iterator

from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Create, Each, Effect, Ensure, If
from zhulian.language.expressions.tree import walk
from zhulian.language.expressions.types import ListOf, Optional, Record, Type

__all__ = ["touched_records"]


def touched_records(checked: Checked, record: str) -> tuple[str, ...]:
    """The record types, of the definition and of others, that actions, timers and promises of a type touch, each once."""
    tree = checked.definition.tree
    actions = [each for each in tree.actions if each.on == record]
    timers = [each for each in tree.timers if each.on == record]
    paths = [f"records.{record}.", *(f"actions.{each.name}." for each in actions), *(f"timers.{each.name}." for each in timers)]
    found: dict[str, None] = {}
    for path, typed in checked.typed.items():
        if path.startswith(tuple(paths)):
            for node in walk(typed):
                found |= dict.fromkeys(_records(node.type))
    for action in actions:
        found |= dict.fromkeys(_made((*action.do, *action.otherwise)))
    for timer in timers:
        found |= dict.fromkeys(_made(timer.do))
    for each in tree.records:
        if each.name == record:
            found |= {field.record: None for field in each.fields if field.record}
    for total in tree.totals:
        if total.record == record or total.name in _reads(checked, tuple(paths)):
            found[total.record] = None
    return tuple(found)


def _records(of: Type) -> Iterator[str]:
    match of:
        case Record(name=str(name)):
            yield name
        case ListOf(item=inner) | Optional(of=inner):
            yield from _records(inner)
        case _:
            pass


def _made(effects: tuple[Effect, ...]) -> Iterator[str]:
    for effect in effects:
        match effect:
            case Create(record=name) | Ensure(record=name):
                yield name
            case If(then=then, otherwise=otherwise):
                yield from _made((*then, *otherwise))
            case Each(do=do):
                yield from _made(do)
            case _:
                pass


def _reads(checked: Checked, paths: tuple[str, ...]) -> tuple[str, ...]:
    """The names of reads that the rules under the paths ask."""
    asked = [getattr(node, "read", "") for path, typed in checked.typed.items() if path.startswith(paths) for node in walk(typed)]
    return tuple(dict.fromkeys(each for each in asked if each))
