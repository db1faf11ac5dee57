"""Draws from the pool to the winners, and everybody who would steer one."""

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.modules.lent import Stage
from zhulian.client.drawing.papers import ContributorSecrets, make_deal, make_key, make_recovery, make_reveal
from zhulian.crypto import GM, INTL, Hasher
from zhulian.crypto.group import group_of
from zhulian.language.lending import Caller, RecordName
from zhulian.merkle.code_list import CodeList
from zhulian.merkle.proof_texts import proof_text
from zhulian.modules.fair.drawing import draw_places, seed_of
from zhulian.modules.fair.errors import NotDrawn
from zhulian.modules.fair.format import DEAL, RECOVERY, REVEAL
from zhulian.modules.fair.limits import CONTRIBUTORS_MAX, PAPER_BYTES_MAX, WINNERS_MAX
from zhulian.modules.fair.state import DEALT, DRAWS, ENTERED, MISSING, RESULTS, SECRETS, Draw
from zhulian.modules.fair.statements import second_generator

RECORD = RecordName("housing", "round", ("2026-1",))
CONTRIBUTORS = ("org1", "org2", "org3")
APPLICANTS = [f"A-{place:03d}" for place in range(40)]


def by(party: str) -> Caller:
    return Caller("housing", "act", parties=(party,))


class Lottery:
    """A draw of five flats among forty applicants, seeded by three, any two of whom can bring a secret out."""

    def __init__(self, suite: str = "gm", contributors: tuple[str, ...] = CONTRIBUTORS, threshold: int = 2) -> None:
        self.stage = Stage(suite)
        self.hasher = self.stage.world.world.hasher
        self.pool = CodeList(self.hasher, APPLICANTS)
        self.contributors = contributors
        self.shape: dict[str, Any] = {
            "pool": self.pool.root.text, "winners": 5, "contributors": contributors, "threshold": threshold,
        }  # fmt: skip
        self.secrets = {
            each: ContributorSecrets.derive(self.hasher, each.encode() * 8, RECORD.text, each, threshold) for each in contributors
        }

    @property
    def state(self) -> Any:
        return self.stage.world.state

    @property
    def draw(self) -> Draw:
        return DRAWS.get(self.state, RECORD.text)

    def do(self, verb: str, party: str = "org1", **arguments: Any) -> str:
        return self.stage.refusal(verb, by(party), {"draw": RECORD, **arguments})

    def hand(self, verb: str, party: str, paper: str) -> str:
        return self.do(verb, party, contributor=party, paper=paper)

    def key(self, party: str) -> str:
        return make_key(self.hasher, RECORD.text, party, self.secrets[party])

    def deal(self, party: str) -> str:
        keys = [ENTERED.get(self.state, RECORD.text, each).key for each in self.contributors]
        return make_deal(self.hasher, RECORD.text, self.draw, keys, party, self.secrets[party])

    def reveal(self, party: str) -> str:
        return make_reveal(RECORD.text, party, self.secrets[party])

    def recovery(self, party: str, *dealers: str) -> str:
        withheld = {each: DEALT.get(self.state, RECORD.text, each) for each in dealers}
        return make_recovery(self.hasher, RECORD.text, self.draw, withheld, party, self.secrets[party])

    def dealt(self) -> "Lottery":
        assert self.do("set_draw", **self.shape) == "done"
        assert [self.hand("enter_draw", each, self.key(each)) for each in self.contributors] == ["done"] * len(self.contributors)
        assert [self.hand("deal_secret", each, self.deal(each)) for each in self.contributors] == ["done"] * len(
            self.contributors
        )
        return self


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_draw__comes_out_the_same_whether_a_secret_is_revealed_or_brought_out(suite: str) -> None:
    willing, withheld = Lottery(suite).dealt(), Lottery(suite).dealt()
    assert [willing.hand("reveal_secret", each, willing.reveal(each)) for each in CONTRIBUTORS] == ["done"] * 3
    assert [withheld.hand("reveal_secret", each, withheld.reveal(each)) for each in ("org1", "org2")] == ["done"] * 2
    assert withheld.do("draw") == "fair/11"
    assert withheld.hand("bring_out", "org1", withheld.recovery("org1", "org3")) == "done"
    assert withheld.do("draw") == "fair/11"
    assert withheld.hand("bring_out", "org2", withheld.recovery("org2", "org3")) == "done"
    assert SECRETS.get(withheld.state, RECORD.text, "org3").by == "others"
    for lottery in (willing, withheld):
        assert lottery.stage.ask("drawn", by("org4"), RECORD) is False
        assert lottery.do("draw", "org4") == "done"
        assert lottery.stage.ask("drawn", by("org4"), RECORD) is True
        assert lottery.do("draw") == "fair/5"
    one, other = (RESULTS.get(each.state, RECORD.text) for each in (willing, withheld))
    assert one == other
    assert len(set(one.places)) == 5


def test_result__is_shown_by_proofs_and_recomputed_by_anyone() -> None:
    lottery = Lottery().dealt()
    with pytest.raises(NotDrawn):
        lottery.stage.ask("place_of", by("org4"), RECORD, APPLICANTS[0], proof_text(lottery.pool.path(APPLICANTS[0])))
    with pytest.raises(NotDrawn):
        lottery.stage.ask("pick_of", by("org4"), RECORD, 1)
    for each in CONTRIBUTORS:
        lottery.hand("reveal_secret", each, lottery.reveal(each))
    lottery.do("draw")
    result = RESULTS.get(lottery.state, RECORD.text)
    secrets = [bytes.fromhex(SECRETS.get(lottery.state, RECORD.text, each).value) for each in CONTRIBUTORS]
    seed = seed_of(lottery.hasher, RECORD.text, lottery.pool.root.text, secrets)
    assert result.seed == seed.hex()
    assert list(result.places) == draw_places(lottery.hasher, seed, 40, 5)
    for turn, place in enumerate(result.places, 1):
        code = APPLICANTS[place]
        assert lottery.stage.ask("place_of", by("org4"), RECORD, code, proof_text(lottery.pool.path(code))) == turn
        assert lottery.stage.ask("pick_of", by("org4"), RECORD, turn) == place + 1
    loser = next(each for place, each in enumerate(APPLICANTS) if place not in result.places)
    winner = APPLICANTS[result.places[0]]
    assert lottery.stage.ask("place_of", by("org4"), RECORD, loser, proof_text(lottery.pool.path(loser))) == 0
    assert lottery.stage.ask("place_of", by("org4"), RECORD, loser, proof_text(lottery.pool.path(winner))) == 0
    gap = proof_text(lottery.pool.gap("Z"))
    assert lottery.stage.ask("place_of", by("org4"), RECORD, winner, gap) == 0
    with pytest.raises(NotDrawn):
        lottery.stage.ask("pick_of", by("org4"), RECORD, 6)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"pool": CodeList(Hasher(GM), []).root.text}, "fair/1"),
        ({"winners": 0}, "fair/1"),
        ({"winners": 41}, "fair/1"),
        ({"contributors": ("org1",)}, "fair/1"),
        ({"contributors": ("org1", "org1")}, "fair/1"),
        ({"contributors": tuple(f"org{place}" for place in range(CONTRIBUTORS_MAX + 1))}, "fair/1"),
        ({"threshold": 1}, "fair/1"),
        ({"threshold": 4}, "fair/1"),
        ({"draw": RecordName("other", "round", ("2026-1",))}, "fair/3"),
    ],
)
def test_set_draw__refuses_what_does_not_fit(changed: dict[str, Any], code: str) -> None:
    lottery = Lottery()
    assert lottery.do("set_draw", **{**lottery.shape, **changed}) == code


def test_pool_and_secrets__never_change() -> None:
    lottery = Lottery()
    assert lottery.do("draw") == "fair/4"
    assert lottery.do("set_draw", **lottery.shape) == "done"
    other = CodeList(lottery.hasher, [*APPLICANTS, "A-999"]).root.text
    assert lottery.do("set_draw", **{**lottery.shape, "pool": other}) == "fair/2"
    assert lottery.hand("deal_secret", "org1", "{}") == "fair/5"
    assert lottery.hand("enter_draw", "org4", "{}") == "fair/6"
    assert lottery.do("enter_draw", "org2", contributor="org1", paper=lottery.key("org1")) == "fair/6"
    assert lottery.hand("enter_draw", "org1", "{}") == "fair/8"
    assert lottery.hand("enter_draw", "org1", lottery.key("org2")) == "fair/9"
    stolen = lottery.key("org2").replace('"contributor":"org2"', '"contributor":"org1"')
    assert lottery.hand("enter_draw", "org1", stolen) == "fair/10"
    assert lottery.hand("enter_draw", "org1", lottery.key("org1")) == "done"
    assert lottery.hand("enter_draw", "org1", lottery.key("org1")) == "fair/7"
    for each in ("org2", "org3"):
        assert lottery.hand("enter_draw", each, lottery.key(each)) == "done"
    deal = DEAL.decode(lottery.deal("org1").encode())
    for wrong in (
        msgspec.structs.replace(deal, commitments=deal.commitments[::-1]),
        msgspec.structs.replace(deal, sealed=[deal.sealed[1], deal.sealed[0], deal.sealed[2]]),
        msgspec.structs.replace(deal, sealed=deal.sealed[:2]),
        msgspec.structs.replace(deal, proofs=[*deal.proofs[:2], "00" * 64]),
        msgspec.structs.replace(deal, commitments=["02" + "ff" * 32, deal.commitments[1]]),
    ):
        assert lottery.hand("deal_secret", "org1", DEAL.encode(wrong).decode()) == "fair/10"
    assert lottery.hand("deal_secret", "org1", DEAL.encode(deal).decode()) == "done"
    assert lottery.hand("reveal_secret", "org1", lottery.reveal("org1")) == "fair/5"


def test_reveal__takes_only_what_was_dealt() -> None:
    lottery = Lottery().dealt()
    other = REVEAL.decode(lottery.reveal("org1").encode())
    for secret in ("00" * 31 + "07", "ff" * 32):
        wrong = REVEAL.encode(msgspec.structs.replace(other, secret=secret)).decode()
        assert lottery.hand("reveal_secret", "org1", wrong) == "fair/10"
    assert lottery.hand("reveal_secret", "org1", lottery.reveal("org2")) == "fair/9"
    assert lottery.hand("reveal_secret", "org1", lottery.reveal("org1")) == "done"
    assert lottery.hand("reveal_secret", "org1", lottery.reveal("org1")) == "fair/7"


def test_bring_out__takes_true_parts_once() -> None:
    lottery = Lottery().dealt()
    paper = RECOVERY.decode(lottery.recovery("org1", "org3", "org2").encode())
    part = paper.parts[0]
    for parts, code in (
        ([msgspec.structs.replace(part, part=paper.parts[1].part)], "fair/10"),
        ([msgspec.structs.replace(part, part="02" + "ff" * 32)], "fair/10"),
        ([msgspec.structs.replace(part, dealer="org4")], "fair/6"),
        ([part, part], "fair/6"),
    ):
        wrong = RECOVERY.encode(msgspec.structs.replace(paper, parts=parts)).decode()
        assert lottery.hand("bring_out", "org1", wrong) == code
    assert lottery.hand("bring_out", "org2", lottery.recovery("org1", "org3")) == "fair/9"
    assert lottery.hand("bring_out", "org1", lottery.recovery("org1", "org3")) == "done"
    assert lottery.hand("bring_out", "org1", lottery.recovery("org1", "org3")) == "fair/7"
    assert len(MISSING.get(lottery.state, RECORD.text, "org3").parts) == 1
    assert lottery.hand("reveal_secret", "org3", lottery.reveal("org3")) == "done"  # it speaks after all
    assert lottery.hand("bring_out", "org2", lottery.recovery("org2", "org3")) == "done"  # and late parts do no harm
    assert SECRETS.get(lottery.state, RECORD.text, "org3").by == "dealer"


def test_largest_draw__fits_its_bounds() -> None:
    several = tuple(f"org{place}" for place in range(1, CONTRIBUTORS_MAX + 1))
    lottery = Lottery(contributors=several, threshold=CONTRIBUTORS_MAX).dealt()
    assert len(lottery.deal("org1")) <= PAPER_BYTES_MAX
    paper = lottery.recovery("org1", *several)
    assert len(paper) <= PAPER_BYTES_MAX
    assert lottery.hand("bring_out", "org1", paper) == "done"


def test_draw__of_as_many_as_may_be_drawn_takes_no_more_than_it_says() -> None:
    lottery = Lottery()
    lottery.pool = CodeList(lottery.hasher, [f"{place:07d}" for place in range(WINNERS_MAX + 9)])
    lottery.shape |= {"pool": lottery.pool.root.text, "winners": WINNERS_MAX}
    lottery.dealt()
    for each in CONTRIBUTORS:
        lottery.hand("reveal_secret", each, lottery.reveal(each))
    assert lottery.do("draw") == "done"
    assert len(set(RESULTS.get(lottery.state, RECORD.text).places)) == WINNERS_MAX


@pytest.mark.parametrize("suite", [GM, INTL], ids=lambda suite: suite.name)
def test_second_generator__is_another_point_that_anyone_finds(suite: Any) -> None:
    second = second_generator(suite)
    assert second != group_of(suite).base_times(1)
    assert second.encode()[0] == 2
    candidates = (suite.digest(b"second generator of draws" + turn.to_bytes(4, "big")) for turn in range(64))
    assert second.encode()[1:] in set(candidates)


@given(st.integers(1, 60), st.integers(1, 60), st.binary(min_size=32, max_size=32))
@settings(max_examples=60)
def test_draw_places__are_different_and_within_the_pool(count: int, winners: int, seed: bytes) -> None:
    places = draw_places(Hasher(GM), seed, count, winners)
    assert len(places) == len(set(places)) == min(count, winners)
    assert set(places) <= set(range(count))
    assert places == draw_places(Hasher(GM), seed, count, count)[: len(places)]


def test_draw_places__favour_nobody() -> None:
    """Ten thousand draws of two among five: each place comes up as often as any other, first and second (chi-squared, 99.99 %)."""
    hasher = Hasher(GM)
    pairs = Counter(tuple(draw_places(hasher, turn.to_bytes(32, "big"), 5, 2)) for turn in range(10_000))
    assert len(pairs) == 20
    assert sum((seen - 500) ** 2 / 500 for seen in pairs.values()) < 52.4
    assert WINNERS_MAX >= 1000
