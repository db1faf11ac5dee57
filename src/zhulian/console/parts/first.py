"""What a page shows until the framework is up: the same text in the same places, as plain HTML in the first answer.

A browser paints it as soon as it has the styles, and the framework puts its own in its place once its scripts have run. What can only be worked
with then is there already, at its size and without effect, so that nothing moves and nothing is typed that would be lost.
"""

from collections.abc import Callable
from typing import Final

from nicegui import Client, ui
from nicegui.element import Element

from zhulian.console.parts.html import Safe, join, tag

__all__ = ["first_view"]

_PLAIN: Final = frozenset(
    ("button", "details", "div", "h1", "h2", "h3", "label", "li", "ol", "p", "section", "span", "summary", "ul")
)
_UNSEEN: Final = ("innerHTML", "sanitize", "tag")


def first_view(client: Client) -> Safe:
    """The page of a client as it will stand there, to be put where the framework draws."""
    main = tag("main", _drawn(client.content), class_="q-page")
    return tag("div", tag("div", main, class_="q-page-container"), class_="q-layout q-layout--standard nicegui-layout")


def _drawn(element: Element) -> Safe:
    if isinstance(element, ui.timer):
        return Safe("")
    if isinstance(element, ui.html):
        return _tag("div", element, Safe(element.content))
    draw = next((draw for kind, draw in _DRAWN if isinstance(element, kind)), None)
    if draw is not None:
        return draw(element)
    held = join(map(_drawn, element.default_slot.children))
    text = element._props.get("label", "") if element.tag not in _PLAIN else element._text or ""
    if element.tag == "button":
        return _tag("button", element, text, held, disabled="")
    return _tag(element.tag if element.tag in _PLAIN else "div", element, text, held)


def _tag(name: str, element: Element, *content: object, also: str = "", **more: object) -> Safe:
    """A tag with the classes, the style and the plain properties of an element."""
    kept = {
        key.replace("-", "_"): value
        for key, value in element._props.items()
        if name in _PLAIN and key not in _UNSEEN and isinstance(value, str) and key.replace("-", "").isalpha() and key != "class"
    }
    classes = " ".join((*also.split(), *element._classes))
    style = ";".join(f"{key}:{value}" for key, value in element._style.items())
    return tag(name, *content, **{**kept, **more}, class_=classes or None, style=style or None)


def _button(element: Element) -> Safe:
    look = (
        "q-btn--outline"
        if "outline" in element._props
        else "q-btn--flat"
        if "flat" in element._props
        else "bg-primary text-white"
    )
    shown = tag(
        "span",
        tag("span", element._props.get("label", ""), class_="block"),
        class_="q-btn__content row items-center justify-center",
    )
    return tag(
        "button", shown, class_=f"q-btn q-btn-item q-btn--rectangle q-btn--no-uppercase {look}", type="button", disabled=""
    )


def _field(element: Element) -> Safe:
    """An input, a choice, or lines of text: its frame with its label, or with what is filled in."""
    value = element._props.get("value", "")
    filled = bool(value) or "stack-label" in element._props
    label = tag("div", element._props.get("label", ""), class_="q-field__label no-pointer-events absolute ellipsis")
    shown = tag("div", value if isinstance(value, str) else "", class_="q-field__native row items-center")
    held = tag("div", shown, label, class_="q-field__control-container col relative-position row no-wrap q-anchor--skip")
    control = tag("div", held, class_="q-field__control relative-position row no-wrap")
    inner = tag(
        "div",
        control,
        tag("div", class_="q-field__bottom row items-start q-field__bottom--animated") if "hint" in element._props else "",
        class_="q-field__inner relative-position col self-stretch",
    )
    looks = "q-field row no-wrap items-start q-field--outlined q-field--dense q-field--labeled"
    return _tag(
        "div",
        element,
        inner,
        also=f"{looks} {'q-field--float' if filled else ''} {'q-textarea' if isinstance(element, ui.textarea) else ''}",
    )


def _checkbox(element: Element) -> Safe:
    box = tag("div", tag("div", class_="q-checkbox__bg absolute"), class_="q-checkbox__inner relative-position no-pointer-events")
    label = tag("div", element._props.get("label", ""), class_="q-checkbox__label q-anchor--skip")
    return _tag("div", element, box, label, also="q-checkbox cursor-pointer no-outline row inline no-wrap items-center")


_DRAWN: Final[tuple[tuple[type[Element], Callable[[Element], Safe]], ...]] = (
    (ui.button, _button),
    (ui.input, _field),
    (ui.textarea, _field),
    (ui.select, _field),
    (ui.checkbox, _checkbox),
)
