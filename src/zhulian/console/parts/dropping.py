"""A place to drop files, or choose them; it shows how far each has come. The browser's part is assets/console.js."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from zhulian.console.parts.html import Safe, tag
from zhulian.console.uploads import Upload

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["drop"]


def drop(
    page: "Page",
    label: str,
    take: Callable[[Upload], Awaitable[None]],
    *,
    multiple: bool = False,
    kinds: tuple[str, ...] = (),
    most: int | None = None,
) -> None:
    """Put such a place on the page; `take` gets each file once it lies here. `most` bytes, where fewer than the console's own limit."""
    address = page.context.uploads.open(page, take, kinds, most)
    chosen = tag(
        "input",
        type="file",
        multiple="" if multiple else None,
        accept=",".join(kinds) or None,
        data_upload=address,
        data_lost=page.say("upload.lost"),
        data_stop=page.say("upload.stop"),
        data_again=page.say("upload.again"),
        data_arrived=page.say("upload.arrived"),
    )
    page.show(
        tag(
            "label",
            tag("span", label),
            Safe(chosen.removesuffix("</input>")),
            tag("span", page.say("upload.choose"), class_="plain"),
            class_="drop",
        )
    )
