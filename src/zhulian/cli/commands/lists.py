"""`zhulian lists`: roots of lists of codes and of items with amounts, and proofs of single entries, for inputs of applications."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, open_chain
from zhulian.cli.words import say
from zhulian.files import write_atomically

app = application("lists")

Codes = Annotated[Path, typer.Argument(help="lists.codes_file", metavar="FILE")]
Items = Annotated[Path, typer.Argument(help="lists.items_file", metavar="FILE.csv")]
Out = Annotated[Path, typer.Option("--out", help="lists.out", metavar="FILE")]


@command(app, "codes", "lists.codes.help")
def codes(file: Codes, out: Out, node: Node = None) -> None:
    """The root over a list of codes."""
    with open_chain(node) as chain:
        _write(out, chain.lists.codes_root(_codes(file)))


@command(app, "code", "lists.code.help")
def code(
    file: Codes,
    entry: Annotated[str, typer.Argument(help="lists.code", metavar="CODE")],
    out: Out,
    absent: Annotated[bool, typer.Option("--absent", help="lists.absent")] = False,
    node: Node = None,
) -> None:
    """The proof that a code is in the list, or is not."""
    with open_chain(node) as chain:
        _write(out, chain.lists.code_proof(_codes(file), entry, absent=absent))


@command(app, "bulk", "lists.bulk.help")
def bulk(file: Items, out: Out, node: Node = None) -> None:
    """The root over items with amounts."""
    with open_chain(node) as chain:
        _write(out, chain.lists.bulk_root(_items(file)))


@command(app, "item", "lists.item.help")
def item(
    file: Items, entry: Annotated[str, typer.Argument(help="lists.item", metavar="ITEM")], out: Out, node: Node = None
) -> None:
    """The proof that an item counts with its amount."""
    with open_chain(node) as chain:
        _write(out, chain.lists.bulk_proof(_items(file), entry))


def _write(path: Path, text: str) -> None:
    write_atomically(path, text.encode() + b"\n", mode=0o644)
    answer({"path": str(path), "text": text}, say("line.written", path=path))


def _lines(file: Path) -> list[str]:
    if not file.is_file():
        raise FileMissing(path=str(file))
    return [line for line in file.read_text(encoding="utf-8-sig").splitlines() if line]


def _codes(file: Path) -> list[str]:
    return _lines(file)


def _items(file: Path) -> list[tuple[str, int]]:
    """Lines `item,amount`, amounts in the smallest unit; the last comma divides."""
    found = []
    for place, line in enumerate(_lines(file), 1):
        entry, _, amount = line.rpartition(",")
        if not entry or not (amount.isascii() and amount.isdigit()):
            raise BadValue(command="zhulian lists", name=f"{file.name}:{place}", why=say("lists.line"))
        found.append((entry, int(amount)))
    return found
