"""Notices as a home's settings name them: mail server, gateway, secrets."""

import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from zhulian.errors import Words
from zhulian.files import write_atomically
from zhulian.home import BadConfig, Home
from zhulian.offchain.courier.reaching import Reach, require_target
from zhulian.offchain.courier.signing import make_secret
from zhulian.offchain.index.blocks import Ledger
from zhulian.offchain.index.methods import IndexClient
from zhulian.offchain.notices.book import Book, Channel
from zhulian.offchain.notices.mail import MailServer
from zhulian.offchain.notices.messages import Writer
from zhulian.offchain.notices.sending import HookRoad, MailRoad, Road, Sender
from zhulian.offchain.notices.service import Notices

__all__ = ["open_notices"]

_PASSWORD = "ZHULIAN_SMTP_PASSWORD"  # noqa: S105 - the name of a variable


def open_notices(
    home: Home, chain: str, ledger: Ledger, index: IndexClient, reach: Reach, parties: frozenset[str], say: Callable[..., None]
) -> Notices:
    """The notices of a home; without a mail server and a gateway they rest.

    Raises:
        BadConfig, ClearPassword, BadTarget: the settings are wrong.
    """
    settings = home.config().notices
    book = Book(home.courier)
    secret = _secret(home)
    writer = Writer(chain, settings.contact, secret.encode(), _public(home))
    roads: dict[Channel, Road] = {}
    if settings.host:
        if "@" not in settings.sender:
            why = Words("[notices] sender 应为邮件地址", "[notices] sender is to be a mail address")
            raise BadConfig(path=str(home.config_file), why=why)
        server = MailServer(
            settings.host, settings.port, settings.security, settings.sender, settings.user, _password(home), settings.ca
        )
        roads["mail"] = MailRoad(server, settings.contact)
    if settings.hook:
        require_target(settings.hook)
        roads["hook"] = HookRoad(settings.hook, secret, reach)
    senders = {
        name: Sender(name, road, book, writer, settings.gather_s, settings.interval_s, say) for name, road in roads.items()
    }
    return Notices(book, writer, senders, ledger, index, parties, home.certificates_folder, secret)


def _public(home: Home) -> str:
    """The address under [notices] public, which is https, or on this machine alone http.

    Raises:
        BadConfig.
    """
    given = home.config().notices.public
    parts = urlsplit(given)
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    if given and (not (parts.scheme == "https" or is_here) or not parts.hostname or parts.query or parts.fragment):
        why = Words("[notices] public 应为 https 地址", "[notices] public is to be an https address")
        raise BadConfig(path=str(home.config_file), why=why)
    return given


def _password(home: Home) -> str:
    """ZHULIAN_SMTP_PASSWORD, else what stands in `password_file`.

    Raises:
        BadConfig: that file cannot be read.
    """
    given = os.environ.get(_PASSWORD)
    named = home.config().notices.password_file
    if given is not None or not named:
        return given or ""
    try:
        return (home.root / named).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as wrong:
        raise BadConfig(path=str(home.root / named), why=Words.quote(wrong)) from None


def _secret(home: Home) -> str:
    """The home's secret of notices, made at the first use; only this user reads it."""
    path: Path = home.courier / "notices.secret"
    if not path.is_file():
        write_atomically(path, make_secret().encode() + b"\n", 0o600)
    return path.read_text(encoding="ascii").strip()
