"""The node's event stream: one event a block, resumed by height when the line breaks (WHATWG HTML §9.2)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

__all__ = ["BlockEvents", "Reader"]

_LINE_MAX = 32 * 1024 * 1024


@dataclass(frozen=True)
class BlockEvents:
    """What happened in one block: `{"id", "status", "events"}` for each transaction.

    `ran` is what happened by itself, such as a timer: `{"module", "events"}`, and `transaction` where it came just before one.
    """

    height: int
    time_ms: int
    transactions: list[dict[str, Any]]
    ran: list[dict[str, Any]] = field(default_factory=list)


class Reader:
    """Turns the bytes of a stream into events; knows the last height, from which a broken stream goes on."""

    def __init__(self, after_height: int | None) -> None:
        self.after_height = after_height
        self._rest = b""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[BlockEvents]:
        """The events that `chunk` completes. What was seen before is left out.

        Raises:
            ValueError: a line without end, or data of another shape.
        """
        self._rest += chunk
        *lines, self._rest = self._rest.split(b"\n")
        if len(self._rest) > _LINE_MAX:
            raise ValueError("a line without end")
        for line in lines:
            line = line.removesuffix(b"\r")
            if line.startswith(b"data:"):
                self._data.append(line[5:].removeprefix(b" "))
            elif not line and self._data:
                event = _event(b"\n".join(self._data))
                self._data = []
                if self.after_height is None or event.height > self.after_height:
                    self.after_height = event.height
                    yield event

    def restart(self) -> None:
        """Forget half an event: the line broke."""
        self._rest, self._data = b"", []


def _event(data: bytes) -> BlockEvents:
    found = msgspec.json.decode(data)
    try:
        return BlockEvents(int(found["height"]), int(found["time_ms"]), list(found["transactions"]), list(found.get("ran", [])))
    except (KeyError, TypeError) as wrong:
        raise ValueError("an event of another shape") from wrong
