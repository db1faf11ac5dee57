"""A network of four organisations behind made-up wires, each of which may lie, for the light client's tests."""

import copy
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.comet import Node, StandIn, open_network
from tests.world import key_of
from zhulian.client import Identity
from zhulian.client.core import Core
from zhulian.client.journal import Journal
from zhulian.client.light.handle import AsyncLight, Light, open_async_light, open_light
from zhulian.crypto import SoftwareSigner
from zhulian.errors import Refusal
from zhulian.modules.evidence.messages import Deposit
from zhulian.node.heads import Heads
from zhulian.node.methods import Nothing

Lie = Callable[[str, dict[str, Any]], dict[str, Any]]
"""What is answered ("head" or "state"), and the true document in; what is sent instead out."""


class LightNet:
    """`lies` by organisation change what its node answers; `silent` nodes answer nothing."""

    def __init__(self, folder: Path, monkeypatch: Any) -> None:
        self.network: StandIn = open_network(folder, monkeypatch=monkeypatch)
        self.lies: dict[str, Lie] = {}
        self.silent: set[str] = set()
        self.accepting = True
        self.offset_ms: dict[str, int] = {}
        core = Core("http://none.test", self.network.trusted, _nobody, Journal(folder / "journal"))
        core.clock = lambda: self.network.clock[0] / 1000
        self.core = core

    def url(self, name: str) -> str:
        return f"http://{name}.test"

    def node(self, name: str) -> Node:
        return next(each for each in self.network.nodes if each.name == name)

    def deposit(self, number: int) -> None:
        (no,) = self.network.up[0].submit([self.network.sign(Deposit(digest=f"{number:064x}"))])
        assert no is None
        self.network.round()
        self.network.until_sealed()

    def light(self, *names: str, **settings: Any) -> Light:
        urls = [self.url(each) for each in names or [each.name for each in self.network.nodes]]
        transports = {self.url(each.name): httpx.MockTransport(self._wire(each)) for each in self.network.nodes}
        return open_light(self.core, urls, transports=transports, **settings)

    def async_light(self, *names: str) -> AsyncLight:
        transports = {self.url(each): httpx.MockTransport(self._wire(self.node(each))) for each in names}
        return open_async_light(self.core, [self.url(each) for each in names], transports=transports)

    def heads(self, node: Node) -> Heads:
        signer = SoftwareSigner(node.genesis.crypto(), key_of(node.genesis.suite, node.seal_name))
        return Heads(
            node.application, signer, lambda: self.network.clock[0] + self.offset_ms.get(node.name, 0), lambda: self.accepting
        )

    def document(self, name: str, kind: str, *key: str) -> dict[str, Any]:
        """What a node truly answers now."""
        node = self.node(name)
        if kind == "state":
            return node.application.prover.state_fact(list(key), None)
        head = node.application.head
        clock = self.network.clock[0] + self.offset_ms.get(name, 0)
        return self.heads(node).say(head.height, head.digest, clock)

    def _wire(self, node: Node) -> Callable[[httpx.Request], httpx.Response]:
        def answer(request: httpx.Request) -> httpx.Response:
            if node.name in self.silent:
                raise httpx.ConnectError("Connection refused", request=request)
            parts = [httpx.URL("http://x/" + each).path[1:] for each in request.url.raw_path.decode().split("/")[2:]]
            kind = "state" if parts[0] == "state" else "head"
            try:
                found = self._truth(node, kind, parts)
            except Refusal as no:
                return httpx.Response(503, json=no.as_problem())
            lie = self.lies.get(node.name)
            return httpx.Response(200, content=msgspec.json.encode(found if lie is None else lie(kind, copy.deepcopy(found))))

        return answer

    def _truth(self, node: Node, kind: str, parts: list[str]) -> dict[str, Any]:
        if kind == "state":
            return node.application.prover.state_fact(parts[1:], None)
        return _at_once(self.heads(node).spoken_head(Nothing()))


def _at_once(work: Coroutine[Any, Any, dict[str, Any]]) -> dict[str, Any]:
    """What a coroutine that needs not wait answers, also within another loop."""
    try:
        work.send(None)
    except StopIteration as done:
        return dict(done.value)
    raise AssertionError("the head has its seals")


def _nobody(name: str | None) -> Identity:
    raise AssertionError("nobody signs")
