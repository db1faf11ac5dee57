"""What a definition means, in plain Python, written from the language alone: dictionaries, copies and straightforward loops.

It shares no code with the chain. A whole action works on a copy of everything that is thrown away when it is refused; totals and
indexes are found by looking at every record.
"""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from zhulian.assure.drawn.worth import MOST, No, Ref, worth

__all__ = ["Model", "Row", "leaf_of"]

PARTY = re.compile(r"[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}")


@dataclass
class Row:
    """A record. `over` are timers of its present state that have run or rest."""

    fields: dict[str, Any]
    state: str | None
    since: int
    over: set[str] = field(default_factory=set)


def part_text(value: Any) -> str:
    """A part of a key as text."""
    if isinstance(value, Ref):
        return leaf_of(value.key)
    return str(value)


def leaf_of(key: tuple[Any, ...]) -> str:
    """A key as state writes it."""
    return "/".join(part_text(each).replace("%", "%25").replace("/", "%2F") for each in key)


def whole(ref: Ref) -> bool:
    """Whether a record can be named by its key: not one that an index did not find."""
    return all(whole(each) if isinstance(each, Ref) else each != "" for each in ref.key)


class Model:
    """An instance of a definition (`spec`) and everything that it holds."""

    def __init__(self, spec: dict[str, Any], members: dict[str, set[str]], now: int, due_most: int = 500) -> None:
        self.spec = spec
        self.members = members
        self.settings = {name: each["default"] for name, each in spec["settings"].items()}
        self.now = now
        self.due_most = due_most
        self.rows: dict[Ref, Row] = {}
        self.balances: dict[tuple[str, str, str], int] = {}
        self.ran: list[tuple[str, ...]] = []
        self.alerts: list[tuple[str, str]] = []
        if spec["instance"] is not None:
            fields = {name: each["default"] for name, each in spec["instance"]["fields"].items()}
            self.rows[Ref("instance", ())] = Row(fields, None, now)
        self.touched: dict[Ref, Row | None] = {}
        self.short = False
        self.cause = ""

    # What is kept, and undone.

    def keep(self) -> Any:
        """Everything that a refusal undoes."""
        return copy.deepcopy((self.rows, self.balances, self.alerts))

    def restore(self, kept: Any) -> None:
        """Undo."""
        self.rows, self.balances, self.alerts = kept

    def record(self, name: str) -> dict[str, Any]:
        """The definition of a record type."""
        found: dict[str, Any] = self.spec["instance"] if name == "instance" else self.spec["records"][name]
        return found

    def holds(self, role: str, party: str) -> bool:
        """Whether a party has a role; anyone has `anyone`."""
        return role in ("", "anyone") or party in self.members.get(role, set())

    # Reads.

    def total(self, name: str, of: Ref | None) -> int:
        """A sum or count, over all records."""
        spec, found = self.spec["totals"][name], 0
        for ref, row in self.rows.items():
            if self.counts(spec, ref, row) and (not spec["of"] or row.fields.get(spec["of"]) == of):
                found += 1 if spec["kind"] == "count" else row.fields.get(spec["field"]) or 0
        return found

    def complete(self, ref: Ref, row: Row) -> bool:
        """Whether a record has all that it must have; one that is being made may not."""
        return all(name in row.fields or each.get("optional") for name, each in self.record(ref.record)["fields"].items())

    def counts(self, spec: dict[str, Any], ref: Ref, row: Row) -> bool:
        """Whether a total looks at a record."""
        if ref.record != spec["record"] or not self.complete(ref, row) or (spec["of"] and row.fields.get(spec["of"]) is None):
            return False
        if spec["where"] is None:
            return True
        names = {name: row.fields.get(name) for name in self.record(ref.record)["fields"]}
        return bool(worth(spec["where"], {**names, "state": row.state, "since": row.since}, self))

    def indexed(self, name: str, values: tuple[Any, ...]) -> Ref:
        """The record with these values; one that is not there where there is none."""
        for record, spec in self.spec["records"].items():
            if name in spec["indexes"]:
                for ref, row in self.rows.items():
                    if (
                        ref.record == record
                        and self.complete(ref, row)
                        and tuple(row.fields.get(each) for each in spec["indexes"][name]) == values
                    ):
                        return ref
                return Ref(record, ("",))
        raise AssertionError(name)

    def owner(self, value: Any) -> str:
        """An owner as balances write it."""
        return f"app/{value.record}/{leaf_of(value.key)}" if isinstance(value, Ref) else value

    def balance(self, owner: Any, asset: str, of: Ref | None) -> int:
        """How much an owner has."""
        return self.balances.get((asset, "" if of is None else leaf_of(of.key), self.owner(owner)), 0)

    def supply(self, asset: str, of: Ref | None) -> int:
        """How much there is."""
        leaf = "" if of is None else leaf_of(of.key)
        return sum(amount for (name, per, _), amount in self.balances.items() if (name, per) == (asset, leaf))

    # Values that come in, and values that fields get.

    def check_value(self, spec: dict[str, Any], value: Any, *, handed_in: bool = False) -> Any:
        """The value, if the type of `spec` has it. The role of a party is asked of what is handed in alone: it may end later."""
        wrong = "bad_input"
        kind = spec["type"]
        if kind in ("int", "money", "qty", "date", "time", "days"):
            if type(value) is not int or abs(value) > MOST:
                raise No(wrong)
            if kind == "date" and not -719_162 <= value <= 2_932_896:
                raise No(wrong)
            if (spec.get("min") is not None and value < spec["min"]) or (spec.get("max") is not None and value > spec["max"]):
                raise No(wrong)
            return value
        if kind == "bool":
            if type(value) is not bool:
                raise No(wrong)
            return value
        if kind == "ints":
            if not isinstance(value, list | tuple) or len(value) > spec["most"]:
                raise No(wrong)
            return tuple(self.check_value({"type": "int"}, each) for each in value)
        if kind == "ref":
            found = self.check_ref(spec["record"], value)
            if not whole(found):
                raise No(wrong)
            return found
        if type(value) is not str:
            raise No(wrong)
        fits: dict[str, Callable[[], Any]] = {
            "text": lambda: re.fullmatch(spec["pattern"], value),
            "choice": lambda: value in spec["values"],
            "party": lambda: PARTY.fullmatch(value) and (not handed_in or self.holds(spec.get("role", ""), value)),
        }
        if not fits[kind]():
            raise No(wrong)
        return value

    def check_ref(self, record: str, value: Any) -> Ref:
        """A record by the parts of its key; it need not be there."""
        if isinstance(value, Ref):
            return value
        spec = self.record(record)
        if not isinstance(value, list | tuple) or len(value) != len(spec["key"]):
            raise No("bad_input")
        return Ref(
            record, tuple(self.key_part(spec["fields"][name], part) for name, part in zip(spec["key"], value, strict=True))
        )

    def key_part(self, spec: dict[str, Any], text: Any) -> Any:
        """The value of a part of a key that was written as text."""
        if not isinstance(text, str) or not text:
            raise No("bad_input")
        if spec["type"] in ("int", "date"):
            if not re.fullmatch(r"0|-?[1-9][0-9]{0,15}", text) or abs(int(text)) > MOST:
                raise No("bad_input")
            return int(text)
        if spec["type"] == "ref":
            return self.check_ref(spec["record"], [text])
        return text

    # An action.

    def act(self, name: str, on: list[list[str]], by: dict[str, str], signers: set[str], given: dict[str, Any]) -> None:
        """Do an action, or refuse: then only timers that fell due before have done anything."""
        action = self.spec["actions"][name]
        record = action["on"] or action["creates"]
        refs = self.named(action, record, on)
        parties = self.who(action, refs, by, signers)
        self.run_due(None, {*refs, *self.named_in(action, given)})
        kept = self.keep()
        every: list[Ref | None] = [*refs] or [None]
        try:
            self.short, self.cause = action["short"], name
            for ref in every:
                self.touched = {}
                self.one(action, ref, parties, given)
                self.settle()
        except No:
            self.restore(kept)
            raise

    def named(self, action: dict[str, Any], record: str, on: list[list[str]]) -> list[Ref]:
        """The records that are meant, all of which exist."""
        if action["creates"]:
            if on:
                raise No("bad_input")
            return []
        if action["on"] == "instance":
            if on and on != [[]]:
                raise No("no_such_record")
            return [Ref("instance", ())]
        if not on:
            raise No("no_such_record")
        if len(on) > action["many"]:
            raise No("bad_input")
        refs: list[Ref] = []
        for parts in on:
            try:
                ref = self.check_ref(record, parts)
            except No:
                raise No("no_such_record") from None
            if ref not in self.rows:
                raise No("no_such_record")
            if ref in refs:
                raise No("bad_input")
            refs.append(ref)
        return refs

    def named_in(self, action: dict[str, Any], given: dict[str, Any]) -> list[Ref]:
        """The records that the input names and that are there."""
        found = []
        for name, spec in action["input"].items():
            if spec["type"] == "ref" and name in given:
                try:
                    found.append(self.check_ref(spec["record"], given[name]))
                except No:
                    continue
        return [ref for ref in found if ref in self.rows]

    def who(self, action: dict[str, Any], refs: list[Ref], by: dict[str, str], signers: set[str]) -> dict[str, str]:
        """Which party is which signatory, all of which sign and may."""
        names = [name or "actor" for name, _ in action["by"]]
        if not by and len(names) == 1 and len(signers) == 1:
            by = {names[0]: next(iter(signers))}
        if any(name not in by for name in names):
            raise No("signature_missing")
        if any(name not in names for name in by):
            raise No("bad_input")
        if not action["one_party"] and len(set(by.values())) != len(by):
            raise No("same_party")
        if any(party not in signers for party in by.values()):
            raise No("signature_missing")
        if any(party not in by.values() for party in signers):
            raise No("not_yours")
        every: list[Ref | None] = [*refs] or [None]
        for ref in every:
            for name, choices in action["by"]:
                party = by[name or "actor"]
                if not any(self.may(role, equals, ref, party) for role, equals in choices):
                    raise No("not_yours")
        return by

    def may(self, role: str, equals: Any, ref: Ref | None, party: str) -> bool:
        """Whether a party is of the role and is the one that is named."""
        if not self.holds(role, party):
            return False
        if equals is None:
            return True
        found = worth(equals, {"this": ref}, self)
        return bool(found == party)

    def one(self, action: dict[str, Any], ref: Ref | None, parties: dict[str, str], given: dict[str, Any]) -> None:
        """All of an action for one record, up to its promises."""
        env: dict[str, Any] = {"settings": self.settings}
        if action["by"][0][0]:
            env["by"] = parties
        else:
            env["actor"] = parties["actor"]
        if ref is not None:
            env["this"] = ref
            row = self.rows[ref]
            if row.state is not None and row.state not in action["froms"]:
                raise No("wrong_state")
        env["input"] = self.read_input(action, env, given)
        if action["creates"]:
            found = self.filled(action, env)
            if Ref(action["creates"], tuple(found.get(each) for each in self.record(action["creates"])["key"])) in self.rows:
                raise No("already_there")
        for name, value in action["let"]:
            env[name] = worth(value, env, self)
        for refusal, that in action["require"]:
            if not worth(that, env, self):
                raise No(refusal)
        if action["creates"]:
            env["this"] = self.create(action["creates"], self.filled(action, env), ready=False)
        elif ref is not None:
            self.touch(ref)
            env["was"] = copy.deepcopy(self.rows[ref])
        if action["to"]:
            self.move(env["this"], action["to"])
        for effect in action["do"]:
            self.do(effect, env)
        if action["creates"] and not self.complete(env["this"], self.rows[env["this"]]):
            raise No("bad_input")

    def filled(self, action: dict[str, Any], env: dict[str, Any]) -> dict[str, Any]:
        """The fields of a new record that the input fills."""
        return {name: env["input"][name] for name, each in action["input"].items() if each["field"]}

    def read_input(self, action: dict[str, Any], env: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        """What was handed in, by the types that the action asks for."""
        if any(name not in action["input"] for name in given):
            raise No("bad_input")
        found: dict[str, Any] = {}
        for name, spec in action["input"].items():
            if name not in given:
                if spec.get("default") is not None:
                    found[name] = spec["default"]
                elif spec.get("optional"):
                    found[name] = None
                else:
                    raise No("bad_input")
            else:
                found[name] = self.check_value(spec, given[name], handed_in=True)
        for name, spec in action["input"].items():
            if (
                spec.get("not") is not None
                and found[name] is not None
                and worth(spec["not"], {**env, "input": found}, self) == found[name]
            ):
                raise No("bad_input")
        return found

    # Effects.

    def touch(self, ref: Ref) -> None:
        """Remember a record as it was before all this."""
        if ref not in self.touched:
            self.touched[ref] = copy.deepcopy(self.rows.get(ref))

    def create(self, record: str, values: dict[str, Any], *, ready: bool, ensure: bool = False) -> Ref:
        """A new record."""
        spec = self.record(record)
        fields = {}
        for name, each in spec["fields"].items():
            value = values[name] if name in values else each.get("default")
            if value is not None:
                fields[name] = self.check_value(each, value)
            elif ready and not each.get("optional"):
                raise No("bad_input")
        ref = Ref(record, tuple(fields[name] for name in spec["key"]))
        if not (ensure and ref in self.rows) and not all(0 < len(part_text(each)) <= 256 for each in ref.key):
            raise No("bad_input")
        if ref in self.rows:
            if ensure:
                return ref
            raise No("already_there")
        self.touch(ref)
        self.rows[ref] = Row(fields, spec["states"][0] if spec["states"] else None, self.now)
        return ref

    def move(self, ref: Ref, state: str) -> None:
        """A record enters a state, be it the one that it is in; a final one it never leaves."""
        if ref not in self.rows:
            raise No("no_such_record")
        self.touch(ref)
        row = self.rows[ref]
        if row.state != state and row.state in self.record(ref.record)["states"][2]:
            raise No("wrong_state")
        row.state, row.since, row.over = state, self.now, set()

    def do(self, effect: tuple[Any, ...], env: dict[str, Any]) -> None:
        """One effect."""
        kind = effect[0]
        if kind == "set":
            self.assign(effect[1], env)
        elif kind in ("create", "ensure"):
            values = {name: worth(value, env, self) for name, value in effect[2].items()}
            ref = self.create(effect[1], values, ready=True, ensure=kind == "ensure")
            if effect[3]:
                env[effect[3]] = ref
        elif kind == "move":
            self.move(env["this"] if effect[1] is None else worth(effect[1], env, self), effect[2])
        elif kind == "if":
            for each in effect[2] if worth(effect[1], env, self) else effect[3]:
                self.do(each, env)
        elif kind == "each":
            for item in worth(effect[2], env, self):
                inner = {**env, effect[1]: item}
                for each in effect[3]:
                    self.do(each, inner)
        elif kind == "refuse":
            raise No(effect[1])
        elif kind == "alert":
            self.alerts.append((effect[2], self.cause))
        else:
            self.verb(effect[1], {name: each if name == "asset" else worth(each, env, self) for name, each in effect[2].items()})

    def assign(self, values: list[tuple[Any, str, Any]], env: dict[str, Any]) -> None:
        """Fields get values; all right sides are read first."""
        found = []
        for of, name, value in values:
            ref = env["this"] if of is None else worth(of, env, self)
            found.append((ref, name, worth(value, env, self)))
        for ref, name, value in found:
            if ref not in self.rows:
                raise No("no_such_record")
            self.touch(ref)
            spec = self.record(ref.record)["fields"][name]
            if value is None:
                self.rows[ref].fields.pop(name, None)
            else:
                self.rows[ref].fields[name] = self.check_value(spec, value)

    def verb(self, name: str, given: dict[str, Any]) -> None:
        """Issue, transfer or retire."""
        asset, of, amount = given["asset"], given.get("of"), given["amount"]
        leaf = "" if of is None else leaf_of(of.key)
        if of is not None and of not in self.rows:
            raise No("no_such_record")
        self.follow()
        there = 0
        if "from" in given:
            there = self.balance(given["from"], asset, of)
            if self.short:
                amount = min(amount, there)
        if amount < 0:
            raise No("module")
        if "from" in given:
            if there < amount:
                raise No("insufficient")
        elif self.supply(asset, of) + amount > MOST:
            raise No("module")
        for side, sign in (("from", -1), ("to", 1)):
            if side in given:
                if isinstance(given[side], Ref):
                    if given[side] not in self.rows:
                        raise No("no_such_record")
                    if amount:
                        self.touch(given[side])
                place = (asset, leaf, self.owner(given[side]))
                self.balances[place] = self.balances.get(place, 0) + sign * amount

    # What holds behind every action and timer.

    def follow(self) -> None:
        """Unique values and totals: they must be in order whenever a rule asks a total, an index or a module, and behind it all."""
        beyond = False
        for name, spec in self.spec["totals"].items():
            places = {row.fields.get(spec["of"]) for row in self.rows.values()} if spec["of"] else {None}
            beyond = beyond or any(abs(self.total(name, of)) > MOST for of in places)
        if self.is_twice():
            raise No("not_unique", also=("overflow",) if beyond else ())  # which comes first is left open
        if beyond:
            raise No("overflow")

    def settle(self) -> None:
        """Unique values, totals, what final records hold, promises, and the times of timers."""
        self.follow()
        held = {owner for (_, _, owner), amount in self.balances.items() if amount}
        for ref in sorted(self.touched, key=lambda ref: (ref.record, leaf_of(ref.key))):
            spec, row = self.record(ref.record), self.rows[ref]
            if row.state in spec.get("states", ((), (), ()))[2] and self.owner(ref) in held:
                raise No("promise_broken")
        self.promises()
        for ref in self.touched:
            self.due_times(ref)

    def is_twice(self) -> bool:
        """Whether two records have one value of a unique field, or the same values of an index."""
        for record, spec in self.spec["records"].items():
            groups = [(name,) for name, each in spec["fields"].items() if each.get("unique")]
            groups += [tuple(each) for each in spec["indexes"].values()]
            for group in groups:
                seen: set[Any] = set()
                for ref, row in self.rows.items():
                    values = tuple(row.fields.get(each) for each in group)
                    if ref.record == record and None not in values and self.complete(ref, row):
                        if values in seen:
                            return True
                        seen.add(values)
        return False

    def promises(self) -> None:
        """`always` and `steps` of all that was touched, and of the whole."""
        broken: list[str] = []
        refs = [*self.touched]
        whole = Ref("instance", ())
        if whole in self.rows and whole not in refs:
            refs.append(whole)
        first: No | None = None
        for ref in refs:
            spec = self.record(ref.record)
            env: dict[str, Any] = {"this": ref, "settings": self.settings}
            tests = [(name, that, env) for name, that in spec["always"]]
            before = self.touched.get(ref)
            if before is not None:
                tests += [(name, that, {**env, "was": before}) for name, that in spec["steps"]]
            for name, that, where in tests:
                try:
                    if not worth(that, where, self):
                        broken.append(name)
                except No as no:
                    first = first or no
        if broken:
            raise No("promise_broken", tuple(broken))
        if first is not None:
            raise first

    # Timers.

    def due_times(self, ref: Ref) -> list[tuple[int, str, Ref, str]]:
        """When the timers of a record fall due that have not run since it entered its state."""
        row = self.rows[ref]
        found = []
        for name, timer in self.spec["timers"].items():
            if timer["on"] == ref.record and row.state in timer["froms"] and name not in row.over:
                at = worth(timer["at"], {"this": ref, "settings": self.settings}, self)
                found.append((at, f"app/{ref.record}/{leaf_of(ref.key)}/{name}", ref, name))
        return found

    def run_due(self, most: int | None, only: set[Ref] | None = None) -> None:
        """Run what is due, by time and then by name, each for itself; at most so many."""
        count = 0
        while most is None or count < most:
            due = [each for ref in (self.rows if only is None else only) for each in self.due_times(ref) if each[0] <= self.now]
            if not due:
                return
            _, _, ref, name = min(due, key=lambda each: each[:2])
            self.run_timer(ref, name)
            count += 1

    def run_timer(self, ref: Ref, name: str) -> None:
        """One timer, in a transaction of its own; one that refuses rests."""
        timer, kept = self.spec["timers"][name], self.keep()
        try:
            self.touched, self.short, self.cause = {}, False, name
            self.touch(ref)
            self.rows[ref].over.add(name)
            if timer["to"]:
                self.move(ref, timer["to"])
            env = {"this": ref, "settings": self.settings}
            for effect in timer["do"]:
                self.do(effect, env)
            self.settle()
            self.ran.append(("ran", name, ref.record, leaf_of(ref.key)))
        except No as no:
            self.restore(kept)
            self.rows[ref].over.add(name)
            self.ran.append(("rested", name, ref.record, leaf_of(ref.key)))
            self.why = no

    def begin_block(self, now: int) -> None:
        """A block at a time (Unix seconds): first what is due."""
        self.now = now
        self.ran, self.alerts = [], []
        self.run_due(self.due_most)
