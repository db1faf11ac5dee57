"""Definitions with one rule changed: what is changed, that the same seed plays the same, and that stories notice what breaks a promise."""

from functools import cache

import pytest

from tests.meta.source import ROOT
from zhulian.assure.mutation import judging
from zhulian.assure.mutation.expressions import flipped, signs_flipped, swapped, weakened
from zhulian.assure.mutation.judging import Pack, judge_mutant
from zhulian.assure.mutation.mutants import KINDS, Mutant
from zhulian.assure.mutation.playing import Broken, RandomPlay
from zhulian.assure.mutation.refuting import no_longer_proved
from zhulian.assure.mutation.running import chosen, explained, table, unexplained
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import Definition

FOLDER = ROOT / "src" / "zhulian" / "scenarios"
PACKS = sorted(path.parent.name for path in FOLDER.glob("*/scenario.yaml"))


@cache
def pack_of(name: str) -> Pack:
    return Pack(FOLDER / name / "scenario.yaml")


def mutant_of(pack: str, name: str) -> Mutant:
    return next(each for each in pack_of(pack).mutants() if each.name == name)


def test_expressions__change_one_thing_at_a_time() -> None:
    that = 'this.left >= input.amount && this.state != "ended" && now() < this.until + 3'
    assert [each.partition(" at ")[0] for each, _ in flipped(that)] == [">= → <", "!= → ==", "< → >"]
    assert [mutated for _, mutated in weakened("this.left < 5")] == ["this.left <= 5"]
    assert [mutated for _, mutated in weakened('this.kind == "a<b"')] == []
    assert [mutated for _, mutated in signs_flipped(that)] == [that.replace("+", "-")]
    assert swapped("by.seller != by.buyer && by.sellers", "seller", "buyer") == "by.buyer != by.seller && by.sellers"


@pytest.mark.parametrize("pack", PACKS)
def test_mutants__are_each_another_definition_with_the_same_promises(pack: str) -> None:
    found = pack_of(pack).mutants()
    assert len({each.name for each in found}) == len(found) >= 50
    original = pack_of(pack).tree
    for each in found:
        assert each.tree != original
        assert each.tree.stories == original.stories
        assert [(one.always, one.steps) for one in each.tree.records] == [(one.always, one.steps) for one in original.records]


def test_mutants__are_of_every_kind() -> None:
    assert {each.kind for pack in PACKS for each in pack_of(pack).mutants()} == set(KINDS)


def test_play__is_the_same_for_the_same_seed_and_another_for_another() -> None:
    pack = pack_of("donation")

    def played(seed: int) -> tuple[int, int]:
        found = RandomPlay(pack.checked, pack.tree.stories[0], pack.packs, pack.path.parent, seed).play(30)
        return found.done, found.refused

    assert played(1) == played(1)
    assert len({played(seed) for seed in range(4)}) > 1
    assert all(played(seed)[0] >= 3 for seed in range(4))


def test_play__finds_the_promise_that_a_dropped_set_breaks() -> None:
    pack = pack_of("donation")
    mutant = mutant_of("donation", "drop_set actions.book_cost.do[3].set.costs")
    judged = judge_mutant(pack, mutant)
    assert judged.breaks
    assert judged.broken[0] == "project.spending_adds_up"
    assert judged.caught == "story"


def test_judging__asks_the_prover_where_no_story_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = pack_of("donation")
    mutant = mutant_of("donation", "drop_set actions.book_cost.do[3].set.costs")
    monkeypatch.setattr(judging, "_passes", lambda pack, checked, story: True)
    judged = judge_mutant(pack, mutant, lambda checked, names: tuple(f"project.{each}" for each in names))
    assert (judged.caught, judged.by) == ("prover", "project.spending_adds_up")
    assert judge_mutant(pack, mutant, lambda checked, names: ()).caught == "run_time"


def test_prover__no_longer_proves_what_a_dropped_guard_lets_in() -> None:
    pack = pack_of("e_licence")
    mutant = mutant_of("e_licence", "drop_guard actions.issue_licence.require.own_licence")
    checked = check_definition(Definition(mutant.tree), pack.checked.registry)
    assert no_longer_proved(pack.checked, pack.checked, {"not_to_itself"}) == ()
    assert no_longer_proved(pack.checked, checked, {"not_to_itself"}) == ("licence.not_to_itself",)


@pytest.mark.parametrize("pack", ["bill", "donation", "health_record"])
def test_original__breaks_no_promise_whatever_is_played(pack: str) -> None:
    """A promise that stands in for a guard would be broken here, and refuted by a prover."""
    found = pack_of(pack)
    broken: set[Broken] = set()
    for story in found.tree.stories[:2]:
        broken |= RandomPlay(found.checked, story, found.packs, found.path.parent, 11).play(40).broken
    assert broken == set()


def test_some_mutants__are_noticed_by_stories() -> None:
    judged = [judge_mutant(pack_of(name), each) for name in ("bill", "donation") for each in chosen(pack_of(name), 2)]
    assert unexplained(judged) == []
    assert sum(each.mutants for each in table(judged)) == 4


def test_explained__speaks_of_mutants_that_are() -> None:
    for (pack, mutant), why in explained().items():
        assert mutant_of(pack, mutant).name == mutant
        assert why.zh
        assert why.en


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_mutants__that_break_a_promise_are_noticed_before_the_chain_runs(pack: str) -> None:
    judged = [judge_mutant(pack_of(pack), each) for each in chosen(pack_of(pack), 60)]
    assert unexplained(judged) == []
    line = table(judged)[0]
    assert line.share >= 0.9, [each.mutant for each in judged if each.caught == "run_time"]


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_original__breaks_no_promise_for_long(pack: str) -> None:
    found = pack_of(pack)
    broken = {
        each
        for story in found.tree.stories
        for seed in range(20)
        for each in RandomPlay(found.checked, story, found.packs, found.path.parent, seed).play(60).broken
    }
    assert broken == set()


def test_check__takes_the_original_back() -> None:
    pack = pack_of("bill")
    assert check_definition(Definition(pack.tree), pack.checked.registry).definition.tree == pack.tree
