"""Proving definitions: handing one in, seeing how far it is and what was found, ending it. Always for whoever signs the request, and only one's own."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.beside import party_of
from zhulian.gateway.bodies import media_type
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, body_of, context_of
from zhulian.gateway.errors import BodyTooLarge, WrongMedia
from zhulian.gateway.parameters import Text, digest, known_only
from zhulian.gateway.proving.desk import Proof
from zhulian.gateway.proving.process import Before
from zhulian.language.definition.limits import BYTES_MAX

__all__ = ["ROUTES"]

_YAML = "application/yaml"  # RFC 9512
_NAME_MAX = 64
_MARK = re.compile(rb"^---[ \t]*\r?\n(?=.)", re.MULTILINE)
"""Between two documents of one stream (YAML 1.2.2, §9.1.2); no line within a document begins so."""
_FROM = Text(
    "from",
    "前一版定义在链上的摘要：一并证明升级后的各项约束",
    "The digest of the version before, as the chain keeps it: promises are asked over the upgrade too",
)


async def prove_definition(request: Request) -> Response:
    """Take a definition in; it is proved by a process of its own."""
    known_only(request, (_FROM,))
    context = context_of(request)
    party, request = await party_of(request, context.guard)
    if media_type(request.scope) != _YAML:
        raise WrongMedia(wanted=_YAML)
    published = request.query_params.get(_FROM.name)
    text, before = _documents(await body_of(request, 2 * BYTES_MAX))
    if published is not None:
        loaded = await context.read(context.definitions.get(digest(published, _FROM.name)))
        before = Before(loaded.text, "tree")
    made = context.proofs.ask(party, text, before)
    answer = plain(_shown(context, made), 202)
    answer.headers["Location"] = f"/v1/proofs/{made.id}"
    return answer


async def get_proof(request: Request) -> Response:
    """How far a proof is, and what it found."""
    known_only(request, ())
    context = context_of(request)
    party, _ = await party_of(request, context.guard)
    return plain(_shown(context, context.proofs.find(party, _name(request))))


async def end_proof(request: Request) -> Response:
    """End a proof and forget it; the answer shows it once more."""
    known_only(request, ())
    context = context_of(request)
    party, _ = await party_of(request, context.guard)
    return plain(_shown(context, await context.proofs.end(party, _name(request))))


def _documents(body: bytes) -> tuple[bytes, Before | None]:
    """The definition, and the version before where the stream has a second document.

    Raises:
        BodyTooLarge: either is longer than a definition may be.
    """
    several = [each for each in _MARK.split(body) if each.strip()]
    text, last = (body, b"") if len(several) < 2 else (several[0], b"---\n".join(several[1:]))
    if max(len(text), len(last)) > BYTES_MAX:
        raise BodyTooLarge(most=BYTES_MAX)
    return text, Before(last, "text") if last else None


def _name(request: Request) -> str:
    return str(request.path_params["proof"])[:_NAME_MAX]


def _shown(context: Context, proof: Proof) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": proof.id, "state": proof.state, "progress": {"done": proof.done, "total": proof.total}}
    place = context.proofs.place(proof)
    shown |= {"place": place} if place else {}
    if proof.state == "failed":
        return shown | {"refusal": proof.why}
    found = proof.found
    if found is None:
        return shown
    if proof.state == "refused":
        return shown | {"refusal": {name: found[name] for name in ("code", "zh", "en", "fields")}, "faults": found["faults"]}
    return shown | found


_TAG = "apps"
_ID = "5b215b215b215b21"
_PART = PathPart("proof", Both("任务编号", "The job's id"), {"type": "string", "pattern": "^[0-9a-f]{16}$"}, _ID)
_REFUSED = (400, 401, 404, 408, 413)
_WAITS = {"id": _ID, "place": 1, "progress": {"done": 0, "total": 0}, "state": "waiting"}
_RUNS = {"id": _ID, "progress": {"done": 12, "total": 40}, "state": "running"}

ROUTES = (
    Route(
        "POST",
        "/v1/proofs",
        prove_definition,
        "prove_definition",
        _TAG,
        Both("证明一个定义", "Prove a definition"),
        Both(
            "须签名请求。正文为定义的 YAML 文本（至多 256 KiB），由独立进程逐项证明其约束；每个参与方同时一项，按提交先后办理。"
            "其后可隔一行 `---` 附前一版的文本，或以 from 给出前一版在链上的摘要：一并证明升级之后各项约束仍成立。"
            "定义旁的文件不在此处：所引用的其他定义须为随附场景。",
            "Asks for a signed request. The body is the definition's YAML (at most 256 KiB), whose promises a process of its own proves one by one; one at a time for "
            "each party, in the order in which they come. The text of the version before may follow behind a line `---`, or `from` gives its digest on the chain: promises are "
            "then asked over the upgrade too. What lies beside the file is not here: other definitions that it uses have to be packs of the release.",
        ),
        {202: (Both("已收下，附任务编号与位次", "Taken in, with the job's id and its place"), Content(JSON, "ProofJob", _WAITS))},
        (400, 401, 404, 408, 409, 413, 415),
        parameters=(_FROM,),
        body=(Content(_YAML, {"type": "string"}),),
    ),
    Route(
        "GET",
        "/v1/proofs/{proof}",
        get_proof,
        "get_proof",
        _TAG,
        Both("证明进度与结论", "How far a proof is"),
        Both(
            "须签名请求。state 为 waiting（等候，附位次）、running（进行中，附进度）、done（附各类结论的项数、报告及其摘要）、refused（定义有误，逐行列出）"
            "或 failed（超时、超内存或中断，附缘由）。结果保留一小时。",
            "Asks for a signed request. `state` is waiting (with its place), running (with its progress), done (with verdicts of each kind, the report and its digests), "
            "refused (the definition is not sound; every fault with its line) or failed (out of time or memory, or broken off; with the reason). Results are kept for an hour.",
        ),
        {200: (Both("任务现状", "The job as it stands"), Content(JSON, "ProofJob", _RUNS))},
        _REFUSED,
        parts=(_PART,),
    ),
    Route(
        "DELETE",
        "/v1/proofs/{proof}",
        end_proof,
        "end_proof",
        _TAG,
        Both("终止证明", "End a proof"),
        Both(
            "须签名请求。终止等候或进行中的任务；已有结果的，不再保留。",
            "Asks for a signed request. Ends a proof that waits or runs; a result that is there is forgotten.",
        ),
        {200: (Both("任务终止前的情况", "The job as it ended"), Content(JSON, "ProofJob", {**_RUNS, "state": "ended"}))},
        _REFUSED,
        parts=(_PART,),
    ),
)
