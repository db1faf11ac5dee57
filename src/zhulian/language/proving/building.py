"""Makes formulas of parts that are known to fit, without the conversions that the operators of z3's Python face try at every step.

The same formulas come out; they are made some times faster, and making them is most of what proving a definition takes.
"""

from collections.abc import Sequence
from typing import Any

import z3

__all__ = ["all_of", "any_of", "at_least", "at_most", "identity", "within"]


def identity(part: Any) -> int:
    """A number that two parts of one context that are both kept have in common just if they are the same formula or sort."""
    found: int = part.as_ast().value
    return found


def all_of(several: Sequence[Any]) -> Any:
    """All formulas, of which there is at least one."""
    context = several[0].ctx
    return z3.BoolRef(z3.Z3_mk_and(context.ref(), len(several), _array(several)), context)


def any_of(several: Sequence[Any]) -> Any:
    """One of the formulas, of which there is at least one."""
    context = several[0].ctx
    return z3.BoolRef(z3.Z3_mk_or(context.ref(), len(several), _array(several)), context)


def at_least(value: Any, low: Any) -> Any:
    """`value` ≥ `low`, both whole numbers."""
    return z3.BoolRef(z3.Z3_mk_ge(value.ctx.ref(), value.as_ast(), low.as_ast()), value.ctx)


def at_most(value: Any, high: Any) -> Any:
    """`value` ≤ `high`, both whole numbers."""
    return z3.BoolRef(z3.Z3_mk_le(value.ctx.ref(), value.as_ast(), high.as_ast()), value.ctx)


def within(value: Any, low: Any, high: Any) -> Any:
    """`low` ≤ `value` ≤ `high`, all whole numbers."""
    return all_of((at_least(value, low), at_most(value, high)))


def _array(several: Sequence[Any]) -> Any:
    found = (z3.Ast * len(several))()
    for place, each in enumerate(several):
        found[place] = each.as_ast()
    return found
