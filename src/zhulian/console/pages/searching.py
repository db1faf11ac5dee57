"""Whatever was typed into the search: a number leads to its page, words to what the index finds."""

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import link, moment, note, number, state, table, tag
from zhulian.errors import Refusal

__all__ = ["register"]

_HEX = set("0123456789abcdef")
_ROWS = 20


def register(context: Context) -> None:
    """The page /search."""

    @context.page("/search", "blocks", "search.title")
    async def search(page: Page, q: str = "") -> None:
        words = q.strip()[:200]
        chain = await page.chain()
        if words.isdigit() and len(words) < 12:
            ui.navigate.to(f"/blocks/{int(words)}")
            return
        if len(words) == 64 and set(words) <= _HEX:
            try:
                await chain.transaction(words)
            except Refusal:
                pass
            else:
                ui.navigate.to(f"/transactions/{words}")
                return
        page.show(tag("h1", page.say("search.title")))
        found = await chain.search(words, limit=_ROWS)
        rows = []
        for each in found.hits:
            title = each.title.say(page.language) or each.key
            proved = state("seal", page.say("state.sealed")) if each.fault is None else state("bad", page.refusal(each.fault))
            where = f"/transactions/{each.transaction}" if each.transaction else f"/blocks/{each.height}"
            rows.append((link(where, title), each.state, number(each.height), moment(each.time_ms), proved))
        heads = [page.say("col.what"), page.say("col.state"), page.say("col.height"), page.say("col.time"), page.say("col.proof")]
        shown = table(heads, rows, right=(2,), empty=page.say("search.none", words=words))
        page.show(tag("section", shown if rows else note(page.say("search.none", words=words)), class_="card"))
