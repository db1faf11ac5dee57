"""Coming in and going out: by the link and a key of this machine, by a custody account or the directory, by an own key in the browser.

These are plain pages: passwords go by a form to this process and from it to the gateway, and lie nowhere on the way.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from nicegui import app
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from zhulian.client.chain import AsyncChain
from zhulian.console.context import Context
from zhulian.console.door import bake, safe_path
from zhulian.console.pages import enter_keys
from zhulian.console.parts.html import Safe, join, note, tag
from zhulian.console.parts.plain import Plain, field, form
from zhulian.console.sessions import Visitor, Way
from zhulian.errors import Refusal

__all__ = ["register"]

_FORM_MAX = 16 * 1024


def register(context: Context) -> None:
    """The addresses below /enter, and /leave."""
    doors = _Doors(context)
    for path, endpoint, method in (
        ("/enter", doors.show, "GET"),
        ("/enter/link", doors.by_link, "POST"),
        ("/enter/custody", doors.by_custody, "POST"),
        ("/enter/directory", doors.to_directory, "POST"),
        ("/enter/back", doors.from_directory, "GET"),
        ("/enter/help", doors.help, "GET"),
        ("/leave", doors.leave, "POST"),
    ):
        app.add_route(path, endpoint, methods=[method])
    enter_keys.register(context)


class _Doors:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._desk = context.desk

    async def show(self, request: Request) -> Response:
        """All ways in. A ticket in the address is taken out of it at once."""
        page = Plain(request)
        ticket, wanted = request.query_params.get("ticket", ""), safe_path(request.query_params.get("next", "/"))
        if not ticket:
            if page.visitor is not None and page.visitor.person and request.query_params.get("again") is None:
                return RedirectResponse(wanted, 303)
            return await self._ways(page, wanted)
        token, visitor = self._begun(page)
        try:
            self._desk.enter(visitor, ticket)
        except Refusal as why:
            self._desk.sessions.close(visitor, "refused")
            return await self._ways(page, wanted, why)
        answer = RedirectResponse("/enter?" + urlencode({"next": wanted, "again": "1"}), 303)
        bake(answer, request.scope, token)
        return answer

    async def by_link(self, request: Request) -> Response:
        """Act with the keys of somebody whose keys lie in this home."""
        page, given = Plain(request), await _read(request)
        if page.visitor is None:
            return RedirectResponse("/enter", 303)
        try:
            token, visitor = self._fresh(page, page.visitor)
            self._desk.choose(visitor, given.get("person", ""))
        except Refusal as why:
            return await self._ways(page, "/", why)
        return self._done(request, token, given.get("next", "/"))

    async def by_custody(self, request: Request) -> Response:
        """Sign in by name, password and code; custody itself says whether they are right."""
        page, given = Plain(request), await _read(request)
        login = given.get("login", "")[:64]

        async def judged(visitor: Visitor) -> dict[str, Any]:
            self._desk.attempts.begin(visitor.address, login)
            chain = await self._context.anybody()
            return await chain.custody.sign_in(login, given.get("password", "")[:256], given.get("code", "")[:32])

        return await self._through(page, given.get("next", "/"), "custody", login, judged)

    async def to_directory(self, request: Request) -> Response:
        """Send the browser to the directory, and keep what it must bring back to."""
        page, given = Plain(request), await _read(request)
        token, visitor = self._begun(page)
        try:
            self._desk.attempts.begin(visitor.address)
            begun = await (await self._context.anybody()).custody.directory_begin()
        except Refusal as why:
            self._desk.sessions.close(visitor, "refused")
            return await self._ways(page, "/", self._desk.refuse(visitor, "directory", "", why))
        visitor.asked = {"binding": str(begun["binding"]), "next": safe_path(given.get("next", "/"))}
        onward = Safe(f'<meta http-equiv="refresh" content="0;url={tag("i", begun["address"])[3:-4]}">')
        answer = page.show("enter.going", onward, tag("p", tag("a", page.say("enter.go"), href=begun["address"], class_="go")))
        bake(answer, request.scope, token)
        return answer

    async def from_directory(self, request: Request) -> Response:
        """What the directory sent back; it serves the browser that began, once."""
        page = Plain(request)
        asked = page.visitor.asked if page.visitor is not None else {}
        binding, wanted = asked.pop("binding", ""), asked.pop("next", "/")

        async def judged(visitor: Visitor) -> dict[str, Any]:
            self._desk.attempts.begin(visitor.address)
            return await (await self._context.anybody()).custody.directory_finish(str(request.url), binding)

        return await self._through(page, wanted, "directory", "", judged)

    async def help(self, request: Request) -> Response:
        """What to do where a password, a phone or a key is lost, and when somebody leaves."""
        page = Plain(request)
        parts = [
            tag(
                "section",
                tag("h2", page.say(f"help.{each}")),
                tag("p", page.say(f"help.{each}.says")),
                _steps(page, each),
                class_="card",
            )
            for each in ("password", "phone", "key", "stolen", "officer", "person")
        ]
        return page.show(
            "help.title",
            tag("p", page.say("help.says"), class_="soft"),
            *parts,
            tag("p", tag("a", page.say("help.back"), href="/enter")),
        )

    async def leave(self, request: Request) -> Response:
        """Sign out here, and at custody where that is where one signed in."""
        page = Plain(request)
        if page.visitor is not None:
            self._desk.leave(page.visitor)
            await self._context.forget(page.visitor)
        answer = RedirectResponse("/enter", 303)
        bake(answer, request.scope, "")
        return answer

    def _begun(self, page: Plain) -> tuple[str, Visitor]:
        return self._desk.sessions.begin(page.address, page.agent)

    def _fresh(self, page: Plain, before: Visitor) -> tuple[str, Visitor]:
        """A session of another name for whoever signs in, so that nobody can have laid a known one into the browser."""
        token, visitor = self._begun(page)
        visitor.entered = before.entered
        self._desk.leave(before)
        return token, visitor

    async def _through(self, page: Plain, wanted: str, way: Way, login: str, judged: Callable[[Visitor], Any]) -> Response:
        """Sign in by what custody answers, or say why not."""
        token, visitor = self._begun(page)
        try:
            found = await judged(visitor)
        except Refusal as why:
            self._desk.sessions.close(visitor, "refused")
            return await self._ways(page, wanted, self._desk.refuse(visitor, way, login, why))
        if page.visitor is not None:
            self._desk.leave(page.visitor)
        person = login or f"{found['account'][:8]}"
        visitor.idle_s = min(visitor.idle_s, int(found.get("idle_s", visitor.idle_s)))
        self._desk.sign_in(visitor, way, person, token=str(found["token"]), officer=bool(found.get("officer")))
        return self._done(page.request, token, wanted)

    def _done(self, request: Request, token: str, wanted: str) -> Response:
        answer = RedirectResponse(safe_path(wanted), 303)
        bake(answer, request.scope, token)
        return answer

    async def _ways(self, page: Plain, wanted: str, why: Refusal | None = None) -> Response:
        """All ways in, on one page; those that this machine does not offer say what would open them."""
        hidden = Safe(f'<input type="hidden" name="next" value="{tag("i", wanted)[3:-4]}">')
        chain, custody = await self._offered()
        parts = [page.refusal(why) if why is not None else "", self._people(page, hidden)]
        if custody is not None:
            parts.append(_custody(page, hidden, custody))
        parts.append(enter_keys.shown(page, wanted, chain))
        helps = tag("p", tag("a", page.say("help.title"), href="/enter/help"))
        status = 200 if why is None else 403
        return page.show("enter.title", *parts, helps, scripts=("keys/keys.js",), status=status)

    async def _offered(self) -> tuple[AsyncChain | None, dict[str, Any] | None]:
        """The chain, and what custody says of itself where there is one."""
        try:
            chain = await self._context.anybody()
        except Refusal:
            return None, None
        try:
            return chain, await chain.custody.about()
        except Refusal:
            return chain, None

    def _people(self, page: Plain, hidden: Safe) -> Safe:
        title = tag("h2", page.say("enter.machine"))
        if page.visitor is None or not page.visitor.entered:
            return tag("section", title, note(page.say("enter.none")), class_="card")
        people = [
            tag(
                "form",
                hidden,
                tag("button", page.say("enter.as", name=each), class_="go", type="submit", name="person", value=each),
                method="post",
                action="/enter/link",
            )
            for each in self._desk.people()
        ]
        return tag("section", title, note(page.say("enter.says")), tag("div", *people, class_="buttons"), class_="card")


def _custody(page: Plain, hidden: Safe, about: dict[str, Any]) -> Safe:
    required = {"required": "required"}
    account = form(
        "/enter/custody", page.say("enter.in"), hidden,
        field("login", page.say("enter.login"), autocomplete="username", maxlength=64, spellcheck="false", autocapitalize="none", **required),
        field("password", page.say("enter.password"), kind="password", autocomplete="current-password", maxlength=256, **required),
        field("code", page.say("enter.code"), hint=page.say("enter.code.says"), autocomplete="one-time-code", inputmode="text", maxlength=32, **required),
    )  # fmt: skip
    parts = [
        tag("h2", page.say("enter.custody")),
        note(page.say("enter.custody.says", organisation=about["organisation"])),
        account,
    ]
    if about.get("directory"):
        parts += [
            note(page.say("enter.directory.says", directory=about["directory"])),
            form("/enter/directory", page.say("enter.directory"), hidden),
        ]
    return tag("section", *parts, class_="card")


def _steps(page: Plain, each: str) -> Safe:
    lines = page.say(f"help.{each}.steps").split("\n")
    return tag("ol", *(tag("li", join(_worded(line))) for line in lines))


def _worded(line: str) -> list[object]:
    """Words between backquotes are commands."""
    return [tag("code", part) if at % 2 else part for at, part in enumerate(line.split("`"))]


async def _read(request: Request) -> dict[str, str]:
    """The fields of a small form."""
    if int(request.headers.get("content-length") or 0) > _FORM_MAX:
        return {}
    async with request.form(max_files=0, max_fields=20) as found:
        return {name: value for name, value in found.items() if isinstance(value, str)}
