"""What children say: in whose log it ends, at which level, and in how many bytes."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from zhulian.node import logs
from zhulian.node.hearing import Ear, read_line
from zhulian.node.logs import Log, turned


def hear(folder: Path, data: bytes) -> tuple[Ear, list[dict[str, Any]]]:
    """Let a child `engine` say something and end."""

    async def main() -> Ear:
        log = Log(folder, "engine")
        ear = Ear(log, "engine")
        other = os.dup(ear.pipe)
        ear.started()
        for at in range(0, len(data), 30_000):
            os.write(other, data[at : at + 30_000])
            await asyncio.sleep(0.01)
        os.close(other)
        ear.ended()
        log.close()
        return ear

    found = asyncio.run(main())
    return found, [json.loads(each) for each in (folder / "engine.log").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("theirs", "ours"), [("debug", "debug"), ("info", "info"), ("warn", "warning"), ("error", "error")])
def test_read_line__maps_the_engines_levels(theirs: str, ours: str) -> None:
    line = {"_msg": "Stopping peer", "level": theirs, "module": "p2p", "ts": "2026-01-01T00:00:00Z", "err": "EOF"}
    assert read_line(json.dumps(line)) == (ours, "Stopping peer", {"part": "p2p", "more": {"err": "EOF"}})


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("Listening on 1", "info"),
        ("panic: runtime error: index out of range", "error"),
        ("ValueError: no", "error"),
        ('{"level": "error"}', "info"),
        ("[1, 2]", "info"),
    ],
)
def test_read_line__keeps_any_other_line_as_it_came(line: str, level: str) -> None:
    assert read_line(line) == (level, "said", {"text": line})


def test_ear__puts_every_line_into_the_log_the_last_without_its_end_too(tmp_path: Path) -> None:
    engine = json.dumps({"_msg": "replay", "level": "error", "module": "consensus"}).encode()
    ear, lines = hear(tmp_path, b"hello\n\n" + engine + b"\npanic: no more")
    assert [(each["level"], each["event"]) for each in lines] == [("info", "said"), ("error", "replay"), ("error", "said")]
    assert {each["speaker"] for each in lines} == {"engine"}
    assert ear.words() == ["panic: no more"]
    assert ear.words(9)[0] == "hello"


def test_ear__cuts_what_is_too_long_and_forgets_what_is_old(tmp_path: Path) -> None:
    ear, lines = hear(tmp_path, b"x" * 200_000 + b"\n" + b"".join(b"%d\n" % each for each in range(1_000)))
    assert max(len(each["text"]) for each in lines) == 4096
    assert len(ear.words(9_999)) == 200
    assert ear.words() == ["999"]


def test_log__turns_over_and_stays_within_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_BYTES_MAX", 10_000)
    log = Log(tmp_path, "engine")
    for number in range(2_000):
        log.write("said", number=number)
    log.close()
    files = sorted(tmp_path.iterdir())
    assert len(files) == 5
    assert sum(each.stat().st_size for each in files) <= 50_000


def test_turned__begins_a_file_anew_beyond_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "node.log"
    assert turned(path) == path
    path.write_bytes(b"x" * 2_000_000)
    turned(path)
    assert not path.exists()
    assert (tmp_path / "node.log.1").stat().st_size == 2_000_000
