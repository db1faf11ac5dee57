"""The tables. What is secret in them is sealed (`keys`); what is a name is a keyed tag beside its sealed form. `migrations/` makes them."""

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

__all__ = [
    "Account",
    "Act",
    "Attempt",
    "Base",
    "DirectoryLink",
    "DirectoryVisit",
    "Entry",
    "HeadDeposit",
    "Held",
    "RealName",
    "RecoveryCode",
    "Request",
    "Service",
    "SignedIn",
]

_HASH = String(64)
_ID = String(32)


class Base(DeclarativeBase):
    """All tables of custody."""


class Service(Base):
    """One row: the chain, a check of the service key, and the recovery key: its public half, and its private half sealed."""

    __tablename__ = "service"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    chain: Mapped[str] = mapped_column(String(160))
    check: Mapped[str] = mapped_column(_HASH)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    recovery_public: Mapped[str] = mapped_column(Text)
    recovery_sealed: Mapped[str] = mapped_column(Text)


class Account(Base):
    """A person or an officer. Empty texts are what there is not, or not yet.

    `state`: invited (a code is out), confirming (the password is set, the first sign-in has not been), active, closed. `key` is the account key
    sealed under the password, `recovery` the same encrypted to the recovery key, `private_key` the half of `public_key` sealed under the
    account key, `share` an officer's part of the recovery key encrypted to `public_key`. `code` is the tag of a one-time code
    that serves for `code_use`; `code_sealed` is what that code opens.
    """

    __tablename__ = "accounts"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    login: Mapped[str] = mapped_column(_HASH, unique=True)
    login_sealed: Mapped[str] = mapped_column(Text)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    salt: Mapped[str] = mapped_column(_HASH, default="")
    verifier: Mapped[str] = mapped_column(_HASH, default="")
    key: Mapped[str] = mapped_column(Text, default="")
    recovery: Mapped[str] = mapped_column(Text, default="")
    public_key: Mapped[str] = mapped_column(Text, default="")
    private_key: Mapped[str] = mapped_column(Text, default="")
    totp: Mapped[str] = mapped_column(Text, default="")
    totp_step: Mapped[int] = mapped_column(BigInteger, default=0)
    code: Mapped[str] = mapped_column(_HASH, default="")
    code_use: Mapped[str] = mapped_column(String(8), default="")
    code_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    code_sealed: Mapped[str] = mapped_column(Text, default="")
    share: Mapped[str] = mapped_column(Text, default="")


class RecoveryCode(Base):
    """One unused recovery code of an account, as its keyed tag."""

    __tablename__ = "recovery_codes"
    account: Mapped[str] = mapped_column(_ID, ForeignKey("accounts.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(_HASH, primary_key=True)


class SignedIn(Base):
    """A session by the digest of its token; its account key lies in memory alone."""

    __tablename__ = "sessions"
    token: Mapped[str] = mapped_column(_HASH, primary_key=True)
    account: Mapped[str] = mapped_column(_ID, ForeignKey("accounts.id"))
    csrf: Mapped[str] = mapped_column(_HASH)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    seen_ms: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (Index("sessions_by_account", "account"),)


class Attempt(Base):
    """Failed attempts in a row at a login name or from an address (keyed tags)."""

    __tablename__ = "attempts"
    tag: Mapped[str] = mapped_column(_HASH, primary_key=True)
    failed: Mapped[int] = mapped_column(Integer)
    last_ms: Mapped[int] = mapped_column(BigInteger)
    until_ms: Mapped[int] = mapped_column(BigInteger)


class DirectoryLink(Base):
    """Whom the directory names (a keyed tag), and the account key sealed under the service key for that way in."""

    __tablename__ = "directory_links"
    subject: Mapped[str] = mapped_column(_HASH, primary_key=True)
    account: Mapped[str] = mapped_column(_ID, ForeignKey("accounts.id"), unique=True)
    key: Mapped[str] = mapped_column(Text)
    made_ms: Mapped[int] = mapped_column(BigInteger)


class DirectoryVisit(Base):
    """A browser that was sent to the directory and is not back yet."""

    __tablename__ = "directory_visits"
    state: Mapped[str] = mapped_column(_HASH, primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    until_ms: Mapped[int] = mapped_column(BigInteger)


class Held(Base):
    """A handle of a person: opening, custody, own (the person signs), closed. `key` is its private key sealed under the account key."""

    __tablename__ = "handles"
    handle: Mapped[str] = mapped_column(String(40), primary_key=True)
    account: Mapped[str] = mapped_column(_ID, ForeignKey("accounts.id"))
    instance: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8))
    made_ms: Mapped[int] = mapped_column(BigInteger)
    public_key: Mapped[str] = mapped_column(Text, default="")
    key: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index("handles_by_account", "account", "instance"),)


class Act(Base):
    """A transaction for a person, noted before it is sent; `instruction` is the signature of the handle's own key over it."""

    __tablename__ = "acts"
    transaction: Mapped[str] = mapped_column(_HASH, primary_key=True)
    account: Mapped[str] = mapped_column(_ID, ForeignKey("accounts.id"))
    handle: Mapped[str] = mapped_column(String(40))
    types: Mapped[str] = mapped_column(Text)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    expires: Mapped[int] = mapped_column(BigInteger)
    envelope: Mapped[str] = mapped_column(Text)
    instruction: Mapped[str] = mapped_column(String(128))
    status: Mapped[str] = mapped_column(String(12))
    height: Mapped[int] = mapped_column(BigInteger, default=0)
    refusal: Mapped[str] = mapped_column(Text, default="")
    __table_args__ = (Index("acts_by_account", "account", "at_ms"),)


class RealName(Base):
    """The person behind an account: a keyed tag of the identity number, and name, number and salt sealed under the service key."""

    __tablename__ = "real_names"
    account: Mapped[str] = mapped_column(_ID, ForeignKey("accounts.id"), primary_key=True)
    person: Mapped[str] = mapped_column(_HASH, unique=True)
    sealed: Mapped[str] = mapped_column(Text)
    commitment: Mapped[str] = mapped_column(_HASH)
    transaction: Mapped[str] = mapped_column(_HASH)
    officer: Mapped[str] = mapped_column(_ID)
    made_ms: Mapped[int] = mapped_column(BigInteger)


class Request(Base):
    """What one officer asked for and another decides: open, approved, rejected. `share` is the maker's part of the recovery key, sealed."""

    __tablename__ = "requests"
    id: Mapped[str] = mapped_column(_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(_ID)
    handle: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    maker: Mapped[str] = mapped_column(_ID)
    made_ms: Mapped[int] = mapped_column(BigInteger)
    until_ms: Mapped[int] = mapped_column(BigInteger)
    share: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    checker: Mapped[str] = mapped_column(_ID, default="")
    decided_ms: Mapped[int] = mapped_column(BigInteger, default=0)


class Entry(Base):
    """One line of the log; `digest` covers it and the one before. The database itself refuses to change or remove one."""

    __tablename__ = "log"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at_ms: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(_ID)
    act: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    details: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(_HASH)


class HeadDeposit(Base):
    """That the log's head at `number` was deposited on the chain."""

    __tablename__ = "head_deposits"
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(_HASH)
    transaction: Mapped[str] = mapped_column(_HASH)
    height: Mapped[int] = mapped_column(BigInteger)
    at_ms: Mapped[int] = mapped_column(BigInteger)
