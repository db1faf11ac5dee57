"""Effects as the chain runs them: the same verbs as in the tree, with a program in the place of each expression."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from zhulian.language.definition.shapes import (
    Alert,
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
)
from zhulian.language.expressions.closures import Program
from zhulian.language.expressions.tree import Typed
from zhulian.language.expressions.types import Asset

__all__ = [
    "Alerting", "Assigning", "Branching", "Calling", "Creating", "Moving", "Notifying", "Ordering", "Refusing", "Repeating", "Step",
    "Steps", "Sweeping", "compile_steps",
]  # fmt: skip

Named: TypeAlias = tuple[tuple[str, Program], ...]


@dataclass(frozen=True, slots=True)
class Assigning:
    """Fields that get values: the record (None: this one), the field, the value."""

    values: tuple[tuple[Program | None, str, Program], ...]


@dataclass(frozen=True, slots=True)
class Creating:
    """A new record, or with `ensure` one that may be there already, under the local name `called`."""

    record: str
    values: Named
    called: str
    ensure: bool


@dataclass(frozen=True, slots=True)
class Moving:
    """A record (None: this one) enters a state."""

    of: Program | None
    to: str


@dataclass(frozen=True, slots=True)
class Branching:
    """Effects under a condition."""

    that: Program
    then: "Steps"
    otherwise: "Steps"


@dataclass(frozen=True, slots=True)
class Repeating:
    """Effects for each item of a list."""

    item: str
    among: Program
    do: "Steps"


@dataclass(frozen=True, slots=True)
class Refusing:
    """The action is refused after all."""

    refusal: str


@dataclass(frozen=True, slots=True)
class Alerting:
    """Somebody should look; the words stand in the tree at `path`."""

    level: str
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Notifying:
    """One or several parties are told."""

    to: Program
    path: str


@dataclass(frozen=True, slots=True)
class Sweeping:
    """A sweep begins for a record (None: this one)."""

    name: str
    of: Program | None


@dataclass(frozen=True, slots=True)
class Calling:
    """An action of another instance."""

    use: str
    action: str
    on: tuple[Program, ...]
    values: Named


@dataclass(frozen=True, slots=True)
class Ordering:
    """A verb of a module, or one of the kernel's on titles; `assets` are the classes that it is given by their local names."""

    verb: str
    assets: Mapping[str, str]
    values: Named


Step: TypeAlias = (
    Assigning | Creating | Moving | Branching | Repeating | Refusing | Alerting | Notifying | Sweeping | Calling | Ordering
)
Steps: TypeAlias = tuple[Step, ...]


def compile_steps(effects: tuple[Effect, ...], path: str, programs: Mapping[str, Program], typed: Mapping[str, Typed]) -> Steps:
    """The effects at `path`, such as `actions.draw.do`, with their programs."""
    return tuple([_step(each, f"{path}[{index}]", programs, typed) for index, each in enumerate(effects)])


def _step(effect: Effect, path: str, programs: Mapping[str, Program], typed: Mapping[str, Typed]) -> Step:
    match effect:
        case Set(values=values):
            return Assigning(tuple([_assign(each.of, each.field, path, programs) for each in values]))
        case Create() | Ensure():
            named = tuple([(each.name, programs[f"{path}.{each.name}"]) for each in effect.values])
            return Creating(effect.record, named, effect.called, isinstance(effect, Ensure))
        case Move(to=to, of=of):
            return Moving(programs[path] if of else None, to)
        case If(then=then, otherwise=otherwise):
            return Branching(
                programs[f"{path}.if"],
                compile_steps(then, f"{path}.then", programs, typed),
                compile_steps(otherwise, f"{path}.else", programs, typed),
            )
        case Each(item=item, do=do):
            return Repeating(item, programs[f"{path}.each"], compile_steps(do, f"{path}.do", programs, typed))
        case Refuse(refusal=refusal):
            return Refusing(refusal)
        case Alert(level=level, name=name):
            return Alerting(level, name, path)
        case Notify():
            return Notifying(programs[f"{path}.to"], path)
        case Sweep(name=name, of=of):
            return Sweeping(name, programs[path] if of else None)
        case Call(use=use, action=action, on=on, values=values):
            keys = tuple([programs[f"{path}.on[{index}]"] for index in range(len(on))])
            return Calling(use, action, keys, tuple([(each.name, programs[f"{path}.with.{each.name}"]) for each in values]))
        case Lent(name=name, values=values):
            return _order(name, [each.name for each in values], path, programs, typed)


def _assign(of: str, field: str, path: str, programs: Mapping[str, Program]) -> tuple[Program | None, str, Program]:
    below = f"{path}.{of}.{field}" if of else f"{path}.{field}"
    return programs[f"{below}.of"] if of else None, field, programs[below]


def _order(verb: str, names: list[str], path: str, programs: Mapping[str, Program], typed: Mapping[str, Typed]) -> Ordering:
    assets: dict[str, str] = {}
    values: list[tuple[str, Program]] = []
    for name in names:
        of = typed[f"{path}.{name}"].type
        if isinstance(of, Asset):
            assets[name] = of.name
        else:
            values.append((name, programs[f"{path}.{name}"]))
    return Ordering(verb, MappingProxyType(assets), tuple(values))
