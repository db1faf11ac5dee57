"""Who is signed in: sessions that end when nobody uses them, that can be renewed, and that end everywhere at once.

A browser keeps a random name in a cookie that scripts cannot read; here lies its digest alone. All sessions end with the process.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from zhulian.home import ConsoleConfig

__all__ = ["COOKIE", "Sessions", "Visitor", "Way"]

COOKIE = "zhulian-console"
_MOST = 5_000

Way = Literal["", "home", "custody", "directory", "key"]
"""How somebody came in: by the link and a key of this home, by a custody account, by the organisation's directory, by an own key."""


@dataclass
class Visitor:
    """A session. `person` is empty until somebody has signed in with it; times in Unix seconds."""

    name: str = field(default_factory=lambda: secrets.token_hex(8))
    way: Way = ""
    person: str = ""
    key: str = ""
    """The fingerprint of the own key that signs, where it lies in the browser."""
    entered: bool = False
    token: str = ""
    officer: bool = False
    address: str = ""
    agent: str = ""
    idle_s: int = 0
    began: float = 0.0
    seen: float = 0.0
    ended: str = ""
    """Why it is over: `idle`, `long`, `left`, `everywhere`."""
    asked: dict[str, str] = field(default_factory=dict)
    """What was sent out and must come back once: a directory's binding, a challenge, where to go afterwards."""

    @property
    def party(self) -> str:
        """The organisation that it acts for; nothing where it acts for a person."""
        return "" if self.way in ("custody", "directory") else self.person.partition(".")[0]

    @property
    def is_person(self) -> bool:
        """Whether a person acts through custody, and no organisation."""
        return self.way in ("custody", "directory")


class Sessions:
    """All sessions of one console. `clock` gives Unix seconds; `told` hears of each that ends."""

    def __init__(
        self, config: ConsoleConfig, clock: Callable[[], float] = time.time, told: Callable[[Visitor], None] = lambda _: None
    ) -> None:
        self._config = config
        self._clock = clock
        self._told = told
        self._found: dict[str, Visitor] = {}

    def begin(self, address: str, agent: str) -> tuple[str, Visitor]:
        """A new session, nobody signed in yet, and the value of its cookie."""
        self.sweep()
        if len(self._found) >= _MOST:
            self._found.pop(min(self._found, key=lambda each: self._found[each].seen))
        token, now = secrets.token_urlsafe(32), self._clock()
        made = Visitor(address=address, agent=agent[:200], began=now, seen=now, idle_s=self._config.idle_s)
        self._found[_digest(token)] = made
        return token, made

    def find(self, token: str, *, touch: bool = True) -> Visitor | None:
        """The session of a cookie while it lasts; looking it up counts as use unless `touch` is false."""
        found = self._found.get(_digest(token)) if token else None
        if found is None or self.over(found):
            return None
        if touch:
            found.seen = self._clock()
        return found

    def over(self, visitor: Visitor) -> bool:
        """Whether a session has ended; it is closed where its time is up."""
        if not visitor.ended and self.left_s(visitor) <= 0:
            idle = self._clock() - visitor.seen >= visitor.idle_s
            self.close(visitor, "idle" if idle else "long")
        return bool(visitor.ended)

    def left_s(self, visitor: Visitor) -> int:
        """How many seconds a session lasts if nobody uses it."""
        now = self._clock()
        return int(min(visitor.seen + visitor.idle_s, visitor.began + self._config.session_s) - now)

    def renew(self, visitor: Visitor) -> None:
        """Count a session as used now."""
        if not self.over(visitor):
            visitor.seen = self._clock()

    def close(self, visitor: Visitor, why: str) -> None:
        """End a session; pages that are open learn it from `ended`."""
        if visitor.ended:
            return
        visitor.ended = why
        self._told(visitor)
        for digest in [each for each, found in self._found.items() if found is visitor]:
            del self._found[digest]

    def of(self, person: str, way: Way) -> list[Visitor]:
        """The sessions of somebody, the newest first."""
        self.sweep()
        found = [each for each in self._found.values() if each.person == person and each.way == way]
        return sorted(found, key=lambda each: -each.began)

    def sweep(self) -> None:
        """Close what has run out."""
        for each in list(self._found.values()):
            self.over(each)


def _digest(token: str) -> str:
    """256 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
