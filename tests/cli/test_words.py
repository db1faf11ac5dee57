"""Both languages say the same things, with the same gaps to fill in, and nothing that nobody says."""

import ast
import re
from pathlib import Path

import pytest

from zhulian.cli.root import COMMANDS
from zhulian.cli.words import chosen_language
from zhulian.cli.words.en import WORDS as EN
from zhulian.cli.words.zh import WORDS as ZH

_CLI = Path(__file__).resolve().parents[2] / "src" / "zhulian" / "cli"


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)(?:![rs])?}", text))


def _without_addresses(words: dict[str, str]) -> list[tuple[str, str]]:
    return [(key, re.sub(r"https?://[^）]*", "", text)) for key, text in words.items()]


def _said() -> tuple[set[str], set[str]]:
    """Keys in the sources, and the beginnings of keys that are put together."""
    whole, starts = set(), set()
    for path in _CLI.rglob("*.py"):
        if path.parent.name == "words":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z_]+(\.[a-z_]+)*", node.value)
            ):
                whole.add(node.value)
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                starts.add(str(node.values[0].value))
    return whole, {start for start in starts if start.endswith(".")}


def test_words__are_the_same_in_both_languages() -> None:
    assert list(ZH) == list(EN)
    assert [key for key in EN if _gaps(ZH[key]) != _gaps(EN[key])] == []
    assert [key for key in EN if not ZH[key].strip() or not EN[key].strip()] == []


def test_words__chinese_is_chinese_with_full_width_punctuation() -> None:
    assert [key for key, text in ZH.items() if not re.search(r"[\u4e00-\u9fff]", text)] == []
    assert [
        key for key, text in _without_addresses(ZH) if re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", text)
    ] == []
    assert [key for key, text in EN.items() if re.search(r"[\u4e00-\u9fff，。：；（）]", text)] == []


def test_words__every_sentence_is_said_somewhere() -> None:
    whole, starts = _said()
    commands = {f"{name}.help" for name in COMMANDS}
    options = {"option.install_completion", "option.show_completion"}
    unsaid = [key for key in EN if key not in whole | commands | options and not any(key.startswith(start) for start in starts)]
    assert unsaid == []


def test_words__whatever_is_said_is_in_the_catalogue() -> None:
    for path in _CLI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name == "say" and isinstance(node.args[0], ast.Constant):
                given = {each.arg for each in node.keywords}
                assert _gaps(EN[node.args[0].value]) <= given or None in given, (path.name, node.args[0].value)
            helps = [each.value.value for each in node.keywords if each.arg == "help" and isinstance(each.value, ast.Constant)]
            assert [each for each in helps if isinstance(each, str) and each not in EN] == [], path.name


@pytest.mark.parametrize(
    ("words", "environment", "expected"),
    [
        ([], {}, "en"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ([], {"LANG": "zh_CN.UTF-8", "ZHULIAN_LANG": "en"}, "en"),
        (["verify", "x", "--lang", "zh"], {"ZHULIAN_LANG": "en"}, "zh"),
        (["--lang=zh", "verify"], {}, "zh"),
        (["verify", "--", "--lang=zh"], {}, "en"),
        (["verify", "--lang"], {}, "en"),
    ],
)
def test_language__option_then_environment_then_locale(words: list[str], environment: dict[str, str], expected: str) -> None:
    assert chosen_language(words, environment) == expected
