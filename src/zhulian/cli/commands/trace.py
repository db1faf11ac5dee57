"""`zhulian trace`: the way of things and of gifts, EPCIS documents in and out, identifiers brought to one spelling."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from zhulian.cli.app_words import read_pairs
from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, table, when
from zhulian.cli.papers import record_name
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import say

app = application("trace")

Instance = Annotated[str, typer.Argument(help="ballot.instance", metavar="INSTANCE")]
Record = Annotated[list[str], typer.Argument(help="ballot.record", metavar="RECORD KEY…")]
Thing = Annotated[list[str], typer.Argument(help="trace.thing", metavar="IDENTIFIER | RECORD KEY…")]
Document = Annotated[Path, typer.Argument(help="trace.document", metavar="FILE")]
_DOCUMENT_MAX = 16 * 1024 * 1024


@command(app, "gift", "trace.gift.help")
def gift(instance: Instance, record: Record, node: Node = None) -> None:
    """Show every part of a gift or a spending."""
    with open_chain(node) as chain:
        way = chain.trace(record_name(instance, record))
        zone = chain.core.genesis.zone
    parts = [{"amount": each.amount, "record": each.record, "time_ms": each.time_ms} for each in way.parts]
    document = {"amount": way.amount, "fund": way.fund, "gift": way.is_gift, "parts": parts, "record": way.record}
    head = "trace.gift" if way.is_gift else "trace.spending"
    lines = [say(head, record=way.record, amount=_yuan(way.amount), fund=way.fund)]
    for each in way.parts:
        name = "trace.to" if way.is_gift else "trace.from"
        lines.append(say(name, amount=_yuan(each.amount), record=each.record, time=when(each.time_ms, zone)))
    if way.is_gift:
        document["unspent"] = way.unspent
        lines += [say("trace.unspent", amount=_yuan(way.unspent))] if way.unspent else []
    answer(document, *lines)


@command(app, "way", "trace.way.help")
def way(instance: Instance, thing: Thing, node: Node = None) -> None:
    """The whole way of a thing: where it comes from, every event, and whether it is recalled."""
    with open_chain(node) as chain:
        found = chain.tracing.whole_way(_record(chain, instance, thing))
        zone = chain.core.genesis.zone
    document = {
        "thing": _followed(found.thing),
        "recalled": found.recalled,
        "sources": [_followed(each) for each in found.sources],
        "events": [
            {"event": each.event, "by": each.what.by, "kind": each.what.kind, "step": each.what.step, "time_ms": each.what.time_ms,
             "things": list(each.what.things), "made": list(each.what.made), "declared_wrong_by": each.what.declared_wrong_by}
            for each in found.steps
        ],
    }  # fmt: skip
    marks = [(each.identifier, each.mark) for each in (found.thing, *found.sources)]
    recalls = [
        say("trace.recalled", thing=thing, by=mark.by, time=when(mark.time_ms, zone)) for thing, mark in marks if mark is not None
    ]
    answer(document, say("trace.way", thing=found.thing.identifier, holder=found.thing.holder), *recalls)
    if not settings.json:
        _steps(found, zone)


@command(app, "affected", "trace.affected.help")
def affected(instance: Instance, thing: Thing, node: Node = None) -> None:
    """Everything that came of a thing."""
    with open_chain(node) as chain:
        found = chain.tracing.affected(_record(chain, instance, thing))
    answer([_followed(each) for each in found], say("trace.affected", count=len(found)))
    if found and not settings.json:
        heads = (say("trace.head_thing"), say("trace.head_holder"), say("trace.head_within"))
        table(heads, [(each.identifier, each.holder, each.within or "-") for each in found])


@command(app, "paper", "trace.paper.help")
def paper(
    instance: Instance,
    file: Document,
    out: Annotated[Path, typer.Option("--out", help="trace.out", metavar="FOLDER")] = Path(),
    signer: As = None,
    node: Node = None,
) -> None:
    """Write the papers of a document's events."""
    from zhulian.files import write_atomically

    with open_chain(node, signer) as chain:
        found = chain.tracing.papers(instance, _read(file), signer)
    written = []
    for place, text in enumerate(found.values(), 1):
        path = out / f"{file.stem}-{place}.paper.json"
        try:
            write_atomically(path, text.encode())
        except OSError as wrong:
            raise BadValue(command="zhulian trace paper", name="--out", why=f"{path}: {wrong.strerror}") from None
        written.append(str(path))
    answer({"written": written}, *(say("ballot.written", path=path, instance=instance) for path in written))


@command(app, "import", "trace.import.help")
def take_in(
    instance: Instance,
    file: Document,
    action: Annotated[list[str] | None, typer.Option("--action", help="trace.action", metavar="STEP=ACTION")] = None,
    given: Annotated[list[str] | None, typer.Option("--with", help="trace.with", metavar="NAME=VALUE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Record every event of an EPCIS document."""
    with open_chain(node, signer) as chain:
        found = chain.tracing.import_document(
            instance,
            _read(file),
            actions=read_pairs(action, "--action"),
            given=read_pairs(given, "--with"),
            signer=signer,
        )
    document = [
        {
            "event": each.event,
            "action": each.action,
            "record": each.record,
            "transaction": each.transaction,
            "height": each.height,
        }
        for each in found
    ]
    lines = [say("trace.noted", event=each.event, record=each.record, height=each.height) for each in found]
    answer(document, *lines, say("trace.imported", count=len(found)))


@command(app, "export", "trace.export.help")
def hand_out(
    instance: Instance,
    thing: Thing,
    out: Annotated[Path, typer.Option("--out", help="trace.file_out", metavar="FILE")],
    original: Annotated[list[Path] | None, typer.Option("--original", help="trace.original", metavar="FILE")] = None,
    node: Node = None,
) -> None:
    """Write the whole way of a thing as an EPCIS document."""
    from zhulian.files import write_atomically

    with open_chain(node) as chain:
        found = chain.tracing.export(_record(chain, instance, thing), [_read(each) for each in original or ()])
    try:
        write_atomically(out, json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n", mode=0o644)
    except OSError as wrong:
        raise BadValue(command="zhulian trace export", name="--out", why=f"{out}: {wrong.strerror}") from None
    events = len(found["epcisBody"]["eventList"])
    answer({"written": str(out), "events": events}, say("trace.exported", path=out, count=events))


@command(app, "identifier", "trace.identifier.help")
def identifier(text: Annotated[str, typer.Argument(help="trace.text", metavar="IDENTIFIER")]) -> None:
    """An identifier in its one spelling."""
    from zhulian.identifiers import normalise

    found = normalise(text)
    answer({"identifier": found}, found)


def _record(chain: Any, instance: str, thing: list[str]) -> str:
    """The full name of a record that is named by its identifier, or by its type and key."""
    if len(thing) == 1:
        return str(chain.tracing.find(instance, thing[0]))
    return record_name(instance, thing)


def _read(file: Path) -> bytes:
    if not file.is_file():
        raise FileMissing(path=str(file))
    with file.open("rb") as opened:
        return opened.read(_DOCUMENT_MAX + 1)


def _followed(thing: Any) -> dict[str, Any]:
    mark = thing.mark
    recall = None if mark is None else {"by": mark.by, "height": mark.height, "time_ms": mark.time_ms}
    return {
        "record": thing.record,
        "identifier": thing.identifier,
        "holder": thing.holder,
        "within": thing.within,
        "recall": recall,
    }


def _steps(found: Any, zone: str) -> None:
    heads = (
        say("trace.head_time"),
        say("trace.head_by"),
        say("trace.head_step"),
        say("trace.head_thing"),
        say("trace.head_made"),
    )
    rows = []
    for each in found.steps:
        what = each.what
        mark = " ✗" if what.declared_wrong_by else ""
        rows.append(
            (when(what.time_ms, zone), what.by, (what.step or what.kind) + mark, _tails(what.things), _tails(what.made) or "-")
        )
    table(heads, rows)


def _tails(identifiers: Any) -> str:
    """The last parts of identifiers, as many as fit a cell."""
    tails = [each.rstrip("/").rpartition("/")[2] for each in identifiers]
    return ", ".join(tails[:3]) + ("…" if len(tails) > 3 else "")


def _yuan(fen: int) -> str:
    return f"¥{fen // 100:,}.{fen % 100:02d}"
