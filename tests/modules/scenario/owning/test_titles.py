"""Titles: each refusal in its order, and random dealings against a book that counts in parts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.errors import Refusal
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.lending import Argument, Caller, RecordName
from zhulian.language.registry import KERNEL
from zhulian.modules import every_word
from zhulian.modules.scenario.owning.titles import HOLDERS_MAX, WHOLE, first_owner, shares_of
from zhulian.modules.scenario.owning.words import READS, VERBS, deal
from zhulian.modules.scenario.state import Burden, Held, Trail

LOT = RecordName("app", "lot", ("L-1",))
NEW = Held(fields={}, since=0, trail=Trail(count=0, head=""), version=1, owner="ann")


def done(held: Held, verb: str, *signers: str, what: RecordName = LOT, **more: Argument) -> Held:
    arguments = {name.rstrip("_"): value for name, value in more.items()}
    return deal(verb, held, Caller("app", "act", signers), {"what": what, **arguments})


def refused(held: Held, verb: str, *signers: str, **more: Any) -> str:
    """The number by which it is refused, or `done`."""
    try:
        done(held, verb, *signers, **more)
    except Refusal as refusal:
        return refusal.code
    return "done"


def owned(**shares: int) -> Held:
    """A title owned in parts per million."""
    held = done(NEW, "pass", "ann", to="x")
    for owner, part in shares.items():
        held = done(held, "pass", "x", to=owner, part=part, from_="x")
    return held


PLEDGED = done(done(NEW, "pledge", "ann", to="bank"), "pledge", "ann", to="fund", follows=True)
SEIZED = done(done(PLEDGED, "seize", "court", order="court"), "seize", "other", order="other")
JOINT = owned(ann=500_000, bob=333_333, cid=166_667)


def test_words__are_those_of_the_registry() -> None:
    assert set(VERBS) == set(KERNEL.verbs)
    assert set(READS) == {"owners", "burdens", "part_owned"}


def test_owner__is_the_first_who_signs_or_the_operator() -> None:
    assert first_owner(("ann", "bob"), "hub") == "ann"
    assert first_owner((), "hub") == "hub"


def test_shares__sum_to_the_whole_and_the_greatest_comes_first() -> None:
    assert shares_of(JOINT) == {"ann": 500_000, "bob": 333_333, "cid": 166_667}
    assert (JOINT.owner, READS["owners"](JOINT, ()), READS["part_owned"](JOINT, ("bob",))) == (
        "ann",
        ("ann", "bob", "cid"),
        333_333,
    )
    alone = done(JOINT, "pass", "ann", "bob", "cid", to="dan")
    assert (alone.owner, alone.shares) == ("dan", {})
    back = done(done(JOINT, "pass", "bob", to="ann", from_="bob"), "pass", "cid", to="ann", from_="cid")
    assert (back.owner, back.shares) == ("ann", {})


def test_pass__refuses_in_this_order() -> None:
    assert refused(NEW, "pass", what=RecordName("other", "lot", ("L-1",)), to="bob") == "scenario/62"
    assert refused(Held(fields={}, since=0, trail=NEW.trail, version=1), "pass", to="bob", order="court") == "scenario/63"
    assert refused(SEIZED, "pass", to="bob", order="court") == "scenario/64"
    assert refused(SEIZED, "pass", "other", to="bob", order="other") == "scenario/64"
    assert refused(NEW, "pass", "court", to="bob", order="court") == "scenario/64"
    assert refused(SEIZED, "pass", "bob", to="bob", part=2 * WHOLE) == "scenario/65"
    assert refused(JOINT, "pass", "x", to="bob", part=1, from_="x") == "scenario/66"
    for part in (0, -1, 500_001):
        assert refused(JOINT, "pass", to="bob", part=part, from_="ann") == "scenario/66"
    assert refused(JOINT, "pass", "bob", to="bob", part=1) == "scenario/67"
    assert refused(JOINT, "pass", "ann", "bob", to="dan") == "scenario/67"
    assert refused(PLEDGED, "pass", "bob", to="bob", from_="ann") == "scenario/67"
    assert refused(PLEDGED, "pass", "ann", to="bob") == "scenario/68"
    assert refused(PLEDGED, "pass", "ann", "bank", to="bob") == "done"
    assert refused(SEIZED, "pass", "court", to="bob", order="court") == "done"


def test_pledge__refuses_in_this_order() -> None:
    assert refused(Held(fields={}, since=0, trail=NEW.trail, version=1), "pledge", to="bank") == "scenario/63"
    assert refused(SEIZED, "pledge", "ann", to="ann") == "scenario/65"
    assert refused(JOINT, "pledge", "ann", "bob", to="cid") == "scenario/67"
    assert refused(JOINT, "pledge", "ann", "bob", "cid", to="cid") == "scenario/69"
    assert refused(PLEDGED, "pledge", "ann", to="bank", rank=9) == "scenario/69"
    for rank in (0, -1, 4):
        assert refused(PLEDGED, "pledge", "ann", to="new", rank=rank) == "scenario/71"
    assert refused(PLEDGED, "pledge", "ann", "bank", to="new", rank=1) == "scenario/68"
    assert refused(PLEDGED, "pledge", "ann", "fund", to="new", rank=2) == "done"


def test_release_and_seize__refuse_in_this_order() -> None:
    bare = Held(fields={}, since=0, trail=NEW.trail, version=1)
    assert refused(bare, "release", holder="bank") == refused(bare, "seize", order="court") == "scenario/63"
    assert refused(PLEDGED, "release", "court", holder="x", order="court") == "scenario/64"
    assert refused(SEIZED, "release", "court", holder="x", order="court") == "scenario/70"
    assert refused(PLEDGED, "release", "ann", holder="x") == "scenario/70"
    assert refused(PLEDGED, "release", "ann", holder="bank") == "scenario/68"
    assert refused(NEW, "seize", "ann", order="court") == "scenario/68"
    assert refused(SEIZED, "seize", "court", order="court") == "scenario/69"


def test_pledges__rank_in_their_order_and_move_up() -> None:
    assert READS["burdens"](PLEDGED, ()) == ("bank", "fund")
    first = done(PLEDGED, "pledge", "ann", "bank", "fund", to="new", rank=1)
    assert READS["burdens"](first, ()) == ("new", "bank", "fund")
    assert READS["burdens"](done(first, "release", "new", holder="new"), ()) == ("bank", "fund")


def test_mortgage__follows_the_title_and_a_pledge_with_the_pledgees_signature() -> None:
    mortgaged = done(NEW, "pledge", "ann", to="fund", follows=True)
    assert done(mortgaged, "pass", "ann", to="bob").burdens == (Burden(holder="fund", kind="pledge", follows=True),)
    assert done(PLEDGED, "pass", "ann", "bank", to="bob").burdens == PLEDGED.burdens


def test_seizure__disposes_in_place_of_the_owner_in_its_order() -> None:
    assert READS["burdens"](SEIZED, ()) == ("court", "other", "bank", "fund")
    sold = done(done(SEIZED, "release", "court", holder="bank", order="court"), "pass", "court", to="dan", order="court")
    lifted = done(sold, "release", "court", holder="court")
    assert (lifted.owner, READS["burdens"](lifted, ())) == ("dan", ("other", "fund"))
    assert refused(lifted, "pass", "dan", to="bob") == "scenario/65"
    assert refused(lifted, "pass", "other", to="bob", order="other") == "done"


@pytest.mark.parametrize("signer", ["fund{}", "bank{}"])
def test_holders__are_bounded(signer: str) -> None:
    held, names = NEW, [signer.format(place) for place in range(HOLDERS_MAX)]
    for name in names:
        held = done(held, "pledge", "ann", to=name)
    assert refused(held, "pledge", "ann", to="more") == refused(held, "seize", "court", order="court") == "scenario/72"
    many = NEW
    for name in names[1:]:
        many = done(many, "pass", "ann", to=name, part=10)
    assert refused(many, "pass", "ann", to="more", part=10, from_="ann") == "scenario/72"
    assert refused(many, "pass", "ann", to=names[1], part=10, from_="ann") == "done"


def test_arguments__fit_their_verb() -> None:
    def wrong(call: Callable[[], Held]) -> str:
        with pytest.raises(Refusal) as found:
            call()
        return found.value.code

    assert wrong(lambda: deal("pass", NEW, Caller("app"), {"to": "bob"})) == "language/190"
    assert wrong(lambda: done(NEW, "pass", "ann", to=7)) == "language/190"
    assert wrong(lambda: done(NEW, "pass", "ann", to="bob", part="all")) == "language/190"


OWNERS = ("ann", "bob", "cid", "dan")
owners = st.sampled_from(OWNERS)
passes = st.tuples(owners, st.none() | owners, st.none() | st.integers(0, WHOLE), st.frozensets(owners))


@given(st.lists(passes, max_size=12))
def test_shares__are_those_of_a_book_that_counts(dealings: list[tuple[str, str | None, int | None, frozenset[str]]]) -> None:
    """Nobody loses a part without signing, nothing is made or lost, and only what a book-keeper would refuse is refused."""
    held, book = NEW, {"ann": WHOLE}
    for to, giver, part, signers in dealings:
        more: dict[str, Any] = {"to": to, "part": part, "from": giver}
        before = dict(book)
        if giver is None and part is None:
            taken = dict(book)
        else:
            owner = giver or max(sorted(book), key=lambda each: book[each])
            there = book.get(owner, 0)
            wanted = there if part is None else part
            taken = {owner: wanted} if 0 < wanted <= there else {}
        fine = bool(taken) and set(taken) <= signers
        code = refused(held, "pass", *sorted(signers), **more)
        assert (code == "done") == fine
        if not fine:
            continue
        held = done(held, "pass", *sorted(signers), **more)
        for owner, each in taken.items():
            book[owner] -= each
        book[to] = book.get(to, 0) + sum(taken.values())
        book = {owner: each for owner, each in book.items() if each}
        assert shares_of(held) == book
        assert sum(book.values()) == WHOLE
        assert book[held.owner or ""] == max(book.values())
        assert {owner for owner in before if book.get(owner, 0) < before[owner]} <= signers


def test_every_construct__is_checked_with_the_words_of_this_program(root: Path) -> None:
    text = (root / "tests" / "language" / "definition" / "everything.yaml").read_text(encoding="utf-8")
    checked = check_definition(read_definition(text), every_word())
    assert [each.doer for each in checked.exceptions] == ["sweep"]
