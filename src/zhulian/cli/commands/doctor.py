"""`zhulian doctor`: check a node's folder block by block."""

from dataclasses import asdict, is_dataclass
from typing import Any

import msgspec
import typer

from zhulian.cli.errors import NO, NotHere
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import say

app, register = subcommand("doctor", "doctor.help")


@register
def doctor() -> None:
    """Check the data of this home's node, which must not be running; exit status 1 where something is wrong."""
    try:
        from zhulian.node.doctor import examine
    except ImportError:
        raise NotHere(what="zhulian.node.doctor") from None
    with progress("progress.blocks", None) as bar:
        found = examine(home(), progress=bar)
    answer(_plain(found), say("doctor.sound"))
    raise typer.Exit(NO)


def _plain(found: Any) -> Any:
    return asdict(found) if is_dataclass(found) and not isinstance(found, type) else msgspec.to_builtins(found)
