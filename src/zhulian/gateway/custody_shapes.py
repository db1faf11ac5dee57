"""The shapes of what custody takes and gives, for the API page."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from zhulian.offchain.custody.methods import BODIES

__all__ = ["CUSTODY_SHAPES"]

_Milliseconds = Annotated[int, Meta(ge=0, description="Unix time in milliseconds")]
_Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="32 bytes, lower-case hex")]


class Custody(msgspec.Struct):
    """Who keeps keys here and signs; seconds until a session ends, idle and in all."""

    agent: str
    directory: str
    organisation: str
    real_names: bool
    idle_s: int
    session_s: int


class CustodyAccount(msgspec.Struct):
    """An account of one's own. `officer` where its owner has been appointed one."""

    account: str
    kind: Literal["person", "officer"]
    login: str
    officer: bool
    linked: bool
    recovery_codes_left: int
    idle_s: int
    session_s: int


class CustodySession(CustodyAccount):
    """A session: `token` for the Authorization header (absent by cookie), `csrf` for X-Zhulian-Csrf."""

    csrf: str = ""
    token: str = ""


class CustodyDirectory(msgspec.Struct):
    """Where the browser is to go, and what stays with whoever began."""

    address: str
    binding: str


class CustodyReturned(msgspec.Struct, omit_defaults=True):
    """A session as from a sign-in, or that the account is linked."""

    linked: bool
    account: str = ""
    kind: str = ""
    login: str = ""
    officer: bool = False
    recovery_codes_left: int = 0
    idle_s: int = 0
    session_s: int = 0
    csrf: str = ""
    token: str = ""


class CustodyLinked(msgspec.Struct):
    """Whether the account is linked with a name in the directory."""

    linked: bool


class CustodySignedOut(msgspec.Struct):
    """The session has ended."""

    signed_out: bool


class CustodyToken(msgspec.Struct):
    """The session that goes on."""

    token: str
    csrf: str


class CustodyEnrolled(msgspec.Struct):
    """What is shown once; empty where a second factor stays as it is."""

    account: str
    totp_secret: str
    totp_address: Annotated[str, Meta(examples=["otpauth://totp/…"])]
    recovery_codes: list[str]


class CustodyRecoveryCodes(msgspec.Struct):
    """Ten codes, each good once."""

    recovery_codes: list[str]


class CustodyOutcome(msgspec.Struct, omit_defaults=True):
    """What became of a transaction; `sent` where no answer came yet."""

    transaction: str | None
    status: Literal["admitted", "applied", "refused", "turned_away", "sent"]
    height: int | None = None
    index: int | None = None
    refusal: dict[str, Any] | None = None


class CustodyHandle(msgspec.Struct, omit_defaults=True):
    """A handle: in custody, or with the person's own key."""

    handle: str
    instance: str
    made_ms: _Milliseconds
    state: Literal["opening", "custody", "own", "closed"]
    outcome: CustodyOutcome | None = None


class CustodyHandles(msgspec.Struct):
    """One's handles, the newest first."""

    items: list[CustodyHandle]


class CustodyAct(msgspec.Struct, omit_defaults=True):
    """Something done for a handle."""

    transaction: _Hex32
    handle: str
    types: list[str]
    at_ms: _Milliseconds
    status: Literal["admitted", "applied", "refused", "turned_away", "sent"]
    height: int | None = None
    refusal: dict[str, Any] | None = None


class CustodyActs(msgspec.Struct):
    """What was done, the newest first."""

    items: list[CustodyAct]


class CustodyKeyFile(msgspec.Struct):
    """A key file, to be kept as it is."""

    file: str
    handle: str


class CustodyHandedOver(msgspec.Struct):
    """A handle that has left custody."""

    handle: str
    outcome: CustodyOutcome


class CustodyInvited(msgspec.Struct):
    """A new account, and the code by which its owner takes it up."""

    account: str
    code: str
    until_ms: _Milliseconds


class CustodyBound(msgspec.Struct):
    """An account that is bound to a person; the salted commitment is what stands on the chain."""

    account: str
    commitment: _Hex32
    outcome: CustodyOutcome


class CustodyListed(msgspec.Struct):
    """An account as officers see it."""

    account: str
    kind: str
    login: str
    officer: bool
    state: str
    made_ms: _Milliseconds


class CustodyAccounts(msgspec.Struct):
    """Every account, the newest first."""

    items: list[CustodyListed]


class CustodyRequest(msgspec.Struct):
    """What one officer asked for. `checker` and `decided_ms` once another has decided."""

    request: str
    kind: str
    account: str
    handle: str
    reason: str
    maker: str
    made_ms: _Milliseconds
    until_ms: _Milliseconds
    state: Literal["open", "approved", "rejected"]
    checker: str
    decided_ms: _Milliseconds


class CustodyRequests(msgspec.Struct):
    """Requests, the newest first."""

    items: list[CustodyRequest]


class CustodyReplaced(msgspec.Struct):
    """A handle that was closed, and the one opened in its place, if any."""

    handle: str
    fresh: str
    outcome: CustodyOutcome


class CustodyDecision(CustodyRequest, omit_defaults=True):
    """A decided request; `code` for its account's owner, where one is due."""

    code: str = ""
    handles: list[CustodyReplaced] = []
    person: dict[str, str] = {}


class CustodyEntry(msgspec.Struct):
    """A line of the log; `digest` covers it and the one before."""

    number: int
    at_ms: _Milliseconds
    actor: str
    act: str
    subject: str
    details: dict[str, Any]
    digest: _Hex32


class CustodyDeposit(msgspec.Struct):
    """A head of the log that is on the chain."""

    number: int
    digest: _Hex32
    transaction: _Hex32
    height: int


class CustodyLog(msgspec.Struct):
    """A page of the log; `number` and `digest` are its head, which was verified."""

    number: int
    digest: _Hex32
    deposits: list[CustodyDeposit]
    entries: list[CustodyEntry]


class CustodyHead(msgspec.Struct):
    """The head that was deposited."""

    number: int
    digest: _Hex32
    outcome: CustodyOutcome


CUSTODY_SHAPES: tuple[type[msgspec.Struct], ...] = (
    Custody, CustodyAccount, CustodyAccounts, CustodyBound, CustodyAct, CustodyActs, CustodyDecision, CustodyDirectory, CustodyEnrolled, CustodyLinked, CustodyHandedOver, CustodyHandle,
    CustodyHandles, CustodyHead, CustodyInvited, CustodyKeyFile, CustodyLog, CustodyRecoveryCodes, CustodyRequest, CustodyRequests, CustodyReturned,
    CustodySession, CustodySignedOut, CustodyToken,
    *(each for each in dict.fromkeys(BODIES.values()) if each.__struct_fields__),
)  # fmt: skip
