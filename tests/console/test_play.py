"""Stories played in the console, each by a process of its own."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.console.visiting import Visit
from zhulian.console import playing
from zhulian.console.errors import StageBroken, TooManyPlays
from zhulian.console.playing import Theatre

pytestmark = pytest.mark.anyio


def _playing() -> list[int]:
    """The processes of this machine's user that play stories."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = each.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"zhulian.assure.stories.theatre" in words and os.getuid() == each.stat().st_uid:
            found.append(int(each.parent.name))
    return found


async def test_play__tells_a_story_step_by_step_and_can_be_left(visit: Visit) -> None:
    page = visit.page
    await visit.enter()
    await visit.go("/apps")
    await page.get_by_text("观看演练").first.wait_for()
    before = set(_playing())
    await visit.go("/play/receivable/more_than_there_is")
    await page.locator(".cast li").nth(4).wait_for(timeout=40_000)
    await visit.sees("第 0 步，共 13 步")
    (process,) = set(_playing()) - before
    await page.get_by_role("button", name="下一步").click()
    await visit.sees("待确认")
    assert await page.locator("svg .box.here").count() == 1
    await page.get_by_role("button", name="连续播放").click()
    await visit.sees("已演完，共 13 步")
    assert await page.locator(".scene").count() == 13
    assert await page.locator(".scene.refused").count() == 8
    assert await page.get_by_role("button", name="下一步").is_disabled()
    await visit.go("/")
    for _ in range(40):  # a page that lost its line for a moment may come back
        if process not in _playing():
            break
        await asyncio.sleep(0.5)
    assert process not in _playing(), "the process ends with its page"
    assert not visit.faults


async def test_theatre__takes_no_more_than_a_few_and_says_what_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "_PLAYS_MAX", 1)
    with pytest.raises(StageBroken):
        await Theatre().open("receivable", "nope")
    stages = [Theatre(), Theatre()]
    try:
        await stages[0].open("receivable", "three_tiers")
        with pytest.raises(TooManyPlays):
            await stages[1].open("receivable", "three_tiers")
        scene = await stages[0].next()
        assert scene is not None
        assert scene["number"] == 1
        await stages[0].close()
        assert await stages[0].next() is None
    finally:
        for each in stages:
            await each.close()
