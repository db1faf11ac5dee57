"""The desk at the door: who is let in, by which way, how often one may try, and the log of it.

The ticket of the link lies in the home, readable by the node's user alone, and is made anew at every start.
"""

import hmac
import secrets
import time
from collections.abc import Callable

from zhulian.console.attempts import Attempts
from zhulian.console.errors import NotEntered, UnknownPerson, WrongTicket
from zhulian.console.sessions import Sessions, Visitor, Way
from zhulian.console.signins import SignIns
from zhulian.errors import Refusal
from zhulian.files import write_atomically
from zhulian.home import ConsoleConfig, Home

__all__ = ["Desk"]

_NO_PEOPLE = (".ca", ".seal", ".encrypt")


class Desk:
    """The desk at the door of one home."""

    def __init__(self, home: Home, config: ConsoleConfig | None = None, clock: Callable[[], float] = time.time) -> None:
        self._home = home
        self._ticket = secrets.token_urlsafe(24)
        self.sessions = Sessions(config or ConsoleConfig(), clock, self._ended)
        self.attempts = Attempts()
        self.log = SignIns(home.console, clock)

    def write_ticket(self, url: str) -> None:
        """Leave the link where the node's user finds it."""
        write_atomically(self._home.console_link, f"{url}/enter?ticket={self._ticket}\n".encode(), mode=0o600)

    def people(self) -> list[str]:
        """Whose keys lie here, by name."""
        names = (path.name.removesuffix(".key.json") for path in self._home.keys.glob("*.key.json"))
        return sorted(each for each in names if "." in each and not each.endswith(_NO_PEOPLE))

    def enter(self, visitor: Visitor, ticket: str) -> None:
        """Let a visitor in who holds the link.

        Raises:
            TooOften. WrongTicket.
        """
        self.attempts.begin(visitor.address)
        if not hmac.compare_digest(ticket.encode(), self._ticket.encode()):
            raise self.refuse(visitor, "home", "", WrongTicket())
        self.attempts.succeed(visitor.address)
        visitor.entered = True

    def choose(self, visitor: Visitor, person: str) -> None:
        """Sign with the keys of `person` from now on.

        Raises:
            NotEntered. UnknownPerson.
        """
        if not visitor.entered or self.sessions.over(visitor):
            raise NotEntered()
        if person not in self.people():
            raise UnknownPerson(name=person[:80])
        self.sign_in(visitor, "home", person)

    def sign_in(self, visitor: Visitor, way: Way, person: str, *, token: str = "", officer: bool = False, key: str = "") -> None:
        """Somebody has shown who they are."""
        visitor.way, visitor.person, visitor.token, visitor.officer, visitor.key = way, person, token, officer, key
        self.attempts.succeed(visitor.address, person)
        self._note("in", visitor)

    def refuse(self, visitor: Visitor, way: Way, person: str, why: Refusal) -> Refusal:
        """Write down that somebody was not let in; answers the refusal, to be raised."""
        self.log.note("refused", way, person, visitor.address, agent=visitor.agent, code=why.code, session=visitor.name)
        return why

    def leave(self, visitor: Visitor) -> None:
        """End a session."""
        self.sessions.close(visitor, "left")

    def leave_everywhere(self, visitor: Visitor) -> list[Visitor]:
        """End every session of whoever this is; answers them."""
        found = self.sessions.of(visitor.person, visitor.way)
        for each in found:
            self.sessions.close(each, "everywhere")
        return found

    def _ended(self, visitor: Visitor) -> None:
        if visitor.person:
            self._note("out" if visitor.ended == "left" else visitor.ended, visitor)

    def _note(self, what: str, visitor: Visitor) -> None:
        self.log.note(what, visitor.way, visitor.person, visitor.address, agent=visitor.agent, session=visitor.name)
