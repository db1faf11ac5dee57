"""What a request is answered that a stopping gateway breaks off."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.gateway_fake import FakeLedger
from zhulian.gateway.app import build
from zhulian.gateway.settings import Settings


@pytest.mark.anyio
async def test_request__that_is_broken_off_gets_a_problem_with_its_number(tmp_path: Path) -> None:
    ledger = FakeLedger()
    ledger.silent = True
    gateway = build(ledger, Settings(), tokens=tmp_path / "tokens.json")
    sent: list[dict[str, Any]] = []
    never = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await never.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": "/v1/blocks", "raw_path": b"/v1/blocks",
        "query_string": b"", "headers": [(b"host", b"127.0.0.1")], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8420), "scheme": "http",
        "root_path": "",
    }  # fmt: skip
    task = asyncio.ensure_future(gateway.asgi(scope, receive, send))
    await asyncio.sleep(0.05)
    task.cancel()
    await task  # an orderly end: raised on, the server would write it down as a fault of ours
    assert sent[0]["type"] == "http.response.start"
    problem = json.loads(b"".join(each.get("body", b"") for each in sent))
    assert (sent[0]["status"], problem["code"]) == (503, "gateway/6")
    await gateway.context.hub.close()
    assert gateway.context.gate.requests == 0
