"""`zhulian scenario prove`: what a definition promises, proved, refuted, or held to at run time only; signed and filed if asked for."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import NO, BadValue
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import command
from zhulian.cli.receipts import write_receipt
from zhulian.cli.session import Node, open_chain, signers
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.language.definition.check import Checked
    from zhulian.language.proving.report import PromiseReport, Report

__all__ = ["attach_prove", "proved"]

_MARKS = {"proved": "✓", "refuted": "✗", "runtime": "○"}


def attach_prove(app: typer.Typer, read: Callable[[Path], "Checked"]) -> None:
    """Add the command to the group; `read` reads and checks a definition, and ends the command where it is not sound."""

    def prove(
        file: Annotated[Path, typer.Argument(help="scenario.file", metavar="FILE")],
        out: Annotated[Path | None, typer.Option("--out", help="prove.out", metavar="FILE")] = None,
        since: Annotated[Path | None, typer.Option("--since", help="prove.since", metavar="FILE")] = None,
        earlier: Annotated[Path | None, typer.Option("--from", help="prove.from", metavar="FILE")] = None,
        why: Annotated[bool, typer.Option("--why", help="prove.why")] = False,
        sign: Annotated[str | None, typer.Option("--sign", help="prove.sign", metavar="SIGNER", autocompletion=signers)] = None,
        node: Node = None,
    ) -> None:
        """Prove every promise over everything that can happen; exit status 1 where one is refuted."""
        checked = read(file)
        before = None if earlier is None else read(earlier)
        report = proved(
            checked,
            file,
            None if since is None else _before(since),
            None if before is None or earlier is None else (before, earlier),
        )
        if out is not None:
            _write(out, report)
        document, lines = report.document(), _lines(checked, report, before, why=why)
        if sign is not None:
            filed = _file(report, out, sign, node)
            document["filed"] = filed
            lines.append(say("report.filed", scenario=f"{report.scenario}@{report.version}", height=filed["height"]))
            lines += [say("line.written", path=each) for each in filed["written"]]
        answer(document, *lines)
        if report.verdict == "refuted":
            raise typer.Exit(NO)

    command(app, "prove", "scenario.prove.help")(prove)


def proved(
    checked: "Checked", file: Path, since: "Report | None" = None, before: "tuple[Checked, Path] | None" = None
) -> "Report":
    """The report of a definition in a file, with a bar that shows how far it is; what is the same as in `since` is taken from it.

    With the version `before` and its file, promises are asked over the upgrade too; the command ends where that is not sound.
    """
    from zhulian.assure.stories.replaying import Replay, earlier
    from zhulian.language.definition.errors import LanguageFaults
    from zhulian.language.proving.errors import NotTheVersionBefore
    from zhulian.language.proving.prove import prove

    replay = Replay(checked, file.resolve())
    last = None if before is None else earlier(before[0], checked, before[1].resolve())
    with progress("prove.proving", None) as bar:

        def tell(done: int, count: int) -> None:
            bar.total(count)
            bar.advance(1)

        try:
            return prove(checked, play=replay, samples=replay.samples, since=since, progress=tell, earlier=last)
        except (LanguageFaults, NotTheVersionBefore) as no:
            inner = no.found[0] if isinstance(no, LanguageFaults) else no
            raise BadValue(command="zhulian scenario prove", name="--from", why=inner.say(language()).rstrip("。.")) from None


def _file(report: "Report", out: Path | None, signer: str, node: str | None) -> dict[str, Any]:
    """File the report beside its definition on the chain, signed for the signer's organisation; the receipt goes beside `out`.

    Raises:
        Refusal: the definition is not published there, or a rule said no.
    """
    with open_chain(node, signer) as chain:
        paper, done = chain.scenario.file_report(f"{report.scenario}@{report.version}", report.to_json())
        written = [] if out is None else [str(write_receipt(out, chain.receipt(done.transaction).document))]
    where = {"transaction": done.transaction, "height": done.height, "written": written}
    return {"signer": signer, "report": paper.digest, **where}


def _before(since: Path) -> "Report":
    """The report of before.

    Raises:
        BadValue: it cannot be read, or is none.
    """
    from zhulian.errors import Refusal
    from zhulian.language.proving.report import BYTES_MAX, report_json

    try:
        with since.open("rb") as file:
            return report_json(file.read(BYTES_MAX + 1))
    except OSError as wrong:
        raise BadValue(command="zhulian scenario prove", name="--since", why=f"{since}: {wrong.strerror}") from None
    except Refusal as no:
        raise BadValue(
            command="zhulian scenario prove", name="--since", why=f"{since}: {no.say(language()).rstrip('。.')}"
        ) from None


def _write(out: Path, report: "Report") -> None:
    from zhulian.files import write_atomically

    try:
        write_atomically(out, report.to_json())
    except OSError as wrong:
        raise BadValue(command="zhulian scenario prove", name="--out", why=f"{out}: {wrong.strerror}") from None


def _lines(checked: "Checked", report: "Report", before: "Checked | None", *, why: bool) -> list[str]:
    from zhulian.crypto.suites import suite
    from zhulian.language.proving.explain import Explaining

    words = Explaining(checked, before)
    lines: list[str] = []
    if report.before is not None:
        lines += [
            say("prove.over", version=report.version, before=report.before.version, digest=report.before.definition_sm3),
            "",
        ]
    if report.contradiction:
        lines += [say("prove.contradiction", names=", ".join(report.contradiction)), ""]
    for promise in report.promises:
        lines.append(f"{_MARKS[promise.verdict]} {words.title(promise).say(language())}")
        lines += [f"    {each}" for each in _reasons(words, promise, why=why)]
    lines += [f"! {words.finding(each).say(language())}" for each in report.findings]
    lines += ["", say("prove.rests")]
    lines += [f"  – {each.say(language())}" for each in words.assumes(report)]
    counts = {each: report.count(each) for each in ("proved", "refuted", "runtime")}
    engine = report.engine
    return [
        *lines,
        "",
        say("prove.counts", **counts),
        say("prove.engine", name=engine.name, version=engine.version, seed=engine.seed, limit=engine.limit),
        say("prove.digest", digest=report.digest(suite("gm").digest).hex()),
    ]


def _reasons(words: Any, promise: "PromiseReport", *, why: bool) -> list[str]:
    """Why each promise holds, if asked for; why it is not proved, always, with the story that breaks it."""
    lines: list[str] = []
    if why:
        lines += [each.say(language()) for each in words.why(promise)]
    else:
        lines += list(dict.fromkeys(words.open(each).say(language()) for each in promise.checks if each.verdict != "proved"))
    for check in promise.checks:
        if check.counter is not None and check.counter.story:
            lines += [say("prove.story"), *(f"  {line}" for line in check.counter.story.splitlines())]
    return lines
