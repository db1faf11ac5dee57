"""The doors for whoever comes from an organisation's own directory: out to it, and back with its word for who it is.

An account is linked while its owner is signed in by password. From then on its key also lies sealed under the service key alone, since the directory gives nothing
that could open it; the documents say so. Exporting, handing over and deciding still ask for the account's own second factor.
"""

import contextlib
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian.errors import Words
from zhulian.offchain.custody import methods
from zhulian.offchain.custody.desk import Desk
from zhulian.offchain.custody.directory import Directory, Returned
from zhulian.offchain.custody.errors import LinkedElsewhere, NoDirectory, NotFromDirectory, NotLinked, SignInAgain, TooManyFailed
from zhulian.offchain.custody.keys import borrowed, same
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.models import Account, DirectoryLink, DirectoryVisit

__all__ = ["DirectoryDoors"]

_VISIT_MS: Final = 10 * 60_000
_VISITS_MAX: Final = 10_000


class _Visit(msgspec.Struct):
    nonce: str
    verifier: str
    binding: str
    account: str


class DirectoryDoors:
    """`directory` is None where the settings name none."""

    def __init__(self, desk: Desk, directory: Directory | None) -> None:
        self._desk = desk
        self._directory = directory

    async def begin(self, asked: Asked[methods.ToDirectory]) -> dict[str, Any]:
        """Where the browser is to go; `binding` stays with whoever began, and comes back with what the browser brings.

        Raises:
            NoDirectory, DirectorySilent, NotFromDirectory. SignInAgain: to link, one must be signed in.
        """
        desk, directory = self._desk, self._known()
        account = ""
        if asked.body.link:
            with desk.database.session() as session:
                account = desk.present(session, asked.who).account.id
        begun = await directory.begin()
        binding = desk.draw()
        visit = _Visit(begun.nonce, begun.verifier, desk.service.tag("binding", binding), account)
        now = desk.now_ms
        with desk.database.session() as session:
            session.execute(sa.delete(DirectoryVisit).where(DirectoryVisit.until_ms <= now))
            if int(session.scalar(sa.select(sa.func.count()).select_from(DirectoryVisit)) or 0) >= _VISITS_MAX:
                raise TooManyFailed(retry_after_s=_VISIT_MS // 1000)
            tag = desk.service.tag("state", begun.state)
            sealed = desk.service.seal("visit", tag, msgspec.json.encode(visit))
            session.add(DirectoryVisit(state=tag, sealed=sealed, until_ms=now + _VISIT_MS))
        return {"address": begun.address, "binding": binding}

    async def finish(self, asked: Asked[methods.FromDirectory]) -> dict[str, Any]:
        """A session for the account that is linked with whom the directory names; or the link, where that was begun.

        Raises:
            NoDirectory, NotFromDirectory, DirectorySilent, NotLinked, LinkedElsewhere, SignInAgain.
        """
        desk, body, directory = self._desk, asked.body, self._known()
        visit = self._taken(body.state, body.binding)
        subject = await directory.subject(Returned(body.code, body.iss), visit.nonce, visit.verifier)
        tag = desk.service.tag("directory", f"{desk.config.directory.issuer}\0{subject}")
        with desk.database.session() as session:
            if visit.account:
                return self._link(session, asked, visit.account, tag)
            return self._sign_in(session, asked, tag)

    async def unlink(self, asked: Asked[methods.Fresh]) -> dict[str, Any]:
        """End the link; what lay sealed under the service key alone is gone.

        Raises:
            FreshCodeDue, NotLinked.
        """
        desk = self._desk
        with desk.database.session() as session:
            present = desk.present(session, asked.who)
            desk.require_fresh(session, present, asked.body.code)
            own = sa.delete(DirectoryLink).where(DirectoryLink.account == present.account.id)
            if session.scalar(own.returning(DirectoryLink.account)) is None:
                raise NotLinked()
            desk.note(session, present.account.id, "directory-unlinked", present.account.id)
        return {"linked": False}

    def _known(self) -> Directory:
        if self._directory is None:
            raise NoDirectory()
        return self._directory

    def _taken(self, state: str, binding: str) -> _Visit:
        """What was remembered of a visit, once: another browser than the one that began it gets nothing."""
        desk = self._desk
        tag = desk.service.tag("state", state)
        visit = None
        with desk.database.session() as session, contextlib.suppress(KeyError):
            found = session.get(DirectoryVisit, tag)
            if found is not None:
                session.delete(found)
                if found.until_ms > desk.now_ms:
                    visit = msgspec.json.decode(desk.service.open("visit", tag, found.sealed), type=_Visit)
        if visit is None or not same(visit.binding, desk.service.tag("binding", binding)):
            raise NotFromDirectory(why=Words("没有与之对应的登录", "it belongs to no sign-in that was begun here"))
        return visit

    def _link(self, session: Session, asked: Asked[methods.FromDirectory], account: str, tag: str) -> dict[str, Any]:
        desk = self._desk
        present = desk.present(session, asked.who)
        if present.account.id != account:
            raise SignInAgain()
        if session.get(DirectoryLink, tag) is not None:
            raise LinkedElsewhere()
        session.execute(sa.delete(DirectoryLink).where(DirectoryLink.account == account))
        sealed = desk.service.seal("directory-key", account, bytes(present.key))
        session.add(DirectoryLink(subject=tag, account=account, key=sealed, made_ms=desk.now_ms))
        desk.note(session, account, "directory-linked", account)
        return {"linked": True}

    def _sign_in(self, session: Session, asked: Asked[methods.FromDirectory], tag: str) -> dict[str, Any]:
        desk = self._desk
        link = session.get(DirectoryLink, tag)
        account = None if link is None else session.get_one(Account, link.account)
        if link is None or account is None or account.state != "active":
            raise NotLinked()
        with borrowed(desk.service.open("directory-key", account.id, link.key)) as key:
            token, csrf = desk.begin(session, account.id, bytes(key))
        desk.note(session, account.id, "sign-in", account.id, by="directory", address=desk.place(asked.who.address))
        return {"token": token, "csrf": csrf, **desk.shown(session, account)}
