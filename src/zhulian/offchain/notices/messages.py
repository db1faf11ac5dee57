"""Messages of one notice or of many: subject and text in the person's language, as mail and as JSON for a gateway."""

import email.policy
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import msgspec

from zhulian.offchain.notices.book import KINDS, Batch, Notice, Person
from zhulian.offchain.notices.errors import UnknownLink, WrongCode
from zhulian.offchain.notices.words import say

__all__ = ["LINK_PATH", "Message", "Writer", "as_hook", "as_mail"]

LINK_PATH = "/notices/stop"
"""Where the gateway takes what comes by a link in a notice."""
_LISTED = 50
_UNFOLDED = email.policy.SMTP.clone(max_line_length=900)
"""A link is one word, which no line may break."""
_JSON = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True)
class Message:
    """What goes to one person; `name` is the same for every try."""

    name: str
    person: Person
    subject: str
    text: str
    notices: tuple[Notice, ...]
    code: str
    link: str = ""


class Writer:
    """Puts batches into words. `secret` signs the codes by which people opt out."""

    def __init__(self, chain: str, contact: str, secret: bytes, public: str = "") -> None:
        """`public` is the address at which people reach the gateway; with it each message has a link to opt out."""
        self._chain = chain
        self._contact = contact
        self._secret = secret
        self._public = public.rstrip("/")

    def write(self, batch: Batch) -> Message:
        """The message of a batch: one notice at length, or a digest of many by their kinds."""
        language = batch.person.language
        notices = batch.notices
        if len(notices) == 1:
            subject = say("subject.one", title=notices[0].title).say(language)
            lines = [notices[0].title.say(language), "", notices[0].text.say(language)]
        else:
            subject = say("subject.many", count=len(notices)).say(language)
            lines = _digest(notices, language)
        return self._message(f"n{batch.number}-{batch.channel}", batch.person, subject, lines, notices)

    def test(self, person: Person, name: str) -> Message:
        """A message that says that it is a test."""
        return self._message(name, person, say("subject.test").say(person.language), [say("text.test").say(person.language)], ())

    def code(self, name: str) -> str:
        """The code by which a person opts out: the name and a tag that only this home can make."""
        tag = hmac.new(self._secret, b"zhulian/notices/stop\0" + name.encode(), hashlib.sha256).hexdigest()[:20]
        return f"{name}/{tag}"

    def token(self, name: str) -> str:
        """What stands in a person's link to opt out: 128 bits that only this home can make and that tell nobody whose they are."""
        return hmac.new(self._secret, b"zhulian/notices/link\0" + name.encode(), hashlib.sha256).hexdigest()[:32]

    def linked(self, token: str, people: Iterable[Person]) -> str:
        """Whose link it is.

        Raises:
            UnknownLink.
        """
        found = [each.name for each in people if hmac.compare_digest(self.token(each.name).encode(), token.encode())]
        if not found:
            raise UnknownLink()
        return found[0]

    def link(self, name: str) -> str:
        """The address at which a person opts out; empty where the gateway's address is not set."""
        return f"{self._public}{LINK_PATH}/{self.token(name)}" if self._public else ""

    def name_of(self, code: str) -> str:
        """Whose code it is.

        Raises:
            WrongCode.
        """
        name = code.rpartition("/")[0]
        if not hmac.compare_digest(self.code(name).encode(), code.encode()):
            raise WrongCode()
        return name

    def _message(self, name: str, person: Person, subject: str, lines: Sequence[str], notices: tuple[Notice, ...]) -> Message:
        code = self.code(person.name)
        footer = [say("footer.evidence"), say("footer.chain", chain=self._chain), say("footer.stop", code=code)]
        link = self.link(person.name)
        if link:
            footer.append(say("footer.link", link=link))
        if self._contact:
            footer.append(say("footer.contact", contact=self._contact))
        text = "\n".join([*lines, "", "--", *(each.say(person.language) for each in footer), ""])
        return Message(name, person, " ".join(subject.split()), text, notices, code, link)


def as_mail(message: Message, sender: str, contact: str, now_s: float) -> EmailMessage:
    """The message as mail (RFC 5322); marked as made by a machine (RFC 3834), with the ways to opt out (RFC 2369, by one click RFC 8058)."""
    mail = EmailMessage(_UNFOLDED)
    mail["From"] = sender
    mail["To"] = message.person.mail
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(now_s, UTC))
    mail["Message-ID"] = (
        f"<{message.name}.{hashlib.sha256(message.code.encode()).hexdigest()[:16]}@{sender.rpartition('@')[2].rstrip('>')}>"
    )
    mail["Auto-Submitted"] = "auto-generated"
    ways = [f"<{message.link}>"] if message.link else []
    if "@" in contact and contact.isascii() and " " not in contact:
        ways.append(f"<mailto:{contact}?subject=stop%20{message.code}>")
    if ways:
        mail["List-Unsubscribe"] = ", ".join(ways)
    if message.link.startswith("https:"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(message.text)
    return mail


def as_hook(message: Message) -> bytes:
    """The message as JSON for a gateway of SMS or messengers; which template it uses is the gateway's affair."""
    language = message.person.language
    kinds = {kind: sum(1 for each in message.notices if each.kind == kind) for kind in KINDS}
    listed = [
        {"kind": each.kind, "text": each.text.say(language), "title": each.title.say(language)}
        for each in message.notices[:_LISTED]
    ]
    content = {"counts": kinds, "id": message.name, "language": language, "notices": listed, "subject": message.subject}
    return _JSON.encode({**content, "text": message.text, "to": message.person.phone})


def _digest(notices: Sequence[Notice], language: str) -> list[str]:
    lines: list[str] = []
    left = _LISTED
    for kind in KINDS:
        found = [each for each in notices if each.kind == kind]
        if not found:
            continue
        lines += [say("line.kind", kind=say(f"kind.{kind}"), count=len(found)).say(language)]
        lines += [f"· {each.title.say(language)}  {each.text.say(language)}" for each in found[:left]]
        lines.append("")
        left -= len(found[:left])
    if len(notices) > _LISTED:
        lines.append(say("line.more", count=len(notices) - _LISTED).say(language))
    return lines
