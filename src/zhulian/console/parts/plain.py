"""Pages without the framework: server-made HTML around the same style, for what must work before anybody is signed in."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from zhulian.console.door import language_of, visitor_of
from zhulian.console.files import address
from zhulian.console.parts.html import Safe, join, note, tag
from zhulian.console.sessions import Visitor
from zhulian.console.words import say
from zhulian.errors import Refusal

__all__ = ["Plain", "field", "form"]


class Plain:
    """One such page as one browser sees it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.language = language_of(request.scope)
        self.visitor: Visitor | None = visitor_of(request.scope)
        client = request.scope.get("client")
        self.address = str(client[0]) if client else ""
        self.agent = request.headers.get("user-agent", "")[:200]

    def say(self, key: str, **fields: object) -> str:
        """The console's words."""
        return say(self.language, key, **fields)

    def refusal(self, why: Refusal) -> Safe:
        """A refusal as it is told to people."""
        return tag("div", note(f"{why.code}　{why.say(self.language)}", "bad"), role="alert")

    def show(self, title: str, *content: object, scripts: tuple[str, ...] = (), status: int = 200) -> HTMLResponse:
        """The whole page; `scripts` are names of our own files."""
        heading = self.say(title)
        other = "en" if self.language == "zh" else "zh"
        links = [tag("script", src=address(each), type="module") for each in scripts]
        head = tag(
            "head",
            Safe('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            Safe(f'<link rel="stylesheet" href="{address("console.css")}"><link rel="icon" href="{address("icon.svg")}">'),
            tag("title", f"{heading} · {self.say('app.name')}"),
            *links,
        )
        top = tag(
            "header",
            tag("a", self.say("app.mark"), href="/", class_="mark"),
            tag(
                "span",
                tag("a", self.say("language.other"), href=f"?lang={other}", lang="en" if other == "en" else "zh-CN"),
                class_="who",
            ),
            class_="top",
        )
        main = tag("main", tag("h1", heading), *content, id="content", class_="plain-page", tabindex="-1")
        skip = tag("a", self.say("nav.skip"), href="#content", class_="skip")
        body = tag("body", skip, top, main, class_="bare")
        language = "zh-CN" if self.language == "zh" else "en"
        return HTMLResponse(f"<!doctype html>{tag('html', head, body, lang=language)}", status)


def field(name: str, label: str, *, kind: str = "text", hint: str = "", **more: object) -> Safe:
    """A labelled input with what helps to fill it in."""
    shown = Safe(
        f'<input id="f-{name}" name="{name}" type="{kind}"{_given({**more, "aria-describedby": f"h-{name}" if hint else None})}>'
    )
    return tag(
        "p",
        tag("label", label, for_=f"f-{name}"),
        shown,
        tag("span", hint, class_="help", id=f"h-{name}") if hint else "",
        class_="field",
    )


def form(action: str, button: str, *content: object, **more: object) -> Safe:
    """A form that is sent to our own address."""
    go = tag("button", button, class_="go", type="submit")
    return tag("form", join(content), tag("p", go), method="post", action=action, **more)


def _given(attributes: dict[str, object]) -> str:
    empty = tag("i", **{key.replace("-", "_"): value for key, value in attributes.items()})
    return empty[len("<i") : -len("></i>")]
