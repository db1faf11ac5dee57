"""Coming in and going out."""

from nicegui import ui
from starlette.requests import Request

from zhulian.console.context import Context
from zhulian.console.parts.html import join, note, tag
from zhulian.errors import Refusal

__all__ = ["register"]


def register(context: Context) -> None:
    """The pages /enter and /leave."""

    @ui.page("/enter")
    async def enter(request: Request, ticket: str = "") -> None:
        page = context.visit(request)
        async with context.frame(page, "", "enter.title"):
            refused = ""
            if ticket:
                try:
                    context.desk.enter(page.visitor, ticket)
                except Refusal as why:
                    refused = page.refusal(why)
            page.show(tag("h1", page.say("enter.title")))
            if refused:
                page.show(note(refused, "bad"))
            if not page.visitor.entered:
                page.show(tag("div", note(page.say("enter.none")), class_="card"))
                return
            page.show(join([tag("h2", page.say("enter.choose")), note(page.say("enter.says"))]))

            def choose(person: str) -> None:
                context.desk.choose(page.visitor, person)
                ui.navigate.to("/")

            with ui.element("div").classes("cards"):
                for person in context.desk.people():
                    with ui.element("div").classes("card"):
                        page.show(tag("h3", person))
                        button = ui.element("button").classes("go").props('type="button"')
                        button.on("click", lambda person=person: choose(person))
                        with button:
                            ui.label(page.say("enter.as", name=person))

    @ui.page("/leave")
    async def leave(request: Request) -> None:
        context.desk.leave(context.visit(request).browser)
        ui.navigate.to("/enter")
