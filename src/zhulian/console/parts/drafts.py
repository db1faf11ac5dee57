"""What was typed and not submitted stays in the browser's own storage of the tab, and comes back when the page is opened again."""

import json
from typing import TYPE_CHECKING, Any

from nicegui import ui

from zhulian.console.parts.clock import every
from zhulian.console.parts.html import note

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["Draft"]

_WAIT_S = 5.0


class Draft:
    """The draft of one form: `key` says whose and of which page. Text is kept by the browser as it is typed, other widgets by `add`."""

    def __init__(self, page: "Page", name: str) -> None:
        self._page = page
        self._key = f"{page.visitor.way}/{page.visitor.person}/{name}"
        self._widgets: dict[str, Any] = {}
        self._told = page.show(note(""))
        every(page, 0.05, self._restore, once=True)

    def mark(self, holder: ui.element) -> None:
        """Say to the browser that what lies in `holder` belongs to this draft."""
        holder._props["data-draft"] = self._key

    def add(self, name: str, widget: Any) -> None:
        """Keep a widget's value too."""
        self._widgets[name] = widget
        if isinstance(widget, ui.input | ui.textarea):
            widget._props["name"] = name
        else:
            widget.on_value_change(lambda event: self._run("keep", name, event.value))

    def clear(self) -> None:
        """It was submitted."""
        self._run("forget")

    def _run(self, what: str, *given: Any) -> Any:
        words = ", ".join(json.dumps(each) for each in (self._key, *given))
        return self._page.client.run_javascript(f"zhulianConsole.{what}({words})", timeout=_WAIT_S)

    async def _restore(self) -> None:
        try:
            kept = await self._run("kept")
        except TimeoutError:
            return
        found = {name: value for name, value in (kept or {}).items() if name in self._widgets and value not in (None, "", [])}
        for name, value in found.items():
            widget = self._widgets[name]
            if widget.value in (None, "", [], False) or widget.value != value:
                widget.value = value
        if found:
            self._told.set_content(note(self._page.say("draft.back"), "ok"))
