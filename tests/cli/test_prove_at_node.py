"""`chain.scenario.prove` on a real node: with its progress, blocking; faults by line, awaiting; and a job that is none."""

import asyncio
import json
import time
from pathlib import Path

import msgspec
import pytest

from tests.cli.conftest import LiveNode
from zhulian.assure.stories.packs import read_pack
from zhulian.client import FromNode, connect, connect_async
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Answer
from zhulian.client.proving import flows
from zhulian.language.proving.prove import prove

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
SEAL = (TUTORIAL / "seal.yaml").read_text(encoding="utf-8")
FAULTY = (TUTORIAL / "seal-2.yaml").read_bytes()


def _url(node: LiveNode) -> str:
    url: str = json.loads((node.home / "run" / "node.json").read_text())["url"]
    return url


@pytest.fixture(scope="module")
def node(live: LiveNode, tmp_path_factory: pytest.TempPathFactory) -> LiveNode:
    """The running node with a sealed block, without which it cannot look up who signs."""
    file = tmp_path_factory.mktemp("prove") / "a.txt"
    file.write_text("a")
    with connect(_url(live), "org1.clerk", home=live.home) as chain:
        chain.evidence.deposit(file)
    return live


def test_prove__at_the_node(node: LiveNode) -> None:
    told: list[tuple[int, int]] = []
    with connect(_url(node), "org1.clerk", home=node.home) as chain:
        found = chain.scenario.prove(SEAL, progress=lambda done, count: told.append((done, count)))
        with pytest.raises(FromNode) as none:
            chain.scenario.end_proof("5b215b215b215b21")

    async def awaited() -> flows.Proved:
        async with await connect_async(_url(node), "org1.clerk", home=node.home) as other:
            return await other.scenario.prove(FAULTY)

    with pytest.raises(FromNode) as faults:
        asyncio.run(awaited())
    assert (found.verdict, found.refuted, found.proved > 0) == ("proved", 0, True)
    assert found.digest == found.report.digests()
    assert told == sorted(set(told))
    assert faults.value.code == "language/50"
    assert [each["line"] for each in faults.value.fields["faults"]] == [17, 24]
    assert none.value.code == "gateway/54"


def test_prove__over_the_upgrade_from_what_the_chain_keeps_or_from_a_text(node: LiveNode) -> None:
    later = SEAL.replace("version: 1", "version: 2\nupgrade: {from: 1, move: {application: {}}, notice: 1d}")
    with connect(_url(node), "org1.clerk", home=node.home) as chain:
        digest = chain.scenario.publish(TUTORIAL / "seal.yaml").definition
        kept = chain.scenario.prove(later, published=digest)
        handed = chain.scenario.prove(later, before=SEAL)
    assert kept.report.before is not None
    assert kept.report.before.version == 1
    crossed = {each.verdict for one in kept.report.promises for each in one.checks if each.kind == "upgrade"}
    assert (crossed, kept.verdict) == ({"proved"}, "proved")
    assert kept.digest == handed.digest


def test_start_proof__is_followed_and_ended_by_its_id(node: LiveNode) -> None:
    with connect(_url(node), "org2.clerk", home=node.home) as chain:
        job = chain.scenario.start_proof(SEAL)
        with pytest.raises(FromNode) as again:
            chain.scenario.start_proof(SEAL)
        assert (job.is_going, again.value.code, again.value.fields["id"]) == (True, "gateway/52", job.id)
        assert chain.scenario.end_proof(job.id)["state"] == "ended"
        with pytest.raises(FromNode) as gone:
            chain.scenario.proof(job.id)
        assert gone.value.code == "gateway/54"
        faulty = chain.scenario.start_proof(FAULTY)
        while faulty.is_going:
            time.sleep(0.05)
            faulty = chain.scenario.proof(faulty.id)
    assert (faulty.state, faulty.found) == ("refused", None)
    assert faulty.refusal is not None
    assert [each["line"] for each in faulty.refusal.fields["faults"]] == [17, 24]


class _Core:
    url = "http://127.0.0.1:1"


def test_prove__a_report_that_is_not_its_digest_is_none() -> None:
    document = json.loads(msgspec.json.encode(prove(read_pack(TUTORIAL / "seal.yaml"), only=()).document()))
    for wrong in ({"digest": {"sm3": "00" * 32, "sha256": "00" * 32}}, {"report": {"format": "none"}}):
        job = {"id": "a", "state": "done", "progress": {"done": 7, "total": 7}, **document, **wrong}
        flow = flows.prove(_Core(), SEAL)  # type: ignore[arg-type]  # all that it asks of it is the address
        next(flow)
        with pytest.raises(StrangeAnswer):
            flow.send(Answer(202, json.dumps(job).encode(), {}))
