"""What notices a mutant: the check of definitions, a story that comes out otherwise, the prover, or a promise while chance plays."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zhulian.assure.mutation.mutants import Mutant, mutants_of
from zhulian.assure.mutation.playing import Broken, RandomPlay
from zhulian.assure.stories.errors import StageRefused
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import play
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import Definition
from zhulian.language.definition.views import Story, Tree

__all__ = ["Judged", "Pack", "Refutes", "judge_mutant"]

Caught = Literal["check", "story", "prover", "run_time", "nothing"]
Refutes = Callable[[Checked, Collection[str]], tuple[str, ...]]
"""Which of these promises a prover refutes of a mutant, or no longer proves, as `record.promise`."""
PLAYS = 3
"""How many random plays a mutant gets for each story, until a promise would break."""
STEPS = 40
"""How many steps each of them has."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A mutant and what noticed it first.

    Attributes:
        caught: By the check, by a story, by the prover, by a promise at run time while chance played, or by nothing.
        by: The fault of the check, the story, or the promise.
        broken: The promises that it would break in random play, whatever noticed it.
    """

    pack: str
    mutant: str
    kind: str
    caught: Caught
    by: str
    broken: tuple[str, ...]

    @property
    def breaks(self) -> bool:
        """Whether it breaks a promise of the original in random play."""
        return bool(self.broken)


class Pack:
    """A pack with its stories in the order in which they are asked, and what breaks in random play of the original (nothing, mostly)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checked = read_pack(path)
        self.packs = Packs(path)
        self.tree: Tree = self.checked.definition.tree
        self.name = self.tree.scenario
        self._own: dict[tuple[str, int, str], frozenset[Broken]] = {}

    def mutants(self) -> list[Mutant]:
        """All mutants of the pack."""
        return list(mutants_of(self.tree))

    def stories(self, doer: str) -> list[Story]:
        """All stories; those that do what has the fault come first."""
        return sorted(self.tree.stories, key=lambda story: not any(step.does == doer for step in story.steps))

    def own(self, story: Story, seed: int, focus: str) -> frozenset[Broken]:
        """What the original breaks in the same play: there the promise stands in for a guard."""
        key = (story.name, seed, focus)
        if key not in self._own:
            self._own[key] = frozenset(
                RandomPlay(self.checked, story, self.packs, self.path.parent, seed, focus).play(STEPS).broken
            )
        return self._own[key]


def judge_mutant(pack: Pack, mutant: Mutant, refutes: Refutes | None = None) -> Judged:
    """Ask the check, random play, every story, and of promises that broke and no story notices the prover, if there is one."""

    def judged(caught: Caught, by: str, broken: Sequence[Broken] = ()) -> Judged:
        named = tuple(f"{each.record}.{each.promise}" for each in sorted(broken))
        return Judged(pack.name, mutant.name, mutant.kind, caught, by, named)

    try:
        checked = check_definition(Definition(mutant.tree), pack.checked.registry)
    except LanguageFaults as faults:
        return judged("check", faults.found[0].code)
    broken = _played(pack, mutant, checked)
    for story in pack.stories(mutant.doer):
        if not _passes(pack, checked, story):
            return judged("story", story.name, broken)
    refuted = refutes(checked, {each.promise for each in broken}) if broken and refutes is not None else ()
    if refuted:
        return judged("prover", refuted[0], broken)
    if broken:
        return judged("run_time", f"{broken[0].record}.{broken[0].promise}", broken)
    return judged("nothing", "")


def _passes(pack: Pack, checked: Checked, story: Story) -> bool:
    """Whether a story comes out as it says; where a player cannot even make a paper of what is there, it does not."""
    try:
        return play(checked, story, pack.packs, folder=pack.path.parent).passed
    except (LookupError, ValueError):
        return False


def _played(pack: Pack, mutant: Mutant, checked: Checked) -> list[Broken]:
    """Promises that break in random play of the mutant, and not in the same plays of the original."""
    for seed in range(PLAYS):
        for story in pack.stories(mutant.doer):
            try:
                found = RandomPlay(checked, story, pack.packs, pack.path.parent, seed, mutant.doer).play(STEPS).broken
            except StageRefused:
                continue
            fresh = sorted(found)
            if fresh:
                known = pack.own(story, seed, mutant.doer)
                fresh = [each for each in fresh if each not in known]
            if fresh:
                return fresh
    return []
