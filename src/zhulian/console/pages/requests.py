"""Data sharing: who asks the organisation for what it offers, and emergency openings of its content; each is answered here."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from urllib.parse import quote

from nicegui import ui

from zhulian.client.body import Identity
from zhulian.client.chain import AsyncChain
from zhulian.client.submit import Outcome
from zhulian.console.context import Context, Page
from zhulian.console.parts.buttons import once
from zhulian.console.parts.html import Safe, digest, facts, join, link, note, number, state, table, tag
from zhulian.console.tasks.shapes import held, listed
from zhulian.errors import Refusal

__all__ = ["register"]

_PAGES: Final = 5
_DONE_MAX: Final = 20
_STATES: Final = {"granted": ("ok", "requests.granted"), "declined": ("bad", "requests.declined")}
_REASONS: Final = {
    "danger_to_life": "requests.reason.danger_to_life",
    "order": "requests.reason.order",
    "public_safety": "requests.reason.public_safety",
}

Act = Callable[[str | Identity], Awaitable[Outcome]]


def register(context: Context) -> None:
    """The page /requests."""

    @context.page("/requests", "requests", "requests.title")
    async def requests(page: Page) -> None:
        chain, owner = await page.chain(), page.visitor.party
        asked = await listed(chain, "share/requests", owner, pages=_PAGES)
        offered = await listed(chain, "share/catalogue", owner, pages=_PAGES)
        due = await listed(chain, "share/reviews", owner)
        titles = {each["key"][2]: page.both(each["value"]["title"]) for each in offered}
        parties = await page.parties()
        page.show(join([tag("h1", page.say("requests.title")), tag("p", page.say("requests.says"), class_="soft")]))
        page.show(tag("h2", page.say("requests.open")))
        waiting = [each for each in asked if each["value"]["status"] == "open"]
        if not waiting:
            page.show(tag("section", note(page.say("requests.none")), class_="card"))
        for each in waiting:
            _request(page, chain, each, titles, parties)
        page.show(tag("h2", page.say("requests.reviews")))
        if not due:
            page.show(tag("section", note(page.say("requests.noreviews")), class_="card"))
        for each in due:
            await _review(page, chain, owner, each, parties)
        done = sorted((each for each in asked if each["value"]["status"] != "open"), key=lambda each: -each["value"]["height"])
        shown = [tag("h2", page.say("requests.done")), _answered(page, done[:_DONE_MAX], titles, parties)]
        page.show(tag("section", *shown, class_="card"))


def _request(page: Page, chain: AsyncChain, item: dict[str, Any], titles: dict[str, str], parties: dict[str, str]) -> None:
    """What somebody asks for, with the two answers."""
    _, _, entry, requester = item["key"]
    value = item["value"]
    pairs: list[tuple[object, object]] = [
        (page.say("requests.who"), parties.get(requester, requester)),
        (page.say("requests.purpose"), value["purpose"]),
        (page.say("requests.fields"), page.say("list.comma").join(value.get("fields", ())) or page.say("requests.allfields")),
        (page.say("requests.until"), page.moment(value["until"] * 1000) if value.get("until") else page.say("requests.endless")),
        (page.say("col.height"), link(f"/blocks/{value['height']}", number(value["height"]))),
    ]

    def grant(signer: str | Identity) -> Awaitable[Outcome]:
        fields, until = value.get("fields", ()), value.get("until")
        return chain.sealed.grant(entry, requester, purposes=[value["purpose"]], fields=fields, until=until, signer=signer)

    def decline(signer: str | Identity) -> Awaitable[Outcome]:
        return chain.sealed.decline(entry, requester, signer=signer)

    with ui.element("section").classes("card"):
        page.show(join([tag("h3", titles.get(entry, entry)), facts(pairs), note(page.say("requests.grant.says"))]))
        _answers(page, (("requests.grant", "unelevated", grant), ("requests.decline", "outline", decline)))


async def _review(page: Page, chain: AsyncChain, owner: str, item: dict[str, Any], parties: dict[str, str]) -> None:
    """An emergency opening, with the two verdicts."""
    opening, reader = str(item["value"]["opening"]), item["key"][2]
    found = await held(chain, "share/openings", opening)
    pairs: list[tuple[object, object]] = [(page.say("requests.who"), parties.get(reader, reader))]
    if found is not None:
        content = await held(chain, "share/contents", found["content"], owner)
        about = (content or {}).get("scope")
        reason = found["purpose"]
        pairs += [
            (page.say("requests.why"), page.say(_REASONS[reason]) if reason in _REASONS else reason),
            (page.say("col.time"), page.moment(found["time_ms"])),
            (page.say("requests.content"), _record(about) if about else digest(found["content"])),
        ]
    pairs.append((page.say("requests.opening"), link(f"/transactions/{opening}", page.say("requests.look"))))

    def justified(signer: str | Identity) -> Awaitable[Outcome]:
        return chain.sealed.review(opening, "justified", signer=signer)

    def unjustified(signer: str | Identity) -> Awaitable[Outcome]:
        return chain.sealed.review(opening, "unjustified", signer=signer)

    with ui.element("section").classes("card"):
        page.show(join([tag("h3", page.say("requests.emergency")), facts(pairs), note(page.say("requests.review.says"))]))
        _answers(page, (("requests.justified", "unelevated", justified), ("requests.unjustified", "outline", unjustified)))


def _record(scope: str) -> Safe:
    """The record that content belongs to, `INSTANCE/TYPE/KEY`."""
    parts = scope.split("/", 2)
    return link(f"/apps/{parts[0]}/records/{parts[1]}/{quote(parts[2])}", scope) if len(parts) == 3 else tag("span", scope)


def _answers(page: Page, answers: Sequence[tuple[str, str, Act]]) -> None:
    """A button for each answer; after one of them none is left, and what came of it stands in their place."""
    with ui.row() as row:
        for key, look, act in answers:

            async def press(act: Act = act) -> None:
                line.set_content(note(page.say("form.sending")))
                try:
                    page.present()
                    done = await act(page.signers()[0])
                except Refusal as why:
                    line.set_content(tag("div", note(page.refusal(why), "bad"), role="alert"))
                    return
                row.set_visibility(False)
                said = [
                    page.say("form.done", height=number(done.height or 0)),
                    " ",
                    link(f"/transactions/{done.transaction}", "→"),
                ]
                line.set_content(tag("p", *said, class_="note ok"))

            once(page.say(key), press, props=look)
    with ui.element("div").props('aria-live="polite"'):
        line = page.show(Safe(""))


def _answered(page: Page, items: list[dict[str, Any]], titles: dict[str, str], parties: dict[str, str]) -> Safe:
    rows = [
        (
            titles.get(each["key"][2], each["key"][2]),
            parties.get(each["key"][3], each["key"][3]),
            each["value"]["purpose"],
            _state(page, each["value"]["status"]),
            link(f"/blocks/{each['value']['height']}", number(each["value"]["height"])),
        )
        for each in items
    ]
    heads = [page.say(each) for each in ("requests.what", "requests.who", "requests.purpose", "col.state", "col.height")]
    return table(heads, rows, right=(4,), empty=page.say("requests.nodone"))


def _state(page: Page, status: str) -> Safe:
    kind, word = _STATES[status]
    return state(kind, page.say(word))
