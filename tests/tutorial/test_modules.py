"""Each module for use has a tutorial of its own, and what it shows is what its commands print, in both languages."""

import re
from pathlib import Path

import pytest

from tests.meta.documents import blocks, commands, headings
from tests.tutorial.replay import FOLDER, MODULES, blocks_of, masked, play_alone

FOR_USE = {"ballot", "codes", "credential", "earmark", "fair", "settle", "trace"}
"""The modules for use that lend words to packs and that no other page teaches."""
EACH = pytest.mark.parametrize("name", sorted(MODULES))


def test_modules__have_each_their_page() -> None:
    assert set(MODULES) == FOR_USE


@EACH
@pytest.mark.parametrize("language", ["zh", "en"])
def test_page__shows_what_its_commands_print(name: str, language: str, tmp_path: Path) -> None:
    page = MODULES[name][language]
    found = play_alone(page, language, tmp_path)
    assert len(found) >= 2
    for run in found:
        assert run.shown.strip(), run.command
        assert masked(run.printed) == masked(run.shown), run.command


@EACH
def test_pages__say_the_same(name: str) -> None:
    zh, en = (MODULES[name][language].read_text(encoding="utf-8") for language in ("zh", "en"))
    assert headings(zh) == headings(en)
    assert commands(zh) == commands(en)
    assert [each.info for each in blocks(zh)] == [each.info for each in blocks(en)]
    assert re.findall(r"{literalinclude} \S+", zh) == re.findall(r"{literalinclude} \S+", en)


@EACH
def test_page__is_played_to_its_end(name: str) -> None:
    """The application that a page builds passes its own check, and its stories refuse something."""
    played = [block for block in blocks_of(MODULES[name]["en"]) if "scenario test" in block["command"]]
    assert played
    assert (FOLDER / played[0]["command"].split()[-1]).is_file()
    assert any("Refused" in (block["output"] or "") for block in played)
