"""`play`: one story from its stage to its last step, with a narrator's line for each; `play_all` and what the stories leave out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from zhulian.assure.stories.coverage import Coverage, Unplayed
from zhulian.assure.stories.errors import NoSuchStory, NotInDefinition, NotProposed, StageRefused, UpgradeUnread
from zhulian.assure.stories.judging import judge_step, names_of
from zhulian.assure.stories.narrating import narrate, opening
from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.seeing import see
from zhulian.assure.stories.stage import Stage, set_stage
from zhulian.assure.stories.steps import Done, do_step
from zhulian.assure.stories.watching import Watchers
from zhulian.errors import Refusal, Words
from zhulian.language.definition.check import Checked
from zhulian.language.definition.views import Step, Story

__all__ = ["Played", "PlayedStep", "Report", "play", "play_all", "play_on", "play_steps"]


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """One step as it was played.

    Attributes:
        line: The line in the file where the step stands; 0 where it is not known.
        told: The narrator's line.
        fault: What is not as the story says; None where all is.
        refusal: Why it was refused, if it was.
        alerts: Alerts, timers and watch rules that it set off.
        time: Block time in Unix seconds after it.
    """

    line: int
    told: Words
    fault: Words | None
    refusal: Refusal | None
    alerts: tuple[str, ...]
    time: int
    transaction: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """A story as it was played, up to its end or the first step that is not as it says."""

    name: str
    title: Words
    opening: Words
    steps: tuple[PlayedStep, ...]
    left: int
    """Steps that were not played any more."""
    fault: Words | None = None
    """Why the stage could not be set."""

    @property
    def passed(self) -> bool:
        """Whether everything came out as the story says."""
        return self.fault is None and not self.left and all(each.fault is None for each in self.steps)


@dataclass(frozen=True, slots=True)
class Report:
    """All stories of a definition, and what none of them plays."""

    stories: tuple[Played, ...]
    unplayed: tuple[Unplayed, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every story passed."""
        return all(each.passed for each in self.stories)


@dataclass
class _Show:
    """One story on its stage."""

    stage: Stage
    coverage: Coverage
    folder: Path | None
    watchers: Watchers


def play(
    checked: Checked,
    story: Story,
    packs: Packs,
    *,
    folder: Path | None = None,
    coverage: Coverage | None = None,
    following: Mapping[str, Checked] = MappingProxyType({}),
) -> Played:
    """Play a story on a chain of its own; files that it names are looked for in `folder`, what it plays is added to `coverage`.

    Definitions that it upgrades to are taken from `following` by the name of their file, before any is looked for in `folder`.

    Raises:
        Refusal: if a definition that is used is missing or not sound, or something given cannot be.
    """
    title = Words(story.title.zh, story.title.en)
    coverage = coverage if coverage is not None else Coverage(checked.definition.tree)
    coverage.begin()
    try:
        stage = set_stage(checked, story, packs)
        stage.following = following
    except StageRefused as no:
        return Played(story.name, title, Words("", ""), (), len(story.steps), no.words())
    return play_on(stage, folder=folder, coverage=coverage)


def play_on(stage: Stage, *, folder: Path | None = None, coverage: Coverage | None = None, through: bool = False) -> Played:
    """Play the steps of a story on a stage that is set; with `through` also behind a step that is not as the story says."""
    story = stage.story
    first = opening(stage)
    steps: list[PlayedStep] = []
    for _, _, played in play_steps(stage, folder, coverage or Coverage(stage.main.tree)):
        steps.append(played)
        if played.fault is not None and not through:
            break
    title = Words(story.title.zh, story.title.en)
    return Played(story.name, title, first, tuple(steps), len(story.steps) - len(steps))


def play_steps(stage: Stage, folder: Path | None, coverage: Coverage) -> Iterator[tuple[Step, Done, PlayedStep]]:
    """Each step as the story has it, what it did, and how it was played; the next is played when it is asked for."""
    show = _Show(stage, coverage, folder, Watchers(stage))
    for place, step in enumerate(stage.story.steps):
        yield step, *_play(show, place, step)


def play_all(
    checked: Checked,
    packs: Packs,
    *,
    folder: Path | None = None,
    only: str | None = None,
    progress: Callable[[], None] = lambda: None,
) -> Report:
    """Play every story of a definition, or the one called `only`; `progress` is told after each.

    Raises:
        NoSuchStory; Refusal: as `play`.
    """
    tree = checked.definition.tree
    chosen = [each for each in tree.stories if only is None or each.name == only]
    if only is not None and not chosen:
        raise NoSuchStory(name=only[:80], known=", ".join(each.name for each in tree.stories) or "–")
    coverage = Coverage(tree)
    stories: list[Played] = []
    for story in chosen:
        stories.append(play(checked, story, packs, folder=folder, coverage=coverage))
        progress()
    return Report(tuple(stories), coverage.unplayed() if only is None else ())


def _play(show: _Show, place: int, step: Step) -> tuple[Done, PlayedStep]:
    stage, path = show.stage, f"stories.{show.stage.story.name}.steps[{place}]"
    typed = stage.script.typed.get(f"{path}.see")
    try:
        done = _done(show, step, f"{path}.see")
    except (NotInDefinition, NotProposed, UpgradeUnread) as no:
        return Done(), _lost(show, step, path, no)
    raised = show.watchers.take(done)
    alerts: Sequence[str] = (*names_of(done.events), *raised)
    fault = judge_step(step, done, alerts)
    told = narrate(stage, step, done, typed, raised)
    show.coverage.note(stage, step, done)
    return done, PlayedStep(
        line=stage.script.definition.places.of(path).line,
        told=told,
        fault=fault,
        refusal=done.refusal,
        alerts=tuple(alerts),
        time=stage.chain.time,
        transaction=done.sent.transaction if done.sent else "",
    )


def _lost(show: _Show, step: Step, path: str, no: Refusal) -> PlayedStep:
    """A step that cannot be played, since it goes on with something that is not there."""
    line = show.stage.script.definition.places.of(path).line
    named = step.does or step.proposes or step.completes or step.corrects or step.amends
    named = named or step.approves or step.withdraws or step.upgrades
    return PlayedStep(line=line, told=Words(named, named), fault=no.words(), refusal=None, alerts=(), time=show.stage.chain.time)


def _done(show: _Show, step: Step, path: str) -> Done:
    if not step.see:
        return do_step(show.stage, step, show.folder)
    try:
        return Done(seen=see(show.stage, path))
    except Refusal as no:  # such as a record that is not there
        return Done(seen=False, refusal=no)
