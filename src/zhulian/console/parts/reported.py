"""Which provers' reports were filed about the definition that an instance follows."""

from typing import Any

from zhulian.client.chain import AsyncChain
from zhulian.console.context import Page
from zhulian.console.parts.html import Safe, facts, note, tag

__all__ = ["reported"]


async def reported(page: Page, chain: AsyncChain, definition: str) -> Safe:
    """The reports by digest, with what they found, who filed them, and where to read them."""
    found = await chain.scenario.reports(definition)
    by_report: dict[str, list[dict[str, Any]]] = {}
    for each in found["reports"]:
        by_report.setdefault(each["report"], []).append(each)
    parties = await page.parties() if by_report else {}
    rows: list[Safe] = []
    for report, several in by_report.items():
        first = several[0]
        counts = page.say("reported.counts", proved=first["proved"], refuted=first["refuted"], runtime=first["run_time"])
        who = page.say("reported.between").join(parties.get(each["organisation"], each["organisation"]) for each in several)
        rows.append(
            facts(
                [
                    (page.say("proving.digest"), tag("code", report, class_="hash")),
                    (page.say("proving.verdict"), counts),
                    (page.say("reported.by"), who),
                ]
            )
        )
    said = rows or [note(page.say("reported.none"))]
    where = tag("p", page.say("reported.where", definition=definition), class_="small soft") if rows else ""
    return tag("section", tag("h2", page.say("reported.title")), *said, where, class_="card")
