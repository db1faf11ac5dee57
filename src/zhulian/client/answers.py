"""Reading the node's answers: JSON of the shape asked for, or the node's own no."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from zhulian.client.errors import FromNode, StrangeAnswer
from zhulian.client.flow import Answer
from zhulian.errors import Words

__all__ = ["as_json", "as_refusal", "path_of", "refusal_of"]

_DECODER = msgspec.json.Decoder()


def as_json(answer: Answer, url: str) -> Any:
    """The answer's JSON.

    Raises:
        FromNode: where the node said no. StrangeAnswer: where it is no JSON.
    """
    if answer.status >= 300:
        raise as_refusal(answer, url)
    try:
        return _DECODER.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise StrangeAnswer(url=url, why=Words.quote(wrong)) from None


def as_refusal(answer: Answer, url: str) -> FromNode:
    """The node's no.

    Raises:
        StrangeAnswer: where the answer is no problem document, as a proxy in between may give.
    """
    try:
        problem = _DECODER.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problem = None
    if not isinstance(problem, dict) or "code" not in problem:
        raise StrangeAnswer(url=url, why=Words(f"HTTP 状态码 {answer.status}", f"HTTP {answer.status}")) from None
    if "retry-after" in answer.headers and answer.headers["retry-after"].isdigit():
        problem = {**problem, "retry_after_s": int(answer.headers["retry-after"])}
    return FromNode(problem, answer.status)


def refusal_of(outcome: Mapping[str, Any]) -> FromNode | None:
    """The refusal that an item of a batch carries."""
    given = outcome.get("refusal")
    if not isinstance(given, dict):
        return None
    busy = given.get("code") in ("node/2", "tx/16", "gateway/5")
    problem = {**given, "outcome": outcome.get("status")}
    for name in ("transaction", "height", "index"):
        if outcome.get(name) is not None:
            problem[name] = outcome[name]
    return FromNode(problem, 429 if busy else 422)


def path_of(*parts: str) -> str:
    """A path whose parts are percent-encoded, slashes included."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)
