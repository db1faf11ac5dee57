"""A checker of the call order that an engine must keep, wrapped around the application in tests and rehearsals."""

from typing import Any

from zhulian.consensus.application import Application
from zhulian.errors import check

__all__ = ["OrderChecked"]

_MAY_FOLLOW = {
    "propose": {"start", "propose", "judge", "finalize", "commit"},  # after a round that failed, whose block was executed already
    "judge": {"start", "propose", "judge", "finalize", "commit"},
    "finalize": {"start", "propose", "judge", "finalize", "commit"},
    "commit": {"finalize"},
}


class OrderChecked:
    """Passes every call on, and stops at one that may not come now: `commit` follows `finalize`, and so on.

    `screen`, `admit` and all reads are allowed at any time but while a finalized block waits for its commit.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._last = "start"
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._application, name)
        if name in _MAY_FOLLOW:
            return self._checked(name, found)
        return found

    def _checked(self, name: str, call: Any) -> Any:
        def run(*arguments: Any, **named: Any) -> Any:
            check(self._last in _MAY_FOLLOW[name], f"{name} does not follow {self._last}")
            self.calls.append(name)
            answer = call(*arguments, **named)
            if (self._last, name) != ("finalize", "propose"):  # what was finalized may still be committed
                self._last = name
            return answer

        return run
