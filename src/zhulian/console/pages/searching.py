"""Whatever was typed into the search: a number leads to its page, words to what the index finds."""

from collections.abc import Sequence
from urllib.parse import quote

from nicegui import ui

from zhulian.client.chain import AsyncChain
from zhulian.client.searching import Hit
from zhulian.console.context import Context, Page
from zhulian.console.parts.html import link, note, number, state, table, tag
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
        found = await chain.search(words, limit=_ROWS, own=page.reads_signed)
        rows = []
        states = await _states(page, chain, found.hits)
        for each in found.hits:
            title = each.title.say(page.language) or each.key
            proved = state("seal", page.say("state.sealed")) if each.fault is None else state("bad", page.refusal(each.fault))
            rows.append(
                (
                    link(_place(each), title),
                    states.get((each.instance, each.record, each.state), each.state) or "—",
                    number(each.height),
                    page.moment(each.time_ms),
                    proved,
                )
            )
        heads = [page.say("col.what"), page.say("col.state"), page.say("col.height"), page.say("col.time"), page.say("col.proof")]
        shown = table(heads, rows, right=(2,), empty=page.say("search.none", words=words))
        page.show(tag("section", shown if rows else note(page.say("search.none", words=words)), class_="card"))


def _place(hit: Hit) -> str:
    """Where a hit is shown: a record on its own page, anything else by the transaction that made it."""
    if hit.instance and hit.record and hit.place[:1] == ("scenario/records",):
        return f"/apps/{hit.instance}/records/{hit.record}/{quote('/'.join(hit.place[3:]))}"
    return f"/transactions/{hit.transaction}" if hit.transaction else f"/blocks/{hit.height}"


async def _states(page: Page, chain: AsyncChain, hits: Sequence[Hit]) -> dict[tuple[str, str, str], str]:
    """What the states of the hits are called, by application, record type and state."""
    found: dict[tuple[str, str, str], str] = {}
    for instance in {each.instance for each in hits if each.instance and each.record and each.state}:
        try:
            view = await chain.view(instance)
        except Refusal:
            continue  # a definition that cannot be read any more: its states are shown by their names
        found |= {(instance, each.name, one.name): page.both(one.title) for each in view.records for one in each.states}
    return found
