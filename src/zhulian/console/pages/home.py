"""The first page: is the chain well, what is new, what waits for me."""

import asyncio
import time
from collections.abc import Callable

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.pages.alerts import alert_table
from zhulian.console.parts.clock import every
from zhulian.console.parts.html import Safe, digest, facts, join, link, note, number, state, table, tag
from zhulian.console.parts.tasks import task_list
from zhulian.errors import Refusal

__all__ = ["register"]

_LOOK_S = 1.0
_TASKS_S = 30.0
_WAIT_S = 0.2
"""How long the first page is held back for what waits for the visitor."""
_ALERTS = 8
_NEWEST = 12


def register(context: Context) -> None:
    """The page /."""

    @context.page("/", "home", "home.title")
    async def home(page: Page) -> None:
        waiting = asyncio.create_task(_waiting(page))
        apps, alerts, _ = await asyncio.gather(_apps(page), _alerts(page), asyncio.wait((waiting,), timeout=_WAIT_S))
        page.show(tag("h1", page.say("home.title")))
        strip = page.show(_live(page, _strip))
        with ui.element("div").classes("two"):
            with ui.element("div"):
                _tasks(page, waiting)
                page.show(apps)
            with ui.element("div"):
                with ui.element("section").classes("card"):
                    page.show(tag("h2", page.say("home.newest")))
                    newest = page.show(_live(page, _newest))
                page.show(alerts)
        seen = [context.hub.turn]

        def look() -> None:
            if seen[0] != context.hub.turn:
                seen[0] = context.hub.turn
                strip.set_content(_live(page, _strip))
                newest.set_content(_live(page, _newest))

        every(page, _LOOK_S, look)


def _live(page: Page, part: Callable[[Page], Safe]) -> Safe:
    """A part that is the same for everybody who reads this language, made once however many pages are open."""
    return page.context.hub.once((part, page.language), lambda: part(page))


def _strip(page: Page) -> Safe:
    hub = page.context.hub
    if hub.away or not hub.status:
        return tag("div", note(page.say("home.away"), "warn"), class_="card")
    status = hub.status
    well = status.get("accepting")
    pairs: list[tuple[object, object]] = [
        (page.say("home.node"), state("ok" if well else "bad", page.say("home.accepting" if well else "home.standing"))),
        (page.say("home.height"), number(status["height"])),
        (page.say("home.sealers"), number(status["sealers"])),
        (page.say("home.pending"), number(status.get("pending", 0))),
        (page.say("home.suite"), "SM2 · SM3 · SM4" if status["suite"] == "gm" else "Ed25519 · SHA-256"),
        (page.say("home.certificate"), page.say("home.days", days=status.get("certificate_days", "—"))),
        (page.say("home.disk"), f"{status['disk']['free_bytes'] / 1e9:,.0f} GB"),
    ]
    return tag("div", facts(pairs), class_="card")


def _newest(page: Page) -> Safe:
    rows = [
        (link(f"/blocks/{each['height']}", number(each["height"])), page.moment(each["time_ms"]), number(each["transactions"]), number(each["seals"]),
         digest(each["digest"]))
        for each in list(page.context.hub.blocks)[:_NEWEST]
    ]  # fmt: skip
    heads = [page.say(f"col.{each}") for each in ("height", "time", "count", "seals", "digest")]
    return table(heads, rows, right=(0, 2, 3), empty=page.say("home.noblocks"))


def _tasks(page: Page, found: asyncio.Task[Safe]) -> None:
    """What waits for the visitor, with the page where it is known by then, and looked up again now and then."""
    with ui.element("section").classes("card"):
        page.show(tag("h2", page.say("home.tasks")))
        shown = page.show(found.result() if found.done() else note(page.say("home.looking"))).classes("tasks")
        shown.props('aria-live="polite"')
    first = [found]

    async def look() -> None:
        shown.set_content(await (first.pop() if first else _waiting(page)))

    every(page, _TASKS_S, look)


async def _waiting(page: Page) -> Safe:
    try:
        found = await page.context.tasks.of(page)
    except Refusal as why:
        return note(page.refusal(why), "warn")
    return task_list(page, found, int(time.time()))


async def _apps(page: Page) -> Safe:
    found = await (await page.chain()).titled_apps()
    rows = [
        (link(f"/apps/{each['instance']}", page.both(each["title"])), each["instance"]) for each in found if "module" not in each
    ]
    shown = table([page.say("col.name"), "ID"], rows, empty=page.say("home.noapps"))
    return tag("section", tag("h2", page.say("home.apps")), shown, class_="card")


async def _alerts(page: Page) -> Safe:
    if page.visitor.is_person:
        return Safe("")
    try:
        found = await (await page.chain()).alerts.list(state="open", limit=_ALERTS)
    except Refusal as why:
        return tag("section", tag("h2", page.say("home.alerts")), note(page.refusal(why)), class_="card")
    shown = alert_table(page, found["items"], page.say("home.noalerts"))
    return tag("section", join([tag("h2", page.say("home.alerts")), shown]), class_="card")
