"""A story shown to somebody who watches, in this process and in one of its own."""

import json
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from zhulian.assure.stories.errors import NoSuchStory
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.showing import Play, play_of, raise_curtain, scene_of, story_of

PACK = Path(str(resources.files("zhulian.scenarios") / "receivable" / "scenario.yaml"))
THEATRE = [sys.executable, "-m", "zhulian.assure.stories.theatre"]


@pytest.fixture(scope="module")
def play() -> Play:
    checked = read_pack(PACK)
    return raise_curtain(checked, story_of(checked, "more_than_there_is"), Packs(PACK), folder=PACK.parent)


def test_play__tells_who_acts_what_is_refused_and_where_the_record_stands(play: Play) -> None:
    told = play_of(play)
    assert [each["name"] for each in told["cast"]] == ["changlan", "xinglan", "jiutong", "chenghu", "nanyu"]
    assert told["cast"][0]["role"] == {"zh": "核心企业", "en": "Core enterprise"}
    scenes = [scene_of(each) for each in play.scenes()]
    assert [each["number"] for each in scenes] == list(range(1, told["length"] + 1))
    assert [each["came"] for each in scenes[:4]] == ["done", "refused", "done", "refused"]
    first, early, confirmed = scenes[:3]
    assert first["actors"] == ["xinglan"]
    assert first["place"] == {
        "key": "AR-2026-0001", "record": "receivable", "state": "drawn", "title": {"zh": "待确认", "en": "Drawn"},
    }  # fmt: skip
    assert (early["code"], early["place"]["state"]) == ("scenario/10", "drawn"), "what is refused moves nothing"
    assert "待确认" in early["why"]["zh"]
    assert confirmed["place"]["state"] == "confirmed"
    assert scenes[-1]["came"] == "seen"
    assert all(each["told"]["zh"] and each["told"]["en"] for each in scenes)


def test_story__of_another_name_is_refused() -> None:
    with pytest.raises(NoSuchStory):
        story_of(read_pack(PACK), "nope")


def test_theatre__plays_a_scene_for_each_line_and_ends_with_its_input() -> None:
    process = subprocess.Popen([*THEATRE, "receivable", "three_tiers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    play = json.loads(process.stdout.readline())
    assert play["title"]["en"] == "Three tiers, factoring and repayment"
    for number in (1, 2):
        process.stdin.write("\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["number"] == number
    process.stdin.close()
    assert process.wait(20) == 0
    assert process.stdout.read() == ""
    process.stdout.close()


def test_theatre__says_why_it_cannot_begin() -> None:
    done = subprocess.run([*THEATRE, "receivable", "nope"], input="", capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["refused"]["code"] == NoSuchStory.code
