"""Random valid definitions and random actions: the chain and a plain model of the rules come to the same end.

A failure prints the seed and the fewest moves that still show it; `play(seed, moves)` plays them again.
"""

from collections import Counter

import pytest

from tests.modelling.play import Differs, Game, Unfit, draw_moves, play, shrink
from tests.twofold import twofold
from zhulian.assure.drawn.grammar import draw_definition, text_of_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

OUTCOMES = {
    "done", "not_yours", "wrong_state", "no_such_record", "already_there", "bad_input", "not_unique", "same_party",
    "signature_missing", "insufficient", "overflow", "promise_broken", "module", "no_a", "no_b", "no_c",
}  # fmt: skip
"""How actions come out, each of which enough seeds must show."""


def played(seeds: range, moves: int) -> Counter[str]:
    """How the moves of these seeds came out."""
    came: Counter[str] = Counter()
    for seed in seeds:
        game = Game(seed)
        try:
            game.open()
        except Unfit:
            came["definition refused"] += 1
            continue
        try:
            came.update(each["came"] for each in draw_moves(game, moves, seed))
        except Differs as differs:
            fewer = shrink(seed, differs.moves)
            pytest.fail(f"seed {seed}: {play(seed, fewer) or differs}\nmoves: {fewer}\ndefinition: {game.text}")
    return came


def test_chain__does_what_the_model_does() -> None:
    """Compiled actions and walked ones, which must come to the same."""
    with twofold() as count:
        came = played(range(50), 16)
    assert count["compiled"] > 60
    assert came["done"] > 120
    assert came["definition refused"] <= 3
    assert len(OUTCOMES & set(came)) >= 14


@pytest.mark.long
def test_chain__does_what_the_model_does_for_long() -> None:
    with twofold() as count:
        came = played(range(60, 2060), 25)
    assert count["compiled"] > 4_000
    assert set(came) >= OUTCOMES
    assert came["definition refused"] <= 100


def test_drawn_definitions__are_nearly_all_valid() -> None:
    registry, wrong = every_word(), 0
    for seed in range(100, 160):
        try:
            check_definition(read_definition(text_of_definition(draw_definition(seed))), registry)
        except LanguageFaults:
            wrong += 1
    assert wrong <= 3


def test_shrinking__keeps_what_differs_and_drops_the_rest() -> None:
    """A model that is made to err finds its error again with one or two moves."""
    for seed in range(40):
        game = Game(seed)
        try:
            game.open()
        except Unfit:
            continue
        moves = draw_moves(game, 12, seed)
        done = [place for place, each in enumerate(moves) if each["came"] == "done" and each["action"] is not None]
        if len(done) < 3:
            continue
        name = moves[done[0]]["action"]
        game.spec["actions"][name]["require"].insert(0, ("no_a", ("bool", False)))  # now only the model refuses it
        fewer = shrink(seed, moves, game)
        assert 1 <= len(fewer) <= 2
        assert fewer[-1]["action"] == name
        return
    pytest.fail("no seed has three actions that are done")
