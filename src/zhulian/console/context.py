"""What the pages share: the home, its people, the chain through the gateway for each of them, and how a page is registered."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from copy import copy
from functools import wraps
from typing import TYPE_CHECKING, Any

from nicegui import Client, ui
from starlette.datastructures import QueryParams
from starlette.requests import Request

from zhulian.client.body import Identity
from zhulian.client.chain import AsyncChain, connect_async
from zhulian.console.door import first_of, language_of, visitor_of
from zhulian.console.entering import Desk
from zhulian.console.errors import NotEntered, NotForYou
from zhulian.console.hub import Hub
from zhulian.console.parts.figures import moment
from zhulian.console.parts.first import first_view
from zhulian.console.parts.frame import frame
from zhulian.console.parts.html import Safe, join, link, note, tag
from zhulian.console.sessions import Visitor
from zhulian.console.signing import BrowserSigner
from zhulian.console.tasks.finding import Tasks
from zhulian.console.uploads import Uploads
from zhulian.console.words import say
from zhulian.errors import Refusal
from zhulian.home import Home

if TYPE_CHECKING:
    from zhulian.console.parts.proving import Kept

__all__ = ["Context", "Page", "Reader"]

_PARTIES_MAX = 100
_PATIENCE_S, _BUILD_S = 1.5, 60.0
"""How long a page is waited for before what is built of it is sent, and how long it may take to be built that far."""
_PERSONAL = frozenset(("home", "evidence", "apps", "blocks", "account"))
"""What a person's custody account serves for; the rest is for organisations' people."""
_LOG = logging.getLogger("zhulian.console")


class Reader:
    """Somebody who reads in a language."""

    def __init__(self, visitor: Visitor, language: str) -> None:
        self.visitor = visitor
        self.language = language

    def say(self, key: str, **fields: object) -> str:
        """The console's words."""
        return say(self.language, key, **fields)

    def both(self, words: Any) -> str:
        """Words that come in two languages: a mapping, or something with `zh` and `en`."""
        if words is None:
            return ""
        found = words.get(self.language) if isinstance(words, dict) else getattr(words, self.language)
        return str(found or "")

    def moment(self, time_ms: int) -> Safe:
        """A moment, in UTC+8."""
        return moment(self.language, time_ms)

    def refusal(self, why: Refusal) -> str:
        """A refusal as it is told to people."""
        return f"{why.code}　{why.say(self.language)}" if self.language == "zh" else f"{why.code}  {why.say(self.language)}"


class Page(Reader):
    """One page as one visitor sees it."""

    def __init__(self, context: "Context", visitor: Visitor, language: str, client: Client) -> None:
        super().__init__(visitor, language)
        self.context = context
        self.client = client
        self.built = asyncio.Event()
        """Set once all of the page stands there, or it fell."""
        self._chain: AsyncChain | None = None

    def sees(self, area: str) -> bool:
        """Whether the visitor's way in opens an area of the console."""
        if area == "desk":
            return self.visitor.officer
        return not self.visitor.is_person or area in _PERSONAL

    @property
    def reads_signed(self) -> bool:
        """Whether what the page reads is asked for in the name of the visitor's organisation, without a window that asks the visitor to sign."""
        visitor = self.visitor
        return not visitor.is_person and (visitor.way == "home" or visitor.party == self.context.party)

    def present(self) -> Visitor:
        """The visitor, whose session counts as used.

        Raises:
            NotEntered: the session is over.
        """
        sessions = self.context.desk.sessions
        if sessions.over(self.visitor):
            raise NotEntered()
        sessions.renew(self.visitor)
        return self.visitor

    @property
    def query(self) -> "QueryParams":
        """What stands behind the question mark of the page's address."""
        return self.client.request.query_params

    async def chain(self) -> AsyncChain:
        """The chain, read and signed as the visitor.

        Raises:
            NotEntered: the session is over.
        """
        if self._chain is None:
            self._chain = await self.context.chain_of(self)
        self.present()
        return self._chain

    def signers(self) -> list[str | Identity]:
        """Who signs what the visitor does on this page."""
        if self.visitor.way == "key" and self._chain is not None:
            return [self._chain.core.find_identity(None)]
        return [self.visitor.person]

    async def parties(self) -> dict[str, str]:
        """The organisations that can be named: each one's id, and what people call it with the id beside."""
        found = await (await self.chain()).page("identity/organisations", limit=_PARTIES_MAX)
        return {
            str(each["key"][1]): self.say("party.named", title=self.both(each["value"]["title"]), id=each["key"][1])
            for each in found.items
        }

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
        self.uploads = Uploads(home.console / "uploads", home.config().console.upload_bytes_max)
        self.proofs: dict[str, Kept] = {}
        """The newest proof that each visitor asked for, by their way in and name."""
        self.tasks = Tasks()
        self._chains: dict[str, AsyncChain] = {}

    async def anybody(self) -> AsyncChain:
        """The chain, read by the console itself."""
        return await self._kept("", lambda: connect_async(self.url, None, home=self.home.root))

    async def chain_of(self, page: Page) -> AsyncChain:
        """The chain for a page: with the keys of this home; in custody, or with a key in the browser, with none of them."""
        visitor = page.visitor
        return await self._signing(page) if visitor.way == "key" else await self.reading(visitor)

    async def reading(self, visitor: Visitor) -> AsyncChain:
        """The chain for a visitor who only reads, outside of any page."""
        if visitor.way == "home":
            return await self._kept(visitor.person, lambda: connect_async(self.url, visitor.person, home=self.home.root))
        return await self._kept(f"{visitor.way}/{visitor.person}", lambda: self._apart(visitor, None))

    async def forget(self, visitor: Visitor) -> None:
        """Sign out at custody too, whether it answers or not."""
        if visitor.token:
            with contextlib.suppress(Refusal):
                await (await self.anybody()).custody.sign_out(visitor.token)
            visitor.token = ""

    async def _signing(self, page: Page) -> AsyncChain:
        """A chain of the page's own, since the signing window opens on it."""
        visitor = page.visitor
        shared = await self.anybody()
        found = (await shared.state(("identity/keys", visitor.key))).value
        signer = BrowserSigner(page, shared.core.hasher, bytes.fromhex(str(found["public_key"])), page.client)
        chain = await self._apart(visitor, Identity(visitor.person, signer))
        page.client.on_delete(chain.close)
        return chain

    async def _apart(self, visitor: Visitor, key: Identity | None) -> AsyncChain:
        """A chain whose journal and secret are the visitor's own, and in whose folder no keys of this home lie."""
        folder = self.home.console / "people" / f"{visitor.way}-{visitor.person}"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        chain = await connect_async(self.url, key, home=folder, genesis=self.home.genesis_bytes())
        if visitor.party == self.party:  # a gateway that asks who reads is told: this organisation's node, for one of its people
            reader = await self.anybody()
            chain.line.signer.use(chain.core.hasher, lambda: reader.core.find_identity(None), chain.core.clock)
        return chain

    @property
    def party(self) -> str:
        """The organisation whose console this is."""
        return self.home.config().client.signer.partition(".")[0]

    async def _kept(self, name: str, connect: Callable[[], Awaitable[AsyncChain]]) -> AsyncChain:
        if name not in self._chains:
            self._chains[name] = await connect()
        return self._chains[name]

    def page(self, path: str, current: str, title: str) -> Callable[[Builder], Builder]:
        """Register `build(page, …)` at an address, in the frame; the door lets only those through who have signed in."""

        def register(build: Builder) -> Builder:
            @wraps(build)
            async def shown(request: Request, **parts: Any) -> None:
                page = self.visit(request)
                patience = asyncio.create_task(_wait_for(page))
                try:
                    async with frame(page, current, title):
                        await self._build(build, page, current, parts)
                finally:
                    page.built.set()
                    patience.cancel()
                first_of(request.scope).append(first_view(page.client))

            shown.__signature__ = _signature(build)  # type: ignore[attr-defined]  # what the framework reads of a page's function
            ui.page(path, response_timeout=_BUILD_S)(shown)
            return build

        return register

    async def _build(self, build: Builder, page: Page, current: str, parts: dict[str, Any]) -> None:
        try:
            if not page.sees(current):
                raise NotForYou()
            await build(page, **parts)
        except Refusal as why:
            self._fallen(page, page.refusal(why))
        except Exception:  # noqa: BLE001 (told in words and logged; one page falls, the console stays)
            _LOG.exception("a page fell")
            self._fallen(page, page.say("error.unknown"))

    def _fallen(self, page: Page, why: str) -> None:
        again = tag("a", page.say("error.again"), href="", class_="plain")
        page.show(
            join([tag("h1", page.say("error.title")), note(why, "bad"), tag("p", again, " ", link("/", page.say("error.back")))])
        )

    def visit(self, request: Request) -> Page:
        """The page of a request."""
        visitor, language, client = visitor_of(request.scope), language_of(request.scope), ui.context.client
        client.page = copy(
            client.page
        )  # which all visitors share; the framework takes the document's language and its own words from it
        client.page.language = "zh-CN" if language == "zh" else "en-US"
        return Page(self, visitor if visitor is not None else Visitor(), language, client)


async def _wait_for(page: Page) -> None:
    """Send a page as far as it is built once that takes long; the rest comes as it is read."""
    await asyncio.sleep(_PATIENCE_S)
    await page.client.connected()


def _signature(build: Builder) -> Any:
    """The page's parameters: the request in place of the page, then those that the address or the query names."""
    import inspect

    given = inspect.signature(build)
    first, *others = given.parameters.values()
    return given.replace(parameters=[inspect.Parameter("request", first.kind, annotation=Request), *others])
