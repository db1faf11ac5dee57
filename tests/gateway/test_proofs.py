"""Definitions proved by a real gateway, each by a process of its own that is bounded and ends with it."""

import asyncio
import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from gateway_fake import Make
from gateway_process import Running, running

from zhulian.assure.stories.packs import read_pack
from zhulian.assure.stories.replaying import Replay, earlier
from zhulian.errors import Refusal
from zhulian.gateway.access.tokens import issue_token
from zhulian.gateway.proving import desk, process
from zhulian.gateway.proving.desk import Proofs
from zhulian.gateway.proving.errors import NoSuchProof, ProofBroken, ProofRuns, ProofsFull
from zhulian.gateway.settings import Settings
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving import solving
from zhulian.language.proving.prove import prove
from zhulian.modules import every_word

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
SEAL = ROOT / "docs" / "tutorial" / "seal.yaml"
SOUND = SEAL.read_bytes()
FAULTY = SEAL.with_name("seal-2.yaml").read_bytes()
LOAN = ROOT / "tests" / "language" / "proving" / "loan.yaml"
LONG = (ROOT / "src" / "zhulian" / "scenarios" / "settlement" / "scenario.yaml").read_bytes()
YAML = {"Content-Type": "application/yaml"}


def caller(gateway: Running, home: Path, party: str) -> httpx.AsyncClient:
    """A client with a token of the party."""
    token = issue_token(home / "gateway" / "tokens.json", party, int(time.time()) + 600)
    return httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False)


async def hand_in(http: httpx.AsyncClient, text: bytes) -> httpx.Response:
    """The answer to a definition that is handed in."""
    return await http.post("/v1/proofs", content=text, headers=YAML)


async def over(http: httpx.AsyncClient, name: str, seen: list[tuple[int, int]] | None = None) -> dict[str, Any]:
    """The job once it is over; its progress on the way goes into `seen`."""
    async with asyncio.timeout(60):
        while True:
            job: dict[str, Any] = (await http.get(f"/v1/proofs/{name}")).json()
            if seen is not None:
                seen.append((job["progress"]["done"], job["progress"]["total"]))
            if job["state"] not in ("waiting", "running"):
                return job
            await asyncio.sleep(0.05)


def later() -> bytes:
    """The second version of the loan, with a promise that the upgrade breaks."""
    text = LOAN.read_bytes().replace(b"version: 1", b"version: 2\nupgrade: {from: 1, notice: 1d, move: {loan: {}, payment: {}}}")
    return text.replace(
        b"    always:\n",
        "    always:\n      - {name: small, that: 'this.left <= \"50.00\"', say: {zh: 小, en: Small}}\n".encode(),
    )


def provers(gateway: Running) -> set[int]:
    """The process ids of the provers below a gateway."""
    found = set()
    for each in Path("/proc").glob("[0-9]*"):
        try:
            words = (each / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"zhulian.assure.stories.prover" in words and str(gateway.process.pid).encode() in words:
            found.add(int(each.name))
    return found


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 (of other processes, which set no event here)
            await asyncio.sleep(0.02)


async def test_proof__is_the_one_of_the_command_and_faults_come_line_by_line(tmp_path: Path) -> None:
    async with running(tmp_path) as gateway, caller(gateway, tmp_path, "org1") as http:
        made = await hand_in(http, SOUND)
        seen: list[tuple[int, int]] = []
        done = await over(http, made.json()["id"], seen)
        faulty = await over(http, (await hand_in(http, FAULTY)).json()["id"])
        kept = await http.get(made.headers["location"])
        forgotten = await http.delete(made.headers["location"])
        gone = await http.get(made.headers["location"])
    assert (made.status_code, made.json()["state"], made.headers["location"]) == (202, "running", f"/v1/proofs/{done['id']}")
    checked = read_pack(SEAL)
    replay = Replay(checked, SEAL)
    report = prove(checked, play=replay, samples=replay.samples)
    assert done["state"] == "done"
    assert {name: done[name] for name in ("verdict", "counts", "digest", "report")} == json.loads(
        msgspec.json.encode(report.document())
    )
    assert done["counts"]["proved"] == report.count("proved") > 0
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1] > 0
    assert (faulty["state"], faulty["refusal"]["code"]) == ("refused", "language/50")
    assert [(each["line"], each["code"]) for each in faulty["faults"]] == [(17, "language/76"), (24, "language/90")]
    assert ("缺少英文文字" in faulty["faults"][0]["zh"], "English text is missing" in faulty["faults"][0]["en"]) == (True, True)
    assert (kept.json()["state"], forgotten.json()["state"], gone.json()["code"]) == ("done", "done", "gateway/54")


async def test_proof__over_the_upgrade_from_a_version_that_is_handed_in_too(tmp_path: Path) -> None:
    before = read_pack(LOAN)
    text = later()
    async with running(tmp_path) as gateway, caller(gateway, tmp_path, "org1") as http:
        done = await over(http, (await hand_in(http, text + b"\n---\n" + LOAN.read_bytes())).json()["id"])
        other = await over(http, (await hand_in(http, text + b"---\n" + SOUND)).json()["id"])
    after = check_definition(read_definition(text), every_word())
    replay = Replay(after)
    report = prove(after, play=replay, samples=replay.samples, earlier=earlier(before, after))
    assert done["digest"] == report.digests()
    assert done["report"]["before"]["version"] == 1
    (crossed,) = (
        each
        for one in done["report"]["promises"]
        for each in one["checks"]
        if (one["name"], each["kind"]) == ("small", "upgrade")
    )
    assert (crossed["verdict"], crossed["reason"]) == ("refuted", "stranded")
    assert "upgrades: loan-2.yaml" in crossed["counter"]["story"]
    assert (other["state"], other["refusal"]["code"]) == ("refused", "language/172")


@pytest.mark.long
async def test_prover__plays_on_from_the_tree_that_a_chain_keeps() -> None:
    """Of a published definition there is no text, and the steps that break a promise are found all the same."""
    before = read_pack(LOAN)
    text = later()
    tree = process.Before(before.definition.to_json(), "tree")
    found = await process.prove(text, lambda *_: None, seconds=60, memory_bytes=2 << 30, before=tree)
    assert found["proved"]["report"]["before"]["definition_sm3"] == prove(before, only=()).definition_sm3
    assert "upgrades: loan-2.yaml" in json.dumps(msgspec.to_builtins(found["proved"]["report"]))


async def test_proof__one_for_each_caller_others_wait_and_all_can_be_ended(tmp_path: Path) -> None:
    async with (
        running(tmp_path, "proofs_waiting_max = 1") as gateway,
        caller(gateway, tmp_path, "org1") as one,
        caller(gateway, tmp_path, "org2") as two,
        caller(gateway, tmp_path, "org3") as three,
    ):
        first = (await hand_in(one, LONG)).json()
        again = await hand_in(one, SOUND)
        second = (await hand_in(two, SOUND)).json()
        full = await hand_in(three, SOUND)
        strange = [await two.get(f"/v1/proofs/{first['id']}"), await two.delete(f"/v1/proofs/{first['id']}")]
        await until(lambda: len(provers(gateway)) == 1)
        before = provers(gateway)
        waits = (await two.get(f"/v1/proofs/{second['id']}")).json()
        ended = (await one.delete(f"/v1/proofs/{first['id']}")).json()
        after = provers(gateway)
        done = await over(two, second["id"])
    assert (again.status_code, again.json()["code"], again.json()["fields"]) == (409, "gateway/52", {"id": first["id"]})
    assert (second["state"], second["place"], waits["place"]) == ("waiting", 1, 1)
    assert (full.status_code, full.json()["code"], full.headers["retry-after"]) == (429, "gateway/53", "30")
    assert [each.json()["code"] for each in strange] == ["gateway/54"] * 2
    assert (ended["state"], done["state"]) == ("ended", "done")
    assert not before & after


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_proof__ends_with_the_gateway(tmp_path: Path, number: signal.Signals) -> None:
    async with running(tmp_path) as gateway, caller(gateway, tmp_path, "org1") as http:
        assert (await hand_in(http, LONG)).status_code == 202
        await until(lambda: len(provers(gateway)) == 1)
        gateway.process.send_signal(number)
        await asyncio.to_thread(gateway.process.wait, 10)
        await until(lambda: not provers(gateway))
    assert "Traceback" not in (tmp_path / "gateway.log").read_text()


@pytest.mark.parametrize(
    ("settings", "code", "fields"),
    [
        ("proof_s = 1", "gateway/55", {"seconds": 1}),
        ("proof_memory_bytes = 134217728", "gateway/56", {"mebibytes": 128}),
    ],
)
async def test_proof__out_of_time_or_memory_says_so(tmp_path: Path, settings: str, code: str, fields: dict[str, int]) -> None:
    async with running(tmp_path, settings) as gateway, caller(gateway, tmp_path, "org1") as http:
        job = await over(http, (await hand_in(http, LONG)).json()["id"])
    assert (job["state"], job["refusal"]["code"], job["refusal"]["fields"]) == ("failed", code, fields)
    assert "report" not in job


async def test_proof__asks_who_comes_and_takes_yaml_of_a_bounded_size(client: Make, tmp_path: Path) -> None:
    token = issue_token(tmp_path / "tokens.json", "org1", int(time.time()) + 600)
    signed = {"Authorization": f"Bearer {token}"}
    async with client() as http:
        nobody = await http.post("/v1/proofs", content=b"a: b", headers=YAML)
        media = await http.post("/v1/proofs", content=b"{}", headers=signed | {"Content-Type": "application/json"})
        large = await http.post("/v1/proofs", content=b"#" * (256 * 1024 + 1), headers=signed | YAML)
        empty = await http.post("/v1/proofs", content=b"", headers=signed | YAML)
        none = await http.get("/v1/proofs/nothing", headers=signed)
        unknown = await http.post(f"/v1/proofs?from={'ab' * 32}", content=b"a: b", headers=signed | YAML)
        bad = await http.post("/v1/proofs?from=1", content=b"a: b", headers=signed | YAML)
        long = await http.post("/v1/proofs", content=b"a: b\n---\n" + b"#" * (256 * 1024 + 1), headers=signed | YAML)
    answers = [(each.status_code, each.json()["code"]) for each in (nobody, media, large, none)]
    assert answers == [(401, "gateway/25"), (415, "gateway/17"), (413, "gateway/3"), (404, "gateway/54")]
    assert empty.status_code == 400
    assert [(each.status_code, each.json()["code"]) for each in (unknown, bad, long)] == [
        (404, "gateway/33"),
        (400, "gateway/10"),
        (413, "gateway/3"),
    ]


async def test_results__are_kept_for_a_while_and_a_few_of_each(monkeypatch: pytest.MonkeyPatch) -> None:
    async def at_once(*_: object, **__: object) -> dict[str, Any]:
        return {"proved": {"verdict": "proved"}}

    monkeypatch.setattr(desk, "prove", at_once)
    now = [0.0]
    proofs = Proofs(Settings(proofs_kept_max=5), lambda: now[0])

    async def one(party: str) -> str:
        made = proofs.ask(party, b"")
        await until(lambda: not made.is_going and made.task is None)
        now[0] += 1
        return made.id

    def kept(party: str, names: list[str]) -> list[str]:
        found = []
        for name in names:
            try:
                found.append(proofs.find(party, name).id)
            except NoSuchProof:
                continue
        return found

    ours = [await one("org1") for _ in range(6)]
    assert kept("org1", ours) == ours[2:]
    others = [await one("org2") for _ in range(3)]
    assert (kept("org1", ours), kept("org2", others)) == (ours[4:], others)
    now[0] = 3600 + 7
    assert (kept("org1", ours), kept("org2", others)) == ([], others[1:])
    await proofs.close()


async def test_desk__holds_its_bounds_and_closes(monkeypatch: pytest.MonkeyPatch) -> None:
    async def for_ever(*_: object, **__: object) -> dict[str, Any]:
        await asyncio.sleep(3600)
        return {}

    monkeypatch.setattr(desk, "prove", for_ever)
    proofs = Proofs(Settings(proofs_at_once=2, proofs_waiting_max=2))
    made = [proofs.ask(f"org{number}", b"") for number in range(4)]
    assert [proofs.place(each) for each in made] == [0, 0, 1, 2]
    with pytest.raises(ProofRuns):
        proofs.ask("org3", b"")
    with pytest.raises(ProofsFull):
        proofs.ask("org9", b"")
    assert (await proofs.end("org2", made[2].id)).state == "ended"
    assert [proofs.place(each) for each in made] == [0, 0, 0, 1]
    assert (await proofs.end("org0", made[0].id)).state == "ended"
    assert made[3].state == "running"
    await proofs.close()
    assert not proofs.find("org3", made[3].id).is_going


async def test_prover__that_breaks_off_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_PROVER", "zhulian.no_such_module")
    with pytest.raises(ProofBroken) as broken:
        await process.prove(b"a: b", lambda *_: None, seconds=20, memory_bytes=1 << 30)
    assert isinstance(broken.value, Refusal)
    assert broken.value.status == 1


@pytest.mark.parametrize("why", ["out of memory", "max. memory exceeded"])
def test_solver__out_of_memory_is_no_verdict(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    checked = read_pack(SEAL)
    monkeypatch.setattr(solving.z3.Solver, "check", lambda self: solving.z3.unknown)
    monkeypatch.setattr(solving.z3.Solver, "reason_unknown", lambda self: why)
    with pytest.raises(MemoryError):
        prove(checked)
