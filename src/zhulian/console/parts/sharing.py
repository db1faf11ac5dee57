"""A link that opens without signing in, with its QR code: what who opens it sees is said before it is made."""

import time
from collections.abc import Awaitable, Callable

import segno
from nicegui import ui

from zhulian.client.linking.flows import Link
from zhulian.console.context import Page
from zhulian.console.parts.html import Safe, join, note, tag
from zhulian.errors import Refusal

__all__ = ["share_box"]

_DAYS = (0, 7, 30, 365)


def share_box(page: Page, shows: str, make: Callable[[int], Awaitable[Link]]) -> None:
    """Offer the link that `make` gives, until a time in Unix seconds (0: for good); `shows` is the key of what its receiver sees."""
    page.show(note(page.say(shows)))
    options = {days: page.say("share.days", days=days) if days else page.say("share.endless") for days in _DAYS}
    with ui.row().classes("items-end"):
        days = ui.select(options, value=0, label=page.say("share.until")).props("outlined dense").classes("narrow")
        button = ui.button(page.say("share.make")).props("unelevated no-caps")
    with ui.element("div").props('aria-live="polite"'):
        line = page.show(Safe(""))

    async def give() -> None:
        button.disable()
        try:
            line.set_content(_shown(page, await make(int(time.time()) + int(days.value) * 86_400 if days.value else 0)))
        except Refusal as why:
            line.set_content(note(page.refusal(why), "bad"))
        finally:
            button.enable()

    button.on_click(give)


def _shown(page: Page, made: Link) -> Safe:
    drawn = segno.make(made.url, error="m", micro=False).svg_inline(scale=4, border=4, dark="#16211f", light="#ffffff")
    before, after = page.say("share.ends", time="\0").split("\0")
    ends = join([before, page.moment(made.until * 1000), after]) if made.until else page.say("share.lasts")
    copy = tag("button", page.say("share.copy"), class_="copy plain", type="button", data_copy=made.url)
    picture = tag("div", Safe(drawn), class_="qr", role="img", aria_label=page.say("share.qr"))
    link = tag("p", tag("a", made.url, href=made.url, target="_blank", rel="noopener noreferrer"))
    return join([tag("div", picture, tag("div", link, copy, note(ends)), class_="share")])
