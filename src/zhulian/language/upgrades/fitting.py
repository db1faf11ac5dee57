"""Whether values that one field may hold are values of another."""

from zhulian.canonical import INTEGER_MAX
from zhulian.language.definition.fields import literal
from zhulian.language.definition.patterns import compile_pattern
from zhulian.language.definition.shapes import Field, Kind, Record
from zhulian.language.definition.types_of import bare_type
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.tree import Choose, Items, Literal, OrElse, Present, Typed, Variable
from zhulian.language.expressions.tree import Field as FieldOf
from zhulian.language.expressions.types import LIST_MAX
from zhulian.language.upgrades.spans import Span, full_span

__all__ = ["bounds_of", "default_of", "fits_form", "span_fits", "widens"]

_TEXT_MAX = 4096


def bounds_of(kind: Kind) -> Span | None:
    """Between which numbers values of a kind lie; None for what is no number."""
    low, high = full_span(bare_type(kind, "value"))
    if (low, high) == (0, 0):
        return None
    least = None if kind.min is None else literal(kind, "value", kind.min, NOWHERE)
    most = None if kind.max is None else literal(kind, "value", kind.max, NOWHERE)
    return low if least is None else max(low, least), high if most is None else min(high, most)


def default_of(field: Field) -> int | str | bool | None:
    """The value of a field where none is given, as the chain holds it."""
    if field.default is None or field.visibility != "public":
        return None
    if field.type == "bool":
        return field.default == "true"
    number = literal(field, field.name, field.default, NOWHERE)
    return field.default if number is None else number


def widens(old: Field, new: Field) -> bool:
    """Whether whatever the old field may hold, or its absence, is a value of the new one as it stands."""
    if old.visibility != new.visibility or (old.optional and not new.optional):
        return False
    return _widens(old, new)


def _widens(old: Kind, new: Kind) -> bool:
    if (old.type, old.currency, old.unit, old.scale, old.record, old.sum) != (
        new.type, new.currency, new.unit, new.scale, new.record, new.sum,
    ):  # fmt: skip
        return False
    if new.pattern not in (None, old.pattern):
        return False
    if not {each.name for each in old.values} <= {each.name for each in new.values}:
        return False
    before, after = bounds_of(old), bounds_of(new)
    if before is not None and after is not None and not (after[0] <= before[0] and before[1] <= after[1]):
        return False
    largest = LIST_MAX if old.type == "list" else _TEXT_MAX if old.type == "text" else INTEGER_MAX
    if new.most is not None and new.most < min(old.most or largest, largest):
        return False
    if old.of is None or new.of is None:
        return old.of is new.of
    return _widens(old.of, new.of)


def span_fits(span: Span, field: Field) -> bool:
    """Whether numbers of the span are within the field's bounds."""
    bounds = bounds_of(field)
    return bounds is None or (bounds[0] <= span[0] and span[1] <= bounds[1])


def fits_form(tree: Typed, field: Field, old: Record) -> bool:
    """Whether what a text, choice or list comes to keeps to the field's pattern, length and items."""
    match tree:
        case Choose(then=then, otherwise=otherwise):
            return fits_form(then, field, old) and fits_form(otherwise, field, old)
        case OrElse(of=of, other=other):
            return fits_form(of, field, old) and fits_form(other, field, old)
        case Present(of=of):
            return fits_form(of, field, old)
        case Literal(value=str(text)) if field.type == "text":
            long = field.most is not None and len(text) > field.most
            return not long and (field.pattern is None or compile_pattern(field.pattern).matches(text))
        case FieldOf(of=Variable(name="this"), name=name):
            source = next((each for each in old.fields if each.name == name), None)
            if source is None or field.type not in ("text", "list", "choice"):
                return source is not None or field.type in ("choice", "time", "party")
            return _form_widens(source, field)
        case Items() if field.type == "list":
            return field.of is None or (field.of.pattern is None and field.of.min is None and field.of.max is None)
    return field.pattern is None and field.type != "list"


def _form_widens(old: Field, new: Field) -> bool:
    """As `widens`, whatever the old field is called and whether or not it may be absent."""
    return old.visibility == new.visibility and _widens(old, new)
