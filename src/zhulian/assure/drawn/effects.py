"""Draws effects that a definition may have: nothing is taken from whoever does not sign, nothing is given to what ends."""

from typing import Any

from zhulian.assure.drawn.drawing import Draw, Place, type_key

__all__ = ["EffectDraw"]

REFUSALS = ("no_a", "no_b", "no_c")


class EffectDraw:
    """Effects of one action or timer; `record` is what `this` is, empty where there is none but the instance."""

    def __init__(self, draw: Draw, action: dict[str, Any], place: Place, record: str) -> None:
        self.draw = draw
        self.chance = draw.chance
        self.spec = draw.spec
        self.action = action
        self.place = place
        self.record = record
        self.names = iter([f"w{number}" for number in range(40)])
        self.repeated = False
        self.gives = False
        self.ends = bool(action["to"])

    def several(self, count: int, *, depth: int = 2, timer: bool = False) -> list[tuple[Any, ...]]:
        """So many effects, or fewer where some cannot be drawn."""
        found = []
        outer = self.place
        for _ in range(count):
            effect = self.one(depth, timer)
            if effect is not None:
                found.append(effect)
        self.place = outer
        return found

    def one(self, depth: int, timer: bool) -> tuple[Any, ...] | None:
        """One effect, or None."""
        roll = self.chance.random()
        if roll < 0.3:
            return self.set()
        if roll < 0.42:
            return self.create(timer)
        if roll < 0.5:
            return self.move()
        if roll < 0.62 and depth:
            return self.branch(depth, timer)
        if roll < 0.7 and depth and not self.repeated:
            return self.each(depth, timer)
        if roll < 0.74:
            return ("refuse", self.chance.choice(REFUSALS))
        if roll < 0.79:
            return ("alert", self.chance.choice(("low", "high")), f"al_{self.chance.randrange(3)}")
        return self.verb(timer)

    def targets(self) -> list[tuple[Any, str]]:
        """Records whose fields may be set: this one (None) and others that have a name."""
        found: list[tuple[Any, str]] = [(None, self.record)] * 4 if self.record else []
        for term, record in self.place.records:
            if (
                (term[0] == "name" and term[1] not in ("this", "was", "instance"))
                or term[0] == "get"
                or term == ("name", "instance")
            ):
                found.append((term, record))
        return found

    def set(self) -> tuple[Any, ...] | None:
        """Fields of one or several records."""
        values: list[tuple[Any, str, Any]] = []
        targets = self.targets()
        for _ in range(self.chance.choice((1, 1, 2, 3))):
            if not targets:
                return None
            of, record = self.chance.choice(targets)
            spec = self.spec["instance"] if record == "instance" else self.spec["records"][record]
            names = [each for each in spec["fields"] if each not in spec.get("key", ())]
            if not names:
                continue
            name = self.chance.choice(names)
            if any((of, name) == each[:2] for each in values):
                continue
            value = self.draw.term(type_key(spec["fields"][name]), self.place, 2)
            if value is not None:
                values.append((of, name, value))
        return ("set", values) if values else None

    def create(self, timer: bool) -> tuple[Any, ...] | None:
        """A new record, or one that may be there; a timer makes none of its own type, whose timers would go on for ever."""
        record = self.chance.choice(list(self.spec["records"]))
        if timer and record == self.record:
            return None
        values = {}
        for name, spec in self.spec["records"][record]["fields"].items():
            if (spec.get("optional") or "default" in spec) and self.chance.random() < 0.5:
                continue
            value = self.draw.term(type_key(spec), self.place, 1)
            if value is None:
                if spec.get("optional") or "default" in spec:
                    continue
                return None
            values[name] = value
        called = next(self.names) if self.chance.random() < 0.4 else ""
        if called:
            self.place = self.place.having(("name", called), record)
        return (self.chance.choice(("create", "ensure")), record, values, called)

    def move(self) -> tuple[Any, ...] | None:
        """This record or another enters a state; a timer's record only a later one, lest it goes in circles."""
        targets = [
            (of, record) for of, record in self.targets() if record != "instance" and self.spec["records"][record]["states"]
        ]
        if not targets:
            return None
        of, record = self.chance.choice(targets)
        start, opened, final = self.spec["records"][record]["states"]
        states = (start, *opened, *final)
        if self.action.get("timer"):
            if not final:
                return None
            states = final
        if self.gives:
            states = tuple(each for each in states if each not in final)
        if not states:
            return None
        state = self.chance.choice(states)
        self.ends = self.ends or state in final
        return ("move", of, state)

    def branch(self, depth: int, timer: bool) -> tuple[Any, ...] | None:
        """Effects under a condition."""
        that = self.draw.term("bool", self.place, 2, literal=False)
        then = self.several(self.chance.choice((1, 2)), depth=depth - 1, timer=timer)
        other = self.several(self.chance.choice((0, 1)), depth=depth - 1, timer=timer)
        return ("if", that, then, other) if that and then else None

    def each(self, depth: int, timer: bool) -> tuple[Any, ...] | None:
        """Effects for each item of a list."""
        among = self.draw.term("ints", self.place, 1, literal=False)
        if among is None:
            return None
        item, outer = next(self.names), self.place
        self.repeated, self.place = True, outer.plus((("name", item), "int", False))
        do = self.several(self.chance.choice((1, 2)), depth=depth - 1, timer=timer)
        self.repeated, self.place = False, outer
        return ("each", item, among, do) if do else None

    def verb(self, timer: bool) -> tuple[Any, ...] | None:
        """Issue, transfer or retire an asset; records get something only where anyone can fetch it again."""
        options: list[tuple[str, str, dict[str, Any]]] = []
        for asset, each in self.spec["assets"].items():
            if not each["per"]:
                options.append((asset, each["type"], {}))
            elif each["per"] == self.record and not (timer and self.action["to"]):
                options.append((asset, each["type"], {"of": ("name", "this")}))
        if not options:
            return None
        asset, kind, of = self.chance.choice(options)
        signers = list(self.place.parties)
        parties = [term for term, one, absent in self.draw.atoms(self.place) if one == "party" and not absent] + signers
        amount = self.draw.term(kind, self.place, 2)
        name = self.chance.choice(("issue", "issue", "issue", "transfer", "transfer", "retire"))
        this = ("name", "this")
        drained = self.record and asset in self.spec["records"][self.record].get("drained", set())
        givers = [*signers, *([this] if self.record and not self.action["creates"] else [])]
        takers = [*parties, *([this] * 3 if drained and not self.ends else [])]
        if amount is None or (name != "retire" and not takers) or (name != "issue" and not givers):
            return None
        given: dict[str, Any] = {"asset": asset, **of}
        if name != "issue":
            given["from"] = self.chance.choice(givers)
        if name != "retire":
            given["to"] = self.chance.choice(takers)
            self.gives = self.gives or given["to"] == this
        return ("verb", name, {**given, "amount": amount})
