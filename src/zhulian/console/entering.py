"""Who is at the console: a link that only this machine's user can read lets a browser in, which then chooses whose keys sign.

The ticket of the link lies in the home, readable by the node's user alone, and is made anew at every start. What a browser keeps
is a random name in a signed cookie; everything else stays in this process.
"""

import hmac
import secrets
import time
from dataclasses import dataclass, field

from zhulian.console.errors import NotEntered, UnknownPerson, WrongTicket
from zhulian.files import write_atomically
from zhulian.home import Home

__all__ = ["Desk", "Visitor"]

_IDLE_S = 8 * 3600
_VISITORS_MAX = 2_000
_NO_PEOPLE = (".ca", ".seal", ".encrypt")


@dataclass
class Visitor:
    """A browser that was let in: which language it reads, and whose keys it signs with (empty: not chosen yet)."""

    language: str
    person: str = ""
    entered: bool = False
    seen: float = field(default_factory=time.monotonic)

    @property
    def party(self) -> str:
        """The organisation that it acts for."""
        return self.person.partition(".")[0]


class Desk:
    """The desk at the door of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._visitors: dict[str, Visitor] = {}
        self._ticket = secrets.token_urlsafe(24)
        self.secret = secrets.token_hex(32)

    def write_ticket(self, url: str) -> None:
        """Leave the link where the node's user finds it."""
        write_atomically(self._home.console_link, f"{url}/enter?ticket={self._ticket}\n".encode(), mode=0o600)

    def people(self) -> list[str]:
        """Whose keys lie here, by name."""
        names = (path.name.removesuffix(".key.json") for path in self._home.keys.glob("*.key.json"))
        return sorted(each for each in names if "." in each and not each.endswith(_NO_PEOPLE))

    def visitor(self, browser: str, language: str) -> Visitor:
        """The visitor of a browser, known or new."""
        now = time.monotonic()
        found = self._visitors.get(browser)
        if found is None or now - found.seen > _IDLE_S:
            if len(self._visitors) >= _VISITORS_MAX:
                self._visitors.pop(min(self._visitors, key=lambda each: self._visitors[each].seen))
            found = self._visitors[browser] = Visitor(language)
        found.seen = now
        return found

    def enter(self, visitor: Visitor, ticket: str) -> None:
        """Let a visitor in who holds the link.

        Raises:
            WrongTicket.
        """
        if not hmac.compare_digest(ticket.encode(), self._ticket.encode()):
            raise WrongTicket()
        visitor.entered = True

    def choose(self, visitor: Visitor, person: str) -> None:
        """Sign with the keys of `person` from now on.

        Raises:
            NotEntered. UnknownPerson.
        """
        if not visitor.entered:
            raise NotEntered()
        if person not in self.people():
            raise UnknownPerson(name=person)
        visitor.person = person

    def leave(self, browser: str) -> None:
        """Forget a browser."""
        self._visitors.pop(browser, None)
