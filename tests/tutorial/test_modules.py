"""Each module for use has a tutorial of its own, and what it shows is what its commands print, in both languages."""

import re
from pathlib import Path

import pytest

from tests.meta.documents import blocks, commands, headings
from tests.tutorial.replay import FOLDER, MODULES, blocks_of, masked, play_alone

EACH = pytest.mark.parametrize("name", sorted(MODULES))


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
    assert (FOLDER / f"{name}.yaml").is_file()
    played = [block for block in blocks_of(MODULES[name]["en"]) if "scenario test" in block["command"]]
    assert played
    assert any("Refused" in (block["output"] or "") for block in played)
