"""The developer's corner: the API, and a place to try a scenario file."""

import asyncio

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import Safe, join, link, note, table, tag
from zhulian.errors import Refusal
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

__all__ = ["register"]


def register(context: Context) -> None:
    """The page /developer."""

    @context.page("/developer", "developer", "developer.title")
    async def developer(page: Page) -> None:
        page.show(tag("h1", page.say("developer.title")))
        url = context.url
        links = [link(f"{url}/docs", page.say("developer.api")), link(f"{url}/v1/openapi.json", page.say("developer.openapi"))]
        page.show(tag("section", join(links, " · "), class_="card"))
        with ui.element("section").classes("card"):
            page.show(tag("h2", page.say("developer.try")))
            text = (
                ui.textarea(page.say("developer.paste"))
                .props("outlined rows=16 input-style='font-family:var(--mono);font-size:12px'")
                .classes("w-full")
            )
            answer: list[ui.html] = []

            async def check() -> None:
                answer[0].set_content(await asyncio.to_thread(_judged, page, text.value or ""))

            with ui.element("button").classes("go").props('type="button"').on("click", check):
                ui.label(page.say("developer.check"))
            with ui.element("div").props('aria-live="polite"'):
                answer.append(page.show(note("")))


def _judged(page: Page, text: str) -> Safe:
    """What checking says of a definition."""
    try:
        checked = check_definition(read_definition(text.encode()[: BYTES_MAX + 1]), every_word())
    except LanguageFaults as found:
        rows = [(page.say("developer.line", line=each.line, column=each.column), page.refusal(each)) for each in found.found]
        return table(["", page.say("col.what")], rows)
    except Refusal as why:
        return note(page.refusal(why), "bad")
    tree = checked.definition.tree
    title = page.both(tree.title) or tree.scenario
    return note(page.say("developer.good", title=title, actions=len(tree.actions), stories=len(tree.stories)), "ok")
