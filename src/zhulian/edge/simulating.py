"""Simulated devices: they read, sign and send as real ones do, over MQTT or HTTP, and send again what was not acknowledged."""

import contextlib
import json
import math
import random
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import httpx

from zhulian.edge.errors import BrokerFault
from zhulian.edge.recorder import Recorder
from zhulian.errors import Words

__all__ = ["HttpLink", "Link", "MqttLink", "simulate", "wave"]

_ROUTES = {"readings": "/v1/readings", "batch": "/v1/batches"}
_AGAIN = frozenset(("edge/3", "edge/4", "edge/13"))
_AGAIN_S = 1.0
"""Where the edge has too little, or does not know the device yet, everything is sent again, this often at most."""
_TIMEOUT_S = 10.0


class Link(Protocol):
    """How devices send."""

    def send(self, device: str, kind: str, data: bytes) -> None:
        """Send a message (`readings` or `batch`); what cannot be sent now is sent again by `settle`."""

    def settle(self) -> None:
        """Take up answers, and send again what is missing at the other end."""

    def close(self) -> None:
        """Leave."""


def wave(low: int, high: int, seed: int) -> Callable[[float], int]:
    """Values that go up and down between the quarters of a range, with some noise; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 (weather, not a secret)
    middle, swing = (low + high) / 2, (high - low) / 8
    return lambda at: round(middle + swing * math.sin(at / 300 + seed) + chance.uniform(-0.02, 0.02) * swing)


def simulate(
    devices: Mapping[Recorder, Callable[[float], int]],
    link: Link,
    *,
    every_s: float,
    batch_s: float,
    seconds: float | None,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Let devices read every so often and close a batch every so often, for `seconds` or for ever; how many readings there were."""
    began = opened = clock()
    ticks = 0
    while seconds is None or clock() - began < seconds:
        now = clock()
        for device, value in devices.items():
            link.send(device.device, "readings", device.read(int(now * 1000), value(now)))
        ticks += 1
        if clock() - opened >= batch_s:
            _close(devices, link)
            opened = clock()
        link.settle()
        sleep(max(0.0, began + ticks * every_s - clock()))
    _close(devices, link)
    deadline = clock() + _TIMEOUT_S
    while any(each.unacknowledged for each in devices) and clock() < deadline:
        sleep(0.2)
        link.settle()
    return ticks * len(devices)


def _close(devices: Mapping[Recorder, Any], link: Link) -> None:
    for each in devices:
        sealed = each.close()
        if sealed is not None:
            link.send(each.device, "batch", sealed)


class HttpLink:
    """Devices by HTTP; while the edge is away their readings stay with them."""

    def __init__(self, url: str, devices: Sequence[Recorder]) -> None:
        self._http = httpx.Client(base_url=url, timeout=_TIMEOUT_S, trust_env=False)
        self._devices = {each.device: each for each in devices}
        self._behind: set[str] = set()

    def send(self, device: str, kind: str, data: bytes) -> None:
        """Send, unless the device must first catch up."""
        if device not in self._behind and not self._post(kind, data):
            self._behind.add(device)

    def settle(self) -> None:
        """Ask how far the edge is with those that are behind, and send the rest; batches that it holds need not be kept."""
        for name, device in self._devices.items():
            if name not in self._behind and not device.unacknowledged:
                continue
            try:
                tail = self._http.get(f"/v1/devices/{name}").raise_for_status().json()
            except httpx.HTTPError:
                self._behind.add(name)
                continue
            device.acknowledge(int(tail["sealed"]))
            if name in self._behind and self._catch_up(device, int(tail["last"])):
                self._behind.discard(name)

    def close(self) -> None:
        """Leave."""
        self._http.close()

    def _catch_up(self, device: Recorder, last: int) -> bool:
        """Whether everything behind number `last` has gone through; the first failure ends it."""
        return all(self._post(kind, data) for kind, data in device.again(last))

    def _post(self, kind: str, data: bytes) -> bool:
        try:
            return self._http.post(_ROUTES[kind], content=data).status_code == httpx.codes.ACCEPTED
        except httpx.HTTPError:
            return False


class MqttLink:
    """Devices by MQTT, one connection for all of them; the broker keeps what the edge has not taken."""

    def __init__(self, url: str, chain: str, devices: Sequence[Recorder], name: str) -> None:
        try:
            from zhulian.edge.mqtt import client_for, topic_of
        except ModuleNotFoundError:
            why = Words("缺少 paho-mqtt，请安装 zhulian[devices]", "paho-mqtt is not here, install zhulian[devices]")
            raise BrokerFault(url=url, why=why) from None
        self._devices = {each.device: each for each in devices}
        self._topic = partial(topic_of, chain)
        self._answers: list[tuple[str, Any]] = []
        self._behind: set[str] = set()
        self._sent_again = 0.0
        self._client, host, port = client_for(url, name)
        self._client.on_connect = self._on_connect
        self._client.on_message = self._on_message
        try:
            self._client.connect(host, port)
        except (OSError, ValueError) as wrong:
            raise BrokerFault(url=url, why=Words.quote(wrong)) from None
        self._client.loop_start()

    def send(self, device: str, kind: str, data: bytes) -> None:
        """Send; the library keeps it while the broker is away."""
        self._client.publish(self._topic(device, kind), data, qos=1)

    def settle(self) -> None:
        """Take up what the edge has answered."""
        while self._answers:
            name, told = self._answers.pop(0)
            device = self._devices.get(name)
            if device is None or not isinstance(told, dict):
                continue
            if "last" in told:
                device.acknowledge(int(told["last"]))
            elif isinstance(told.get("refused"), dict) and told["refused"].get("code") in _AGAIN:
                self._behind.add(name)
        if self._behind and time.monotonic() - self._sent_again >= _AGAIN_S:
            self._sent_again = time.monotonic()
            for name in sorted(self._behind):
                for kind, data in self._devices[name].again(0):
                    self.send(name, kind, data)
            self._behind.clear()

    def close(self) -> None:
        """Leave."""
        self._client.disconnect()
        self._client.loop_stop()

    def _on_connect(self, client: Any, *_: Any) -> None:
        client.subscribe([(self._topic(each, "answer"), 1) for each in self._devices])

    def _on_message(self, _: Any, __: Any, message: Any) -> None:
        name = str(message.topic).rsplit("/", 2)[-2]
        with contextlib.suppress(ValueError):
            self._answers.append((name, json.loads(message.payload)))
        self._client.ack(message.mid, message.qos)
