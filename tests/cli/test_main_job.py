"""The main job through the real node: deposit, verify with nothing but the files, tamper with everything, survive kill -9."""

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian import canonical
from zhulian.crypto import suite
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.merkle import ProofFault


@pytest.fixture(scope="session")
def deposited(live: LiveNode, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a court gets it: originals, receipts, genesis."""
    folder = tmp_path_factory.mktemp("court")
    (folder / "合同.txt").write_text("合同编号：2026-0001\n", encoding="utf-8")
    (folder / "scan.bin").write_bytes(os.urandom(70_000))
    for words in (["合同.txt"], ["--public", "scan.bin"]):
        command = [sys.executable, "-m", "zhulian.cli.main", "evidence", "deposit", *words]
        done = subprocess.run(command, cwd=folder, env=live.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    shutil.copy(live.home / "genesis.json", folder)
    return folder


@pytest.fixture
def court(deposited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder where no home is."""
    folder = tmp_path / "court"
    shutil.copytree(deposited, folder)
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path / "nobody"))
    monkeypatch.chdir(folder)
    return folder


def _leaves(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else None
    if pairs is None:
        yield path, node
        return
    yield path, node
    for key, value in pairs:
        yield from _leaves(value, (*path, key))


def _changed(value: Any) -> Iterator[Any]:
    """Values that differ from `value`, of its type and of others."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield str(value)
    elif isinstance(value, str):
        yield value[:-1] + ("0" if value[-1:] != "0" else "1")
        yield value + "0"
        yield value.upper() if value.upper() != value else value[1:]
    elif isinstance(value, list):
        yield [*value, *(value[:1] if len(value) > 1 else [0])]
        yield value[:-1] if value else [0]
    elif isinstance(value, dict):
        yield {**value, "added": 0}
        yield {key: value[key] for key in list(value)[1:]} if value else {"added": 0}
    yield None


def _tampered(document: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for path, value in _leaves(document):
        for other in _changed(value):
            if other == value:
                continue
            if not path:
                yield path, other
                continue
            copied = copy.deepcopy(document)
            at = copied
            for key in path[:-1]:
                at = at[key]
            at[path[-1]] = other
            yield path, copied


@pytest.mark.parametrize("language", ["zh", "en"])
def test_verify__says_who_when_what_where_and_on_what_it_rests(run: Run, court: Path, language: str) -> None:
    told = run("verify", "合同.txt", "--json").document
    assert told["signers"][0]["signer"] == "org1.clerk"
    assert told["digest"] == suite("gm").digest((court / "合同.txt").read_bytes()).hex()
    assert told["not_before_ms"] <= told["not_after_ms"]
    done = run("verify", "合同.txt", "--lang", language, "--genesis-digest", told["genesis_digest"])
    assert done.status == 0
    sayings = {
        "zh": ("核验通过", "示例企业", "不早于", "只有一个签章节点"),
        "en": ("The proof holds", "Sample Enterprise", "not before", "A single sealer"),
    }
    for each in (*sayings[language], told["genesis_digest"], told["transaction"], told["digest"], f"{told['height']}"):
        assert each in done.out


def test_verify__a_public_deposit_needs_no_opening(run: Run, court: Path) -> None:
    assert "opening" not in json.loads((court / "scan.bin.receipt.json").read_text())
    assert run("verify", "scan.bin").status == 0


@pytest.mark.parametrize("name", ["合同.txt", "scan.bin"])
def test_verify__every_single_change_of_a_receipt_is_refused(court: Path, name: str) -> None:
    trusted = trust((court / "genesis.json").read_bytes())
    digest = suite("gm").digest((court / name).read_bytes())
    document = canonical.read((court / f"{name}.receipt.json").read_bytes())
    assert verify_receipt(document, trusted, file_digest=digest).applied
    count = 0
    for path, other in _tampered(document):
        count += 1
        with pytest.raises(ProofFault) as no:
            verify_receipt(other, trusted, file_digest=digest)
        assert no.value.part, path
    assert count > 150


def test_verify__every_single_change_of_the_genesis_is_refused(court: Path) -> None:
    digest = suite("gm").digest((court / "合同.txt").read_bytes())
    receipt = canonical.read((court / "合同.txt.receipt.json").read_bytes())
    genesis = canonical.read((court / "genesis.json").read_bytes())
    for path, other in _tampered(genesis):
        with pytest.raises(ProofFault):
            verify_receipt(receipt, trust(canonical.encode(other)), file_digest=digest)
        _ = path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_verify__the_command_names_the_part_and_exits_1(run: Run, court: Path, language: str) -> None:
    receipt = court / "合同.txt.receipt.json"
    document = json.loads(receipt.read_text(encoding="utf-8"))
    tampered = list(_tampered(document))
    for path, other in tampered[:: len(tampered) // 12]:
        receipt.write_text(json.dumps(other), encoding="utf-8")
        done = run("verify", "合同.txt", "--lang", language)
        assert (done.status, done.out, done.err.count("\n")) == (1, "", 1), path
    receipt.write_text(json.dumps(document), encoding="utf-8")
    cases = {
        "file": lambda: (court / "合同.txt").write_bytes("合同编号：2026-0002\n".encode()),
        "genesis": lambda: (court / "genesis.json").write_bytes(
            (court / "genesis.json").read_bytes().replace(b"zl-demo", b"zl-dema")
        ),
    }
    for change in cases.values():
        change()
        assert run("verify", "合同.txt", "--lang", language).status == 1


def test_verify__another_files_receipt_and_damaged_files(run: Run, court: Path) -> None:
    assert run("verify", "合同.txt", "--receipt", "scan.bin.receipt.json").status == 1
    for text in (b"", b"{", b"[]", b"null", b'{"format":1.5}', b"\xff\xfe", b"[" * 100_000):
        (court / "bad.json").write_bytes(text)
        assert run("verify", "合同.txt", "--receipt", "bad.json").status == 1, text[:10]
        assert run("verify", "合同.txt", "--genesis", "bad.json").status == 1, text[:10]
        assert run("verify", "合同.txt", "--checkpoint", "bad.json").status == 1, text[:10]
    assert run("verify", "合同.txt", "--genesis-digest", "00" * 32).status == 1
    assert run("verify", "合同.txt", "--genesis", "missing.json").status == 2
    assert run("verify", "missing").status == 2


def test_deposit__again_finds_it_and_remakes_the_same_receipt(
    run: Run, at_home: LiveNode, deposited: Path, tmp_path: Path
) -> None:
    shutil.copy(deposited / "合同.txt", tmp_path / "copy.txt")
    again = run("evidence", "deposit", tmp_path / "copy.txt", "--json", "--no-certificate")
    assert again.status == 0
    assert again.document["deposits"][0]["found"]
    assert (tmp_path / "copy.txt.receipt.json").read_bytes() == (deposited / "合同.txt.receipt.json").read_bytes()
    assert "此前已存证" in run("evidence", "deposit", tmp_path / "copy.txt", "--no-certificate", "--lang", "zh").out


def test_deposit__certificates_lie_beside_the_file(deposited: Path) -> None:
    assert (deposited / "合同.txt.certificate.html").stat().st_size > 10_000


def test_doctor_show_and_receipt__after_kill_9(run: Run, at_home: LiveNode, deposited: Path, tmp_path: Path) -> None:
    at_home.stop(signal.SIGKILL)
    sound = run("doctor", "--json")
    assert (sound.status, sound.document["sound"]) == (0, True)
    genesis = (at_home.home / "genesis.json").read_bytes()
    (at_home.home / "genesis.json").write_bytes(genesis.replace(b'"name":"zl-demo"', b'"name":"zl-dema"'))
    other = run("doctor", "--quick", "--lang", "zh")
    assert other.status == 1
    assert "请勿删除" in other.out
    (at_home.home / "genesis.json").write_bytes(genesis)
    at_home.start()
    shown = run("evidence", "show", deposited / "合同.txt", "--json")
    assert shown.status == 0
    assert shown.document["record"]["signers"] == ["org1.clerk"]
    shutil.copy(deposited / "合同.txt", tmp_path / "合同.txt")
    assert run("evidence", "receipt", tmp_path / "合同.txt", "--no-certificate").status == 0
    assert (tmp_path / "合同.txt.receipt.json").read_bytes() == (deposited / "合同.txt.receipt.json").read_bytes()
    (tmp_path / "never.txt").write_bytes(b"never deposited")
    missing = run("evidence", "show", tmp_path / "never.txt")
    assert (missing.status, missing.err[:8]) == (1, "client/6")
