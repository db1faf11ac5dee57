"""The network: who seals, which organisations belong to it, how this node stands, and its upkeep."""

import time
from typing import Any

from nicegui import ui

from zhulian.client.chain import AsyncChain
from zhulian.console.context import Context, Page
from zhulian.console.parts.bars import bars
from zhulian.console.parts.commands import Commands
from zhulian.console.parts.html import Safe, digest, facts, join, link, note, number, state, table, tag
from zhulian.console.words import LANGUAGES
from zhulian.errors import Refusal

__all__ = ["register", "standing"]

_MEMBERS = 100


def register(context: Context) -> None:
    """The page /network."""
    commands = Commands()

    @context.page("/network", "network", "network.title")
    async def network(page: Page) -> None:
        chain = await page.chain()
        status = await chain.status()
        page.show(tag("h1", page.say("network.title")))
        page.show(tag("section", facts(_about(page, status)), class_="card"))
        if context.hub.blocks:
            page.show(tag("section", _pace(page), class_="card"))
        page.show(tag("section", tag("h2", page.say("network.nodes")), await _sealers(page, chain, status), class_="card"))
        page.show(tag("section", tag("h2", page.say("network.organisations")), await _members(page, chain), class_="card"))
        if page.visitor.entered:
            with ui.element("section").classes("card"):
                page.show(tag("h2", page.say("network.upkeep")))
                page.show(tag("p", link("/network/local", page.say("local.title"))))
                _upkeep(page, commands, sorted(chain.core.genesis.modules))


def standing(page: Page, status: str) -> Safe:
    """How something stands, in words and with its shape; a status without words of its own is shown as it is."""
    kind = {"active": "ok", "passed": "ok", "open": "wait"}.get(status, "bad")
    return state(kind, page.say(f"status.{status}") if f"status.{status}" in LANGUAGES[page.language] else status)


def _about(page: Page, status: dict[str, Any]) -> list[tuple[object, object]]:
    with_others = status.get("network") or {}
    engine = page.say("network.solo") if status["engine"] == "solo" else "CometBFT"
    disk = status["disk"]
    pairs: list[tuple[object, object]] = [
        (page.say("network.engine"), engine),
        (page.say("home.height"), number(status["height"])),
        (page.say("network.since"), number(status.get("first", 1))),
        (page.say("network.versions"), ", ".join(f"{name} {version}" for name, version in status.get("versions", {}).items())),
        (page.say("block.root"), digest(status["state_root"])),
        (page.say("home.certificate"), page.say("home.days", days=status.get("certificate_days", "—"))),
        (page.say("network.disk"), f"{disk['free_bytes'] / 1e9:,.0f} / {disk['size_bytes'] / 1e9:,.0f} GB"),
    ]
    if with_others:
        pairs.append((page.say("network.peers"), ", ".join(with_others.get("peers", [])) or "—"))
        pairs.append((page.say("local.unsealed"), number(with_others.get("unsealed_count", 0))))
    return pairs


def _pace(page: Page) -> Safe:
    """How full the newest blocks were, and how long their seals took."""
    blocks = list(reversed(page.context.hub.blocks))
    counts = [(page.say("block.title", height=number(each["height"])), each["transactions"]) for each in blocks]
    lags = [
        (page.say("block.title", height=number(each["height"])), each["lag_ms"]) for each in blocks if each["lag_ms"] is not None
    ]
    middle = sorted(value for _, value in lags)[len(lags) // 2] if lags else 0
    count, most = sum(value for _, value in counts), max((value for _, value in counts), default=0)
    told = page.say("network.pace.told", blocks=number(len(blocks)), count=number(count), most=number(most))
    return tag(
        "div",
        bars(page.say("network.pace"), counts, told),
        bars(
            page.say("network.lag"),
            lags,
            page.say("network.lag.told", middle=number(middle), most=number(max((value for _, value in lags), default=0))),
        ),
        class_="two",
    )


async def _sealers(page: Page, chain: AsyncChain, status: dict[str, Any]) -> Safe:
    missing, skew = ((status.get("network") or {}).get(each, {}) for each in ("seals", "skew_ms"))
    sealers = [one for each in (await chain.page("govern/sealers", limit=10)).items for one in each["value"]["sealers"]]
    rows = [
        (
            each["sealer"],
            number(each["power"]),
            number(missing[each["sealer"]]) if each["sealer"] in missing else "—",
            f"{skew[each['sealer']]:+,} ms" if each["sealer"] in skew else "—",
            digest(each["public_key"]),
        )
        for each in sealers
    ]
    heads = [page.say(each) for each in ("col.name", "network.power", "network.missing", "network.skew", "network.key")]
    return table(heads, rows, right=(1, 2, 3), empty="—")


async def _members(page: Page, chain: AsyncChain) -> Safe:
    members = (await chain.page("identity/organisations", limit=_MEMBERS)).items
    rows = [(each["key"][1], page.both(each["value"]["title"]), standing(page, each["value"]["status"])) for each in members]
    return table(["ID", page.say("col.name"), page.say("col.state")], rows, empty="—")


def _upkeep(page: Page, commands: Commands, modules: list[str]) -> None:
    """Back up this node, and rehearse a module's coming version on what its chain has recorded."""
    root = page.context.home.root

    async def run(arguments: list[str], told: Any) -> None:
        line.set_content(note(page.say("local.working")))
        try:
            done = await commands.run(
                root, arguments, lambda text: line.set_content(note(text)) if text else None, language=page.language
            )
            line.set_content(told(done))
        except Refusal as why:
            line.set_content(note(page.refusal(why), "bad"))

    async def back_up() -> None:
        folder = root / "backups"
        folder.mkdir(exist_ok=True, mode=0o700)
        file = folder / f"zhulian-{time.strftime('%Y%m%d-%H%M%S')}.backup"
        await run(
            ["backup", str(file)],
            lambda done: note(page.say("network.backed", path=done["path"], height=number(done["height"])), "ok"),
        )

    async def rehearse() -> None:
        asked = ["network", "rehearse", "--module", str(module.value or ""), "--version", str(version.value or "")]
        await run(asked, lambda done: _rehearsed(page, done))

    with ui.element("button").classes("plain").props('type="button"').on("click", back_up):
        ui.label(page.say("network.backup"))
    page.show(tag("p", page.say("network.backup.says"), class_="soft small"))
    if modules:
        with ui.row().classes("items-end"):
            module = ui.select(modules, label=page.say("network.module"), value=modules[0]).props("outlined dense")
            version = ui.input(page.say("network.version"), value="2").props("outlined dense inputmode=numeric")
            with ui.element("button").classes("plain").props('type="button"').on("click", rehearse):
                ui.label(page.say("network.rehearse"))
    with ui.element("div").props('aria-live="polite"'):
        line = page.show(note(""))


def _rehearsed(page: Page, found: dict[str, Any]) -> Safe:
    changed = found["differing"] or found["differing_keys"] or found["differing_by_itself"]
    says = page.say(
        "network.differs" if changed else "network.same", **{name: number(found[name]) for name in ("transactions", "differing")}
    )
    return join([note(says, "warn" if changed else "ok")])
