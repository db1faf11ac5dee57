"""What the pages share: the home, its people, the chain through the gateway for each of them, and the frame around a page."""

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import wraps
from typing import Any

from nicegui import app, ui
from starlette.requests import Request

from zhulian.client.chain import AsyncChain, connect_async
from zhulian.console.entering import Desk, Visitor
from zhulian.console.hub import Hub
from zhulian.console.parts.html import Safe, join, link, note, tag
from zhulian.console.words import say
from zhulian.errors import Refusal
from zhulian.home import Home

__all__ = ["Context", "Page"]

_NAV = ("home", "evidence", "apps", "blocks", "network", "govern", "supervise", "developer")
_BRAND = "#0f5c63"
_PARTIES_MAX = 100
_LOG = logging.getLogger("zhulian.console")


class Page:
    """One page as one visitor sees it."""

    def __init__(self, context: "Context", visitor: Visitor, browser: str) -> None:
        self.context = context
        self.visitor = visitor
        self.browser = browser
        self.language = visitor.language

    def say(self, key: str, **fields: object) -> str:
        """The console's words."""
        return say(self.language, key, **fields)

    def both(self, words: Any) -> str:
        """Words that come in two languages: a mapping, or something with `zh` and `en`."""
        if words is None:
            return ""
        found = words.get(self.language) if isinstance(words, dict) else getattr(words, self.language)
        return str(found or "")

    def refusal(self, why: Refusal) -> str:
        """A refusal as it is told to people."""
        return f"{why.code}　{why.say(self.language)}" if self.language == "zh" else f"{why.code}  {why.say(self.language)}"

    async def chain(self) -> AsyncChain:
        """The chain, read and signed as the visitor."""
        return await self.context.chain(self.visitor.person)

    async def parties(self) -> list[str]:
        """The organisations that can be named, by id."""
        found = await (await self.chain()).page("identity/organisations", limit=_PARTIES_MAX)
        return [str(each["key"][1]) for each in found.items]

    def show(self, content: Safe) -> ui.html:
        """Put HTML on the page."""
        return ui.html(content, sanitize=False)


Builder = Callable[..., Awaitable[None]]


class Context:
    """One console."""

    def __init__(self, home: Home, url: str, desk: Desk, hub: Hub) -> None:
        self.home = home
        self.url = url
        self.desk = desk
        self.hub = hub
        self._chains: dict[str, AsyncChain] = {}

    async def chain(self, person: str) -> AsyncChain:
        """The chain with that person's keys; one connection each."""
        if person not in self._chains:
            self._chains[person] = await connect_async(self.url, person or None, home=self.home.root)
        return self._chains[person]

    def page(self, path: str, current: str, title: str) -> Callable[[Builder], Builder]:
        """Register `build(page, …)` at an address, in the frame, for visitors who have entered."""

        def register(build: Builder) -> Builder:
            @wraps(build)
            async def shown(request: Request, **parts: Any) -> None:
                page = self.visit(request)
                if not page.visitor.person:
                    ui.navigate.to("/enter")
                    return
                async with self.frame(page, current, title):
                    await self._build(build, page, parts)

            shown.__signature__ = _signature(build)  # type: ignore[attr-defined]  # what the framework reads of a page's function
            ui.page(path)(shown)
            return build

        return register

    async def _build(self, build: Builder, page: Page, parts: dict[str, Any]) -> None:
        try:
            await build(page, **parts)
        except Refusal as why:
            page.show(
                join([tag("h1", page.say("error.title")), note(page.refusal(why), "bad"), link("/", page.say("error.back"))])
            )
        except Exception:  # noqa: BLE001 (told in words and logged; one page falls, the console stays)
            _LOG.exception("a page fell")
            page.show(
                join(
                    [
                        tag("h1", page.say("error.title")),
                        note(page.say("error.unknown"), "bad"),
                        link("/", page.say("error.back")),
                    ]
                )
            )

    def visit(self, request: Request) -> Page:
        """The visitor of a request; `?lang=` chooses a language for all later pages."""
        browser = str(app.storage.browser["id"])
        spoken = request.headers.get("accept-language", "").lower()
        visitor = self.desk.visitor(browser, "en" if spoken.startswith("en") else "zh")
        wanted = request.query_params.get("lang")
        if wanted in ("zh", "en"):
            visitor.language = wanted
        return Page(self, visitor, browser)

    @contextlib.asynccontextmanager
    async def frame(self, page: Page, current: str, title: str) -> AsyncIterator[None]:
        """The head, the rail, and the place for a page's own content."""
        language = page.language
        ui.colors(primary=_BRAND)
        ui.page_title(f"{page.say(title)} · {page.say('app.name')}")
        ui.run_javascript(f"document.documentElement.lang = '{'zh-CN' if language == 'zh' else 'en'}'")
        other = "en" if language == "zh" else "zh"
        person = page.visitor.person
        page.show(
            join(
                [
                    tag("a", page.say("nav.skip"), href="#content", class_="skip"),
                    tag(
                        "header",
                        tag("a", "珠联" if language == "zh" else "Zhulian", href="/", class_="mark"),
                        tag(
                            "form",
                            Safe(
                                f'<input name="q" aria-label="{page.say("search.label")}" placeholder="{page.say("search.label")}">'
                            ),
                            action="/search",
                            role="search",
                        )
                        if person
                        else "",
                        tag(
                            "span",
                            tag("a", page.say("language.other"), href=f"?lang={other}"),
                            join([tag("span", person, class_="soft"), tag("a", page.say("leave"), href="/leave")])
                            if person
                            else "",
                            class_="who",
                        ),
                        class_="top",
                    ),
                ]
            )
        )
        with ui.element("div").classes("shell"):
            items = [
                tag(
                    "a",
                    page.say(f"nav.{each}"),
                    href="/" if each == "home" else f"/{each}",
                    aria_current="page" if each == current else None,
                )
                for each in _NAV
            ]
            page.show(tag("nav", *items, class_="rail", aria_label=page.say("nav.menu"))) if person else page.show(
                Safe("<span></span>")
            )
            with ui.element("div").props('id="content"'):
                yield


def _signature(build: Builder) -> Any:
    """The page's parameters: the request in place of the page, then those that the address or the query names."""
    import inspect

    given = inspect.signature(build)
    first, *others = given.parameters.values()
    return given.replace(parameters=[inspect.Parameter("request", first.kind, annotation=Request), *others])
