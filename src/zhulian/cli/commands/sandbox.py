"""`zhulian sandbox`: copy an application, desensitised, into a throw-away chain; try actions and changed rules there; throw it away."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import NO, BadValue, FileMissing
from zhulian.cli.output import answer, remark, table
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import home, settings
from zhulian.cli.words import language, say
from zhulian.files import write_atomically

if TYPE_CHECKING:
    from zhulian.assure.sandbox.copy import Copy
    from zhulian.assure.sandbox.folder import Sandboxes
    from zhulian.assure.sandbox.trying import Tried
    from zhulian.errors import Words
    from zhulian.language.definition.views import Step, Tree

app = application("sandbox")
Name = Annotated[str, typer.Argument(help="sandbox.name", metavar="NAME")]
Steps = Annotated[Path, typer.Argument(help="sandbox.steps", metavar="STEPS")]
_FILE_MAX = 256 * 1024


@command(app, "open", "sandbox.open.help")
def open_(
    name: Name,
    instance: Annotated[str, typer.Option("--from", help="sandbox.from", metavar="INSTANCE")],
    select: Annotated[list[str] | None, typer.Option("--select", help="sandbox.select", metavar="RECORD")] = None,
    coarsen: Annotated[int, typer.Option("--coarsen", help="sandbox.coarsen", min=0, max=100_000_000, metavar="FEN")] = 0,
    node: Node = None,
    signer: As = None,
) -> None:
    """Copy an instance, desensitised, and say what became of each field."""
    from zhulian.assure.sandbox.staging import checked_for, put_up
    from zhulian.assure.sandbox.taking import take

    kept = _sandboxes()
    kept.require_free(name)
    with open_chain(node, signer) as chain:
        copy = take(chain, instance, select or (), coarsen)
    _, left = put_up(name, copy, checked_for(copy, copy.tree, ()))
    place = kept.save(name, copy)
    lines = [say("sandbox.opened", name=name, instance=instance, height=copy.height, records=len(copy.records), path=place)]
    lines += [say(f"sandbox.how.{each.how}", record=each.record, field=each.field, count=each.values) for each in copy.report]
    lines += [say("sandbox.left", what=each.what, why=_in(each.why)) for each in left]
    report = [{"record": each.record, "field": each.field, "how": each.how, "values": each.values} for each in copy.report]
    answer({"sandbox": name, "of": copy.of, "records": len(copy.records), "report": report, "left_out": _left(left)}, *lines)


@command(app, "try", "sandbox.try.help")
def try_(
    name: Name,
    steps: Steps,
    definition: Annotated[Path | None, typer.Option("--definition", help="sandbox.definition", metavar="FILE")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="sandbox.out", metavar="FOLDER")] = None,
) -> None:
    """Play steps on the copied state, a narrator's line for each; nothing of it counts anywhere."""
    copy = _sandboxes().load(name)
    done = _tried(name, copy, copy.tree if definition is None else _tree(definition), _steps(steps), steps.parent)
    lines = [say("sandbox.trying", name=name, of=copy.of.partition(".")[0])]
    for number, step in enumerate(done.steps, 1):
        lines.append(f"  {number}. {_in(step.told)}")
    lines += [say("sandbox.left", what=each.what, why=_in(each.why)) for each in done.left_out]
    if out is not None:
        _write(out, done)
        lines.append(say("line.written", path=out))
    shown = [
        {
            "zh": each.told.zh,
            "en": each.told.en,
            "refused": each.refusal.code if each.refusal else None,
            "alerts": list(each.alerts),
        }
        for each in done.steps
    ]
    answer({"sandbox": name, "steps": shown, "records": done.records, "left_out": _left(done.left_out)}, *lines)


@command(app, "compare", "sandbox.compare.help")
def compare(
    name: Name,
    steps: Steps,
    definition: Annotated[Path, typer.Option("--definition", help="sandbox.definition", metavar="FILE")],
) -> None:
    """Play steps under the rules of production and under changed ones, and show what comes out otherwise."""
    from zhulian.assure.sandbox.trying import compare as differences

    copy, told = _sandboxes().load(name), _steps(steps)
    now, then = (_tried(name, copy, tree, told, steps.parent) for tree in (copy.tree, _tree(definition)))
    found = differences(now, then)
    if settings.json:
        answer({"differences": [{"what": each.what, "now": each.now, "then": each.then} for each in found]})
    elif not found:
        answer({}, say("sandbox.same"))
    else:
        heads = [say("column.sandbox_what"), say("column.sandbox_now"), say("column.sandbox_then")]
        table(heads, [[each.what, each.now or "–", each.then or "–"] for each in found])


@command(app, "list", "sandbox.list.help")
def list_() -> None:
    """List the sandboxes of this home."""
    names = _sandboxes().names()
    answer({"sandboxes": names}, *(names or [say("sandbox.none")]))


@command(app, "drop", "sandbox.drop.help")
def drop(name: Name) -> None:
    """Remove a sandbox with everything in it."""
    _sandboxes().drop(name)
    answer({"dropped": name}, say("sandbox.dropped", name=name))


def _sandboxes() -> "Sandboxes":
    from zhulian.assure.sandbox.folder import Sandboxes

    return Sandboxes(home().sandboxes)


def _tried(name: str, copy: "Copy", tree: "Tree", steps: "tuple[Step, ...]", folder: Path) -> "Tried":
    from zhulian.assure.sandbox.trying import try_out
    from zhulian.language.definition.errors import LanguageFaults

    try:
        return try_out(name, copy, tree, steps, folder)
    except LanguageFaults as faults:
        raise _ended(faults) from None


def _steps(file: Path) -> "tuple[Step, ...]":
    from zhulian.assure.sandbox.trying import read_steps_file
    from zhulian.language.definition.errors import LanguageFaults

    try:
        return read_steps_file(_read(file))
    except LanguageFaults as faults:
        raise _ended(faults) from None


def _tree(file: Path) -> "Tree":
    from zhulian.language.definition.errors import LanguageFaults
    from zhulian.language.definition.reading import read_definition

    try:
        return read_definition(_read(file)).tree
    except LanguageFaults as faults:
        raise _ended(faults) from None


def _ended(faults: Any) -> typer.Exit:
    """Every fault on standard error, and the end of the command."""
    for each in faults.found:
        remark(f"{each.code}  {' '.join(each.say(language()).split(chr(10)))}")
    if settings.json:
        answer({"sound": False, "faults": [each.as_problem() for each in faults.found]})
    return typer.Exit(NO)


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise FileMissing(path=str(file))
    with file.open("rb") as opened:
        return opened.read(_FILE_MAX + 1)


def _write(folder: Path, done: "Tried") -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "genesis.json", done.genesis)
        for name, receipt in done.receipts.items():
            write_atomically(folder / f"{name}.receipt.json", (json.dumps(receipt, ensure_ascii=False) + "\n").encode())
    except OSError as wrong:
        raise BadValue(command="zhulian sandbox try", name="--out", why=f"{folder}: {wrong.strerror}") from None


def _left(left: Any) -> list[dict[str, Any]]:
    return [{"what": each.what, "why": {"zh": each.why.zh, "en": each.why.en}} for each in left]


def _in(words: "Words") -> str:
    return words.say(language())
