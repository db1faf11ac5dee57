"""Draws well-typed expressions together with a plain Python model of each: what it is worth, or the number it refuses with."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any, NamedTuple

from hypothesis import strategies as st

from zhulian.language.expressions import syntax
from zhulian.language.expressions.syntax import Binary, Call, Choice, Expression, Flag, Listing, Name, Number, Select, Span, Unary

MOST = 2**53 - 1
EPOCH = date(1970, 1, 1)
Model = Callable[[dict[str, Any]], Any]


class Refused(Exception):
    """The model refuses, with this number."""


class Drawn(NamedTuple):
    """An expression and its model over the fields of `this`."""

    tree: Expression
    model: Model


def fits(value: int) -> int:
    if abs(value) > MOST:
        raise Refused("language/30")
    return value


def day(value: int) -> int:
    try:
        _ = EPOCH + timedelta(days=value)
    except OverflowError:
        raise Refused("language/32") from None
    return value


def moment(value: int) -> int:
    if not -719_162 * 86_400 <= value <= 2_932_897 * 86_400:
        raise Refused("language/32")
    return value


def positive(value: int) -> int:
    if value <= 0:
        raise Refused("language/31")
    return value


def rounded(value: Fraction, how: str) -> int:
    size = abs(value)
    whole = {"up": ceil(size), "down": floor(size), "half_up": floor(size + Fraction(1, 2))}[how]
    return fits(whole if value >= 0 else -whole)


def months(value: int, count: int) -> int:
    if abs(count) > 1200:
        raise Refused("language/38")
    start = EPOCH + timedelta(days=value)
    index = start.year * 12 + start.month - 1 + count
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise Refused("language/32")
    for of_month in range(start.day, 0, -1):
        try:
            return (date(year, month, of_month) - EPOCH).days
        except ValueError:
            continue
    raise AssertionError


def _two(operator: str, one: Drawn, other: Drawn, meaning: Callable[[Any, Any], Any]) -> Drawn:
    return Drawn(Binary(operator, one.tree, other.tree), lambda r: meaning(one.model(r), other.model(r)))


def _call(name: str, *parts: Drawn, words: tuple[str, ...] = (), meaning: Callable[..., Any]) -> Drawn:
    tree = Call(name, (*[each.tree for each in parts], *[Name(word) for word in words]))
    return Drawn(tree, lambda r: meaning(*[each.model(r) for each in parts]))


def _this(name: str) -> Drawn:
    return Drawn(Select(Name("this"), name), lambda r: r[name])


@cache
def typed(kind: str, depth: int) -> st.SearchStrategy[Drawn]:
    """An expression of `kind`: int, bool, money, date, time, days or list, nested at most `depth` deep."""
    if depth <= 0:
        return LEAVES[kind]()
    return st.one_of(LEAVES[kind](), *[st.deferred(lambda build=build: build(depth - 1)) for build in INNER[kind]])


LEAVES: dict[str, Callable[[], st.SearchStrategy[Drawn]]] = {
    "int": lambda: st.one_of(
        st.just(_this("count")),
        st.one_of(st.integers(0, 9), st.integers(0, MOST)).map(lambda n: Drawn(Number(n), lambda r: n)),
    ),
    "bool": lambda: st.one_of(st.just(_this("open")), st.booleans().map(lambda b: Drawn(Flag(b), lambda r: b))),
    "money": lambda: st.sampled_from([_this("amount"), _this("paid")]),
    "date": lambda: st.just(_this("due")),
    "time": lambda: st.just(_this("since")),
    "days": lambda: st.integers(0, 4000).map(lambda n: Drawn(Span(n, "d"), lambda r: n)),
    "list": lambda: st.just(_this("tags")),
}


def _sum(kind: str, operator: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    meaning = {"+": lambda a, b: fits(a + b), "-": lambda a, b: fits(a - b)}[operator]
    return lambda d: st.builds(lambda a, b: _two(operator, a, b, meaning), typed(kind, d), typed(kind, d))


def _scaled(kind: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    return lambda d: st.builds(lambda a, b: _two("*", a, b, lambda x, y: fits(x * y)), typed(kind, d), typed("int", d))


def _negative(kind: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    return lambda d: typed(kind, d).map(lambda a: Drawn(Unary("-", a.tree), lambda r: -a.model(r)))


def _choice(kind: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    def build(c: Drawn, a: Drawn, b: Drawn) -> Drawn:
        return Drawn(Choice(c.tree, a.tree, b.tree), lambda r: a.model(r) if c.model(r) else b.model(r))

    return lambda d: st.builds(build, typed("bool", d), typed(kind, d), typed(kind, d))


def _extreme(kind: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    return lambda d: st.builds(
        lambda name, a, b: _call(name, a, b, meaning={"min": min, "max": max}[name]),
        st.sampled_from(["min", "max"]), typed(kind, d), typed(kind, d),
    )  # fmt: skip


def _share(d: int) -> st.SearchStrategy[Drawn]:
    def build(how: str, a: Drawn, num: Drawn, den: Drawn) -> Drawn:
        meaning = lambda x, n, m: rounded(Fraction(x * n, positive(m)), how)  # noqa: E731
        return _call("share", a, num, den, words=(how,), meaning=meaning)

    return st.builds(build, st.sampled_from(["up", "down", "half_up"]), typed("money", d), typed("int", d), typed("int", d))


def _quotient(kind: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    def build(name: str, a: Drawn, b: Drawn) -> Drawn:
        rounding = {"floor_div": floor, "ceil_div": ceil}[name]
        return _call(name, a, b, meaning=lambda x, y: rounding(Fraction(x, positive(y))))

    return lambda d: st.builds(build, st.sampled_from(["floor_div", "ceil_div"]), typed(kind, d), typed("int", d))


def _compared(kind: str) -> Callable[[int], st.SearchStrategy[Drawn]]:
    table: dict[str, Callable[[Any, Any], bool]] = {
        "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    }  # fmt: skip
    signs = ["==", "!="] if kind in ("bool", "list") else list(table)
    return lambda d: st.builds(
        lambda sign, a, b: _two(sign, a, b, table[sign]), st.sampled_from(signs), typed(kind, d), typed(kind, d)
    )


def _logic(d: int) -> st.SearchStrategy[Drawn]:
    def build(sign: str, a: Drawn, b: Drawn) -> Drawn:
        if sign == "&&":
            return Drawn(Binary(sign, a.tree, b.tree), lambda r: a.model(r) and b.model(r))
        return Drawn(Binary(sign, a.tree, b.tree), lambda r: a.model(r) or b.model(r))

    return st.builds(build, st.sampled_from(["&&", "||"]), typed("bool", d), typed("bool", d))


def _moved(kind: str, limit: Callable[[int], int], unit: int) -> Callable[[int], st.SearchStrategy[Drawn]]:
    def build(sign: str, a: Drawn, b: Drawn) -> Drawn:
        step = unit if sign == "+" else -unit
        return _two(sign, a, b, lambda x, n: limit(x + step * n))

    return lambda d: st.builds(build, st.sampled_from("+-"), typed(kind, d), typed("days", d))


def _present(d: int) -> st.SearchStrategy[Drawn]:
    discount = Select(Name("this"), "discount")

    def build(which: int, a: Drawn) -> Drawn:
        if which == 0:
            return Drawn(Call("or_else", (discount, a.tree)), lambda r: a.model(r) if r["discount"] is None else r["discount"])
        tree = Choice(Call("has", (discount,)), discount, a.tree)
        return Drawn(tree, lambda r: a.model(r) if r["discount"] is None else r["discount"])

    return st.builds(build, st.integers(0, 1), typed("money", d))


def _joined(a: Any, b: Any) -> Any:
    if len(a) + len(b) > 256:
        raise Refused("language/35")
    return a + b


INNER: dict[str, list[Callable[[int], st.SearchStrategy[Drawn]]]] = {
    "int": [
        _sum("int", "+"), _sum("int", "-"), _scaled("int"), _negative("int"), _choice("int"), _extreme("int"), _quotient("int"),
        lambda d: typed("list", d).map(lambda a: _call("size", a, meaning=len)),
        lambda d: typed("days", d).map(lambda a: _call("number", a, meaning=lambda x: x)),
    ],
    "money": [
        _sum("money", "+"), _sum("money", "-"), _scaled("money"), _negative("money"), _choice("money"), _share,
        _quotient("money"), _present,
    ],
    "bool": [
        *[_compared(kind) for kind in ("int", "money", "date", "time", "days", "bool", "list")], _logic, _logic,
        lambda d: typed("bool", d).map(lambda a: Drawn(Unary("!", a.tree), lambda r: not a.model(r))),
        lambda d: st.builds(
            lambda text, a: Drawn(Binary("in", syntax.Text(text), a.tree), lambda r: text in a.model(r)),
            st.sampled_from("abc"), typed("list", d),
        ),
    ],
    "date": [
        _moved("date", day, 1), _choice("date"), _extreme("date"),
        lambda d: st.builds(lambda a, n: _call("add_months", a, n, meaning=months), typed("date", d), typed("int", d)),
        lambda d: typed("time", d).map(lambda a: _call("date_of", a, meaning=lambda t: day((t + 28_800) // 86_400))),
    ],
    "time": [
        _moved("time", moment, 86_400), _choice("time"),
        lambda d: typed("date", d).map(lambda a: _call("end_of", a, meaning=lambda x: moment((x + 1) * 86_400 - 28_800))),
        lambda d: typed("date", d).map(lambda a: _call("start_of", a, meaning=lambda x: moment(x * 86_400 - 28_800))),
    ],
    "days": [
        _sum("days", "+"), _sum("days", "-"), _scaled("days"), _choice("days"),
        lambda d: st.builds(lambda a, b: _call("days", a, b, meaning=lambda x, y: y - x), typed("date", d), typed("date", d)),
    ],
    "list": [
        _choice("list"),
        lambda d: st.builds(lambda a, b: _two("+", a, b, _joined), typed("list", d), typed("list", d)),
        lambda d: st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(
            lambda items: Drawn(Listing(tuple(syntax.Text(each) for each in items)), lambda r: tuple(items))
        ),
    ],
}  # fmt: skip


@cache
def expressions() -> st.SearchStrategy[Drawn]:
    """Any well-typed expression."""
    return st.one_of([build(depth) for depth in (0, 1, 2, 3) for kind in sorted(INNER) for build in INNER[kind]])


def states() -> st.SearchStrategy[dict[str, Any]]:
    """Fields of `this`, small and at the limits."""
    amounts = st.one_of(st.integers(0, 1000), st.integers(-MOST, MOST))
    return st.fixed_dictionaries(
        {
            "amount": amounts, "paid": amounts, "count": amounts, "open": st.booleans(),
            "due": st.one_of(st.integers(19_000, 21_000), st.integers(-719_162, 2_932_896)),
            "since": st.one_of(st.integers(1_700_000_000, 1_800_000_000), st.integers(-719_162 * 86_400, 2_932_897 * 86_400)),
            "discount": st.one_of(st.none(), amounts),
            "tags": st.lists(st.sampled_from("abc"), max_size=130).map(tuple),
        }
    )  # fmt: skip
