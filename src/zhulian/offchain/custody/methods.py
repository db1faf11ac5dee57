"""What may be asked of the custody process, shared by both ends; and the client by which the gateway asks it."""

from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar

import msgspec

from zhulian.node.addresses import appearing
from zhulian.node.methods import Params
from zhulian.node.rpc import LedgerClient

__all__ = ["METHODS", "Asked", "CustodyClient", "Who"]

_Id = Annotated[str, msgspec.Meta(max_length=32)]
_Handle = Annotated[str, msgspec.Meta(pattern=r"\A~[0-9a-f]{32}\Z")]
_Instance = Annotated[str, msgspec.Meta(pattern=r"\A[a-z][a-z0-9-]{0,62}\Z")]
_Login = Annotated[
    str, msgspec.Meta(min_length=3, max_length=64, description="Name to sign in by; case does not matter", examples=["zhang.wei"])
]
_Password = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
_Code = Annotated[
    str, msgspec.Meta(max_length=32, description="Six digits from the authenticator app, or a recovery code", examples=["492039"])
]
_OneTime = Annotated[str, msgspec.Meta(max_length=32, examples=["ABCDE-FGHIJ-KLMNO-PQRST"])]
_Limit = Annotated[int, msgspec.Meta(ge=1, le=500)]
_After = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
T = TypeVar("T")


class Who(Params, frozen=True):
    """Who asks: the session's token as the request carried it, and the address that it came from."""

    token: Annotated[str, msgspec.Meta(max_length=128)] = ""
    csrf: Annotated[str, msgspec.Meta(max_length=128)] = ""
    by_cookie: bool = False
    address: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Asked(Params, Generic[T], frozen=True):
    """A call: who asks, and what."""

    who: Who
    body: T


class Nothing(Params, frozen=True):
    """No more is to be said."""


class SignIn(Params, frozen=True):
    """Name, password and code together; with `cookie` the token comes as a cookie and not in the answer."""

    login: _Login
    password: _Password
    code: _Code
    cookie: bool = False


class Enrol(Params, frozen=True):
    """Set the password and get the second factor with a one-time code; `totp` where the code replaces a lost password alone."""

    login: _Login
    code: _OneTime
    password: _Password
    totp: _Code = ""


class ToDirectory(Params, frozen=True):
    """Go to the directory to sign in; or, being signed in, to link the account with one's name there."""

    link: bool = False


class FromDirectory(Params, frozen=True):
    """What the browser brought back in its address, and the binding that stayed here. With `cookie` the token comes as a cookie."""

    state: Annotated[str, msgspec.Meta(max_length=256)]
    code: Annotated[str, msgspec.Meta(max_length=4096)]
    binding: Annotated[str, msgspec.Meta(max_length=128)]
    iss: Annotated[str, msgspec.Meta(max_length=512)] = ""
    cookie: bool = False


class ChangePassword(Params, frozen=True):
    """A new password for who is signed in; the old one and a fresh code."""

    old: _Password
    new: _Password
    code: _Code


class Fresh(Params, frozen=True):
    """A fresh code."""

    code: _Code


class OpenHandle(Params, frozen=True):
    """Open a handle in an application."""

    instance: _Instance


class DoAct(Params, frozen=True):
    """Do something as a handle: messages of one transaction, with the handle as the party for which they are."""

    handle: _Handle
    messages: Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=16)]


class OneAct(Params, frozen=True):
    """One act by its transaction."""

    transaction: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class Export(Params, frozen=True):
    """Give out a handle's key as a key file sealed under `passphrase`."""

    handle: _Handle
    passphrase: _Password
    code: _Code


class HandOver(Params, frozen=True):
    """Let a handle out of custody: its person's key, with the key's signature over the handle (docs/formats.md §2, `possession`)."""

    handle: _Handle
    public_key: Annotated[str, msgspec.Meta(pattern=r"\A(?:04[0-9a-f]{128}|[0-9a-f]{64})\Z")]
    possession: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{128}\Z")]
    not_after: Annotated[int, msgspec.Meta(ge=0, le=2**40, description="Unix time in seconds")]
    code: _Code


class Invite(Params, frozen=True):
    """A new account; its one-time code is in the answer, this once."""

    login: _Login
    kind: Annotated[str, msgspec.Meta(pattern=r"\A(?:person|officer)\Z")] = "person"


class AskFor(Params, frozen=True):
    """What another officer is to approve: `password`, `totp`, `handle` (a lost own key), `appoint`, `dismiss`, `close`, `reveal` or `erase` (a real name)."""

    kind: Annotated[str, msgspec.Meta(pattern=r"\A(?:password|totp|handle|appoint|dismiss|close|reveal|erase)\Z")]
    account: _Id
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]
    handle: Annotated[str, msgspec.Meta(max_length=40)] = ""


class BindName(Params, frozen=True):
    """The person behind an account, whose papers an officer has seen; `resident` numbers are held against GB 11643."""

    account: _Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    number: Annotated[str, msgspec.Meta(min_length=4, max_length=40)]
    kind: Annotated[str, msgspec.Meta(pattern=r"\A(?:resident|passport|permit)\Z")] = "resident"


class Decide(Params, frozen=True):
    """Approve or reject a request, with a fresh code."""

    request: _Id
    approve: bool
    code: _Code


class PageAfter(Params, frozen=True):
    """A page of the log: entries above a number."""

    after: _After = 0
    limit: _Limit = 100


BODIES: dict[str, type[Params]] = {
    "about": Nothing,
    "sign_in": SignIn,
    "sign_out": Nothing,
    "me": Nothing,
    "enrol": Enrol,
    "change_password": ChangePassword,
    "directory_begin": ToDirectory,
    "directory_finish": FromDirectory,
    "directory_unlink": Fresh,
    "recovery_codes": Fresh,
    "open_handle": OpenHandle,
    "handles": Nothing,
    "act": DoAct,
    "acts": Nothing,
    "one_act": OneAct,
    "export": Export,
    "hand_over": HandOver,
    "invite": Invite,
    "accounts": Nothing,
    "bind_name": BindName,
    "ask": AskFor,
    "requests": Nothing,
    "decide": Decide,
    "log": PageAfter,
    "deposit_log": Nothing,
}
"""What each method is asked with, beside who asks."""

METHODS: dict[str, Any] = {name: Asked[body] for name, body in BODIES.items()}  # type: ignore[valid-type]  # made of a table, which mypy does not follow
"""The parameters' shape of each method."""


class CustodyClient:
    """Asks the custody process on its socket; raises its refusals, and `ConnectionError` where there is none.

    One that is only starting, as in a node's first seconds, is waited for.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._line = LedgerClient(socket)

    async def ask(self, method: str, params: Params) -> Any:
        """The answer of one of `METHODS`."""
        await appearing(self._socket)
        return await self._line.call(method, params)

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
