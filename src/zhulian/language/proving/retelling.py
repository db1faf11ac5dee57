"""`retold`: the steps of a counter-example in words, as the stories of a definition are told."""

import yaml

from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.view.build import view_of
from zhulian.language.view.shapes import StoryView

__all__ = ["retold"]

_NAME = "found_by_proving"
_TITLE = {"zh": "违反约束的步骤", "en": "Steps that break a promise"}


def retold(checked: Checked, story: str) -> StoryView | None:
    """The story of a counter-example (its YAML, as a report holds it) in words; None where it is none of this definition."""
    try:
        parts = yaml.load(story, yaml.BaseLoader)  # noqa: S506 - makes texts only
        source = yaml.load((checked.definition.source or b"").decode(), yaml.BaseLoader)  # noqa: S506 - makes texts only
        text = yaml.safe_dump(
            {**source, "stories": {_NAME: {"title": _TITLE, **parts}}}, allow_unicode=True, sort_keys=False, default_style='"'
        )
        return view_of(check_definition(read_definition(text), checked.registry)).stories[0]
    except (Refusal, yaml.YAMLError, TypeError):  # the definition was changed, or what should be maps is something else
        return None
