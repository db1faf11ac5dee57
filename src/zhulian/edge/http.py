"""Devices by HTTP: `POST /v1/readings` and `/v1/batches` take what they sign; `GET /v1/status` and `/v1/devices/DEVICE` tell how far it is."""

from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from zhulian.edge.errors import BufferFull, PacketFault, PacketMalformed
from zhulian.edge.intake import Intake, Kind
from zhulian.edge.packets import PACKET_BYTES_MAX
from zhulian.edge.store import Store
from zhulian.errors import Words

__all__ = ["http_door"]

_JSON = "application/json"
_PROBLEM = "application/problem+json"


def http_door(intake: Intake, store: Store, status: Any) -> Starlette:
    """The application; `status` says how the edge is."""

    async def readings(request: Request) -> Response:
        return await _taken(request, intake, "readings")

    async def batches(request: Request) -> Response:
        return await _taken(request, intake, "batch")

    async def tell(request: Request) -> Response:
        return _json(status())

    async def device(request: Request) -> Response:
        tail = store.tail(str(request.path_params["name"])[:80])
        return _json({"last": tail.last, "sealed": tail.sealed, "time_ms": tail.time_ms})

    return Starlette(
        routes=[
            Route("/v1/readings", readings, methods=["POST"]),
            Route("/v1/batches", batches, methods=["POST"]),
            Route("/v1/status", tell, methods=["GET"]),
            Route("/v1/devices/{name}", device, methods=["GET"]),
        ]
    )


async def _taken(request: Request, intake: Intake, kind: Kind) -> Response:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > PACKET_BYTES_MAX:
            return _problem(
                PacketMalformed(why=Words(f"超过 {PACKET_BYTES_MAX} 字节", f"more than {PACKET_BYTES_MAX} bytes")), 413
            )
    no = await intake.offer(kind, bytes(data))
    if no is None:
        return _json({"status": "held"}, 202)
    return _problem(no, 503 if isinstance(no, BufferFull) else 422)


def _json(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type=_JSON)


def _problem(no: PacketFault, status: int) -> Response:
    document = {"status": status, "title": no.say("en"), **no.as_problem()}
    return Response(msgspec.json.encode(document), status, media_type=_PROBLEM)
