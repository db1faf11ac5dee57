"""Signing in and out, and what one does with one's own account."""

import asyncio
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian.crypto import CannotOpen
from zhulian.offchain.custody import methods
from zhulian.offchain.custody.attempts import Attempts
from zhulian.offchain.custody.desk import Desk, folded
from zhulian.offchain.custody.errors import CodeNotValid, WrongSignIn
from zhulian.offchain.custody.factors import address, make_recovery_codes, make_secret
from zhulian.offchain.custody.keys import SALT_BYTES, borrowed, check_password, open_under, plain_code, same, seal_under
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.models import Account, RecoveryCode, Service

__all__ = ["Accounts"]

_STRETCHED_AT_ONCE = 4
"""Each takes 64 MiB."""


class Accounts:
    """The doors that need no session, and those for everybody who has one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._attempts = Attempts(desk)
        self._stretching = asyncio.Semaphore(_STRETCHED_AT_ONCE)

    async def sign_in(self, asked: Asked[methods.SignIn]) -> dict[str, Any]:
        """A session for who shows name, password and an unused code; what is wrong of the three is not said.

        Raises:
            TooManyFailed, WrongSignIn.
        """
        desk, body = self._desk, asked.body
        login = folded(body.login)
        self._attempts.begin(login, asked.who.address)
        found = self._find(login)
        salt = found.salt if found is not None and found.salt else desk.service.tag("no-salt", login)[: 2 * SALT_BYTES]
        verifier, opening = await self._stretch(body.password, salt)
        answer = None
        with desk.database.session() as session:
            account = self._judged(session, login, verifier)
            if account is not None and desk.spend_code(session, account, body.code):
                key = open_under(desk.suite, opening, f"account/{account.id}", account.key)
                if account.state == "confirming":
                    account.state, account.code, account.code_use, account.code_sealed = "active", "", "", ""
                token, csrf = desk.begin(session, account.id, key)
                desk.note(session, account.id, "sign-in", account.id, address=desk.place(asked.who.address))
                answer = {"token": token, "csrf": csrf, **desk.shown(session, account)}
            elif found is not None:
                desk.note(session, found.id, "sign-in-failed", found.id)
        if answer is None:
            raise WrongSignIn()
        self._attempts.succeed(login, asked.who.address)
        return answer

    async def sign_out(self, asked: Asked[methods.Nothing]) -> dict[str, Any]:
        """End the session; its key is overwritten."""
        with self._desk.database.session() as session:
            present = self._desk.present(session, asked.who)
            self._desk.forget(session, present.session.token)
            self._desk.note(session, present.account.id, "sign-out", present.account.id)
        return {"signed_out": True}

    async def me(self, asked: Asked[methods.Nothing]) -> dict[str, Any]:
        """The own account."""
        with self._desk.database.session() as session:
            present = self._desk.present(session, asked.who, writes=False)
            return self._desk.shown(session, present.account)

    async def enrol(self, asked: Asked[methods.Enrol]) -> dict[str, Any]:
        """Take up an account, or come back to it, with a one-time code: what the authenticator app needs, and recovery codes.

        Raises:
            TooManyFailed, CodeNotValid, WeakPassword.
        """
        desk, body = self._desk, asked.body
        login = folded(body.login)
        self._attempts.begin(login, asked.who.address)
        found = self._coded(login, body.code)
        if found is None:
            raise CodeNotValid()
        if found.code_use != "totp":
            check_password(body.password, login)
        salt = found.salt if found.code_use == "totp" else secrets.token_hex(SALT_BYTES)
        verifier, opening = await self._stretch(body.password, salt)
        with desk.database.session() as session:
            account = session.get_one(Account, found.id)
            if not same(account.code, found.code):  # used meanwhile
                raise CodeNotValid()
            with borrowed(self._account_key(session, account, body, verifier, opening)) as key:
                account.salt, account.verifier = salt, verifier
                account.key = seal_under(desk.suite, opening, f"account/{account.id}", bytes(key))
                answer = self._take_up(session, account, login)
            desk.note(session, account.id, "enrolled", account.id, use=found.code_use)
        self._attempts.succeed(login, asked.who.address)
        return answer

    async def change_password(self, asked: Asked[methods.ChangePassword]) -> dict[str, Any]:
        """Another password; every other session of the account ends.

        Raises:
            WrongSignIn: the old one is not right. FreshCodeDue, WeakPassword.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            present = desk.present(session, asked.who)
            login = desk.login_of(present.account)
            salt = present.account.salt
        self._attempts.begin(login, asked.who.address)
        check_password(body.new, login)
        old, _ = await self._stretch(body.old, salt)
        fresh = secrets.token_hex(SALT_BYTES)
        verifier, opening = await self._stretch(body.new, fresh)
        with desk.database.session() as session:
            present = desk.present(session, asked.who)
            account = present.account
            if not same(old, account.verifier):
                raise WrongSignIn()
            desk.require_fresh(session, present, body.code)
            account.salt, account.verifier = fresh, verifier
            account.key = seal_under(desk.suite, opening, f"account/{account.id}", bytes(present.key))
            kept = bytes(present.key)
            desk.forget_all(session, account.id)
            token, csrf = desk.begin(session, account.id, kept)
            desk.note(session, account.id, "password-changed", account.id)
        self._attempts.succeed(login, asked.who.address)
        return {"token": token, "csrf": csrf}

    async def recovery_codes(self, asked: Asked[methods.Fresh]) -> dict[str, Any]:
        """Ten new recovery codes in place of the old ones, shown this once.

        Raises:
            FreshCodeDue.
        """
        desk = self._desk
        with desk.database.session() as session:
            present = desk.present(session, asked.who)
            desk.require_fresh(session, present, asked.body.code)
            codes = self._new_codes(session, present.account)
            desk.note(session, present.account.id, "recovery-codes", present.account.id)
        return {"recovery_codes": codes}

    async def _stretch(self, password: str, salt: str) -> tuple[str, bytes]:
        async with self._stretching:
            return await asyncio.to_thread(self._desk.service.stretch, password, bytes.fromhex(salt))

    def _find(self, login: str) -> Account | None:
        with self._desk.database.session() as session:
            return self._by_login(session, login)

    def _by_login(self, session: Session, login: str) -> Account | None:
        return session.scalar(sa.select(Account).where(Account.login == self._desk.service.tag("login", login)))

    def _judged(self, session: Session, login: str, verifier: str) -> Account | None:
        account = self._by_login(session, login)
        right = same(verifier, account.verifier if account is not None else "")
        return account if account is not None and right and account.state in ("active", "confirming") else None

    def _coded(self, login: str, code: str) -> Account | None:
        """The account of that name for which the one-time code is good now."""
        account = self._find(login)
        tag = self._desk.service.tag("one-time", f"{login}/{plain_code(code)}")
        right = same(tag, account.code if account is not None else "")
        return account if account is not None and right and account.code_until_ms > self._desk.now_ms else None

    def _account_key(self, session: Session, account: Account, body: methods.Enrol, verifier: str, opening: bytes) -> bytes:
        """The account key by the way that the code is for: a new one, one that two officers recovered, or that of the password.

        Raises:
            CodeNotValid: what the code asks for beside it is not right.
        """
        desk = self._desk
        if account.code_use == "invite":
            return self._first_key(session, account, body.code)
        if account.code_use == "password":
            if account.totp and not desk.spend_code(session, account, body.totp):
                raise CodeNotValid()
            return open_under(desk.suite, desk.service.code_key(body.code), f"code/{account.id}", account.code_sealed)
        if not same(verifier, account.verifier):
            raise CodeNotValid()
        try:
            return open_under(desk.suite, opening, f"account/{account.id}", account.key)
        except CannotOpen:
            raise CodeNotValid() from None

    def _first_key(self, session: Session, account: Account, code: str) -> bytes:
        """A new account key, what the recovery key needs to find it again, and the account's own pair of keys."""
        desk = self._desk
        key = secrets.token_bytes(desk.suite.seal_key_bytes)
        service = session.get_one(Service, 1)
        account.recovery = desk.suite.encrypt(bytes.fromhex(service.recovery_public), key).hex()
        pair = desk.suite.generate_encryption()
        account.public_key = pair.public_key.hex()
        account.private_key = seal_under(desk.suite, key, f"private/{account.id}", pair.reveal())
        if account.code_sealed:  # a founding officer's share, which waits for the keys of its holder
            share = open_under(desk.suite, desk.service.code_key(code), f"code/{account.id}", account.code_sealed)
            account.share = desk.suite.encrypt(pair.public_key, share).hex()
        return key

    def _take_up(self, session: Session, account: Account, login: str) -> dict[str, Any]:
        """What is shown once: the second factor, where it is new, and recovery codes."""
        desk = self._desk
        if account.code_use == "password" and account.totp:
            account.code, account.code_use, account.code_sealed = "", "", ""
            return {"account": account.id, "recovery_codes": [], "totp_address": "", "totp_secret": ""}
        secret = make_secret()
        account.totp, account.totp_step, account.state = desk.service.seal("totp", account.id, secret.encode()), 0, "confirming"
        return {
            "account": account.id,
            "recovery_codes": self._new_codes(session, account),
            "totp_address": address(secret, login),
            "totp_secret": secret,
        }

    def _new_codes(self, session: Session, account: Account) -> list[str]:
        session.execute(sa.delete(RecoveryCode).where(RecoveryCode.account == account.id))
        codes = make_recovery_codes()
        session.add_all(RecoveryCode(account=account.id, tag=self._desk.recovery_tag(account.id, each)) for each in codes)
        session.flush()
        return codes
