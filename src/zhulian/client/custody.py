"""Custody: signing in at the organisation that keeps one's keys, acting through it, and taking a key home.

Every call but the first ones takes `token`, which `sign_in` gives. It is a secret like a password: whoever has it acts for the person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.apps import reading as app_reading
from zhulian.client.apps.acting import as_written, note_of
from zhulian.client.apps.delivering import sealing_messages
from zhulian.client.apps.openings import Opening, Openings
from zhulian.client.apps.reading import moment
from zhulian.client.core import Core
from zhulian.client.errors import NoSigner, OwnKeyElsewhere, Unreachable
from zhulian.client.files import file_digest
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.identity import possession
from zhulian.client.sealed.describing import Describing, descriptors
from zhulian.crypto import KeyFileExists, PrivateKey, SoftwareSigner, load_key, read_key_file, save_key
from zhulian.files import write_atomically
from zhulian.language.asking import ask as read_asked

__all__ = [
    "about", "accounts", "act", "acts", "ask", "bind_name", "change_password", "decide", "deposit", "deposit_log", "directory_begin", "directory_finish", "directory_unlink", "do", "enrol", "export", "hand_over",
    "handles", "invite", "log", "me", "one_act", "open_handle", "recovery_codes", "requests", "sign_in", "sign_out", "take_home",
]  # fmt: skip

_TIMEOUT_S = 60.0
_YEAR_S = 365 * 86_400


def about(core: Core) -> Flow[dict[str, Any]]:
    """Which organisation keeps keys at this node, and who signs.

    Raises:
        FromNode: nobody's keys are kept there. Unreachable.
    """
    return dict((yield from _get(core, (), "")))


def sign_in(core: Core, login: str, password: str, code: str) -> Flow[dict[str, Any]]:
    """A session for name, password and an unused code: `{token, csrf, account, kind, officer, …}`.

    Raises:
        FromNode: something of it is not right, or too much failed before. Unreachable.
    """
    return dict((yield from _post(core, ("sign-in",), "", {"code": code, "login": login, "password": password})))


def sign_out(core: Core, token: str) -> Flow[None]:
    """End the session.

    Raises:
        FromNode: it is over already. Unreachable.
    """
    yield from _post(core, ("sign-out",), token, {})


def me(core: Core, token: str) -> Flow[dict[str, Any]]:
    """One's own account.

    Raises:
        FromNode, Unreachable.
    """
    return dict((yield from _get(core, ("me",), token)))


def enrol(core: Core, login: str, code: str, password: str, *, totp: str = "") -> Flow[dict[str, Any]]:
    """Take up an account with a one-time code, or come back to it: `{totp_secret, totp_address, recovery_codes}`, shown this once.

    Raises:
        FromNode: the code is not good, or the password will not do. Unreachable.
    """
    asked = {"code": code, "login": login, "password": password} | ({"totp": totp} if totp else {})
    return dict((yield from _post(core, ("enrol",), "", asked)))


def directory_begin(core: Core, *, token: str = "") -> Flow[dict[str, Any]]:
    """Where a browser is to go to sign in through the organisation's directory, `{address, binding}`; with `token`, to link the account.

    Raises:
        FromNode: there is no directory, or it does not answer. Unreachable.
    """
    return dict((yield from _post(core, ("directory",), token, {"link": bool(token)})))


def directory_finish(core: Core, returned: str, binding: str, *, token: str = "") -> Flow[dict[str, Any]]:
    """A session, or the link, from the address that the directory sent the browser back to.

    Raises:
        FromNode: something of it does not hold. Unreachable.
    """
    brought = dict(parse_qsl(urlsplit(returned).query))
    asked = {
        "binding": binding,
        "code": brought.get("code", ""),
        "iss": brought.get("iss", ""),
        "state": brought.get("state", ""),
    }
    return dict((yield from _post(core, ("directory", "return"), token, asked)))


def directory_unlink(core: Core, token: str, code: str) -> Flow[None]:
    """End the link with the directory.

    Raises:
        FromNode, Unreachable.
    """
    yield from _post(core, ("directory", "unlink"), token, {"code": code})


def change_password(core: Core, token: str, old: str, new: str, code: str) -> Flow[dict[str, Any]]:
    """Another password; the answer has the token of the session that goes on.

    Raises:
        FromNode, Unreachable.
    """
    return dict((yield from _post(core, ("password",), token, {"code": code, "new": new, "old": old})))


def recovery_codes(core: Core, token: str, code: str) -> Flow[list[str]]:
    """Ten new recovery codes in place of the old ones.

    Raises:
        FromNode, Unreachable.
    """
    return list((yield from _post(core, ("recovery-codes",), token, {"code": code}))["recovery_codes"])


def handles(core: Core, token: str) -> Flow[list[dict[str, Any]]]:
    """One's handles, the newest first.

    Raises:
        FromNode, Unreachable.
    """
    return list((yield from _get(core, ("handles",), token))["items"])


def open_handle(core: Core, token: str, instance: str) -> Flow[dict[str, Any]]:
    """Open a handle in an application.

    Raises:
        FromNode: there is one already, or the chain says no. Unreachable.
    """
    return dict((yield from _post(core, ("handles",), token, {"instance": instance})))


def act(core: Core, token: str, handle: str, messages: Sequence[Mapping[str, Any]]) -> Flow[dict[str, Any]]:
    """Let the agent send messages for one's handle; `{transaction, status, height, …}`, where `sent` means that no answer came yet.

    Raises:
        FromNode: custody does not send them. Unreachable.
    """
    asked = {"handle": handle, "messages": [dict(each) for each in messages]}
    return dict((yield from _post(core, ("acts",), token, asked)))


def acts(core: Core, token: str) -> Flow[list[dict[str, Any]]]:
    """What was done for one, the newest first.

    Raises:
        FromNode, Unreachable.
    """
    return list((yield from _get(core, ("acts",), token))["items"])


def one_act(core: Core, token: str, transaction: str) -> Flow[dict[str, Any]]:
    """One act; one that got no answer is sent again, which counts once.

    Raises:
        FromNode, Unreachable.
    """
    return dict((yield from _get(core, ("acts", transaction), token)))


def deposit(
    core: Core, token: str, handle: str, path: str | Path, *, public: bool = False, describing: Describing | None = None
) -> Flow[dict[str, Any]]:
    """Deposit a file for one's handle; the salt of its commitment comes from this client's secret, as with `evidence.deposit`.

    With `describing` the organisation whose client this is finds it by its name and by words, never by its text, and so does whoever
    reads for the handle. The client's own signer brings what is sealed; without one, and without a vault, it goes undescribed.

    Raises:
        NoKeyOnChain, NoSigner: `describing` requires it. FromNode, Unreachable, ProofFault.
    """
    digest = yield from work(file_digest, core.hasher.suite, path)
    if public:
        message = {"type": "evidence.deposit", "digest": digest.hex()}
    else:
        commitment = yield from work(core.salts.commitment, digest)
        message = {"type": "evidence.deposit", "commitment": commitment.hex()}
    deposited = str(message.get("digest") or message["commitment"])
    described = [] if describing is None else (yield from _described(core, deposited, handle, path, describing))
    return (yield from act(core, token, handle, [message, *described]))


def _described(core: Core, deposit: str, handle: str, path: str | Path, describing: Describing) -> Flow[list[dict[str, Any]]]:
    """What registers the descriptor of a deposit for a handle; nothing where it cannot be sealed and need not."""
    try:
        (own,) = yield from work(core.identities, None)
    except NoSigner:
        if describing.required:
            raise
        return []
    readers = [own.name.partition(".")[0]]
    return (yield from descriptors(core, deposit, handle, path, replace(describing, with_text=False), readers=readers))


def do(
    core: Core,
    token: str,
    handle: str,
    instance: str,
    action: str,
    /,
    *on: object,
    by: Mapping[str, str] | None = None,
    **inputs: object,
) -> Flow[dict[str, Any]]:
    """Do what an action of an application says, as people write its inputs.

    Private inputs are committed to and sealed here, for whom the definition names, and this client's journal keeps what opens them. So
    who runs this client sees them, and the readers; custody and chain see commitments, the vault sealed bytes. The sealed bytes are
    brought by this client's own signer.

    Raises:
        NoSuchApp, UnknownAction, SignatoriesDue, ValueFault, TooFewKeepers. FromNode, Unreachable, ProofFault, NoSigner.
    """
    info = yield from app_reading.open_app(core, instance)
    given = {name: as_written(value) for name, value in inputs.items()}
    openings = Openings(core.hasher, instance)
    asked = yield from work(
        read_asked,
        info.tree,
        action,
        given,
        moment(core),
        on=[as_written(each) for each in on],
        by=by or handle,
        party=handle,
        commit_for=openings.commit_for,
        seal=openings.seal,
    )
    sealed = yield from sealing_messages(core, info, asked, openings.made, handle)
    try:
        done = yield from act(core, token, handle, [asked.act(instance), *sealed])
    except Unreachable:  # it may have been sent
        yield from work(_keep, core, openings.made, "")
        raise
    yield from work(_keep, core, openings.made, str(done["transaction"]))
    return done


def export(core: Core, token: str, handle: str, path: str | Path, passphrase: str, code: str) -> Flow[Path]:
    """Write a handle's key to a key file of one's own. Custody keeps it too until `hand_over`.

    Raises:
        KeyFileExists. FromNode, Unreachable.
    """
    asked = {"code": code, "handle": handle, "passphrase": passphrase}
    found = yield from _post(core, ("export",), token, asked)
    file = Path(path)
    yield from work(_write_new, file, str(found["file"]).encode())
    return file


def hand_over(core: Core, token: str, handle: str, path: str | Path, passphrase: str, code: str) -> Flow[dict[str, Any]]:
    """Let a handle out of custody: from then on the key in this file signs for it, and nobody else does.

    Raises:
        KeyFileMissing, WrongPassphrase: the file does not open, so nothing was done. FromNode, Unreachable.
    """
    key = yield from work(load_key, Path(path), passphrase)
    return (yield from _leave(core, token, handle, key, code))


def take_home(core: Core, token: str, handle: str, path: str | Path, passphrase: str, code: str) -> Flow[dict[str, Any]]:
    """As `hand_over`, with a key that is made here and was never in custody; a file that is there already is gone on with.

    Raises:
        OwnKeyElsewhere: the file is another handle's. WrongPassphrase, FromNode, Unreachable.
    """
    key = yield from work(_own_key, core, Path(path), handle, passphrase)
    return (yield from _leave(core, token, handle, key, code))


def invite(core: Core, token: str, login: str, *, officer: bool = False) -> Flow[dict[str, Any]]:
    """A new account with the one-time code for its owner. For officers.

    Raises:
        FromNode, Unreachable.
    """
    asked = {"kind": "officer" if officer else "person", "login": login}
    return dict((yield from _post(core, ("accounts",), token, asked)))


def accounts(core: Core, token: str) -> Flow[list[dict[str, Any]]]:
    """Every account, the newest first. For officers.

    Raises:
        FromNode, Unreachable.
    """
    return list((yield from _get(core, ("accounts",), token))["items"])


def bind_name(core: Core, token: str, account: str, name: str, number: str, *, kind: str = "resident") -> Flow[dict[str, Any]]:
    """Bind an account to the person whose papers one has seen; on the chain stands a salted commitment alone. For officers.

    Raises:
        FromNode: the number is wrong, or the person has an account. Unreachable.
    """
    asked = {"account": account, "kind": kind, "name": name, "number": number}
    return dict((yield from _post(core, ("names",), token, asked)))


def ask(core: Core, token: str, kind: str, account: str, reason: str, *, handle: str = "") -> Flow[dict[str, Any]]:
    """Ask for another officer's approval: `password`, `totp`, `handle`, `appoint`, `dismiss` or `close`.

    Raises:
        FromNode, Unreachable.
    """
    asked = {"account": account, "kind": kind, "reason": reason} | ({"handle": handle} if handle else {})
    return dict((yield from _post(core, ("requests",), token, asked)))


def requests(core: Core, token: str) -> Flow[list[dict[str, Any]]]:
    """Requests, the newest first. For officers.

    Raises:
        FromNode, Unreachable.
    """
    return list((yield from _get(core, ("requests",), token))["items"])


def decide(core: Core, token: str, request: str, code: str, *, approve: bool = True) -> Flow[dict[str, Any]]:
    """Approve or reject another officer's request; `code` of the answer is for the account's owner, where one is due.

    Raises:
        FromNode, Unreachable.
    """
    return dict((yield from _post(core, ("decisions",), token, {"approve": approve, "code": code, "request": request})))


def log(core: Core, token: str, *, after: int = 0, limit: int = 100) -> Flow[dict[str, Any]]:
    """A page of the log, which the service verifies as a whole. For officers.

    Raises:
        FromNode: it was changed, from which entry on. Unreachable.
    """
    return dict((yield from _get(core, ("log",), token, [("after", str(after)), ("limit", str(limit))])))


def deposit_log(core: Core, token: str) -> Flow[dict[str, Any]]:
    """Deposit the log's head on the chain now. For officers.

    Raises:
        FromNode, Unreachable.
    """
    return dict((yield from _post(core, ("log", "deposits"), token, {})))


def _keep(core: Core, made: Sequence[Opening], transaction: str) -> None:
    """Keep what opens the commitments of an act."""
    for each in made:
        core.journal.learn(note_of(core, each, transaction))


def _leave(core: Core, token: str, handle: str, key: PrivateKey, code: str) -> Flow[dict[str, Any]]:
    signer = SoftwareSigner(core.hasher.suite, key)
    asked = {
        "code": code,
        "handle": handle,
        "not_after": int(core.clock()) + 5 * _YEAR_S,
        "possession": possession(core, handle, signer),
        "public_key": key.public_key.hex(),
    }
    return dict((yield from _post(core, ("hand-over",), token, asked)))


def _own_key(core: Core, path: Path, handle: str, passphrase: str) -> PrivateKey:
    if path.exists():
        if read_key_file(path).name != handle:
            raise OwnKeyElsewhere(path=str(path), handle=handle)
        return load_key(path, passphrase)
    key = core.hasher.suite.generate()
    save_key(path, key, passphrase, name=handle)
    return key


def _write_new(path: Path, data: bytes) -> None:
    if path.exists():
        raise KeyFileExists(path=str(path))
    write_atomically(path, data, mode=0o600)


def _get(core: Core, parts: Sequence[str], token: str, query: Sequence[tuple[str, str]] = ()) -> Flow[Any]:
    answer = yield from call(Call("GET", path_of("custody", *parts), query, timeout_s=_TIMEOUT_S, headers=_bearer(token)))
    return as_json(answer, core.url)


def _post(core: Core, parts: Sequence[str], token: str, asked: Mapping[str, Any]) -> Flow[Any]:
    body = canonical.encode(dict(asked))
    answer = yield from call(Call("POST", path_of("custody", *parts), body=body, timeout_s=_TIMEOUT_S, headers=_bearer(token)))
    return as_json(answer, core.url)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
