"""Laws of totals: true of every state that is made at random, and of use; with one word changed nothing that can break is called proved."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from zhulian.assure.mutation.judging import STEPS, Pack
from zhulian.assure.mutation.playing import RandomPlay
from zhulian.assure.stories.replaying import Replay
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import Definition, read_definition
from zhulian.language.proving.prove import prove
from zhulian.language.proving.solving import solve
from zhulian.language.proving.stage import Stage
from zhulian.modules import every_word

HALL = Path(__file__).parent / "hall.yaml"
TEXT = HALL.read_text(encoding="utf-8")
BILL_FILE = Path(__file__).parents[3] / "src/zhulian/scenarios/bill/scenario.yaml"
BILL = BILL_FILE.read_text(encoding="utf-8")
HALLS = ("A", "B")
SUMS = ("prices", "paid_in", "paid_back")


def checked(*changes: tuple[str, str], text: str = TEXT) -> Checked:
    """The definition with some of its words changed."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return check_definition(read_definition(text), every_word())


CHECKED = checked()


def proved(found: Checked, name: str) -> bool:
    """Whether a promise is proved over everything that can happen."""
    return next(each.verdict for each in prove(found, only={name}).promises if each.name == name) == "proved"


class Seat(NamedTuple):
    """What a seat holds."""

    price: int
    paid: int
    back: int


class State(NamedTuple):
    """Halls by the number of their seats, seats by hall and place, and the names that a question speaks of, there or not."""

    halls: dict[str, int]
    seats: dict[tuple[str, int], Seat]
    names: list[tuple[str, int]]


@draw.composite
def states(pick: Any) -> State:
    """A state that keeps the promises of halls and seats."""
    halls = {each: pick(draw.integers(0, 3)) for each in HALLS}
    places = [(hall, place) for hall, most in halls.items() for place in range(1, most + 1)]
    seats = {}
    for name in pick(draw.lists(draw.sampled_from(places), unique=True)) if places else []:
        price, back = pick(draw.integers(0, 9)), pick(draw.integers(0, 9))
        seats[name] = Seat(price, back + pick(draw.integers(0, price)), back)
    anywhere = draw.tuples(draw.sampled_from(HALLS), draw.integers(-1, 5))
    return State(halls, seats, pick(draw.lists(anywhere, max_size=5)))


def said(state: State) -> tuple[Stage, dict[str, Any], list[Any]]:
    """A question about a state: its stage, the totals that were asked, and all that is assumed with the state as it is."""
    stage = Stage(CHECKED)
    symbols, records = stage.symbols, stage.records
    code = symbols.refs["hall"].accessor(0, 0).range()
    halls = {each: records.at("hall", [symbols.literal(each, code)]) for each in HALLS}
    refs = [symbols.named(f"seat {number}", symbols.refs["seat"]) for number, _ in enumerate(state.names)]
    for ref in refs:
        records.note("seat", ref)
    asked = {name: stage.totals.worth(stage.start, name, []).value for name in SUMS}
    asked |= {each: stage.totals.worth(stage.start, "seated", [halls[each]]).value for each in HALLS}
    facts = [formula for _, formula in stage.assume([stage.start])]
    for name, most in state.halls.items():
        facts += [
            records.exists(stage.start, "hall", halls[name]),
            records.raw(stage.start, "hall", halls[name], "seats")[0] == most,
        ]
    for ref, (hall, place) in zip(refs, state.names, strict=True):
        facts.append(ref == symbols.refs["seat"].constructor(0)(halls[hall], symbols.number(place)))
        there = state.seats.get((hall, place))
        facts.append(records.exists(stage.start, "seat", ref) == (there is not None))
        for field in Seat._fields if there is not None else ():
            facts.append(records.raw(stage.start, "seat", ref, field)[0] == getattr(there, field))
    return stage, asked, facts


def worth(state: State) -> dict[str, int]:
    """What the totals really are."""
    sums = {
        name: sum(getattr(each, field) for each in state.seats.values()) for name, field in zip(SUMS, Seat._fields, strict=True)
    }
    return sums | {each: sum(hall == each for hall, _ in state.seats) for each in HALLS}


@settings(max_examples=25, deadline=None)
@given(states())
def test_laws__say_nothing_false_of_any_state(state: State) -> None:
    stage, asked, facts = said(state)
    real = [asked[name] == value for name, value in worth(state).items()]
    assert solve(stage.symbols, (), [*facts, *real]).result == "possible", state


@settings(max_examples=10, deadline=None)
@given(states(), draw.integers(1, 3))
def test_laws__say_how_much_there_can_be(state: State, more: int) -> None:
    stage, asked, facts = said(state)
    free = {place for hall, place in state.names if hall == "A" and (hall, place) not in state.seats} & set(
        range(1, state.halls["A"] + 1)
    )
    most = state.halls["A"] - len(free)
    assert solve(stage.symbols, (), [*facts, asked["A"] == max(most, 0) + more]).result == "impossible"
    spare = sum(each.price - each.paid + each.back for name, each in state.seats.items() if name in state.names)
    short = asked["paid_in"] - asked["paid_back"] == asked["prices"] - spare + more
    assert solve(stage.symbols, (), [*facts, short]).result == "impossible"


def test_laws__prove_what_holds_of_all_together() -> None:
    report = prove(CHECKED)
    assert {each.name: each.verdict for each in report.promises if each.verdict != "proved"} == {}
    assert {each.action for each in report.witnesses} == {"open_hall", "resize", "sit", "pay", "pay_back"}


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("all_within", "input.amount <= this.price - this.paid + this.back", "true"),
        ("all_within", "this.paid - this.back <= this.price && ", ""),
        ("all_within", "paid_in() - paid_back() <= prices()", "paid_in() <= prices()"),
        ("all_within", "paid_in:   {sum: seat.paid,", "paid_in:   {sum: seat.paid, where: 'place > 1',"),
        ("not_overfull", " && this.place <= this.hall.seats", ""),
        ("not_overfull", "this.place >= 1 && ", ""),
        ("not_overfull", "this.taken == 0", "true"),
        ("not_overfull", "seated(this) == this.taken", "seated(this) >= this.taken - 1"),
    ],
)
def test_laws__do_not_hold_without_what_they_rest_on(name: str, old: str, new: str) -> None:
    assert not proved(checked((old, new)), name)


UPGRADED = ("roles:\n", "upgrade: {from: 1, keep: [hall, seat], notice: 1d}\n\nroles:\n")


def test_laws__say_nothing_where_records_come_from_an_earlier_version() -> None:
    assert not proved(checked(("version: 1", "version: 2"), UPGRADED), "not_overfull")


def test_titles__passed_whole_have_one_owner_and_divided_ones_may_have_more() -> None:
    assert proved(checked(text=BILL), "one_owner")
    part = "- pass: {what: this, to: by.buyer, part: '\"40%\"'}"
    divided = checked(("- pass: {what: this, to: by.buyer}", part), text=BILL)
    assert not proved(divided, "one_owner")


def test_story__gives_no_new_text_that_the_definition_names_itself() -> None:
    """The first part of a bill is “1” by the definition, so that what is split off it is called otherwise; the bill then has too many parts."""
    grown = checked(("- set: {amount: this.amount - input.amount}", "- set: {amount: this.amount}"), text=BILL)
    replay = Replay(grown, BILL_FILE)
    (found,) = prove(grown, only={"parts_match"}, play=replay, samples=replay.samples).promises
    assert (found.verdict, found.reason) == ("refuted", "broken")


@pytest.mark.long
def test_laws__prove_nothing_that_chance_breaks() -> None:
    """Every mutant is played by chance; what breaks there is not proved of it."""
    pack = Pack(HALL)
    broken = 0
    for mutant in pack.mutants():
        try:
            found = check_definition(Definition(mutant.tree), pack.checked.registry)
        except LanguageFaults:  # what the check turns down proves nothing
            continue
        names: set[str] = set()
        for story in pack.tree.stories:
            for seed in range(3):
                play = RandomPlay(found, story, pack.packs, HALL.parent, seed, mutant.doer).play(STEPS)
                names |= {each.promise for each in play.broken}
        if names:
            broken += 1
            report = prove(found, only=names)
            assert not [each.name for each in report.promises if each.verdict == "proved"], (mutant.name, names)
    assert broken > 5
