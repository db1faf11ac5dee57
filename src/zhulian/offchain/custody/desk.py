"""What every part of custody works with, put together once in `process`; and sessions, whose keys lie in memory alone."""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian.crypto import Hasher, Suite
from zhulian.home import CustodyConfig
from zhulian.ledger.signing import Identity
from zhulian.node.rpc import LedgerClient
from zhulian.offchain.custody import log
from zhulian.offchain.custody.database import Database
from zhulian.offchain.custody.errors import CsrfMissing, FreshCodeDue, NotThisKind, SignInAgain
from zhulian.offchain.custody.factors import is_recovery_code, step_of
from zhulian.offchain.custody.keys import ServiceKey, plain_code, same, wipe
from zhulian.offchain.custody.methods import Who
from zhulian.offchain.custody.models import Account, DirectoryLink, RecoveryCode, SignedIn

__all__ = ["Desk", "Present", "folded"]

_TOKEN = "zlc_"  # noqa: S105 - a prefix by which such tokens are told from others


@dataclass(frozen=True)
class Present:
    """Who is signed in: the account as it stands, its session, and the account key, which the session lends."""

    account: Account
    session: SignedIn
    key: bytearray


@dataclass
class Desk:
    """One custody: its database, keys, clock, ledger, and the agent that signs."""

    database: Database
    hasher: Hasher
    chain: str
    expiry_s: int
    service: ServiceKey
    config: CustodyConfig
    ledger: LedgerClient
    agent: Identity
    clock: Callable[[], float]
    _keys: dict[str, bytearray] = field(default_factory=dict)
    """Account keys by the digest of their session's token."""

    @property
    def suite(self) -> Suite:
        """The chain's suite."""
        return self.hasher.suite

    @property
    def now_ms(self) -> int:
        """This machine's clock, Unix milliseconds."""
        return int(self.clock() * 1000)

    @property
    def organisation(self) -> str:
        """The agent organisation."""
        return self.agent.name.partition(".")[0]

    def note(self, session: Session, actor: str, act: str, subject: str = "", **details: object) -> None:
        """Write into the log."""
        log.write(session, self.hasher, self.now_ms, actor, act, subject, **details)

    def begin(self, session: Session, account: str, key: bytes) -> tuple[str, str]:
        """A new session; its token and the value that writes by cookie must carry."""
        token, csrf = _TOKEN + secrets.token_urlsafe(32), secrets.token_urlsafe(24)
        now = self.now_ms
        digest = _digest(token)
        session.add(SignedIn(token=digest, account=account, csrf=_digest(csrf), made_ms=now, seen_ms=now))
        session.flush()
        self._keys[digest] = bytearray(key)
        return token, csrf

    def present(self, session: Session, who: Who, *, writes: bool = True, kind: str = "") -> Present:
        """Who asks, by a session that is neither idle nor too old; `writes` asks a cookie for more, `kind` for such an account.

        Raises:
            SignInAgain, CsrfMissing, NotThisKind.
        """
        digest = _digest(who.token)
        found = session.get(SignedIn, digest)
        key = self._keys.get(digest)
        now = self.now_ms
        if found is None or key is None or self._is_over(found, now):
            self.forget(session, digest)
            raise SignInAgain()
        if who.by_cookie and writes and not same(_digest(who.csrf), found.csrf):
            raise CsrfMissing()
        account = session.get_one(Account, found.account)
        if kind and (account.kind != kind or (kind == "officer" and not account.share)):
            raise NotThisKind(wanted=kind)
        found.seen_ms = now
        return Present(account, found, key)

    def forget(self, session: Session, digest: str) -> None:
        """End one session; its key is overwritten."""
        wipe(self._keys.pop(digest, bytearray()))
        session.execute(sa.delete(SignedIn).where(SignedIn.token == digest))

    def forget_all(self, session: Session, account: str) -> None:
        """End every session of an account."""
        for digest in session.scalars(sa.select(SignedIn.token).where(SignedIn.account == account)).all():
            self.forget(session, digest)

    def sweep(self) -> None:
        """End sessions that are over, wherever their owners are."""
        with self.database.session() as session:
            for each in session.scalars(sa.select(SignedIn)).all():
                if self._is_over(each, self.now_ms) or each.token not in self._keys:
                    self.forget(session, each.token)

    def draw(self) -> str:
        """A secret of 256 bits for whoever comes back with it."""
        return secrets.token_urlsafe(32)

    def place(self, address: str) -> str:
        """What stands for an address in the log."""
        return self.service.tag("address", address)[:16]

    def login_of(self, account: Account) -> str:
        """The name that an account signs in by."""
        return self.service.open("login", account.id, account.login_sealed).decode()

    def shown(self, session: Session, account: Account) -> dict[str, Any]:
        """An account as its owner sees it."""
        left = session.scalar(sa.select(sa.func.count()).where(RecoveryCode.account == account.id))
        linked = session.scalar(sa.select(DirectoryLink.subject).where(DirectoryLink.account == account.id))
        return {
            "account": account.id,
            "idle_s": self.config.idle_s,
            "kind": account.kind,
            "linked": linked is not None,
            "login": self.login_of(account),
            "officer": bool(account.share),
            "recovery_codes_left": int(left or 0),
            "session_s": self.config.session_s,
        }

    def close(self) -> None:
        """Overwrite every key, and close the database."""
        for each in self._keys.values():
            wipe(each)
        self._keys.clear()
        self.database.close()

    def spend_code(self, session: Session, account: Account, code: str) -> bool:
        """Whether a second factor is right and unused; it is used from then on."""
        if is_recovery_code(code):
            tag = self.recovery_tag(account.id, code)
            used = sa.delete(RecoveryCode).where(RecoveryCode.account == account.id, RecoveryCode.tag == tag)
            return session.scalar(used.returning(RecoveryCode.tag)) is not None
        if not account.totp:
            return False
        secret = self.service.open("totp", account.id, account.totp).decode()
        step = step_of(secret, code, self.now_ms, account.totp_step)
        if step is None:
            return False
        account.totp_step = step
        session.flush()
        return True

    def require_fresh(self, session: Session, present: Present, code: str) -> None:
        """Ask for a code that was not used before.

        Raises:
            FreshCodeDue.
        """
        if not self.spend_code(session, present.account, code):
            raise FreshCodeDue()

    def recovery_tag(self, account: str, code: str) -> str:
        """What stands for a recovery code in the database."""
        return self.service.tag("recovery-code", f"{account}/{plain_code(code)}")

    def _is_over(self, found: SignedIn, now_ms: int) -> bool:
        idle, whole = self.config.idle_s * 1000, self.config.session_s * 1000
        return now_ms - found.seen_ms >= idle or now_ms - found.made_ms >= whole


def folded(login: str) -> str:
    """A name to sign in by as it is compared."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _digest(token: str) -> str:
    """256 bits of chance need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
