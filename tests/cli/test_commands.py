"""Every other command once through the real node, in both languages where it says something."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client import connect
from zhulian.home import Home


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three files that no other test deposits."""
    paths = [tmp_path / f"{tmp_path.name}-{number}.txt" for number in range(3)]
    for path in paths:
        path.write_text(path.name)
    return paths


def test_status_and_readers(run: Run, at_home: LiveNode, files: list[Path]) -> None:
    done = run("evidence", "deposit", *files, "--json", "--no-certificate").document["deposits"]
    assert run("status", "--json").document["accepting"]
    assert "正在受理" in run("status", "--lang", "zh").out
    height = done[0]["height"]
    block = run("block", str(height), "--json").document
    assert done[0]["transaction"] in [each["result"]["transaction"] for each in block["transactions"]]
    assert str(height) in run("block", str(height), "--lang", "zh").out
    assert block["digest"] in run("block", "--limit", "100").out
    assert run("tx", done[0]["transaction"], "--json").document["height"] == height
    assert "已生效" in run("tx", done[0]["transaction"], "--lang", "zh").out
    assert run("tx", done[0]["transaction"], "--receipt", "--json").document["header"]["height"] == height
    key = ("evidence/deposits", done[0]["deposit"], "org1")
    assert run("state", *key, "--json").document["value"]["transaction"] == done[0]["transaction"]
    assert "不存在" in run("state", "evidence/deposits", "00" * 32, "org1", "--lang", "zh").out
    assert run("state", "evidence/deposits", "--list", "--prefix", done[0]["deposit"], "--json").document["items"][0][
        "key"
    ] == list(key)
    assert run("tx", "00" * 32).status == 1
    events = [json.loads(line) for line in run("events", "--after", str(height - 1), "--count", "1", "--json").out.splitlines()]
    assert events[0]["height"] == height
    assert "evidence.deposited" in run("events", "--after", str(height - 1), "--count", "1").out


def test_deposit__what_fails_is_named_and_the_rest_is_done(run: Run, at_home: LiveNode, files: list[Path]) -> None:
    files[1].chmod(0)
    done = run("evidence", "deposit", *files, "--no-certificate", "--source", "hearsay")
    assert (done.status, done.err[:5]) == (2, "cli/4")
    files[1].unlink()
    files[1].symlink_to("/proc/self/mem")  # is there, and cannot be read
    done = run("evidence", "deposit", *files, "--no-certificate", "--lang", "zh")
    assert done.status == 1
    assert "3 个文件中有 1 个" in done.err
    assert "client/13" in done.out
    as_json = run("evidence", "deposit", *files, "--no-certificate", "--json")
    assert as_json.status == 1
    assert [each.get("found", each.get("refused", {}).get("code")) for each in as_json.document["deposits"]] == [
        True,
        "client/13",
        True,
    ]
    assert files[0].with_name(files[0].name + ".receipt.json").exists()
    assert files[2].with_name(files[2].name + ".receipt.json").exists()


def test_batch__pack_and_extract(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    folder = tmp_path / "卷宗"
    for number in range(40):
        path = folder / f"part{number % 3}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{tmp_path.name} {number}")
    done = run("evidence", "deposit", folder, "--batch", "--json")
    assert done.status == 0, done
    assert done.document["batches"][0]["count"] == 40
    pack = tmp_path / "卷宗.receipts"
    wanted = folder / "part1" / "13.txt"
    assert run("evidence", "extract", pack, wanted).status == 0
    verified = run("verify", wanted, "--lang", "zh")
    assert verified.status == 0
    assert "批量存证（共 40 个文件）" in verified.out
    wanted.write_text("changed")
    assert run("verify", wanted).status == 1
    changed = run("evidence", "extract", pack, wanted)
    assert (changed.status, changed.err[:9]) == (1, "client/11")
    assert "此前已批量存证" not in run("evidence", "deposit", folder, "--batch", "--lang", "zh").out


def test_witness_and_withdraw(run: Run, at_home: LiveNode, files: list[Path]) -> None:
    done = run("evidence", "deposit", files[0], "--json", "--no-certificate").document["deposits"][0]
    receipt = files[0].with_name(files[0].name + ".receipt.json")
    assert run("evidence", "witness", receipt, "--as", "org2.clerk", "--report", files[1]).status == 0
    assert run("evidence", "witness", done["deposit"], "--party", "org1", "--as", "org3.clerk", "--kind", "examined").status == 0
    shown = run("evidence", "show", files[0], "--lang", "zh").out
    assert "见证：org2，已复算" in shown
    assert "见证：org3，已鉴定" in shown
    own = run("evidence", "witness", receipt)
    assert (own.status, own.err[:10]) == (1, "evidence/6")
    assert run("evidence", "withdraw", receipt, "--reason", "mistaken").status == 0
    assert "mistaken" in run("evidence", "show", files[0]).out


def test_identity__enrol_renew_revoke(run: Run, at_home: LiveNode, files: list[Path]) -> None:
    home = Home(at_home.home)
    assert run("identity", "enrol", "org1.o9", "--duty", "voter", "--lang", "zh").status == 0
    assert "org1.o9" in home.signers()
    assert run("evidence", "deposit", files[0], "--as", "org1.o9", "--no-certificate").status == 0
    before = (home.keys / "org1.o9.key.json").read_bytes()
    assert run("identity", "renew", "org1.o9").status == 0
    assert (home.keys / "org1.o9.key.json").read_bytes() != before
    assert run("evidence", "deposit", files[1], "--as", "org1.o9", "--no-certificate").status == 0
    listed = run("identity", "list", "--json").document
    (signer,) = [each for each in listed["signers"] if each["signer"] == "org1.o9"]
    assert len(signer["keys"]) == 2
    assert run("identity", "revoke", "org1.o9", "--reason", "departed").status == 0
    assert run("evidence", "deposit", files[2], "--as", "org1.o9", "--no-certificate").status == 1
    assert "已吊销" in run("identity", "list", "--lang", "zh").out


def test_govern__propose_vote_list(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    actions = tmp_path / "actions.json"
    actions.write_text(json.dumps({"type": "govern.set_workdays", "workdays": {"holidays": ["2027-01-01"], "worked": []}}))
    proposal = run("govern", "propose", actions, "--as", "org1.admin", "--json").document["proposal"]
    assert "表决中" in run("govern", "vote", proposal, "yes", "--as", "org2.admin", "--lang", "zh").out
    assert run("govern", "vote", proposal, "yes", "--as", "org3.admin", "--json").document["status"] == "passed"
    (listed,) = [each for each in run("govern", "list", "--json").document["proposals"] if each["proposal"] == proposal]
    assert listed["status"] == "passed"
    assert "已通过" in run("govern", "list", "--lang", "zh").out
    actions.write_text("3")
    assert run("govern", "propose", actions).status == 2


def test_certificate__is_made_again(run: Run, at_home: LiveNode, files: list[Path]) -> None:
    run("evidence", "deposit", files[0], "--no-certificate")
    receipt = files[0].with_name(files[0].name + ".receipt.json")
    done = run("certificate", receipt, "--lang", "zh")
    assert done.status == 0
    assert files[0].with_name(files[0].name + ".certificate.html").exists()


def test_run__a_second_node_on_the_home_is_refused(run: Run, at_home: LiveNode) -> None:
    done = run("run", "--port", "0")
    assert done.status in (1, 2)
    assert done.err.startswith("node/")


def test_doctor__refuses_a_running_node(run: Run, at_home: LiveNode) -> None:
    done = run("doctor")
    assert done.status in (1, 2)
    assert done.err.startswith("node/")


@pytest.mark.parametrize("name", ["ledger", "crypto"])
def test_bench__shows_the_figures_by_name(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    asked_for: list[dict[str, object]] = []
    monkeypatch.setattr(
        f"zhulian.assure.bench_{name}.run",
        lambda seconds, **asked: asked_for.append(asked) or {"committed_per_s": 1234.5, "light": {"seconds": seconds}},
    )
    assert run("bench", name, "--seconds", "7", "--json").document == {"committed_per_s": 1234.5, "light": {"seconds": 7}}
    assert asked_for == [{"paths": True} if name == "crypto" else {}]
    assert run("bench", name, "--seconds", "7").out == "committed_per_s: 1,234.5\nlight.seconds: 7\n"


def test_bench_scenario__says_how_many_records(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhulian.assure.bench_scenario.run", lambda seconds, records: {"records": records, "seconds": seconds})
    assert run("bench", "scenario", "--seconds", "7", "--records", "9", "--json").document == {"records": 9, "seconds": 7}


def test_bench_tree__says_how_many_keys(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhulian.assure.bench_tree.run", lambda seconds, keys: {"keys": keys, "seconds": seconds})
    assert run("bench", "tree", "--seconds", "7", "--keys", "20000", "--json").document == {"keys": 20_000, "seconds": 7}


def test_sdk__many_threads_share_one_chain(at_home: LiveNode, tmp_path: Path) -> None:
    files = [tmp_path / f"{tmp_path.name}-{number}" for number in range(24)]
    for path in files:
        path.write_text(path.name)
    url = json.loads((at_home.home / "run" / "node.json").read_text())["url"]
    with connect(url, "org2.clerk", home=at_home.home) as chain, ThreadPoolExecutor(8) as pool:
        done = list(pool.map(chain.evidence.deposit, files))
        assert [each.path for each in done] == [str(path) for path in files]
        assert all(each.receipt.proved.applied and not each.found for each in done)
        assert chain.core.journal.open_intents(chain.core.chain) == []


def test_identity__an_interrupted_enrolment_goes_on_with_the_same_key(
    run: Run, at_home: LiveNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(at_home.home)

    def crash(home: Home, name: str, certificates: object) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("zhulian.network.renewing.take_up", crash)
        assert run("identity", "enrol", "org1.o10").status == 130
    kept = (home.keys / "next" / "org1.o10.key.json").read_bytes()
    assert "org1.o10" not in home.signers()
    again = run("identity", "enrol", "org1.o10")
    assert again.status == 0, again
    assert (home.keys / "org1.o10.key.json").read_bytes() == kept
