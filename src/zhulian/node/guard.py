"""Nothing goes on after an exception that nobody foresaw: the first one ends the process."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from zhulian.errors import Bug

__all__ = ["Guard"]


class Guard:
    """Watches every task and callback of one event loop.

    asyncio keeps an exception inside the task that raised it, and the rest goes on. Here the first unforeseen one is
    remembered in the very instant in which it is raised, so that whoever asks `check` before signing does not sign.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ended: asyncio.Future[None] = loop.create_future()
        self.error: BaseException | None = None
        loop.set_exception_handler(self._callback_failed)

    def spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `work` as a task whose failure is the process's."""
        task = self._loop.create_task(self._run(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def fail(self, error: BaseException) -> None:
        """Remember `error` as the end of this process; the first one counts."""
        if self.error is None:
            self.error = error
        if not self._ended.done():
            self._ended.set_result(None)

    def stop(self) -> None:
        """End `wait` in good order."""
        if not self._ended.done():
            self._ended.set_result(None)

    @property
    def stopping(self) -> bool:
        """Whether the process is on its way out, in whatever order."""
        return self._ended.done()

    def check(self) -> None:
        """Raise what has failed before, if anything has."""
        if self.error is not None:
            raise self.error

    async def wait(self) -> None:
        """Return once `stop` is called; raise what failed, if something did."""
        await asyncio.shield(self._ended)
        self.check()

    async def _run(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 (this is where all of them end)
            self.fail(error)

    def _callback_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, OSError):  # a connection that broke off; whoever used it hears of it there
            return
        self.fail(error if isinstance(error, BaseException) else Bug(str(context.get("message"))))
