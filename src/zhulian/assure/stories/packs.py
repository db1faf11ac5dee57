"""Where the definitions are that a definition uses: beside its file, in the folders beside its own, or among those shipped."""

import re
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from zhulian.assure.stories.errors import PackMissing
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

__all__ = ["Packs", "read_pack"]

_SCENARIO = re.compile(rb"^scenario:[ ]*['\"]?([a-z][a-z0-9_]{0,30})['\"]?[ ]*(?:#.*)?$", re.MULTILINE)
_HEAD = 4096
_FILES_MAX = 200


def read_pack(path: Path) -> Checked:
    """A definition out of its file, checked.

    Raises:
        LanguageFaults: naming every fault. OSError: if the file cannot be read.
    """
    with path.open("rb") as file:
        text = file.read(BYTES_MAX + 1)
    return check_definition(read_definition(text), every_word())


class Packs:
    """Definitions by the name of their scenario; each is read once."""

    def __init__(self, beside: Path | None = None) -> None:
        """`beside` is the file of the definition that is played, if it has one."""
        self._beside = beside
        self._found: dict[str, Checked] = {}

    def find(self, scenario: str) -> Checked:
        """The definition of a scenario.

        Raises:
            PackMissing: if there is none. LanguageFaults: if it is not sound.
        """
        if scenario not in self._found:
            path = self._place(scenario)
            if path is None:
                raise PackMissing(scenario=scenario)
            self._found[scenario] = read_pack(path)
        return self._found[scenario]

    def _place(self, scenario: str) -> Path | None:
        for path in self._places(scenario):
            if path.is_file() and _scenario_of(path) == scenario:
                return path
        return None

    def _places(self, scenario: str) -> Iterator[Path]:
        if self._beside is not None:
            folder = self._beside.resolve().parent
            yield folder / f"{scenario}.yaml"
            yield folder / scenario / "scenario.yaml"
            yield folder.parent / scenario / "scenario.yaml"
            yield from sorted(folder.glob("*.yaml"))[:_FILES_MAX]
        shipped = files("zhulian") / "scenarios"
        with as_file(shipped) as at:
            yield at / scenario / "scenario.yaml"
            yield from sorted(at.glob("*/scenario.yaml"))[:_FILES_MAX]


def _scenario_of(path: Path) -> str:
    """What a file says that it defines, from its first lines."""
    try:
        with path.open("rb") as file:
            found = _SCENARIO.search(file.read(_HEAD))
    except OSError:
        return ""
    return found[1].decode() if found else ""
