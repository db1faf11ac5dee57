"""Play: a story of a pack, step by step, on a chain that is thrown away: who acts, what is refused and why, and where the record stands."""

import asyncio
from typing import Any

from nicegui import Client, ui

from zhulian.console.context import Context, Page
from zhulian.console.pages.apps import shipped_view
from zhulian.console.parts.clock import every
from zhulian.console.parts.html import Safe, join, link, note, state, tag
from zhulian.console.playing import Theatre
from zhulian.errors import Refusal
from zhulian.language.manual.svg import diagram_svg
from zhulian.language.view.shapes import View

__all__ = ["register"]

_GRACE_S = 5.0
_HUES = 6
_KINDS = {"done": "ok", "refused": "wait", "waited": "at", "seen": "seal", "wrong": "bad"}


def register(context: Context) -> None:
    """The page /play/{scenario}/{story}."""

    @context.page("/play/{scenario}/{story}", "apps", "play.title")
    async def play(page: Page, scenario: str, story: str) -> None:
        view = shipped_view(scenario)
        told = next((each for each in view.stories if each.name == story), None) if view is not None else None
        if view is None or told is None:
            ui.navigate.to("/apps")
            return
        crumbs = tag("p", link("/apps", page.say("apps.gallery")), " · ", page.both(view.title), class_="soft")
        page.show(join([crumbs, tag("h1", page.both(told.title)), note(page.say("play.says"))]))
        _Stage(page, view, scenario, story).build()


class _Stage:
    """The page while a story plays."""

    def __init__(self, page: Page, view: View, scenario: str, story: str) -> None:
        self._page = page
        self._view = view
        self._names = (scenario, story)
        self._theatre = Theatre()
        self._cast: dict[str, dict[str, Any]] = {}
        self._running = False
        self._busy = False
        client = ui.context.client
        client.on_delete(self._theatre.close)
        client.on_disconnect(lambda: self._leave(client))

    def build(self) -> None:
        """The three columns: who takes part, what is said, and the chain's view."""
        page = self._page
        with ui.row().classes("items-center controls"):
            self._next = ui.button(page.say("play.next"), on_click=self._one).props("unelevated no-caps")
            self._all = ui.button(page.say("play.all"), on_click=self._run).props("outline no-caps")
            ui.button(page.say("play.again"), on_click=self._again).props("flat no-caps")
            self._count = page.show(Safe(""))
        with ui.element("div").classes("stage"):
            with ui.element("section").classes("card"):
                page.show(tag("h2", page.say("play.cast")))
                self._people = page.show(note(page.say("play.setting")))
            with ui.element("section").classes("card"):
                page.show(tag("h2", page.say("play.scenes")))
                self._line = page.show(Safe(""))
                self._scenes = ui.element("ol").classes("scenes").props('aria-live="polite"')
            with ui.element("section").classes("card"):
                page.show(tag("h2", page.say("play.chain")))
                self._place = page.show(note(page.say("play.nothing")))
        self._next.disable()
        self._all.disable()
        every(page, 0.05, self._open, once=True)

    async def _open(self) -> None:
        page = self._page
        try:
            found = await self._theatre.open(*self._names)
        except Refusal as why:
            self._people.set_content(note(page.refusal(why), "bad"))
            return
        self._cast = {each["name"]: {**each, "hue": place % _HUES} for place, each in enumerate(found["cast"])}
        self._length = int(found["length"])
        self._people.set_content(tag("ul", *map(self._person, self._cast.values()), class_="cast"))
        self._line.set_content(note(page.both(found["opening"])))
        self._tell_count(0)
        self._next.enable()
        self._all.enable()

    async def _leave(self, client: Client) -> None:
        """End the play of a visitor who went away, and did not just lose the line for a moment."""
        await asyncio.sleep(_GRACE_S)
        if not client.has_socket_connection:
            await self._theatre.close()

    async def _one(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            scene = await self._theatre.next()
        except Refusal as why:
            scene = None
            self._line.set_content(note(self._page.refusal(why), "bad"))
        finally:
            self._busy = False
        if scene is None:
            self._end()
            return
        with self._scenes:
            self._scene(scene)
        ui.run_javascript("document.querySelector('.scenes > :last-child')?.scrollIntoView({block: 'nearest'})")
        self._tell_count(scene["number"])
        if scene["place"] is not None:
            self._place.set_content(self._where(scene))
        if scene["number"] >= self._length or scene["came"] == "wrong":
            self._end()

    async def _run(self) -> None:
        self._running = not self._running
        self._all.set_text(self._page.say("play.pause" if self._running else "play.all"))
        while self._running:
            await self._one()

    def _again(self) -> None:
        ui.navigate.reload()

    def _end(self) -> None:
        self._running = False
        self._next.disable()
        self._all.disable()
        self._all.set_text(self._page.say("play.all"))

    def _tell_count(self, number: int) -> None:
        key = "play.ended" if number >= self._length else "play.count"
        self._count.set_content(tag("span", self._page.say(key, number=number, length=self._length), class_="soft"))

    def _person(self, each: dict[str, Any]) -> Safe:
        role = self._page.both(each["role"])
        return tag("li", _avatar(each), tag("span", tag("b", each["name"]), tag("small", role)))

    def _scene(self, scene: dict[str, Any]) -> None:
        page, came = self._page, scene["came"]
        faces = join(_avatar(self._cast[each]) for each in scene["actors"] if each in self._cast)
        word = state(_KINDS[came], page.say(f"play.came.{came}"))
        code = tag("code", scene["code"]) if scene["code"] else ""
        wrong = note(page.both(scene["why"]), "bad") if came == "wrong" else ""
        said = tag("div", tag("p", page.both(scene["told"])), tag("p", word, " ", code, class_="small"), wrong)
        with ui.element("li").classes(f"scene {came}"):
            page.show(join([tag("span", faces, class_="faces"), said]))

    def _where(self, scene: dict[str, Any]) -> Safe:
        page, place = self._page, scene["place"]
        titles = {each.name: page.both(each.title) for each in self._view.records}
        name = f"{titles.get(place['record'], place['record'])} {place['key']}"
        at = state("at", page.both(place["title"])) if place["state"] else ""
        drawn = diagram_svg(self._view, page.language, place["record"], here=place["state"]) or ""
        return join(
            [
                tag("p", tag("b", name), " ", at),
                tag("p", page.say("play.time"), " ", page.moment(scene["time"] * 1000), class_="soft small"),
                tag("div", Safe(drawn), class_="scroll"),
            ]
        )


def _avatar(person: dict[str, Any]) -> Safe:
    """A player's sign: its first letters, round for a person, square for an organisation, coloured by its place in the cast."""
    kind = "person" if person["person"] else "office"
    return tag("span", person["name"][:2], class_=f"face {kind} hue{person['hue']}", aria_hidden="true", title=person["name"])
