"""What a new node's engine is told of the chain by its light client: asked here on a Unix socket, answered by other members.

The engine's own light client checks every answer; it only needs somebody to ask. Members reach each other's gateways, not
each other's engines, so the questions go there. Each connection asks the next member, so that primary and witness differ.
A process of its own, which the supervisor runs while the node is new: `python -m zhulian.node.comet.light_door HOME`.
"""

import asyncio
import base64
import itertools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.node.addresses import reachable
from zhulian.node.comet.asking import ASKED, GatewayAway, ask_member

__all__ = ["LightDoor", "main", "shown_validators"]

_BODY_BYTES_MAX = 64 * 1024
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def shown_validators(file: Path, height: int) -> dict[bytes, int] | None:
    """The validators (public key, power) that the engine was shown for a height; None where it was shown none."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=dict[str, dict[str, int]]).get(str(height))
    except (OSError, msgspec.DecodeError):
        return None
    return None if found is None else {bytes.fromhex(key): power for key, power in found.items()}


class LightDoor:
    """A JSON-RPC server for one engine; what validators it was shown is written to `file`."""

    def __init__(self, socket: Path, gateways: Sequence[str], file: Path) -> None:
        self._socket = socket
        self._gateways = gateways
        self._file = file
        self._turn = itertools.count()
        self._server: asyncio.Server | None = None
        self._validators: dict[int, dict[str, int]] = {}

    async def run(self) -> None:
        """Serve until cancelled."""
        self._socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._socket.unlink(missing_ok=True)
        with reachable(self._socket) as address:
            self._server = await asyncio.start_unix_server(self._serve, address)
        await self._server.serve_forever()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        gateway = self._gateways[next(self._turn) % len(self._gateways)]
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                fields = dict(line.split(":", 1) for line in head.split("\r\n")[1:] if ":" in line)
                body = await reader.readexactly(min(int(fields.get("content-length", "0")), _BODY_BYTES_MAX))
                answer = _encode(await self._answer(gateway, _decode(body)))
                start = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n"
                writer.write(start.encode() + answer)
                await writer.drain()
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, msgspec.DecodeError):
            return
        finally:
            writer.close()

    async def _answer(self, gateway: str, asked: dict[str, Any]) -> dict[str, Any]:
        start = {"jsonrpc": "2.0", "id": asked.get("id")}
        method, params = str(asked.get("method")), asked.get("params") or {}
        if method not in ASKED:
            return {**start, "error": {"code": -32601, "message": "Method not found"}}
        known = {name: str(params[name]) for name in ("height", "page", "per_page") if params.get(name) is not None}
        found: dict[str, Any] = {}
        why = "nobody to ask"
        for each in (gateway, *(other for other in self._gateways if other != gateway)):
            try:
                found = await asyncio.to_thread(ask_member, each, f"/v1/engine/{method}", known)
            except GatewayAway as wrong:
                why = str(wrong)
            if "result" in found:
                break
        if not found:
            return {**start, "error": {"code": -32603, "message": "Internal error", "data": why}}
        if method == "validators" and "result" in found:
            self._remember(found["result"])
        return {**start, **{name: found[name] for name in ("result", "error") if name in found}}

    def _remember(self, result: dict[str, Any]) -> None:
        shown = self._validators.setdefault(int(result["block_height"]), {})
        for each in result["validators"]:
            shown[base64.b64decode(each["pub_key"]["value"]).hex()] = int(each["voting_power"])
        write_atomically(self._file, _encode({str(height): found for height, found in self._validators.items()}))


def main(home: Home) -> None:
    """Run the door of a home's engine until the process is ended."""
    door = LightDoor(home.light_socket, home.config().engine.gateways, home.shown_validators)
    asyncio.run(door.run())


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])))
