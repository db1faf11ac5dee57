"""Networks on this machine: build one by a few choices, watch, start and stop its nodes, let organisations join and leave."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.errors import NotThisMachine
from zhulian.console.parts.commands import Commands
from zhulian.console.parts.html import Safe, digest, link, note, number, state, table, tag
from zhulian.console.sessions import Visitor
from zhulian.errors import Refusal
from zhulian.files import write_atomically

__all__ = ["at_this_machine", "register"]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,20}")
_ORGANISATION = re.compile(r"[a-z][a-z0-9]{0,15}")
_SIZES = (1, 4, 5, 7)
_TITLE_MAX = 60
_PLAN = "plan.yaml"


def register(context: Context) -> None:
    """The page /network/local."""
    commands = Commands()

    @context.page("/network/local", "network", "local.title")
    async def local(page: Page) -> None:
        at_this_machine(page.visitor)
        page.show(tag("p", link("/network", page.say("network.title"))))
        page.show(tag("h1", page.say("local.title")))
        page.show(note(page.say("local.says")))
        with ui.element("section").classes("card form"):
            _building(page, commands)
        for folder in _networks(context):
            with ui.element("section").classes("card"):
                await _one(page, commands, folder)


def at_this_machine(visitor: Visitor) -> None:
    """Let through who entered by the link that only the node's own user can read.

    Raises:
        NotThisMachine.
    """
    if not visitor.entered:
        raise NotThisMachine()


def _folder(context: Context) -> Path:
    return context.home.root / "networks"


def _networks(context: Context) -> list[Path]:
    """The homes of the networks that were planned here."""
    return sorted(each.parent for each in _folder(context).glob(f"*/{_PLAN}"))


class _Line:
    """One line below a form: what is going on, and how it ended."""

    def __init__(self, page: Page) -> None:
        self._page = page
        with ui.element("div").props('aria-live="polite"'):
            self._shown = page.show(note(""))

    def say(self, text: str, kind: str = "") -> None:
        self._shown.set_content(note(text, kind))

    async def follow(self, work: Callable[[Callable[[str], object]], Any]) -> bool:
        """Do something long, its progress shown as it comes; whether it was done."""
        self.say(self._page.say("local.working"))
        try:
            await work(lambda line: self.say(line) if line else None)
        except Refusal as why:
            self.say(self._page.refusal(why), "bad")
            return False
        return True


def _building(page: Page, commands: Commands) -> None:
    page.show(tag("h2", page.say("local.build")))
    name = ui.input(page.say("local.name"), value="zl-net").props("outlined dense maxlength=21")
    sizes = {each: page.say("local.size", count=each, faults=(each - 1) // 3) for each in _SIZES}
    count = ui.select(sizes, label=page.say("local.count"), value=4).props("outlined dense")
    suites = {"gm": "SM2 · SM3 · SM4", "intl": "Ed25519 · SHA-256"}
    suite = ui.select(suites, label=page.say("home.suite"), value="gm").props("outlined dense")

    async def build(told: Callable[[str], object]) -> None:
        folder = _folder(page.context) / str(name.value)
        plan = str(folder / _PLAN)
        if folder not in _networks(page.context):
            folder.mkdir(parents=True, exist_ok=True)
            chosen = ["--orgs", str(count.value), "--name", str(name.value), "--suite", str(suite.value), "--out", plan]
            await commands.run(folder, ["network", "plan", *chosen], language=page.language)
        await commands.run(folder, ["network", "up", plan], told, language=page.language)

    async def press() -> None:
        if not _NAME.fullmatch(str(name.value or "")):
            line.say(page.say("local.badname"), "bad")
        elif await line.follow(build):
            ui.navigate.reload()

    with ui.element("button").classes("go").props('type="button"').on("click", press):
        ui.label(page.say("local.build.do"))
    line = _Line(page)


async def _one(page: Page, commands: Commands, folder: Path) -> None:
    """One network: how its nodes stand, and what can be done with them."""
    plan = str(folder / _PLAN)
    page.show(tag("h2", folder.name))
    try:
        nodes = (await commands.ask(folder, ["network", "status", plan]))["nodes"]
    except Refusal as why:
        page.show(note(page.refusal(why), "bad"))
        return
    page.show(_standing(page, nodes))

    def act(*arguments: str) -> Callable[[], Any]:
        async def press() -> None:
            if await line.follow(lambda told: commands.run(folder, arguments, told, language=page.language)):
                ui.navigate.reload()

        return press

    with ui.row():
        for each in nodes:
            running = each["pid"] is not None
            verb, key = ("down", "local.stop") if running else ("start", "local.start")
            _button(page.say(key, node=each["name"]), act("network", verb, plan, each["name"]))
        _button(page.say("local.up"), act("network", "up", plan))
        _button(page.say("local.down"), act("network", "down", plan))
    with ui.element("details"):
        with ui.element("summary"):
            ui.label(page.say("local.members"))
        joining = ui.element("div").classes("form")
    with joining:
        page.show(tag("h3", page.say("local.join")))
        organisation = ui.input(page.say("local.organisation")).props("outlined dense maxlength=16")
        zh = ui.input(page.say("local.zh")).props(f"outlined dense maxlength={_TITLE_MAX}")
        en = ui.input(page.say("local.en")).props(f"outlined dense maxlength={_TITLE_MAX}")

        async def join() -> None:
            wanted = str(organisation.value or "")
            if not _ORGANISATION.fullmatch(wanted) or not zh.value or not en.value:
                line.say(page.say("local.badorganisation"), "bad")
                return
            paper = folder / f"{wanted}.yaml"
            title = json.dumps({"zh": zh.value, "en": en.value}, ensure_ascii=False)
            write_atomically(paper, f"organisation: {wanted}\ntitle: {title}\n".encode())
            await act("network", "join", str(paper), plan)()

        _button(page.say("local.join.do"), join)
        page.show(tag("h3", page.say("local.leave")))
        going = ui.select([each["name"] for each in nodes], label=page.say("local.node")).props("outlined dense")

        async def leave() -> None:
            await act("network", "leave", str(going.value or ""))()

        _button(page.say("local.leave.do"), leave)
    line = _Line(page)


def _button(text: str, press: Callable[[], Any]) -> None:
    with ui.element("button").classes("plain").props('type="button"').on("click", press):
        ui.label(text)


def _standing(page: Page, nodes: Sequence[dict[str, Any]]) -> Safe:
    rows = []
    for each in nodes:
        kind, word = ("ok", "home.accepting") if each["accepting"] else ("wait", "home.standing")
        if each["pid"] is None:
            kind, word = "bad", "local.stopped"
        rows.append(
            (
                each["name"],
                state(kind, page.say(word)),
                "—" if each["height"] is None else number(each["height"]),
                digest(each["state_root"]) if each["state_root"] else "—",
                "—" if each["peers"] is None else number(each["peers"]),
                "—" if each["unsealed"] is None else number(each["unsealed"]),
                "—" if each["disk_bytes"] is None else f"{each['disk_bytes'] / 1e6:,.1f} MB",
                page.say("home.days", days="—" if each["certificate_days"] is None else each["certificate_days"]),
                tag("code", each["url"]),
            )
        )
    heads = [
        page.say(each) for each in ("local.node", "col.state", "home.height", "block.root", "network.peers", "local.unsealed",
                                    "local.disk", "home.certificate", "local.url")
    ]  # fmt: skip
    return table(heads, rows, right=(2, 4, 5, 6), empty="—")
