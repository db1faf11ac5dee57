"""The light client's two faces, blocking and awaiting: ask all nodes what is newest, judge that, then read from one of them with proof."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import msgspec

from zhulian.client.core import Core
from zhulian.client.flow import drive, drive_async
from zhulian.client.light.asking import Shown, ask_fact, ask_head
from zhulian.client.light.errors import NothingProved
from zhulian.client.light.judging import Caught, Fresh, Heard, Need, judge, name_caught
from zhulian.client.line import AsyncHttpLine, HttpLine
from zhulian.ledger.receipts import ProvedFact, Trusted, trust

__all__ = ["AsyncLight", "Light", "LightFact", "open_async_light", "open_light"]

MAX_AGE_S = 60.0


@dataclass(frozen=True)
class LightFact:
    """What stands at a key, proved, and how fresh that is. `document` is the state fact as it goes into a file.

    `caught` names the nodes that lied, lagged or did not answer on the way; the value stands all the same.
    """

    key: tuple[str, ...]
    present: bool
    value: Any
    height: int
    time_ms: int
    url: str
    fresh: Fresh
    caught: tuple[Caught, ...]
    document: dict[str, Any]


@dataclass
class _Known:
    """What the client knows so far: the trusted start, moved on with every newest header that it was shown."""

    trusted: Trusted
    need: Need
    clock: Callable[[], float]

    def judge(self, answers: Iterable[Heard | Caught]) -> tuple[Fresh, list[str]]:
        """How fresh the chain is, and which nodes to read from, the highest first; the newest header is held from now on."""
        found = list(answers)
        heard = [each for each in found if isinstance(each, Heard)]
        caught = [each for each in found if isinstance(each, Caught)]
        fresh = judge(heard, caught, self.trusted.checkpoint, int(self.clock() * 1000), self.need)
        self.trusted = msgspec.structs.replace(self.trusted, checkpoint=fresh.newest.checkpoint())
        wrong = {each.url for each in fresh.caught}
        ranked = sorted(heard, key=lambda each: (each.url in wrong, -each.head.header.height))
        return fresh, [each.url for each in ranked]


@dataclass
class _Reading:
    """One read under way: where it stands with the nodes."""

    fresh: Fresh
    caught: list[Caught] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.caught += self.fresh.caught

    def take(self, url: str, answer: Shown | Caught) -> LightFact | None:
        """The fact, if the answer is one."""
        if isinstance(answer, Caught):
            self.caught.append(answer)
            return None
        document, proved = answer
        return _fact(document, proved, url, self)

    def fail(self) -> NothingProved:
        """That no node has proved anything."""
        return NothingProved(caught=name_caught(self.caught))


def _fact(document: dict[str, Any], proved: ProvedFact, url: str, reading: _Reading) -> LightFact:
    return LightFact(
        key=proved.key,
        present=proved.present,
        value=proved.value,
        height=proved.height,
        time_ms=proved.time_ms,
        url=url,
        fresh=reading.fresh,
        caught=tuple(reading.caught),
        document=document,
    )


class _Face:
    def __init__(self, trusted: Trusted, lines: Sequence[Any], need: Need, clock: Callable[[], float]) -> None:
        self._known = _Known(trusted, need, clock)
        self._lines = {each.url: each for each in lines}

    @property
    def checkpoint(self) -> dict[str, Any] | None:
        """The newest header that was shown, as a checkpoint to keep (docs/formats.md §11); a later client starts from it."""
        held = self._known.trusted.checkpoint
        return None if held is None else msgspec.to_builtins(held)


class Light(_Face):
    """Reads from several nodes without trusting any, blocking. Not to be used by several threads at once."""

    def fresh(self) -> Fresh:
        """How fresh the chain is known to be now.

        Raises:
            NotEnoughSay: too few organisations say so. ChainForked.
        """
        return self._ask()[0]

    def state(self, key: Sequence[str]) -> LightFact:
        """What stands at a state key, or that nothing does, no older than the client accepts; `key` begins with the collection.

        Raises:
            NotEnoughSay: too few organisations say what is newest. NothingProved: no node proves the value. ChainForked.
        """
        fresh, urls = self._ask()
        reading = _Reading(fresh)
        for url in urls:
            flow = ask_fact(url, self._known.trusted, key, fresh.newest.header.height)
            found = reading.take(url, drive(flow, self._lines[url]))
            if found is not None:
                return found
        raise reading.fail()

    def _ask(self) -> tuple[Fresh, list[str]]:
        trusted = self._known.trusted
        with ThreadPoolExecutor(max_workers=max(1, len(self._lines))) as pool:
            asked = [pool.submit(drive, ask_head(url, trusted), line) for url, line in self._lines.items()]
            return self._known.judge([each.result() for each in asked])

    def close(self) -> None:
        """Close the connections."""
        for each in self._lines.values():
            each.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class AsyncLight(_Face):
    """Reads from several nodes without trusting any, awaiting."""

    async def fresh(self) -> Fresh:
        """How fresh the chain is known to be now; raises as `Light.fresh`."""
        return (await self._ask())[0]

    async def state(self, key: Sequence[str]) -> LightFact:
        """What stands at a state key, or that nothing does; raises as `Light.state`."""
        fresh, urls = await self._ask()
        reading = _Reading(fresh)
        for url in urls:
            flow = ask_fact(url, self._known.trusted, key, fresh.newest.header.height)
            found = reading.take(url, await drive_async(flow, self._lines[url]))
            if found is not None:
                return found
        raise reading.fail()

    async def _ask(self) -> tuple[Fresh, list[str]]:
        trusted = self._known.trusted
        asked = [drive_async(ask_head(url, trusted), line) for url, line in self._lines.items()]
        return self._known.judge(await asyncio.gather(*asked))

    async def close(self) -> None:
        """Close the connections."""
        for each in self._lines.values():
            await each.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()


def open_light(
    core: Core,
    urls: Sequence[str],
    *,
    max_age_s: float = MAX_AGE_S,
    certain: bool = False,
    checkpoint: Any = None,
    transports: Mapping[str, Any] | None = None,
) -> Light:
    """A light client of the nodes at `urls`; see `Chain.light`. `transports` take the place of the wire, by address."""
    lines = [HttpLine(each, transport=(transports or {}).get(each)) for each in dict.fromkeys(urls)]
    return Light(_started(core, lines, checkpoint), lines, Need(max_age_s, certain), core.clock)


def open_async_light(
    core: Core,
    urls: Sequence[str],
    *,
    max_age_s: float = MAX_AGE_S,
    certain: bool = False,
    checkpoint: Any = None,
    transports: Mapping[str, Any] | None = None,
) -> AsyncLight:
    """As `open_light`, for asyncio."""
    lines = [AsyncHttpLine(each, transport=(transports or {}).get(each)) for each in dict.fromkeys(urls)]
    return AsyncLight(_started(core, lines, checkpoint), lines, Need(max_age_s, certain), core.clock)


def _started(core: Core, lines: Sequence[HttpLine | AsyncHttpLine], checkpoint: Any) -> Trusted:
    """What to start from; a node that asks who reads gets requests signed as the chain's own node does."""
    for each in lines:
        each.signer.use(core.hasher, lambda: core.find_identity(None), core.clock)
    if checkpoint is None:
        return core.trusted
    return msgspec.structs.replace(trust(core.genesis_bytes, checkpoint=checkpoint), agreements=core.trusted.agreements)
