"""`zhulian bench`: measure the ledger, a network, an application and the cryptography on this machine."""

from typing import Annotated, Any

import typer

from zhulian.cli.output import answer
from zhulian.cli.parser import application, command

app = application("bench")
Seconds = Annotated[int, typer.Option("--seconds", help="bench.seconds", metavar="SECONDS", min=1, max=3600)]


@command(app, "ledger", "bench.ledger.help")
def ledger(seconds: Seconds = 20) -> None:
    """Measure committed deposits through a real node."""
    from zhulian.assure import bench_ledger

    _show(bench_ledger.run(seconds))


@command(app, "network", "bench.network.help")
def network(
    validators: Annotated[int, typer.Option("--validators", help="bench.validators", metavar="N", min=1, max=16)] = 4,
    seconds: Seconds = 20,
) -> None:
    """Measure a network of validators on this machine, beside the engine's own store."""
    from zhulian.assure import bench_network

    _show(bench_network.run(validators, seconds))


@command(app, "catch-up", "bench.catch_up.help")
def catch_up(
    transactions: Annotated[
        int, typer.Option("--transactions", help="bench.transactions", metavar="N", min=1_000, max=10_000_000)
    ] = 100_000,
    validators: Annotated[int, typer.Option("--validators", help="bench.validators", metavar="N", min=4, max=16)] = 4,
    batch: Annotated[int, typer.Option("--batch", help="bench.batch", metavar="N", min=1, max=1_000)] = 250,
) -> None:
    """Measure how fast a node that was away catches up with a network on this machine."""
    from zhulian.assure import bench_catch_up

    _show(bench_catch_up.run(transactions, validators, batch))


@command(app, "scenario", "bench.scenario.help")
def scenario(
    seconds: Seconds = 20,
    records: Annotated[int, typer.Option("--records", help="bench.records", metavar="N", min=2, max=10_000_000)] = 1_000,
) -> None:
    """Measure committed actions of an application through a real node, and one action by itself."""
    from zhulian.assure import bench_scenario

    _show(bench_scenario.run(seconds, records))


@command(app, "index", "bench.index.help")
def index(
    seconds: Seconds = 10,
    records: Annotated[
        int, typer.Option("--records", help="bench.index.records", metavar="N", min=100, max=10_000_000)
    ] = 1_000_000,
    database: Annotated[str, typer.Option("--database", help="bench.index.database", metavar="URL")] = "",
) -> None:
    """Measure how fast the search index follows, and how fast it answers over many records."""
    from zhulian.assure import bench_index

    _show(bench_index.run(seconds, records, database))


@command(app, "devices", "bench.devices.help")
def devices(
    readings: Annotated[
        int, typer.Option("--readings", help="bench.devices.readings", metavar="N", min=100, max=10_000_000)
    ] = 30_000,
    each: Annotated[int, typer.Option("--each", help="bench.devices.each", metavar="N", min=1, max=256)] = 1,
    workers: Annotated[int, typer.Option("--workers", help="bench.devices.workers", metavar="N", min=0, max=64)] = 0,
) -> None:
    """Measure how many signed readings a second the edge takes."""
    from zhulian.assure import bench_devices

    _show(bench_devices.run(readings, each, workers))


@command(app, "tree", "bench.tree.help")
def tree(
    seconds: Seconds = 4,
    keys: Annotated[int, typer.Option("--keys", help="bench.tree.keys", metavar="N", min=10_000, max=10_000_000)] = 100_000,
) -> None:
    """Measure the state tree in Python and by the native kernel, side by side."""
    from zhulian.assure import bench_tree

    _show(bench_tree.run(seconds, keys))


@command(app, "crypto", "bench.crypto.help")
def crypto(seconds: Seconds = 10) -> None:
    """Measure signatures, digests and ciphers."""
    from zhulian.assure import bench_crypto

    _show(bench_crypto.run(seconds, paths=True))


def _show(found: dict[str, Any]) -> None:
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
