"""One implementation for the synchronous and the asynchronous client.

What the client does is written once, as a *flow*: a generator that asks for effects (an HTTP call, a pause, local work
that takes a while) and is resumed with their outcome. A `Line` performs effects; there is a blocking one and an awaiting
one. `blocking` and `awaiting` turn a flow into a method with the same parameters and the same type of result, so that the
two faces of the client cannot drift apart.
"""

import functools
from collections.abc import Awaitable, Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

__all__ = [
    "Answer",
    "AsyncLine",
    "Call",
    "Effect",
    "Flow",
    "Line",
    "Pause",
    "Work",
    "awaiting",
    "blocking",
    "call",
    "drive",
    "drive_async",
    "pause",
    "work",
]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """An HTTP request to the node; `path` is already percent-encoded; a name in `query` may occur twice."""

    method: str
    path: str
    query: Sequence[tuple[str, str]] = ()
    body: bytes | None = None
    media: str = "application/json"
    timeout_s: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the node answered; header names are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Local work that reads files or computes for a while; the asynchronous client runs it in a thread."""

    function: Callable[[], Any]


Effect = Call | Pause | Work
Flow = Generator[Effect, Any, T]


class Line(Protocol):
    """Performs effects and returns their outcome, blocking."""

    def perform(self, effect: Effect) -> Any:
        """The outcome of `effect`.

        Raises:
            Unreachable: where no answer came.
        """


class AsyncLine(Protocol):
    """Performs effects and returns their outcome, awaiting."""

    async def perform(self, effect: Effect) -> Any:
        """The outcome of `effect`.

        Raises:
            Unreachable: where no answer came.
        """


def call(request: Call) -> Flow[Answer]:
    """Ask the node."""
    answer: Answer = yield request
    return answer


def pause(seconds: float) -> Flow[None]:
    """Wait."""
    yield Pause(seconds)


def work(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Flow[T]:
    """Do local work without holding up others."""
    done: T = yield Work(functools.partial(function, *args, **kwargs))
    return done


def drive(flow: Flow[T], line: Line) -> T:
    """Run a flow to its end, blocking."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = line.perform(effect)
            except Exception as fault:  # noqa: BLE001 - every fault goes to the flow, which knows what is safe to repeat
                effect = flow.throw(fault)
            else:
                effect = flow.send(outcome)
    except StopIteration as stop:
        return cast(T, stop.value)
    finally:
        flow.close()


async def drive_async(flow: Flow[T], line: AsyncLine) -> T:
    """Run a flow to its end, awaiting; a cancellation ends the flow where it waits."""
    try:
        effect = next(flow)
        while True:
            try:
                outcome = await line.perform(effect)
            except Exception as fault:  # noqa: BLE001 - every fault goes to the flow, which knows what is safe to repeat
                effect = flow.throw(fault)
            else:
                effect = flow.send(outcome)
    except StopIteration as stop:
        return cast(T, stop.value)
    finally:
        flow.close()


def blocking(function: Callable[Concatenate[Any, P], Flow[T]]) -> Callable[Concatenate[Any, P], T]:
    """The flow `function(core, …)` as a method of an object that has `core` and a `line`."""

    @functools.wraps(function)
    def method(self: Any, *args: P.args, **kwargs: P.kwargs) -> T:
        return drive(function(self.core, *args, **kwargs), self.line)

    return cast(Callable[Concatenate[Any, P], T], method)


def awaiting(function: Callable[Concatenate[Any, P], Flow[T]]) -> Callable[Concatenate[Any, P], Awaitable[T]]:
    """The flow `function(core, …)` as a coroutine method of an object that has `core` and a `line`."""

    @functools.wraps(function)
    async def method(self: Any, *args: P.args, **kwargs: P.kwargs) -> T:
        return await drive_async(function(self.core, *args, **kwargs), self.line)

    return cast(Callable[Concatenate[Any, P], Awaitable[T]], method)
