"""What every route works with, put together once in `app`."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import Request

from zhulian.anchors.shelf import Shelf
from zhulian.gateway.apps.definitions import Definitions
from zhulian.gateway.bodies import read_body
from zhulian.gateway.chain import ChainSource
from zhulian.gateway.coalesce import Coalescer
from zhulian.gateway.errors import LedgerSilent
from zhulian.gateway.gate import Gate, Ticket
from zhulian.gateway.language import spoken
from zhulian.gateway.ledger import Ledger
from zhulian.gateway.metrics import GatewayTelemetry
from zhulian.gateway.problems import RETRY_AFTER_S
from zhulian.gateway.settings import Settings
from zhulian.gateway.stream import Hub
from zhulian.gateway.vaulting import VaultDesk

if TYPE_CHECKING:
    from zhulian.gateway.access.guard import AccessGuard
    from zhulian.gateway.beside import Courier, Custody, Index
    from zhulian.gateway.proving.desk import Proofs
    from zhulian.gateway.public.codes import CodeBook

__all__ = ["Context", "body_of", "context_of", "filing_number", "language_of", "ticket_of"]

T = TypeVar("T")


@dataclass(frozen=True)
class Context:
    """One gateway's parts."""

    ledger: Ledger
    settings: Settings
    chain: ChainSource
    coalescer: Coalescer
    gate: Gate
    hub: Hub
    definitions: Definitions
    telemetry: GatewayTelemetry
    guard: "AccessGuard"
    """Judges who asks where a route wants to know, also of a gateway that answers everybody."""
    index: "Index"
    courier: "Courier"
    custody: "Custody"
    shelf: Shelf
    vault: VaultDesk
    status_lists: Path
    """The folder of status lists, of which the chain names the digests."""
    codes: "CodeBook"
    proofs: "Proofs"

    async def read(self, asked: Awaitable[T]) -> T:
        """The ledger's answer to a read.

        Raises:
            LedgerSilent: it took too long, or the line is dead. Refusal: the ledger's own no.
        """
        try:
            async with asyncio.timeout(self.settings.answer_s):
                return await asked
        except (TimeoutError, ConnectionError):
            raise LedgerSilent(retry_after_s=RETRY_AFTER_S) from None


async def filing_number(context: Context) -> str:
    """The filing number of the information service (《区块链信息服务管理规定》 §11): of the settings, else of genesis; empty: none."""
    if context.settings.filing:
        return context.settings.filing
    filed = (await context.read(context.chain.get())).document.get("filing")
    return str(filed["number"]) if filed else ""


def context_of(request: Request) -> Context:
    """The parts of the gateway that this request came to."""
    context: Context = request.scope["zhulian.context"]
    return context


def ticket_of(request: Request) -> Ticket:
    """This request's share of the gate."""
    ticket: Ticket = request.scope["zhulian.ticket"]
    return ticket


def language_of(request: Request) -> str:
    """The language that the asker reads."""
    return spoken(request.scope, context_of(request).settings.language)


async def body_of(request: Request, most: int) -> bytes:
    """The whole body, bounded (see `read_body`)."""
    return await read_body(request.scope, request.receive, ticket_of(request), most, context_of(request).settings.body_s)
