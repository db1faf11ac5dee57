"""What an expression is worth: a walk over its tuples, with plain integers and fractions."""

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any, NamedTuple

from zhulian.assure.drawn.terms import EPOCH, Term

__all__ = ["MOST", "No", "Ref", "worth"]

MOST = 2**53 - 1
ZONE = 8 * 3600
DAY = 86_400
FIRST_DAY, LAST_DAY = -719_162, 2_932_896


class No(Exception):
    """A refusal by its name, with the promises that would be broken, and others that may come as well first."""

    def __init__(self, name: str, promises: tuple[str, ...] = (), *, also: tuple[str, ...] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.also = also
        self.promises = promises


class Ref(NamedTuple):
    """A record by its type and key."""

    record: str
    key: tuple[Any, ...]


def fits(value: int) -> int:
    """The number, if it is in the range of numbers."""
    if abs(value) > MOST:
        raise No("overflow")
    return value


def day(value: int) -> int:
    """The day, if the calendar has it."""
    if not FIRST_DAY <= value <= LAST_DAY:
        raise No("overflow")
    return value


def moment(value: int) -> int:
    """The time, if the calendar has it."""
    if not FIRST_DAY * DAY <= value <= (LAST_DAY + 1) * DAY:
        raise No("overflow")
    return value


def positive(value: int) -> int:
    """The number, if it is more than 0."""
    if value <= 0:
        raise No("overflow")
    return value


def rounded(value: Fraction, how: str) -> int:
    """A fraction as a whole number, rounded by its size."""
    size = abs(value)
    whole = {"up": ceil(size), "down": floor(size), "half_up": floor(size + Fraction(1, 2))}[how]
    return fits(whole if value >= 0 else -whole)


def worth(term: Term, env: dict[str, Any], model: Any) -> Any:
    """The value of an expression, or a refusal."""
    kind = term[0]
    if kind in ("int", "money", "qty", "bool", "word", "date"):
        return term[1]
    if kind == "span":
        return term[1] * {"d": 1, "h": 3600, "min": 60, "s": 1}[term[2]]
    if kind == "name":
        return Ref("instance", ()) if term[1] == "instance" else env[term[1]]
    if kind == "get":
        return get(worth(term[1], env, model), term[2], model)
    if kind == "at":
        return Ref(term[1], tuple(worth(each, env, model) for each in term[2]))
    if kind == "list":
        return tuple(worth(each, env, model) for each in term[1])
    if kind == "has":
        return worth(term[1], env, model) is not None
    if kind == "or_else":
        found = worth(term[1], env, model)
        return worth(term[2], env, model) if found is None else found
    if kind == "if":
        return worth(term[2] if worth(term[1], env, model) else term[3], env, model)
    if kind == "not":
        return not worth(term[1], env, model)
    if kind == "neg":
        return -worth(term[1], env, model)
    if kind == "moved":
        return moved(term, env, model)
    if kind == "two":
        return two(term, env, model)
    arguments = [each if isinstance(each, str) else worth(each, env, model) for each in term[2]]
    return call(term[1], arguments, term[3]) if kind == "call" else ask(term[1], arguments, model)


def get(of: Any, name: str, model: Any) -> Any:
    """A field of a record, of the record as it was, or of a group of names; only what is optional may be absent."""
    if isinstance(of, dict):
        return of[name]
    fields = None
    if isinstance(of, Ref):
        if of not in model.rows:
            raise No("no_such_record")
        fields = model.record(of.record)["fields"]
        of = model.rows[of]
    if name in ("state", "since"):
        return getattr(of, name)
    if fields is not None and name not in of.fields and not fields[name].get("optional"):
        raise No("bad_input")
    return of.fields.get(name)


def moved(term: Term, env: dict[str, Any], model: Any) -> int:
    """A date some days off, or a time some days or an amount of time off."""
    start = worth(term[3], env, model)
    way = worth(term[4], env, model) * (1 if term[2] == "+" else -1)
    if term[1] == "date":
        return day(start + way)
    return moment(start + way * (DAY if term[1] == "time by days" else 1))


def two(term: Term, env: dict[str, Any], model: Any) -> Any:
    """An operator between two."""
    sign = term[1]
    left = worth(term[2], env, model)
    if sign == "&&":
        return left and worth(term[3], env, model)
    if sign == "||":
        return left or worth(term[3], env, model)
    right = worth(term[3], env, model)
    table: dict[str, Callable[[], Any]] = {
        "==": lambda: left == right, "!=": lambda: left != right, "<": lambda: left < right, "<=": lambda: left <= right,
        ">": lambda: left > right, ">=": lambda: left >= right, "in": lambda: left in right, "*": lambda: fits(left * right),
    }  # fmt: skip
    if sign in table:
        return table[sign]()
    if isinstance(left, tuple):
        if len(left) + len(right) > 256:
            raise No("language/35")
        return left + right
    return fits(left + right if sign == "+" else left - right)


def months(value: int, count: int) -> int:
    """A date so many months off, at the latest day that the month has."""
    if abs(count) > 1200:
        raise No("language/38")
    start = EPOCH + timedelta(days=value)
    index = start.year * 12 + start.month - 1 + count
    year, month = index // 12, index % 12 + 1
    if not 1 <= year <= 9999:
        raise No("overflow")
    for of_month in range(start.day, 0, -1):
        try:
            return (date(year, month, of_month) - EPOCH).days
        except ValueError:
            continue
    raise AssertionError


def call(name: str, given: list[Any], words: tuple[str, ...]) -> Any:
    """A built-in function."""
    if name == "share":
        return rounded(Fraction(given[0] * given[1], positive(given[2])), words[0])
    if name in ("floor_div", "ceil_div"):
        return (floor if name == "floor_div" else ceil)(Fraction(given[0], positive(given[1])))
    table: dict[str, Callable[..., Any]] = {
        "min": min, "max": max, "size": len, "number": lambda x: x, "days": lambda a, b: b - a, "add_months": months,
        "start_of": lambda d: moment(d * DAY - ZONE), "end_of": lambda d: moment((d + 1) * DAY - ZONE),
        "date_of": lambda t: day((t + ZONE) // DAY),
    }  # fmt: skip
    return table[name](*given)


def ask(name: str, given: list[Any], model: Any) -> Any:
    """A read of the state."""
    if name == "now":
        return model.now
    if name == "today":
        return (model.now + ZONE) // DAY
    if name == "known":
        return given[0] in model.rows
    model.follow()
    if name == "balance":
        return model.balance(given[0], given[1], given[2] if len(given) > 2 else None)
    if name == "supply":
        return model.supply(given[0], given[1] if len(given) > 1 else None)
    if name in model.spec["totals"]:
        return fits(model.total(name, given[0] if given else None))
    return model.indexed(name, tuple(given))
