"""One alert: what raised it, what was done about it, and what can be done now."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import Safe, facts, join, link, note, number, state, table, tag
from zhulian.errors import Refusal

__all__ = ["alert_table", "register"]

_LEVELS = {"low": "at", "medium": "wait", "high": "bad"}
_STATES = {"open": "bad", "acknowledged": "wait", "closed": "ok"}


def register(context: Context) -> None:
    """The page /supervise/alerts/{alert}."""

    @context.page("/supervise/alerts/{alert}", "supervise", "supervise.title")
    async def one(page: Page, alert: str) -> None:
        chain = await page.chain()
        found = await chain.alerts.show(alert)
        page.show(join([tag("p", link("/supervise", page.say("supervise.title"))), tag("h1", page.both(found["title"]))]))
        page.show(tag("section", _about(page, found), class_="card"))
        page.show(tag("section", tag("h2", page.say("alert.history")), _history(page, found["history"]), class_="card"))
        if found["state"] == "closed":
            return
        with ui.element("section").classes("card form"):
            page.show(tag("h2", page.say("alert.handle")))
            why = ui.input(page.say("alert.why")).props("outlined dense maxlength=500")
            people = [each for each in page.context.desk.people() if each.startswith(f"{page.visitor.party}.")]
            to = ui.select(people, label=page.say("alert.to"), value=page.visitor.person).props("outlined dense")
            with ui.element("div").props('aria-live="polite"'):
                line = page.show(note(""))

            def button(key: str, done: Callable[[], Awaitable[Any]], look: str = "plain") -> None:
                async def act() -> None:
                    try:
                        await done()
                        ui.navigate.reload()
                    except Refusal as refused:
                        line.set_content(note(page.refusal(refused), "bad"))

                with ui.element("button").classes(look).props('type="button"').on("click", act):
                    ui.label(page.say(key))

            with ui.row():
                if found["state"] == "open":
                    button("alert.acknowledge", lambda: chain.alerts.acknowledge(alert, why=why.value or ""), "go")
                button("alert.assign", lambda: chain.alerts.assign(alert, to.value or "", why=why.value or ""))
                button("alert.close", lambda: chain.alerts.close(alert, why.value or ""))


def alert_table(page: Page, items: list[dict[str, Any]], empty: str) -> Safe:
    """Alerts as a table, each with its level, what it is about, and how far it is handled."""
    rows = [
        (
            link(f"/supervise/alerts/{each['id']}", page.both(each["title"])),
            state(_LEVELS[each["level"]], page.say(f"alert.level.{each['level']}")),
            each["about"] or each["instance"] or "—",
            page.moment(each["time_ms"]),
            state(_STATES[each["state"]], page.say(f"alert.state.{each['state']}")),
            each.get("assigned") or "—",
        )
        for each in items
    ]
    heads = [page.say(f"col.{each}") for each in ("what", "level", "about", "time", "state", "assigned")]
    return table(heads, rows, empty=empty)


def _about(page: Page, alert: dict[str, Any]) -> Safe:
    pairs: list[tuple[object, object]] = [
        (page.say("col.level"), state(_LEVELS[alert["level"]], page.say(f"alert.level.{alert['level']}"))),
        (page.say("col.state"), state(_STATES[alert["state"]], page.say(f"alert.state.{alert['state']}"))),
        (page.say("col.about"), alert["about"] or "—"),
        (page.say("nav.apps"), link(f"/apps/{alert['instance']}", alert["instance"]) if alert["instance"] else "—"),
        (page.say("alert.rule"), tag("span", page.both(alert["title"]), title=alert["rule"])),
        (page.say("col.height"), link(f"/blocks/{alert['height']}", number(alert["height"]))),
        (page.say("col.time"), page.moment(alert["time_ms"])),
        (page.say("col.assigned"), alert.get("assigned") or "—"),
    ]
    if alert.get("ended_height"):
        pairs.append((page.say("alert.ended"), page.moment(alert["ended_ms"])))
    return facts(pairs)


def _history(page: Page, history: list[dict[str, Any]]) -> Safe:
    steps = [
        tag(
            "li",
            tag("b", page.say(f"alert.did.{each['what']}", to=each.get("assigned", ""))),
            f" {each['who']} ",
            page.moment(each["at_ms"]),
            tag("p", each["why"], class_="soft") if each.get("why") else "",
        )
        for each in history
    ]
    return tag("ol", *steps, class_="way") if steps else note(page.say("alert.untouched"))
