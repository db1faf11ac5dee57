"""The definitions that views and manuals are tried with, and their views; each is checked once."""

from functools import lru_cache
from pathlib import Path

from tests.language.definition.lent import REGISTRY
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.view import View, view_of
from zhulian.modules import every_word

ROOT = Path(__file__).resolve().parents[3]
HERE = ROOT / "tests" / "language" / "definition"
PACKS = sorted((ROOT / "src" / "zhulian" / "scenarios").glob("*/scenario.yaml"))
EVERY = {"receivable_example": HERE / "receivable.yaml", "everything": HERE / "everything.yaml"} | {
    each.parent.name: each for each in PACKS
}


@lru_cache(maxsize=16)
def checked(name: str) -> Checked:
    """A definition by its name here."""
    definition = read_definition(EVERY[name].read_text(encoding="utf-8"))
    return check_definition(definition, REGISTRY if name == "everything" else every_word())


@lru_cache(maxsize=16)
def view(name: str) -> View:
    """Its view."""
    return view_of(checked(name))
