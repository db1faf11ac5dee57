"""The seams to the search index, the courier and custody, and who asks: what the gateway needs beside the ledger, where the home has it."""

from typing import Any, Protocol

from starlette.requests import Request

from zhulian.gateway.access.guard import AccessGuard
from zhulian.gateway.context import ticket_of
from zhulian.node.methods import Params
from zhulian.offchain.custody.errors import NoCustodyHere
from zhulian.offchain.index.methods import Search, Totals

__all__ = ["Courier", "Custody", "Index", "NoCourier", "NoCustody", "NoIndex", "party_of"]


class Index(Protocol):
    """Asynchronous calls to one index process. Its no arrives as a Refusal, a dead line as ConnectionError."""

    async def status(self) -> dict[str, Any]:
        """How far the index has come."""

    async def search(self, asked: Search) -> dict[str, Any]:
        """What fits, with the height of the answer."""

    async def totals(self, asked: Totals) -> dict[str, Any]:
        """Counts or sums in groups."""

    async def ask(self, method: str, params: Params) -> Any:
        """The answer of another method of `zhulian.offchain.index.methods`."""


class Courier(Protocol):
    """Asynchronous calls to one courier process. Its no arrives as a Refusal, a dead line as ConnectionError."""

    async def ask(self, method: str, params: Params) -> Any:
        """The answer of a method of `zhulian.offchain.courier.methods`."""


class Custody(Protocol):
    """Asynchronous calls to one custody process. Its no arrives as a Refusal, a dead line as ConnectionError."""

    async def ask(self, method: str, params: Params) -> Any:
        """The answer of a method of `zhulian.offchain.custody.methods`."""


class NoCustody:
    """A gateway beside which nobody's keys are kept."""

    async def ask(self, method: str, params: Params) -> Any:
        """There is nobody to ask.

        Raises:
            NoCustodyHere: always.
        """
        raise NoCustodyHere()


class NoCourier:
    """A gateway beside which no courier runs."""

    async def ask(self, method: str, params: Params) -> Any:
        """Nothing answers."""
        raise ConnectionError


class NoIndex:
    """A gateway beside which no index runs."""

    async def status(self) -> dict[str, Any]:
        """Nothing answers."""
        raise ConnectionError

    async def search(self, asked: Search) -> dict[str, Any]:
        """Nothing answers."""
        raise ConnectionError

    async def totals(self, asked: Totals) -> dict[str, Any]:
        """Nothing answers."""
        raise ConnectionError

    async def ask(self, method: str, params: Params) -> Any:
        """Nothing answers."""
        raise ConnectionError


async def party_of(request: Request, guard: AccessGuard) -> tuple[str, Request]:
    """The party that asks, also where the gateway answers everybody; and the request to read on from.

    Raises:
        SignInFirst and the guard's other refusals: who asks has not shown who they are.
    """
    party = request.scope.get("zhulian.party")
    if party is not None:
        return str(party), request
    receive = await guard.admit(request.scope, request.receive, ticket_of(request))
    return str(request.scope["zhulian.party"]), Request(request.scope, receive)
