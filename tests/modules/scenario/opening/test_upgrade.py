"""An instance follows a later version: announced, taken back, begun; its records come along as the upgrade says."""

from typing import Any

import pytest

from tests.modules.refusals import applied, events
from tests.modules.scenario.acting.stage import CASH
from tests.modules.scenario.opening.ground import TEXT, make_ground, open_instance, publish, refused, walk, why
from tests.world import DAY, TestWorld
from zhulian.ledger.types import Applied
from zhulian.modules.scenario.books import present
from zhulian.modules.scenario.limits import VERSIONS_MAX
from zhulian.modules.scenario.messages import Act, Admit, Amend, CallOff, Open, RecordAt, Upgrade
from zhulian.modules.scenario.opening import handlers
from zhulian.modules.scenario.state import INDEXES, INSTANCES, RECORDS, TOTALS, Held

NUMBER = "number: {type: text, pattern: '[A-Z0-9-]{1,20}'}"
AMOUNT = "amount: {type: money, min: '0.01', max: '1000.00'}"


def text(
    version: int,
    *,
    fields: str = f"{NUMBER}, {AMOUNT}",
    states: str = "{start: drawn, open: [held], final: [done_]}",
    indexes: str = "",
    totals: str = "",
    actions: str = "",
    upgrade: str = "{}",
    settings: str = "",
    inputs: str = "[number, amount]",
    always: str = "",
    pay: str = "this.amount",
) -> str:
    """A version of a small definition; from the second on it upgrades the one before."""
    follow = f"upgrade: {{from: {version - 1}, notice: 2d, {upgrade.strip()[1:-1]}}}" if version > 1 else ""
    return f"""
scenario: loan
version: {version}
title: {TEXT}
roles: {{bank: {{title: {TEXT}, admitted_by: operator}}}}
refusals: {{no: {{zh: 不行, en: 'No'}}}}
{settings}
records:
  loan:
    title: {TEXT}
    key: number
    fields: {{{fields}}}
    states: {states}
    {always}
{indexes}
{totals}
actions:
  make: {{title: {TEXT}, by: bank, creates: loan, input: {inputs}}}
  hold: {{title: {TEXT}, by: bank, on: loan, from: drawn, to: held}}
  grow: {{title: {TEXT}, by: bank, on: loan, from: [drawn, held], do: [{{set: {{amount: "{pay}"}}}}]}}
{actions}
{follow}
"""


@pytest.fixture
def world() -> TestWorld:
    world = make_ground()
    open_instance(world, text(1), "hz")
    applied(world, Admit(instance="hz", party="org2", role="bank"), "org1.clerk")
    return world


def make(number: str, amount: int = 100, **more: Any) -> Act:
    return Act(action="make", instance="hz", input={"number": number, "amount": amount, **more})


def act(action: str, number: str) -> Act:
    return Act(action=action, instance="hz", on=((number,),))


def amend(*numbers: str) -> Amend:
    return Amend(instance="hz", on=tuple(RecordAt(key=(each,), record="loan") for each in numbers))


def follow(world: TestWorld, yaml: str, **more: Any) -> str:
    """Announce an upgrade and let its notice pass."""
    definition = publish(world, yaml)
    applied(world, Upgrade(definition=definition, instance="hz", **more), "org1.clerk")
    world.time += 2 * DAY
    return definition


def loan(world: TestWorld, number: str) -> Held:
    found: Held = world.find(RECORDS, "hz", "loan", number)
    return found


# Announcing and calling off.


def test_upgrade__refuses_in_this_order(world: TestWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    first = world.find(INSTANCES, "hz").definition
    second, third = publish(world, text(2, settings="settings: {fee: rate}")), publish(world, text(3))
    ask = Upgrade(definition=second, instance="hz", settings={"fee": 10})
    walk(
        world,
        ("identity/31", ask, ["org1.clerk", "org2.clerk"]),
        ("scenario/1", Upgrade(definition="00" * 32, instance="nowhere"), "org2.clerk"),
        ("scenario/109", Upgrade(definition="00" * 32, instance="hz"), "org2.clerk"),
        ("scenario/94", Upgrade(definition="00" * 32, instance="hz"), "org1.clerk"),
        ("scenario/111", Upgrade(definition=first, instance="hz"), "org1.clerk"),
        ("scenario/111", Upgrade(definition=third, instance="hz"), "org1.clerk"),
        ("scenario/96", Upgrade(definition=second, instance="hz"), "org1.clerk"),
        ("scenario/97", Upgrade(definition=second, instance="hz", settings={"fee": 10}, uses={"it": "hz"}), "org1.clerk"),
    )
    monkeypatch.setattr(handlers, "VERSIONS_MAX", 0)
    refused(world, "scenario/112", ask, "org1.clerk")
    monkeypatch.undo()
    assert VERSIONS_MAX > 10
    assert events(applied(world, ask, "org1.clerk")) == ["scenario.upgraded"]
    refused(world, "scenario/110", ask, "org1.clerk")


def test_upgrade__begins_with_the_end_of_its_notice(world: TestWorld) -> None:
    definition = publish(world, text(2))
    applied(world, Upgrade(definition=definition, instance="hz"), "org1.clerk")
    stored = world.find(INSTANCES, "hz")
    assert stored.coming.since == world.time - 1 + 2 * DAY
    assert present(stored, stored.coming.since - 1).version == 1
    later = present(stored, stored.coming.since)
    assert (later.version, later.definition, later.coming) == (2, definition, None)
    assert later.before["1"].definition == stored.definition


def test_call_off__refuses_in_this_order(world: TestWorld) -> None:
    definition = publish(world, text(2))
    applied(world, Upgrade(definition=definition, instance="hz"), "org1.clerk")
    walk(
        world,
        ("scenario/1", CallOff(instance="nowhere"), "org2.clerk"),
        ("scenario/109", CallOff(instance="hz"), "org2.clerk"),
    )
    assert events(applied(world, CallOff(instance="hz"), "org1.clerk")) == ["scenario.called_off"]
    refused(world, "scenario/114", CallOff(instance="hz"), "org1.clerk")
    applied(world, Upgrade(definition=definition, instance="hz"), "org1.clerk")
    world.time += 2 * DAY
    refused(world, "scenario/114", CallOff(instance="hz"), "org1.clerk")


def test_call_off__leaves_everything_as_it_was(world: TestWorld) -> None:
    before = world.find(INSTANCES, "hz")
    applied(world, Upgrade(definition=publish(world, text(2)), instance="hz"), "org1.clerk")
    applied(world, CallOff(instance="hz"), "org1.clerk")
    world.time += 9 * DAY
    assert world.find(INSTANCES, "hz") == before


# Records on their way.


def test_records__go_on_where_nothing_changes(world: TestWorld) -> None:
    applied(world, make("A"), "org2.clerk")
    follow(world, text(2))
    result = applied(world, act("hold", "A"), "org2.clerk")
    assert loan(world, "A").version == 2
    assert loan(world, "A").state == "held"
    assert "scenario.migrated" in events(result)
    assert loan(world, "A").trail.count == 2


def test_records__move_at_their_first_touch(world: TestWorld) -> None:
    applied(world, make("A", 400), "org2.clerk")
    applied(world, make("B", 500), "org2.clerk")
    applied(world, act("hold", "B"), "org2.clerk")
    fields = f"{NUMBER}, {AMOUNT}, half: {{type: money, max: '1000.00'}}, grade: {{type: choice, values: [x, y], default: y}}"
    second = (
        text(
            2,
            fields=fields,
            states="{start: drawn, open: [kept_], final: [done_]}",
            inputs="[number, amount, half]",
            actions=f"  end_: {{title: {TEXT}, by: bank, on: loan, from: kept_, to: done_}}",
            upgrade="{move: {loan: {half: 'floor_div(this.amount, 2)', states: {held: kept_}}}}",
        )
        .replace("to: held", "to: kept_")
        .replace("[drawn, held]", "[drawn, kept_]")
    )
    follow(world, second)
    applied(world, act("hold", "A"), "org2.clerk")
    assert loan(world, "A").fields == {"number": "A", "amount": 400, "half": 200, "grade": "y"}
    assert (loan(world, "A").state, loan(world, "A").version) == ("kept_", 2)
    assert (loan(world, "B").state, loan(world, "B").version) == ("held", 1)
    applied(world, act("end_", "B"), "org2.clerk")
    assert loan(world, "B").fields["half"] == 250
    assert loan(world, "B").state == "done_"
    changed = [each for each in world.blocks[-1].results[0].events if type(each).__name__ == "RecordChanged"]  # type: ignore[union-attr]
    assert changed[0].fields == {"half": 250, "grade": "y"}


def test_records__that_are_kept_finish_under_their_version(world: TestWorld) -> None:
    applied(world, make("A", 100), "org2.clerk")
    follow(world, text(2, upgrade="{keep: [loan]}", pay="this.amount + '1.00'"))
    applied(world, make("B", 100), "org2.clerk")
    for number in ("A", "B"):
        applied(world, act("grow", number), "org2.clerk")
    assert (loan(world, "A").version, loan(world, "A").fields["amount"]) == (1, 100)
    assert (loan(world, "B").version, loan(world, "B").fields["amount"]) == (2, 200)
    refused(world, "scenario/116", amend("A"), "org3.clerk")


def test_records__move_through_several_versions(world: TestWorld) -> None:
    applied(world, make("A", 100), "org2.clerk")
    fields = f"{NUMBER}, {AMOUNT}, twice: {{type: money, max: '2000.00', default: '0'}}"
    follow(world, text(2, fields=fields, upgrade="{move: {loan: {twice: 'this.amount * 2'}}}"))
    later = fields.replace("2000.00", "4000.00")
    follow(
        world,
        text(
            3,
            fields=later,
            upgrade="{move: {loan: {twice: 'this.twice <= \\'2000.00\\' && this.twice >= \\'0\\' ? this.twice * 2 : this.amount'}}}".replace(
                "\\'", "''"
            ),
        ),
    )
    applied(world, act("hold", "A"), "org2.clerk")
    assert loan(world, "A").fields["twice"] == 400
    assert loan(world, "A").version == 3


def test_settings__of_the_later_version_are_seen_by_moves(world: TestWorld) -> None:
    applied(world, make("A", 100), "org2.clerk")
    fields = f"{NUMBER}, {AMOUNT}, fee: {{type: money, max: '1000.00', min: '-1000.00', default: '0'}}"
    yaml = text(
        2,
        fields=fields,
        settings="settings: {rate: {type: rate, min: '0', max: '1'}}",
        upgrade="{move: {loan: {fee: 'share(this.amount, settings.rate, up)'}}}",
    )
    follow(world, yaml, settings={"rate": 50_000})
    applied(world, act("hold", "A"), "org2.clerk")
    assert loan(world, "A").fields["fee"] == 5


def test_totals__count_a_record_from_when_it_moves(world: TestWorld) -> None:
    for number in ("A", "B"):
        applied(world, make(number, 100), "org2.clerk")
    totals = "totals: {drawn_sum: {sum: loan.amount, where: \"state == 'drawn'\"}, loans: {count: loan}}"
    follow(world, text(2, totals=totals, upgrade="{move: {loan: {}}}"))
    applied(world, make("C", 7), "org2.clerk")
    assert world.find(TOTALS, "hz", "loans", "") == 1
    assert events(applied(world, amend("A", "B"), "org3.clerk")).count("scenario.migrated") == 2
    assert world.find(TOTALS, "hz", "loans", "") == 3
    assert world.find(TOTALS, "hz", "drawn_sum", "") == 207
    applied(world, act("hold", "A"), "org2.clerk")
    assert world.find(TOTALS, "hz", "drawn_sum", "") == 107


def test_totals__follow_a_record_that_an_action_only_looks_at() -> None:
    base = make_ground()
    look = f"  look: {{title: {TEXT}, by: bank, on: loan, require: {{no: 'this.amount > \"0\"'}}}}".replace('"', "''")
    count = "totals: {loans: {count: loan}}"
    open_instance(base, text(1, totals=count, actions=look), "hz")
    applied(base, Admit(instance="hz", party="org2", role="bank"), "org1.clerk")
    applied(base, make("A"), "org2.clerk")
    follow(base, text(2, actions=look, upgrade="{move: {loan: {}}}"))
    applied(base, act("look", "A"), "org2.clerk")
    assert loan(base, "A").version == 2
    assert base.find(TOTALS, "hz", "loans", "") is None  # the total is gone, and with it what was counted


def test_totals__that_change_are_recounted(world: TestWorld) -> None:
    base = make_ground()
    count = "totals: {{open_: {{count: loan, where: \"state == '{0}'\"}}}}"
    open_instance(base, text(1, totals=count.format("drawn")), "hz")
    applied(base, Admit(instance="hz", party="org2", role="bank"), "org1.clerk")
    for number in ("A", "B"):
        applied(base, make(number), "org2.clerk")
    applied(base, act("hold", "B"), "org2.clerk")
    assert base.find(TOTALS, "hz", "open_", "") == 1
    follow(base, text(2, totals=count.format("held"), upgrade="{move: {loan: {}}}"))
    applied(base, amend("A", "B"), "org3.clerk")
    assert base.find(TOTALS, "hz", "open_", "") == 1
    applied(base, act("hold", "A"), "org2.clerk")
    assert base.find(TOTALS, "hz", "open_", "") == 2


def test_indexes_and_uniques__stay_with_a_record_that_moves() -> None:
    world = make_ground()
    fields = f"{NUMBER.replace('}', ', unique: true}').replace('{1,20, unique: true}', '{1,20}')}, {AMOUNT}, plate: {{type: text, pattern: '[A-Z]{{2}}'}}"
    indexed = "    indexes: {by_plate: plate}"
    open_instance(world, text(1, fields=fields, indexes=indexed, inputs="[number, amount, plate]"), "hz")
    applied(world, Admit(instance="hz", party="org2", role="bank"), "org1.clerk")
    applied(world, make("A", plate="XY"), "org2.clerk")
    later = fields + ", extra: {type: int, default: '0'}"
    moved = "{move: {loan: {extra: '7'}}}"
    follow(world, text(2, fields=later, indexes=indexed, inputs="[number, amount, plate]", upgrade=moved))
    applied(world, amend("A"), "org3.clerk")
    assert world.find(INDEXES, "hz", "by_plate", "XY") == "A"
    refused(world, "scenario/15", make("B", plate="XY"), "org2.clerk")
    assert loan(world, "A").fields["extra"] == 7


# Amending.


def test_amend__refuses_in_this_order(world: TestWorld) -> None:
    applied(world, make("A"), "org2.clerk")
    follow(world, text(2))
    applied(world, make("B"), "org2.clerk")
    evidence = Amend(instance="evidence", on=(RecordAt(key=("a", "b"), record="deposit"),))
    walk(
        world,
        ("scenario/1", Amend(instance="nowhere", on=(RecordAt(key=("A",), record="loan"),)), "org3.clerk"),
        ("scenario/100", evidence, "org3.clerk"),
        ("scenario/7", Amend(instance="hz", on=(RecordAt(key=("A",), record="lease"),)), "org3.clerk"),
        ("scenario/7", amend("Z"), "org3.clerk"),
        ("scenario/116", amend("A", "B"), "org3.clerk"),
    )
    applied(world, amend("A"), "org3.clerk")
    assert loan(world, "A").version == 2
    refused(world, "scenario/116", amend("A"), "org3.clerk")


def test_amend__is_held_to_the_promises_of_the_later_version(world: TestWorld) -> None:
    applied(world, make("A", 100), "org2.clerk")
    follow(world, text(2, always="always: [{name: small, that: \"this.amount < '0.50'\"}]"))
    refused(world, "scenario/20", amend("A"), "org3.clerk")


def test_upgrade__in_the_face_of_kept_records(world: TestWorld) -> None:
    applied(world, make("A"), "org2.clerk")
    look = f"  look: {{title: {TEXT}, by: bank, on: loan, from: drawn, input: {{other: note}}, require: {{no: 'input.other.id > 3'}}}}"
    note = f"\n  note: {{title: {TEXT}, key: id, fields: {{id: int, mark: {{type: int, default: '0'}}}}}}"
    make_note = f"\n  write: {{title: {TEXT}, by: bank, creates: note, input: [id]}}"
    base = make_ground()
    one = text(1, actions=look + make_note, indexes=note)
    open_instance(base, one, "hz")
    applied(base, Admit(instance="hz", party="org2", role="bank"), "org1.clerk")
    follow(base, text(2, actions=look + make_note, indexes=note, upgrade="{keep: [loan]}"))
    third = publish(base, text(3, actions=look + make_note, indexes=note, upgrade="{move: {note: {mark: '1'}}}"))
    fault = why(base, Upgrade(definition=third, instance="hz"), "org1.clerk")
    assert fault.code == "scenario/113"
    assert "note" in fault.say("en")
    open_instance(base, text(1, actions=look + make_note, indexes=note).replace("scenario: loan", "scenario: lease"), "other")
    assert isinstance(base.run(Open(definition=third, instance="fresh"), "org1.clerk"), Applied)


HOLDER = """
scenario: holder
version: {version}
title: {text}
uses: {{cash: {{asset: settlement.cny}}}}
roles:
  bank: {{title: {text}, admitted_by: operator}}
records:
  box: {{title: {text}, key: id, fields: {{id: int, giver: party}}, states: {{start: full, final: [gone]}}}}
actions:
  make: {{title: {text}, by: bank, creates: box, input: [id], do: [{{set: {{giver: actor}}}}, {{transfer: {{asset: cash, from: actor, to: this, amount: "'1.00'"}}}}]}}
  back: {{title: {text}, by: this.giver, on: box, to: gone, do: [{{transfer: {{asset: cash, from: this, to: actor, amount: 'balance(this, cash)'}}}}]}}
{follow}
"""


def test_upgrade__binds_what_records_hold_to_the_same_instance(world: TestWorld) -> None:
    open_instance(world, CASH, "cash")
    applied(world, Open(definition=publish_digest(world), instance="other"), "org1.clerk")
    open_instance(world, HOLDER.format(version=1, text=TEXT, follow=""), "boxes", uses={"cash": "cash"})
    later = publish(world, HOLDER.format(version=2, text=TEXT, follow="upgrade: {from: 1, notice: 2d}"))
    refused(world, "scenario/117", Upgrade(definition=later, instance="boxes", uses={"cash": "other"}), "org1.clerk")
    fault = why(world, Upgrade(definition=later, instance="boxes", uses={"cash": "other"}), "org1.clerk")
    assert (fault.fields["before"], fault.fields["after"]) == ("cash", "other")
    applied(world, Upgrade(definition=later, instance="boxes", uses={"cash": "cash"}), "org1.clerk")


def publish_digest(world: TestWorld) -> str:
    """The definition that the instance `cash` is of."""
    return str(INSTANCES.get(world.state, "cash").definition)
