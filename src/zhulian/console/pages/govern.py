"""Governance: what is proposed, and who has voted."""

from typing import Any

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.pages.network import standing
from zhulian.console.parts.buttons import once
from zhulian.console.parts.decoded import decoded
from zhulian.console.parts.html import facts, join, note, tag
from zhulian.console.words.messages import MESSAGES, named
from zhulian.errors import Refusal

__all__ = ["register"]

_ROWS = 50


def register(context: Context) -> None:
    """The page /govern."""

    @context.page("/govern", "govern", "govern.title")
    async def govern(page: Page) -> None:
        page.show(tag("h1", page.say("govern.title")))
        chain = await page.chain()
        page.show(tag("h2", page.say("govern.proposals")))
        found = (await chain.page("govern/proposals", limit=_ROWS)).items
        if not found:
            page.show(tag("section", note(page.say("govern.none")), class_="card"))
        for each in found:
            _proposal(page, each)


def _proposal(page: Page, item: dict[str, Any]) -> None:
    value = item["value"]
    votes = value["votes"]
    with ui.element("section").classes("card"):
        names = page.say("list.comma").join(named(MESSAGES, each.get("type", ""), page.language) for each in value["actions"])
        facts_of = [
            (page.say("col.state"), standing(page, value["status"])),
            (page.say("govern.by"), value["proposer"]),
            (page.say("govern.votes"), ", ".join(sorted(name for name, vote in votes.items() if vote == "yes")) or "—"),
            (page.say("govern.closes"), page.moment(value["closes"] * 1000)),
        ]
        page.show(join([tag("h3", names), facts(facts_of)]))
        page.show(
            tag(
                "details",
                tag("summary", page.say("govern.what")),
                *(
                    join([tag("h4", named(MESSAGES, each.get("type", ""), page.language)), decoded(page, each)])
                    for each in value["actions"]
                ),
            )
        )
        if value["status"] != "open" or page.visitor.party in votes:
            return
        line = page.show(note(""))

        async def vote() -> None:
            try:
                await (await page.chain()).govern.vote(item["key"][1], "yes", signers=page.signers())
                line.set_content(note(page.say("govern.voted"), "ok"))
            except Refusal as why:
                line.set_content(note(page.refusal(why), "bad"))

        once(page.say("govern.vote"), vote)
