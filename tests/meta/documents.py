"""The documents as the meta-tests look at them: headings, fenced blocks, links, commands."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.meta.source import ROOT

GENERATED = "reference/generated"
_FENCE = re.compile(
    r"^(?P<indent> *)(?P<mark>```+|:::+)(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=indent)(?P=mark)[ ]*$", re.MULTILINE | re.DOTALL
)
_COMMAND = re.compile(r"(?:^|bin/|&& |^(?:\w+=\S+ )+)(zhulian|make)((?: +\S+)*)$")
"""A line that calls one of ours: at its beginning, by its path, after another command or after settings."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language and text."""

    info: str
    body: str


def pages() -> list[Path]:
    """Every Markdown page that people read, generated ones apart."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("*.md"), *(ROOT / "vectors").rglob("*.md")]
    return sorted(path for path in found if GENERATED not in str(path) and "node_modules" not in str(path))


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a page."""
    return [Block(each["info"].strip(), each["body"]) for each in _FENCE.finditer(text)]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def headings(text: str) -> list[int]:
    """The levels of the headings, in order."""
    return [len(mark) for mark in re.findall(r"^(#{1,6}) \S", prose(text), re.MULTILINE)]


def links(text: str) -> list[str]:
    """Where the links and pictures of a page lead, addresses elsewhere apart."""
    return [to for to in re.findall(r"\]\(([^)\s]+)\)", prose(text)) if not re.match(r"[a-z]+:|#", to)]


def commands(text: str) -> list[str]:
    """Every command of ours that a page shows: in shell blocks line by line, and as inline code."""
    lines: list[str] = []
    for block in blocks(text):
        if block.info in ("sh", "bash", "console", "shell", "ini"):
            lines += re.sub(r"\\\n\s*", " ", block.body).splitlines()
    lines += re.findall(r"`([^`\n]+)`", prose(text))
    found = []
    for line in lines:
        bare = re.split(r"\s+#(?:\s|$)", line)[0]
        if match := _COMMAND.search(bare.strip()):
            found.append("".join(part for part in match.groups() if part).strip())
    return found
