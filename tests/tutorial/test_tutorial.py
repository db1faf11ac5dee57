"""The tutorial is true: what it shows is what its commands print, in both languages, and both say the same."""

import re
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode
from tests.meta.documents import blocks, commands, headings, links
from tests.tutorial.replay import FOLDER, PAGES, PROVING, blocks_of, masked, play
from zhulian.assure.stories.packs import read_pack
from zhulian.language.manual import diagram_svg
from zhulian.language.view.build import view_of


@pytest.mark.parametrize("language", sorted(PAGES))
def test_page__shows_what_its_commands_print(language: str, tmp_path: Path) -> None:
    node, folder = LiveNode(tmp_path / "home"), tmp_path / "seal"
    folder.mkdir()
    node.start()
    try:
        for page in (PAGES[language], PROVING[language]):
            for run in play(page, language, node, folder):
                assert masked(run.printed) == masked(run.shown), run.command
    finally:
        node.stop()


def test_masks__hide_what_changes_and_nothing_else() -> None:
    line = f"Block 12, 2026-11-23 07:24:42.994 +08:00, transaction {'a5' * 32}"
    assert masked(line) == "Block N, TIME, transaction DIGEST"
    assert masked("scenario/60  needs 1 officers, there are 0") == "scenario/60  needs 1 officers, there are 0"
    assert masked("已证明其在高度 15 存在") == "已证明其在高度 N 存在"


def test_pages__leave_no_command_without_its_output() -> None:
    for page in (*PAGES.values(), *PROVING.values()):
        assert len(blocks_of(page)) >= (20 if page in PAGES.values() else 10)
        assert all(block["output"] and block["output"].strip() for block in blocks_of(page)), page


@pytest.mark.parametrize("pages", [PAGES, PROVING], ids=["scenario", "prove"])
def test_pages__say_the_same(pages: dict[str, Path]) -> None:
    zh, en = (pages[language].read_text(encoding="utf-8") for language in ("zh", "en"))
    assert headings(zh) == headings(en)
    shown = [[re.sub(r'matter="[^"]*"', "matter", line) for line in commands(text)] for text in (zh, en)]
    assert shown[0] == shown[1]
    assert [each.info for each in blocks(zh)] == [each.info for each in blocks(en)]
    neutral = [[re.sub(r"\.zh-CN|\bzh\b|\ben\b", "", to) for to in links(text)] for text in (zh, en)]
    assert neutral[0] == neutral[1]


@pytest.mark.parametrize("language", sorted(PAGES))
def test_picture__is_drawn_from_the_definition(language: str) -> None:
    drawn = diagram_svg(view_of(read_pack(FOLDER / "seal.yaml")), language, "application")
    assert (FOLDER / f"states.{language}.svg").read_text(encoding="utf-8") == drawn


def test_steps__grow_into_the_whole() -> None:
    last, before = ((FOLDER / name).read_text(encoding="utf-8") for name in ("seal.yaml", "seal-5.yaml"))
    assert last.startswith(before)
    slips, sound = ((FOLDER / name).read_text(encoding="utf-8").splitlines() for name in ("seal-2.yaml", "seal-3.yaml"))
    assert sum(one != other for one, other in zip(slips, sound, strict=True)) == 2
