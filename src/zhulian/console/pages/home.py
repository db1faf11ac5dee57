"""The first page: is the chain well, what is new, what waits for me."""

import time
from collections.abc import Callable

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.pages.alerts import alert_table
from zhulian.console.parts.html import Safe, digest, facts, join, link, note, number, state, table, tag
from zhulian.console.parts.tasks import task_list
from zhulian.errors import Refusal

__all__ = ["register"]

_LOOK_S = 1.0
_TASKS_S = 30.0
_ALERTS = 8
_NEWEST = 12


def register(context: Context) -> None:
    """The page /."""

    @context.page("/", "home", "home.title")
    async def home(page: Page) -> None:
        page.show(tag("h1", page.say("home.title")))
        strip = page.show(_live(page, _strip))
        with ui.element("div").classes("two"):
            with ui.element("div"):
                _tasks(page)
                page.show(await _apps(page))
            with ui.element("div"):
                with ui.element("section").classes("card"):
                    page.show(tag("h2", page.say("home.newest")))
                    newest = page.show(_live(page, _newest))
                if not page.visitor.is_person:
                    page.show(await _alerts(page))
        seen = [context.hub.turn]

        def look() -> None:
            if seen[0] != context.hub.turn:
                seen[0] = context.hub.turn
                strip.set_content(_live(page, _strip))
                newest.set_content(_live(page, _newest))

        ui.timer(_LOOK_S, look)


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


def _tasks(page: Page) -> None:
    """What waits for the visitor, looked up once the page is there and again now and then."""
    with ui.element("section").classes("card"):
        page.show(tag("h2", page.say("home.tasks")))
        shown = page.show(note(page.say("home.looking"))).classes("tasks").props('aria-live="polite"')

    async def look() -> None:
        try:
            found = await page.context.tasks.of(page)
        except Refusal as why:
            shown.set_content(note(page.refusal(why), "warn"))
        else:
            shown.set_content(task_list(page, found, int(time.time())))

    ui.timer(_TASKS_S, look)


async def _apps(page: Page) -> Safe:
    found = await (await page.chain()).titled_apps()
    rows = [
        (link(f"/apps/{each['instance']}", page.both(each["title"])), each["instance"]) for each in found if "module" not in each
    ]
    shown = table([page.say("col.name"), "ID"], rows, empty=page.say("home.noapps"))
    return tag("section", tag("h2", page.say("home.apps")), shown, class_="card")


async def _alerts(page: Page) -> Safe:
    try:
        found = await (await page.chain()).alerts.list(state="open", limit=_ALERTS)
    except Refusal as why:
        return tag("section", tag("h2", page.say("home.alerts")), note(page.refusal(why)), class_="card")
    shown = alert_table(page, found["items"], page.say("home.noalerts"))
    return tag("section", join([tag("h2", page.say("home.alerts")), shown]), class_="card")
