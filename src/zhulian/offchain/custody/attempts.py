"""How often somebody may fail: by the name that is tried and by the address that tries, whether there is such an account or not."""

from typing import Final

from zhulian.offchain.custody.desk import Desk
from zhulian.offchain.custody.errors import TooManyFailed
from zhulian.offchain.custody.models import Attempt

__all__ = ["Attempts"]

_NAME_MAX: Final = 5
_ADDRESS_MAX: Final = 50
_REST_MS, _REST_MAX_MS = 60_000, 3_600_000
"""The first rest, doubled with each further failure, and the longest."""
_FORGOTTEN_MS: Final = 24 * 3_600_000


class Attempts:
    """Counts each attempt before it is judged, so that many at once gain nothing, and takes it back where it was right."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def begin(self, login: str, address: str) -> None:
        """Count an attempt.

        Raises:
            TooManyFailed: it is not judged.
        """
        now, waits = self._desk.now_ms, 0
        with self._desk.database.session() as session:
            for tag, most in self._tags(login, address):
                found = session.get(Attempt, tag) or Attempt(tag=tag, failed=0, last_ms=now, until_ms=0)
                if now - found.last_ms > _FORGOTTEN_MS:
                    found.failed = 0
                if found.until_ms > now:
                    waits = max(waits, found.until_ms - now)
                    continue
                found.failed += 1
                found.last_ms = now
                if found.failed >= most:
                    found.until_ms = now + min(_REST_MAX_MS, _REST_MS * 2 ** min(found.failed - most, 10))
                session.merge(found)
        if waits:
            raise TooManyFailed(retry_after_s=-(-waits // 1000))

    def succeed(self, login: str, address: str) -> None:
        """The attempt was right: the name begins anew; the address has this one back, and no more."""
        (name, _), (place, _) = self._tags(login, address)
        with self._desk.database.session() as session:
            tried = session.get(Attempt, name)
            if tried is not None:
                session.delete(tried)
            came = session.get(Attempt, place)
            if came is not None:
                came.failed, came.until_ms = max(0, came.failed - 1), 0

    def _tags(self, login: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
        tag = self._desk.service.tag
        return (tag("attempt-name", login), _NAME_MAX), (tag("attempt-address", address), _ADDRESS_MAX)
