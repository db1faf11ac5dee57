"""What a node writes down about itself: one JSON object a line, in files that turn over."""

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any, Literal

import msgspec

__all__ = ["Level", "Log", "turned"]

_BYTES_MAX = 10 * 1024 * 1024
_FILES = 5
_TURN_BYTES = 1024 * 1024
_ENCODER = msgspec.json.Encoder(order="sorted", enc_hook=str)
Level = Literal["debug", "info", "warning", "error"]


class Log:
    """The log of one process, `<folder>/<process>.log`; five older files of 10 MiB are kept."""

    def __init__(self, folder: Path, process: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._process = process
        self.path = folder / f"{process}.log"
        self._handler = RotatingFileHandler(self.path, maxBytes=_BYTES_MAX, backupCount=_FILES - 1, delay=True)
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def write(self, event: str, *, level: Level = "info", **fields: Any) -> None:
        """Add one line: time (UTC, RFC 3339), process, level, event and `fields`. Never a key, a salt or a body."""
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
        line = _ENCODER.encode({"time": stamp, "process": self._process, "level": level, "event": event, **fields}).decode()
        self._handler.handle(logging.LogRecord(self._process, logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def turned(path: Path) -> Path:
    """Make room at `path`, which only grows by some lines at each start: beyond 1 MiB it begins anew, the old one beside it (`.1`)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _TURN_BYTES:
        path.replace(path.with_suffix(path.suffix + ".1"))
    return path
