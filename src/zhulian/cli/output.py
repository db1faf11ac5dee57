"""Answers of the command line: one JSON document with `--json`, else sentences; long work shows how far it is."""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zhulian.cli.state import settings
from zhulian.cli.words import language, say
from zhulian.errors import Refusal

__all__ = ["Progress", "answer", "harmless", "progress", "refuse", "remark", "table", "when"]


def answer(document: Any, *lines: str) -> None:
    """The command's answer: `document` with `--json`, else the lines."""
    if settings.json:
        sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("".join(harmless(line) + "\n" for line in lines))


def remark(line: str) -> None:
    """A remark beside the answer, on standard error; left out with `--json`."""
    if not settings.json:
        sys.stderr.write(harmless(line) + "\n")


def refuse(no: Refusal) -> None:
    """One sentence with the refusal's number; with `--json` the refusal as data, on standard output."""
    if settings.json:
        sys.stdout.write(json.dumps({"refused": no.as_problem()}, ensure_ascii=False, indent=2, default=str) + "\n")
    else:
        sentence = " ".join(no.say(language()).split("\n"))
        sys.stderr.write(harmless(f"{no.code}  {sentence}") + "\n")
        sys.stderr.write("".join(harmless(each) + "\n" for each in getattr(no, "commands", ())))  # what to type, ready to copy


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def harmless(text: str) -> str:
    """The text with whatever could command a terminal or turn its direction written out; nodes and file names are not ours."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table of text."""
    from rich.console import Console
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*map(harmless, row))
    Console(highlight=False, markup=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 1000).print(
        shown
    )


def when(time_ms: int, zone: str = "UTC") -> str:
    """A moment to the millisecond with its distance from UTC, in the chain's zone."""
    try:
        at = datetime.fromtimestamp(time_ms / 1000, ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):  # a machine without the zone's rules still tells the time
        at = datetime.fromtimestamp(time_ms / 1000, UTC)
    offset = at.strftime("%z")
    return f"{at:%Y-%m-%d %H:%M:%S}.{time_ms % 1000:03d} {offset[:3]}:{offset[3:]}"


class Progress(Protocol):
    """How far long work has come."""

    def advance(self, steps: int) -> None:
        """So many steps more are done."""

    def total(self, steps: int) -> None:
        """So many steps there are in all."""


class _Silent:
    def advance(self, steps: int) -> None:
        pass

    def total(self, steps: int) -> None:
        pass


@contextmanager
def progress(key: str, total: int | None, *, is_bytes: bool = False) -> Iterator[Progress]:
    """A progress bar on standard error while the block runs; silent with `--json` and where nobody watches."""
    if settings.json or not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    counted = DownloadColumn() if is_bytes else MofNCompleteColumn()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), counted, TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(say(key), total=total)

        class _Shown:
            def advance(self, steps: int) -> None:
                bar.advance(task, steps)

            def total(self, steps: int) -> None:
                bar.update(task, total=steps)

        yield _Shown()
