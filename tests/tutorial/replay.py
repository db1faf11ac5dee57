"""Plays a tutorial page: every `sh` block is run as it stands, and the `text` block behind it is what it must print.

`python -m tests.tutorial.replay` writes what is printed into the pages; look at the difference before you commit it. Pages of modules need no
node: their stories play in memory.
"""

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.cli.conftest import LiveNode
from tests.meta.source import ROOT
from zhulian.cli import main as entry
from zhulian.cli.state import settings

__all__ = ["FOLDER", "MODULES", "PAGES", "PROVING", "Run", "blocks_of", "masked", "play", "play_alone"]

FOLDER = ROOT / "docs" / "tutorial"
PAGES = {"zh": FOLDER / "scenario.zh-CN.md", "en": FOLDER / "scenario.md"}
PROVING = {"zh": FOLDER / "prove.zh-CN.md", "en": FOLDER / "prove.md"}
MODULES = {
    page.name.partition(".")[0]: {"zh": page.with_suffix(".zh-CN.md"), "en": page}
    for page in sorted(FOLDER.glob("*.md"))
    if page not in (*PAGES.values(), *PROVING.values()) and not page.name.endswith(".zh-CN.md")
}
"""The pages about one module each."""
_URL = "http://127.0.0.1:8420"
_BLOCK = re.compile(r"^```sh\n(?P<command>.*?)^```\n(?:\n```(?:text|json)\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
_MASKS = (
    (re.compile(r"[0-9a-f]{64}"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{8}…"), "DIGEST…"),
    (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:.]{12} \+08:00"), "TIME"),
    (re.compile(r"(?<=[\"a-z]\": )[0-9]{10}\b"), "SECONDS"),
    (re.compile(r"(?i)(height|block|高度|区块) [0-9]+"), r"\1 N"),
    (re.compile(r"^TIME  [0-9]+", re.MULTILINE), "TIME  N"),
    (re.compile(r"\b[0-9]+ +(?=DIGEST$)", re.MULTILINE), "N "),
    (re.compile(r"[ ]+$", re.MULTILINE), ""),
)
"""What is another each time: digests, times, and the heights that they come at."""


@dataclass(frozen=True)
class Run:
    """A command of a page with what the page says that it prints, and what it printed."""

    command: str
    shown: str
    printed: str


def blocks_of(page: Path) -> list[re.Match[str]]:
    """The commands of a page, each with its output where one follows."""
    return list(_BLOCK.finditer(page.read_text(encoding="utf-8")))


def masked(text: str) -> str:
    """A text without what changes from run to run."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text.strip()


def play(page: Path, language: str, node: LiveNode, folder: Path) -> list[Run]:
    """Run the commands of a page one after another in `folder`, as a reader would who copied the tutorial there."""
    url = str(json.loads((node.home / "run" / "node.json").read_bytes())["url"])
    for path in FOLDER.iterdir():
        if path.suffix in (".yaml", ".py", ".json"):
            (folder / path.name).write_bytes(path.read_bytes().replace(_URL.encode(), url.encode()))
    shell = Shell(folder, {**node.environment, "ZHULIAN_LANG": language})
    found = []
    for block in blocks_of(page):
        command = block["command"].replace(_URL, url).replace("~/.zhulian", str(node.home))
        printed = "".join(shell.run(line) for line in command.replace("\\\n", " ").splitlines())
        shown = printed.replace(url, _URL).replace(str(node.home), "~/.zhulian")
        found.append(Run(block["command"], block["output"] or "", shown))
    return found


def play_alone(page: Path, language: str, folder: Path) -> list[Run]:
    """Run the commands of a page that needs no node, in `folder`."""
    for path in FOLDER.glob("*.yaml"):
        (folder / path.name).write_bytes(path.read_bytes())
    shell = Shell(folder, {**os.environ, "ZHULIAN_HOME": str(folder / "home"), "ZHULIAN_LANG": language})
    found = []
    for block in blocks_of(page):
        printed = "".join(shell.run(line) for line in block["command"].replace("\\\n", " ").splitlines())
        found.append(Run(block["command"], block["output"] or "", printed))
    return found


@dataclass(frozen=True)
class Shell:
    """Runs one line after another: our own command in this process, which spares its start, and everything else in bash."""

    folder: Path
    environment: dict[str, str]

    def run(self, line: str) -> str:
        """What the line prints, errors included."""
        words = shlex.split(line) if not set(line) & set("|>;&") else []
        more = dict(word.split("=", 1) for word in words[:1] if "=" in word)
        words = words[len(more) :]
        environment = {**self.environment, **more}
        if words[:1] == ["zhulian"]:
            return _own(words[1:], self.folder, environment)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=self.folder,
            env={**environment, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
        )
        return done.stdout.decode()


def _own(words: list[str], folder: Path, environment: dict[str, str]) -> str:
    """What our command prints."""
    before, at, said = dict(os.environ), Path.cwd(), io.StringIO()
    try:
        os.environ.update(environment)
        os.chdir(folder)
        settings.json = False
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            entry.run(words)
    finally:
        os.environ.clear()
        os.environ.update(before)
        os.chdir(at)
    return said.getvalue()


def write(language: str) -> None:
    """Play both pages of a language on a node and write down what they print."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "seal"
        folder.mkdir()
        node = LiveNode(Path(place) / "home")
        node.start()
        try:
            runs = {page: play(page, language, node, folder) for page in (PAGES[language], PROVING[language])}
        finally:
            node.stop()
    for page, played in runs.items():
        _fill(page, played)


def write_alone(name: str) -> None:
    """Play both pages about a module and write down what they print."""
    for language, page in MODULES[name].items():
        with tempfile.TemporaryDirectory() as place:
            _fill(page, play_alone(page, language, Path(place)))


def _fill(page: Path, played: list[Run]) -> None:
    """Put what was printed behind the commands of a page."""
    runs = iter(played)

    def filled(block: re.Match[str]) -> str:
        run = next(runs)
        if block["output"] is None:
            return block[0]
        kind = "json" if "```json" in block[0] else "text"
        lines = "\n".join(line.rstrip() for line in run.printed.strip("\n").splitlines())
        return f"```sh\n{block['command']}```\n\n```{kind}\n{lines}\n```\n"

    page.write_text(_BLOCK.sub(filled, page.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    for each in sys.argv[1:] or (*PAGES, *MODULES):
        if each in PAGES:
            write(each)
        else:
            write_alone(each)
