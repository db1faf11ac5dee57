"""How a route describes itself once, for the router, for OpenAPI and for the page that people read."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.parameters import Parameter

__all__ = ["Both", "Content", "Endpoint", "PathPart", "Route"]

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Both:
    """One sentence in both languages."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The sentence in `language`."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True)
class Content:
    """A body: its media type, the name of its shape in `shapes` (or a schema), and an example."""

    media_type: str
    shape: str | Mapping[str, Any]
    example: Any = None


@dataclass(frozen=True)
class PathPart:
    """A part of the path."""

    name: str
    text: Both
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    example: Any = None


@dataclass(frozen=True)
class Route:
    """One operation; `operation_id` never changes once published."""

    method: str
    path: str
    """As OpenAPI shows it."""
    endpoint: Endpoint
    operation_id: str
    tag: str
    summary: Both
    text: Both
    answers: Mapping[int, tuple[Both, Content | None]]
    refusals: Sequence[int] = ()
    """HTTP statuses under which a problem document may come; 429, 500 and 503 may always come."""
    parts: Sequence[PathPart] = ()
    parameters: Sequence[Parameter] = ()
    headers: Sequence[Parameter] = ()
    body: Sequence[Content] = ()
    pattern: str | None = None
    """The router's pattern where it differs from `path`."""
    open: bool = False
    """Answers without authentication even where it is required."""
    hot: bool = False
    """Called by the edge itself (see `Edge`); its path has no parts."""
