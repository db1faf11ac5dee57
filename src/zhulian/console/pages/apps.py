"""Applications: those that are open, the gallery of packs by industry, and opening one."""

from functools import cache
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from nicegui import ui

from zhulian.console.context import Context, Page
from zhulian.console.parts.buttons import once
from zhulian.console.parts.drafts import Draft
from zhulian.console.parts.forms import Form
from zhulian.console.parts.html import Safe, join, link, note, number, table, tag
from zhulian.errors import Refusal
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.view import View, view_of
from zhulian.modules import every_word

__all__ = ["register", "shipped_view"]


def register(context: Context) -> None:
    """The pages /apps and /apps/open/{scenario}."""

    @context.page("/apps", "apps", "apps.title")
    async def apps(page: Page) -> None:
        chain = await page.chain()
        page.show(tag("h1", page.say("apps.title")))
        found = [each for each in await chain.titled_apps() if "module" not in each]
        page.show(
            tag(
                "section",
                tag("h2", page.say("apps.open")),
                _opened(page, found),
                class_="card",
            )
        )
        page.show(tag("h2", page.say("apps.gallery")))
        cards = await chain.scenario.gallery()
        for _, group in groupby(cards, key=lambda each: each["industry"]["code"]):
            several = list(group)
            page.show(tag("h3", page.both(several[0]["industry"])))
            page.show(tag("div", *(_card(page, each) for each in several), class_="cards"))

    @context.page("/apps/open/{scenario}", "apps", "apps.start")
    async def opening(page: Page, scenario: str) -> None:
        chain = await page.chain()
        path, view = _shipped(scenario), shipped_view(scenario)
        if path is None or view is None:
            ui.navigate.to("/apps")
            return
        page.show(join([tag("h1", page.both(view.title)), tag("p", page.both(view.about))]))
        if view.uses:
            page.show(
                note(
                    page.say("apps.uses", what=page.say("list.comma").join(_called(page, each.scenario) for each in view.uses)),
                    "warn",
                )
            )
        parties = await page.parties()
        draft = Draft(page, f"open/{scenario}")
        with ui.element("section").classes("card form") as holder:
            draft.mark(holder)
            name = ui.input(page.say("apps.name"), value=view.scenario.replace("_", "-")).props("outlined dense")
            draft.add("as", name)
            form = Form(page, view.settings, parties, draft)

            async def send() -> None:
                line.set_content(note(page.say("apps.opening")))
                signer = page.signers()[0]
                try:
                    await chain.scenario.publish(path, signer=signer)
                    done = await chain.scenario.open(view.scenario, as_=name.value, settings=form.values(), signer=signer)
                except Refusal as why:
                    line.set_content(tag("div", note(page.refusal(why), "bad"), role="alert"))
                    return
                draft.clear()
                ui.navigate.to(f"/apps/{done.instance}")

            once(page.say("apps.start"), send)
            with ui.element("div").props('aria-live="polite"'):
                line = page.show(note(""))


def _opened(page: Page, found: list[dict[str, Any]]) -> Safe:
    """The applications that are open, as a table."""
    rows = [
        (
            link(f"/apps/{each['instance']}", page.both(each["title"])),
            each["instance"],
            each["operator"],
            number(each["height"]),
        )
        for each in found
    ]
    heads = [page.say("col.name"), "ID", page.say("col.who"), page.say("col.height")]
    return table(heads, rows, right=(3,), empty=page.say("apps.none"))


def _card(page: Page, card: dict[str, Any]) -> Any:
    counts = [
        f"{page.say('apps.roles')} {len(card['roles'])}",
        f"{page.say('apps.stories')} {len(card['stories'])}",
        f"{page.say('apps.promises')} {len(card['promises'])}",
    ]
    return tag(
        "div",
        tag("h3", page.both(card["title"])),
        tag("p", page.both(card["about"]), class_="small"),
        tag("p", *(tag("span", each) for each in counts), class_="tags"),
        _stories(page, card),
        tag("p", tag("a", page.say("apps.start"), href=f"/apps/open/{card['scenario']}", class_="plain")),
        class_="card",
    )


def _stories(page: Page, card: dict[str, Any]) -> Any:
    """The stories of a pack, each to be played."""
    rows = [tag("li", link(f"/play/{card['scenario']}/{each['name']}", page.both(each["title"]))) for each in card["stories"]]
    return tag("details", tag("summary", page.say("play.watch")), tag("ul", *rows, class_="plays"), class_="small")


def _called(page: Page, scenario: str) -> str:
    """What a scenario is called, where it is one that is shipped."""
    view = shipped_view(scenario)
    return scenario if view is None else page.both(view.title)


@cache
def shipped_view(scenario: str) -> View | None:
    """How a shipped pack is shown; None where there is none of that name."""
    path = _shipped(scenario)
    return None if path is None else view_of(check_definition(read_definition(path.read_bytes()), every_word()))


def _shipped(scenario: str) -> Path | None:
    """The file of a pack that is shipped under exactly that name."""
    folder = Path(str(resources.files("zhulian") / "scenarios"))
    known = {each.name: each for each in folder.iterdir() if (each / "scenario.yaml").is_file()}
    return known[scenario] / "scenario.yaml" if scenario in known else None
