"""A refusal as an HTTP answer: application/problem+json (RFC 9457) with the number, both sentences and the right status."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.responses import Response

from zhulian.errors import Refusal

__all__ = ["PROBLEM", "RETRY_AFTER_S", "TITLES", "as_problem", "outcome_problem", "problem_answer", "status_of"]

PROBLEM = "application/problem+json"
RETRY_AFTER_S = 1
"""What `Retry-After` says where the refusal names no time of its own."""

_STATUS: Mapping[str, int] = {
    "form/7": 413,
    "tx/1": 413,
    "tx/5": 409,
    "tx/6": 400,
    "tx/7": 400,
    "tx/8": 403,
    "tx/9": 403,
    "tx/10": 403,
    "tx/12": 400,
    "tx/13": 400,
    "tx/14": 400,
    "tx/15": 400,
    "tx/16": 429,
    "ledger/5": 410,
    "ledger/11": 404,
    "ledger/12": 409,
    "ledger/13": 410,
    "ledger/17": 410,
    "tree/1": 410,
    "node/2": 429,
    "node/3": 503,
    "node/4": 413,
    "node/5": 503,
    "node/6": 400,
    "node/14": 503,
    "node/16": 404,
    "node/18": 500,
    "node/30": 404,
    "node/31": 503,
    "node/44": 404,
    "anchor/1": 400,
    "anchor/5": 404,
    "gateway/1": 404,
    "gateway/37": 403,
    "gateway/40": 429,
    "gateway/2": 405,
    "gateway/3": 413,
    "gateway/4": 408,
    "gateway/5": 429,
    "gateway/6": 503,
    "gateway/7": 504,
    "gateway/14": 413,
    "gateway/17": 415,
    "gateway/18": 404,
    "gateway/19": 404,
    "gateway/20": 409,
    "gateway/21": 404,
    "gateway/22": 429,
    "gateway/23": 421,
    "gateway/24": 500,
    "gateway/25": 401,
    "gateway/26": 401,
    "gateway/27": 401,
    "gateway/28": 401,
    "gateway/29": 401,
    "gateway/41": 403,
    "gateway/42": 416,
    "gateway/43": 404,
    "gateway/44": 404,
    "gateway/46": 451,
    "gateway/47": 404,
    "gateway/48": 410,
    "gateway/49": 404,
    "gateway/50": 403,
    "gateway/51": 400,
    "gateway/52": 409,
    "gateway/53": 429,
    "gateway/54": 404,
    "gateway/55": 422,
    "gateway/56": 422,
    "gateway/57": 500,
    "vault/2": 404,
    "vault/3": 413,
    "vault/4": 413,
    "vault/5": 409,
    "vault/7": 503,
    "vault/8": 503,
    "vault/9": 409,
    "gateway/32": 404,
    "gateway/33": 404,
    "gateway/34": 404,
    "gateway/60": 404,
    "gateway/61": 404,
    "client/268": 404,
    "gateway/35": 404,
    "courier/1": 503,
    "courier/5": 404,
    "courier/7": 403,
    "courier/8": 502,
    "notices/10": 404,
    "notices/11": 400,
    "watch/3": 404,
    "watch/4": 409,
    "watch/5": 400,
    "watch/6": 403,
    "custody/1": 503,
    "custody/36": 404,
    "custody/2": 503,
    "custody/3": 503,
    "custody/4": 503,
    "custody/5": 409,
    "custody/6": 503,
    "custody/7": 503,
    "custody/8": 503,
    "custody/9": 401,
    "custody/10": 429,
    "custody/11": 401,
    "custody/12": 403,
    "custody/13": 401,
    "custody/14": 422,
    "custody/15": 409,
    "custody/16": 404,
    "custody/17": 403,
    "custody/18": 401,
    "custody/19": 404,
    "custody/20": 409,
    "custody/21": 409,
    "custody/22": 403,
    "custody/23": 404,
    "custody/24": 409,
    "custody/25": 403,
    "custody/26": 409,
    "custody/27": 500,
    "watch/7": 403,
    "custody/28": 502,
    "custody/29": 401,
    "custody/30": 404,
    "custody/31": 403,
    "custody/32": 409,
    "custody/33": 403,
    "custody/34": 409,
    "index/1": 503,
    "index/3": 503,
    "index/5": 503,
    "language/220": 404,
    "language/221": 404,
}
_FAMILY: Mapping[str, int] = {"courier": 400, "form": 400, "gateway": 400, "identifier": 400, "index": 400, "node": 503}
_OTHERWISE = 422
"""A rule of the ledger or of a module: the request was read well, and a rule says no."""

TITLES: Mapping[int, tuple[str, str]] = {
    400: ("内容无法解读", "The request cannot be read"),
    401: ("须先证明身份", "Prove who you are"),
    403: ("无权办理", "Not allowed"),
    404: ("未找到", "Not found"),
    405: ("不支持的方法", "Method not allowed"),
    408: ("传输超时", "The request came too slowly"),
    409: ("与现状冲突", "In conflict with what is here"),
    410: ("已不再保留", "No longer kept"),
    413: ("内容过大", "Too large"),
    415: ("内容类型不符", "Wrong content type"),
    416: ("没有该字节范围", "No such range of bytes"),
    502: ("对方没有应答", "The other side does not answer"),
    421: ("地址不符", "Wrong address"),
    422: ("未通过规则", "A rule says no"),
    429: ("请稍后重试", "Busy, try again"),
    431: ("请求头过大", "The head is too large"),
    500: ("内部错误", "Internal fault"),
    451: ("依法不予提供", "Unavailable for legal reasons"),
    503: ("暂不可用", "Not available now"),
    504: ("尚无结果", "No result yet"),
}
"""The problem's title by HTTP status, Chinese and English."""
_ENCODER = msgspec.json.Encoder(order="sorted")


def status_of(code: str) -> int:
    """The HTTP status of the refusal number `code`: by number, else by its module's family, else 422."""
    known = _STATUS.get(code)
    return known if known is not None else _FAMILY.get(code.partition("/")[0], _OTHERWISE)


def as_problem(refused: Mapping[str, Any], language: str, status: int | None = None) -> dict[str, Any]:
    """The problem document of a refusal given as data (`code`, `zh`, `en`, `fields`), its detail in `language`."""
    code = str(refused["code"])
    number = status or status_of(code)
    titles = TITLES.get(number, TITLES[_OTHERWISE])
    fields = dict(refused.get("fields") or {})
    found = {
        "type": f"urn:zhulian:refusal:{code}",
        "title": titles[0 if language == "zh" else 1],
        "status": number,
        "detail": refused["zh" if language == "zh" else "en"],
        "code": code,
        "zh": refused["zh"],
        "en": refused["en"],
        "fields": fields,
    }
    if "path" in fields:
        found["path"] = str(fields["path"])
    return found


def problem_answer(
    refused: Refusal | Mapping[str, Any],
    language: str,
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
    **more: Any,
) -> Response:
    """The answer for a refusal; `more` are further members of the document, such as the transaction concerned."""
    data = refused.as_problem() if isinstance(refused, Refusal) else refused
    document = as_problem(data, language, status)
    document.update(more)
    out = {"Content-Language": "zh-CN" if language == "zh" else "en", "Vary": "Accept-Language", "Cache-Control": "no-store"}
    if document["status"] in (429, 503, 504) or "retry_after_s" in document["fields"]:
        out["Retry-After"] = str(document["fields"].get("retry_after_s", RETRY_AFTER_S))
    if document["status"] == 401:
        # A signature is no answer where custody does not know somebody, and a client that signed would try a wrong password twice.
        schemes = "" if str(data["code"]).startswith("custody/") else "Zhulian-Signature, "
        out["WWW-Authenticate"] = f'{schemes}Bearer realm="zhulian"'
    out.update(headers or {})
    return Response(_ENCODER.encode(document), document["status"], out, PROBLEM)


def outcome_problem(outcome: Mapping[str, Any], language: str) -> Response:
    """The answer for one submitted transaction that was turned away, or refused in a block (where `height` is given too)."""
    where = {name: outcome[name] for name in ("transaction", "height", "index") if outcome.get(name) is not None}
    status = _OTHERWISE if outcome["status"] == "refused" else None  # in a block: to come again later changes nothing
    return problem_answer(outcome["refusal"], language, None, status, outcome=outcome["status"], **where)
