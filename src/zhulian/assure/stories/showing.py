"""A story shown to somebody who watches: the cast, then one scene after another, each with its narrator's line and where the record stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from zhulian.assure.stories.coverage import Coverage
from zhulian.assure.stories.errors import NoSuchStory
from zhulian.assure.stories.naming import Names
from zhulian.assure.stories.narrating import opening
from zhulian.assure.stories.playing import PlayedStep, play_steps
from zhulian.assure.stories.stage import Finding, Stage, set_stage
from zhulian.assure.stories.steps import Done
from zhulian.errors import Words
from zhulian.language.definition.check import Checked
from zhulian.language.definition.views import Step, Story
from zhulian.modules.scenario.events import RecordChanged

__all__ = ["Actor", "Place", "Play", "Scene", "play_of", "raise_curtain", "scene_of", "story_of"]

_PERSON = Words("自然人", "a person")
_OTHERS = Words("其他机构", "another organisation")


@dataclass(frozen=True)
class Actor:
    """A player: its name in the story, and its role in words."""

    name: str
    role: Words
    is_person: bool


@dataclass(frozen=True)
class Place:
    """Where a record stands: its type, its key, its state (empty: a type without states), and what that is called."""

    record: str
    key: str
    state: str
    title: Words


@dataclass(frozen=True)
class Scene:
    """One step: its number from 1, who acts, what the narrator says, what came of it, and where its record stands now.

    `came` is `done`, `refused` (as the story means it), `waited`, `seen`, or `wrong` where it is not as the story says; `why` then
    says what is wrong, or else why it was refused, by its number `code`.
    """

    number: int
    actors: tuple[str, ...]
    told: Words
    came: Literal["done", "refused", "waited", "seen", "wrong"]
    code: str
    why: Words | None
    place: Place | None
    alerts: tuple[str, ...]
    time: int


@dataclass
class Play:
    """A stage that is set; `scenes()` plays it, step by step, as fast as it is asked for the next."""

    stage: Stage
    folder: Path | None
    title: Words
    opening: Words
    cast: tuple[Actor, ...]
    length: int
    _places: dict[tuple[str, str], Place] = field(default_factory=dict)

    def scenes(self) -> Iterator[Scene]:
        """The scenes in their order, up to the end or the first that is not as the story says."""
        for number, (step, done, played) in enumerate(play_steps(self.stage, self.folder, Coverage(self.stage.main.tree)), 1):
            place = self._follow(done)
            yield _scene(self.stage, number, step, done, played, place)
            if played.fault is not None:
                return

    def _follow(self, done: Done) -> Place | None:
        """Note where records stand; the one that the step was about, or else the last that moved."""
        last: Place | None = None
        names = Names(self.stage)
        for event in done.events:
            if not isinstance(event, RecordChanged) or event.instance != self.stage.main.name:
                continue
            known = self._places.get((event.record, event.key))
            state = event.state if event.state is not None else (known.state if known is not None else "")
            title = names.state(event.instance, event.record, state) if state else Words("", "")
            last = self._places[(event.record, event.key)] = Place(event.record, event.key, state, title)
        about = [self._places[(done.record, key)] for key in done.keys if (done.record, key) in self._places]
        return about[0] if about else last


def story_of(checked: Checked, name: str) -> Story:
    """The story of that name.

    Raises:
        NoSuchStory.
    """
    stories = checked.definition.tree.stories
    found = next((each for each in stories if each.name == name), None)
    if found is None:
        raise NoSuchStory(name=name[:80], known=", ".join(each.name for each in stories) or "–")
    return found


def raise_curtain(checked: Checked, story: Story, packs: Finding, *, folder: Path | None = None) -> Play:
    """Set the stage of a story on a throw-away chain.

    Raises:
        Refusal: a definition that is used is missing or not sound, or something given cannot be.
    """
    stage = set_stage(checked, story, packs)
    names = Names(stage)
    cast = tuple(
        Actor(each.name, names.role(each.party) or (_PERSON if each.is_person else _OTHERS), each.is_person)
        for each in stage.company.players.values()
    )
    title = Words(story.title.zh, story.title.en)
    return Play(stage, folder, title, opening(stage), cast, len(story.steps))


def _scene(stage: Stage, number: int, step: Step, done: Done, played: PlayedStep, place: Place | None) -> Scene:
    came: Any = "waited" if step.wait else "seen" if step.see else "refused" if played.refusal is not None else "done"
    code, why = (played.refusal.code, played.refusal.words()) if played.refusal is not None else ("", None)
    if played.fault is not None:
        came, why = "wrong", played.fault
    players = {each.party: each.name for each in stage.company.players.values()}
    actors = tuple(dict.fromkeys(players.get(party, party) for party in done.parties.values()))
    return Scene(number, actors, played.told, came, code, why, place, played.alerts, played.time)


def play_of(play: Play) -> dict[str, Any]:
    """A play as data."""
    return {
        "cast": [{"name": each.name, "role": _both(each.role), "person": each.is_person} for each in play.cast],
        "length": play.length,
        "opening": _both(play.opening),
        "title": _both(play.title),
    }


def scene_of(scene: Scene) -> dict[str, Any]:
    """A scene as data."""
    place = scene.place
    return {
        "actors": list(scene.actors),
        "alerts": list(scene.alerts),
        "came": scene.came,
        "code": scene.code,
        "number": scene.number,
        "place": None
        if place is None
        else {"key": place.key, "record": place.record, "state": place.state, "title": _both(place.title)},
        "time": scene.time,
        "told": _both(scene.told),
        "why": None if scene.why is None else _both(scene.why),
    }


def _both(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}
