"""How many steps an expression can take at most, from its types alone."""

from zhulian.language.expressions.dates import WORKDAYS_MAX
from zhulian.language.expressions.evaluate import is_sized, own_steps
from zhulian.language.expressions.meaning import SIZED
from zhulian.language.expressions.tree import Apply, Ask, Literal, Typed, walk
from zhulian.language.expressions.types import LIST_MAX, ListOf, Optional, Text, Type

__all__ = ["most_steps", "most_weight"]


def most_steps(tree: Typed) -> int:
    """The most steps that evaluating the tree can be charged; every branch counts."""
    return own_steps(tree) + sum(_own(each) for each in walk(tree))


def _own(tree: Typed) -> int:
    if isinstance(tree, Ask):
        return tree.cost
    if not isinstance(tree, Apply) or not is_sized(tree):
        return 0
    if tree.operator == "workday":
        count = tree.operands[1]
        return SIZED["workday"](0, count.value) if isinstance(count, Literal) else WORKDAYS_MAX + 1
    return sum(most_weight(each.type) for each in tree.operands)


def most_weight(type: Type) -> int:  # noqa: A002 - the word for it
    """The most that `meaning.weight` can be for a value of the type."""
    match type:
        case Text(most=most):
            return most // 64
        case ListOf(item=item, most=most):
            return min(most, LIST_MAX) * (1 + most_weight(item))
        case Optional(of=of):
            return most_weight(of)
    return 1  # names of parties, records and the like are shorter than two text steps
