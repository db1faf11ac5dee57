"""The developer's corner: the API, and a place to try a scenario file: check it, prove it, see its forms, play its stories."""

import asyncio
import tempfile
from pathlib import Path

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.commands import Commands
from zhulian.console.parts.drafts import Draft
from zhulian.console.parts.forms import Form
from zhulian.console.parts.html import Safe, code, join, link, note, table, tag
from zhulian.console.parts.proving import ProvingCard
from zhulian.errors import Refusal
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import read_definition
from zhulian.language.view import view_of
from zhulian.modules import every_word

__all__ = ["register"]

_COMMANDS = Commands()


def register(context: Context) -> None:
    """The page /developer."""

    @context.page("/developer", "developer", "developer.title")
    async def developer(page: Page) -> None:
        page.show(tag("h1", page.say("developer.title")))
        url = context.url
        links = [link(f"{url}/docs", page.say("developer.api")), link(f"{url}/v1/openapi.json", page.say("developer.openapi"))]
        page.show(tag("section", join(links, " · "), class_="card"))
        with ui.element("section").classes("card"):
            _trying(page)


def _trying(page: Page) -> None:
    page.show(tag("h2", page.say("developer.try")))
    text = (
        ui.textarea(page.say("developer.paste"))
        .props("outlined rows=16 input-style='font-family:var(--mono);font-size:12px'")
        .classes("full-width")
    )
    with ui.element("div") as holder:
        draft = Draft(page, "developer")
        draft.mark(holder)
        draft.add("text", text)
    text.move(holder)

    def bytes_of() -> bytes:
        return str(text.value or "").encode()[: BYTES_MAX + 1]

    async def check() -> None:
        proving.clear()
        answer.set_content(await asyncio.to_thread(_judged, page, bytes_of()))

    async def play() -> None:
        forms.clear()
        proving.clear()
        answer.set_content(note(page.say("developer.working")))
        try:
            await asyncio.to_thread(_checked, bytes_of())
            answer.set_content(code(await _said(page, bytes_of())))
        except LanguageFaults:
            await check()
        except Refusal as why:
            answer.set_content(note(page.refusal(why), "bad"))

    async def prove() -> None:
        forms.clear()
        answer.set_content(Safe(""))
        await proving.ask(bytes_of())

    async def preview() -> None:
        forms.clear()
        await check()
        try:
            checked = await asyncio.to_thread(_checked, bytes_of())
        except Refusal:
            return
        parties = await page.parties()
        with forms:
            for each in view_of(checked).actions:
                with ui.element("details"):
                    with ui.element("summary"):
                        ui.label(page.both(each.title))
                    with ui.element("div").classes("form"):
                        page.show(note(page.say("form.by", who=page.both(each.by_says))))
                        Form(page, each.form, parties, Draft(page, f"preview/{each.name}"))

    acts = (
        ("developer.check", check),
        ("developer.prove", prove),
        ("developer.forms", preview),
        ("developer.stories", play),
    )
    with ui.row():
        for name, act in acts:
            with ui.element("button").classes("go" if act is check else "plain").props('type="button"').on("click", act):
                ui.label(page.say(name))
    with ui.element("div").props('aria-live="polite"'):
        answer = page.show(note(""))
    proving = ProvingCard(page)
    forms = ui.element("div")


async def _said(page: Page, text: bytes) -> str:
    """What `zhulian scenario test` says of a definition, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="zhulian-console-") as folder:
        path = Path(folder) / "scenario.yaml"
        await asyncio.to_thread(path.write_bytes, text)
        return await _COMMANDS.text(Path(folder) / "home", ["scenario", "test", str(path)], language=page.language)


def _checked(text: bytes) -> Checked:
    return check_definition(read_definition(text), every_word())


def _judged(page: Page, text: bytes) -> Safe:
    """What checking says of a definition."""
    try:
        checked = _checked(text)
    except LanguageFaults as found:
        rows = [(page.say("developer.line", line=each.line, column=each.column), page.refusal(each)) for each in found.found]
        return table(["", page.say("col.what")], rows)
    except Refusal as why:
        return note(page.refusal(why), "bad")
    tree = checked.definition.tree
    title = page.both(tree.title) or tree.scenario
    return note(page.say("developer.good", title=title, actions=len(tree.actions), stories=len(tree.stories)), "ok")
