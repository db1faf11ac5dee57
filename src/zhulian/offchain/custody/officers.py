"""What officers of the agent organisation do: invite, and by two of them help whoever has lost something, appoint, dismiss, close."""

import secrets
from collections.abc import Callable
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian.offchain.custody import log, methods, recovery
from zhulian.offchain.custody.desk import Desk, Present
from zhulian.offchain.custody.errors import (
    AccountTaken,
    AlreadyDecided,
    NoSuchAccount,
    NoSuchHandle,
    NoSuchRequest,
    OfficersTooFew,
    OwnRequest,
)
from zhulian.offchain.custody.founding import give_code, invited
from zhulian.offchain.custody.keys import seal_under
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.models import Account, DirectoryLink, Entry, HeadDeposit, Held, RecoveryCode, Request, Service
from zhulian.offchain.custody.names import erase_name, revealed
from zhulian.offchain.custody.sending import send, signed

__all__ = ["Officers", "deposit_head"]

_OPEN_MS: Final = 3 * 24 * 3_600_000
_WITH_SHARE: Final = frozenset(("password", "appoint", "dismiss"))
"""Requests that need the recovery key."""


class Officers:
    """The doors for officers. One asks, another decides; both must be officers still when it is decided."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._doing: dict[str, Callable[[Session, Account, Request, Present], dict[str, Any]]] = {
            "password": self._new_password,
            "totp": self._new_totp,
            "handle": self._nothing,
            "appoint": self._appoint,
            "dismiss": self._dismiss,
            "close": self._close,
            "reveal": self._reveal,
            "erase": self._erase_name,
        }

    async def invite(self, asked: Asked[methods.Invite]) -> dict[str, Any]:
        """A new account with its one-time code, which the officer hands to its owner.

        Raises:
            AccountTaken.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="officer")
            account, code = invited(desk.service, body.login, body.kind, desk.now_ms)
            if session.scalar(sa.select(Account.id).where(Account.login == account.login)) is not None:
                raise AccountTaken()
            session.add(account)
            session.flush()
            desk.note(session, present.account.id, "invited", account.id, kind=body.kind)
        return {"account": account.id, "code": code, "until_ms": account.code_until_ms}

    async def accounts(self, asked: Asked[methods.Nothing]) -> list[dict[str, Any]]:
        """Every account, the newest first; who looks is written into the log."""
        desk = self._desk
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="officer", writes=False)
            desk.note(session, present.account.id, "accounts-listed")
            found = session.scalars(sa.select(Account).order_by(Account.made_ms.desc())).all()
            return [
                {
                    "account": each.id,
                    "kind": each.kind,
                    "login": self._desk.login_of(each) if each.login_sealed else "",
                    "made_ms": each.made_ms,
                    "officer": bool(each.share),
                    "state": each.state,
                }
                for each in found
            ]

    async def ask(self, asked: Asked[methods.AskFor]) -> dict[str, Any]:
        """Ask for what another officer is to approve.

        Raises:
            NoSuchAccount, NoSuchHandle, OwnRequest.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="officer")
            account = self._subject(session, body.account)
            if account.id == present.account.id:
                raise OwnRequest()
            if body.kind == "handle":
                self._lost(session, account, body.handle)
            request = Request(
                id=secrets.token_hex(16), kind=body.kind, account=account.id, handle=body.handle, reason=body.reason,
                maker=present.account.id, made_ms=desk.now_ms, until_ms=desk.now_ms + _OPEN_MS, state="open", share="",
            )  # fmt: skip
            if body.kind in _WITH_SHARE:
                share = recovery.own_share(desk.suite, present.account, bytes(present.key))
                request.share = desk.service.seal("maker-share", request.id, share)
            session.add(request)
            desk.note(session, present.account.id, f"asked-{body.kind}", account.id, request=request.id)
            session.flush()
            return _shown(request)

    async def requests(self, asked: Asked[methods.Nothing]) -> list[dict[str, Any]]:
        """Requests, the newest first."""
        with self._desk.database.session() as session:
            self._desk.present(session, asked.who, kind="officer", writes=False)
            return [_shown(each) for each in session.scalars(sa.select(Request).order_by(Request.made_ms.desc()).limit(200))]

    async def decide(self, asked: Asked[methods.Decide]) -> dict[str, Any]:
        """Approve or reject another officer's request; where a person needs a one-time code, it is in the answer, this once.

        Raises:
            NoSuchRequest, AlreadyDecided, OwnRequest, FreshCodeDue, OfficersTooFew, NoSuchAccount. Refusal: what the chain says.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="officer")
            desk.require_fresh(session, present, body.code)
            request = self._open_request(session, body.request, present)
            request.state, request.checker, request.decided_ms = (
                "approved" if body.approve else "rejected",
                present.account.id,
                desk.now_ms,
            )
            answer: dict[str, Any] = {}
            handles: list[Held] = []
            if body.approve:
                account = self._subject(session, request.account)
                answer = self._doing[request.kind](session, account, request, present)
                handles = self._leaving(session, account, request)
            request.share = ""
            desk.note(session, present.account.id, f"{request.state}-{request.kind}", request.account, request=request.id)
            session.flush()
            answer |= _shown(request)
        if handles:
            answer["handles"] = await self._replace(handles, request, asked)
        return answer

    async def log(self, asked: Asked[methods.PageAfter]) -> dict[str, Any]:
        """A page of the log, and whether the whole of it holds.

        Raises:
            LogBroken.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            desk.present(session, asked.who, kind="officer", writes=False)
            checked = log.verify(session, desk.hasher)
            page = sa.select(Entry).where(Entry.number > body.after).order_by(Entry.number).limit(body.limit)
            return {**checked, "entries": [log.shown(each) for each in session.scalars(page)]}

    async def deposit_log(self, asked: Asked[methods.Nothing]) -> dict[str, Any]:
        """Deposit the log's head on the chain now."""
        with self._desk.database.session() as session:
            self._desk.present(session, asked.who, kind="officer")
        return await deposit_head(self._desk)

    def _subject(self, session: Session, account: str) -> Account:
        found = session.get(Account, account)
        if found is None or found.state not in ("active", "confirming"):
            raise NoSuchAccount(account=account)
        return found

    def _lost(self, session: Session, account: Account, handle: str) -> Held:
        """A handle that its person signs for, or did before the key was lost."""
        found = session.get(Held, handle)
        if found is None or found.account != account.id or found.state not in ("custody", "own"):
            raise NoSuchHandle(handle=handle)
        return found

    def _open_request(self, session: Session, request: str, present: Present) -> Request:
        found = session.get(Request, request)
        if found is None:
            raise NoSuchRequest(request=request)
        if found.state != "open" or found.until_ms <= self._desk.now_ms:
            raise AlreadyDecided(request=request)
        maker = session.get_one(Account, found.maker)
        if present.account.id in (found.maker, found.account) or not maker.share:
            raise OwnRequest()
        return found

    def _nothing(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        """What is done for it is done on the chain."""
        return {}

    def _new_password(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        desk = self._desk
        key = recovery.account_key(desk.suite, self._recovered(session, request, present), account)
        code = give_code(desk.service, account, self._desk.login_of(account), "password", desk.now_ms)
        account.code_sealed = seal_under(desk.suite, desk.service.code_key(code), f"code/{account.id}", key)
        account.verifier = ""
        desk.forget_all(session, account.id)
        return {"code": code, "until_ms": account.code_until_ms}

    def _new_totp(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        desk = self._desk
        account.totp = ""
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account == account.id))
        desk.forget_all(session, account.id)
        return {
            "code": give_code(desk.service, account, self._desk.login_of(account), "totp", desk.now_ms),
            "until_ms": account.code_until_ms,
        }

    def _appoint(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        if account.kind != "officer" or account.share or account.state != "active":
            raise NoSuchAccount(account=account.id)
        self._deal(session, request, present, [*self._officers(session), account])
        return {}

    def _dismiss(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        if account.kind != "officer":
            raise NoSuchAccount(account=account.id)
        self._deal(session, request, present, [each for each in self._officers(session) if each.id != account.id])
        self._erase(session, account)
        return {}

    def _close(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        if account.kind != "person":
            raise NoSuchAccount(account=account.id)
        self._erase(session, account)
        return {}

    def _reveal(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        return {"person": revealed(self._desk, session, account.id)}

    def _erase_name(self, session: Session, account: Account, request: Request, present: Present) -> dict[str, Any]:
        if not erase_name(session, account.id):
            raise NoSuchAccount(account=account.id)
        return {}

    def _officers(self, session: Session) -> list[Account]:
        """Every officer; all of them must have their keys.

        Raises:
            OfficersTooFew.
        """
        waiting = sa.select(Account.id).where(Account.kind == "officer", Account.state == "invited", Account.code_sealed != "")
        if session.scalar(waiting) is not None:
            raise OfficersTooFew(least=recovery.LEAST_OFFICERS)
        return list(
            session.scalars(sa.select(Account).where(Account.kind == "officer", Account.share != "").order_by(Account.id))
        )

    def _deal(self, session: Session, request: Request, present: Present, officers: list[Account]) -> None:
        if len(officers) < recovery.LEAST_OFFICERS:
            raise OfficersTooFew(least=recovery.LEAST_OFFICERS)
        private = self._recovered(session, request, present)
        recovery.deal(self._desk.suite, session.get_one(Service, 1), private, officers)
        stale = sa.select(Request).where(Request.state == "open", Request.share != "", Request.id != request.id)
        for each in session.scalars(stale):  # their share is worth nothing any more
            each.state, each.share = "rejected", ""

    def _recovered(self, session: Session, request: Request, present: Present) -> Any:
        """The recovery key's private half, from the maker's share and the checker's."""
        desk = self._desk
        theirs = desk.service.open("maker-share", request.id, request.share)
        ours = recovery.own_share(desk.suite, present.account, bytes(present.key))
        return recovery.reopen(desk.suite, session.get_one(Service, 1), [theirs, ours])

    def _erase(self, session: Session, account: Account) -> None:
        """Destroy what opens the account and what names its owner; entries of the log stay, which name nobody."""
        self._desk.forget_all(session, account.id)
        erase_name(session, account.id)
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account == account.id))
        session.execute(sa.delete(DirectoryLink).where(DirectoryLink.account == account.id))
        for name in (
            "login_sealed",
            "salt",
            "verifier",
            "key",
            "recovery",
            "public_key",
            "private_key",
            "totp",
            "code",
            "code_sealed",
            "share",
        ):
            setattr(account, name, "")
        account.login, account.state = secrets.token_hex(32), "closed"

    def _leaving(self, session: Session, account: Account, request: Request) -> list[Held]:
        """The handles that the chain is to close behind an approved request."""
        if request.kind == "handle":
            return [self._lost(session, account, request.handle)]
        if request.kind == "close":
            return list(session.scalars(sa.select(Held).where(Held.account == account.id, Held.state == "custody")))
        return []

    async def _replace(self, handles: list[Held], request: Request, asked: Asked[methods.Decide]) -> list[dict[str, Any]]:
        """Close handles on the chain; where a key was lost, open a fresh one in custody in the same transaction."""
        desk, done = self._desk, []
        for held in handles:
            messages: list[dict[str, Any]] = [{"type": "identity.close_handle", "handle": held.handle}]
            fresh = "~" + secrets.token_hex(16) if request.kind == "handle" else ""
            if fresh:
                messages.append({"type": "identity.open_handle", "handle": fresh, "instance": held.instance})
            tx = signed(desk, messages)
            outcome = await send(desk, tx.envelope, tx.transaction)
            applied = outcome["status"] == "applied"
            with desk.database.session() as session:
                if applied:
                    row = session.get_one(Held, held.handle)
                    row.state, row.key = "closed", ""
                if applied and fresh:
                    made = Held(handle=fresh, account=held.account, instance=held.instance, state="custody", made_ms=desk.now_ms)
                    session.add(made)
                desk.note(
                    session,
                    request.checker,
                    "handle-closed",
                    held.handle,
                    fresh=fresh,
                    status=outcome["status"],
                    transaction=tx.transaction,
                )
            done.append({"fresh": fresh if applied else "", "handle": held.handle, "outcome": outcome})
        return done


async def deposit_head(desk: Desk) -> dict[str, Any]:
    """Deposit the log's head for the agent organisation, unless it is there already; number, digest and what became of it.

    Raises:
        LogBroken. Refusal: what the chain says.
    """
    with desk.database.session() as session:
        checked = log.verify(session, desk.hasher)
    number, digest = int(checked["number"]), str(checked["digest"])
    there = [each for each in checked["deposits"] if each["number"] == number]
    if there:
        return {"digest": digest, "number": number, "outcome": {"status": "applied", **there[0]}}
    tx = signed(desk, [{"type": "evidence.deposit", "digest": digest}])
    outcome = await send(desk, tx.envelope, tx.transaction)
    if outcome["status"] == "applied":
        with desk.database.session() as session:
            row = HeadDeposit(
                number=number, digest=digest, transaction=tx.transaction, height=int(outcome["height"]), at_ms=desk.now_ms
            )
            session.add(row)
    return {"digest": digest, "number": number, "outcome": outcome}


def _shown(request: Request) -> dict[str, Any]:
    return {
        "account": request.account,
        "checker": request.checker,
        "decided_ms": request.decided_ms,
        "handle": request.handle,
        "kind": request.kind,
        "made_ms": request.made_ms,
        "maker": request.maker,
        "reason": request.reason,
        "request": request.id,
        "state": request.state,
        "until_ms": request.until_ms,
    }
