"""What every part of a chain's client shares."""

from typing import Any

from zhulian.client.core import Core

__all__ = ["Part"]


class Part:
    """A group of methods that shares the chain's core and line."""

    def __init__(self, core: Core, line: Any) -> None:
        self.core = core
        self.line = line
