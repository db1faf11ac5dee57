"""Supervision: alerts and watch rules, what the regulator did and what is frozen; and for its officers, what they may do."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui

from zhulian.client.body import Identity
from zhulian.client.chain import AsyncChain
from zhulian.client.files import file_digest
from zhulian.client.supervising.cases import CaseStep
from zhulian.console.context import Context, Page
from zhulian.console.pages.alerts import alert_table
from zhulian.console.parts.drafts import Draft
from zhulian.console.parts.dropping import drop
from zhulian.console.parts.html import Safe, digest, join, link, note, number, state, table, tag
from zhulian.console.uploads import Upload
from zhulian.errors import Refusal

__all__ = ["register"]

_ROWS = 50
_DAY_S = 86_400
_DAYS, _DAYS_MAX = 30, 366
_DOCUMENT_BYTES_MAX = 64 * 1024 * 1024


def register(context: Context) -> None:
    """The page /supervise."""

    @context.page("/supervise", "supervise", "supervise.title")
    async def supervise(page: Page, show: str = "") -> None:
        chain = await page.chain()
        page.show(tag("h1", page.say("supervise.title")))
        page.show(tag("section", await _alerts(page, chain, show), class_="card"))
        done = [tag("h2", page.say("supervise.did")), note(page.say("supervise.says")), await _log(page, chain)]
        page.show(tag("section", join(done), class_="card"))
        page.show(tag("section", tag("h2", page.say("supervise.frozen")), await _frozen(page, chain), class_="card"))
        regulator = chain.core.genesis.regulator
        if regulator is None or page.visitor.party != regulator.organisation:
            return
        with ui.element("div").classes("two"):
            if "freeze" in regulator.powers:
                with ui.element("section").classes("card form"):
                    _freezing(page, chain)
            if "open" in regulator.powers:
                with ui.element("section").classes("card form"):
                    _following(page, chain)


async def _alerts(page: Page, chain: AsyncChain, show: str) -> Safe:
    wanted = show if show in ("acknowledged", "closed") else "open"
    views = [
        tag("a", page.say(f"alert.state.{each}"), href=f"/supervise?show={each}", aria_current="page" if each == wanted else None)
        for each in ("open", "acknowledged", "closed")
    ]
    head = join([tag("h2", page.say("home.alerts")), tag("p", join(views, " · "))])
    try:
        found = await chain.alerts.list(state=wanted, limit=_ROWS)
    except Refusal as why:
        return join([head, note(page.refusal(why))])
    shown = alert_table(page, found["items"], page.say("home.noalerts"))
    return join([head, shown, tag("h3", page.say("supervise.rules")), await _rules(page, chain)])


async def _rules(page: Page, chain: AsyncChain) -> Safe:
    found = await chain.alerts.rules()
    titles = await _titles(page, chain, [each["rule"] for each in (*found["followed"], *found["rest"])])

    def rule(name: str) -> Safe:
        return tag("span", titles.get(name, name), title=name)

    rows: list[tuple[object, ...]] = [
        (
            rule(each["rule"]),
            state("ok", page.say("supervise.followed")),
            page.say("supervise.since", height=number(each["since"])),
        )
        for each in found["followed"]
    ]
    rows += [(rule(each["rule"]), state("wait", page.say("supervise.rests")), page.both(each["why"])) for each in found["rest"]]
    heads = [page.say("alert.rule"), page.say("col.state"), ""]
    return table(heads, rows, empty=page.say("supervise.norules"))


async def _titles(page: Page, chain: AsyncChain, rules: Sequence[str]) -> dict[str, str]:
    """What rules of applications are called, by their names of the form `app:INSTANCE:RULE`."""
    found: dict[str, str] = {}
    parts = [each.split(":") for each in rules]
    for instance in sorted({each[1] for each in parts if len(each) == 3 and each[0] == "app"})[:_ROWS]:
        try:
            view = await chain.view(instance)
        except Refusal:
            continue  # its rules go by their names
        found |= {f"app:{instance}:{each.name}": f"{page.both(view.title)} · {page.both(each.title)}" for each in view.watch}
    return found


async def _log(page: Page, chain: AsyncChain) -> Safe:
    try:
        found = await chain.supervise.log()
    except Refusal as why:
        return note(page.refusal(why))
    rows = [
        (
            link(f"/transactions/{each.transaction}", page.say(f"supervise.use.{each.event['type'].partition('.')[2]}")),
            each.event.get("target") or each.event.get("scope") or "—",
            ", ".join(each.event["officers"]),
            digest(each.event["document"]),
            page.moment(each.time_ms),
            page.moment(each.event["until"] * 1000) if "until" in each.event else "—",
        )
        for each in reversed(found)
    ]
    heads = [page.say(f"col.{each}") for each in ("what", "about", "who", "document", "time")] + [page.say("govern.closes")]
    return table(heads, rows, empty=page.say("govern.nomandate"))


async def _frozen(page: Page, chain: AsyncChain) -> Safe:
    found = (await chain.page("mandate/frozen", limit=_ROWS)).items
    now = chain.core.clock()
    rows = [
        (each["key"][-1], ", ".join(each["value"]["officers"]), digest(each["value"]["document"]), page.moment(each["value"]["until"] * 1000))
        for each in found
        if each["value"]["until"] > now
    ]  # fmt: skip
    heads = [page.say("col.about"), page.say("col.who"), page.say("col.document"), page.say("govern.closes")]
    return table(heads, rows, empty=page.say("supervise.nofrozen"))


class _Order:
    """What every use of the mandate asks for: what it is about, the legal document, how long, and a second officer."""

    def __init__(self, page: Page, chain: AsyncChain, about: str) -> None:
        self._page, self._chain = page, chain
        self._digest = ""
        draft = Draft(page, about)
        with ui.element("div") as holder:
            draft.mark(holder)
            self._ask(about, draft)

    def _ask(self, about: str, draft: Draft) -> None:
        page = self._page
        self.about = ui.input(page.say(about)).props("outlined dense")
        draft.add("about", self.about)
        page.show(tag("p", page.say(f"{about}.help"), class_="help"))
        drop(page, page.say("supervise.document"), self._take, most=_DOCUMENT_BYTES_MAX)
        self._named = page.show(tag("p", page.say("supervise.document.help"), class_="help"))
        self._days = ui.input(page.say("supervise.days"), value=str(_DAYS)).props("outlined dense inputmode=numeric")
        draft.add("days", self._days)
        colleagues = [
            each
            for each in page.context.desk.people()
            if each.startswith(f"{page.visitor.party}.") and each != page.visitor.person
        ]
        self._second = ui.select(colleagues, label=page.say("supervise.second")).props("outlined dense")

    async def _take(self, upload: Upload) -> None:
        try:
            self._digest = (await asyncio.to_thread(file_digest, self._chain.core.hasher.suite, upload.path)).hex()
        finally:
            upload.path.unlink(missing_ok=True)
        self._named.set_content(tag("p", self._page.say("supervise.digest"), " ", digest(self._digest), class_="help"))

    def missing(self, *, days: bool = True) -> str:
        """The first thing that is not filled in, as a sentence; empty where all is."""
        given = str(self._days.value or "").strip()
        checks = [
            ("supervise.miss.about", bool((self.about.value or "").strip())),
            ("supervise.miss.document", bool(self._digest)),
            ("supervise.miss.days", not days or (given.isascii() and given.isdigit() and 1 <= int(given) <= _DAYS_MAX)),
            ("supervise.miss.second", bool(self._second.value)),
        ]
        return next((self._page.say(key) for key, well in checks if not well), "")

    @property
    def target(self) -> str:
        """What it is about."""
        return (self.about.value or "").strip()

    @property
    def document(self) -> str:
        """The digest of the legal document, 64 hex digits."""
        return self._digest

    @property
    def until(self) -> int:
        """The end, Unix seconds."""
        return int(time.time()) + int(self._days.value) * _DAY_S

    @property
    def officers(self) -> list[str | Identity]:
        """The two that sign."""
        return [*self._page.signers(), str(self._second.value)]


def _buttons(page: Page, order: _Order, *acts: tuple[str, str, bool, Callable[[], Awaitable[Safe]]]) -> None:
    """Buttons below an order: each with its words, its look, whether it needs days, and what it does; the answer comes below."""
    with ui.row():
        for key, look, days, act in acts:

            async def press(act: Callable[[], Awaitable[Safe]] = act, days: bool = days) -> None:
                missing = order.missing(days=days)
                if missing:
                    line.set_content(note(missing, "bad"))
                    return
                line.set_content(note(page.say("form.sending")))
                try:
                    line.set_content(await act())
                except Refusal as why:
                    line.set_content(note(f"{page.say('form.refused')}：{page.refusal(why)}", "bad"))

            with ui.element("button").classes(look).props('type="button"').on("click", press):
                ui.label(page.say(key))
    with ui.element("div").props('aria-live="polite"'):
        line = page.show(note(""))


def _freezing(page: Page, chain: AsyncChain) -> None:
    page.show(tag("h2", page.say("supervise.freeze")))
    order = _Order(page, chain, "supervise.target")

    async def freeze() -> Safe:
        done = await chain.mandate.freeze(order.target, document=order.document, until=order.until, signers=order.officers)
        return _done(page, done.transaction, done.height or 0)

    async def thaw() -> Safe:
        done = await chain.mandate.thaw(order.target, document=order.document, signers=order.officers)
        return _done(page, done.transaction, done.height or 0)

    _buttons(page, order, ("supervise.freeze.do", "go", True, freeze), ("supervise.thaw.do", "plain", False, thaw))


def _following(page: Page, chain: AsyncChain) -> None:
    page.show(tag("h2", page.say("supervise.case")))
    order = _Order(page, chain, "supervise.scope")

    async def follow() -> Safe:
        declared = await chain.supervise.inspect(order.target, document=order.document, until=order.until, signers=order.officers)
        found = await chain.supervise.case(order.target, declared.transaction, upto=declared.height or 0)
        text = json.dumps(
            {
                "scope": found.scope,
                "inspection": found.inspection,
                "height": found.height,
                "steps": [{"event": each.event, "receipt": each.receipt} for each in found.steps],
            },
            ensure_ascii=False,
            indent=1,
        )
        ui.download.content(text, f"case-{declared.transaction[:16]}.json")
        return join(
            [
                note(page.say("supervise.gathered", count=len(found.steps), height=number(found.height)), "ok"),
                tag("ol", *(_step(page, each) for each in found.steps), class_="way"),
            ]
        )

    _buttons(page, order, ("supervise.case.do", "go", True, follow))


def _done(page: Page, transaction: str, height: int) -> Safe:
    return tag(
        "p", page.say("form.done", height=number(height)), " ", link(f"/transactions/{transaction}", "→"), class_="note ok"
    )


def _step(page: Page, step: CaseStep) -> Safe:
    event: dict[str, Any] = step.event
    what = event.get("action") or event["type"]
    named = link(f"/transactions/{step.transaction}", what) if step.transaction else what
    where = " / ".join(str(event[each]) for each in ("instance", "record", "key") if event.get(each))
    proof = state("seal", page.say("state.sealed")) if step.receipt is not None else tag("span", page.say("supervise.itself"))
    return tag("li", tag("b", named), " ", where, " ", page.moment(step.time_ms), " ", proof)
