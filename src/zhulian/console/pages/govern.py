"""Governance and supervision: what is proposed, who has voted, what the regulator did, and alerts."""

import json
from typing import Any

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import code, digest, join, note, number, state, table, tag
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
        page.show(
            tag(
                "section",
                join([tag("h2", page.say("govern.mandate")), note(page.say("govern.says")), await _frozen(page)]),
                class_="card",
            )
        )


def _proposal(page: Page, item: dict[str, Any]) -> None:
    value = item["value"]
    votes = value.get("votes", {})
    with ui.element("section").classes("card"):
        actions = value.get("actions", [])
        names = ", ".join(str(each.get("type", "")) for each in actions if isinstance(each, dict))
        page.show(
            join(
                [
                    tag("h3", names or digest(item["key"][1])),
                    state("ok" if value.get("status") == "passed" else "wait", str(value.get("status", ""))),
                ]
            )
        )
        page.show(tag("details", tag("summary", page.say("govern.what")), code(json.dumps(value, ensure_ascii=False, indent=1))))
        page.show(
            tag(
                "p",
                f"{page.say('govern.votes')}: {number(sum(1 for vote in votes.values() if vote in ('yes', True)))}"
                if isinstance(votes, dict)
                else "",
            )
        )
        line = page.show(note(""))

        async def vote() -> None:
            try:
                await (await page.chain()).govern.vote(item["key"][1], "yes")
                line.set_content(note(page.say("govern.voted"), "ok"))
            except Refusal as why:
                line.set_content(note(page.refusal(why), "bad"))

        if value.get("status") in (None, "open"):
            with ui.element("button").classes("go").props('type="button"').on("click", vote):
                ui.label(page.say("govern.vote"))


async def _frozen(page: Page) -> Any:
    found = (await (await page.chain()).page("mandate/frozen", limit=_ROWS)).items
    rows = [(" / ".join(each["key"][1:]), code(json.dumps(each["value"], ensure_ascii=False))) for each in found]
    return table([page.say("col.what"), ""], rows, empty=page.say("govern.nomandate"))
