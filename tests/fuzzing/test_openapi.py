"""The API against its own description, by drawn requests to a running node: no 500, and every answer as it is described."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.cli.conftest import LiveNode

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
STREAMS = {"stream_events"}  # whose answer has no end


@schemathesis.serializer("application/statuslist+jwt")
def signed_words(_: Any, value: Any) -> bytes:
    """A status list as it is handed in: text, whatever was drawn."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A node with a few records."""
    node = LiveNode(tmp_path_factory.mktemp("openapi") / "home")
    node.start()
    try:
        yield json.loads((node.home / "run" / "node.json").read_text())["url"]
    finally:
        node.stop()


def play(address: str, examples: int) -> list[str]:
    """So many requests to each operation; what was found, and which operations were asked."""
    schema = schemathesis.openapi.from_url(f"{address}/v1/openapi.json")
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()
        name = operation.definition.raw["operationId"]
        if name in STREAMS:
            continue
        asked.append(name)

        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def one(case: Any) -> None:
            case.call_and_validate(base_url=address, checks=CHECKS)

        one()
    return asked


def test_api__answers_as_described(address: str) -> None:
    assert len(play(address, 4)) > 25


def test_node_of_its_own__has_no_engine_to_ask(address: str) -> None:
    """Found by drawn requests: the answer used to be that node and gateway are of different versions."""
    answer = httpx.get(f"{address}/v1/engine/commit")
    assert (answer.status_code, answer.json()["code"]) == (404, "node/44")
    assert httpx.get(f"{address}/v1/snapshots").json()["items"] == []


@pytest.mark.long
def test_api__answers_as_described_for_long(address: str) -> None:
    assert len(play(address, 300)) > 25
