"""A story played for one visitor by a process of its own, which ends with the page."""

import asyncio
import contextlib
import json
import sys
from typing import Any, ClassVar

from zhulian.console.errors import StageBroken, TooManyPlays

__all__ = ["Theatre"]

_PLAYS_MAX = 4
_LINE_MAX = 1 << 20
_SCENE_S = 60.0


class Theatre:
    """One stage. `open` sets it, `next` plays a scene and gives it as data, `close` ends the process."""

    _open: ClassVar[set["Theatre"]] = set()

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None

    async def open(self, pack: str, story: str) -> dict[str, Any]:
        """Set the stage of a story of a shipped pack; the play as data.

        Raises:
            TooManyPlays, StageBroken.
        """
        if len(Theatre._open) >= _PLAYS_MAX:
            raise TooManyPlays(most=_PLAYS_MAX)
        Theatre._open.add(self)
        command = (sys.executable, "-m", "zhulian.assure.stories.theatre", pack, story)
        quiet = asyncio.subprocess.DEVNULL
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=quiet, limit=_LINE_MAX)
        found = await self._read()
        if found is None or "refused" in found:
            await self.close()
            raise StageBroken(number=str((found or {}).get("refused", {}).get("code", "–")))
        return found

    async def next(self) -> dict[str, Any] | None:
        """The next scene; None behind the last.

        Raises:
            StageBroken.
        """
        if self._process is None or self._process.stdin is None:
            return None
        try:
            self._process.stdin.write(b"\n")
            await self._process.stdin.drain()
            return await self._read()
        except ConnectionError:
            return None

    async def close(self) -> None:
        """End the process, however far it is."""
        Theatre._open.discard(self)
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()

    async def _read(self) -> dict[str, Any] | None:
        if self._process is None or self._process.stdout is None:
            return None
        try:
            async with asyncio.timeout(_SCENE_S):
                line = await self._process.stdout.readline()
            return dict(json.loads(line)) if line else None
        except (TimeoutError, ValueError):
            await self.close()
            raise StageBroken(number="–") from None
