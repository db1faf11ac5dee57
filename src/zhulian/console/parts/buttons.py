"""A button that does a thing once at a time: a second click while the first is under way does nothing."""

from collections.abc import Awaitable, Callable

from nicegui import ui

__all__ = ["once"]


def once(text: str, act: Callable[[], Awaitable[None]], *, props: str = "unelevated") -> ui.button:
    """Put such a button on the page."""
    under_way = [False]

    async def clicked() -> None:
        if under_way[0]:
            return
        under_way[0] = True
        button.props("loading")
        try:
            await act()
        finally:
            under_way[0] = False
            button.props(remove="loading")

    button = ui.button(text, on_click=clicked, color="primary" if props == "unelevated" else None).props(f"{props} no-caps")
    return button
