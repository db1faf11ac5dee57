"""What a node writes down about itself: one JSON object a line, in files that turn over."""

import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

import msgspec

__all__ = ["Log", "errors_of", "fresh"]

_BYTES_MAX = 10 * 1024 * 1024
_FILES = 5
_ENCODER = msgspec.json.Encoder(order="sorted", enc_hook=str)


class Log:
    """The log of one process, `<folder>/<process>.log`; five older files of 10 MiB are kept."""

    def __init__(self, folder: Path, process: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._process = process
        self._handler = RotatingFileHandler(folder / f"{process}.log", maxBytes=_BYTES_MAX, backupCount=_FILES - 1)
        self._handler.setFormatter(logging.Formatter("%(message)s"))

    def write(self, event: str, **fields: Any) -> None:
        """Add one line: time (UTC, RFC 3339), process, event and `fields`. Never a key, a salt or a body."""
        now = time.time()
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03d}Z"
        line = _ENCODER.encode({"time": stamp, "process": self._process, "event": event, **fields}).decode()
        self._handler.handle(logging.LogRecord(self._process, logging.INFO, "", 0, line, None, None))

    def close(self) -> None:
        """Close the file."""
        self._handler.close()


def fresh(path: Path) -> Path:
    """Make room at `path` for what a child says on stderr, keeping what the one before said beside it (`.1`)."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size:
        path.replace(path.with_suffix(path.suffix + ".1"))
    path.touch(mode=0o600)
    return path


def errors_of(path: Path, lines: int = 1) -> list[str]:
    """The last `lines` lines that are not blank of what a child said on stderr."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 65536))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [each for each in text.splitlines() if each.strip()][-lines:]
