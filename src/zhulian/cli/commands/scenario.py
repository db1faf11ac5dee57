"""`zhulian scenario`: check a definition, play its stories, write its manual, publish it and open instances of it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.commands.scenario_chain import attach
from zhulian.cli.commands.scenario_prove import attach_prove, proved
from zhulian.cli.commands.scenario_report import attach_report
from zhulian.cli.commands.scenario_shown import attach_shown
from zhulian.cli.deciding import decide
from zhulian.cli.errors import NO, BadValue, FileMissing
from zhulian.cli.output import answer, progress, remark
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.assure.stories.playing import Played, PlayedStep, Report
    from zhulian.errors import Words
    from zhulian.language.definition.check import Checked
    from zhulian.language.definition.errors import LanguageFaults
    from zhulian.language.errors import LanguageFault

app = application("scenario")

Definition = Annotated[Path, typer.Argument(help="scenario.file", metavar="FILE")]
_PLACE = re.compile(r" ?[（(]第 \d+ 行第 \d+ 列[）)]|第 \d+ 行第 \d+ 列：| \(line \d+, column \d+\)|\Aline \d+, column \d+: ")
"""Where a fault is, which stands before its sentence here."""


@command(app, "check", "scenario.check.help")
def check(file: Definition) -> None:
    """Check a definition and list every fault, or what its reader should know; exit status 1 where it is not sound."""
    checked = _read(file)
    tree = checked.definition.tree
    notes = [{"line": each.line, "path": each.path, "zh": each.zh, "en": each.en} for each in checked.notes]
    exceptions = [_exception(each) for each in checked.exceptions]
    document = {
        "sound": True,
        "file": str(file),
        "scenario": tree.scenario,
        "version": tree.version,
        "notes": notes,
        "exceptions": exceptions,
        "steps": dict(checked.steps),
    }
    lines = [say("scenario.sound", file=file.name, scenario=tree.scenario, version=tree.version)]
    counts = {
        "records": len(tree.records),
        "actions": len(tree.actions),
        "timers": len(tree.timers),
        "stories": len(tree.stories),
    }
    lines.append(say("scenario.counts", **counts))
    lines += [say("scenario.exception", place=f"{file}:{each['line']}", **_said(each)) for each in exceptions]
    lines += [
        say("scenario.note", place=f"{file}:{each.line}", text=each.zh if language() == "zh" else each.en)
        for each in checked.notes
    ]
    answer(document, *lines)


@command(app, "test", "scenario.test.help")
def play_stories(
    file: Definition,
    story: Annotated[str | None, typer.Option("--story", help="scenario.story", metavar="NAME")] = None,
) -> None:
    """Play the stories on a throw-away chain, a narrator's line for each step; exit status 1 where one does not pass."""
    checked = _read(file)
    from zhulian.assure.stories.packs import Packs
    from zhulian.assure.stories.playing import play_all

    count = 1 if story else len(checked.definition.tree.stories)
    with progress("scenario.playing", count) as bar:
        report = play_all(checked, Packs(file), folder=file.resolve().parent, only=story, progress=lambda: bar.advance(1))
    lines = [line for each in report.stories for line in _story_lines(file, each)]
    lines += _unplayed_lines(report)
    passed = sum(each.passed for each in report.stories)
    lines.append(say("scenario.passed", passed=passed, count=len(report.stories)))
    answer(_document(report), *lines)
    if not report.passed:
        raise typer.Exit(NO)


@command(app, "manual", "scenario.manual.help")
def manual(
    file: Definition,
    out: Annotated[Path | None, typer.Option("--out", help="scenario.out", metavar="FILE")] = None,
    prove: Annotated[bool, typer.Option("--prove", help="scenario.manual.prove")] = False,
) -> None:
    """Write the manual of a definition in Markdown, in the language spoken now."""
    checked = _read(file)
    from zhulian.language.manual import manual as write

    text = write(checked, language())
    if prove:
        from zhulian.language.proving.explain import chapter

        text += "\n" + chapter(
            checked, proved(checked, file), language(), 1 + sum(line.startswith("## ") for line in text.splitlines())
        )
    if out is None:
        answer({"language": language(), "manual": text}, text.rstrip("\n"))
        return
    from zhulian.files import write_atomically

    try:
        write_atomically(out, text.encode())
    except OSError as wrong:
        raise BadValue(command="zhulian scenario manual", name="--out", why=f"{out}: {wrong.strerror}") from None
    answer({"language": language(), "written": str(out)}, say("line.written", path=out))


@command(app, "publish", "scenario.publish.help")
def publish(file: Definition, signer: As = None, node: Node = None) -> None:
    """Check a definition and publish it on the chain; one that is there already is found."""
    _read(file)
    with open_chain(node, signer) as chain, progress("scenario.handing_in", None) as bar:

        def tell(_: int, parts: int) -> None:
            bar.total(parts)
            bar.advance(1)

        done = chain.scenario.publish(file, progress=tell)
    document = {
        "definition": done.definition,
        "scenario": done.scenario,
        "version": done.version,
        "rules": done.rules,
        "found": done.found,
        "transaction": done.transaction,
        "height": done.height,
    }
    said = say("scenario.found" if done.found else "scenario.published", scenario=done.scenario, version=done.version)
    answer(
        document,
        said,
        say("scenario.digest", digest=done.definition),
        say("scenario.open_so", scenario=done.scenario),
    )


@command(app, "open", "scenario.open.help")
def open_(
    scenario: Annotated[str, typer.Argument(help="scenario.scenario", metavar="SCENARIO")],
    setting: Annotated[list[str] | None, typer.Option("--set", help="scenario.set", metavar="NAME=VALUE")] = None,
    use: Annotated[list[str] | None, typer.Option("--use", help="scenario.use", metavar="NAME=INSTANCE")] = None,
    name: Annotated[str | None, typer.Option("--as", help="scenario.as", metavar="INSTANCE")] = None,
    signer: Annotated[str | None, typer.Option("--signer", help="option.as", metavar="SIGNER")] = None,
    vote: Annotated[bool, typer.Option("--vote", help="scenario.vote")] = False,
    node: Node = None,
) -> None:
    """Open an instance of a published scenario; the signer's organisation becomes its operator."""
    from zhulian.client.apps.errors import SpacesMissing

    settings_given, uses = _pairs("--set", setting), _pairs("--use", use)
    with open_chain(node, signer) as chain:
        try:
            done = chain.scenario.open(scenario, as_=name, settings=settings_given, uses=uses)
        except SpacesMissing as missing:
            if not vote:
                raise
            decide(chain, missing.actions)
            remark(say("scenario.voted", spaces=missing.spaces))
            done = chain.scenario.open(scenario, as_=name, settings=settings_given, uses=uses)
    proved = done.receipt.proved
    document = {
        "instance": done.instance,
        "definition": done.definition,
        "transaction": proved.transaction,
        "height": proved.height,
    }
    answer(
        document,
        say("scenario.opened", instance=done.instance, height=proved.height),
        say("scenario.digest", digest=done.definition),
    )


def _pairs(option: str, given: list[str] | None) -> dict[str, str]:
    """What was given as NAME=VALUE, by name.

    Raises:
        BadValue: one of them has no equals sign, or a name comes twice.
    """
    found: dict[str, str] = {}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name or name in found:
            raise BadValue(command="zhulian scenario open", name=option, why=each[:80])
        found[name] = value
    return found


def _read(file: Path) -> "Checked":
    """The definition in a file, checked; where it is not sound its faults are listed and the command ends."""
    if not file.is_file():
        raise FileMissing(path=str(file))
    from zhulian.assure.stories.packs import read_pack
    from zhulian.language.definition.errors import LanguageFaults

    try:
        return read_pack(file)
    except OSError:
        raise FileMissing(path=str(file)) from None
    except LanguageFaults as faults:
        _list(file, faults)
        raise typer.Exit(NO) from None


def _list(file: Path, faults: "LanguageFaults") -> None:
    """Every fault with its place, as compilers write them."""
    found = [{"file": str(file), "line": each.line, "column": each.column, **each.as_problem()} for each in faults.found]
    if settings.json:
        answer({"sound": False, "file": str(file), "count": faults.count, "faults": found})
        return
    for each in faults.found:
        remark(f"{file}:{each.line}:{each.column}: {each.code}  {_sentence(each)}")
    remark(say("scenario.faults", count=faults.count))


def _sentence(fault: "LanguageFault") -> str:
    return _PLACE.sub("", " ".join(fault.say(language()).split("\n")))


def _exception(each: Any) -> dict[str, Any]:
    return {
        "line": each.line,
        "path": each.path,
        "doer": each.doer,
        "asset": each.asset,
        "owner": each.owner,
        "order": each.order,
    }


def _said(exception: dict[str, Any]) -> dict[str, Any]:
    return {name: exception[name] for name in ("doer", "asset", "owner")}


def _in(words: "Words") -> str:
    return words.say(language())


def _story_lines(file: Path, played: "Played") -> list[str]:
    lines = [f"{played.name} · {_in(played.title)}"]
    if played.fault is not None:
        return [*lines, "  ✗ " + say("scenario.stage", why=_in(played.fault)), ""]
    lines.append("  " + _in(played.opening))
    for place, step in enumerate(played.steps, 1):
        mark = "✗" if step.fault is not None else "✓"
        lines.append(f"  {mark} {place}. {_in(step.told)}")
        if step.fault is not None:
            lines.append("      " + say("scenario.mismatch", place=f"{file}:{step.line}", why=_in(step.fault)))
    if played.left:
        lines.append("    " + say("scenario.left", count=played.left))
    return [*lines, ""]


def _unplayed_lines(report: "Report") -> list[str]:
    if not report.unplayed:
        return []
    lines = [say("scenario.unplayed", count=len(report.unplayed))]
    for each in report.unplayed:
        kind = say(f"scenario.kind.{each.kind}")
        lines.append("  " + say("scenario.unplayed_line", kind=kind, name=each.name, why=_in(each.reason)))
    return [*lines, ""]


def _document(report: "Report") -> dict[str, Any]:
    return {
        "passed": report.passed,
        "stories": [_story(each) for each in report.stories],
        "unplayed": [
            {"kind": each.kind, "name": each.name, "title": _both(each.title), "reason": _both(each.reason)}
            for each in report.unplayed
        ],
    }


def _story(played: "Played") -> dict[str, Any]:
    return {
        "name": played.name,
        "title": _both(played.title),
        "passed": played.passed,
        "opening": _both(played.opening),
        "fault": None if played.fault is None else _both(played.fault),
        "left": played.left,
        "steps": [_step(each) for each in played.steps],
    }


def _step(step: "PlayedStep") -> dict[str, Any]:
    return {
        "line": step.line,
        "passed": step.fault is None,
        **_both(step.told),
        "fault": None if step.fault is None else _both(step.fault),
        "refusal": None
        if step.refusal is None
        else {"code": step.refusal.code, "zh": step.refusal.say("zh"), "en": step.refusal.say("en")},
        "alerts": list(step.alerts),
        "time": step.time,
        "transaction": step.transaction,
    }


def _both(words: "Words") -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


attach(app)
attach_prove(app, _read)
attach_shown(app, _read)
attach_report(app)
