"""When a reader owes a report: by the clock, once a round, and where somebody asked and was not answered."""

import os
from pathlib import Path

import pytest

from zhulian.modules.oracle.state import Asked, Quote
from zhulian.reader.answers import Answers
from zhulian.reader.duties import Standing, is_due, round_of


def quote(number: int, time: int) -> Quote:
    return Quote(height=1, number=number, readers=("org1",), time=time, transaction="00" * 32, value=1)


def asked(number: int, time: int) -> Asked:
    return Asked(height=1, number=number, party="org1", time=time)


@pytest.mark.parametrize(
    ("standing", "every", "due"),
    [
        (Standing(None, None, 0), 0, False),  # nobody asks
        (Standing(None, None, 0), 60, True),
        (Standing(None, None, 1000), 60, False),  # said so in this round, and others have yet to
        (Standing(None, None, 959), 60, True),
        (Standing(quote(0, 960), None, 0), 60, False),  # enough others agreed in this round
        (Standing(quote(0, 959), None, 959), 60, True),
        (Standing(None, asked(0, 950), 0), 0, True),
        (Standing(None, asked(0, 950), 950), 0, False),
        (Standing(None, asked(0, 950), 949), 0, True),
        (Standing(quote(0, 955), asked(0, 950), 0), 0, False),  # answered
        (Standing(quote(0, 940), asked(1, 950), 940), 0, True),
    ],
)
def test_is_due(standing: Standing, every: int, due: bool) -> None:
    assert is_due(standing, 1000, every) is due


def test_round__begins_alike_for_all_who_read() -> None:
    assert {round_of(now, 60) for now in range(960, 1020)} == {960}
    assert round_of(1000, 0) == 0


def test_answers__are_kept_as_long_as_they_must_be_and_no_longer(tmp_path: Path) -> None:
    kept = Answers(tmp_path / "answers", 100)
    old, young = kept.keep("aa" * 32, b"{}", 1000), kept.keep("bb" * 32, b"[]", 1000)
    os.utime(old, (899, 899))
    os.utime(young, (901, 901))
    kept.keep("cc" * 32, b"1", 1000)
    assert sorted(each.name[:2] for each in (tmp_path / "answers").iterdir()) == ["bb", "cc"]
