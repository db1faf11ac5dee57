"""`zhulian bench`: measure the ledger and the cryptography on this machine."""

from importlib import import_module
from typing import Annotated, Any

import typer

from zhulian.cli.errors import NotHere
from zhulian.cli.output import answer
from zhulian.cli.parser import application, command

app = application("bench")
Seconds = Annotated[int, typer.Option("--seconds", help="bench.seconds", metavar="SECONDS", min=1, max=3600)]


@command(app, "ledger", "bench.ledger.help")
def ledger(seconds: Seconds = 20) -> None:
    """Measure committed deposits through a real node."""
    _run("zhulian.assure.bench_ledger", seconds)


@command(app, "crypto", "bench.crypto.help")
def crypto(seconds: Seconds = 10) -> None:
    """Measure signatures, digests and ciphers."""
    _run("zhulian.assure.bench_crypto", seconds)


def _run(place: str, seconds: int) -> None:
    """Run the measurement of that module and show its figures by name."""
    try:
        found: dict[str, Any] = import_module(place).run(seconds)
    except ModuleNotFoundError as missing:
        if missing.name != place:
            raise
        raise NotHere(what=place) from None
    answer(found, *_lines(found))


def _lines(found: dict[str, Any], before: str = "") -> list[str]:
    lines = []
    for name, value in found.items():
        if isinstance(value, dict):
            lines += _lines(value, f"{before}{name}.")
        else:
            lines.append(
                f"{before}{name}: {value:,}"
                if isinstance(value, int | float) and not isinstance(value, bool)
                else f"{before}{name}: {value}"
            )
    return lines
