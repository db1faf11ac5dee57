"""A definition proved at the node: `prove` waits for what is found, `start_proof`, `proof` and `end_proof` follow a job that one may leave."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.core import Core
from zhulian.client.errors import FromNode, StrangeAnswer
from zhulian.client.flow import Call, Flow, call, pause
from zhulian.errors import Refusal, Words
from zhulian.language.proving.report import Report, Verdict, report_json

__all__ = ["ProofJob", "Proved", "end_proof", "proof", "prove", "start_proof"]

_YAML = "application/yaml"
_FIRST_PAUSE_S = 0.1
_PAUSE_MAX_S = 1.0
_GOING = ("waiting", "running")


@dataclass(frozen=True)
class Proved:
    """What the prover found: the worst verdict, how many promises have which, and the report with its digests (hex, by `sm3` and `sha256`)."""

    verdict: Verdict
    proved: int
    refuted: int
    run_time: int
    digest: dict[str, str]
    report: Report


@dataclass(frozen=True)
class ProofJob:
    """A job at the node as it stands: `state` as the node says it, questions answered and in all, its place in the queue (0: not in it).

    Attributes:
        found: The report with its verdicts, once there is one.
        refusal: Why there is none: the definition is not sound (`fields["faults"]` line by line), or the proof came to no end.
    """

    id: str
    state: str
    done: int
    total: int
    place: int = 0
    found: Proved | None = None
    refusal: FromNode | None = None

    @property
    def is_going(self) -> bool:
        """Whether it waits or runs."""
        return self.state in _GOING


def prove(
    core: Core,
    text: str | bytes,
    *,
    before: str | bytes = b"",
    published: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Flow[Proved]:
    """Have the node prove a definition (its YAML), and wait for the report; `progress` is told questions answered and in all.

    Promises are asked over the upgrade too where the version before is given: by its text (`before`) or by its digest on the chain (`published`).

    Raises:
        FromNode: with the faults of the definition line by line (`fields["faults"]`), gateway/52 where the signer's party has a proof under way,
        gateway/53 where too many wait, gateway/55–57 where it came to no end. StrangeAnswer: the report is not what its digest says. Unreachable.
    """
    job = yield from _asked(core, text, before, published)
    told, wait = (0, 0), _FIRST_PAUSE_S
    while True:
        now = (int(job["progress"]["done"]), int(job["progress"]["total"]))
        if progress is not None and now != told:
            progress(*now)
        told = now
        if job["state"] not in _GOING:
            return _found(core, job)
        yield from pause(wait)
        wait = min(2 * wait, _PAUSE_MAX_S)
        job = yield from _seen(core, job["id"])


def start_proof(core: Core, text: str | bytes, *, before: str | bytes = b"", published: str = "") -> Flow[ProofJob]:
    """Hand a definition (its YAML) in to be proved at the node, and do not wait; `before` and `published` are those of `prove`.

    Raises:
        FromNode: gateway/52 where the signer's party has a proof under way (`fields["id"]`), gateway/53 where too many wait. Unreachable.
    """
    return _job(core, (yield from _asked(core, text, before, published)))


def proof(core: Core, proof: str) -> Flow[ProofJob]:
    """How far a job of the signer's party is, and what it found.

    Raises:
        FromNode: gateway/54 where there is none of this id, or none any more. StrangeAnswer: the report is not what its digest says. Unreachable.
    """
    return _job(core, (yield from _seen(core, proof)))


def end_proof(core: Core, proof: str) -> Flow[dict[str, Any]]:
    """End a proof of the signer's party by its id, as gateway/52 names it, and forget it; the job as it stood.

    Raises:
        FromNode: there is none. Unreachable.
    """
    return dict(as_json((yield from call(Call("DELETE", path_of("proofs", proof)))), core.url))


def _asked(core: Core, text: str | bytes, before: str | bytes, published: str) -> Flow[dict[str, Any]]:
    body, last = (each.encode() if isinstance(each, str) else each for each in (text, before))
    body += b"\n---\n" + last if last else b""
    query = (("from", published),) if published else ()
    return dict(as_json((yield from call(Call("POST", path_of("proofs"), query=query, body=body, media=_YAML))), core.url))


def _seen(core: Core, proof: str) -> Flow[dict[str, Any]]:
    return dict(as_json((yield from call(Call("GET", path_of("proofs", proof)))), core.url))


def _job(core: Core, job: dict[str, Any]) -> ProofJob:
    far = job["progress"]
    stands = ProofJob(str(job["id"]), str(job["state"]), int(far["done"]), int(far["total"]), int(job.get("place", 0)))
    if stands.is_going:
        return stands
    try:
        return replace(stands, found=_found(core, job))
    except FromNode as why:
        return replace(stands, refusal=why)


def _found(core: Core, job: dict[str, Any]) -> Proved:
    """The report of a job that is over.

    Raises:
        FromNode: there is none. StrangeAnswer: it is not what its digest says.
    """
    if "refusal" in job:
        refusal = job["refusal"]
        raise FromNode({**refusal, "fields": {**refusal["fields"], "faults": job.get("faults", [])}})
    try:
        report = report_json(canonical.encode(job["report"]))
    except Refusal as no:
        raise StrangeAnswer(url=core.url, why=Words(no.say("zh").rstrip("。"), no.say("en").rstrip("."))) from None
    digest = report.digests()
    if digest != job["digest"]:
        raise StrangeAnswer(url=core.url, why=Words("报告与其摘要不符", "the report is not what its digest says"))
    return Proved(report.verdict, report.count("proved"), report.count("refuted"), report.count("runtime"), digest, report)
