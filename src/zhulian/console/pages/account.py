"""One's own sign-in: this session and the others, how to end them all, and the log of sign-ins."""

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import Safe, facts, join, link, note, state, table, tag
from zhulian.console.sessions import Visitor
from zhulian.console.signins import Entry

__all__ = ["register"]

_ROWS = 50
_KINDS = {"in": "ok", "refused": "bad"}


def register(context: Context) -> None:
    """The page /account."""

    @context.page("/account", "account", "account.title")
    async def account(page: Page) -> None:
        visitor = page.present()
        sessions, log = context.desk.sessions, context.desk.log
        page.show(tag("h1", page.say("account.title")))
        left = page.say("account.left", minutes=max(1, sessions.left_s(visitor) // 60))
        pairs: list[tuple[object, object]] = [
            (page.say("account.who"), visitor.person),
            (page.say("account.way"), page.say(f"way.{visitor.way}")),
            (page.say("account.began"), _when(page, visitor.began)),
            (page.say("account.ends"), left),
            (page.say("account.from"), visitor.address),
        ]
        page.show(tag("section", tag("h2", page.say("account.here")), facts(pairs), class_="card"))
        with ui.element("section").classes("card"):
            page.show(join([tag("h2", page.say("account.sessions")), _sessions(page, sessions.of(visitor.person, visitor.way))]))
            page.show(note(page.say("account.everywhere.says")))

            async def everywhere() -> None:
                for each in context.desk.leave_everywhere(page.present()):
                    await context.forget(each)
                ui.navigate.to("/enter")

            ui.button(page.say("account.everywhere"), on_click=everywhere, color=None).props("outline no-caps")
        all_of_them = visitor.way == "home"
        title = page.say("account.log.all" if all_of_them else "account.log")
        entries = log.newest("" if all_of_them else visitor.person)[:_ROWS]
        broken = log.broken() if all_of_them else 0
        warning = note(page.say("account.log.broken", line=broken), "bad") if broken else ""
        page.show(tag("section", tag("h2", title), warning, _log(page, entries), class_="card"))
        if visitor.way == "home":
            parts = [
                tag("h2", page.say("account.enrol")),
                tag("p", page.say("account.enrol.says")),
                tag("p", link("/people", page.say("people.title"))),
            ]
            page.show(tag("section", *parts, class_="card"))
        page.show(tag("p", link("/enter/help", page.say("account.help"))))


def _sessions(page: Page, found: list[Visitor]) -> Safe:
    heads = [page.say("account.began"), page.say("account.from"), page.say("account.browser"), ""]
    rows = [
        (
            _when(page, each.began),
            each.address,
            _browser(each.agent),
            state("ok", page.say("account.this")) if each is page.visitor else "",
        )
        for each in found
    ]
    return table(heads, rows)


def _log(page: Page, entries: list[Entry]) -> Safe:
    heads = [page.say(each) for each in ("col.time", "col.who", "account.way", "account.from", "account.browser", "col.result")]
    rows = [
        (
            page.moment(each.at_ms),
            each.person or "—",
            page.say(f"way.{each.way}") if each.way else "—",
            each.address,
            _browser(each.agent),
            state(_KINDS.get(each.what, "at"), " ".join((page.say(f"signin.{each.what}"), each.code)).strip()),
        )
        for each in entries
    ]
    return table(heads, rows, empty=page.say("account.log.none"))


def _when(page: Page, seconds: float) -> Safe:
    return page.moment(int(seconds * 1000))


def _browser(agent: str) -> str:
    """Which browser that is, as far as it says so in its first words that name one."""
    known = ("Edg/", "MicroMessenger/", "QQBrowser/", "Firefox/", "Chrome/", "Safari/")
    for each in known:
        if each in agent:
            return each.rstrip("/").replace("Edg", "Edge").replace("MicroMessenger", "WeChat")
    return agent[:24] or "—"
