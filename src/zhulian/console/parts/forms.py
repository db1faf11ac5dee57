"""Forms made from a definition: the right widget for each field, and what was typed as people write it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from zhulian.console.context import Page
from zhulian.console.parts.drafts import Draft
from zhulian.console.parts.dropping import drop
from zhulian.console.parts.figures import read_fen, short_money
from zhulian.console.parts.html import note, tag
from zhulian.console.uploads import Upload
from zhulian.language.view.shapes import FieldView

__all__ = ["Form"]


class Form:
    """The fields of one form; `values()` gives what was filled in, by name.

    Args:
        page: Whose page it stands on.
        fields: In the order in which they are asked.
        parties: Who can be named where a party is asked for, with what each is called.
        draft: Where what was typed is kept until it is submitted.
    """

    def __init__(self, page: Page, fields: Sequence[FieldView], parties: Mapping[str, str], draft: Draft) -> None:
        self._page = page
        self._parties = dict(parties)
        self._draft = draft
        self._read: dict[str, Callable[[], Any]] = {}
        for each in fields:
            self._add(each)

    def values(self) -> dict[str, Any]:
        """What was filled in; what was left empty is not there."""
        found = {name: read() for name, read in self._read.items()}
        return {name: value for name, value in found.items() if value not in (None, "", [])}

    def _add(self, field: FieldView) -> None:
        page = self._page
        label = page.both(field.title) + (page.say("form.optional") if field.optional or not field.required else "")
        unit = page.say("form.yuan") if field.widget == "money" else page.both(field.unit)
        if field.widget == "file":
            self._read[field.name] = self._file(field, label)
        else:
            widget = self._widget(field, label)
            self._draft.add(field.name, widget)
            if unit and isinstance(widget, ui.input):
                widget.props(f'suffix="{unit}"')
            self._read[field.name] = (lambda: [each.strip() for each in (widget.value or "").splitlines() if each.strip()]) if field.widget in (
                "list", "codes",
            ) else (lambda: "" if widget.value is None else widget.value)  # fmt: skip
        helps = [page.both(each) for each in (field.help, field.bounds, field.format.says if field.format else None) if each]
        if field.visibility != "public":
            helps.append(page.say("form.private"))
        page.show(tag("p", " · ".join(helps), class_="help"))

    def _widget(self, field: FieldView, label: str) -> Any:
        page = self._page
        given = _days(field.default) if field.widget == "days" else field.default or None
        if field.widget == "switch":
            return ui.checkbox(label, value=given == "true")
        if field.widget in ("choice", "choices"):
            options = {each.name: page.both(each.title) for each in field.options}
            return ui.select(
                options, label=label, value=given if given in options else None, multiple=field.widget == "choices"
            ).props("outlined dense")
        if field.widget == "party":
            chosen = ui.select(
                self._parties, label=label, with_input=True, new_value_mode="add-unique", key_generator=lambda given: given
            )
            return chosen.props("outlined dense")
        if field.widget in ("textarea", "list", "codes", "bulk", "proof", "ticket", "paper"):
            return ui.textarea(label, value=given or "").props("outlined dense autogrow")
        kind = {"date": "date", "number": "text", "days": "text"}.get(field.widget, "text")
        wanted = ui.input(label, value=given or "").props(
            f'outlined dense type="{kind}" {"stack-label" if kind == "date" else ""}'
        )
        if field.widget == "money" and field.currency in (None, "CNY"):
            self._telling(wanted)
        elif field.example:
            wanted.props(f'hint="{_quiet(_days(field.example) if field.widget == "days" else field.example)}"')
        return wanted

    def _telling(self, wanted: ui.input) -> None:
        """Say beside an amount how much that is, so that a nought too many is seen."""

        def tell() -> None:
            fen = read_fen(str(wanted.value or ""))
            wanted.props(f'hint="{short_money(self._page.language, fen)}"' if fen is not None else 'hint=""')

        wanted.on_value_change(tell)
        tell()

    def _file(self, field: FieldView, label: str) -> Callable[[], Any]:
        kept: list[Upload] = []
        page = self._page

        async def take(upload: Upload) -> None:
            kept.append(upload)
            line.set_content(note(upload.name, "ok"))

        drop(page, label, take)
        line = page.show(note(""))
        return lambda: str(kept[-1].path) if kept else ""


def _days(given: str | None) -> str:
    """A number of days without its unit, which stands beside the field."""
    return (given or "").removesuffix("d")


def _quiet(text: str) -> str:
    """Text that can stand between double quotes in a component's properties."""
    return text.replace('"', "”").replace("\\", "/").replace("\n", " ")[:80]
