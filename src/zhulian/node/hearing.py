"""Hears what child processes say on their own and puts it into the node's logs, so that no file grows beside them."""

import asyncio
import contextlib
import os
import re
from collections import deque
from typing import Any

import msgspec

from zhulian.node.logs import Level, Log

__all__ = ["Ear", "read_line"]

_READ_BYTES = 64 * 1024
_LINE_BYTES_MAX = 4 * 1024
"""What is longer is cut: a line of a log is for people."""
_KEPT_LINES = 200
_FIELDS_MAX = 12
_LEVELS: dict[str, Level] = {"debug": "debug", "info": "info", "warn": "warning", "error": "error"}
_ALARM = re.compile(r"\A(?:panic|fatal|runtime|goroutine|Traceback|.*(?:Error|Exception)\b)")
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Ear:
    """One child's stdout and stderr, read in this process's loop; the newest lines are kept for its last words.

    `speaker` is the child's name. Lines of the engine (JSON) keep their level, part and fields; anything else is a line as
    it came.
    """

    def __init__(self, log: Log, speaker: str) -> None:
        self._log = log
        self._speaker = speaker
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._rest = b""
        self._number, self.pipe = os.pipe()
        os.set_blocking(self._number, False)
        asyncio.get_running_loop().add_reader(self._number, self._read)

    def started(self) -> None:
        """The child has the other end now."""
        os.close(self.pipe)

    def ended(self) -> None:
        """The child has ended: take what is still in the pipe, and close it."""
        while self._number >= 0 and self._read():
            pass
        if self._rest:
            self._take(self._rest)
            self._rest = b""
        self._close()

    def words(self, lines: int = 1) -> list[str]:
        """The newest lines that the child has said."""
        return list(self._lines)[-lines:]

    def _read(self) -> bool:
        """Take what is there; whether there may be more."""
        try:
            data = os.read(self._number, _READ_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self._close()
            return False
        *whole, self._rest = (self._rest + data).split(b"\n")
        for line in whole:
            self._take(line)
        if len(self._rest) > _READ_BYTES:
            self._take(self._rest)
            self._rest = b""
        return True

    def _take(self, line: bytes) -> None:
        text = line[:_LINE_BYTES_MAX].decode("utf-8", "replace").rstrip()
        if text:
            self._lines.append(text)
            level, event, fields = read_line(text)
            self._log.write(event, level=level, speaker=self._speaker, **fields)

    def _close(self) -> None:
        if self._number >= 0:
            with contextlib.suppress(RuntimeError):  # the loop is over
                asyncio.get_running_loop().remove_reader(self._number)
            os.close(self._number)
            self._number = -1


def read_line(text: str) -> tuple[Level, str, dict[str, Any]]:
    """Level, event and fields of a line: those of the engine's own JSON, or the line itself as `said`."""
    try:
        found = _decode(text)
    except msgspec.DecodeError:
        return ("error" if _ALARM.match(text) else "info"), "said", {"text": text}
    message = found.pop("_msg", None)
    level = _LEVELS.get(str(found.pop("level", "")))
    if message is None or level is None:
        return "info", "said", {"text": text}
    part = {"part": str(found.pop("module"))} if "module" in found else {}
    found.pop("ts", None)
    more = {"more": dict(list(found.items())[:_FIELDS_MAX])} if found else {}
    return level, str(message), {**part, **more}
