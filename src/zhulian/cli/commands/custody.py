"""`zhulian custody`: set it up, sign in, act through the agent, take a key home; and what officers do."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from zhulian.cli.describing import describing_of
from zhulian.cli.output import answer, harmless, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, acting_home, ask_line, ask_secret, open_chain
from zhulian.cli.state import home, settings
from zhulian.cli.words import say
from zhulian.client.errors import NoCustodySession
from zhulian.files import write_atomically

app = application("custody")
Login = Annotated[str, typer.Argument(help="custody.login", metavar="NAME")]
Handle = Annotated[str, typer.Argument(help="custody.handle", metavar="HANDLE")]
File = Annotated[Path, typer.Argument(help="custody.file", metavar="FILE")]
Code = Annotated[str | None, typer.Option("--code", help="custody.code", metavar="CODE")]
_PASSWORD, _PASSPHRASE = "ZHULIAN_CUSTODY_PASSWORD", "ZHULIAN_CUSTODY_PASSPHRASE"


@command(app, "init", "custody.init.help")
def init(
    first: Annotated[str, typer.Argument(help="custody.officer", metavar="OFFICER")],
    second: Annotated[str, typer.Argument(help="custody.officer", metavar="OFFICER")],
    node: Node = None,
) -> None:
    """Set custody up on this machine with two officers, and show their one-time codes."""
    from zhulian.offchain.custody.founding import key_file, set_up

    chosen = acting_home(node)
    codes = set_up(chosen, [first, second])
    lines = [say("custody.code_for", login=login, code=code) for login, code in codes.items()]
    answer({"codes": codes, "key": str(key_file(chosen))}, *lines, say("custody.set_up", path=key_file(chosen)))


@command(app, "status", "custody.status.help")
def status(node: Node = None) -> None:
    """Show which organisation keeps keys at the node."""
    with open_chain(node) as chain:
        found = chain.custody.about()
    answer(found, say("custody.about", **found))


@command(app, "enrol", "custody.enrol.help")
def enrol(
    login: Login,
    code: Annotated[str | None, typer.Option("--one-time", help="custody.one_time", metavar="CODE")] = None,
    totp: Code = None,
    node: Node = None,
) -> None:
    """Take up an account with a one-time code: set the password, get the second factor."""
    given = code or ask_secret("custody.one_time", option="--one-time", hidden=False)
    password = ask_secret("prompt.custody_password", _PASSWORD, twice=True)
    with open_chain(node) as chain:
        found = chain.custody.enrol(login, given, password, totp=totp or "")
    if not found["totp_secret"]:
        answer(found, say("custody.password_set"))
        return
    lines = [say("custody.totp", secret=found["totp_secret"], address=found["totp_address"]), say("custody.codes")]
    answer(found, *lines, *(f"  {each}" for each in found["recovery_codes"]))


@command(app, "sign-in", "custody.sign_in.help")
def sign_in(login: Login, code: Code = None, node: Node = None) -> None:
    """Sign in; the session is kept in the home, readable by this user alone."""
    password = ask_secret("prompt.custody_password", _PASSWORD)
    with open_chain(node) as chain:
        found = chain.custody.sign_in(login, password, _code(code))
    write_atomically(_session_file(), found.pop("token").encode(), mode=0o600)
    found.pop("csrf")
    answer(found, say("custody.signed_in", login=found["login"], minutes=found["idle_s"] // 60))


@command(app, "directory", "custody.directory.help")
def directory(
    link: Annotated[bool, typer.Option("--link", help="custody.link")] = False,
    node: Node = None,
) -> None:
    """Sign in through the organisation's directory, or link the account with it.

    The address comes first, whoever reads it; what the browser came back to is typed or, where nobody sits, read as a line.
    """
    token = _token() if link else ""
    with open_chain(node) as chain:
        begun = chain.custody.directory_begin(token=token)
        asked = harmless(say("custody.go_to", address=begun["address"]))
        sys.stderr.write(f"{asked}\n")  # with --json too: without it nobody could answer
        sys.stderr.flush()
        found = chain.custody.directory_finish(ask_line("custody.came_to"), begun["binding"], token=token)
    if link:
        answer(found, say("custody.linked"))
        return
    write_atomically(_session_file(), found.pop("token").encode(), mode=0o600)
    found.pop("csrf")
    answer(found, say("custody.signed_in", login=found["login"], minutes=found["idle_s"] // 60))


@command(app, "sign-out", "custody.sign_out.help")
def sign_out(node: Node = None) -> None:
    """End the session."""
    token = _token()
    _session_file().unlink()
    with open_chain(node) as chain:
        chain.custody.sign_out(token)
    answer({"signed_out": True}, say("custody.signed_out"))


@command(app, "open", "custody.open.help")
def open_handle(
    instance: Annotated[str, typer.Argument(help="custody.instance", metavar="APP")],
    node: Node = None,
) -> None:
    """Open a handle in an application."""
    with open_chain(node) as chain:
        found = chain.custody.open_handle(_token(), instance)
    answer(found, say("custody.opened", handle=found["handle"], instance=instance))


@command(app, "handles", "custody.handles.help")
def handles(node: Node = None) -> None:
    """List one's handles."""
    with open_chain(node) as chain:
        found = chain.custody.handles(_token())
    _rows(found, ("handle", "instance", "state"))


@command(app, "deposit", "custody.deposit.help")
def deposit(
    handle: Handle,
    file: File,
    public: Annotated[bool, typer.Option("--public", help="evidence.public")] = False,
    about: Annotated[str | None, typer.Option("--about", help="evidence.about", metavar="TEXT")] = None,
    undescribed: Annotated[bool, typer.Option("--undescribed", help="evidence.undescribed")] = False,
    node: Node = None,
) -> None:
    """Deposit a file for one's handle."""
    describing = describing_of("zhulian custody deposit", about, undescribed)
    with open_chain(node) as chain:
        done = chain.custody.deposit(_token(), handle, file, public=public, describing=describing)
    _done(done)


@command(app, "act", "custody.act.help")
def act(handle: Handle, file: File, node: Node = None) -> None:
    """Let the agent send the messages in a JSON file for one's handle."""
    from zhulian.cli.errors import BadValue

    try:
        messages = json.loads(file.read_bytes())
    except (OSError, ValueError) as wrong:
        raise BadValue(command="zhulian custody act", name="FILE", why=str(wrong)[:200]) from None
    with open_chain(node) as chain:
        done = chain.custody.act(_token(), handle, messages if isinstance(messages, list) else [messages])
    _done(done)


@command(app, "acts", "custody.acts.help")
def acts(node: Node = None) -> None:
    """List what was done for one."""
    with open_chain(node) as chain:
        found = chain.custody.acts(_token())
        zone = chain.core.genesis.zone
    _rows([{**each, "time": when(each["at_ms"], zone)} for each in found], ("time", "types", "status", "transaction"))


@command(app, "export", "custody.export.help")
def export(handle: Handle, file: File, code: Code = None, node: Node = None) -> None:
    """Write a handle's key to a key file of one's own."""
    passphrase = ask_secret("prompt.key_passphrase", _PASSPHRASE, twice=True)
    with open_chain(node) as chain:
        path = chain.custody.export(_token(), handle, file, passphrase, _code(code))
    answer({"file": str(path)}, say("line.written", path=path), say("custody.exported"))


@command(app, "hand-over", "custody.hand_over.help")
def hand_over(handle: Handle, file: File, code: Code = None, node: Node = None) -> None:
    """Let a handle out of custody; where FILE is not there yet, a key is made in it."""
    passphrase = ask_secret("prompt.key_passphrase", _PASSPHRASE, twice=not file.exists())
    with open_chain(node) as chain:
        done = chain.custody.take_home(_token(), handle, file, passphrase, _code(code))
    answer(done, say("custody.handed_over", handle=handle, path=file))


@command(app, "invite", "custody.invite.help")
def invite(
    login: Login,
    officer: Annotated[bool, typer.Option("--officer", help="custody.as_officer")] = False,
    node: Node = None,
) -> None:
    """Make an account and show its one-time code. For officers."""
    with open_chain(node) as chain:
        found = chain.custody.invite(_token(), login, officer=officer)
    answer(found, say("custody.code_for", login=login, code=found["code"]))


@command(app, "accounts", "custody.accounts.help")
def accounts(node: Node = None) -> None:
    """List accounts. For officers."""
    with open_chain(node) as chain:
        found = chain.custody.accounts(_token())
    _rows(found, ("account", "login", "kind", "state"))


@command(app, "bind", "custody.bind.help")
def bind(
    account: Annotated[str, typer.Argument(help="custody.account", metavar="ACCOUNT")],
    kind: Annotated[str, typer.Option("--kind", help="custody.papers", metavar="KIND")] = "resident",
    node: Node = None,
) -> None:
    """Bind an account to a person. For officers."""
    name = ask_secret("custody.person", "ZHULIAN_CUSTODY_NAME", hidden=False)
    number = ask_secret("custody.number", "ZHULIAN_CUSTODY_NUMBER", hidden=False)
    with open_chain(node) as chain:
        done = chain.custody.bind_name(_token(), account, name, number, kind=kind)
    answer(done, say("custody.bound", account=account, commitment=done["commitment"]))


@command(app, "ask", "custody.ask.help")
def ask(
    kind: Annotated[str, typer.Argument(help="custody.kind", metavar="KIND")],
    account: Annotated[str, typer.Argument(help="custody.account", metavar="ACCOUNT")],
    reason: Annotated[str, typer.Option("--reason", help="custody.reason", metavar="TEXT")],
    handle: Annotated[str, typer.Option("--handle", help="custody.lost_handle", metavar="HANDLE")] = "",
    node: Node = None,
) -> None:
    """Ask for what another officer is to approve."""
    with open_chain(node) as chain:
        found = chain.custody.ask(_token(), kind, account, reason, handle=handle)
    answer(found, say("custody.asked", request=found["request"]))


@command(app, "requests", "custody.requests.help")
def requests(node: Node = None) -> None:
    """List requests. For officers."""
    with open_chain(node) as chain:
        found = chain.custody.requests(_token())
    _rows(found, ("request", "kind", "account", "state", "reason"))


@command(app, "decide", "custody.decide.help")
def decide(
    request: Annotated[str, typer.Argument(help="custody.request", metavar="REQUEST")],
    reject: Annotated[bool, typer.Option("--reject", help="custody.reject")] = False,
    code: Code = None,
    node: Node = None,
) -> None:
    """Approve another officer's request, or reject it."""
    with open_chain(node) as chain:
        found = chain.custody.decide(_token(), request, _code(code), approve=not reject)
    lines = [say("custody.rejected" if reject else "custody.approved", request=request)]
    if found.get("person"):
        lines.append(say("custody.revealed", **found["person"]))
    if found.get("code"):
        lines.append(say("custody.code_for", login=found["account"], code=found["code"]))
    answer(found, *lines)


@command(app, "log", "custody.log.help")
def log(
    after: Annotated[int, typer.Option("--after", help="custody.after", metavar="NUMBER", min=0)] = 0,
    deposit: Annotated[bool, typer.Option("--deposit", help="custody.deposit_log")] = False,
    node: Node = None,
) -> None:
    """Show the log, verified; or deposit its head on the chain. For officers."""
    with open_chain(node) as chain:
        zone = chain.core.genesis.zone
        if deposit:
            done = chain.custody.deposit_log(_token())
            answer(
                done, say("custody.log_deposited", number=done["number"], digest=done["digest"], status=done["outcome"]["status"])
            )
            return
        found = chain.custody.log(_token(), after=after)
    if settings.json:
        answer(found)
        return
    _rows(
        [{**each, "time": when(each["at_ms"], zone)} for each in found["entries"]], ("number", "time", "actor", "act", "subject")
    )
    answer(found, say("custody.log_holds", number=found["number"], digest=found["digest"]))


def _rows(found: Sequence[dict[str, Any]], names: Sequence[str]) -> None:
    if settings.json or not found:
        answer(list(found), say("custody.none"))
        return
    cells = [[" ".join(each[name]) if isinstance(each[name], list) else str(each[name]) for name in names] for each in found]
    table([say(f"column.{name}") for name in names], cells)


def _done(done: dict[str, Any]) -> None:
    if "refusal" in done:
        from zhulian.client.errors import FromNode

        raise FromNode(done["refusal"], 422)
    answer(done, say("custody.done", transaction=done["transaction"], status=done["status"]))


def _code(given: str | None) -> str:
    return given or ask_secret("custody.code", option="--code", hidden=False)


def _session_file() -> Path:
    return home().client / "custody.session"


def _token() -> str:
    given = os.environ.get("ZHULIAN_CUSTODY_TOKEN")
    if given:
        return given
    try:
        return _session_file().read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise NoCustodySession() from None
