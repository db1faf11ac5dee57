"""`zhulian doctor`: check a node's folder block by block."""

from dataclasses import asdict
from typing import Annotated

import msgspec
import typer

from zhulian.cli.errors import NO
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import language, say

app, register = subcommand("doctor", "doctor.help")


@register
def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="doctor.quick")] = False,
    mend: Annotated[bool, typer.Option("--repair", help="doctor.repair")] = False,
) -> None:
    """Check the data of this home's node, which must not be running; exit status 1 where something is wrong."""
    from zhulian.node.doctor import examine, repair

    with progress("progress.blocks", None) as bar:
        found = examine(home(), bar, signatures=not quick, replay=not quick)
    counts = {**asdict(found), "coming": [msgspec.to_builtins(each) for each in found.coming]}
    lines = [say("doctor.counts", **counts)]
    lines += [fault.zh if language() == "zh" else fault.en for fault in found.faults]
    lines += [
        say("status.coming" if each.supported else "status.coming_lacking", **msgspec.to_builtins(each)) for each in found.coming
    ]
    moved = repair(home(), found) if mend and not found.sound else []
    if mend and not found.sound:
        lines += [say("doctor.moved", path=each) for each in moved] or [say("doctor.nobody")]
    counts["moved"] = moved
    answer(counts, *lines, found.zh if language() == "zh" else found.en)
    if not found.sound:
        raise typer.Exit(NO)
