"""`zhulian scenario report`: file a prover's report beside a definition, and see who has filed which."""

from pathlib import Path
from typing import Annotated, Any

import typer

from zhulian.cli.output import answer, table
from zhulian.cli.parser import application, command
from zhulian.cli.receipts import write_receipt
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

__all__ = ["attach_report"]

report = application("report")
Scenario = Annotated[str, typer.Argument(help="scenario.scenario", metavar="SCENARIO")]


def attach_report(app: typer.Typer) -> None:
    """Add the group to `zhulian scenario`."""
    app.add_typer(report, name="report", help="report.help")


@command(report, "file", "report.file.help")
def file_(
    scenario: Scenario,
    path: Annotated[Path, typer.Argument(help="report.path", metavar="FILE")],
    signer: As = None,
    node: Node = None,
) -> None:
    """File a prover's report for the signer's organisation."""
    with open_chain(node, signer) as chain:
        paper, done = chain.scenario.file_report(scenario, path)
        written = write_receipt(path, chain.receipt(done.transaction).document)
    document = {
        "scenario": scenario,
        "report": paper.digest,
        "proved": paper.proved,
        "refuted": paper.refuted,
        "run_time": paper.run_time,
        "transaction": done.transaction,
        "height": done.height,
        "written": [str(written)],
    }
    answer(
        document,
        say("report.filed", scenario=scenario, height=done.height),
        say("report.counts", proved=paper.proved, refuted=paper.refuted, run_time=paper.run_time),
        say("report.digest", digest=paper.digest),
        say("line.written", path=written),
    )


@command(report, "show", "report.show.help")
def show(scenario: Scenario, node: Node = None) -> None:
    """Show who has filed which report, and whether they are enough for an instance to open."""
    with open_chain(node) as chain:
        found: dict[str, Any] = chain.scenario.reports(scenario)
    if settings.json:
        answer(found)
        return
    heads = [say(f"report.column.{each}") for each in ("organisation", "proved", "refuted", "run_time", "height", "report")]
    rows = [
        [str(each[name]) for name in ("organisation", "proved", "refuted", "run_time", "height")] + [each["report"]]
        for each in found["reports"]
    ]
    if rows:
        table(heads, rows)
    agreed = ("、" if language() == "zh" else ", ").join(found["agreed"]) or say("report.nobody")
    lines = [say("report.needed", needed=found["needed"], agreed=agreed)]
    lines.append(say("report.enough" if found["enough"] else "report.not_enough"))
    answer(found, *lines)
