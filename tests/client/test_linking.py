"""Asking for links."""

from typing import Any, cast

import pytest

from zhulian.client.core import Core
from zhulian.client.flow import Answer
from zhulian.client.linking import flows
from zhulian.client.linking.errors import NoOpening


class _Core:
    url = "http://127.0.0.1:1"


CORE = cast(Core, _Core())
RECEIPT: dict[str, Any] = {"opening": {"digest": "ab" * 32, "salt": "cd" * 32}, "result": {"transaction": "ef" * 32}}


@pytest.mark.parametrize("receipt", [{}, {"opening": None, "result": {}}, {"opening": {"salt": "x"}}, {**RECEIPT, "result": 7}])
def test_certificate__needs_the_receipt_of_the_depositor(receipt: dict[str, Any]) -> None:
    with pytest.raises(NoOpening):
        next(flows.certificate(CORE, receipt))


def test_certificate__asks_with_what_opens_the_commitment() -> None:
    flow = flows.certificate(CORE, RECEIPT, name="合同.pdf", until=9)
    asked = next(flow)
    assert (asked.method, asked.path) == ("POST", "/v1/links")
    assert b'"transaction":"' + b"ef" * 32 in (asked.body or b"")
    assert b'"salt":"' + b"cd" * 32 in (asked.body or b"")
    with pytest.raises(StopIteration) as done:
        flow.send(Answer(201, b'{"code":"c","path":"/p/c","until":9,"url":"http://h/p/c"}', {}))
    assert done.value.value == flows.Link("http://h/p/c", "/p/c", 9)
