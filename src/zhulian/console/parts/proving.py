"""A definition proved as a job of the node, whose page may be left and come back to: how far it is, and what was found, told in words."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nicegui import ui

from zhulian.client.errors import FromNode
from zhulian.client.proving.flows import ProofJob, Proved
from zhulian.console.parts.clock import every
from zhulian.console.parts.html import Safe, code, digest, facts, join, note, state, table, tag
from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving.explain import Explaining
from zhulian.language.proving.report import Check, PromiseReport
from zhulian.language.proving.retelling import retold
from zhulian.modules import every_word

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["Kept", "ProvingCard"]

_POLL_S = 1.0
_RUNS = "gateway/52"
_MARKS = {"proved": "ok", "refuted": "bad", "runtime": "wait"}
_EACH = {"proved": "proving.proved", "refuted": "proving.refuted", "runtime": "proving.runtime"}
_ALL = {"proved": "proving.all.proved", "refuted": "proving.all.refuted", "runtime": "proving.all.runtime"}


@dataclass
class Kept:
    """The newest proof that somebody asked for here: its job at the node, and the definition that it is about (empty: unknown)."""

    job: str
    text: bytes = b""


class ProvingCard:
    """The part of a page that shows a proof. What was asked for is kept with the console, so that another page of the same visitor shows it too."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._kept = page.context.proofs
        self._key = f"{page.visitor.way}/{page.visitor.person}"
        self._found: Proved | None = None
        with ui.element("div").classes("proving").props('aria-live="polite"'):
            self._line = page.show(Safe(""))
            with ui.element("div").classes("buttons"):
                self._end = self._button("proving.end", self._stop)
                self._save = self._button("proving.save", self._download)
            self._answer = page.show(Safe(""))
        self._timer = every(page, _POLL_S, self._look, active=self._key in self._kept)

    async def ask(self, text: bytes) -> None:
        """Hand a definition in; where one of this party is under way already, that one is shown."""
        self.clear()
        self._line.set_content(note(self._page.say("proving.asking")))
        try:
            job = await (await self._page.chain()).scenario.start_proof(text)
        except FromNode as why:
            if why.code != _RUNS:
                self._fail(why)
                return
            earlier = str(why.fields.get("id", ""))
            before = self._kept.get(self._key)
            if before is None or before.job != earlier:
                self._kept[self._key] = Kept(earlier)
            self._answer.set_content(note(self._page.say("proving.earlier"), "warn"))
            self._timer.activate()
            return
        except Refusal as why:
            self._fail(why)
            return
        self._kept[self._key] = Kept(job.id, text)
        self._going(job)
        self._timer.activate()

    def clear(self) -> None:
        """Show nothing; a proof that is under way goes on."""
        self._timer.deactivate()
        self._line.set_content(Safe(""))
        self._answer.set_content(Safe(""))
        self._end.set_visibility(False)
        self._save.set_visibility(False)

    def _button(self, words: str, act: object) -> ui.element:
        with ui.element("button").classes("plain").props('type="button"').on("click", act) as made:  # type: ignore[arg-type]  # any handler
            ui.label(self._page.say(words))
        made.set_visibility(False)
        return made

    async def _look(self) -> None:
        kept = self._kept.get(self._key)
        if kept is None:
            self._timer.deactivate()
            return
        try:
            job = await (await self._page.chain()).scenario.proof(kept.job)
        except FromNode as why:
            self._kept.pop(self._key, None)
            self._fail(why)
            return
        except Refusal as why:  # the node is away for a moment; it is asked again
            self._line.set_content(note(self._page.refusal(why), "warn"))
            return
        if job.is_going:
            self._going(job)
            return
        self._timer.deactivate()
        self._end.set_visibility(False)
        if job.refusal is not None:
            self._fail(job.refusal)
        elif job.found is not None:
            await self._show(job.found, kept.text)

    def _going(self, job: ProofJob) -> None:
        page = self._page
        bar = tag(
            "progress", value=job.done if job.total else None, max=job.total or None, aria_label=page.say("proving.progress")
        )
        far = (
            page.say("proving.waits", ahead=job.place - 1)
            if job.place
            else page.say("proving.far", done=job.done, total=job.total)
        )
        self._line.set_content(tag("div", tag("p", state("wait", far)), bar, note(page.say("proving.leave")), class_="sending"))
        self._end.set_visibility(True)

    async def _stop(self) -> None:
        kept = self._kept.pop(self._key, None)
        self.clear()
        if kept is None:
            return
        try:
            await (await self._page.chain()).scenario.end_proof(kept.job)
        except Refusal as why:
            self._fail(why)
            return
        self._line.set_content(note(self._page.say("proving.ended")))

    def _download(self) -> None:
        if self._found is not None:
            ui.download.content(self._found.report.to_json(), f"{self._found.report.scenario}.proof.json")

    def _fail(self, why: Refusal) -> None:
        """Why there is no proof; the faults of a definition with their lines."""
        self._timer.deactivate()
        self._end.set_visibility(False)
        self._line.set_content(tag("div", note(self._page.refusal(why), "bad"), role="alert"))
        faults = why.fields.get("faults", []) if isinstance(why, FromNode) else []
        if faults:
            page = self._page
            rows = [
                (page.say("developer.line", line=each["line"], column=each["column"]), f"{each['code']}  {page.both(each)}")
                for each in faults
            ]
            self._answer.set_content(table(["", page.say("col.what")], rows))

    async def _show(self, found: Proved, text: bytes) -> None:
        page, self._found = self._page, found
        pairs = [
            (page.say(_EACH[each]), count)
            for each, count in (("proved", found.proved), ("refuted", found.refuted), ("runtime", found.run_time))
        ]
        head = [*pairs, (page.say("proving.digest"), digest(found.digest["sm3"]))]
        self._line.set_content(tag("div", state(_MARKS[found.verdict], page.say(_ALL[found.verdict])), facts(head)))
        self._answer.set_content(await asyncio.to_thread(_told, page, found, text))
        self._save.set_visibility(True)


def _told(page: "Page", found: Proved, text: bytes) -> Safe:
    """Every promise with its verdict and why; by its bare name where the definition is not at hand."""
    if not text:
        rows = [
            (state(_MARKS[each.verdict], page.say(_EACH[each.verdict])), f"{each.record}.{each.name}")
            for each in found.report.promises
        ]
        return table([page.say("proving.verdict"), page.say("proving.promise")], rows)
    checked = check_definition(read_definition(text), every_word())
    words = Explaining(checked)
    items = [_promise(page, checked, words, each) for each in found.report.promises]
    parts: list[Safe] = [tag("ul", *items, class_="promises")]
    if found.report.findings:
        noted = [tag("li", words.finding(each).say(page.language)) for each in found.report.findings]
        parts += [tag("h3", page.say("proving.noted")), tag("ul", *noted)]
    rests = [tag("li", each.say(page.language)) for each in words.assumes(found.report)]
    parts.append(tag("details", tag("summary", page.say("proving.rests")), tag("ul", *rests)))
    return join(parts)


def _promise(page: "Page", checked: Checked, words: Explaining, promise: PromiseReport) -> Safe:
    mark = state(_MARKS[promise.verdict], page.say(_EACH[promise.verdict]))
    reasons = [tag("li", each.say(page.language)) for each in words.why(promise)]
    why = tag(
        "details", tag("summary", page.say("proving.why")), tag("ul", *reasons), open="" if promise.verdict == "refuted" else None
    )
    steps = [_counter(page, checked, each) for each in promise.checks if each.counter is not None and each.counter.story]
    return tag("li", tag("p", mark, " ", words.title(promise).say(page.language)), why, *steps)


def _counter(page: "Page", checked: Checked, check: Check) -> Safe:
    """A counter-example as the steps of a story, and the YAML to put among the stories of the file."""
    story = check.counter.story if check.counter is not None else ""
    parts = [tag("h3", page.say("proving.story"))]
    view = retold(checked, story)
    if view is not None:
        parts.append(
            tag(
                "p",
                "；".join(map(page.both, view.cast)) if page.language == "zh" else "; ".join(map(page.both, view.cast)),
                class_="soft",
            )
        )
        said = [
            tag("li", page.both(each.says), " ", page.both(each.outcome) if each.outcome is not None else "")
            for each in view.steps
        ]
        parts.append(tag("ol", *said, class_="steps"))
    parts.append(tag("details", tag("summary", page.say("proving.yaml")), code(story)))
    return tag("div", *parts, class_="counter")
