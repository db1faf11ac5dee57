"""The documents show the states of every pack as its definition has them; `make pictures` draws them anew."""

import re
from pathlib import Path

import pytest

from scripts import pictures
from zhulian.language.view.shapes import View

VIEWS = pictures.views()
WIDEST = 520
"""Wider pictures would make letters on a telephone smaller than eight pixels."""


@pytest.fixture(scope="module")
def drawn() -> dict[Path, str]:
    return pictures.pictures(VIEWS)


def test_pictures__are_drawn_from_the_definitions(drawn: dict[Path, str]) -> None:
    stale = [place.name for place, text in drawn.items() if not place.exists() or place.read_text(encoding="utf-8") != text]
    assert stale == [], "run `make pictures`"
    assert {place for place in pictures.FOLDER.glob("*.svg") if place not in drawn} == set(), "run `make pictures`"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("view", VIEWS, ids=[each.scenario for each in VIEWS])
def test_page__shows_the_pictures_of_its_pack(view: View, language: str) -> None:
    text = pictures.page_of(view, language).read_text(encoding="utf-8")
    assert pictures.with_pictures(text, view, language) == text, "run `make pictures`"
    assert f"states/{view.scenario}." in text


def test_pictures__fit_a_telephone(drawn: dict[Path, str]) -> None:
    wide = {place.name: found[1] for place, text in drawn.items() if (found := re.search(r'viewBox="0 0 ([\d.]+)', text))}
    assert len(wide) == len(drawn)
    assert {name: width for name, width in wide.items() if float(width) > WIDEST} == {}
