"""The explorer: blocks and transactions, in words first and as raw data one click away."""

import json
from itertools import pairwise
from typing import Any

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.decoded import as_json, decoded
from zhulian.console.parts.html import Safe, code, digest, facts, join, link, note, number, state, table, tag
from zhulian.console.parts.waterfall import Step, waterfall
from zhulian.console.words.messages import EVENTS, MESSAGES, named

__all__ = ["register"]

_ROWS = 25


def register(context: Context) -> None:
    """The pages /blocks, /blocks/{height} and /transactions/{transaction}."""
    _all_blocks(context)
    _one_block(context)
    _one_transaction(context)


def _all_blocks(context: Context) -> None:
    @context.page("/blocks", "blocks", "blocks.title")
    async def blocks(page: Page, before: int = 0) -> None:
        found = (await (await page.chain()).blocks(before=before or None, limit=_ROWS))["items"]
        page.show(tag("h1", page.say("blocks.title")))
        rows = [
            (
                link(f"/blocks/{each['header']['height']}", number(each["header"]["height"])),
                page.moment(each["header"]["time_ms"]),
                digest(each["digest"]),
            )
            for each in found
        ]
        heads = [page.say(f"col.{each}") for each in ("height", "time", "digest")]
        page.show(tag("section", table(heads, rows, right=(0,), empty=page.say("home.noblocks")), class_="card"))
        if found and found[-1]["header"]["height"] > 1:
            page.show(link(f"/blocks?before={found[-1]['header']['height']}", page.say("blocks.older")))


def _one_block(context: Context) -> None:
    @context.page("/blocks/{height}", "blocks", "blocks.title")
    async def block(page: Page, height: int) -> None:
        found = await (await page.chain()).block(height)
        header = found["header"]
        page.show(tag("h1", page.say("block.title", height=number(height))))
        steps = [link(f"/blocks/{height - 1}", page.say("block.previous"))] if height > 1 else []
        if height < context.hub.status.get("height", height):
            steps.append(link(f"/blocks/{height + 1}", page.say("block.next")))
        page.show(
            tag(
                "section",
                facts(
                    [
                        (page.say("col.time"), page.moment(header["time_ms"])),
                        (page.say("col.digest"), digest(found["digest"])),
                        (page.say("block.previous"), digest(header["previous"])),
                        (page.say("block.root"), digest(header["state_root"])),
                    ]
                ),
                tag("p", join(steps, " · ")),
                class_="card",
            )
        )
        page.show(
            tag("section", tag("h2", page.say("block.transactions")), transactions(page, found["transactions"]), class_="card")
        )
        if found.get("ran"):
            page.show(tag("section", tag("h2", page.say("block.ran")), code(as_json(found["ran"])), class_="card"))
        seals = [
            (each["sealer"], page.moment(each["time_ms"]), number(each["time_ms"] - header["time_ms"])) for each in found["seals"]
        ]
        heads = [page.say("col.who"), page.say("col.time"), page.say("block.lag")]
        page.show(
            tag(
                "section",
                tag("h2", page.say("block.seals")),
                table(heads, seals, right=(2,), empty=page.say("state.waiting")),
                class_="card",
            )
        )
        page.show(raw(page, found))


def _one_transaction(context: Context) -> None:
    @context.page("/transactions/{transaction}", "blocks", "tx.title")
    async def shown(page: Page, transaction: str) -> None:
        chain = await page.chain()
        found = await chain.transaction(transaction)
        height = found.get("height")
        inside = await chain.block(height) if height else {"transactions": [], "seals": [], "header": {}}
        own = next((each for each in inside["transactions"] if each["result"].get("transaction") == transaction), None)
        page.show(tag("h1", page.say("tx.title")))
        page.show(tag("section", _about(page, transaction, found, own, inside), class_="card"))
        way = _way(page, found.get("times") or {}, inside)
        if way:
            page.show(tag("section", tag("h2", page.say("tx.way")), way, class_="card"))
        if own is not None:
            page.show(tag("section", tag("h2", page.say("col.what")), _messages(page, own), class_="card"))
            page.show(tag("section", tag("h2", page.say("tx.events")), _events(page, own), class_="card"))

            async def download() -> None:
                receipt = await chain.receipt(transaction)
                ui.download.content(
                    json.dumps(receipt.document, ensure_ascii=False, indent=1), f"{transaction[:16]}.receipt.json"
                )

            button = ui.element("button").classes("go").props('type="button"').on("click", download)
            with button:
                ui.label(page.say("tx.receipt"))
        page.show(raw(page, own or found))


def transactions(page: Page, found: list[dict[str, Any]]) -> Safe:
    """Transactions as a table: what, by whom, what became of it."""
    rows = []
    for each in found:
        result = each["result"]
        messages = each.get("body", {}).get("messages", [])
        what = page.say("list.comma").join(named(MESSAGES, message["type"], page.language) for message in messages) or "—"
        well = result["status"] == "applied"
        shown = state(
            "ok" if well else "bad",
            page.say("state.applied") if well else f"{page.say('state.refused')} {result.get('code', '')}",
        )
        rows.append(
            (link(f"/transactions/{result['transaction']}", what), ", ".join(each.get("body", {}).get("signers", [])), shown)
        )
    return table([page.say("col.what"), page.say("col.who"), page.say("col.state")], rows, empty="—")


def raw(page: Page, value: Any) -> Safe:
    """Raw data, one click away."""
    return tag("details", tag("summary", page.say("block.json")), code(as_json(value)), class_="card")


def _about(page: Page, transaction: str, found: dict[str, Any], own: dict[str, Any] | None, inside: dict[str, Any]) -> Safe:
    height = found.get("height")
    pairs: list[tuple[object, object]] = [("ID", digest(transaction)), (page.say("col.state"), _became(page, found, inside))]
    if height:
        pairs.append((page.say("col.height"), link(f"/blocks/{height}", number(height))))
        pairs.append((page.say("tx.decided"), page.moment(inside["header"]["time_ms"])))
    if inside["seals"]:
        pairs.append((page.say("tx.sealed"), page.moment(max(each["time_ms"] for each in inside["seals"]))))
    if own is not None:
        pairs.append((page.say("tx.signers"), ", ".join(own["body"]["signers"])))
        pairs.append((page.say("tx.cost"), page.say("tx.steps", **own["result"]["cost"])))
    return facts(pairs)


def _way(page: Page, times: dict[str, int], inside: dict[str, Any]) -> Safe | str:
    """How long each stretch of the way took: by this node's clock where it took the transaction in, else by the block and its seals."""
    if "committed_ms" in times:
        stations = ("received", "verified", "proposed", "committed", "sealed")
        marks = [(name, times[f"{name}_ms"]) for name in stations if f"{name}_ms" in times]
        said = page.say("tx.way.says")
    elif inside["seals"]:
        marks = [("proposed", inside["header"]["time_ms"]), ("sealed", max(each["time_ms"] for each in inside["seals"]))]
        said = page.say("tx.way.elsewhere")
    else:
        return ""
    steps = [Step(page.say(f"tx.way.{name}"), before, max(at, before)) for (_, before), (name, at) in pairwise(marks)]
    whole = page.say("tx.way.whole", ms=number(max(0, marks[-1][1] - marks[0][1])))
    heads = (page.say("tx.way.step"), page.say("tx.way.when"), page.say("tx.way.took"))
    return join([waterfall(heads, steps), note(f"{whole}{said}")])


def _became(page: Page, found: dict[str, Any], inside: dict[str, Any]) -> Safe:
    if found.get("status") == "refused":
        return state("bad", f"{page.say('state.refused')} {found.get('code', '')}")
    return state("seal", page.say("state.sealed")) if inside["seals"] else state("wait", page.say("state.waiting"))


def _messages(page: Page, own: dict[str, Any]) -> Safe:
    return join([join([_titled(MESSAGES, each["type"], page, "h3"), decoded(page, each)]) for each in own["body"]["messages"]])


def _events(page: Page, own: dict[str, Any]) -> Safe:
    rows = [(_titled(EVENTS, each["type"], page, "span"), decoded(page, each)) for each in own["result"].get("events", [])]
    return table([page.say("col.what"), ""], rows, empty="—")


def _titled(words: dict[str, tuple[str, str]], kind: str, page: Page, element: str) -> Safe:
    """What something is called, with its name on the wire where the mouse rests."""
    return tag(element, named(words, kind, page.language), title=kind)
