"""What a page does again and again once it is there."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nicegui import ui

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["every"]


class _Timer(ui.timer):
    """A timer that waits until its page is built. The framework's own waits for the browser from its first moment, and a page whose timer
    waits is sent as far as it is built by then, without its end.
    """

    def __init__(self, built: asyncio.Event, interval: float, act: Callable[[], Any], **more: bool) -> None:
        self._built = built
        super().__init__(interval, act, **more)

    async def _can_start(self) -> bool:
        await self._built.wait()
        return await super()._can_start()


def every(page: "Page", seconds: float, act: Callable[[], Any], *, active: bool = True, once: bool = False) -> ui.timer:
    """Call `act` when the browser has the page, and every so many seconds after; with `once`, only after so many seconds."""
    return _Timer(page.built, seconds, act, active=active, once=once)
