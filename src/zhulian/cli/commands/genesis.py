"""`zhulian genesis`: what the members agreed on before the first block."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from zhulian.cli.errors import FileMissing
from zhulian.cli.output import answer, when
from zhulian.cli.parser import application, command
from zhulian.cli.state import home
from zhulian.cli.words import language, say

app = application("genesis")


@command(app, "show", "genesis.show.help")
def show(file: Annotated[Path | None, typer.Argument(help="genesis.file", metavar="[FILE]")] = None) -> None:
    """Show the genesis and its digest."""
    from zhulian.ledger.genesis import parse_genesis

    if file is not None and not file.is_file():
        raise FileMissing(path=str(file))
    genesis = parse_genesis(home().genesis_bytes() if file is None else file.read_bytes())
    document: dict[str, Any] = {
        "digest": genesis.digest().hex(),
        "chain": genesis.chain(),
        "genesis": msgspec.to_builtins(genesis),
    }
    members = [
        say("genesis.member", name=each.organisation, title=each.title.zh if language() == "zh" else each.title.en)
        for each in genesis.organisations
    ]
    answer(
        document,
        say("line.chain", chain=genesis.name),
        say("line.genesis", digest=document["digest"]),
        say("genesis.suite", suite=genesis.suite),
        say("genesis.created", time=when(genesis.created * 1000, genesis.zone)),
        say("genesis.sealers", sealers=", ".join(each.sealer for each in genesis.sealers)),
        say("genesis.rule", numerator=genesis.governance.numerator, denominator=genesis.governance.denominator),
        *members,
    )
