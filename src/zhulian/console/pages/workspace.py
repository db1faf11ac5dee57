"""An application's workspace: lists, a record with its states, timeline and proof, and the form of each action."""

from typing import Any

from nicegui import ui

from zhulian.client.apps.handle import AsyncApp
from zhulian.client.chain import AsyncChain
from zhulian.console.acting import Intent, act
from zhulian.console.context import Context, Page
from zhulian.console.parts.board import show_board
from zhulian.console.parts.buttons import once
from zhulian.console.parts.drafts import Draft
from zhulian.console.parts.forms import Form
from zhulian.console.parts.html import Safe, facts, join, link, note, number, state, table, tag
from zhulian.console.parts.lists import Narrowing, record_list, to_record
from zhulian.console.parts.reported import reported
from zhulian.console.parts.sharing import share_box
from zhulian.errors import Refusal
from zhulian.language.manual.svg import diagram_svg
from zhulian.language.view.shapes import ActionView, RecordView, View

__all__ = ["register"]


def register(context: Context) -> None:
    """The pages below /apps/{instance}."""

    @context.page("/apps/{instance}", "apps", "apps.title")
    async def workspace(page: Page, instance: str, record: str = "", after: str = "") -> None:
        chain = await page.chain()
        view, app = await chain.view(instance), await chain.app(instance)
        page.show(join([tag("h1", page.both(view.title)), tag("p", page.both(view.about), class_="soft")]))
        page.show(tag("section", tag("h2", page.say("work.actions")), _actions(page, instance, view, ""), class_="card"))
        if not record:
            await show_board(page, app, view)
        for each in view.records:
            if record in ("", each.name) and each.name != "instance":
                page.show(tag("section", await _list(page, app, view, each, record, after), class_="card"))
        await _roles(page, app, view)
        page.show(await reported(page, chain, app.definition))

    @context.page("/apps/{instance}/records/{record}/{key:path}", "apps", "apps.title")
    async def one(page: Page, instance: str, record: str, key: str) -> None:
        chain = await page.chain()
        view, app = await chain.view(instance), await chain.app(instance)
        kind = next((each for each in view.records if each.name == record), None)
        if kind is None:
            ui.navigate.to(f"/apps/{instance}")
            return
        fact = await app.record(record, key)
        page.show(join([tag("p", link(f"/apps/{instance}", page.both(view.title))), tag("h1", f"{page.both(kind.title)} {key}")]))
        page.show(tag("section", _fields(page, kind, fact), class_="card"))
        page.show(
            tag(
                "section",
                tag("h2", page.say("work.actions")),
                _actions(page, instance, view, key, kind, fact.state),
                class_="card",
            )
        )
        _sharing(page, chain, view, instance, record, key)
        drawn = diagram_svg(view, page.language, record, here=fact.state or "")
        if drawn:
            page.show(
                tag("section", tag("h2", page.say("work.diagram")), tag("div", Safe(drawn), class_="scroll"), class_="card")
            )
        page.show(
            tag(
                "section",
                tag("h2", page.say("work.timeline")),
                _timeline(page, view, await app.history(record, key)),
                class_="card",
            )
        )
        page.show(await reported(page, chain, app.definition))

    @context.page("/apps/{instance}/act/{action}", "apps", "apps.title")
    async def acting(page: Page, instance: str, action: str, on: str = "") -> None:
        chain = await page.chain()
        view, app = await chain.view(instance), await chain.app(instance)
        wanted = next((each for each in view.actions if each.name == action), None)
        if wanted is None:
            ui.navigate.to(f"/apps/{instance}")
            return
        page.show(join([tag("p", link(f"/apps/{instance}", page.both(view.title))), tag("h1", page.both(wanted.title))]))
        page.show(note(page.both(wanted.help) or page.both(wanted.says)))
        page.show(note(page.say("form.by", who=page.both(wanted.by_says))))
        parties = await page.parties()
        with ui.element("section").classes("card form"):
            _form(page, app, view, wanted, on, parties)


def _sharing(page: Page, chain: AsyncChain, view: View, instance: str, record: str, key: str) -> None:
    """The code of the record's public page, where its definition makes one."""
    if not any(each.record == record for each in view.public):
        return
    with ui.element("section").classes("card"):
        page.show(tag("h2", page.say("share.record")))
        share_box(page, "share.record.says", lambda until: chain.links.record(instance, record, key, until=until))


def _form(page: Page, app: AsyncApp, view: View, action: ActionView, on: str, parties: dict[str, str]) -> None:
    draft = Draft(page, f"apps/{app.instance}/{action.name}/{on}")
    with ui.element("div") as holder:
        draft.mark(holder)
        key = None
        if not action.creates:
            title = next((page.both(each.title) for each in view.records if each.name == action.record), "")
            key = ui.input(page.say("form.on", title=title), value=on).props("outlined dense")
            draft.add("on", key)
        form = Form(page, action.form, parties, draft)
        others = None
        if not page.visitor.is_person and (not action.one_party or any(each.officers > 1 for each in action.by)):
            people = (
                [each for each in page.context.desk.people() if each != page.visitor.person] if page.visitor.way == "home" else []
            )
            others = ui.select(people, label=page.say("form.cosigners"), multiple=True).props("outlined dense use-chips")
    page.show(note(page.say("form.sure")))
    intent = Intent()

    async def send() -> None:
        line.set_content(note(page.say("form.sending")))
        keys = [key.value] if key is not None and key.value else []
        chosen = list(others.value or []) if others is not None else []
        try:
            done = await act(page, app, action.name, keys, chosen, form.values(), intent)
        except Refusal as why:
            line.set_content(tag("div", note(f"{page.say('form.refused')}：{page.refusal(why)}", "bad"), role="alert"))
            return
        draft.clear()
        text = page.say("form.done", height=number(done.height))
        where = [to_record(app.instance, done.record, done.key)] if done.key else []
        line.set_content(tag("p", join([text, link(f"/transactions/{done.transaction}", "→"), *where], " "), class_="note ok"))

    once(page.both(action.title), send)
    with ui.element("div").props('aria-live="polite"'):
        line = page.show(note(""))


def _actions(page: Page, instance: str, view: View, key: str, record: RecordView | None = None, at: str | None = None) -> Safe:
    """Buttons for what can be done here; on a record only what its state lets through, the others named below."""
    able: list[ActionView] = []
    others: list[ActionView] = []
    for each in view.actions:
        if record is None and not each.creates:
            continue
        if record is not None and (each.record != record.name or each.creates):
            continue
        (able if not each.states or at in each.states else others).append(each)
    query = f"?on={key}" if key else ""
    buttons = [tag("a", page.both(each.title), href=f"/apps/{instance}/act/{each.name}{query}", class_="plain") for each in able]
    later = [tag("span", page.both(each.title)) for each in others]
    return join([tag("p", join(buttons, " ")), tag("p", *later, class_="tags") if later else ""])


async def _list(page: Page, app: AsyncApp, view: View, kind: RecordView, record: str, after: str) -> Safe:
    """A list; what narrows it stands in the address of the page that shows this list alone."""
    if not record:
        return await record_list(page, app, view, kind, "", Narrowing())
    narrowing = Narrowing.read(page.query, view, kind)
    try:
        return await record_list(page, app, view, kind, after, narrowing)
    except Refusal as why:
        if not narrowing.query():
            raise
        here = link(f"/apps/{app.instance}?record={kind.name}", page.say("list.without"))
        return join([tag("h2", page.both(kind.title)), note(page.refusal(why), "bad"), tag("p", here)])


def _fields(page: Page, record: RecordView, fact: Any) -> Safe:
    titles = {each.name: page.both(each.title) for each in record.states}
    pairs: list[tuple[object, object]] = [(page.say("proof.title"), _proof(page, fact))]
    if fact.state:
        pairs.insert(0, (page.say("col.state"), state("at", titles.get(fact.state, fact.state))))
    shown = [each for each in record.fields if each.name in fact.shown]
    return facts([*pairs, *((page.both(each.title), fact.shown[each.name].say(page.language)) for each in shown)])


def _proof(page: Page, fact: Any) -> Safe:
    """The state of proof: a word, and three sentences behind it."""
    says = [
        page.say("proof.what", height=number(fact.height)),
        page.say("proof.who", count=len(fact.document.get("seals", []))),
    ]
    before, after = page.say("proof.since", time="\0").split("\0")
    return tag(
        "details",
        tag("summary", state("seal", page.say("state.sealed"))),
        tag("p", *says, before, page.moment(fact.time_ms), after, class_="small"),
    )


def _timeline(page: Page, view: View, history: Any) -> Safe:
    titles = {each.name: page.both(each.title) for each in view.actions} | {
        each.name: page.both(each.title) for each in view.timers
    }
    steps = []
    for each in history.events:
        what = titles.get(each.cause, each.cause)
        where = link(f"/transactions/{each.transaction}", what) if each.transaction else what
        steps.append(
            tag("li", tag("b", where), " ", page.moment(each.time_ms), " ", tag("span", number(each.height), class_="soft"))
        )
    return tag("ol", *steps, class_="way") if steps else note("—")


def _role(page: Page, view: View, name: str) -> str:
    return next((page.both(each.title) for each in view.roles if each.name == name), name)


async def _roles(page: Page, app: AsyncApp, view: View) -> None:
    """Who has which role, and a line to admit another."""
    roles = await app.roles()
    parties = await page.parties()
    rows = [
        (_role(page, view, each["role"]), parties.get(each["party"], each["party"]), number(each["height"])) for each in roles
    ]
    heads = [page.say("work.role"), page.say("work.party"), page.say("col.height")]
    with ui.element("section").classes("card"):
        page.show(join([tag("h2", page.say("work.roles")), table(heads, rows, right=(2,), empty=page.say("work.noroles"))]))
        _admitting(page, app, view, parties)


def _admitting(page: Page, app: AsyncApp, view: View, parties: dict[str, str]) -> None:
    """A line to admit a party to a role, for whoever may."""
    with ui.row().classes("items-end"):
        role = (
            ui.select({each.name: page.both(each.title) for each in view.roles}, label=page.say("work.role"))
            .props("outlined dense")
            .classes("narrow")
        )
        party = ui.select(parties, label=page.say("work.party"), with_input=True).props("outlined dense").classes("narrow")
        line = page.show(note(""))

        async def send() -> None:
            try:
                await app.admit(role.value, party.value, signers=page.signers())
                ui.navigate.reload()
            except Refusal as why:
                line.set_content(note(page.refusal(why), "bad"))

        once(page.say("work.admit"), send, props="flat")
