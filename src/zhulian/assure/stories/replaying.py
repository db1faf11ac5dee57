"""Plays a story that the prover found: whether its last step really breaks a promise, or is really refused for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml

from zhulian.assure.stories.packs import Packs
from zhulian.assure.stories.playing import Played, play
from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving.promises import EMPTY, Promised
from zhulian.modules import every_word
from zhulian.modules.scenario.errors import FinalHolds, PromiseBroken

__all__ = ["Replay", "samples_of"]

_NAME = "found_by_proving"
Outcome = Literal["stopped", "broken", ""]


class Replay:
    """Plays stories of one definition, whose text is at hand; `file` is where it lies, if it lies anywhere."""

    def __init__(self, checked: Checked, file: Path | None = None) -> None:
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
        text = yaml.safe_dump({**self._source, "stories": {_NAME: parts}}, allow_unicode=True, sort_keys=False, default_style='"')
        try:
            checked = check_definition(read_definition(text), every_word())
            return play(
                checked, checked.definition.tree.stories[0], self._packs, folder=self._file.parent if self._file else None
            )
        except Refusal:  # a value that its field does not allow, a player who cannot be cast: not a story
            return None


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
