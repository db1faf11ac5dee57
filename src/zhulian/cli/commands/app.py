"""`zhulian app`: the applications of the chain; their actions, records, histories and proofs.

What an application can do is known only when its definition has been read, so the words after its name are told apart here.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhulian.cli.app_reading import (
    balances_of,
    called_action,
    called_record,
    called_state,
    describe,
    history_of,
    listed,
    proposals_of,
    prove,
    records_of,
    roles_of,
    show,
)
from zhulian.cli.app_words import Words, read_by, read_pairs, split_words
from zhulian.cli.errors import NO, BadValue
from zhulian.cli.output import answer, progress, when
from zhulian.cli.parser import subcommand
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import App, Chain
    from zhulian.client.apps.acting import Done

app, register = subcommand("app", "app.help")

COMMAND = "zhulian app"
VERBS = ("show", "history", "prove", "list", "roles", "balances", "proposals", "approve", "withdraw", "admit", "dismiss", "seal")
"""Words after the name that are no actions. Where an action has the same name, a dot before the word means this one: `.history`."""

Target = Annotated[Path | None, typer.Option("--file", help="app.file", metavar="PATH")]
Folder = Annotated[Path | None, typer.Option("--out", help="app.out", metavar="FOLDER")]


@register
def app_(
    name: Annotated[str | None, typer.Argument(help="app.name", metavar="[NAME]")] = None,
    words: Annotated[list[str] | None, typer.Argument(help="app.words", metavar="[ACTION [KEY…] [INPUT=VALUE…]]")] = None,
    by: Annotated[list[str] | None, typer.Option("--by", help="app.by", metavar="NAME=PARTY")] = None,
    sign: Annotated[list[str] | None, typer.Option("--sign", help="app.sign", metavar="SIGNER")] = None,
    propose: Annotated[bool, typer.Option("--propose", help="app.propose")] = False,
    until: Annotated[str, typer.Option("--for", help="app.for", metavar="TIME")] = "3d",
    check: Annotated[bool, typer.Option("--check", help="app.check")] = False,
    stub: Annotated[bool, typer.Option("--stub", help="app.stub")] = False,
    starts: Annotated[str, typer.Option("--starts", help="app.starts", metavar="TEXT")] = "",
    after: Annotated[str | None, typer.Option("--after", help="state.after", metavar="CURSOR")] = None,
    out: Folder = None,
    file: Target = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """List applications, describe one, act in it, or read from it."""
    with open_chain(node, signer) as chain:
        if name is None:
            listed(chain)
            return
        opened = chain.app(name)
        given = list(words or ())
        if stub:
            text = opened.stub()
            answer({"instance": name, "stub": text}, text.rstrip("\n"))
        elif not given:
            describe(chain, opened)
        elif given[0].removeprefix(".") in VERBS and given[0] not in opened.actions:
            _read_or_sign(chain, opened, given[0].removeprefix("."), given[1:], sign, starts, after, out)
        else:
            found = split_words(opened.tree, given[0], given[1:])
            parties = read_by(by)
            if check:
                _check(opened, found, parties, sign)
                return
            chain.resume()
            _act(chain, opened, found, parties, sign, until if propose else None, out, file)


def _act(
    chain: "Chain",
    opened: "App",
    words: Words,
    by: dict[str, str] | str | None,
    sign: list[str] | None,
    until: str | None,
    out: Path | None,
    file: Path | None,
) -> None:
    folder = out or Path()
    signers = sign or None
    if until is None:
        done = opened.act(words.action, *words.on, by=by, signers=signers, save=folder, given=words.inputs)
    else:
        done = opened.propose(words.action, *words.on, by=by, signers=signers, save=folder, expires=until, given=words.inputs)
    verb = ".approve" if "approve" in opened.actions else "approve"
    lines = [say("app.proposed", proposal=done.transaction, name=opened.instance, verb=verb)] if until is not None else []
    if file is not None:
        with progress("progress.opening", None, is_bytes=False):
            found = opened.opened(done, out=file, signers=signers)
        done = replace(done, written=(*done.written, *([found.path] if found.path is not None else [])))
    elif any(each.get("type") == "share.opened" for each in done.events):
        content = next(each["content"] for each in done.events if each.get("type") == "share.opened")
        lines = [*lines, say("app.fetch", content=content, opening=done.transaction)]
    _tell(chain, opened, done, lines)


def _tell(chain: "Chain", opened: "App", done: "Done", lines: list[str]) -> None:
    proved = done.receipt.proved
    document = {
        "instance": done.instance,
        "action": done.action,
        "record": done.record,
        "key": done.key,
        "transaction": done.transaction,
        "height": done.height,
        "time_ms": proved.not_before_ms,
        "sealed_ms": proved.not_after_ms,
        "events": done.events,
        "written": [str(path) for path in done.written],
    }
    name = called_record(opened.tree, done.record) if done.record and done.key else ""
    what = " ".join(each for each in (name, done.key) if each)
    moved = next((each["state"] for each in done.events if each.get("key") == done.key and each.get("state")), None)
    time = when(proved.not_before_ms, chain.core.genesis.zone)
    answer(
        document,
        say("app.done", action=called_action(opened.tree, done.action), what=what or done.instance),
        *([say("app.state", state=called_state(opened.tree, done.record, moved))] if moved else []),
        say("deposit.where", height=proved.height, time=time, transaction=done.transaction),
        *lines,
        *(say("line.written", path=path) for path in done.written),
        *([say("app.keep_opening")] if done.openings else []),
    )


def _check(opened: "App", words: Words, by: dict[str, str] | str | None, sign: list[str] | None) -> None:
    found = opened.check(words.action, *words.on, by=by, signers=sign or None, given=words.inputs)
    if found["allowed"]:
        answer(found, say("app.allowed", action=words.action))
        return
    no = found["refusal"]
    answer(found, say("app.not_allowed", action=words.action, code=no["code"], why=no["zh" if language() == "zh" else "en"]))
    raise typer.Exit(NO)


def _read_or_sign(
    chain: "Chain",
    opened: "App",
    verb: str,
    words: list[str],
    sign: list[str] | None,
    starts: str,
    after: str | None,
    out: Path | None,
) -> None:
    if verb in ("approve", "withdraw"):
        (proposal,) = _exactly(verb, words, ("PROPOSAL",))
        _tell(chain, opened, getattr(opened, verb)(proposal, signers=sign or None, save=out or Path()), [])
    elif verb in ("admit", "dismiss"):
        role, party = _exactly(verb, words, ("ROLE", "PARTY"))
        _tell(chain, opened, getattr(opened, verb)(role, party, signers=sign or None, save=out or Path()), [])
    elif verb == "seal":
        _seal(opened, words, out)
    elif verb == "list":
        (record,) = _exactly(verb, words, ("RECORD",))
        records_of(opened, record, starts, after)
    elif verb == "roles":
        roles_of(opened, words[0] if words else None)
    elif verb == "balances":
        balances_of(opened, words[0] if words else None)
    elif verb == "proposals":
        proposals_of(chain, opened)
    else:
        if not words:
            raise BadValue(
                command=f"{COMMAND} {opened.instance} {verb}", name="RECORD", why=say("app.needs", names="RECORD [KEY…]")
            )
        record, key = words[0], words[1] if len(words) == 2 else words[1:]
        {"show": show, "history": history_of, "prove": prove}[verb](chain, opened, record, key, out)


def _seal(opened: "App", words: list[str], out: Path | None) -> None:
    """Make the file that seals a group of a record and later opens it; `out` is the file."""
    record, group = _exactly("seal", words[:2], ("RECORD", "GROUP"))
    path = out or Path(f"{record}.{group}.sealed.json")
    opened.seal(record, group, save=path, given=read_pairs(words[2:], "FIELD=VALUE"))
    answer({"path": str(path)}, say("app.sealed", path=path, group=group))


def _exactly(verb: str, words: list[str], names: tuple[str, ...]) -> list[str]:
    if len(words) != len(names):
        raise BadValue(command=f"{COMMAND} NAME {verb}", name=" ".join(names), why=say("app.needs", names=" ".join(names)))
    return words
