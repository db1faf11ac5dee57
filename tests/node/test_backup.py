"""Backups: made while the node runs, taken up where they were cut off, put back whole or not at all, and never against the seal log."""

import asyncio
import io
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.node.conftest import Author, _until_accepting
from zhulian import canonical
from zhulian.crypto import PassphraseEmpty, WrongPassphrase, suite
from zhulian.home import Home
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.node.archive import Made, back_up, making, restore, restore_ledger
from zhulian.node.archive.form import LIST, BadBackup, decode_contents, head_of, padding, safe_name, start_of
from zhulian.node.archive.making import BackupExists, CannotBackUp, staging_of
from zhulian.node.archive.restoring import HomeNotEmpty
from zhulian.node.doctor import examine
from zhulian.node.errors import SealLogMissing

Run = Callable[[Home, Callable[[Any], Any]], Any]


def _quiet(_: int) -> None:
    return


def _made(home: Home, target: Path, passphrase: str | None = "a passphrase") -> Made:
    return back_up(home, target, passphrase, _quiet, _quiet)


@pytest.fixture
def run(start_ledger: Any, until_accepting: Any) -> Run:
    """Runs the ledger process of a home while a client's work goes on; answers what that does."""

    def with_node(home: Home, work: Callable[[Any], Any]) -> Any:
        process = start_ledger(home)

        async def main() -> Any:
            client, _ = await until_accepting(home, process)
            try:
                return await work(client)
            finally:
                await client.close()
                process.terminate()
                await asyncio.to_thread(process.wait, 20)

        return asyncio.run(main())

    return with_node


def _deposit(author: Author, count: int) -> Callable[[Any], Any]:
    async def work(client: Any) -> list[str]:
        return [(await client.submit([author.deposit()[1]], "sealed"))[0]["transaction"] for _ in range(count)]

    return work


def _client_files(home: Home) -> None:
    home.client.mkdir(exist_ok=True)
    (home.client / "secret").write_bytes(b"salts come from this")
    with sqlite3.connect(home.client / "journal.sqlite") as journal:
        journal.execute("create table intents (id text)")
    journal.close()


def test_backup_while_running__goes_to_another_machine_which_asks_for_the_seal_log(
    home: Home, author: Author, run: Run, tmp_path: Path
) -> None:
    _client_files(home)

    async def work(client: Any) -> tuple[list[str], list[str], Made]:
        before = await _deposit(author, 3)(client)
        loading = asyncio.create_task(_deposit(author, 30)(client))
        made = await asyncio.to_thread(_made, home, tmp_path / "backup.tar")
        return before, await loading, made

    before, _, made = run(home, work)
    assert made.height >= 3
    assert made.has_keys
    assert not staging_of(home).exists()
    there = Home(tmp_path / "other")
    found = restore(tmp_path / "backup.tar", there, "a passphrase", _quiet, _quiet)
    assert (found.height, found.header, found.keys) == (made.height, made.header, True)
    assert not there.passphrase_file.exists()
    assert not there.seal_log.exists()
    assert {each.name for each in there.keys.iterdir()} == {each.name for each in home.keys.iterdir()}
    assert (there.client / "secret").read_bytes() == b"salts come from this"
    with sqlite3.connect(there.client / "journal.sqlite") as journal:
        assert journal.execute("select count(*) from intents").fetchone() == (0,)
    journal.close()
    shutil.copy(home.passphrase_file, there.passphrase_file)
    process_says = _refused(there)
    assert process_says["code"] == SealLogMissing.code, "nobody knows what was sealed since"
    shutil.copy(home.seal_log, there.seal_log)
    assert _refused(there)["code"] == "seal/1", "the log is newer than the data: two histories would begin"
    there.seal_log.unlink()
    trusted = trust(there.genesis_bytes())

    async def look(client: Any) -> None:
        for each in await client.receipts(before):
            verify_receipt(each["receipt"], trusted)
        assert await _deposit(author, 1)(client)

    _run_confirmed(there, look)
    assert examine(there).sound


def _refused(home: Home) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "zhulian.node.ledger_process", str(home.root)], capture_output=True, timeout=30, check=False
    )
    assert ended.returncode == 3
    found: dict[str, Any] = msgspec.json.decode(ended.stderr.splitlines()[-1])
    return found


def _run_confirmed(home: Home, work: Callable[[Any], Any]) -> None:
    """Run the node of a home whose seal log is lost, as a person confirms."""
    with subprocess.Popen(
        [sys.executable, "-m", "zhulian.node.ledger_process", str(home.root), "--new-seal-log"], stderr=subprocess.PIPE
    ) as process:

        async def main() -> None:
            client, _ = await _until_accepting(home, process)
            try:
                await work(client)
            finally:
                await client.close()

        try:
            asyncio.run(main())
        finally:
            process.terminate()
            process.wait(20)


def test_older_ledger__is_put_back_and_the_seal_log_keeps_the_node_from_going_on(
    home: Home, author: Author, run: Run, tmp_path: Path
) -> None:
    run(home, _deposit(author, 2))
    made = _made(home, tmp_path / "old.tar", None)
    assert (made.height, made.has_keys) == (2, False)
    run(home, _deposit(author, 2))
    found = restore_ledger(tmp_path / "old.tar", home, _quiet, _quiet)
    assert found.height == 2
    assert _refused(home)["code"] == "seal/1"
    aside = next(home.database.parent.glob("db.before-*"))
    shutil.rmtree(home.database)
    aside.rename(home.database)
    run(home, _deposit(author, 1))


def test_backup__is_taken_up_where_it_was_cut_off(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tmp_path / "backup.tar"
    seen = 0

    def full(size: int) -> None:
        nonlocal seen
        seen += 1
        if seen == 4:
            raise OSError(28, "No space left on device")

    with pytest.raises(CannotBackUp, match="No space left"):
        back_up(home, whole, None, full, _quiet)
    part = whole.with_name("backup.tar.part")
    size = part.stat().st_size
    (home.root / "config.toml").write_text("# changed meanwhile\n", encoding="utf-8")
    monkeypatch.setattr(making, "_stage", lambda *given: pytest.fail("the staged copy is used"))
    back_up(home, whole, None, _quiet, _quiet)
    assert whole.stat().st_size > size
    assert not part.exists()
    there = Home(tmp_path / "there")
    restore(whole, there, None, _quiet, _quiet)
    assert "changed meanwhile" not in there.config_file.read_text(encoding="utf-8"), "it is of one moment"
    with pytest.raises(BackupExists):
        _made(home, whole)


def test_keys__open_with_their_passphrase_alone(home: Home, tmp_path: Path) -> None:
    _made(home, tmp_path / "backup.tar")
    with pytest.raises(WrongPassphrase):
        restore(tmp_path / "backup.tar", Home(tmp_path / "one"), "another", _quiet, _quiet)
    without = Home(tmp_path / "two")
    assert not restore(tmp_path / "backup.tar", without, None, _quiet, _quiet).keys
    assert not without.keys.exists()
    assert not list(without.root.rglob("secret.sealed"))
    with pytest.raises(PassphraseEmpty):
        _made(home, tmp_path / "other.tar", "")
    data = (tmp_path / "backup.tar").read_bytes()
    for each in home.keys.iterdir():
        assert each.read_bytes() not in data
    with pytest.raises(HomeNotEmpty):
        restore(tmp_path / "backup.tar", home, None, _quiet, _quiet)


@pytest.mark.parametrize("part", ["list", "file", "end", "more", "order", "head"])
def test_damaged_backup__is_refused_and_nothing_is_put_in_place(home: Home, tmp_path: Path, part: str) -> None:
    whole = tmp_path / "backup.tar"
    _made(home, whole)
    data = bytearray(whole.read_bytes())
    listed = decode_contents(data[512 : data.index(b"]}", 512) + 2], whole)
    second = data.index(head_of(listed.files[1].name, listed.files[1].size))
    match part:
        case "list":
            data[600] ^= 1
        case "file":
            data[second + 512] ^= 1
        case "end":
            del data[-600:]
        case "more":
            data += b"x" * 10
        case "order":
            del data[second : second + 512 + listed.files[1].size + len(padding(listed.files[1].size))]
        case "head":
            data[second + 150] ^= 1
    whole.write_bytes(data)
    there = Home(tmp_path / "there")
    with pytest.raises(BadBackup):
        restore(whole, there, None, _quiet, _quiet)
    assert not there.root.exists()


@pytest.mark.parametrize(
    "name", ["../out", "/etc/x", "a/../../x", "a//b", "./a", "a/.", "..", "", "a\\b", "a\nb", "a/b/c/d/e/f/g/h/i", "x" * 201]
)
def test_unsafe_names__are_refused(tmp_path: Path, name: str) -> None:
    assert not safe_name(name)


def _evil(tmp_path: Path, name: str, listed_name: str, kind: bytes = tarfile.REGTYPE) -> Path:
    """A backup whose list says one thing and whose archive may hold another."""
    content = b"content"
    files = [{"name": listed_name, "size": len(content), "digest": suite("gm").digest(content).hex()}]
    contents = {
        "format": "zhulian/backup/1", "chain": "x", "suite": "gm", "genesis": "00" * 32, "height": 0, "header": "00" * 32,
        "made": 0, "program": "0", "has_keys": False, "files": files,
    }  # fmt: skip
    listed = msgspec.json.encode(contents)
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname, info.mode = len(content), kind, "/etc/passwd", 0o600
    out = io.BytesIO()
    out.write(start_of(suite("gm"), listed))
    out.write(info.tobuf(tarfile.USTAR_FORMAT) + content + padding(len(content)) + bytes(1024))
    path = tmp_path / "evil.tar"
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize(
    ("name", "listed", "kind"),
    [
        ("../escaped", "../escaped", tarfile.REGTYPE),
        ("../escaped", "genesis.json", tarfile.REGTYPE),
        ("genesis.json", "genesis.json", tarfile.SYMTYPE),
        ("/tmp/escaped", "/tmp/escaped", tarfile.REGTYPE),
    ],
)
def test_backup_that_reaches_out__is_refused(tmp_path: Path, name: str, listed: str, kind: bytes) -> None:
    evil = _evil(tmp_path, name, listed, kind)
    with pytest.raises(BadBackup):
        restore(evil, Home(tmp_path / "deep" / "home"), None, _quiet, _quiet)
    assert not (tmp_path / "deep" / "escaped").exists()
    assert not (tmp_path / "escaped").exists()


def test_restore__is_taken_up_where_it_was_cut_off(home: Home, tmp_path: Path) -> None:
    _made(home, tmp_path / "backup.tar", None)
    there = Home(tmp_path / "there")
    seen = 0

    def cut(size: int) -> None:
        nonlocal seen
        seen += 1
        if seen == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        restore(tmp_path / "backup.tar", there, None, cut, _quiet)
    fresh = tmp_path / "there.restoring"
    kept = {each: each.stat().st_mtime_ns for each in fresh.rglob("*") if each.is_file() and each.name != LIST}
    assert len(kept) == 3
    assert not there.root.exists()
    restore(tmp_path / "backup.tar", there, None, _quiet, _quiet)
    for each, when in kept.items():
        assert (there.root / each.relative_to(fresh)).stat().st_mtime_ns == when


def test_ledger_of_another_chain__is_not_put_in_place(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    shutil.copytree(home.root, other.root)
    genesis = msgspec.json.decode(home.genesis_bytes())
    genesis["name"] = "zl-other"
    other.genesis_file.write_bytes(canonical.encode(genesis))
    _made(home, tmp_path / "backup.tar", None)
    with pytest.raises(BadBackup, match="another chain"):
        restore_ledger(tmp_path / "backup.tar", other, _quiet, _quiet)
