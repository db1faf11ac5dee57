"""`zhulian simulate`: play whole networks with their faults in this process, one for each seed."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import NO
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import subcommand
from zhulian.cli.words import say

app, register = subcommand("simulate", "simulate.help")


@register
def simulate(
    seeds: Annotated[int, typer.Option("--seeds", help="simulate.seeds", metavar="N", min=1, max=1_000_000)] = 100,
    first: Annotated[int, typer.Option("--from", help="simulate.from", metavar="SEED", min=0)] = 0,
    members: Annotated[int, typer.Option("--members", help="simulate.members", metavar="N", min=4, max=16)] = 4,
    solo: Annotated[bool, typer.Option("--solo", help="simulate.solo")] = False,
    workers: Annotated[int | None, typer.Option("--workers", help="simulate.workers", metavar="N", min=1, max=256)] = None,
    results: Annotated[Path | None, typer.Option("--results", help="simulate.results", metavar="FILE")] = None,
) -> None:
    """Run seeds from `first` on; exit status 1 where a checker was not content with one of them."""
    from zhulian.assure.simulation.many import replay, run_seeds
    from zhulian.assure.simulation.running import Plan

    members = 1 if solo else members
    with progress("progress.seeds", seeds) as bar:
        found = run_seeds(
            range(first, first + seeds), Plan(members=members), workers=workers, results=results, advance=lambda: bar.advance(1)
        )
    counted = {"blocks": 0, "transactions": 0, "receipts": 0, **found.figures}
    stops = sum(count for name, count in found.figures.items() if name.startswith("stop: "))
    lines = [
        say(
            "simulate.done",
            seeds=found.seeds,
            blocks=counted["blocks"],
            transactions=counted["transactions"],
            receipts=counted["receipts"],
            stops=stops,
            liars=sum(found.lies.values()),
        )
    ]
    lines += [
        say("simulate.failed", seed=each.seed, what=each.failure, replay=replay(each.seed, members)) for each in found.failures
    ]
    answer(found.as_json(members), *lines)
    if found.failures:
        raise typer.Exit(NO)
