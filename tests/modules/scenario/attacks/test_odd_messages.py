"""Messages of members with anything in them, on sound and odd definitions: each is applied or refused, and the books stay whole."""

import random
from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied
from tests.modules.scenario.acting.stage import Stage
from tests.modules.scenario.attacks.ledger import require_balanced_books, require_told_trails
from tests.modules.scenario.attacks.test_odd_definitions import TREES, WORDS, mutated
from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.language.compile import INSTANCE, Compiled, compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import load_definition
from zhulian.ledger.types import Applied, Message
from zhulian.modules.scenario.messages import Act, Admit, Complete, Correct, Open, Propose, Publish, RecordAt
from zhulian.modules.scenario.state import PROPOSALS, RECORDS
from zhulian.modules.scenario.values import key_of_leaf

PARTIES = ("org1", "org2", "org3", "@app", "~" + "0" * 32)
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 7, 2**53 - 1, -(2**53 - 1), 20_000, "", "x", "A", "AB", "1", "%2F", "/", "值", "0" * 64, "org1", "org2", "@app",
    [], [[]], ["1"], ["A", "1"], [1, 2, 3], ["A"] * 300, {}, {"salt": "0" * 64, "values": {}}, 1_766_880_000, 1_766_890_000, "x" * 5000,
)  # fmt: skip


def sound(chance: random.Random) -> tuple[bytes, Compiled]:
    """A tree that the check takes, as often as not an odd one."""
    whole = chance.choice(TREES[:2])
    tree = whole
    for _ in range(60 if chance.random() < 0.7 else 0):
        tree = mutated(chance, whole)
        try:
            return canonical.encode(tree), compile_definition(check_definition(load_definition(canonical.encode(tree)), WORDS))
        except Refusal:
            continue
    data = canonical.encode(whole)
    return data, compile_definition(check_definition(load_definition(data), WORDS))


class Mob:
    """Three organisations, each in every role, that send what comes into their heads to one instance."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.stage = Stage(3)
        data, self.compiled = sound(self.chance)
        world = self.stage.world
        self.definition = world.world.hasher.digest("definition", data).hex()
        applied(world, Publish(definition=self.definition, text=data.decode()), "org1.clerk")
        self.opened = isinstance(world.run(Open(definition=self.definition, instance="app"), "org1.clerk"), Applied)
        for role in self.compiled.roles:
            for party in PARTIES[:3]:
                for giver in PARTIES[:3]:
                    world.run(Admit(instance="app", party=party, role=role), f"{giver}.clerk")

    def value(self, kind: Any) -> Any:
        """Mostly something of the type, sometimes anything at all."""
        chance = self.chance
        if chance.random() < 0.06:
            return chance.choice(ODD)
        match kind.type:
            case "bool":
                return chance.random() < 0.5
            case "party" | "person":
                return chance.choice(PARTIES)
            case "choice":
                return chance.choice(kind.choices)
            case "text":
                return chance.choice(("A", "B", "AB", "X1", "A%", "/"))
            case "list":
                return [self.value(kind.item) for _ in range(chance.randrange(4))]
            case "record":
                return list(self.key(kind.record))
            case "time":
                return self.stage.world.time + chance.randrange(-50, 90_000)
            case "date":
                return self.stage.world.time // 86_400 + chance.randrange(-3, 3)
            case _:
                return chance.choice((0, 1, 2, 3, 5, 100, 50_000, chance.randrange(-5, 9)))

    def key(self, record: str) -> tuple[str, ...]:
        """The key of a record that is there, if any, or one made up."""
        leaves = [place[2] for place in self.stage.all(RECORDS) if place[:2] == ("app", record)]
        if leaves and self.chance.random() < 0.9:
            return key_of_leaf(self.chance.choice(leaves))
        return tuple(str(self.chance.choice((1, 2, "A", "", "%", "/"))) for _ in range(self.chance.randrange(3)))

    def inputs(self, fields: Any) -> dict[str, Any]:
        found = {}
        for name, field in fields.items():
            if field.optional and self.chance.random() < 0.5:
                continue
            found[name] = "0" * 64 if field.private else self.value(field.kind)
        if self.chance.random() < 0.02:
            found["nobody"] = 1
        return found

    def message(self) -> Message:
        """Something to ask."""
        chance = self.chance
        if chance.random() < 0.1 and self.compiled.records:
            record = chance.choice(list(self.compiled.records))
            place = RecordAt(record=record, key=self.key(record))
            rules = self.compiled.records[record]
            tasks = [each.name for each in (rules.shape.tasks.items if rules.shape.tasks is not None else ())]
            if tasks and chance.random() < 0.5:
                return Complete(instance="app", on=place, task=chance.choice([*tasks, "no"]))
            fields = [name for each in rules.shape.correct for name in each.fields] or list(rules.fields)
            names = chance.sample(fields, min(len(fields), chance.choice((1, 1, 2))))
            values = {name: self.value(rules.fields[name].kind) for name in names} or {"none": 1}
            return Correct(instance="app", on=place, fields=values, reason="错")
        actions = list(self.compiled.actions.values())
        made = [each for each in actions if each.creates]
        rules_of = chance.choice(made if made and chance.random() < 0.4 else actions)
        on: tuple[tuple[str, ...], ...] = ()
        if not rules_of.creates and rules_of.record.name != INSTANCE:
            on = tuple(self.key(rules_of.record.name) for _ in range(chance.choice((1, 1, 1, 2, 3)) if rules_of.many > 1 else 1))
        elif chance.random() < 0.03:
            on = ((),)
        by = {each.name or "actor": chance.choice(PARTIES[:3]) for each in rules_of.shape.by}
        given = self.inputs(rules_of.inputs)
        if chance.random() < 0.1:
            expires = self.stage.world.time + chance.choice((-1, 100, 1000))
            return Propose(action=rules_of.name, by=by, expires=expires, instance="app", input=given, on=on)
        return Act(action=rules_of.name, instance="app", input=given, on=on, by=by if len(by) > 1 else {})

    def send(self) -> str:
        """One transaction of one to three messages in a block; the code it is refused with, or nothing."""
        chance = self.chance
        messages = [self.message() for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        try:
            for each in messages:
                msgspec.convert(msgspec.to_builtins(each), type(each))
                canonical.encode(msgspec.to_builtins(each))
        except (msgspec.ValidationError, Refusal):  # such a message cannot even be written
            return "form"
        world = self.stage.world
        world.time += chance.choice((0, 0, 1, 60, 4000, 90_000))
        signers = chance.choice((["org1.clerk"], ["org2.clerk"], ["org3.clerk"], ["org1.clerk", "org2.clerk"]))
        return str(getattr(world.run(messages, signers), "code", ""))


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_any_message__is_applied_or_refused(seed: int) -> None:
    mob = Mob(seed)
    came = {mob.send() for _ in range(40)}
    assert len(came) > 2 or not mob.opened
    require_told_trails(mob.stage)
    require_balanced_books(mob.stage)
    assert all(len(each.approvals) >= 1 for each in mob.stage.all(PROPOSALS).values())
