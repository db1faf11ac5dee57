"""`zhulian draw`: the papers of draws that nobody can steer, and the draw made again by anyone."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer
from zhulian.cli.papers import record_name, write_paper
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import say

app = application("draw")

Instance = Annotated[str, typer.Argument(help="ballot.instance", metavar="INSTANCE")]
Record = Annotated[list[str], typer.Argument(help="draw.record", metavar="RECORD KEY…")]
Out = Annotated[Path | None, typer.Option("--out", help="ballot.out", metavar="FILE")]
_LIST_MAX = 64 * 1024 * 1024


@command(app, "key", "draw.key.help")
def key(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a contributor's key for shares."""
    with open_chain(node, signer) as chain:
        text = chain.drawing.key_paper(record_name(instance, record), signer)
    write_paper("zhulian draw", text, instance, record, "key", out)


@command(app, "deal", "draw.deal.help")
def deal(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a contributor's secret, dealt."""
    with open_chain(node, signer) as chain:
        text = chain.drawing.deal_paper(record_name(instance, record), signer)
    write_paper("zhulian draw", text, instance, record, "deal", out)


@command(app, "reveal", "draw.reveal.help")
def reveal(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a contributor's secret itself."""
    with open_chain(node, signer) as chain:
        text = chain.drawing.reveal_paper(record_name(instance, record), signer)
    write_paper("zhulian draw", text, instance, record, "reveal", out)


@command(app, "recover", "draw.recover.help")
def recover(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a contributor's parts of what others withhold."""
    with open_chain(node, signer) as chain:
        text = chain.drawing.recovery_paper(record_name(instance, record), signer)
    write_paper("zhulian draw", text, instance, record, "recover", out)


@command(app, "again", "draw.again.help")
def again(
    instance: Instance,
    record: Record,
    listed: Annotated[Path | None, typer.Option("--list", help="draw.list", metavar="FILE")] = None,
    node: Node = None,
) -> None:
    """Draw again; exit status 1 where it comes out differently."""
    entries = None if listed is None else _entries(listed)
    with open_chain(node, None) as chain:
        found = chain.drawing.again(record_name(instance, record), entries)
    rows = list(zip(found.places, found.entries or [""] * len(found.places), strict=True))
    document = {
        "agrees": True,
        "seed": found.seed,
        "drawn": [{"place": place, **({"entry": entry} if entry else {})} for place, entry in rows],
    }
    lines = [say("draw.agrees", count=len(rows)), say("draw.seed", seed=found.seed)]
    for turn, (place, entry) in enumerate(rows, 1):
        lines.append(
            say("draw.entry", turn=turn, entry=entry, place=place) if entry else say("draw.place", turn=turn, place=place)
        )
    answer(document, *lines)


def _entries(path: Path) -> list[str]:
    if not path.is_file():
        raise FileMissing(path=str(path))
    with path.open("rb") as file:
        data = file.read(_LIST_MAX + 1)
    if len(data) > _LIST_MAX:
        raise BadValue(command="zhulian draw again", name="--list", why=f"{path}: > {_LIST_MAX} B")
    try:
        return [line.strip() for line in data.decode("utf-8-sig").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise BadValue(command="zhulian draw again", name="--list", why=f"{path}: UTF-8?") from None
