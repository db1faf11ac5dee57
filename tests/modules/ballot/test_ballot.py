"""A secret vote from the key to the counts, and everybody who cheats in it."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from tests.modules.lent import Stage
from zhulian.client.voting.counting import count_sums, number_behind
from zhulian.client.voting.papers import TrusteeSecrets, make_ballot, make_deal, make_key, make_part, open_shares
from zhulian.crypto import BadShare
from zhulian.crypto.group import group_of, random_number
from zhulian.crypto.proofs import encrypt_number
from zhulian.language.lending import Caller, RecordName
from zhulian.ledger.overlay import BlockOverlay
from zhulian.modules.ballot.errors import NotCounted
from zhulian.modules.ballot.format import BALLOT, DEAL, PARTS_GIVEN
from zhulian.modules.ballot.limits import BALLOTS_MAX, CHOICES_MAX, MARKS_SPAN_MAX, PAPER_BYTES_MAX, TRUSTEES_MAX
from zhulian.modules.ballot.state import BOXES, DEALS, ENROLLED, SUMS, Box

BOX = RecordName("village", "election", ("2026",))
HAMLET = RecordName("village", "election", ("hamlet",))
CALLER = Caller("village", "act", parties=("org1",))
TRUSTEES = ("org1", "org2", "org3")


def by(party: str) -> Caller:
    return Caller("village", "act", parties=(party,))


class Vote:
    """A village with three trustees, any two of whom count."""

    def __init__(self, suite: str = "gm", choices: int = 3, least: int = 1, most: int = 2, threshold: int = 2) -> None:
        self.stage = Stage(suite)
        self.hasher = self.stage.world.world.hasher
        self.group = group_of(self.hasher.suite)
        self.threshold = threshold
        self.shape = {"choices": choices, "least": least, "most": most, "threshold": threshold}
        self.secrets = {
            each: TrusteeSecrets.derive(self.hasher, each.encode() * 8, BOX.text, each, threshold) for each in TRUSTEES
        }

    @property
    def state(self) -> Any:
        return self.stage.world.state

    def box(self, name: RecordName = BOX) -> Box:
        return BOXES.get(self.state, name.text)

    def put(self, box: Box) -> None:
        """Set the box past all rules."""
        overlay = BlockOverlay(self.state)
        BOXES.set(overlay, BOX.text, value=box)
        self.state.apply(dict(overlay.changes()))

    def do(self, verb: str, caller: Caller = CALLER, **arguments: Any) -> str:
        return self.stage.refusal(verb, caller, {"box": BOX, **arguments})

    def set_up(self, **changed: Any) -> str:
        return self.do("set_up_box", **{"trustees": TRUSTEES, **self.shape, **changed})

    def enrol(self, trustee: str) -> str:
        return self.do("enrol_trustee", by(trustee), trustee=trustee, paper=self.key(trustee))

    def key(self, trustee: str) -> str:
        return make_key(self.hasher, BOX.text, trustee, self.secrets[trustee])

    def deal(self, trustee: str) -> str:
        keys = [ENROLLED.get(self.state, BOX.text, each).key for each in TRUSTEES]
        return make_deal(self.hasher, BOX.text, self.box(), keys, trustee, self.secrets[trustee])

    def share(self, trustee: str) -> int:
        deals = [DEALS.get(self.state, BOX.text, each) for each in TRUSTEES]
        return open_shares(self.hasher, BOX.text, self.box(), deals, trustee, self.secrets[trustee])

    def open(self) -> "Vote":
        assert self.set_up() == "done"
        assert [self.enrol(each) for each in TRUSTEES] == ["done"] * 3
        deals = [self.deal(each) for each in TRUSTEES]
        assert [
            self.do("deal_key", by(each), trustee=each, paper=paper) for each, paper in zip(TRUSTEES, deals, strict=True)
        ] == ["done"] * 3
        for each in TRUSTEES:
            _ = self.share(each)
            assert self.do("accept_key", by(each), trustee=each) == "done"
        return self

    def ballot(self, voter: str, *marked: int, box: RecordName = BOX) -> str:
        return make_ballot(self.hasher, box.text, self.box(box), voter, marked)

    def cast(self, voter: str, *marked: int, box: RecordName = BOX) -> str:
        return self.do("cast", by(voter), box=box, voter=voter, ballot=self.ballot(voter, *marked, box=box))

    def part(self, trustee: str, box: RecordName = BOX) -> str:
        return make_part(self.hasher, box.text, self.box(box), SUMS.get(self.state, box.text), trustee, self.share(trustee))

    def counts(self, *trustees: str, box: RecordName = BOX) -> list[int] | None:
        sums = SUMS.get(self.state, box.text)
        parts = {each: PARTS_GIVEN.decode(self.part(each, box).encode()).points for each in trustees}
        return count_sums(self.group, self.box(box), sums, parts)


def handle(place: int) -> str:
    return "~" + f"{place:032x}"


@pytest.fixture(scope="module")
def opened() -> Callable[[], Vote]:
    """Votes with an open box; the first is kept, and each test gets its state anew."""
    vote = Vote().open()
    values = dict(vote.state.values)

    def again() -> Vote:
        vote.state.values.clear()
        vote.state.values.update(values)
        return vote

    return again


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_vote__is_counted_by_any_threshold_of_trustees(suite: str) -> None:
    vote = Vote(suite).open()
    marked = [(1,), (1, 2), (3,), (1, 3), (2,), (1,), (1, 2), (3,), (1, 3), (2, 3)]
    assert [vote.cast(handle(place), *each) for place, each in enumerate(marked)] == ["done"] * 10
    wanted = [sum(choice in each for each in marked) for choice in (1, 2, 3)]
    assert vote.stage.ask("ballots_in", CALLER, BOX) == 10
    assert vote.do("close_box") == "done"
    for several in (("org1", "org2"), ("org3", "org1"), ("org1", "org2", "org3")):
        assert vote.counts(*several) == wanted
    assert vote.do("announce", counts=tuple(wanted)) == "ballot/15"
    assert vote.do("give_part", by("org3"), trustee="org3", paper=vote.part("org3")) == "done"
    assert vote.do("announce", counts=tuple(wanted)) == "ballot/15"
    assert vote.do("give_part", by("org1"), trustee="org1", paper=vote.part("org1")) == "done"
    assert vote.do("announce", counts=(wanted[0], wanted[1] + 1, wanted[2])) == "ballot/16"
    assert vote.do("announce", counts=tuple(wanted[:2])) == "ballot/16"
    assert vote.do("announce", counts=tuple(wanted)) == "done"
    assert [vote.stage.ask("result", CALLER, BOX, choice) for choice in (1, 2, 3)] == wanted
    assert vote.stage.ask("box_counted", CALLER, BOX) is True
    assert vote.do("announce", counts=tuple(wanted)) == "ballot/5"


def test_secrets__follow_from_one_secret_and_do_not_show() -> None:
    vote = Vote()
    again = TrusteeSecrets.derive(vote.hasher, b"org1" * 8, BOX.text, "org1", 2)
    assert (again.share_key, again.polynomial) == (vote.secrets["org1"].share_key, vote.secrets["org1"].polynomial)
    assert len({again.share_key, *again.polynomial, *vote.secrets["org2"].polynomial}) == 5
    assert str(again.share_key) not in repr(again)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"trustees": ("org1",)}, "ballot/1"),
        ({"trustees": ("org1", "org1")}, "ballot/1"),
        ({"trustees": tuple(f"org{place}" for place in range(TRUSTEES_MAX + 1))}, "ballot/1"),
        ({"threshold": 1}, "ballot/1"),
        ({"threshold": 4}, "ballot/1"),
        ({"choices": 1}, "ballot/1"),
        ({"choices": CHOICES_MAX + 1}, "ballot/1"),
        ({"least": 3, "most": 2}, "ballot/1"),
        ({"least": -1}, "ballot/1"),
        ({"most": 4}, "ballot/1"),
        ({"least": 0, "most": 0}, "ballot/1"),
        ({"choices": 32, "least": 0, "most": MARKS_SPAN_MAX + 1}, "ballot/1"),
        ({"box": RecordName("other", "election", ("2026",))}, "ballot/3"),
    ],
)
def test_set_up_box__refuses_what_does_not_fit(changed: dict[str, Any], code: str) -> None:
    assert Vote().set_up(**changed) == code


def test_key__is_made_by_all_trustees_in_order() -> None:
    vote = Vote()
    assert vote.do("close_box") == "ballot/4"
    assert vote.set_up() == "done"
    assert vote.set_up() == "ballot/2"
    assert vote.do("cast", voter=handle(1), ballot="{}") == "ballot/5"
    assert vote.do("enrol_trustee", by("org2"), trustee="org1", paper=vote.key("org1")) == "ballot/6"
    assert vote.do("enrol_trustee", by("org4"), trustee="org4", paper=vote.key("org1")) == "ballot/6"
    assert vote.do("enrol_trustee", by("org1"), trustee="org1", paper="{}") == "ballot/8"
    assert vote.do("enrol_trustee", by("org1"), trustee="org1", paper="x" * PAPER_BYTES_MAX + "x") == "ballot/8"
    assert vote.do("enrol_trustee", by("org1"), trustee="org1", paper=vote.key("org2")) == "ballot/9"
    stolen = vote.key("org2").replace('"trustee":"org2"', '"trustee":"org1"')
    assert vote.do("enrol_trustee", by("org1"), trustee="org1", paper=stolen) == "ballot/10"
    assert [vote.enrol("org1"), vote.enrol("org1"), vote.enrol("org2"), vote.enrol("org3")] == [
        "done",
        "ballot/7",
        "done",
        "done",
    ]
    deal = DEAL.decode(vote.deal("org1").encode())
    for wrong in (
        msgspec.structs.replace(deal, commitments=deal.commitments[:1]),
        msgspec.structs.replace(deal, seeds=deal.seeds[:2]),
        msgspec.structs.replace(deal, commitments=deal.commitments[::-1]),
        msgspec.structs.replace(deal, commitments=[deal.commitments[0], "00"]),
    ):
        assert vote.do("deal_key", by("org1"), trustee="org1", paper=DEAL.encode(wrong).decode()) == "ballot/10"
    assert vote.do("deal_key", by("org1"), trustee="org1", paper=DEAL.encode(deal).decode()) == "done"
    assert vote.do("accept_key", by("org1"), trustee="org1") == "ballot/5"


def test_deal__with_a_false_share_shows_to_its_holder() -> None:
    vote = Vote()
    vote.set_up()
    for each in TRUSTEES:
        vote.enrol(each)
    for each in TRUSTEES:
        deal = DEAL.decode(vote.deal(each).encode())
        if each == "org2":
            deal = msgspec.structs.replace(deal, sealed=["ab" * 32, *deal.sealed[1:]])
        assert vote.do("deal_key", by(each), trustee=each, paper=DEAL.encode(deal).decode()) == "done"
    with pytest.raises(BadShare) as raised:
        vote.share("org1")
    assert raised.value.dealer == "org2"
    assert vote.share("org3") > 0


def test_cast__takes_one_ballot_of_each_voter_that_follows_the_rules(opened: Callable[[], Vote]) -> None:
    vote = opened()
    assert vote.stage.ask("box_open", CALLER, BOX) is True
    assert vote.stage.ask("voted", CALLER, BOX, handle(1)) is False
    assert vote.cast(handle(1), 1) == "done"
    assert vote.stage.ask("voted", CALLER, BOX, handle(1)) is True
    assert vote.cast(handle(1), 2) == "ballot/11"
    assert [vote.cast(handle(2)), vote.cast(handle(2), 1, 2, 3)] == ["ballot/10", "ballot/10"]  # none, and too many
    assert vote.do("cast", voter=handle(2), ballot=vote.ballot(handle(1), 1)) == "ballot/9"
    copied = vote.ballot(handle(1), 1).replace(handle(1), handle(2))
    assert vote.do("cast", voter=handle(2), ballot=copied) == "ballot/10"
    paper = BALLOT.decode(vote.ballot(handle(2), 1).encode())
    for wrong in (
        msgspec.structs.replace(paper, marks=paper.marks[:2]),
        msgspec.structs.replace(paper, marks=[paper.marks[1], paper.marks[0], paper.marks[2]]),
        msgspec.structs.replace(paper, total=paper.total[:1]),
        msgspec.structs.replace(paper, marks=[msgspec.structs.replace(paper.marks[0], first="00"), *paper.marks[1:]]),
        msgspec.structs.replace(paper, marks=[msgspec.structs.replace(paper.marks[0], first="02" + "ff" * 32), *paper.marks[1:]]),
    ):
        assert vote.do("cast", voter=handle(2), ballot=BALLOT.encode(wrong).decode()) == "ballot/10"
    full = msgspec.structs.replace(vote.box(), ballots=BALLOTS_MAX)
    vote.put(full)
    assert vote.cast(handle(3), 1) == "ballot/12"


def test_cast__refuses_a_mark_that_counts_twice(opened: Callable[[], Vote]) -> None:
    """A voter who encrypts 2 for one choice, and −1 for another so that the total fits, cannot prove the marks."""
    vote = opened()
    voter, key = handle(5), vote.group.decode(bytes.fromhex(vote.box().key))
    paper = BALLOT.decode(vote.ballot(voter, 1).encode())
    heavy = encrypt_number(vote.group, key, 2, random_number(vote.group))
    mark = msgspec.structs.replace(
        paper.marks[0], first=heavy.first.encode().hex(), second=heavy.second.encode().hex(), proof=paper.marks[0].proof
    )
    wrong = msgspec.structs.replace(paper, marks=[mark, *paper.marks[1:]])
    assert vote.do("cast", voter=voter, ballot=BALLOT.encode(wrong).decode()) == "ballot/10"


def test_give_part__refuses_a_trustee_who_cheats_in_the_tally(opened: Callable[[], Vote]) -> None:
    vote = opened()
    for place in range(10):
        assert vote.cast(handle(place), 1 + place % 3) == "done"
    assert vote.do("give_part", by("org1"), trustee="org1", paper=vote.part("org1")) == "ballot/5"
    assert vote.do("close_box") == "done"
    assert vote.cast(handle(99), 1) == "ballot/5"
    paper = PARTS_GIVEN.decode(vote.part("org1").encode())
    other = PARTS_GIVEN.decode(vote.part("org2").encode())
    for wrong in (
        msgspec.structs.replace(paper, points=[paper.points[1], paper.points[0], paper.points[2]]),
        msgspec.structs.replace(paper, points=other.points, proofs=other.proofs),
        msgspec.structs.replace(paper, points=paper.points[:2]),
        msgspec.structs.replace(paper, points=["02" + "ff" * 32, *paper.points[1:]]),
    ):
        assert vote.do("give_part", by("org1"), trustee="org1", paper=PARTS_GIVEN.encode(wrong).decode()) == "ballot/10"
    assert vote.do("give_part", by("org1"), trustee="org1", paper=PARTS_GIVEN.encode(other).decode()) == "ballot/9"
    assert vote.do("give_part", by("org2"), trustee="org1", paper=PARTS_GIVEN.encode(paper).decode()) == "ballot/6"
    assert vote.do("give_part", by("org1"), trustee="org1", paper=PARTS_GIVEN.encode(paper).decode()) == "done"
    assert vote.do("give_part", by("org1"), trustee="org1", paper=PARTS_GIVEN.encode(paper).decode()) == "ballot/7"


def test_small_box__is_merged_into_another_before_it_is_counted(opened: Callable[[], Vote]) -> None:
    vote = opened()
    assert vote.do("set_up_like", box=HAMLET, like=BOX) == "done"
    assert vote.do("set_up_like", box=HAMLET, like=BOX) == "ballot/2"
    for place in range(8):
        assert vote.cast(handle(place), 1) == "done"
    for place in range(3):
        assert vote.cast(handle(20 + place), 2, 3, box=HAMLET) == "done"
    assert vote.do("merge_box", box=HAMLET, into=BOX) == "ballot/5"
    assert vote.do("close_box") == "done"
    assert vote.do("close_box", box=HAMLET) == "done"
    assert vote.do("give_part", by("org1"), box=HAMLET, trustee="org1", paper=vote.part("org1", HAMLET)) == "ballot/14"
    assert vote.do("merge_box", box=HAMLET, into=HAMLET) == "ballot/13"
    before = dict(vote.state.values)
    assert vote.do("merge_box", box=HAMLET, into=BOX) == "done"
    assert vote.do("merge_box", box=HAMLET, into=BOX) == "ballot/5"
    assert vote.stage.ask("ballots_in", CALLER, BOX) == 11
    assert vote.counts("org1", "org3") == [8, 3, 3]
    for trustee in ("org1", "org3"):
        assert vote.do("give_part", by(trustee), trustee=trustee, paper=vote.part(trustee)) == "done"
    assert vote.do("announce", counts=(8, 3, 3)) == "done"
    vote.state.values.clear()
    vote.state.values.update(before)
    enough = msgspec.structs.replace(vote.box(), ballots=10)
    vote.put(enough)
    assert vote.do("give_part", by("org1"), trustee="org1", paper=vote.part("org1")) == "done"
    assert vote.do("merge_box", box=HAMLET, into=BOX) == "ballot/13"


def test_result__is_refused_before_it_is_counted(opened: Callable[[], Vote]) -> None:
    vote = opened()
    for choice in (1, 9):
        with pytest.raises(NotCounted):
            vote.stage.ask("result", CALLER, BOX, choice)


@pytest.mark.parametrize("number", [0, 1, 99, 10_000])
def test_number_behind__finds_it_up_to_the_most(number: int) -> None:
    group = group_of(Vote().hasher.suite)
    assert number_behind(group, group.base_times(number), 10_000) == number
    assert number_behind(group, group.base_times(10_001), 10_000) is None


def test_largest_papers__fit_their_bounds() -> None:
    vote = Vote(choices=CHOICES_MAX, least=0, most=MARKS_SPAN_MAX, threshold=3).open()
    ballot = vote.ballot(handle(1), 1, 2)
    assert len(ballot) <= PAPER_BYTES_MAX
    assert vote.do("cast", voter=handle(1), ballot=ballot) == "done"
