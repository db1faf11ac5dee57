"""Every row of the threat model names tests that exist, in both languages the same."""

import ast
import re
from pathlib import Path

import pytest

from tests.meta.source import ROOT

PAGES = {language: ROOT / "docs" / language / "explanation" / "threats.md" for language in ("en", "zh")}
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def rows(page: Path) -> list[list[str]]:
    """The rows of all tables, heads and rules apart, as cells."""
    found = []
    previous = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and previous.startswith("|") and not line.startswith("|---"):
            found.append([cell.strip() for cell in line.strip("|").split("|")])
        previous = line
    return found


def missing(path: str, name: str) -> bool:
    """Whether there is no such test."""
    file = ROOT / path
    if not file.is_file():
        return True
    functions = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return not any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name for node in functions)


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_threats__each_row_names_tests_that_exist(page: Path) -> None:
    found = rows(page)
    assert len(found) >= 25
    for threat, defence, tests in found:
        named = _TEST.findall(tests)
        assert threat, tests
        assert defence, threat
        assert named, f"{threat}: no test"
        assert _TEST.sub("", tests).strip() == "", f"{threat}: more than tests"
        assert [each for each in named if missing(*each)] == [], threat


def test_threats__are_the_same_in_both_languages() -> None:
    en, zh = ([_TEST.findall(row[2]) for row in rows(page)] for page in PAGES.values())
    assert en == zh


def test_missing__is_found() -> None:
    assert missing("tests/meta/test_threats.py", "test_that_is_not_there")
    assert missing("tests/nowhere.py", "test_missing__is_found")
    assert not missing("tests/meta/test_threats.py", "test_missing__is_found")
