"""The frame around a page: head, rail, what is to be told at once, and the place for the page's own content."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from nicegui import ui

from zhulian.console.files import address
from zhulian.console.parts.clock import every
from zhulian.console.parts.html import Safe, join, note, tag

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["frame"]

_NAV: Final = ("home", "evidence", "apps", "blocks", "network", "govern", "supervise", "people", "desk", "developer")
_BRAND: Final = "#0f5c63"
_LOOK_S: Final = 2.0
_SOON_S: Final = 120


@contextlib.asynccontextmanager
async def frame(page: "Page", current: str, title: str) -> AsyncIterator[None]:
    """Everything around a page; what is built within it becomes the page's content, within the framework's own `main`.

    Head and rail stand outside the framework's part of the page: they can be used before it is up, and it draws nothing of them anew.
    """
    ui.colors(primary=_BRAND)
    ui.page_title(f"{page.say(title)} · {page.say('app.name')}")
    said = [page.say("line.lost"), page.say("line.again")]
    ui.run_javascript(f"zhulianConsole.speak(...{json.dumps(said)})")
    if page.visitor.way == "key":
        ui.add_head_html(tag("script", src=address("keys/keys.js"), defer=""))
    ui.add_body_html(join([tag("a", page.say("nav.skip"), href="#content", class_="skip"), _top(page), _rail(page, current)]))
    with ui.element("div").props('id="content" tabindex="-1"'):
        _telling(page)
        yield
        page.show(tag("p", page.say("time.zone"), class_="soft small zone"))


def _rail(page: "Page", current: str) -> Safe:
    items = [
        tag(
            "a",
            page.say(f"nav.{each}"),
            href="/" if each == "home" else f"/{each}",
            aria_current="page" if each == current else None,
        )
        for each in _NAV
        if page.sees(each)
    ]
    return tag("nav", *items, class_="rail", aria_label=page.say("nav.menu"))


def _top(page: "Page") -> Safe:
    other = "en" if page.language == "zh" else "zh"
    label = page.say("search.label")
    search = tag(
        "form", tag("input", name="q", aria_label=label, placeholder=label, maxlength=200), action="/search", role="search"
    )
    leave = tag(
        "form",
        tag("button", page.say("leave"), type="submit", class_="as-link"),
        action="/leave",
        method="post",
        data_no_draft="",
    )
    who = tag("a", page.visitor.person, href="/account", class_="soft", title=page.say("nav.account"))
    language = tag("a", page.say("language.other"), href=f"?lang={other}", lang="en" if other == "en" else "zh-CN")
    return tag(
        "header",
        tag("a", page.say("app.mark"), href="/", class_="mark"),
        search,
        tag("span", language, who, leave, class_="who"),
        class_="top",
    )


def _telling(page: "Page") -> None:
    """What is told above every page: the node is away, or back; the session ends soon, or is over. The page stays as it is."""
    told = page.show(Safe("")).props('role="status" aria-live="polite"').classes("telling")
    with ui.element("div").classes("telling-stay") as stay:
        ui.button(page.say("session.stay"), on_click=lambda: _stay(page)).props("unelevated no-caps dense")
    stay.set_visibility(False)
    before = [""]

    def look() -> None:
        now = _what(page)
        if now == before[0]:
            return
        told.set_content(_words(page, now, before[0]))
        stay.set_visibility(now == "soon")
        before[0] = now

    every(page, _LOOK_S, look)
    look()


def _stay(page: "Page") -> None:
    page.context.desk.sessions.renew(page.visitor)


def _what(page: "Page") -> str:
    sessions = page.context.desk.sessions
    if sessions.over(page.visitor):
        return "over"
    if page.context.hub.away:
        return "away"
    return "soon" if sessions.left_s(page.visitor) < _SOON_S else ""


def _words(page: "Page", now: str, before: str) -> Safe:
    if now == "over":
        here, query = page.client.request.url.path, page.client.request.url.query
        again = f"/enter?again=1&next={quote(here + ('?' + query if query else ''), safe='')}"
        words = join([tag("strong", page.say("session.over")), tag("p", page.say("session.over.says"))])
        return tag("div", words, tag("p", tag("a", page.say("session.again"), href=again, class_="go")), class_="note bad")
    if now == "away":
        return note(page.say("home.away"), "warn")
    if now == "soon":
        return note(page.say("session.soon"), "warn")
    return note(page.say("home.back"), "ok") if before == "away" else Safe("")
