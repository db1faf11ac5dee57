"""Every part that the checks name has words in both languages."""

import re
from pathlib import Path

import pytest

from zhulian.errors import Words
from zhulian.ledger.proofs import BadOpening
from zhulian.merkle.errors import RootDiffers
from zhulian.merkle.parts import PARTS, part_words


def test_parts__every_part_that_a_check_names_has_words(root: Path) -> None:
    sources = [path.read_text(encoding="utf-8") for path in (root / "src/zhulian/ledger").glob("*.py")]
    named = {part for text in sources for part in re.findall(r'\bpart(?:: str)? ?= ?"([a-z_.]+)"', text)}
    named |= {part for text in sources for part in re.findall(r'read_shape\(\w+, \w+, "([a-z_.]+)"\)', text)}
    assert named >= {"seals", "file", "receipt"}
    assert sorted(named - set(PARTS)) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh", "文件与链上记录不符：不同。"), ("en", "The file does not fit what the chain recorded: differs.")],
)
def test_fault__speaks_of_its_part_in_words_and_keeps_the_path(language: str, said: str) -> None:
    fault = BadOpening(part="file", why=Words("不同", "differs"))
    assert fault.say(language) == said
    assert fault.as_problem()["fields"] == {"part": "file", "why": {"zh": "不同", "en": "differs"}}
    assert fault.words().zh == "文件与链上记录不符：不同"


def test_part_words__of_an_unknown_part_are_its_path() -> None:
    assert part_words("x.y") == Words("“x.y”", "The part x.y")
    assert "“x.y”" in RootDiffers(part="x.y").say("zh")


def test_words__quote_what_a_library_says() -> None:
    quoted = Words.quote(OSError("half \ud800 a pair."))
    assert quoted.en == "half ? a pair"
    assert quoted.zh == "系统提示“half ? a pair”"
