"""The people of one's own organisation and their keys: who they are, and for its admins enrolling, renewing, a lost key, and leaving."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final, cast

from nicegui import ui

from zhulian.client.chain import AsyncChain
from zhulian.client.identity import Reason
from zhulian.client.submit import Outcome
from zhulian.console.context import Context, Page
from zhulian.console.errors import NotInOrganisation
from zhulian.console.parts.buttons import once
from zhulian.console.parts.commands import Commands
from zhulian.console.parts.dropping import drop
from zhulian.console.parts.html import Safe, digest, facts, join, link, note, number, state, table, tag
from zhulian.console.uploads import Upload
from zhulian.console.words import LANGUAGES
from zhulian.crypto.certificates import parse
from zhulian.errors import Refusal

__all__ = ["register"]

_COMMANDS = Commands()
_PAGES_MAX, _PAGE = 20, 100
_SOON_S: Final = 30 * 86_400
_DAYS, _DAYS_MAX = 730, 3650
_KINDS: Final = ("officer", "service", "device")
_DUTIES: Final = ("admin", "agent", "emergency", "keeper", "voter")
"""The duties that the platform itself knows; others are free and are given by the command."""


def register(context: Context) -> None:
    """The pages /people and /people/{signer}."""

    @context.page("/people", "people", "people.title")
    async def people(page: Page) -> None:
        chain = await page.chain()
        found = await _signers(chain, page.visitor.party)
        page.show(
            join(
                [tag("h1", page.say("people.title")), tag("p", page.say("people.says", party=page.visitor.party), class_="soft")]
            )
        )
        page.show(tag("section", tag("h2", page.say("people.list")), _table(page, found, int(chain.core.clock())), class_="card"))
        if not _is_admin(found.get(page.visitor.person)):
            admins = [name for name, value in found.items() if _is_admin(value)]
            page.show(note(page.say("people.notadmin", admins=page.say("list.comma").join(admins))))
        elif not _certifies(page):
            page.show(note(page.say("people.elsewhere")))
        else:
            with ui.element("section").classes("card form"):
                _enrolling(page)
        page.show(tag("p", link("/enter/help", page.say("account.help"))))

    @context.page("/people/{signer}", "people", "people.title")
    async def one(page: Page, signer: str) -> None:
        chain = await page.chain()
        found = await _signers(chain, page.visitor.party)
        value = found.get(signer)
        if value is None:
            raise NotInOrganisation(signer=signer[:64], party=page.visitor.party)
        page.show(join([tag("p", link("/people", page.say("people.title"))), tag("h1", signer)]))
        page.show(tag("section", _about(page, value), class_="card"))
        keys = [((await chain.state(("identity/keys", each))).value, each) for each in value["keys"]]
        page.show(tag("section", tag("h2", page.say("people.keys")), _keys(page, chain, value, keys), class_="card"))
        if "revoked" in value or not _is_admin(found.get(page.visitor.person)):
            return
        _renewing(page, signer, own=signer in page.context.desk.people())
        if len(keys) > 1:
            _ending_a_key(page, chain, signer, [each for _, each in keys])
        for case, reason in (("lost", "lost"), ("stolen", "compromised"), ("leaving", "departed")):
            _ending(page, chain, signer, case, cast("Reason", reason))
        if signer != page.visitor.person and value["kind"] == "officer":
            _duties_of(page, chain, signer, value["duties"])


async def _signers(chain: AsyncChain, party: str) -> dict[str, dict[str, Any]]:
    """The signers of one organisation, by name."""
    found: dict[str, dict[str, Any]] = {}
    after: str | None = None
    for _ in range(_PAGES_MAX):
        page = await chain.page("identity/signers", after=after, limit=_PAGE)
        found |= {each["key"][-1]: each["value"] for each in page.items if each["key"][-1].partition(".")[0] == party}
        after = page.next
        if after is None:
            break
    return dict(sorted(found.items()))


def _is_admin(value: dict[str, Any] | None) -> bool:
    return value is not None and value["kind"] == "officer" and "admin" in value["duties"] and "revoked" not in value


def _certifies(page: Page) -> bool:
    """Whether the visitor acts at this machine with keys of this home, and the organisation's CA key lies in it."""
    home = page.context.home
    return page.visitor.way == "home" and page.visitor.entered and (home.keys / f"{page.visitor.party}.ca.key.json").is_file()


def _table(page: Page, found: dict[str, dict[str, Any]], now: int) -> Safe:
    heads = [
        page.say(each) for each in ("people.signer", "people.kind", "people.duties", "people.count", "people.until", "col.state")
    ]
    rows = []
    for name, value in found.items():
        lasts = "—" if "revoked" in value else _until(page, name, now)
        rows.append(
            (
                link(f"/people/{name}", name),
                _kind(page, value),
                _duties(page, value),
                number(len(value["keys"])),
                lasts,
                _standing(page, value),
            )
        )
    return table(heads, rows, right=(3,))


def _until(page: Page, name: str, now: int) -> Safe | str:
    """Until when a certificate lasts that lies in this home, marked where that is soon."""
    held = page.context.home.certificates(name)
    if not held:
        return "—"
    last = parse(held[0]).not_after
    shown = page.moment(last * 1000)
    soon = last - now < _SOON_S
    return join([shown, " ", state("wait", page.say("people.soon"))]) if soon else shown


def _about(page: Page, value: dict[str, Any]) -> Safe:
    pairs: list[tuple[object, object]] = [
        (page.say("col.state"), _standing(page, value)),
        (page.say("people.kind"), _kind(page, value)),
        (page.say("people.duties"), _duties(page, value)),
    ]
    if "revoked" in value:
        pairs.append((page.say("people.ended"), page.moment(value["revoked"]["time_ms"])))
    return facts(pairs)


def _standing(page: Page, value: dict[str, Any]) -> Safe:
    if "revoked" not in value:
        return state("ok", page.say("status.active"))
    return state("bad", page.say(f"people.because.{value['revoked']['reason']}"))


def _kind(page: Page, value: dict[str, Any]) -> str:
    return page.say(f"people.kind.{value['kind']}")


def _duties(page: Page, value: dict[str, Any]) -> str:
    return page.say("list.comma").join(_duty(page, each) for each in value["duties"]) or "—"


def _duty(page: Page, duty: str) -> str:
    key = f"people.duty.{duty}"
    return page.say(key) if key in LANGUAGES[page.language] else duty


def _keys(page: Page, chain: AsyncChain, value: dict[str, Any], keys: list[tuple[Any, str]]) -> Safe:
    now = chain.core.clock()
    rows = []
    for key, name in reversed(keys):
        if "revoked" in value or "revoked" in key:
            stands = state("bad", page.say("people.ended"))
        else:
            stands = state("ok", page.say("status.active")) if now <= key["not_after"] else state("wait", page.say("people.over"))
        rows.append((digest(name), page.moment(key["not_before"] * 1000), page.moment(key["not_after"] * 1000), stands))
    return table(
        [page.say(each) for each in ("people.fingerprint", "people.since", "people.until", "col.state")],
        rows,
        empty=page.say("people.nokeys"),
    )


def _enrolling(page: Page) -> None:
    page.show(join([tag("h2", page.say("people.enrol")), note(page.say("people.enrol.says"))]))
    serial = ui.input(page.say("people.serial", party=page.visitor.party)).props("outlined dense maxlength=32")
    page.show(tag("p", page.say("people.serial.help"), class_="help"))
    kinds = {each: page.say(f"people.kind.{each}") for each in _KINDS}
    kind = ui.select(kinds, label=page.say("people.kind"), value="officer").props("outlined dense")
    duties = ui.select({each: _duty(page, each) for each in _DUTIES}, label=page.say("people.duties"), multiple=True).props(
        "outlined dense use-chips"
    )
    page.show(tag("p", page.say("people.duties.help"), class_="help"))
    days = ui.input(page.say("people.days"), value=str(_DAYS)).props("outlined dense inputmode=numeric")
    given: list[Upload] = []

    async def take(upload: Upload) -> None:
        given[:] = [upload]
        named.set_content(note(upload.name, "ok"))

    drop(page, page.say("people.request"), take, kinds=(".json",))
    named = page.show(tag("p", page.say("people.request.help"), class_="help"))

    async def enrol() -> None:
        lasts = _days_of(days.value)
        if not serial.value or lasts is None:
            line.set_content(note(page.say("people.miss"), "bad"))
            return
        name = f"{page.visitor.party}.{str(serial.value).strip()}"
        asked = ["--kind", str(kind.value), "--days", lasts]
        for each in duties.value or ():
            asked += ["--duty", str(each)]
        if given:
            asked += ["--request", str(given[0].path)]
        if await _command(page, line, ["identity", "enrol", name, *asked]):
            here = "" if given else page.say("people.enrolled.here", path=str(Path("keys") / f"{name}.key.json"))
            line.set_content(
                tag("p", page.say("people.enrolled", name=name), here, " ", link(f"/people/{name}", "→"), class_="note ok")
            )

    once(page.say("people.enrol.do"), enrol)
    line = _line(page)


def _renewing(page: Page, signer: str, *, own: bool) -> None:
    """A new key before the old one runs out: made here where the keys lie here, else brought as a request."""
    with _card(page, "people.renew"):
        if not (_certifies(page) and own):
            page.show(note(page.say("people.renew.elsewhere")))
            return
        days = ui.input(page.say("people.days"), value=str(_DAYS)).props("outlined dense inputmode=numeric")

        async def renew() -> None:
            lasts = _days_of(days.value)
            if lasts is None:
                line.set_content(note(page.say("people.miss"), "bad"))
            elif await _command(page, line, ["identity", "renew", signer, "--days", lasts]):
                ui.navigate.reload()

        once(page.say("people.renew.do"), renew)
        line = _line(page)


def _ending(page: Page, chain: AsyncChain, signer: str, case: str, reason: Reason) -> None:
    """End a signer with all keys, after what it means has been read and its name been written."""
    with _card(page, f"people.{case}"):
        written = ui.input(page.say("people.sure", name=signer)).props("outlined dense maxlength=64 autocomplete=off")

        async def end() -> None:
            if str(written.value or "").strip() != signer:
                line.set_content(note(page.say("people.sure.miss", name=signer), "bad"))
                return
            await _told(page, line, lambda: chain.identity.revoke(signer, reason, signer=page.signers()[0]))

        once(page.say(f"people.{case}.do"), end, props="outline")
        line = _line(page)


def _ending_a_key(page: Page, chain: AsyncChain, signer: str, keys: list[str]) -> None:
    """End one key of several; the others stay."""
    with _card(page, "people.onekey"):
        key = ui.select(
            {each: f"{each[:4]} {each[4:8]} … {each[-4:]}" for each in keys}, label=page.say("people.fingerprint")
        ).props("outlined dense")
        reasons = {each: page.say(f"people.because.{each}") for each in ("lost", "compromised", "superseded")}
        why = ui.select(reasons, label=page.say("people.why"), value="superseded").props("outlined dense")

        async def end() -> None:
            if not key.value:
                line.set_content(note(page.say("people.onekey.miss"), "bad"))
                return
            reason = cast("Reason", str(why.value))
            await _told(page, line, lambda: chain.identity.revoke(signer, reason, key=str(key.value), signer=page.signers()[0]))

        once(page.say("people.onekey.do"), end, props="outline")
        line = _line(page)


def _duties_of(page: Page, chain: AsyncChain, signer: str, held: list[str]) -> None:
    with _card(page, "people.change"):
        offered = {each: _duty(page, each) for each in (*_DUTIES, *(each for each in held if each not in _DUTIES))}
        chosen = ui.select(offered, label=page.say("people.duties"), value=list(held), multiple=True).props(
            "outlined dense use-chips"
        )

        async def change() -> None:
            await _told(page, line, lambda: chain.identity.set_duties(signer, list(chosen.value or ()), signer=page.signers()[0]))

        once(page.say("people.change.do"), change, props="outline")
        line = _line(page)


def _card(page: Page, title: str) -> ui.element:
    """A card that opens on what a step means; what is put into it comes below the words."""
    card = ui.element("details").classes("card form")
    with card:
        with ui.element("summary"):
            ui.label(page.say(title))
        page.show(note(page.say(f"{title}.says")))
    return card


def _line(page: Page) -> ui.html:
    with ui.element("div").props('aria-live="polite"'):
        return page.show(note(""))


def _days_of(given: Any) -> str | None:
    text = str(given or "").strip()
    return text if text.isascii() and text.isdigit() and 1 <= int(text) <= _DAYS_MAX else None


async def _command(page: Page, line: ui.html, arguments: list[str]) -> bool:
    """Do it by the node's own command, signed as the visitor; whether it was done."""
    line.set_content(note(page.say("form.sending")))
    try:
        page.present()
        await _COMMANDS.run(page.context.home.root, [*arguments, "--as", page.visitor.person], language=page.language)
    except Refusal as why:
        line.set_content(tag("div", note(page.refusal(why), "bad"), role="alert"))
        return False
    return True


async def _told(page: Page, line: ui.html, act: Callable[[], Awaitable[Outcome]]) -> None:
    """Do it on the chain as the visitor, and say what came of it."""
    line.set_content(note(page.say("form.sending")))
    try:
        page.present()
        done = await act()
    except Refusal as why:
        line.set_content(tag("div", note(f"{page.say('form.refused')}：{page.refusal(why)}", "bad"), role="alert"))
        return
    text = page.say("form.done", height=number(done.height or 0))
    line.set_content(tag("p", text, " ", link(f"/transactions/{done.transaction}", "→"), class_="note ok"))
