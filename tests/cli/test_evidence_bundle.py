"""Evidence for a court: witnessed, put into one bundle with its whole trail, and verified where there is no network."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run

PACK = Path(__file__).parents[2] / "src" / "zhulian" / "scenarios" / "evidence_court"
APP = "hz-court"
TRAIL = f"{APP}/exhibit/org2/ZJ-0001"


@pytest.fixture
def desk(at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the genesis, a contract and a photograph."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "genesis.json").write_bytes((at_home.home / "genesis.json").read_bytes())
    (tmp_path / "contract.txt").write_bytes((PACK / "files" / "contract.txt").read_bytes())
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff" + b"photo" * 200)
    return tmp_path


def act(run: Run, *words: str) -> None:
    done = run("app", APP, *words)
    assert done.status == 0, done.err


def altered(path: Path, change: Callable[[str, bytes], bytes | None], out: str) -> Path:
    """The bundle with every part as `change` makes it; None leaves it out."""
    target = path.with_name(out)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
    return target


def _other_harm(offline: Callable[[str | Path], tuple[int, dict[str, Any], str]]) -> None:
    # A witness of something else, and bundles that are none.
    with zipfile.ZipFile("case.zip") as archive:
        trail = json.loads(archive.read("trails/1.json"))["fact"]
    other = altered(
        Path("case.zip"), lambda name, data: json.dumps(trail).encode() if name.startswith("witnesses/") else data, "o.zip"
    )
    assert [each["kind"] for each in offline(other)[1]["items"] if not each["holds"]] == ["witness"]
    for harm in (
        lambda name, data: None if name.startswith("receipts/") else data,
        lambda name, data: data.replace(b"evidence-bundle/1", b"evidence-bundle/9") if name == "manifest.json" else data,
        lambda name, data: data.replace(b'"chain": "', b'"chain": "x') if name == "manifest.json" else data,
        lambda name, data: b'["zhulian/evidence-bundle/1"]' if name == "manifest.json" else data,
    ):
        status, told, _ = offline(altered(Path("case.zip"), harm, "bad.zip"))
        assert (status, told["refused"]["code"]) == (1, "client/211")
    cut = Path("cut.zip")
    cut.write_bytes(Path("case.zip").read_bytes()[:-40])
    assert offline(cut)[0] != 0


def test_court__verifies_each_item_offline_and_finds_what_was_changed(
    run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("scenario", "publish", PACK / "scenario.yaml").status == 0
    assert run("scenario", "open", "evidence_court", "--as", APP).status == 0
    for role, party in (("court", "org1"), ("litigant", "org2"), ("notary", "org3")):
        act(run, "admit", role, party)
    act(run, "register_exhibit", "number=ZJ-0001", "kind=electronic", "file=@contract.txt", "--as", "org2.clerk")
    act(run, "deposit_exhibit", "org2", "ZJ-0001", "--as", "org2.clerk")
    early = run("app", APP, "history", "exhibit", "org2", "ZJ-0001", "--out", ".", "--json")
    assert early.status == 0, early.err
    act(run, "recompute", "org2", "ZJ-0001", "--as", "org3.clerk")
    assert run("evidence", "deposit", "photo.jpg", "--as", "org2.clerk", "--no-certificate").status == 0
    assert run("evidence", "witness", "photo.jpg.receipt.json", "--as", "org3.clerk").status == 0
    (opening,) = [str(each) for each in desk.glob("*.opening.json")]

    made = run("evidence", "bundle", "contract.txt", "photo.jpg", "--opening", opening, "--trail", TRAIL, "--out", "case.zip")
    assert made.status == 0, made.err

    def offline(path: str | Path) -> tuple[int, dict[str, Any], str]:
        with monkeypatch.context() as patch:
            patch.setenv("ZHULIAN_HOME", "/nonexistent")
            done = run("verify", path, "--genesis", "genesis.json", "--json")
        return done.status, json.loads(done.out) if done.out.strip() else {}, done.err

    status, told, _ = offline("case.zip")
    assert (status, told["valid"]) == (0, True), json.dumps(told["items"], ensure_ascii=False)
    assert [(each["kind"], each["holds"]) for each in told["items"]] == [
        ("trail", True), ("original", True), ("original", True), ("witness", True),
    ]  # fmt: skip
    assert told["items"][0]["causes"] == ["register_exhibit", "deposit_exhibit", "recompute"]
    shown = run("verify", "case.zip", "--genesis", "genesis.json")
    assert "whole with 3 events" in shown.out

    # A changed original, and another photograph.
    for part in ("contract.txt", "photo.jpg"):
        changed = altered(
            Path("case.zip"), lambda name, data, part=part: data + b" " if name.endswith(part) else data, "changed.zip"
        )
        status, told, _ = offline(changed)
        assert (status, told["valid"]) == (1, False)
        assert [each["name"].partition("-")[2] for each in told["items"] if not each["holds"]] == [part]
    assert "DOES NOT HOLD: original" in run("verify", "changed.zip", "--genesis", "genesis.json").out

    # Only the good half of the history: an event left out, or the count with it.
    def halve(name: str, data: bytes) -> bytes:
        found = json.loads(data) if name.startswith("trails/") else None
        if found is None:
            return data
        found["events"] = found["events"][:-1]
        return json.dumps(found).encode()

    status, told, _ = offline(altered(Path("case.zip"), halve, "half.zip"))
    assert (status, [each["kind"] for each in told["items"] if not each["holds"]]) == (
        1,
        ["trail", "original"],
    )  # which that trail was to show

    _other_harm(offline)
    assert run("evidence", "bundle", "contract.txt", "--trail", "nonsense").err.startswith("cli/")
