import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_fake import FakeLedger, Make

from zhulian.gateway.app import Gateway, build
from zhulian.gateway.settings import Settings


@pytest.fixture
def ledger() -> FakeLedger:
    return FakeLedger()


@pytest.fixture
def gateways() -> list[Gateway]:
    return []


@pytest.fixture
def client(ledger: FakeLedger, gateways: list[Gateway], tmp_path: Path) -> Make:
    """Makes an HTTP client in front of a gateway with the settings given; no process, no socket."""

    @asynccontextmanager
    async def make(**settings: object) -> AsyncIterator[httpx.AsyncClient]:
        gateway = build(ledger, Settings(**settings), tokens=tmp_path / "tokens.json")
        gateways.append(gateway)
        transport = httpx.ASGITransport(app=gateway.asgi, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8420") as made:
            yield made
        await gateway.context.hub.close()
        assert gateway.context.gate.requests == 0
        assert gateway.context.gate.bytes == 0

    return make


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
