"""A node for the client's tests: the real application behind a made-up wire that loses what it is told to lose."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from tests.solo import Solo, open_solo
from tests.world import key_of
from zhulian.client import Chain, Identity, connect
from zhulian.consensus.application import Screened
from zhulian.crypto import SoftwareSigner, suite
from zhulian.errors import Refusal
from zhulian.ledger.collections import decode_key, encode_key
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.proving import UnknownTransaction

Fault = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]
URL = "http://node.test:8420"


def unreachable(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
    """Nothing listens: the request never leaves."""
    raise httpx.ConnectError("Connection refused", request=request)


def lost_request(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
    """The line breaks before the node has read anything, but nobody can know."""
    raise httpx.ReadError("the line broke", request=request)


def lost_answer(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
    """The node does its work, and the answer is lost."""
    go()
    raise httpx.ReadTimeout("no answer", request=request)


def busy(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
    """The node's queue is full."""
    return problem(429, "gateway/5", headers={"Retry-After": "2"})


def silent(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
    """The node takes it in and makes a block, but the gateway gives up waiting."""
    go()
    return problem(504, "gateway/7")


def strange(request: httpx.Request, go: Callable[[], httpx.Response]) -> httpx.Response:
    """A proxy answers instead."""
    return httpx.Response(502, html="<h1>Bad Gateway</h1>")


def problem(status: int, code: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    """A problem document as the gateway writes it."""
    return httpx.Response(
        status, json={"code": code, "zh": f"拒绝 {code}。", "en": f"No: {code}.", "fields": {}, **more}, headers=headers
    )


class FakeNode:
    """`faults` are used up one a request that matches `faulty` (submissions, where nothing else is said)."""

    def __init__(self, folder: Path) -> None:
        self.solo: Solo = open_solo(folder)
        self.faults: list[Fault] = []
        self.faulty: Callable[[httpx.Request], bool] = lambda request: (
            request.method == "POST" and "transactions" in request.url.path
        )
        self.submitted: list[bytes] = []
        self.paths: list[str] = []
        self.slept: list[float] = []
        self.transport = httpx.MockTransport(self._handle)
        self._held: dict[str, int] = {}

    @property
    def height(self) -> int:
        return self.solo.application.head.height

    def clock(self) -> float:
        return self.solo.now_ms / 1000

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.solo.clock.now_ms += int(seconds * 1000)

    def wait(self, seconds: float) -> None:
        """Let time pass for everyone."""
        self.solo.clock.now_ms += int(seconds * 1000)

    def identity(self, name: str = "org1.clerk") -> Identity:
        return Identity(name, SoftwareSigner(suite("gm"), key_of("gm", name)))

    def connect(self, home: Path, name: str = "org1.clerk") -> Chain:
        """A client of this node whose home is `home`."""
        chain = connect(URL, self.identity(name), home=home, genesis=CODEC.encode(self.solo.genesis), transport=self.transport)
        chain.core.clock = self.clock
        return chain

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.paths.append(f"{request.method} {request.url.path}")
        if self.faults and self.faulty(request):
            return self.faults.pop(0)(request, lambda: self._answer(request))
        return self._answer(request)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        parts = [
            httpx.URL("http://x/" + each).path[1:] for each in request.url.raw_path.decode().partition("?")[0].split("/")[2:]
        ]
        try:
            if request.method == "POST":
                return self._post(parts, request)
            return self._get(parts, request)
        except UnknownTransaction:
            return problem(404, "gateway/19")
        except Refusal as no:
            return httpx.Response(422, json=no.as_problem())

    def _post(self, parts: list[str], request: httpx.Request) -> httpx.Response:
        data = request.read()
        if parts == ["receipts"]:
            receipt = self.solo.application.prover.receipt
            return _json(
                {"items": [{"transaction": each, "receipt": receipt(each)} for each in msgspec.json.decode(data)["transactions"]]}
            )
        raws = data.split(b"\n") if parts[-1] == "batch" else [data]
        self.submitted += raws
        outcomes = self._submit(raws)
        if parts[-1] == "batch":
            return _json({"outcomes": outcomes})
        (outcome,) = outcomes
        if outcome["status"] in ("turned_away", "refused"):
            status = 409 if outcome["refusal"]["code"] == "tx/5" else 422
            return httpx.Response(
                status, json={**outcome["refusal"], "outcome": outcome["status"], "height": outcome.get("height")}
            )
        return _json(outcome)

    def _submit(self, raws: list[bytes]) -> list[dict[str, Any]]:
        answers = self.solo.submit(raws)
        stepped = self.solo.step()
        made = {each.transaction: each for each in stepped.outcomes}
        outcomes: list[dict[str, Any]] = []
        for raw, no in zip(raws, answers, strict=True):
            (screened,) = self.solo.application.screen([raw], int(self.clock())) if no is None else (None,)
            name = screened.tx_id if isinstance(screened, Screened) else self.solo.world.transaction_id(raw)
            if no is not None:
                outcomes.append({"transaction": name, "status": "turned_away", "refusal": no.as_problem()})
                continue
            done = made[name]
            outcome: dict[str, Any] = {"transaction": name, "status": "applied", "height": self.height, "index": 0}
            if done.code is not None:
                refusal = (
                    done.refusal.as_problem()
                    if getattr(done, "refusal", None)
                    else {"code": done.code, "zh": "否。", "en": "No.", "fields": {}}
                )
                outcome |= {"status": "refused", "refusal": refusal}
            outcomes.append(outcome)
        return outcomes

    def _get(self, parts: list[str], request: httpx.Request) -> httpx.Response:
        application = self.solo.application
        match parts:
            case ["genesis"]:
                return httpx.Response(200, content=CODEC.encode(self.solo.genesis))
            case ["status"]:
                return _json({"accepting": True, "chain": application.world.chain, "height": self.height})
            case ["receipts", name]:
                return _json(application.prover.receipt(name))
            case ["transactions", name]:
                place = application.chain_store.place(name)
                if place is None:
                    return problem(404, "gateway/18")
                record = application.chain_store.block(place[0])
                assert record is not None
                result = msgspec.json.decode(record.results[place[1]])
                return _json({"height": place[0], "index": place[1], "body": None, "result": result})
            case ["state", *key]:
                height = request.url.params.get("height")
                return _json(application.prover.state_fact(key, None if height is None else int(height)))
            case ["collections", name]:
                found = application.chain_store.keys(encode_key(name, *request.url.params.get_list("prefix"))[:-1], b"", 100)
                return _json(
                    {"items": [{"key": list(decode_key(key)), "value": msgspec.json.decode(value)} for key, value in found]}
                )
        return problem(404, "gateway/1")


def _json(value: Any) -> httpx.Response:
    return httpx.Response(200, content=msgspec.json.encode(value), headers={"Content-Type": "application/json"})
