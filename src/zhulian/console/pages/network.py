"""The network: who seals, which organisations belong to it, and how this node stands."""

from zhulian.console.context import Context, Page
from zhulian.console.parts.html import digest, facts, number, table, tag

__all__ = ["register"]


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
        sealers = (await chain.page("govern/sealers", limit=100)).items
        rows = [
            ("/".join(each["key"][1:]), number(each["value"].get("power", 1)), digest(each["value"].get("public_key", "")))
            for each in sealers
        ]
        heads = [page.say("col.name"), page.say("network.power"), page.say("col.digest")]
        page.show(tag("section", tag("h2", page.say("network.nodes")), table(heads, rows, right=(1,), empty="—"), class_="card"))
        members = (await chain.page("identity/organisations", limit=100)).items
        known = [
            ("/".join(each["key"][1:]), str(each["value"].get("title", "")), str(each["value"].get("status", "")))
            for each in members
        ]
        heads = [page.say("col.name"), page.say("col.what"), page.say("col.state")]
        page.show(tag("section", tag("h2", page.say("network.organisations")), table(heads, known, empty="—"), class_="card"))
