"""Seeded random play on the stage of a story: its own steps, its steps with something else in them, and actions drawn from the definition.

A play is over when its steps are; whatever the chain refuses is no fault. What is looked for are promises that would break: the
engine refuses those as `promise_broken`, and names them.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace

from zhulian.assure.mutation.drawing import Drawing
from zhulian.assure.stories.errors import NotInDefinition, NotProposed, StageRefused, UpgradeUnread
from zhulian.assure.stories.stage import Finding, Stage, set_stage
from zhulian.assure.stories.steps import Done, do_step
from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked
from zhulian.language.definition.views import Step, Story, Tree, Voice
from zhulian.modules.scenario.errors import FinalHolds, PromiseBroken
from zhulian.modules.scenario.events import RecordChanged, TimerRested

__all__ = ["Broken", "RandomPlay", "staffed"]

_SPANS = ("1h", "1d", "3d", "11d", "31d", "91d", "200d")


@dataclass(frozen=True, order=True, slots=True)
class Broken:
    """A promise that an action or timer would have broken: of which record type, called what; `holds` is the one of final records."""

    record: str
    promise: str


@dataclass
class RandomPlay:
    """One play of `steps` steps; `focus` is the action that is drawn more often, empty for none."""

    checked: Checked
    story: Story
    packs: Finding
    folder: Path | None
    seed: int
    focus: str = ""
    met: Callable[[Stage], None] = lambda stage: None
    """Told of the stage before the first step."""
    broken: set[Broken] = field(default_factory=set)
    done: int = 0
    refused: int = 0

    def play(self, steps: int) -> "RandomPlay":
        """Play so many steps.

        Raises:
            StageRefused: the definition cannot even be opened with the cast of the story.
        """
        chance = random.Random(f"{self.checked.definition.tree.scenario} {self.story.name} {self.seed}")  # noqa: S311 - a seed that replays
        stage = set_stage(self.checked, staffed(self.checked.definition.tree, self.story), self.packs)
        self.met(stage)
        drawing = Drawing(stage, chance, self.focus)
        script = list(self.story.steps)
        for _ in range(steps):
            step = self._next(drawing, script, chance)
            if step is not None:
                self._do(stage, drawing, step)
        return self

    def _next(self, drawing: Drawing, script: list[Step], chance: random.Random) -> Step | None:
        """The next step of the story, one of its steps with something else in it, or a drawn action; now and then a while passes."""
        roll = chance.random()
        if roll < 0.04:
            return Step(wait=chance.choice(_SPANS))
        if script and roll < 0.5:
            step = script.pop(0)
            return None if step.see or step.upgrades else step
        if roll < 0.7:
            return drawing.altered(chance.choice(self.story.steps))
        return drawing.drawn()

    def _do(self, stage: Stage, drawing: Drawing, step: Step) -> None:
        try:
            done = do_step(stage, step, self.folder)
        except (NotInDefinition, NotProposed, UpgradeUnread, LookupError, ValueError, StageRefused):
            return  # a paper that cannot be made out of what is there
        except Refusal:
            return
        self._note(done)
        drawing.saw([each for each in done.events if isinstance(each, RecordChanged)])

    def _note(self, done: Done) -> None:
        if done.refusal is None:
            self.done += 1
        else:
            self.refused += 1
            told = getattr(done.refusal, "told", done.refusal)
            told = getattr(told, "inner", told)
            if isinstance(told, PromiseBroken):
                self.broken.add(Broken(told.record, told.promise))
            elif isinstance(told, FinalHolds):
                self.broken.add(Broken(told.record, "holds"))
        for each in done.events:
            if isinstance(each, TimerRested) and each.code in (PromiseBroken.code, FinalHolds.code):
                self.broken.add(Broken(each.record, f"timer {each.timer}"))


def staffed(tree: Tree, story: Story) -> Story:
    """The story with one more step, which names an officer in every seat of every player, so that the stage has them all.

    The step is never played.
    """
    seats = {role.name: [seat.name for seat in role.seats] for role in tree.roles}
    officers: list[str] = []
    for each in story.cast:
        if "person" not in each.roles:
            for role in each.roles:
                officers += [f"{each.name}.{seat}" for seat in seats.get(role, ())]
            officers.append(each.name)
    extra: Sequence[Step] = [Step(who=(Voice(signers=(each,)),)) for each in officers]
    return replace(story, steps=(*story.steps, *extra))
