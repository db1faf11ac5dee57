"""Putting the gateway together: plain constructor calls in one place."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.asyncexitstack import AsyncExitStackMiddleware
from starlette.types import ASGIApp

from zhulian import __version__
from zhulian.anchors.shelf import Shelf
from zhulian.gateway import metrics
from zhulian.gateway.access.guard import AccessGuard
from zhulian.gateway.access.records import AccessLog
from zhulian.gateway.apps.definitions import Definitions
from zhulian.gateway.beside import Courier, Custody, Index, NoCourier, NoCustody, NoIndex
from zhulian.gateway.chain import ChainSource
from zhulian.gateway.coalesce import Coalescer
from zhulian.gateway.context import Context
from zhulian.gateway.edge import Edge
from zhulian.gateway.gate import Gate
from zhulian.gateway.ledger import Ledger
from zhulian.gateway.metrics import GatewayTelemetry
from zhulian.gateway.openapi import describe
from zhulian.gateway.pages import PAGES
from zhulian.gateway.proving.desk import Proofs
from zhulian.gateway.public.codes import CodeBook
from zhulian.gateway.routes import ROUTES
from zhulian.gateway.settings import Settings
from zhulian.gateway.stream import Hub
from zhulian.gateway.vaulting import OpenVault, VaultDesk

__all__ = ["Gateway", "build"]


class Gateway:
    """One gateway: `asgi` serves, `context` is what its routes work with."""

    def __init__(self, asgi: ASGIApp, context: Context, routes: FastAPI) -> None:
        self.asgi = asgi
        self.context = context
        self.routes = routes


def build(
    ledger: Ledger,
    settings: Settings,
    *,
    tokens: Path,
    anchors: Path | None = None,
    access: Path | None = None,
    host: str = "127.0.0.1",
    index: Index | None = None,
    vault: OpenVault | None = None,
    courier: Courier | None = None,
    custody: Custody | None = None,
) -> Gateway:
    """A gateway in front of `ledger`, listening on `host`; `tokens` is the file of bearer tokens' digests, `anchors` the folder
    of anchors and `access` that of the access log (None: beside it), `vault` opens the vault.
    """
    chain = ChainSource(ledger)
    gate = Gate(settings.requests_max, settings.request_bytes_max)
    hub = Hub(ledger, settings.streams_max, settings.heart_beat_s)
    context = Context(
        ledger,
        settings,
        chain,
        Coalescer(ledger, settings.batch_items_max, settings.wait_s),
        gate,
        hub,
        Definitions(ledger, chain),
        GatewayTelemetry(gate, hub),
        AccessGuard(ledger, chain, settings, tokens),
        index or NoIndex(),
        courier or NoCourier(),
        custody or NoCustody(),
        Shelf(tokens.with_name("anchors") if anchors is None else anchors),
        VaultDesk(ledger, chain, vault),
        (tokens if anchors is None else anchors).with_name("status-lists"),
        CodeBook(tokens.with_name("codes.key"), chain),
        Proofs(settings),
    )
    routes = _routes(context)
    required = settings.authentication == "required"
    admit = context.guard.admit
    hot = {(route.method, route.path): route.endpoint for route in ROUTES if route.hot}
    open_paths = {route.path for route in ROUTES if route.open} | {page.path for page in PAGES} | {metrics.PATH}
    log = AccessLog(tokens.with_name("access") if access is None else access, settings.log_days)
    return Gateway(Edge(routes, context, hot, host, admit, open_paths if required else None, log), context, routes)


class _Routes(FastAPI):
    """FastAPI without its own last-resort layers: every fault travels to the edge, which words it."""

    def build_middleware_stack(self) -> ASGIApp:
        """The router alone, in the exit stack that FastAPI's routes expect."""
        return AsyncExitStackMiddleware(self.router)

    def openapi(self) -> dict[str, Any]:
        """Our own description, which is complete."""
        return describe(None)


def _routes(context: Context) -> FastAPI:
    app = _Routes(
        title="Zhulian · 珠联",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan(context),
    )
    for route in ROUTES:
        # Starlette's own route: an endpoint reads its parameters strictly itself, and FastAPI's solving of dependencies
        # would cost more than the whole rest of a request.
        app.add_route(route.pattern or route.path, route.endpoint, methods=[route.method], name=route.operation_id)
    app.add_route(metrics.PATH, metrics.metrics, methods=["GET"], include_in_schema=False)
    for page in PAGES:
        app.add_route(page.path, page.endpoint, methods=[page.method], include_in_schema=False)
    return app


def _lifespan(context: Context) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def live(_: Any) -> AsyncIterator[None]:
        context.vault.start()
        yield
        await context.proofs.close()
        await context.vault.close()
        await context.hub.close()

    return live
