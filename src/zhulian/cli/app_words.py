"""The words behind `zhulian app NAME`: an action, the keys of its records, and inputs as `name=value`."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.language.definition.views import Tree

__all__ = ["Words", "read_by", "read_pairs", "split_words"]

_INPUT = re.compile(r"([a-z][a-z0-9_]{0,30})=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Words:
    """An action with the keys and inputs that stood behind it; files are paths."""

    action: str
    on: list[str]
    inputs: dict[str, object]


def split_words(tree: "Tree", action: str, words: list[str]) -> Words:
    """Tell keys and inputs apart; `@path` is a file, or for other inputs what stands in it.

    Raises:
        FileMissing. UnknownAction: with the one that was probably meant.
    """
    from zhulian.language.asking import find_action

    kinds = {each.name: each for each in find_action(tree, action).input}
    on: list[str] = []
    inputs: dict[str, object] = {}
    for word in words:
        found = _INPUT.fullmatch(word)
        if found is None:
            on.append(word)
            continue
        name, value = found[1], found[2]
        if not value.startswith("@"):
            inputs[name] = value
            continue
        path = Path(value[1:])
        if not path.is_file():
            raise FileMissing(path=str(path))
        is_file = name in kinds and kinds[name].type == "file"
        inputs[name] = path if is_file else path.read_text(encoding="utf-8", errors="replace").strip()
    return Words(action, on, inputs)


def read_by(given: list[str] | None) -> dict[str, str] | str | None:
    """The parties behind `--by`: by signatory, or one party alone."""
    if not given:
        return None
    if len(given) == 1 and "=" not in given[0]:
        return given[0]
    return read_pairs(given, "--by")


def read_pairs(given: list[str] | None, option: str) -> dict[str, str]:
    """`name=value` pairs of an option that may be repeated.

    Raises:
        BadValue: one of them has no `=`.
    """
    found: dict[str, str] = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise BadValue(command="zhulian", name=option, why=say("app.pair", given=each[:40]))
        found[name] = value
    return found
