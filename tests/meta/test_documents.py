"""Documents are true: what they show parses, what they name exists, and both languages say the same."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from scripts import surface
from tests.meta.documents import blocks, commands, headings, links, pages, prose
from tests.meta.source import ROOT, at, python_files, tree

PAGES = pytest.mark.parametrize("page", pages(), ids=[str(page.relative_to(ROOT)) for page in pages()])
PLACE = re.compile(r"`((?:src|docs|tests|vectors|scripts|requirements|benchmarks|web|\.ci)/[\w./<>*-]+)`")
ELSEWHERE = {"tests/simple/testdata"}
"""Paths inside other projects: where cel-spec keeps its cases."""
TWINS = [(ROOT / "README.zh-CN.md", ROOT / "README.md")] + [
    (page, ROOT / "docs" / "en" / page.relative_to(ROOT / "docs" / "zh"))
    for page in sorted((ROOT / "docs" / "zh").rglob("*.md"))
    if "generated" not in str(page)
]


def known_commands() -> dict[str, set[str]]:
    """Every command with its options; a group has none."""
    found = {name: {*options, "--help"} for name, options in surface.commands().items()}
    for name in list(found):
        for depth in range(1, len(name.split())):
            found.setdefault(" ".join(name.split()[:depth]), {"--help", "--version", "--json", "--lang"})
    return found


def targets() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def command_faults(line: str, known: dict[str, set[str]]) -> list[str]:
    """What the product would not understand in a command line of `make` or `zhulian`."""
    words = line.split()
    if words[0] == "make":
        return [f"make has no target {word}" for word in words[1:] if re.fullmatch(r"[a-z-]+", word) and word not in targets()]
    name, rest = "zhulian", words[1:]
    while rest and rest[0] in ("--lang", "--json"):
        rest = rest[2 if rest[0] == "--lang" else 1 :]
    while rest and f"{name} {rest[0]}" in known:
        name, rest = f"{name} {rest[0]}", rest[1:]
    leaf = not any(other.startswith(name + " ") for other in known)
    if not leaf and rest and not rest[0].startswith("-"):
        return [f"there is no command {name} {rest[0]}"]
    options = {word.split("=")[0] for word in rest if word.startswith("--")}
    return [f"{name} has no option {option}" for option in sorted(options - known[name])]


@PAGES
def test_page__shows_commands_that_exist(page: Path) -> None:
    known = known_commands()
    found = [fault for line in commands(page.read_text(encoding="utf-8")) for fault in command_faults(line, known)]
    assert found == []


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("zhulian evidence burn FILE", "no command"),
        ("zhulian verify FILE --certainly", "no option --certainly"),
        ("make gold", "no target gold"),
        ("zhulian evidence deposit FILE --public", ""),
        ("zhulian --lang zh verify FILE", ""),
        ("make test", ""),
    ],
)
def test_command_faults__are_found(line: str, fault: str) -> None:
    found = "; ".join(command_faults(line, known_commands()))
    assert (fault in found) if fault else found == ""


@PAGES
def test_page__names_what_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    gone = [to for to in links(text) if not (page.parent / to.split("#")[0]).exists()]
    gone += [
        place
        for place in PLACE.findall(prose(text))
        if not ("<" in place or "*" in place or place in ELSEWHERE)
        and not (ROOT / place).exists()
        and not (page.parent / place).exists()
    ]
    assert gone == []


@PAGES
def test_page__has_nothing_left_to_fill_in(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"@[A-Z_]{3,}@|\bTODO\b|\bFIXME\b|\bXXX:|lorem ipsum", text) == []


@pytest.mark.parametrize(("zh", "en"), TWINS, ids=[str(zh.relative_to(ROOT)) for zh, _ in TWINS])
def test_twins__say_the_same(zh: Path, en: Path) -> None:
    chinese, english = zh.read_text(encoding="utf-8"), en.read_text(encoding="utf-8")
    assert headings(chinese) == headings(english), "headings differ"
    shown = [[re.sub(r"[0-9a-f]{64}", "DIGEST", line) for line in commands(text)] for text in (chinese, english)]
    assert shown[0] == shown[1], "commands differ"
    assert [each.info for each in blocks(chinese)] == [each.info for each in blocks(english)], "blocks differ"
    neutral = [[re.sub(r"\.zh-CN|\bzh\b|\ben\b|README", "", to) for to in links(text)] for text in (chinese, english)]
    assert sorted(neutral[0]) == sorted(neutral[1]), "links differ"
    tables = [len(re.findall(r"^\|", prose(text), re.MULTILINE)) for text in (chinese, english)]
    assert tables[0] == tables[1], "tables differ"


def test_twins__are_complete() -> None:
    there = {
        language: {str(page.relative_to(ROOT / "docs" / language)) for page in (ROOT / "docs" / language).rglob("*.md")}
        for language in ("zh", "en")
    }
    plain = {language: {name for name in names if "generated" not in name} for language, names in there.items()}
    assert plain["zh"] == plain["en"]
    assert len(plain["zh"]) > 10


@cache
def output_patterns() -> dict[str, re.Pattern[str]]:
    """What the command line can say, for each language: its catalogue and the sentences of the refusals."""
    from zhulian.cli.words import en, zh
    from zhulian.errors import REFUSALS

    surface.load()
    found = {}
    for language, words in (("zh", zh.WORDS), ("en", en.WORDS)):
        sentences = [*words.values(), *(f"{code}  {getattr(refusal, language)}" for code, refusal in REFUSALS.items())]
        patterns = [
            re.sub(r"\\\{[^{}]*\\\}", ".*", re.escape(each)) for each in sentences if len(re.sub(r"\{[^{}]*\}", "", each)) > 3
        ]
        found[language] = re.compile("|".join(f"(?:{each})" for each in patterns))
    return found


@pytest.mark.parametrize(("zh", "en"), TWINS, ids=[str(zh.relative_to(ROOT)) for zh, _ in TWINS])
def test_shown_output__is_what_the_product_says(zh: Path, en: Path) -> None:
    patterns = output_patterns()
    for language, page in (("zh", zh), ("en", en)):
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.info == "text" and "──" not in block.body:
                strange = [
                    line for line in block.body.splitlines() if line.strip() and not patterns[language].fullmatch(line.strip())
                ]
                assert strange == [], "the product says it differently"


def test_docstrings__name_what_exists() -> None:
    import ast

    sections = set(re.findall(r"^## (\d+)\.", (ROOT / "docs" / "formats.md").read_text(encoding="utf-8"), re.MULTILINE))
    gone = []
    for path in python_files("src/zhulian", "tests", "scripts"):
        if "docs/" not in path.read_text(encoding="utf-8"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and (
                text := ast.get_docstring(node)
            ):
                for place, section in re.findall(r"(docs/[\w/-]+\.(?:md|json))(?:,? §(\d+))?", text):
                    if not (ROOT / place).exists() or (place == "docs/formats.md" and section and section not in sections):
                        gone.append(f"{at(path, node)} names {place} {section}")
    assert gone == []


def test_pictures__are_drawn_in_both_languages_alike() -> None:
    zh, en = ((ROOT / "docs" / "images" / f"main-job.{language}.svg").read_text(encoding="utf-8") for language in ("zh", "en"))
    assert re.findall(r"<(\w+)", zh) == re.findall(r"<(\w+)", en)
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", zh + en)


def test_words_that_are_not_used__are_not_used() -> None:
    from zhulian.errors import REFUSALS

    surface.load()
    text = (ROOT / "docs" / "terms.md").read_text(encoding="utf-8")
    avoided = re.findall(r"^\| (\S+) \|", text.split("Not used", 1)[1], re.MULTILINE)
    words = [word for word in avoided if word != "不用"]
    assert {"背书", "organization"} <= set(words)
    said = {code: each.zh + each.en for code, each in REFUSALS.items() if each.__module__.startswith("zhulian.")}
    said |= {str(page.relative_to(ROOT)): prose(page.read_text(encoding="utf-8")) for page in pages() if page.name != "terms.md"}
    of_the_trade = ("背书", "docs/scenarios/bill.zh-CN.md")  # bills are endorsed by law; seals of blocks are called otherwise
    found = [(word, where) for word in words for where, sentence in said.items() if word in sentence]
    assert [each for each in found if each != of_the_trade] == []


def test_nothing_names__the_machine_it_was_written_on() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=20).stdout
    home = str(Path.home())
    found = []
    for name in listed.split("\0"):
        path = ROOT / name
        if not name or path.suffix in (".pdf", ".png", ".woff2") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="ignore")
        if str(ROOT) + "/" in text or (home not in ("/", "/root", "") and home in text):
            found.append(name)
    assert found == []
