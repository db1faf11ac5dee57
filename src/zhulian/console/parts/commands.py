"""The node's own command, run from the console for the person at this machine: what takes long, in a process of its own."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from zhulian.console.errors import CommandFailed, CommandRuns
from zhulian.errors import Bug, Words

__all__ = ["Commands"]

_TEXT_MAX = 4 * 1024 * 1024
_LINE_MAX = 400


class Commands:
    """Runs `zhulian …` without a shell, one at a time, and gives what it answered."""

    def __init__(self) -> None:
        self._busy = asyncio.Lock()

    async def run(
        self, home: Path, arguments: Sequence[str], told: Callable[[str], object] | None = None, *, language: str = "zh"
    ) -> dict[str, Any]:
        """The answer of one command in `home`; `told` hears each line of its progress.

        Raises:
            CommandRuns: another one has not ended. CommandFailed: with the command's own words.
        """
        if self._busy.locked():
            raise CommandRuns()
        async with self._busy:
            return await self.ask(home, arguments, told, language=language)

    async def ask(
        self, home: Path, arguments: Sequence[str], told: Callable[[str], object] | None = None, *, language: str = "zh"
    ) -> dict[str, Any]:
        """The answer of a command that only reads; several may run at once.

        Raises:
            CommandFailed: with the command's own words.
        """
        text, status = await _spoken(home, ["--json", *arguments], told, language)
        return _read(text, status)

    async def text(self, home: Path, arguments: Sequence[str], *, language: str = "zh") -> str:
        """What a command says to people, also where it ends with status 1 since what it looked at does not hold.

        Raises:
            CommandRuns: another one has not ended.
        """
        if self._busy.locked():
            raise CommandRuns()
        async with self._busy:
            said: list[str] = []
            text, _ = await _spoken(home, arguments, said.append, language)
        return text.decode("utf-8", "replace").strip() or "\n".join(said)


async def _spoken(
    home: Path, arguments: Sequence[str], told: Callable[[str], object] | None, language: str
) -> tuple[bytes, int | None]:
    """What a command wrote, and its status; it is ended with whoever asked."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHULIAN_")}
    environment |= {"ZHULIAN_HOME": str(home), "ZHULIAN_LANG": language}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "zhulian.cli.main", *arguments,
        env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    if process.stdout is None or process.stderr is None:
        raise Bug("both ends were asked for")
    try:
        _, text = await asyncio.gather(_follow(process.stderr, told), _whole(process.stdout))
        await process.wait()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
    return text, process.returncode


async def _follow(stream: asyncio.StreamReader, told: Callable[[str], object] | None) -> None:
    while True:
        try:
            line = await stream.readline()
        except ValueError:  # a line longer than the reader's limit, of which nobody reads the rest
            continue
        if not line:
            return
        if told is not None:
            told(line.decode("utf-8", "replace").rstrip()[:_LINE_MAX])


async def _whole(stream: asyncio.StreamReader) -> bytes:
    kept = bytearray()
    while chunk := await stream.read(65_536):
        kept += chunk[: _TEXT_MAX - len(kept)]
    return bytes(kept)


def _read(text: bytes, status: int | None) -> dict[str, Any]:
    try:
        found = json.loads(text or b"{}")
    except ValueError:
        found = {}
    if status == 0 and isinstance(found, dict):
        return found
    refused = found.get("refused", {}) if isinstance(found, dict) else {}
    why = Words(*(str(refused.get(each) or status).rstrip("。.") for each in ("zh", "en")))
    raise CommandFailed(number=str(refused.get("code", status)), why=why)
