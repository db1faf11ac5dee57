"""Webhooks: subscribing to events at one's own organisation's node, and checking what is delivered."""

import base64
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.core import Core
from zhulian.client.errors import NotADelivery
from zhulian.client.flow import Call, Flow, call
from zhulian.errors import Words

__all__ = ["add", "deliveries", "every", "remove", "try_out", "verify_webhook"]

_TOLERANCE_S = 300


def add(
    core: Core, url: str, topics: Sequence[str] = ("*",), *, instance: str | None = None, after_height: int | None = None
) -> Flow[dict[str, Any]]:
    """Subscribe `url` to events by topic, from now on or from above `after_height`; the answer has the `secret`, this once.

    Raises:
        FromNode: the address is not allowed, or this node does not deliver for the signer's party. Unreachable.
    """
    asked: dict[str, Any] = {"url": url, "topics": list(topics)}
    asked |= ({"instance": instance} if instance else {}) | ({"after_height": after_height} if after_height is not None else {})
    return dict((yield from _ask(core, "POST", (), canonical.encode(asked))))


def every(core: Core) -> Flow[list[dict[str, Any]]]:
    """One's webhooks, each with the height that its target has.

    Raises:
        FromNode, Unreachable.
    """
    return list((yield from _ask(core, "GET", ()))["items"])


def remove(core: Core, name: str) -> Flow[dict[str, Any]]:
    """Forget a webhook.

    Raises:
        FromNode: there is none. Unreachable.
    """
    return dict((yield from _ask(core, "DELETE", (name,))))


def try_out(core: Core, name: str) -> Flow[int]:
    """Send a test to a webhook's target; the HTTP status that it answered.

    Raises:
        FromNode: nothing could be delivered. Unreachable.
    """
    return int((yield from _ask(core, "POST", (name, "test"), b"{}"))["status"])


def deliveries(core: Core, name: str) -> Flow[list[dict[str, Any]]]:
    """The newest tries of a webhook, the newest first.

    Raises:
        FromNode: there is no such webhook. Unreachable.
    """
    return list((yield from _ask(core, "GET", (name, "deliveries")))["items"])


def verify_webhook(secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> str:
    """Hold that a delivery comes from who has the secret and is of now; its id, which is the same for every try.

    `headers` by their names in lower case. It checks `v1` (HMAC-SHA-256) of the Standard Webhooks 1.0.0.

    Raises:
        NotADelivery: naming what is wrong.
    """
    name, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise NotADelivery(why=Words("缺少编号或时间", "id or time is missing"))
    if abs((time.time() if now is None else now) - int(stamp)) > _TOLERANCE_S:
        raise NotADelivery(why=Words("时间相差超过五分钟", "its time is more than five minutes away"))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.digest(key, f"{name}.{stamp}.".encode() + body, "sha256")).decode()
    given = [each.removeprefix("v1,") for each in headers.get("webhook-signature", "").split(" ") if each.startswith("v1,")]
    if not any(hmac.compare_digest(right, each) for each in given):
        raise NotADelivery(why=Words("签名不符", "the signature is another"))
    return name


def _ask(core: Core, method: str, parts: Sequence[str], body: bytes | None = None) -> Flow[Any]:
    answer = yield from call(Call(method, path_of("webhooks", *parts), body=body, timeout_s=60.0))
    return as_json(answer, core.url)
