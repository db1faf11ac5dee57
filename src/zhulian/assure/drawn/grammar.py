"""Draws whole definitions that are valid by construction, and writes them out as their authors would."""

import json
import random
from typing import Any

from zhulian.assure.drawn.drawing import Draw, Place, type_key
from zhulian.assure.drawn.effects import EffectDraw
from zhulian.assure.drawn.terms import Term, fen, write
from zhulian.assure.drawn.worth import MOST

__all__ = ["PARTIES", "draw_definition", "text_of_definition"]

PARTIES = ("org1", "org2", "org3", "org4")
NAME = {"zh": "名称", "en": "Name"}
ROLES = ("clerk", "client")
REFUSALS = ("no_a", "no_b", "no_c")


def draw_definition(seed: int) -> dict[str, Any]:
    """The definition of a seed: everything that the model and the text need."""
    return Grammar(random.Random(seed)).whole()  # noqa: S311 - the same in each run


class Grammar:
    """Draws the parts of one definition in an order in which each may speak of those before it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.spec: dict[str, Any] = {
            "roles": ROLES, "refusals": REFUSALS, "choices": {}, "assets": {}, "records": {}, "instance": None, "totals": {},
            "actions": {}, "timers": {},
            "settings": {
                "cap": {"type": "money", "default": chance.choice((0, 500, 100_000, MOST))},
                "num": {"type": "int", "default": chance.choice((1, 3, 7))},
                "span": {"type": "days", "default": chance.choice((0, 1, 2))},
            },
        }  # fmt: skip
        self.draw = Draw(chance, self.spec)
        self.settings = (
            (("get", ("name", "settings"), "cap"), "money", False),
            (("get", ("name", "settings"), "num"), "int", False),
            (("get", ("name", "settings"), "span"), "days", False),
        )

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self.chance.random() < share

    def whole(self) -> dict[str, Any]:
        """All parts."""
        records = ["ra", "rb", "rc"][: self.chance.choice((1, 2, 2, 3))]
        if self.often(0.6):
            self.spec["instance"] = {"fields": {"seen": {"type": "int", "default": 0, "name": "seen"}}, "always": [], "steps": []}
        for name in records:
            self.spec["records"][name] = self.record(name)
        if self.often(0.75):
            self.spec["assets"]["am"] = {"type": "money", "per": self.chance.choice(["", *records])}
        if self.often(0.5):
            self.spec["assets"]["aq"] = {"type": "qty", "per": self.chance.choice(["", "", *records])}
        for name in ("ta", "tb")[: self.chance.randrange(3)]:
            self.total(name)
        self.promises()
        for name in records:
            self.actions_of(name)
        if self.spec["instance"] is not None:
            self.action_on_whole()
        for name in records:
            self.timers_of(name)
        return self.spec

    # Records.

    def record(self, name: str) -> dict[str, Any]:
        """A record type with its key, fields, states and indexes."""
        earlier = list(self.spec["records"])
        key: list[str] = ["kx"]
        fields: dict[str, Any] = {"kx": self.key_field(earlier)}
        if self.often(0.35):
            key.append("ky")
            fields["ky"] = self.key_field(earlier)
        for each in self.chance.sample(
            ["n", "m", "q", "b", "c", "who", "d", "t", "z", "u", "lst", "link", "m2"], self.chance.randrange(4, 10)
        ):
            fields[each] = self.field(each, name, earlier)
        for each, spec in fields.items():
            spec["name"] = f"{name}_{each}" if spec["type"] == "choice" else each
            if spec["type"] == "choice":
                spec["values"] = ("low", "mid", "top")
                self.spec["choices"][spec["name"]] = spec["values"]
        renamed = {spec["name"] if spec["type"] == "choice" else each: spec for each, spec in fields.items()}
        key = [renamed_name(fields, each) for each in key]
        states: tuple[str, tuple[str, ...], tuple[str, ...]] = ("s0", (), ())
        if self.often(0.85):
            states = ("s0", ("s1", "s2")[: self.chance.randrange(3)], ("end", "gone")[: self.chance.randrange(1, 3)])
        indexes = {}
        if self.often(0.4) and any(each in renamed for each in ("u", "n", "z", "who")):
            some = [each for each in ("u", "n", "z", "who") if each in renamed]
            indexes[f"x{name}"] = self.chance.sample(some, min(len(some), self.chance.choice((1, 1, 2))))
        return {"key": key, "fields": renamed, "states": states, "always": [], "steps": [], "indexes": indexes}

    def key_field(self, earlier: list[str]) -> dict[str, Any]:
        """A part of a key."""
        kind = self.chance.choice(("int", "int", "text", "party", "choice", "ref"))
        single = [each for each in earlier if len(self.spec["records"][each]["key"]) == 1]
        if kind == "ref":
            return {"type": "ref", "record": self.chance.choice(single)} if single else {"type": "int"}
        if kind == "text":
            return {"type": "text", "pattern": "[A-C/%]{1,2}"}
        return {"type": kind}

    def field(self, each: str, record: str, earlier: list[str]) -> dict[str, Any]:
        """A field that is no part of the key."""
        if each in ("n", "m", "m2", "q"):
            kind = {"n": "int", "q": "qty"}.get(each, "money")
            spec: dict[str, Any] = {"type": kind}
            if self.often(0.5):
                spec["min"] = self.chance.choice((0, 1, -5))
            if self.often(0.3):
                spec["max"] = self.chance.choice((100, 5000))
            if self.often(0.4):
                spec["default"] = 1
            return spec
        if each == "link":
            if not earlier or self.often(0.2):
                return {"type": "party", "role": "client", "optional": self.often(0.4)}
            return {"type": "ref", "record": self.chance.choice(earlier), "optional": self.often(0.3)}
        plain: dict[str, Any] = {
            "b": {"type": "bool", "default": False} if self.often(0.6) else {"type": "bool"},
            "c": {"type": "choice", "default": "low"} if self.often(0.6) else {"type": "choice"},
            "who": {"type": "party", "role": self.chance.choice(("client", ""))},
            "d": {"type": "date", "optional": self.often(0.2)},
            "t": {"type": "time"},
            "z": {"type": "int", "optional": True},
            "u": {"type": "text", "pattern": "[A-C]{1,2}", "unique": self.often(0.8), "optional": self.often(0.6)},
            "lst": {"type": "ints", "most": self.chance.choice((2, 4)), "optional": self.often(0.3)},
        }[each]
        return plain

    def total(self, name: str) -> None:
        """A sum or a count."""
        record = self.chance.choice(list(self.spec["records"]))
        fields = self.spec["records"][record]["fields"]
        sums = [each for each, spec in fields.items() if spec["type"] in ("int", "money", "qty") and not spec.get("optional")]
        links = [each for each, spec in fields.items() if spec["type"] in ("ref", "party", "choice")]
        kind = "sum" if sums and self.often(0.7) else "count"
        place = Place(
            values=tuple((("name", each), type_key(spec), bool(spec.get("optional"))) for each, spec in fields.items()),
            reads=False,
        )
        where = None
        if self.often(0.4):
            where = self.draw.term("bool", place, 1)
        elif self.spec["records"][record]["states"] and self.often(0.5):
            where = ("two", "==", ("name", "state"), ("word", "s0"))
        self.spec["totals"][name] = {
            "kind": kind, "record": record, "field": self.chance.choice(sums) if kind == "sum" else "",
            "of": self.chance.choice(links) if links and self.often(0.5) else "", "where": where,
        }  # fmt: skip

    def of_record(self, record: str, *, was: bool = False) -> Place:
        """A place that sees a record and nobody who acts."""
        place = Place(values=self.settings).having(("name", "this"), record)
        if self.spec["instance"] is not None and record != "instance":
            place = place.having(("name", "instance"), "instance")
        return place.having(("name", "was"), record) if was else place

    def promises(self) -> None:
        """Promises that hold now and then: bounds mostly, sometimes anything."""
        for name, spec in [
            *self.spec["records"].items(),
            *([("instance", self.spec["instance"])] if self.spec["instance"] else []),
        ]:
            numbers = [
                each
                for each, one in spec["fields"].items()
                if one["type"] in ("int", "money", "qty") and not one.get("optional") and each not in spec.get("key", ())
            ]
            this = ("name", "this")
            for each in numbers:
                kind = spec["fields"][each]["type"]
                if self.often(0.3):
                    bound = self.chance.choice((3, 100, 10_000))
                    spec["always"].append((f"p_{name}_{each}", ("two", "<=", ("get", this, each), (kind, bound))))
                if self.often(0.15):
                    spec["steps"].append((f"q_{name}_{each}", ("two", ">=", ("get", this, each), ("get", ("name", "was"), each))))
            if self.often(0.15):
                that = self.draw.term("bool", self.own(name), 2)
                if that is not None:
                    spec["always"].append((f"any_{name}", ("two", "||", that, ("bool", self.often(0.5)))))
            for asset, each in self.spec["assets"].items():
                if each["per"] == name and self.often(0.3):
                    kind = each["type"]
                    spec["always"].append(
                        (
                            f"s_{name}_{asset}",
                            ("two", "<=", ("ask", "supply", (asset, this)), (kind, self.chance.choice((10, 1000)))),
                        )
                    )
                if name != "instance" and not each["per"] and self.often(0.2):
                    spec["always"].append(
                        (f"b_{name}_{asset}", ("two", "<=", ("ask", "balance", (this, asset)), (each["type"], 50)))
                    )

    def own(self, name: str) -> Place:
        """A record's own fields and the settings: what a promise may read so that only changes of the record matter."""
        place = Place(values=self.settings, reads=False)
        values = [
            (("get", ("name", "this"), each), type_key(spec), bool(spec.get("optional")))
            for each, spec in (self.spec["instance"] if name == "instance" else self.spec["records"][name])["fields"].items()
        ]
        return place.plus(*values)

    # Actions.

    def signatories(self, record: str) -> list[tuple[str, list[tuple[str, Term | None]]]]:
        """Who signs: one, any of several, or several together."""
        parties: list[tuple[str, Term | None]] = [("clerk", None), ("client", None)]
        if record:
            for each, spec in self.spec["records"][record]["fields"].items():
                if spec["type"] == "party":
                    parties += [("", ("get", ("name", "this"), each)), ("client", ("get", ("name", "this"), each))]
        roll = self.chance.random()
        if roll < 0.65:
            return [("", [self.chance.choice([*parties, ("anyone", None)])])]
        if roll < 0.8:
            return [("", self.chance.sample(parties, 2))]
        one, other = self.chance.choice(parties), self.chance.choice([*parties, ("anyone", None)])
        if one[1] is not None and one[1] == other[1]:
            other = ("anyone", None)
        return [("one", [one]), ("other", [other])]

    def actions_of(self, record: str) -> None:
        """Actions that make records of a type and act on them, and one that lets anyone fetch what such a record holds."""
        spec = self.spec["records"][record]
        if self.often(0.8):
            spec["drained"] = {name for name, each in self.spec["assets"].items() if each["per"] in ("", record)}
        for number in range(self.chance.choice((1, 1, 2))):
            self.creating(f"make_{record}{number}", record)
        for number in range(self.chance.randrange(1, 4)):
            self.acting(f"do_{record}{number}", record)
        do = []
        for asset in sorted(spec.get("drained", ())):
            of = {"of": ("name", "this")} if self.spec["assets"][asset]["per"] else {}
            have = ("ask", "balance", (("name", "this"), asset, *of.values()))
            do.append(
                ("verb", "transfer", {"asset": asset, **of, "from": ("name", "this"), "to": ("name", "actor"), "amount": have})
            )
        if do:
            self.spec["actions"][f"drain_{record}"] = self.bare(on=record, by=[("", [("anyone", None)])], do=do)

    def bare(self, **more: Any) -> dict[str, Any]:
        """An action with nothing but what is given."""
        plain: dict[str, Any] = {
            "by": [], "one_party": False, "on": "", "creates": "", "many": 1, "froms": (), "to": "", "input": {}, "let": [],
            "require": [], "do": [], "short": False,
        }  # fmt: skip
        found = {**plain, **more}
        states = self.spec["records"][found["on"]]["states"] if found["on"] in self.spec["records"] else None
        if states and not found["froms"]:
            found["froms"] = (states[0], *states[1])
        return found

    def place_of(self, action: dict[str, Any]) -> Place:
        """What `let` and `require` of an action see."""
        place = Place(values=self.settings)
        if self.spec["instance"] is not None:
            place = place.having(("name", "instance"), "instance")
        if action["on"] and action["on"] != "instance":
            place = place.having(("name", "this"), action["on"])
        parties: list[Term] = [("get", ("name", "by"), name) for name, _ in action["by"] if name] or [("name", "actor")]
        values = []
        for name, spec in action["input"].items():
            term = ("get", ("name", "input"), name)
            values.append((term, type_key(spec), bool(spec.get("optional"))))
            if spec["type"] == "ref" and not spec.get("optional"):
                place = place.having(term, spec["record"])
        return Place((*place.values, *values), place.records, True, tuple(parties))

    def extra_inputs(self, action: dict[str, Any]) -> None:
        """Inputs besides those that are fields."""
        for name, kind in self.chance.sample(
            [
                ("ia", "int"),
                ("im", "money"),
                ("iq", "qty"),
                ("il", "ints"),
                ("ip", "party"),
                ("ir", "ref"),
                ("id_", "date"),
                ("ib", "bool"),
            ],
            self.chance.randrange(4),
        ):
            spec: dict[str, Any] = {"type": kind, "field": False, "name": name}
            if kind in ("int", "money", "qty") and self.often(0.5):
                spec["min"] = self.chance.choice((0, 1))
            if kind == "ints":
                spec["most"] = self.chance.choice((1, 3))
            if kind == "party":
                spec["role"] = self.chance.choice(("", "client"))
                if not action["by"][0][0] and self.often(0.4):
                    spec["not"] = ("name", "actor")
            if kind == "ref":
                spec["record"] = self.chance.choice(list(self.spec["records"]))
            if kind in ("int", "money") and self.often(0.2):
                spec["optional"] = True
            action["input"][name] = spec

    def guards(self, action: dict[str, Any]) -> Place:
        """Draw `let` and `require`; the place that effects see, without `this` of a new record."""
        place = self.place_of(action)
        for name in ("la", "lb")[: self.chance.choice((0, 0, 1, 2))]:
            kind = self.chance.choice(("int", "money", "bool", "date", "days"))
            value = self.draw.term(kind, place, 2, literal=False)
            if value is not None and value[0] not in ("money", "date", "qty"):
                action["let"].append((name, value))
                place = Place((*place.values, (("name", name), kind, False)), place.records, True, place.parties)
        for _ in range(self.chance.choice((0, 0, 1, 1, 2))):
            that = self.draw.term("bool", place, 3, literal=False)
            if that is not None:
                action["require"].append((self.chance.choice(REFUSALS), that))
        return place

    def creating(self, name: str, record: str) -> None:
        """An action that makes a record."""
        action = self.bare(creates=record, by=self.signatories(""))
        later = []
        for each, spec in self.spec["records"][record]["fields"].items():
            if (spec.get("optional") or "default" in spec) and self.often(0.4):
                continue
            if each not in self.spec["records"][record]["key"] and self.often(0.15):
                later.append(each)
                continue
            action["input"][each] = {**spec, "field": True}
        self.extra_inputs(action)
        place = self.guards(action)
        first = []
        for each in later:
            spec = self.spec["records"][record]["fields"][each]
            value = self.draw.term(type_key(spec), place, 1)
            if value is not None:
                first.append((None, each, value))
            elif not spec.get("optional") and "default" not in spec:
                action["input"][each] = {**spec, "field": True}
        states = self.spec["records"][record]["states"]
        if states[1] + states[2] and self.often(0.15):
            action["to"] = self.chance.choice((*states[1], *states[2]))
        effects = EffectDraw(self.draw, action, place.having(("name", "this"), record), record)
        action["do"] = [*([("set", first)] if first else []), *effects.several(self.chance.choice((0, 1, 1, 2)))]
        action["short"] = self.often(0.1)
        self.spec["actions"][name] = action

    def acting(self, name: str, record: str) -> None:
        """An action on a record."""
        action = self.bare(on=record, by=self.signatories(record), many=self.chance.choice((1, 1, 1, 3)))
        action["one_party"] = bool(action["by"][0][0]) and self.often(0.3)
        states = self.spec["records"][record]["states"]
        if states:
            open_ = (states[0], *states[1])
            action["froms"] = tuple(sorted(self.chance.sample(open_, self.chance.randrange(1, len(open_) + 1)), key=open_.index))
            if states[1] + states[2] and self.often(0.4):
                action["to"] = self.chance.choice((*states[1], *states[2]))
        self.extra_inputs(action)
        place = self.guards(action)
        effects = EffectDraw(self.draw, action, place.having(("name", "was"), record), record)
        action["do"] = effects.several(self.chance.choice((1, 2, 2, 3)))
        action["short"] = self.often(0.1)
        self.spec["actions"][name] = action

    def action_on_whole(self) -> None:
        """An action on the instance."""
        action = self.bare(on="instance", by=self.signatories(""))
        self.extra_inputs(action)
        place = self.guards(action)
        effects = EffectDraw(self.draw, action, place, "")
        action["do"] = effects.several(self.chance.choice((1, 2, 3)))
        self.spec["actions"]["whole"] = action

    def timers_of(self, record: str) -> None:
        """Timers that only lead forward through the states."""
        states = self.spec["records"][record]["states"]
        order = (states[0], *states[1], *states[2])
        fields = self.spec["records"][record]["fields"]
        this = ("name", "this")
        for number in range(self.chance.choice((0, 1, 1, 2))):
            start = self.chance.randrange(1 + len(states[1]))
            since: Term = ("moved", "time", "+", ("get", this, "since"), ("span", self.chance.choice((0, 1, 5, 30)), "h"))
            options = [since, ("moved", "time by days", "+", ("get", this, "since"), ("get", ("name", "settings"), "span"))]
            if "t" in fields:
                options.append(("get", this, "t"))
            if "d" in fields and not fields["d"].get("optional"):
                options.append(("call", "end_of", (("get", this, "d"),), ()))
            timer: dict[str, Any] = {
                "on": record,
                "froms": (order[start],),
                "at": self.chance.choice(options),
                "to": "",
                "do": [],
            }
            if order[start + 1 :] and self.often(0.6):
                timer["to"] = self.chance.choice(order[start + 1 :])
            effects = EffectDraw(
                self.draw, {**self.bare(on=record), "timer": True, "to": timer["to"]}, self.of_record(record), record
            )
            timer["do"] = effects.several(self.chance.choice((0, 1, 2)), timer=True)
            if timer["to"] or timer["do"]:
                self.spec["timers"][f"late_{record}{number}"] = timer


def renamed_name(fields: dict[str, Any], each: str) -> str:
    """The name that a field has in the definition."""
    return str(fields[each]["name"])


# Written out.


def text_of_definition(spec: dict[str, Any], scenario: str = "drawn") -> str:
    """The definition as text; JSON is YAML too."""
    whole: dict[str, Any] = {
        "scenario": scenario,
        "version": "1",
        "title": NAME,
        "settings": {name: shape_of(each) for name, each in spec["settings"].items()},
        "roles": {name: {"title": NAME, "admitted_by": "operator"} for name in spec["roles"]},
        "refusals": {name: {"zh": "不行，请更正", "en": "No. Put it right"} for name in spec["refusals"]},
        "records": {name: record_of(each) for name, each in spec["records"].items()},
        "actions": {name: action_of(each) for name, each in spec["actions"].items()},
    }
    if spec["assets"]:
        whole["assets"] = {
            name: {
                "title": NAME,
                "unit": "fen" if each["type"] == "money" else "piece",
                **({"per": each["per"]} if each["per"] else {}),
            }
            for name, each in spec["assets"].items()
        }
    if spec["instance"] is not None:
        whole["instance"] = record_of(spec["instance"])
    if spec["totals"]:
        whole["totals"] = {name: total_of(each) for name, each in spec["totals"].items()}
    if spec["timers"]:
        whole["timers"] = {name: timer_of(each) for name, each in spec["timers"].items()}
    return json.dumps(whole, ensure_ascii=False)


def literal_of(kind: str, value: Any) -> str:
    """A bound or default as text."""
    if kind == "money":
        return fen(value)
    return f"{value}d" if kind == "days" else str(value).lower() if kind == "bool" else str(value)


def shape_of(spec: dict[str, Any]) -> dict[str, Any]:
    """A field, input or setting."""
    kind = spec["type"]
    found: dict[str, Any] = {"type": {"qty": "quantity", "ints": "list", "ref": spec.get("record", "")}.get(kind, kind)}
    if kind == "qty":
        found["unit"] = "piece"
    if kind == "ints":
        found |= {"of": "int", "most": str(spec["most"])}
    for each in ("min", "max", "default"):
        if spec.get(each) is not None:
            found[each] = literal_of(kind, spec[each])
    if spec.get("pattern"):
        found["pattern"] = spec["pattern"]
    if spec.get("values"):
        found["values"] = list(spec["values"])
    if spec.get("role"):
        found["role"] = spec["role"]
    for each in ("optional", "unique"):
        if spec.get(each) and not (each == "unique" and "field" in spec):
            found[each] = "true"
    if spec.get("not") is not None:
        found["not"] = write(spec["not"])
    return found


def promises_of(several: list[tuple[str, Term]]) -> list[dict[str, str]]:
    """Promises by name."""
    return [{"name": name, "that": write(that)} for name, that in several]


def record_of(spec: dict[str, Any]) -> dict[str, Any]:
    """A record type, or the instance."""
    found: dict[str, Any] = {"fields": {name: shape_of(each) for name, each in spec["fields"].items()}}
    for part in ("always", "steps"):
        if spec[part]:
            found[part] = promises_of(spec[part])
    if "key" not in spec:
        return found
    found |= {"title": NAME, "key": list(spec["key"])}
    start, opened, final = spec["states"]
    found["states"] = {"start": start, **({"open": list(opened)} if opened else {}), **({"final": list(final)} if final else {})}
    if spec["indexes"]:
        found["indexes"] = {name: list(each) for name, each in spec["indexes"].items()}
    return found


def total_of(spec: dict[str, Any]) -> dict[str, str]:
    """A total."""
    found = {"sum": f"{spec['record']}.{spec['field']}"} if spec["kind"] == "sum" else {"count": spec["record"]}
    if spec["of"]:
        found["of"] = f"{spec['record']}.{spec['of']}"
    return found | ({"where": write(spec["where"])} if spec["where"] is not None else {})


def who_of(choices: list[tuple[str, Term | None]]) -> Any:
    """Whoever may be a signatory."""
    found: list[Any] = []
    for role, equals in choices:
        if equals is None:
            found.append(role)
        elif role:
            found.append({"role": role, "is": write(equals)})
        else:
            found.append(write(equals))
    return found[0] if len(found) == 1 else found


def action_of(spec: dict[str, Any]) -> dict[str, Any]:
    """An action."""
    found: dict[str, Any] = {"title": NAME}
    found["by"] = {name: who_of(each) for name, each in spec["by"]} if spec["by"][0][0] else who_of(spec["by"][0][1])
    for each in ("on", "creates", "to"):
        if spec[each]:
            found[each] = spec[each]
    if spec["one_party"]:
        found["one_party"] = "true"
    if spec["many"] > 1:
        found["many"] = str(spec["many"])
    if spec["froms"]:
        found["from"] = list(spec["froms"])
    if spec["input"]:
        found["input"] = [name if each["field"] else {name: shape_of(each)} for name, each in spec["input"].items()]
    if spec["let"]:
        found["let"] = [{name: write(value)} for name, value in spec["let"]]
    if spec["require"]:
        found["require"] = [{name: write(that)} for name, that in spec["require"]]
    if spec["do"]:
        found["do"] = [effect_of(each) for each in spec["do"]]
    if spec["short"]:
        found["short"] = "pay_less"
    return found


def timer_of(spec: dict[str, Any]) -> dict[str, Any]:
    """A timer."""
    found: dict[str, Any] = {"on": spec["on"], "from": list(spec["froms"]), "at": write(spec["at"])}
    if spec["to"]:
        found["to"] = spec["to"]
    if spec["do"]:
        found["do"] = [effect_of(each) for each in spec["do"]]
    return found


def effect_of(effect: tuple[Any, ...]) -> dict[str, Any]:
    """An effect."""
    kind = effect[0]
    if kind == "set":
        return {"set": {name if of is None else f"{write(of)}.{name}": write(value) for of, name, value in effect[1]}}
    if kind in ("create", "ensure"):
        return {
            kind: {effect[1]: {name: write(value) for name, value in effect[2].items()}},
            **({"as": effect[3]} if effect[3] else {}),
        }
    if kind == "move":
        return {"move": effect[2] if effect[1] is None else {write(effect[1]): effect[2]}}
    if kind == "if":
        found = {"if": write(effect[1]), "then": [effect_of(each) for each in effect[2]]}
        return found | ({"else": [effect_of(each) for each in effect[3]]} if effect[3] else {})
    if kind == "each":
        return {"each": {effect[1]: write(effect[2])}, "do": [effect_of(each) for each in effect[3]]}
    if kind == "refuse":
        return {"refuse": effect[1]}
    if kind == "alert":
        return {"alert": {"level": effect[1], "name": effect[2], "say": {"zh": "请看", "en": "Look"}}}
    return {effect[1]: {name: value if name == "asset" else write(value) for name, value in effect[2].items()}}
