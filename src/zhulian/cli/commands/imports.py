"""`zhulian import`: register records from a table, after a dry run that names each bad row."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhulian.cli.errors import NO
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import language, say
from zhulian.files import write_atomically

if TYPE_CHECKING:
    from zhulian.client.importing.errors import RowInvalid
    from zhulian.client.importing.running import Imported

app = application("import")
Table = Annotated[Path, typer.Argument(help="import.table", metavar="TABLE")]
PlanFile = Annotated[Path, typer.Argument(help="import.plan", metavar="PLAN")]
Report = Annotated[Path | None, typer.Option("--report", help="import.report", metavar="FILE")]


@command(app, "plan", "import.plan.help")
def plan(
    table: Table,
    instance: Annotated[str, typer.Option("--app", help="import.app", metavar="APP")],
    action: Annotated[str, typer.Option("--action", help="import.action", metavar="ACTION")],
    out: Annotated[Path, typer.Option("--out", help="import.out", metavar="PLAN")],
    sheet: Annotated[str, typer.Option("--sheet", help="import.sheet", metavar="SHEET")] = "",
    node: Node = None,
) -> None:
    """Write a plan that takes each input from the column that is called like it."""
    from zhulian.client.importing.plans import make_plan, plan_text
    from zhulian.client.importing.sheets import read_sheet

    read = read_sheet(table, sheet)
    with open_chain(node) as chain:
        made = make_plan(chain.app(instance).tree, instance, action, read, sheet)
    write_atomically(out, plan_text(made))
    unset = [name for name, source in made.inputs.items() if source == "column:"] + ["on"] * ("" in made.on)
    lines = [say("line.written", path=out), *([say("import.unset", names=", ".join(unset))] if unset else [])]
    answer({"plan": str(out), "inputs": made.inputs, "on": made.on, "unset": unset}, *lines)


@command(app, "dry-run", "import.dry_run.help")
def dry_run(plan_file: PlanFile, table: Table, report: Report = None, node: Node = None, signer: As = None) -> None:
    """Ask for each row whether it would be allowed now; exit status 1 where one is bad."""
    found = _go(plan_file, table, node, signer, is_try=True)
    good = found.rows - found.before - len(found.bad)
    line = say("import.tried", rows=found.rows, good=good, before=found.before, bad=len(found.bad))
    _tell(found, line, report)


@command(app, "run", "import.run.help")
def run(plan_file: PlanFile, table: Table, report: Report = None, node: Node = None, signer: As = None) -> None:
    """Register each row; exit status 1 where one is bad."""
    found = _go(plan_file, table, node, signer, is_try=False)
    counts = {"rows": found.rows, "registered": found.registered, "before": found.before, "bad": len(found.bad)}
    _tell(found, say("import.done", **counts), report)


def _go(plan_file: Path, table: Path, node: str | None, signer: str | None, *, is_try: bool) -> "Imported":
    from zhulian.client.importing.plans import read_plan

    read = read_plan(plan_file)
    with open_chain(node, signer) as chain, progress("progress.rows", None) as bar:
        opened = chain.app(read.app)
        work = opened.import_try if is_try else opened.import_rows
        return work(read, plan_file, table, progress=bar.advance)


def _tell(found: "Imported", line: str, report: Path | None) -> None:
    if report is not None:
        write_atomically(report, _report(found.bad))
    document = {
        "rows": found.rows,
        "registered": found.registered,
        "before": found.before,
        "bad": [each.as_problem() for each in found.bad],
    }
    lines = [each.say(language()) for each in found.bad]
    answer(document, *lines, line, *([say("line.written", path=report)] if report is not None else []))
    if found.bad:
        raise typer.Exit(NO)


def _report(bad: Sequence["RowInvalid"]) -> bytes:
    """The bad rows as a table that a spreadsheet opens; no cell of it can begin a formula."""
    from zhulian.client.importing.sheets import harmless_cell

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([say("column.row"), say("column.reason")])
    writer.writerows([str(each.row), harmless_cell(each.why.say(language()))] for each in bad)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # Excel reads UTF-8 by this mark
