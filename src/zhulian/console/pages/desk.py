"""The officers' desk of custody: what one officer asks for and another decides, accounts, and inviting their owners."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from nicegui import ui

from zhulian.client.chain import AsyncChain
from zhulian.console.context import Context, Page
from zhulian.console.errors import NotForYou
from zhulian.console.parts.buttons import once
from zhulian.console.parts.html import Safe, code, facts, join, note, state, table, tag
from zhulian.errors import Refusal

__all__ = ["register"]

_ASKED: Final = ("password", "totp", "handle", "close", "dismiss", "appoint", "reveal", "erase")
_STATES: Final = {"open": "wait", "approved": "ok", "rejected": "bad"}


def register(context: Context) -> None:
    """The page /desk."""

    @context.page("/desk", "desk", "desk.title")
    async def desk(page: Page) -> None:
        if not page.visitor.officer:
            raise NotForYou()
        chain, token = await page.chain(), page.visitor.token
        me = (await chain.custody.me(token))["account"]
        requests, accounts = await chain.custody.requests(token), await chain.custody.accounts(token)
        names = {each["account"]: each["login"] or each["account"][:8] for each in accounts}
        page.show(join([tag("h1", page.say("desk.title")), tag("p", page.say("desk.says"), class_="soft")]))
        page.show(tag("h2", page.say("desk.open")))
        now_ms = chain.core.clock() * 1000
        waiting = [each for each in requests if each["state"] == "open" and each["until_ms"] > now_ms]
        if not waiting:
            page.show(tag("section", note(page.say("desk.none")), class_="card"))
        for each in waiting:
            with ui.element("section").classes("card form"):
                _request(page, chain, each, names, own=each["maker"] == me)
        with ui.element("section").classes("card form"):
            _asking(page, chain, {key: name for key, name in names.items() if key != me})
        with ui.element("section").classes("card form"):
            _inviting(page, chain)
        page.show(tag("section", tag("h2", page.say("desk.accounts")), _accounts(page, accounts), class_="card"))
        done = [each for each in requests if each["state"] != "open"]
        page.show(tag("section", tag("h2", page.say("desk.done")), _decided(page, done, names), class_="card"))


def _request(page: Page, chain: AsyncChain, request: dict[str, Any], names: dict[str, str], *, own: bool) -> None:
    pairs: list[tuple[object, object]] = [
        (page.say("desk.account"), names.get(request["account"], request["account"][:8])),
        (page.say("desk.reason"), request["reason"]),
        (page.say("desk.maker"), names.get(request["maker"], request["maker"][:8])),
        (page.say("desk.until"), page.moment(request["until_ms"])),
    ]
    page.show(join([tag("h3", page.say(f"desk.kind.{request['kind']}")), facts(pairs)]))
    if own:
        page.show(note(page.say("desk.own")))
        return
    fresh = ui.input(page.say("enter.code")).props("outlined dense maxlength=32 autocomplete=one-time-code")
    page.show(tag("p", page.say("desk.look"), class_="help"))

    def deciding(approve: bool) -> Callable[[], Awaitable[None]]:
        async def decide() -> None:
            with_code = str(fresh.value or "").strip()
            await _told(
                page, line, lambda: chain.custody.decide(page.visitor.token, request["request"], with_code, approve=approve)
            )

        return decide

    with ui.row():
        once(page.say("desk.approve"), deciding(True))
        once(page.say("desk.reject"), deciding(False), props="outline")
    line = _line(page)


def _asking(page: Page, chain: AsyncChain, others: dict[str, str]) -> None:
    page.show(join([tag("h2", page.say("desk.ask")), note(page.say("desk.ask.says"))]))
    kind = ui.select({each: page.say(f"desk.kind.{each}") for each in _ASKED}, label=page.say("desk.what")).props(
        "outlined dense"
    )
    account = ui.select(others, label=page.say("desk.account"), with_input=True).props("outlined dense")
    handle = ui.input(page.say("desk.handle")).props("outlined dense maxlength=40")
    page.show(tag("p", page.say("desk.handle.help"), class_="help"))
    reason = ui.input(page.say("desk.reason")).props("outlined dense maxlength=400")

    async def ask() -> None:
        why = str(reason.value or "").strip()
        if not kind.value or not account.value or not why:
            line.set_content(note(page.say("desk.miss"), "bad"))
            return
        given = str(handle.value or "").strip()
        await _told(
            page, line, lambda: chain.custody.ask(page.visitor.token, str(kind.value), str(account.value), why, handle=given)
        )

    once(page.say("desk.ask.do"), ask)
    line = _line(page)


def _inviting(page: Page, chain: AsyncChain) -> None:
    page.show(join([tag("h2", page.say("desk.invite")), note(page.say("desk.invite.says"))]))
    login = ui.input(page.say("enter.login")).props("outlined dense maxlength=64 autocomplete=off")
    officer = ui.checkbox(page.say("desk.officer"))

    async def invite() -> None:
        name = str(login.value or "").strip()
        if not name:
            line.set_content(note(page.say("desk.invite.miss"), "bad"))
            return
        await _told(page, line, lambda: chain.custody.invite(page.visitor.token, name, officer=bool(officer.value)))

    once(page.say("desk.invite.do"), invite)
    line = _line(page)


async def _told(page: Page, line: ui.html, act: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    """Do it, and say what came of it; a one-time code or a name is shown this once."""
    line.set_content(note(page.say("form.sending")))
    try:
        page.present()
        found = await act()
    except Refusal as why:
        line.set_content(tag("div", note(page.refusal(why), "bad"), role="alert"))
        return
    parts: list[Safe] = [note(page.say(f"desk.came.{found.get('state', 'invited')}"), "ok")]
    if found.get("code"):
        parts += [note(page.say("desk.code")), code(str(found["code"]))]
    if found.get("person"):
        parts.append(code("　".join(str(each) for each in found["person"].values())))
    line.set_content(join(parts))


def _accounts(page: Page, accounts: list[dict[str, Any]]) -> Safe:
    rows = [
        (each["login"] or "—", page.say("desk.isofficer" if each["kind"] == "officer" else "desk.isperson"), page.say(f"desk.account.{each['state']}"),
         page.moment(each["made_ms"]))
        for each in accounts
    ]  # fmt: skip
    return table([page.say("enter.login"), page.say("people.kind"), page.say("col.state"), page.say("desk.made")], rows)


def _decided(page: Page, requests: list[dict[str, Any]], names: dict[str, str]) -> Safe:
    rows = [
        (page.say(f"desk.kind.{each['kind']}"), names.get(each["account"], "—"), each["reason"], names.get(each["maker"], "—"),
         names.get(each["checker"], "—"), state(_STATES[each["state"]], page.say(f"desk.came.{each['state']}")), page.moment(each["decided_ms"]))
        for each in requests
    ]  # fmt: skip
    heads = [
        page.say(each)
        for each in ("desk.what", "desk.account", "desk.reason", "desk.maker", "desk.checker", "col.state", "col.time")
    ]
    return table(heads, rows, empty=page.say("desk.nodone"))


def _line(page: Page) -> ui.html:
    with ui.element("div").props('aria-live="polite"'):
        return page.show(note(""))
