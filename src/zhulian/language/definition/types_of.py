"""The type that expressions see for each field, input and setting."""

from zhulian.language.definition.shapes import Asset, Field, Kind, Use
from zhulian.language.expressions import types
from zhulian.language.expressions.types import Type

__all__ = ["amount_of", "bare_type", "type_of"]

_PLAIN: dict[str, Type] = {
    "bool": types.BOOL,
    "int": types.INT,
    "rate": types.RATE,
    "date": types.DATE,
    "time": types.TIME,
    "days": types.DAYS,
    "duration": types.DURATION,
    "person": types.PERSON,
    "file": types.FILE,
    "tag": types.TAG,
}


def type_of(field: Field) -> Type:
    """The type of a field, optional where it may be absent."""
    found = bare_type(field, field.name)
    return types.Optional(found) if field.optional else found


def bare_type(kind: Kind, name: str) -> Type:
    """The type of a kind; a choice is called as its field is."""
    plain = _PLAIN.get(kind.type)
    if plain is not None:
        return plain
    match kind.type:
        case "text":
            return types.Text(min(kind.most or 4096, 4096))
        case "money":
            return types.Money(kind.currency or "CNY")
        case "price":
            return types.Price(kind.currency or "CNY", kind.unit, 2 if kind.scale is None else kind.scale)
        case "quantity":
            return types.Quantity(kind.unit, kind.scale or 0)
        case "party":
            return types.Party(kind.role or None)
        case "choice":
            return types.Enum(name, tuple(each.name for each in kind.values))
        case "record":
            return types.Record(kind.record)
        case "list":
            item = types.TEXT if kind.of is None else bare_type(kind.of, name)
            return types.ListOf(item, min(kind.most or types.LIST_MAX, types.LIST_MAX))
        case "bulk":
            return types.Thing("bulk", _sum_of(kind))
    return types.Thing(kind.type)


def _sum_of(kind: Kind) -> Type:
    """What the items of a bulk have amounts of."""
    match kind.sum:
        case "money":
            return types.Money(kind.currency or "CNY")
        case "quantity":
            return types.Quantity(kind.unit, kind.scale or 0)
    return types.INT


def amount_of(asset: Asset | Use) -> Type:
    """What amounts of an asset class are: money in fen, otherwise a quantity of its unit."""
    if asset.unit == "fen":
        return types.Money(asset.currency or "CNY")
    return types.Quantity(asset.unit, asset.scale)
