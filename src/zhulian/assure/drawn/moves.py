"""Draws actions on an application that mostly could be done, by looking at the model of it, and some that should be refused."""

import random
from collections.abc import Callable, Sequence
from typing import Any

from zhulian.assure.drawn.grammar import PARTIES
from zhulian.assure.drawn.model import Model, part_text
from zhulian.assure.drawn.worth import MOST, No, Ref, worth

__all__ = ["Move", "MoveDraw"]

Move = dict[str, Any]
"""An action with the records it is about, who signs, what is handed in, and how many seconds pass before it."""


class MoveDraw:
    """Draws moves that mostly could be done, by looking at the model, and some that should be refused."""

    def __init__(self, model: Model, chance: random.Random, now: Callable[[], int]) -> None:
        self.model = model
        self.chance = chance
        self.now = now

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self.chance.random() < share

    def move(self) -> Move:
        """The next move."""
        wait = self.chance.choice((0, 0, 0, 0, 0, 1, 3600, 5 * 3600, 90_000, 3 * 86_400))
        if self.often(0.04):
            return {"action": None, "wait": wait}
        spec = self.model.spec
        name = self.chance.choice(self.fit())
        action = spec["actions"][name]
        on = self.keys(action)
        by = self.parties(action, on)
        signers = sorted(set(by.values()))
        if self.often(0.04):
            signers = sorted({*signers, self.chance.choice(PARTIES)})
        if self.often(0.04) and len(signers) > 1:
            signers = signers[1:]
        if list(by) == ["actor"] and self.often(0.5):
            by = {}
        elif self.often(0.02):
            by = {**by, "stranger": "org2"}
        return {"action": name, "on": on, "by": by, "signers": signers, "input": self.inputs(action, by, signers), "wait": wait}

    def fit(self) -> list[str]:
        """The actions that might work: those on records that are there, in a state that the action starts from, and all others."""
        actions = self.model.spec["actions"]
        if self.often(0.1):
            return list(actions)
        states = {(ref.record, row.state) for ref, row in self.model.rows.items()}
        return [
            name
            for name, each in actions.items()
            if not each["froms"] or any((each["on"], state) in states for state in each["froms"])
        ]

    def refs(self, record: str) -> list[Ref]:
        """The records of a type that there are."""
        return [ref for ref in self.model.rows if ref.record == record]

    def keys(self, action: dict[str, Any]) -> list[list[str]]:
        """The records that it is about."""
        record = action["on"]
        if not record or record == "instance":
            return [["1"]] if self.often(0.02) else []
        if self.often(0.02):
            return []
        there = self.refs(record)
        fit = [ref for ref in there if self.model.rows[ref].state in action["froms"]]
        count = self.chance.randrange(1, action["many"] + 1) if self.often(0.95) else action["many"] + 1
        found = []
        for _ in range(count):
            some = fit if fit and self.often(0.85) else there
            if some and self.often(0.95):
                found.append([part_text(each) for each in self.chance.choice(some).key])
            else:
                found.append(self.key_of(record))
        if self.often(0.95):
            found = [each for place, each in enumerate(found) if each not in found[:place]]
        return found

    def key_of(self, record: str) -> list[str]:
        """A key that may be anybody's, as text."""
        spec = self.model.spec["records"][record]
        return [
            part_text(self.value(spec["fields"][each]))
            if spec["fields"][each]["type"] != "ref"
            else "/".join(self.value(spec["fields"][each]))
            for each in spec["key"]
        ]

    def parties(self, action: dict[str, Any], on: list[list[str]]) -> dict[str, str]:
        """Who signs: whoever may, mostly."""
        model = self.model
        found: dict[str, str] = {}
        ref = None
        if action["on"] and action["on"] != "instance" and on:
            try:
                ref = model.check_ref(action["on"], on[0])
            except No:
                ref = None
            ref = ref if ref in model.rows else None
        for name, choices in action["by"]:
            fit = []
            for party in PARTIES:
                for role, equals in choices:
                    if model.holds(role, party) and (
                        equals is None or (ref is not None and worth(equals, {"this": ref}, model) == party)
                    ):
                        fit.append(party)
            fresh = [each for each in fit if each not in found.values()]
            some = fresh or fit
            found[name or "actor"] = self.chance.choice(some) if some and self.often(0.92) else self.chance.choice(PARTIES)
        return found

    def inputs(self, action: dict[str, Any], by: dict[str, str], signers: Sequence[str]) -> dict[str, Any]:
        """What is handed in."""
        found: dict[str, Any] = {}
        for name, spec in action["input"].items():
            if (spec.get("optional") or spec.get("default") is not None) and self.often(0.4):
                continue
            found[name] = self.value(spec)
            if self.often(0.02):
                found[name] = self.chance.choice([None, "x", 5, True, [], ["1", "2", "3"], [1] * 5, 10**7, -1, {}])
            if self.often(0.01):
                del found[name]
        if self.often(0.01):
            found["nobody"] = 1
        return found

    def value(self, spec: dict[str, Any]) -> Any:
        """A value of a type, near its bounds now and then."""
        kind = spec["type"]
        if kind in ("int", "money", "qty"):
            least, most = spec.get("min", -3), spec.get("max", MOST)
            roll = self.chance.random()
            if roll < 0.85:
                return self.chance.randrange(max(least, 0), min(most, 12) + 1)
            return self.chance.choice((least, most, least - 1, min(most + 1, MOST), MOST, MOST - 1, -MOST, 1000))
        if kind == "date":
            return (self.now() + 8 * 3600) // 86_400 + self.chance.randrange(-2, 6)
        if kind == "time":
            return self.now() + self.chance.choice((-10, 0, 1, 3600, 90_000, 10**6))
        if kind == "bool":
            return self.often(0.5)
        if kind == "choice":
            return self.chance.choice((*spec["values"], "low")) if self.often(0.97) else "none"
        if kind == "text":
            return self.chance.choice(("A", "B", "C", "AB", "CA")) if self.often(0.97) else self.chance.choice(("", "D", "AAA"))
        if kind == "party":
            fit = sorted(self.model.members.get(spec.get("role", ""), set(PARTIES)))
            return self.chance.choice(fit) if fit and self.often(0.93) else self.chance.choice(PARTIES)
        if kind == "ints":
            return [self.chance.randrange(5) for _ in range(self.chance.randrange(spec["most"] + (1 if self.often(0.95) else 2)))]
        there = self.refs(spec["record"])
        if there and self.often(0.9):
            return [part_text(each) for each in self.chance.choice(there).key]
        return self.key_of(spec["record"])
