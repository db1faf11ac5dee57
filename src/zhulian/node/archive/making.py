"""Makes a backup of a home whose node runs or rests: a staged copy first, consistent, then one archive of it."""

import asyncio
import contextlib
import io
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from zhulian import __version__
from zhulian.consensus.application import Application
from zhulian.crypto import Suite
from zhulian.crypto.keyfile import seal_under_passphrase
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.genesis import Genesis, parse_genesis
from zhulian.modules import assemble, found_state
from zhulian.node.agreements import read_agreements
from zhulian.node.archive.form import BLOCK, LIST, SECRET, Contents, Entry, digest_of, head_of, padding, safe_name, start_of
from zhulian.node.lock import FolderLock
from zhulian.node.rocks import RocksStore
from zhulian.node.rpc import LedgerClient

__all__ = ["BackupExists", "CannotBackUp", "Made", "back_up", "secret_purpose", "staging_of"]

_CHUNK = 1 << 20
_LEFT_OUT = ("run/", "logs/", "node/", "engine/", "passphrase", "index/")
"""What is not copied from a home: what a start makes anew, the node's data (taken by a checkpoint), the seal log, the passphrase."""
_SECRET = ("keys/", "client/")
_ENGINE_KEYS = ("node_key.json", "priv_validator_key")
_SQLITE = b"SQLite format 3\0"


class BackupExists(
    Refusal,
    code="node/50",
    zh="{path} 已存在，未覆盖。请另选文件名，或先移走该文件。",
    en="{path} is there already and was not replaced. Choose another name, or move it away.",
):
    path: str


class CannotBackUp(
    Refusal,
    code="node/53",
    zh="备份未完成：{why.zh}。请解决后再次运行同一命令，已写入的部分会接着写。",
    en="The backup is not complete: {why.en}. Mend that and run the same command again; it goes on where it ended.",
):
    why: Words


class Made(msgspec.Struct, frozen=True):
    """A backup that is complete: where it lies, how big it is, and what it holds."""

    path: str
    size: int
    chain: str
    height: int
    header: str
    files: int
    has_keys: bool


def staging_of(home: Home) -> Path:
    """Where a backup is gathered; it lies beside the store, whose files it shares."""
    return home.root / "node" / "backup"


def secret_purpose(genesis: Genesis) -> bytes:
    """What the sealed member of a backup is bound to."""
    return b"zhulian/backup/v1\0" + genesis.digest()


def back_up(
    home: Home, target: Path, passphrase: str | None, advance: Callable[[int], None], total: Callable[[int], None]
) -> Made:
    """Back the home up into `target`; with its keys, sealed under `passphrase`, where that is given.

    A staged copy from a run that was cut off is taken up. `total` and `advance` hear of bytes.

    Raises:
        BackupExists, CannotBackUp, PassphraseEmpty.
    """
    if target.exists():
        raise BackupExists(path=str(target))
    genesis = parse_genesis(home.genesis_bytes())
    staging = staging_of(home)
    part = target.with_name(target.name + ".part")
    try:
        contents = _taken_up(staging, part, passphrase is not None)
        if contents is None:
            shutil.rmtree(staging, ignore_errors=True)
            part.unlink(missing_ok=True)
            contents = _stage(home, genesis, staging, passphrase)
        total(sum(each.size for each in contents.files))
        _write(genesis.crypto(), staging, contents, part, advance)
        part.replace(target)
    except OSError as wrong:
        raise CannotBackUp(why=Words.quote(wrong.strerror or wrong)) from wrong
    shutil.rmtree(staging, ignore_errors=True)
    return Made(
        str(target),
        target.stat().st_size,
        contents.chain,
        contents.height,
        contents.header,
        len(contents.files),
        contents.has_keys,
    )


def _taken_up(staging: Path, part: Path, with_keys: bool) -> Contents | None:
    """The list of a staged copy that an earlier run finished and began to write; None where there is none."""
    if not part.exists() or not (staging / LIST).exists():
        return None
    with contextlib.suppress(msgspec.DecodeError):
        found = msgspec.json.decode((staging / LIST).read_bytes(), type=Contents)
        return found if found.has_keys == with_keys else None
    return None


def _stage(home: Home, genesis: Genesis, staging: Path, passphrase: str | None) -> Contents:
    """Gather everything, each file as it is at one moment, and write the list last."""
    staging.mkdir(parents=True, mode=0o700)
    head = _checkpoint(home, genesis)
    for path, name in _files(home, secret=False):
        _copy(path, staging / name)
    if passphrase is not None:
        packed = _packed(home, staging / "secret")
        write_atomically(
            staging / SECRET, seal_under_passphrase(genesis.suite, passphrase, secret_purpose(genesis), packed), mode=0o600
        )
    suite = genesis.crypto()
    files = []
    for path in sorted(staging.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                files.append(Entry(path.relative_to(staging).as_posix(), path.stat().st_size, digest_of(suite, file)))
    contents = Contents(
        format="zhulian/backup/1",
        chain=genesis.chain(),
        suite=genesis.suite,
        genesis=genesis.digest().hex(),
        height=head["height"],
        header=head["header"],
        made=int(time.time()),
        program=__version__,
        has_keys=passphrase is not None,
        files=files,
    )
    write_atomically(staging / LIST, msgspec.json.encode(contents))
    return contents


def _checkpoint(home: Home, genesis: Genesis) -> dict[str, Any]:
    """A consistent copy of the store: by the running node, or by this process where none runs."""
    home.checkpoint.parent.mkdir(parents=True, exist_ok=True)
    if home.socket.exists():
        with contextlib.suppress(ConnectionError):
            return asyncio.run(_asked(home))
    agreed = read_agreements(home, genesis)
    world = assemble(genesis, agreed.skips, agreed.recoveries)
    with FolderLock.take(home.lock), RocksStore(home.database) as store:
        application = Application(world, store, found_state(world))
        store.checkpoint(home.checkpoint)
        return {"height": application.head.height, "header": application.head.digest.hex()}


async def _asked(home: Home) -> dict[str, Any]:
    client = LedgerClient(home.socket)
    try:
        return await client.checkpoint()
    finally:
        await client.close()


def _files(home: Home, *, secret: bool) -> Iterator[tuple[Path, str]]:
    """The home's files that belong into a backup, with their names in it; the secret ones, or all others."""
    for path in sorted(home.root.rglob("*")):
        name = path.relative_to(home.root).as_posix()
        if not path.is_file() or path.is_symlink() or not safe_name(name):
            continue
        is_engine_key = name.startswith("engine/config/") and path.name.startswith(_ENGINE_KEYS)
        is_secret = name.startswith(_SECRET) or is_engine_key
        if is_secret == secret and (is_secret or not name.startswith(_LEFT_OUT)) and not name.endswith(("-wal", "-shm")):
            yield path, name


def _copy(path: Path, to: Path) -> None:
    """Copy a file as it is at one moment; an SQLite database by its own means."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with path.open("rb") as file:
        is_database = file.read(len(_SQLITE)) == _SQLITE
    if not is_database:
        shutil.copyfile(path, to)
        return
    with (
        contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(to)) as copy,
    ):
        source.backup(copy)


def _packed(home: Home, scratch: Path) -> bytes:
    """The secret files as one tar archive in memory."""
    packed = io.BytesIO()
    try:
        for path, name in _files(home, secret=True):
            _copy(path, scratch / "file")
            data = (scratch / "file").read_bytes()
            (scratch / "file").unlink()
            packed.write(head_of(name, len(data)) + data + padding(len(data)))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    packed.write(bytes(2 * BLOCK))
    return packed.getvalue()


def _write(suite: Suite, staging: Path, contents: Contents, part: Path, advance: Callable[[int], None]) -> None:
    """Write the archive; what an earlier run has written whole and right is kept."""
    listed = (staging / LIST).read_bytes()
    start = start_of(suite, listed)
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b") as out:
        done = _written(suite, contents, out, start)
        if done == 0:
            out.seek(0)
            out.truncate()
            out.write(start)
        for number, each in enumerate(contents.files):
            if number >= done - 1:
                out.write(head_of(each.name, each.size))
                with (staging / each.name).open("rb") as file:
                    while chunk := file.read(_CHUNK):
                        out.write(chunk)
                out.write(padding(each.size))
            advance(each.size)
        out.write(bytes(2 * BLOCK))
        out.truncate()
        out.flush()
        os.fsync(out.fileno())


def _written(suite: Suite, contents: Contents, out: Any, start: bytes) -> int:
    """How many members, the list included, are there whole and right; the file then stands behind them."""
    out.seek(0)
    if out.read(len(start)) != start:
        return 0
    done = 1
    for each in contents.files:
        at = out.tell()
        right = out.read(BLOCK) == head_of(each.name, each.size) and digest_of(suite, out, each.size) == each.digest
        if not right or out.read(len(padding(each.size))) != padding(each.size):
            out.seek(at)
            break
        done += 1
    return done
