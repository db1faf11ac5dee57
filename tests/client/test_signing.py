"""Signed requests, judged by the gateway's own code."""

import contextlib
from pathlib import Path

import httpx
import pytest

from tests.client.fake_node import URL, FakeNode
from zhulian.client import connect
from zhulian.client.errors import FromNode
from zhulian.crypto import fingerprint
from zhulian.gateway.access.signatures import check_time, describe, parse_credentials, verify
from zhulian.gateway.errors import UnsignedProperly
from zhulian.ledger.genesis import CODEC

_ASK = {"WWW-Authenticate": 'Zhulian-Signature, Bearer realm="zhulian"'}


class _Strict:
    """Answers only requests that the gateway's code accepts; keeps what it saw."""

    def __init__(self, node: FakeNode) -> None:
        self.node = node
        self.seen: list[tuple[str, bool]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        given = request.headers.get("Authorization")
        self.seen.append((request.method, given is not None))
        if given is None:
            return httpx.Response(401, json={"code": "gateway/25", "zh": "否", "en": "No", "fields": {}}, headers=_ASK)
        credentials = parse_credentials(given.partition(" ")[2])
        check_time(credentials, self.node.clock(), 60)
        identity = self.node.identity()
        hasher = self.node.solo.application.world.hasher
        assert (credentials.signer, credentials.key) == (identity.name, fingerprint(hasher.suite, identity.signer.public_key))
        path = request.url.raw_path.decode()
        description = describe(hasher.suite, credentials, request.method, request.headers["host"], path, request.read())
        verify(hasher, identity.signer.public_key, credentials, description)
        return self.node._answer(request)


def test_requests__are_signed_when_the_gateway_asks_and_from_then_on(node: FakeNode, file: Path, tmp_path: Path) -> None:
    strict = _Strict(node)
    genesis = CODEC.encode(node.solo.genesis)
    with connect(URL, node.identity(), home=tmp_path / "home", genesis=genesis, transport=httpx.MockTransport(strict)) as chain:
        chain.core.clock = node.clock
        chain.line.signer.use(chain.core.hasher, node.identity, node.clock)
        done = chain.evidence.deposit(file)
        assert chain.page("evidence/deposits", prefix=(done.deposit,), limit=3).items
    assert strict.seen[:2] == [("POST", False), ("POST", True)]
    assert all(signed for _, signed in strict.seen[1:])
    assert len(node.submitted) == 1


def test_requests__are_not_signed_where_nobody_asks(node: FakeNode, file: Path, tmp_path: Path) -> None:
    def handle(request: httpx.Request) -> httpx.Response:
        assert "Authorization" not in request.headers
        return node._answer(request)

    genesis = CODEC.encode(node.solo.genesis)
    with connect(URL, node.identity(), home=tmp_path, genesis=genesis, transport=httpx.MockTransport(handle)) as chain:
        chain.core.clock = node.clock
        chain.evidence.deposit(file)


def test_requests__a_bearer_token_stands_and_a_no_is_final(node: FakeNode, tmp_path: Path) -> None:
    seen = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("Authorization"))
        return httpx.Response(401, json={"code": "gateway/29", "zh": "否", "en": "No", "fields": {}}, headers=_ASK)

    genesis = CODEC.encode(node.solo.genesis)
    token = {"Authorization": "Bearer zlt_x"}
    transport = httpx.MockTransport(handle)
    with (
        connect(URL, node.identity(), home=tmp_path, genesis=genesis, headers=token, transport=transport) as chain,
        pytest.raises(FromNode) as no,
    ):
        chain.status()
    assert no.value.code == "gateway/29"
    assert seen == ["Bearer zlt_x"]


def test_signature__covers_every_part(node: FakeNode) -> None:
    hasher = node.solo.application.world.hasher
    from zhulian.client.signing import RequestSigner

    signer = RequestSigner()
    signer.use(hasher, node.identity, node.clock)
    request = httpx.Request("POST", f"{URL}/v1/transactions?wait=sealed", content=b"body")
    signer._sign(request)
    credentials = parse_credentials(request.headers["Authorization"].partition(" ")[2])
    public_key = node.identity().signer.public_key
    good = ("POST", "node.test:8420", "/v1/transactions?wait=sealed", b"body")
    verify(hasher, public_key, credentials, describe(hasher.suite, credentials, *good))
    for place, other in enumerate(("PUT", "other", "/v1/transactions", b"other")):
        parts = (*good[:place], other, *good[place + 1 :])
        with pytest.raises(UnsignedProperly):
            verify(hasher, public_key, credentials, describe(hasher.suite, credentials, *parts))  # type: ignore[arg-type]


def test_requests__that_bring_their_own_word_are_not_signed_over(node: FakeNode) -> None:
    from zhulian.client.signing import RequestSigner

    def at_the_node(request: httpx.Request) -> str | None:
        flow = signer.auth_flow(request)
        sent = next(flow)
        with contextlib.suppress(StopIteration):
            sent = flow.send(httpx.Response(401, headers=_ASK, request=request))
        return sent.headers.get("Authorization")

    signer = RequestSigner()
    signer.use(node.solo.application.world.hasher, node.identity, node.clock)
    assert str(at_the_node(httpx.Request("GET", URL))).startswith("Zhulian-Signature")
    assert at_the_node(httpx.Request("GET", URL, headers={"Authorization": "Bearer zlc_x"})) == "Bearer zlc_x"
    signer.rest()
    assert at_the_node(httpx.Request("GET", URL)) is None
