"""Handing mail to a server (SMTP, RFC 5321): under TLS from the start, by STARTTLS (RFC 3207), or in clear and then without a login."""

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Literal

from zhulian.errors import Words
from zhulian.offchain.notices.errors import ClearPassword, NotSent

__all__ = ["MailServer", "Unwanted", "send_mail"]

_TIMEOUT_S = 15.0


class Unwanted(Exception):
    """The server will never take this mail: its words, with a code from 500 on (RFC 5321 §4.2.1)."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `ca` is a PEM file of authorities in place of the system's."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca: str = ""

    def __post_init__(self) -> None:
        if self.security == "none" and self.user:
            raise ClearPassword()


def send_mail(server: MailServer, mail: EmailMessage) -> None:
    """Hand in one mail; it is the server's when this returns.

    Raises:
        NotSent: try again later. Unwanted: never try again.
    """
    try:
        line = _connected(server)
        try:
            if server.user:
                line.login(server.user, server.password)
            line.send_message(mail)
            with contextlib.suppress(OSError, smtplib.SMTPException):
                line.quit()  # the mail is the server's already
        finally:
            line.close()
    except smtplib.SMTPRecipientsRefused as no:
        code, said = next(iter(no.recipients.values()))
        if code >= 500:
            raise Unwanted(_said(said)) from None
        raise NotSent(why=Words.quote(_said(said))) from None
    except smtplib.SMTPAuthenticationError as no:
        raise NotSent(why=Words.quote(f"{no.smtp_code} {_said(no.smtp_error)}")) from None  # a person mends the password
    except smtplib.SMTPDataError as no:
        if no.smtp_code >= 500:
            raise Unwanted(_said(no.smtp_error)) from None
        raise NotSent(why=Words.quote(_said(no.smtp_error))) from None
    except (OSError, smtplib.SMTPException, ValueError) as no:
        raise NotSent(why=Words.quote(str(no) or type(no).__name__)) from None


def _connected(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=server.ca or None)
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context)
    line = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
    if server.security == "starttls":
        try:
            line.starttls(context=context)
        except (OSError, smtplib.SMTPException):
            line.close()
            raise
    return line


def _said(words: bytes | str) -> str:
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else words)[:200]
