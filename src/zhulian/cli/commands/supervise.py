"""`zhulian supervise`: follow a case through all applications as the regulator, and see everything that the regulator did."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import say
from zhulian.files import write_atomically

if TYPE_CHECKING:
    from zhulian.client.supervising.cases import CaseStep

app = application("supervise")
_TOLD = (
    "action",
    "record",
    "key",
    "state",
    "asset",
    "amount",
    "from_owner",
    "to_owner",
    "owner",
    "party",
    "role",
    "target",
    "scope",
)


@command(app, "case", "supervise.case.help")
def case(
    scope: Annotated[str, typer.Argument(help="supervise.scope", metavar="SCOPE")],
    officers: Annotated[list[str], typer.Option("--as", help="mandate.officers", metavar="SIGNER")],
    document: Annotated[Path | None, typer.Option("--document", help="mandate.document", metavar="FILE")] = None,
    days: Annotated[int, typer.Option("--days", help="supervise.days", min=1, max=366)] = 30,
    under: Annotated[str | None, typer.Option("--under", help="supervise.under", metavar="TRANSACTION")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="supervise.out", metavar="FOLDER")] = None,
    node: Node = None,
) -> None:
    """Follow a party, record, instance or asset class through all applications, every step with its proof."""
    if (document is None) == (under is None):
        raise BadValue(command="zhulian supervise case", name="--document", why=say("supervise.one_of"))
    if under is None and (len(officers) != 2 or officers[0] == officers[1]):
        raise BadValue(command="zhulian supervise case", name="--as", why=say("mandate.two"))
    if document is not None and not document.is_file():
        raise FileMissing(path=str(document))
    with open_chain(node, officers[0]) as chain:
        inspection, upto = under or "", 0
        if document is not None:
            digest = chain.core.hasher.suite.digest(document.read_bytes()).hex()
            until = int(chain.core.clock()) + days * 86_400
            declared = chain.supervise.inspect(scope, document=digest, until=until, signers=officers)
            inspection, upto = declared.transaction, declared.height or 0
        found = chain.supervise.case(scope, inspection, upto=upto)
        zone = chain.core.genesis.zone
    steps = [_plain(each) for each in found.steps]
    told = {"scope": scope, "inspection": inspection, "height": found.height, "steps": steps}
    lines = [say("supervise.head", scope=scope, inspection=inspection, height=found.height, count=len(steps))]
    lines += [_line(each, zone) for each in found.steps]
    if out is not None:
        _write(out, told, found.steps)
        lines.append(say("line.written", path=out))
    answer(told, *lines)


@command(app, "log", "supervise.log.help")
def log(node: Node = None, signer: As = None) -> None:
    """Show everything that the regulator did under its mandate."""
    with open_chain(node, signer) as chain:
        found = chain.supervise.log()
        zone = chain.core.genesis.zone
    lines = [
        say(
            f"supervise.{each.event['type'].partition('.')[2]}",
            time=when(each.time_ms, zone)[:19],
            target=each.event.get("target") or each.event.get("scope"),
            officers=", ".join(each.event["officers"]),
            document=each.event["document"][:16],
            until=when(each.event.get("until", 0) * 1000, zone)[:10],
            height=each.height,
        )
        for each in found
    ]
    answer({"uses": [_plain(each) for each in found]}, *(lines or [say("supervise.nothing")]))


def _plain(step: "CaseStep") -> dict[str, Any]:
    return {
        "height": step.height,
        "time_ms": step.time_ms,
        "transaction": step.transaction,
        "proved": step.receipt is not None,
        "event": step.event,
    }


def _line(step: "CaseStep", zone: str) -> str:
    event = step.event
    told = " ".join(f"{name}={event[name]}" for name in _TOLD if event.get(name) not in (None, ""))
    proof = say("supervise.proved" if step.receipt is not None else "supervise.by_itself")
    return say(
        "supervise.step", time=when(step.time_ms, zone)[:19], height=step.height, where=event.get("instance", "–"), what=event["type"],
        told=told, proof=proof,
    )  # fmt: skip


def _write(folder: Path, told: dict[str, Any], steps: "tuple[CaseStep, ...]") -> None:
    """The case, and the receipts that prove it, as files for `zhulian verify`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / "case.json", (json.dumps(told, ensure_ascii=False, indent=2) + "\n").encode())
        for each in steps:
            if each.receipt is not None:
                place = folder / f"{each.transaction}.receipt.json"
                write_atomically(place, (json.dumps(each.receipt, ensure_ascii=False) + "\n").encode())
    except OSError as wrong:
        raise BadValue(command="zhulian supervise case", name="--out", why=f"{folder}: {wrong.strerror}") from None
