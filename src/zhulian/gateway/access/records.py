"""The access log that an information service has to keep (《网络安全法》 §21, 《区块链信息服务管理规定》 §17): who came from where, for what, and what came of it.

One JSON object a line, a file for each day (UTC), readable by the node's user alone. Queries, bodies and the codes of public pages are never written. Files older than the settings say
are removed when a new day begins; the settings refuse less than the law's six months.
"""

import datetime
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from starlette.types import Scope

__all__ = ["LOG_DAYS_MIN", "PUBLIC_PATH", "AccessLog", "days_kept", "lines", "path_told"]

LOG_DAYS_MIN = 184
"""Six months, wherever they begin."""
_QUIET = frozenset(("/metrics", "/v1/status"))
"""Asked every few seconds by watchers, and about nobody."""
_PATH_MAX = 512
PUBLIC_PATH = "/p/"
"""What lies below it opens by its code, also where the gateway asks who comes."""
_encode = msgspec.json.Encoder(order="sorted").encode
_log = logging.getLogger("zhulian.gateway")


class AccessLog:
    """Writes into `folder` and keeps `days` of it; with `days` None it does nothing."""

    def __init__(self, folder: Path, days: int | None, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._days = days
        self._clock = clock
        self._day = ""
        self._file = -1

    def note(self, scope: Scope, method: str, status: int) -> None:
        """Write one line about a request that was answered."""
        if self._days is None or scope["path"] in _QUIET:
            return
        now = datetime.datetime.fromtimestamp(self._clock(), datetime.UTC)
        line = {
            "address": str(scope.get("zhulian.address", "")),
            "method": method,
            "party": str(scope.get("zhulian.party", "")),
            "path": path_told(str(scope["path"]))[:_PATH_MAX],
            "status": status,
            "time": now.isoformat(timespec="milliseconds"),
        }
        try:
            if now.strftime("%Y-%m-%d") != self._day:
                self._turn(now)
            os.write(self._file, _encode(line) + b"\n")
        except OSError as wrong:  # a full disk must not stop the service, but somebody must see it
            _log.error("the access log cannot be written: %s", wrong.strerror)

    def close(self) -> None:
        """Close the file of the day."""
        if self._file >= 0:
            os.close(self._file)
        self._file, self._day = -1, ""

    def _turn(self, now: datetime.datetime) -> None:
        """Begin the file of a day, and remove those that are older than what is kept."""
        self.close()
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        day = now.strftime("%Y-%m-%d")
        self._file = os.open(self._folder / f"{day}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._day = day
        first = (now - datetime.timedelta(days=self._days or 0)).strftime("%Y-%m-%d")
        for each in days_kept(self._folder):
            if each < first:
                (self._folder / f"{each}.jsonl").unlink(missing_ok=True)


def path_told(path: str) -> str:
    """A path as logs show it: the code of a public page opens it, so it is left out."""
    return f"{PUBLIC_PATH}…" if path.startswith(PUBLIC_PATH) else path


def days_kept(folder: Path) -> list[str]:
    """The days of which there is a log, the oldest first."""
    return sorted(each.stem for each in folder.glob("????-??-??.jsonl"))


def lines(folder: Path, since: str, until: str) -> Iterator[bytes]:
    """The lines of the days from `since` to `until` (YYYY-MM-DD, both included), as they were written."""
    for day in days_kept(folder):
        if since <= day <= until:
            with (folder / f"{day}.jsonl").open("rb") as file:
                yield from file
