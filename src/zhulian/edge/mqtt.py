"""Devices by MQTT 3.1.1: what they publish is acknowledged once it is on disk, so the broker keeps it until then.

Topics are `zhulian/CHAIN/DEVICE/readings`, `…/batch` and, towards the device, `…/answer`, all with quality of service 1. The
session is kept by the broker while the edge is away.
"""

import asyncio
import contextlib
import json
import os
import ssl
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from zhulian.edge.errors import BrokerFault, PacketFault, PacketMalformed
from zhulian.edge.intake import Kind
from zhulian.errors import Words

__all__ = ["MqttDoor", "client_for", "topic_of"]

Offer = Callable[[Kind, bytes, str | None], Awaitable[PacketFault | None]]
KINDS: dict[str, Kind] = {"readings": "readings", "batch": "batch"}
_KEEPALIVE_S = 30
_CONNECT_S = 15.0
_REJOIN_MAX_S = 30


def topic_of(chain: str, device: str, kind: str) -> str:
    """The topic of a device on the chain of that name."""
    return f"zhulian/{chain}/{device}/{kind}"


def client_for(url: str, name: str) -> tuple[paho.Client, str, int]:
    """A client with a session of its own for `mqtt://host:port` or `mqtts://…`, and where it connects to.

    The account is that of ZHULIAN_MQTT_USER and ZHULIAN_MQTT_PASSWORD; TLS trusts what the machine trusts, or the file
    ZHULIAN_MQTT_CA.

    Raises:
        BrokerFault: the address is none.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("mqtt", "mqtts") or not host:
        raise BrokerFault(url=url[:200], why=Words("地址应形如 mqtt://主机:端口", "an address is mqtt://host:port"))
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=False, manual_ack=True)
    user = os.environ.get("ZHULIAN_MQTT_USER")
    if user is not None:
        client.username_pw_set(user, os.environ.get("ZHULIAN_MQTT_PASSWORD"))
    if parts.scheme == "mqtts":
        client.tls_set_context(ssl.create_default_context(cafile=os.environ.get("ZHULIAN_MQTT_CA")))
    client.reconnect_delay_set(1, _REJOIN_MAX_S)
    return client, host, port or (8883 if parts.scheme == "mqtts" else 1883)


class MqttDoor:
    """One connection to the broker. The library's own thread reads; everything else happens in the event loop."""

    def __init__(self, url: str, chain: str, name: str, offer: Offer) -> None:
        self._url = url
        self._chain = chain
        self._offer = offer
        self._client, self._host, self._port = client_for(url, name)
        self._loop = asyncio.get_running_loop()
        self._joined = asyncio.Event()
        self._refusal = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_message = self._on_message

    @property
    def is_joined(self) -> bool:
        """Whether the broker has let us in."""
        return self._joined.is_set()

    async def open(self) -> None:
        """Connect and subscribe; later the connection is made again by itself whenever it is lost.

        Raises:
            BrokerFault: the broker is not there, or does not let us in.
        """
        try:
            await asyncio.to_thread(self._client.connect, self._host, self._port, _KEEPALIVE_S)
        except (OSError, ValueError) as wrong:
            raise BrokerFault(url=self._url, why=Words.quote(wrong)) from None
        self._client.loop_start()
        try:
            async with asyncio.timeout(_CONNECT_S):
                await self._joined.wait()
        except TimeoutError:
            await self.close()
            why = self._refusal or "timeout"
            raise BrokerFault(url=self._url, why=Words.quote(why)) from None

    async def close(self) -> None:
        """Leave; the broker keeps the session."""
        self._client.disconnect()
        await asyncio.to_thread(self._client.loop_stop)

    async def answer(self, device: str, told: dict[str, Any]) -> None:
        """Tell a device something; the broker keeps it for a device that is away."""
        self._client.publish(topic_of(self._chain, device, "answer"), json.dumps(told, ensure_ascii=False), qos=1)

    def _on_connect(self, client: paho.Client, _: Any, __: Any, reason: Any, ___: Any) -> None:
        if reason.is_failure:
            self._refusal = str(reason)
            return
        client.subscribe([(topic_of(self._chain, "+", kind), 1) for kind in KINDS])
        self._call(self._joined.set)

    def _on_disconnect(self, *_: Any) -> None:
        self._call(self._joined.clear)

    def _on_message(self, _: paho.Client, __: Any, message: paho.MQTTMessage) -> None:
        self._call(self._took, message.topic, message.payload, message.mid, message.qos)

    def _call(self, function: Callable[..., Any], *values: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(function, *values)

    def _took(self, topic: str, payload: bytes, number: int, quality: int) -> None:
        task = self._loop.create_task(self._take(topic, payload, number, quality))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take(self, topic: str, payload: bytes, number: int, quality: int) -> None:
        device, _, last = topic.removeprefix(f"zhulian/{self._chain}/").partition("/")
        kind = KINDS.get(last)
        if kind is None:
            no: PacketFault | None = PacketMalformed(why=Words("主题不是读数或批次", "its topic is neither readings nor batch"))
        else:
            no = await self._offer(kind, payload, device)
        if no is not None:
            await self.answer(device, {"refused": no.as_problem()})
        if quality:
            self._client.ack(number, quality)
