"""What may be asked of the courier process, shared by both ends; and the client by which the gateway asks it."""

from pathlib import Path
from typing import Annotated, Any

import msgspec

from zhulian.node.addresses import appearing
from zhulian.node.methods import Height, Params
from zhulian.node.rpc import LedgerClient

__all__ = ["METHODS", "Add", "CourierClient", "Named", "Own"]

_Party = Annotated[str, msgspec.Meta(max_length=128)]


class Own(Params, frozen=True):
    """Whose webhooks."""

    party: _Party


class Named(Params, frozen=True):
    """One webhook of a party."""

    party: _Party
    name: Annotated[str, msgspec.Meta(max_length=64)]


class Add(Params, frozen=True):
    """A new webhook of a party: where to, which topics, of which application (empty: any), and from above which height on."""

    party: _Party
    url: Annotated[str, msgspec.Meta(max_length=2048)]
    topics: Annotated[tuple[Annotated[str, msgspec.Meta(max_length=80)], ...], msgspec.Meta(min_length=1, max_length=32)]
    instance: Annotated[str, msgspec.Meta(max_length=64)] = ""
    after_height: Height | None = None


METHODS: dict[str, type[Params]] = {"add": Add, "list": Own, "remove": Named, "test": Named, "deliveries": Named}
"""The parameters' shape of each method."""


class CourierClient:
    """Asks the courier process on its socket; raises its refusals, and `ConnectionError` where there is none.

    One that is only starting, as in a node's first seconds, is waited for.
    """

    def __init__(self, socket: Path) -> None:
        self._socket = socket
        self._line = LedgerClient(socket)

    async def ask(self, method: str, params: Params) -> Any:
        """The answer of one of `METHODS`."""
        await appearing(self._socket)
        return await self._line.call(method, params)

    async def close(self) -> None:
        """Hang up."""
        await self._line.close()
