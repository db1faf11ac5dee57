"""Examples: the values of a model that matter, as people write them."""

from typing import Any

import z3

from zhulian.language.definition.types_of import bare_type
from zhulian.language.expressions import types
from zhulian.language.expressions.figures import write_date, write_decimal
from zhulian.language.proving.doing import Done
from zhulian.language.proving.report import Held, Witness
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Term, Z
from zhulian.language.proving.worlds import World

__all__ = ["example", "record_in", "written"]

_NAMES = ("甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸")


def example(stage: Stage, done: Done, model: Any) -> Witness:
    """An example of something that happens, from a model in which it does."""
    given = [Held(what=f"by.{name}", value=written(stage, model, party, types.PARTY)) for name, party in done.parties.items()]
    action = next((each for each in stage.checked.definition.tree.actions if each.name == done.doer.name), None)
    given += [
        Held(what=f"input.{each.name}", value=shown(stage, model, done.inputs[each.name], bare_type(each, each.name)))
        for each in (action.input if action is not None else ())
        if each.visibility == "public" and each.name in done.inputs
    ]
    before = () if action is None or action.creates else record_in(stage, model, done.before, done.doer.record, done.this)
    return Witness(
        action=done.doer.name,
        before=before,
        given=tuple(given),
        after=record_in(stage, model, done.after, done.doer.record, done.this),
    )


def record_in(stage: Stage, model: Any, world: World, record: str, ref: Z) -> tuple[Held, ...]:
    """The state and the public fields of a record in a world of a model."""
    found = []
    if stage.records.states(record):
        names = stage.records.states(record)
        place = _number(model, stage.records.field(world, record, ref, "state").value)
        found.append(Held(what="this.state", value=names[place] if 0 <= place < len(names) else "-"))
    for name, field in stage.records.fields[record].items():
        if field.visibility != "public":
            continue
        term = stage.records.field(world, record, ref, name)
        found.append(Held(what=f"this.{name}", value=shown(stage, model, term, bare_type(field, name))))
    return tuple(found)


def shown(stage: Stage, model: Any, term: Term, of: types.Type) -> str:
    """A value of a model; `-` where it is absent."""
    there = model.eval(stage.symbols.both(term.ok, term.there), model_completion=True)
    return written(stage, model, term.value, of) if z3.is_true(there) else "-"


def written(stage: Stage, model: Any, value: Z, of: types.Type) -> str:
    """A value of a model as a person would write it; what has no value of its own gets a letter."""
    match of:
        case types.Bool():
            return "true" if z3.is_true(model.eval(value, model_completion=True)) else "false"
        case types.Enum(values=values):
            place = _number(model, value)
            return values[place] if 0 <= place < len(values) else "-"
        case types.Money():
            return write_decimal(_number(model, value), 2)
        case types.Price(scale=scale) | types.Quantity(scale=scale):
            return write_decimal(_number(model, value), scale)
        case types.Rate():
            return write_decimal(_number(model, value), 6)
        case types.Date():
            return write_date(_number(model, value))
        case types.Days():
            return f"{_number(model, value)}d"
        case types.Int() | types.Time() | types.Duration():
            return str(_number(model, value))
    found = model.eval(value, model_completion=True)
    for text, literal in stage.symbols.literals.get(str(found.sort()), {}).items():
        if model.eval(literal, model_completion=True).eq(found):
            return text
    return _letter(model, found)


def _letter(model: Any, found: Z) -> str:
    """A name for a value of which only equality is known: the same value has the same one."""
    if not z3.is_const(found) or found.num_args():
        return str(z3.simplify(found)).replace("\n", " ")
    universe = [each.sexpr() for each in (model.get_universe(found.sort()) or [])]
    place = universe.index(found.sexpr()) if found.sexpr() in universe else 0
    return _NAMES[place] if place < len(_NAMES) else f"#{place + 1}"


def _number(model: Any, value: Z) -> int:
    found = model.eval(value, model_completion=True)
    return int(found.as_long()) if z3.is_int_value(found) else 0
