"""The network: who seals, which organisations belong to it, and how this node stands."""

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import Safe, digest, facts, number, state, table, tag
from zhulian.console.words import LANGUAGES

__all__ = ["register", "standing"]


def register(context: Context) -> None:
    """The page /network."""

    @context.page("/network", "network", "network.title")
    async def network(page: Page) -> None:
        chain = await page.chain()
        status = await chain.status()
        with_others = status.get("network") or {}
        page.show(tag("h1", page.say("network.title")))
        engine = page.say("network.solo") if status["engine"] == "solo" else "CometBFT"
        versions = ", ".join(f"{name} {version}" for name, version in status.get("versions", {}).items())
        pairs: list[tuple[object, object]] = [
            (page.say("network.engine"), engine),
            (page.say("home.height"), number(status["height"])),
            (page.say("network.since"), number(status.get("first", 1))),
            (page.say("network.versions"), versions),
            (page.say("block.root"), digest(status["state_root"])),
        ]
        if with_others:
            pairs.append((page.say("network.peers"), ", ".join(with_others.get("peers", [])) or "—"))
        page.show(tag("section", facts(pairs), class_="card"))
        sealers = [one for each in (await chain.page("govern/sealers", limit=10)).items for one in each["value"]["sealers"]]
        rows = [(each["sealer"], number(each["power"]), digest(each["public_key"])) for each in sealers]
        heads = [page.say("col.name"), page.say("network.power"), page.say("network.key")]
        page.show(tag("section", tag("h2", page.say("network.nodes")), table(heads, rows, right=(1,), empty="—"), class_="card"))
        members = (await chain.page("identity/organisations", limit=100)).items
        known = [(each["key"][1], page.both(each["value"]["title"]), standing(page, each["value"]["status"])) for each in members]
        heads = ["ID", page.say("col.name"), page.say("col.state")]
        page.show(tag("section", tag("h2", page.say("network.organisations")), table(heads, known, empty="—"), class_="card"))


def standing(page: Page, status: str) -> Safe:
    """How something stands, in words and with its shape; a status without words of its own is shown as it is."""
    kind = {"active": "ok", "passed": "ok", "open": "wait"}.get(status, "bad")
    return state(kind, page.say(f"status.{status}") if f"status.{status}" in LANGUAGES[page.language] else status)
