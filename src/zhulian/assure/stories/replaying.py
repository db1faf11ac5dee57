"""Plays a story that the prover found: whether its last step really breaks a promise, or is really refused for it."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import yaml
from msgspec import structs

from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.playing import Played, play
from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.normalise.reader import Reader
from zhulian.language.definition.normalise.stories import read_story
from zhulian.language.definition.places import Places
from zhulian.language.definition.reading import Definition, read_definition
from zhulian.language.proving.promises import EMPTY, Promised
from zhulian.language.proving.stranding import file_of
from zhulian.language.proving.upgrading import Earlier
from zhulian.language.source import read_source
from zhulian.modules import every_word
from zhulian.modules.scenario.errors import FinalHolds, PromiseBroken

__all__ = ["Replay", "earlier", "samples_of"]

_NAME = "found_by_proving"
Outcome = Literal["stopped", "broken", ""]


class Replay:
    """Plays stories of one definition; `file` is where it lies, if it lies anywhere. Of one that comes from a chain only the tree is at hand.

    Stories that go on under a later version find that in `following`, by the name of its file.
    """

    def __init__(
        self, checked: Checked, file: Path | None = None, following: Mapping[str, Checked] = MappingProxyType({})
    ) -> None:
        self._following = following
        self._definition = checked.definition
        self._source = yaml.load((checked.definition.source or b"").decode(), yaml.BaseLoader)  # noqa: S506 - makes texts only
        self._file = file
        self._packs = Packs(file)
        self.samples = samples_of(self._source)

    def __call__(self, story: Mapping[str, Any], promise: Promised) -> Outcome:
        """What becomes of the story: its last step is refused for the promise, or done and the promise is broken; else nothing."""
        played = self._play(story)
        if played is None or not played.steps or played.fault is not None or played.left:
            return ""
        *before, last = played.steps
        if any(each.fault is not None for each in before):
            return ""
        if last.refusal is not None:
            return "stopped" if _is_for(last.refusal, promise) else ""
        seen = story.get("see")
        if not isinstance(seen, str) or last.fault is not None:
            return ""
        again = self._play({**story, "steps": [*story["steps"], {"see": seen}]})
        return "broken" if again is not None and again.passed else ""

    def _play(self, story: Mapping[str, Any]) -> Played | None:
        parts = {key: value for key, value in story.items() if key != "see"}
        try:
            checked = check_definition(self._with(parts), every_word())
            folder = self._file.parent if self._file else None
            return play(checked, checked.definition.tree.stories[0], self._packs, folder=folder, following=self._following)
        except Refusal:  # a value that its field does not allow, a player who cannot be cast: not a story
            return None

    def _with(self, parts: Mapping[str, Any]) -> Definition:
        """The definition with this story alone."""
        if self._source is not None:
            return read_definition(_yaml({**self._source, "stories": {_NAME: parts}}))
        reader = Reader()
        story = read_story(reader, _NAME, read_source(_yaml(parts)), f"stories.{_NAME}")
        if reader.faults:
            raise LanguageFaults.of(reader.faults)
        return Definition(structs.replace(self._definition.tree, stories=(story,)), Places(reader.places))


def _yaml(value: Any) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, default_style='"'))


def earlier(before: Checked, after: Checked, file: Path | None = None) -> Earlier:
    """The version before, whose stories are played on until they upgrade to the later one; `file` is where it lies."""
    replay = Replay(before, file, {file_of(after): after})
    return Earlier(before, replay, replay.samples)


def _is_for(refusal: Refusal, promise: Promised) -> bool:
    inner = getattr(refusal, "inner", refusal)
    if promise.path is None:
        return promise.name == EMPTY and isinstance(inner, FinalHolds) and inner.record == promise.record
    return isinstance(inner, PromiseBroken) and (inner.record, inner.promise) == (promise.record, promise.name)


def samples_of(source: Any) -> dict[tuple[str, str], Any]:
    """Inputs that the stories of a definition hand in, by action and name: papers, files and the like, that no model knows."""
    found: dict[tuple[str, str], Any] = {}
    stories = source.get("stories", {}) if isinstance(source, dict) else {}
    for story in stories.values() if isinstance(stories, dict) else ():
        for step in story.get("steps", ()):
            if "does" in step and "refused" not in step:
                for name, value in step.get("with", {}).items():
                    found.setdefault((step["does"], name), value)
    return found
