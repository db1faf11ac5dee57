"""Draws expressions of a type that is asked for, out of what may be named at a place."""

import random
from dataclasses import dataclass, field, replace
from typing import Any

from zhulian.assure.drawn.terms import Term
from zhulian.assure.drawn.worth import MOST

__all__ = ["Draw", "Place"]

NUMBERS = ("int", "money", "qty")


@dataclass(frozen=True)
class Place:
    """What may be named: values with their type and whether they may be absent; whether state may be read."""

    values: tuple[tuple[Term, str, bool], ...] = ()
    records: tuple[tuple[Term, str], ...] = ()
    reads: bool = True
    parties: tuple[Term, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def plus(self, *values: tuple[Term, str, bool]) -> "Place":
        """The place with more values."""
        return replace(self, values=(*self.values, *values))

    def having(self, term: Term, record: str) -> "Place":
        """The place with one more record."""
        return replace(self, records=(*self.records, (term, record)))


class Draw:
    """Draws from a seeded source for one definition, whose parts so far are in `spec`."""

    def __init__(self, chance: random.Random, spec: dict[str, Any]) -> None:
        self.chance = chance
        self.spec = spec

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self.chance.random() < share

    def number(self) -> int:
        """A number, mostly small."""
        roll = self.chance.random()
        if roll < 0.75:
            return self.chance.choice((0, 1, 1, 2, 3, 5, 10, 100))
        return self.chance.randrange(1000) if roll < 0.96 else self.chance.choice((MOST, MOST - 1, MOST // 2, 10**15))

    def fields_of(self, record: str) -> dict[str, Any]:
        """The fields of a record type."""
        found: dict[str, Any] = (self.spec["instance"] if record == "instance" else self.spec["records"][record])["fields"]
        return found

    def atoms(self, place: Place) -> list[tuple[Term, str, bool]]:
        """All values that a place names, fields of its records included."""
        found = list(place.values)
        for term, record in place.records:
            for name, each in self.fields_of(record).items():
                found.append((("get", term, name), type_key(each), bool(each.get("optional"))))
                if each["type"] == "ref" and not each.get("optional") and self.often(0.3):
                    for inner, one in self.fields_of(each["record"]).items():
                        found.append((("get", ("get", term, name), inner), type_key(one), bool(one.get("optional"))))
            if record != "instance" and self.spec["records"][record]["states"]:
                found.append((("get", term, "since"), "time", False))
        return found

    def leaf(self, kind: str, place: Place, *, literal: bool) -> Term | None:
        """A name or a literal."""
        some = [term for term, of, absent in self.atoms(place) if of == kind and not absent]
        if kind == "party":
            some += place.parties
        if kind.startswith("ref:"):
            some += [term for term, record in place.records if f"ref:{record}" == kind and term != ("name", "was")]
        if some and (not literal or self.often(0.6)):
            return self.chance.choice(some)
        if literal:
            found = self.literal(kind, place)
            if found is not None:
                return found
        if place.reads and kind in ("date", "time"):
            return ("ask", "today" if kind == "date" else "now", ())
        if kind == "int":
            return ("int", self.number())
        return self.chance.choice(some) if some else None

    def literal(self, kind: str, place: Place) -> Term | None:
        """A literal, where the type has any."""
        if kind in ("int", "money", "qty"):
            return (kind, self.number())
        if kind == "bool":
            return ("bool", self.often(0.5))
        if kind == "date":
            return ("date", 20_450 + self.chance.randrange(40))
        if kind == "days":
            return ("span", self.chance.randrange(40), "d")
        if kind.startswith("choice:"):
            return ("word", self.chance.choice(self.spec["choices"][kind[7:]]))
        if kind == "text":
            return ("word", self.chance.choice("ABC"))
        if kind == "ints":
            return ("list", tuple(("int", self.number()) for _ in range(self.chance.randrange(1, 4))))
        return None

    def term(self, kind: str, place: Place, depth: int = 2, *, literal: bool = True) -> Term | None:
        """An expression of a type, or None where the place has nothing to make one of."""
        if depth <= 0 or self.often(0.35):
            return self.leaf(kind, place, literal=literal)
        makers = {
            "int": self._int, "money": self._amount, "qty": self._amount, "bool": self._bool, "date": self._date, "time": self._time,
            "days": self._days, "ints": self._ints,
        }  # fmt: skip
        base = kind.partition(":")[0]
        for _ in range(4):
            if base == "ref":
                found = self._ref(kind, place, depth - 1)
            elif base in makers:
                found = makers[base](kind, place, depth - 1)
            else:
                found = None
            if found is None:
                found = self._any(kind, place, depth - 1)
            if found is not None:
                return found
        return self.leaf(kind, place, literal=literal)

    def _any(self, kind: str, place: Place, depth: int) -> Term | None:
        """Forms that every type has: a choice, or something that may be absent."""
        if self.often(0.5):
            that = self.term("bool", place, depth)
            one = self.term(kind, place, depth, literal=False)
            other = self.term(kind, place, depth, literal=False)
            return ("if", that, one, other) if one and other else None
        absent = [term for term, of, may in self.atoms(place) if of == kind and may]
        other = self.term(kind, place, depth)
        if not absent or other is None:
            return None
        term = self.chance.choice(absent)
        return ("or_else", term, other) if self.often(0.5) else ("if", ("has", term), term, other)

    def _pair(self, kind: str, place: Place, depth: int) -> tuple[Term, Term] | None:
        left = self.term(kind, place, depth, literal=False)
        right = self.term(kind, place, depth)
        if left is None or right is None or not settled(left):
            return None
        return left, right

    def _int(self, kind: str, place: Place, depth: int) -> Term | None:
        roll = self.chance.randrange(10)
        if roll < 5:
            return self._sum(kind, place, depth)
        if roll == 5:
            of = self.term("ints", place, depth, literal=False)
            return ("call", "size", (of,), ()) if of else None
        if roll == 6:
            of = self.term("days", place, depth, literal=False)
            return ("call", "number", (of,), ()) if of else None
        if roll == 7 and place.reads:
            return self._total("int", place)
        return self._quotient(kind, place, depth)

    def _sum(self, kind: str, place: Place, depth: int) -> Term | None:
        pair = self._pair(kind, place, depth)
        if pair is None:
            return None
        roll = self.chance.randrange(8)
        if roll < 5:
            return ("two", "+" if roll < 3 else "-", *pair)
        if roll == 5:
            return ("call", self.chance.choice(("min", "max")), pair, ())
        if roll == 6:
            times = self.term("int", place, depth)
            return ("two", "*", pair[0], times) if times else None
        return ("neg", pair[0])

    def _quotient(self, kind: str, place: Place, depth: int) -> Term | None:
        over, under = self.term(kind, place, depth, literal=False), self.term("int", place, depth)
        if over is None or under is None or not settled(over):
            return None
        return ("call", self.chance.choice(("floor_div", "ceil_div")), (over, under), ())

    def _amount(self, kind: str, place: Place, depth: int) -> Term | None:
        roll = self.chance.randrange(9)
        if roll < 4:
            return self._sum(kind, place, depth)
        if roll == 4:
            return self._quotient(kind, place, depth)
        if roll == 5:
            of, num = self.term(kind, place, depth, literal=False), self.term("int", place, depth)
            den = ("int", self.chance.choice((0, 1, 3, 7, 100)))
            if of is None or num is None or not settled(of):
                return None
            return ("call", "share", (of, num, den), (self.chance.choice(("up", "down", "half_up")),))
        if not place.reads:
            return None
        return self._total(kind, place) if roll == 6 else self._balance(kind, place)

    def _balance(self, kind: str, place: Place) -> Term | None:
        options = [(name, each["per"]) for name, each in self.spec["assets"].items() if each["type"] == kind]
        if not options:
            return None
        asset, per = self.chance.choice(options)
        of: tuple[Any, ...] = ()
        if per:
            record = self.leaf(f"ref:{per}", place, literal=False)
            if record is None:
                return None
            of = (record,)
        if self.often(0.3):
            return ("ask", "supply", (asset, *of))
        owners = [*place.parties, *[term for term, record in place.records if record != "instance" and term != ("name", "was")]]
        owners += [term for term, of_kind, absent in self.atoms(place) if of_kind == "party" and not absent]
        return ("ask", "balance", (self.chance.choice(owners), asset, *of)) if owners else None

    def _total(self, kind: str, place: Place) -> Term | None:
        options = []
        for name, each in self.spec["totals"].items():
            found = "int" if each["kind"] == "count" else self.fields_of(each["record"])[each["field"]]["type"]
            if found == kind:
                options.append((name, each))
        if not options:
            return None
        name, each = self.chance.choice(options)
        if not each["of"]:
            return ("ask", name, ())
        of = self.leaf(type_key(self.fields_of(each["record"])[each["of"]]), place, literal=True)
        return ("ask", name, (of,)) if of else None

    def _bool(self, kind: str, place: Place, depth: int) -> Term | None:
        roll = self.chance.randrange(12)
        if roll < 5:
            of = self.chance.choice(("int", "int", "money", "money", "qty", "date", "time", "days"))
            pair = self._pair(of, place, depth)
            return ("two", self.chance.choice(("<", "<=", ">", ">=", "==", "!=")), *pair) if pair else None
        if roll < 7:
            one, other = self.term("bool", place, depth), self.term("bool", place, depth)
            return ("two", self.chance.choice(("&&", "||")), one, other) if one and other else None
        if roll == 7:
            one = self.term("bool", place, depth)
            return ("not", one) if one else None
        if roll == 8:
            absent = [term for term, _, may in self.atoms(place) if may]
            return ("has", self.chance.choice(absent)) if absent else None
        if roll == 9:
            return self._state(place)
        if roll == 10 and place.reads:
            records = list(self.spec["records"])
            known = self._ref(f"ref:{self.chance.choice(records)}", place, depth)
            return ("ask", "known", (known,)) if known else None
        return self._equal(place, depth)

    def _equal(self, place: Place, depth: int) -> Term | None:
        kinds = [
            of
            for _, of, absent in self.atoms(place)
            if not absent and of.partition(":")[0] in ("party", "choice", "text", "ref", "ints")
        ]
        if not kinds:
            return None
        kind = self.chance.choice(sorted(set(kinds)))
        if kind == "ints" and self.often(0.7):
            one, several = self.term("int", place, depth), self.term("ints", place, depth, literal=False)
            return ("two", "in", one, several) if one and several else None
        pair = self._pair(kind, place, depth)
        return ("two", self.chance.choice(("==", "!=")), *pair) if pair else None

    def _state(self, place: Place) -> Term | None:
        with_states = [
            (term, record) for term, record in place.records if record != "instance" and self.spec["records"][record]["states"]
        ]
        if not with_states:
            return None
        term, record = self.chance.choice(with_states)
        start, opened, final = self.spec["records"][record]["states"]
        return (
            "two",
            self.chance.choice(("==", "!=")),
            ("get", term, "state"),
            ("word", self.chance.choice((start, *opened, *final))),
        )

    def _date(self, kind: str, place: Place, depth: int) -> Term | None:
        start = self.term("date", place, depth, literal=False)
        if start is None or not settled(start):
            return None
        if self.often(0.7):
            span = self.term("days", place, depth)
            return ("moved", "date", self.chance.choice("+-"), start, span) if span else None
        count = self.term("int", place, depth)
        return ("call", "add_months", (start, count), ()) if count else None

    def _time(self, kind: str, place: Place, depth: int) -> Term | None:
        if self.often(0.4):
            of = self.term("date", place, depth)
            return ("call", self.chance.choice(("start_of", "end_of")), (of,), ()) if of else None
        start = self.term("time", place, depth, literal=False)
        if start is None or not settled(start):
            return None
        if self.often(0.5):
            return (
                "moved",
                "time",
                self.chance.choice("+-"),
                start,
                ("span", self.chance.randrange(60), self.chance.choice(("h", "min"))),
            )
        span = self.term("days", place, depth)
        return ("moved", "time by days", self.chance.choice("+-"), start, span) if span else None

    def _days(self, kind: str, place: Place, depth: int) -> Term | None:
        one, other = self.term("date", place, depth), self.term("date", place, depth)
        return ("call", "days", (one, other), ()) if one and other else None

    def _ints(self, kind: str, place: Place, depth: int) -> Term | None:
        pair = self._pair("ints", place, depth)
        return ("two", "+", *pair) if pair else None

    def _ref(self, kind: str, place: Place, depth: int) -> Term | None:
        record = kind[4:]
        spec = self.spec["records"][record]
        indexes = list(spec["indexes"].items())
        if indexes and place.reads and self.often(0.4):
            name, fields = self.chance.choice(indexes)
            values = [self.leaf(type_key(spec["fields"][each]), place, literal=True) for each in fields]
            return ("ask", name, tuple(values)) if all(values) else None
        parts = [self.leaf(type_key(spec["fields"][each]), place, literal=True) for each in spec["key"]]
        return ("at", record, tuple(parts)) if all(parts) else None


def settled(term: Term) -> bool:
    """Whether the type of an expression is clear without what stands beside it."""
    if term[0] in ("money", "qty", "date", "word"):
        return False
    if term[0] == "if":
        return settled(term[2]) or settled(term[3])
    if term[0] == "list":
        return bool(term[1])
    return True


def type_key(spec: dict[str, Any]) -> str:
    """The type of a field, with what it is of."""
    kind = spec["type"]
    if kind == "choice":
        return f"choice:{spec['name']}"
    return f"ref:{spec['record']}" if kind == "ref" else kind
