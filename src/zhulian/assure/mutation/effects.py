"""Faults among the effects of an action or timer: one is left out, gives to the wrong one, sets the wrong value, or moves elsewhere."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from zhulian.assure.mutation.expressions import flipped, signs_flipped, swapped
from zhulian.language.definition.shapes import Create, Each, Effect, Ensure, If, Lent, Move, Set, Sweep

__all__ = ["effect_faults"]

Found = tuple[str, str, str, tuple[Effect, ...]]
"""Kind, where, what stood there, and the effects with the fault."""


def effect_faults(effects: Sequence[Effect], names: Sequence[str], states: Sequence[str]) -> Iterator[Found]:
    """All single faults of a list of effects; `names` are the signatories that can be swapped, `states` those of the record."""
    for place, effect in enumerate(effects):
        at = f"[{place}]"
        if isinstance(effect, Create | Ensure | If | Lent | Move | Sweep):
            yield "drop_effect", at, _called(effect), (*effects[:place], *effects[place + 1 :])
        for kind, where, detail, changed in _faults(effect, names, states):
            yield kind, at + where, detail, (*effects[:place], changed, *effects[place + 1 :])


def _faults(effect: Effect, names: Sequence[str], states: Sequence[str]) -> Iterator[tuple[str, str, str, Effect]]:
    match effect:
        case Set():
            yield from _of_set(effect)
        case Lent():
            yield from _of_lent(effect, names)
        case Create() | Ensure():
            yield from _of_create(effect, names)
        case Move():
            yield from _of_move(effect, states)
        case If():
            for detail, that in flipped(effect.that):
                yield "flip_comparison", ".if", detail, replace(effect, that=that)
            for kind, where, detail, then in effect_faults(effect.then, names, states):
                yield kind, f".then{where}", detail, replace(effect, then=then)
            for kind, where, detail, otherwise in effect_faults(effect.otherwise, names, states):
                yield kind, f".else{where}", detail, replace(effect, otherwise=otherwise)
        case Each():
            for kind, where, detail, do in effect_faults(effect.do, names, states):
                yield kind, f".do{where}", detail, replace(effect, do=do)


def _of_set(effect: Set) -> Iterator[tuple[str, str, str, Effect]]:
    for place, assign in enumerate(effect.values):
        where = f".set.{f'{assign.of}.' if assign.of else ''}{assign.field}"
        if len(effect.values) > 1:
            yield "drop_set", where, "", replace(effect, values=(*effect.values[:place], *effect.values[place + 1 :]))
        else:
            yield "drop_set", where, "", Set(values=())
        for detail, value in signs_flipped(assign.value):
            changed = replace(assign, value=value)
            yield (
                "flip_sign",
                where,
                detail,
                replace(effect, values=(*effect.values[:place], changed, *effect.values[place + 1 :])),
            )


def _of_lent(effect: Lent, names: Sequence[str]) -> Iterator[tuple[str, str, str, Effect]]:
    values = {each.name: each.value for each in effect.values}
    if "from" in values and "to" in values:
        other = {"from": values["to"], "to": values["from"]}
        changed = tuple(replace(each, value=other.get(each.name, each.value)) for each in effect.values)
        yield "swap_parties", f".{effect.name}", "from, to", replace(effect, values=changed)
    yield from _swapped_names(effect, f".{effect.name}", names)
    for place, each in enumerate(effect.values):
        for detail, value in signs_flipped(each.value):
            mutated = replace(each, value=value)
            many = (*effect.values[:place], mutated, *effect.values[place + 1 :])
            yield "flip_sign", f".{effect.name}.{each.name}", detail, replace(effect, values=many)


def _of_create(effect: Create | Ensure, names: Sequence[str]) -> Iterator[tuple[str, str, str, Effect]]:
    yield from _swapped_names(effect, f".create.{effect.record}", names)


def _swapped_names(effect: Lent | Create | Ensure, where: str, names: Sequence[str]) -> Iterator[tuple[str, str, str, Effect]]:
    if len(names) < 2:
        return
    one, other = names[:2]
    changed = tuple(replace(each, value=swapped(each.value, one, other)) for each in effect.values)
    if changed != effect.values:
        yield "swap_parties", where, f"{one}, {other}", replace(effect, values=changed)


def _of_move(effect: Move, states: Sequence[str]) -> Iterator[tuple[str, str, str, Effect]]:
    if effect.of:
        return
    for other in states:
        if other != effect.to:
            yield "change_target", ".move", f"{effect.to} → {other}", replace(effect, to=other)


def _called(effect: Effect) -> str:
    match effect:
        case Lent(name=name):
            return name
        case Create(record=record) | Ensure(record=record):
            return f"create {record}"
        case Move(to=to):
            return f"move {to}"
    return type(effect).__name__.lower()
