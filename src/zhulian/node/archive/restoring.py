"""Puts a backup back: a whole home where there is none, or the ledger alone into a home that is there.

The archive may come from anywhere: names are judged before anything is written, every file goes into a fresh folder, and
nothing is moved into place before all digests are right. What was cut off is taken up.
"""

import io
import os
import shutil
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from zhulian.crypto import suite
from zhulian.crypto.keyfile import open_under_passphrase
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.node.archive.form import (
    BLOCK,
    LIST,
    LIST_BYTES_MAX,
    SECRET,
    BadBackup,
    Contents,
    Entry,
    decode_contents,
    digest_of,
    head_of,
    padding,
    safe_name,
    start_of,
)
from zhulian.node.archive.making import secret_purpose
from zhulian.node.lock import FolderLock

__all__ = ["HomeNotEmpty", "Restored", "restore", "restore_ledger"]

_CHUNK = 1 << 20


class HomeNotEmpty(
    Refusal,
    code="node/52",
    zh="{path} 中已有数据，未作改动。请换用空的 ZHULIAN_HOME；若只需恢复账本，请加 --ledger。",
    en="There is something in {path}, which was not touched. Choose an empty ZHULIAN_HOME; for the ledger alone say --ledger.",
):
    path: str


class Restored(msgspec.Struct, frozen=True):
    """What was put back, and whether the keys were."""

    home: str
    chain: str
    height: int
    header: str
    files: int
    keys: bool


def restore(
    backup: Path, home: Home, passphrase: str | None, advance: Callable[[int], None], total: Callable[[int], None]
) -> Restored:
    """Put the whole backup into `home`, which must be empty or missing; its keys too, where `passphrase` opens them.

    Raises:
        HomeNotEmpty, BadBackup, WrongPassphrase.
    """
    if home.root.exists() and any(home.root.iterdir()):
        raise HomeNotEmpty(path=str(home.root))
    fresh = home.root.with_name(home.root.name + ".restoring")
    contents = _unpack(backup, fresh, lambda name: True, advance, total)
    sealed = fresh / SECRET
    if passphrase is not None and sealed.exists():
        genesis = parse_genesis((fresh / "genesis.json").read_bytes())
        packed = open_under_passphrase(genesis.suite, passphrase, secret_purpose(genesis), sealed.read_bytes(), path=str(backup))
        _unpack_secret(packed, fresh, backup)
    sealed.unlink(missing_ok=True)
    (fresh / LIST).unlink()
    if home.root.exists():
        home.root.rmdir()
    fresh.rename(home.root)
    return _told(home, contents, keys=passphrase is not None and contents.has_keys)


def restore_ledger(backup: Path, home: Home, advance: Callable[[int], None], total: Callable[[int], None]) -> Restored:
    """Put the backup's ledger in place of that of `home`, whose node is stopped; the former one is moved aside.

    Keys, settings and the seal log of the home stay: with them the node does not go on from data older than what it sealed.

    Raises:
        FolderInUse; BadBackup, also where it is another chain's.
    """
    genesis = parse_genesis(home.genesis_bytes())
    with FolderLock.take(home.lock):
        fresh = home.database.parent / "restoring"
        contents = _unpack(backup, fresh, lambda name: name.startswith("node/db/"), advance, total)
        if contents.chain != genesis.chain():
            shutil.rmtree(fresh)
            raise BadBackup(path=str(backup), why=Words("属于另一条链", "it is another chain's"))
        aside = home.database.with_name(f"db.before-{contents.made}")
        if home.database.exists():
            shutil.rmtree(aside, ignore_errors=True)
            home.database.rename(aside)
        (fresh / "node" / "db").rename(home.database)
        shutil.rmtree(fresh)
    return _told(home, contents, keys=False)


def _told(home: Home, contents: Contents, *, keys: bool) -> Restored:
    return Restored(str(home.root), contents.chain, contents.height, contents.header, len(contents.files), keys)


def _unpack(
    backup: Path, fresh: Path, wanted: Callable[[str], bool], advance: Callable[[int], None], total: Callable[[int], None]
) -> Contents:
    """Unpack what is wanted into the folder `fresh`, which an earlier run with the same backup may have begun."""

    def bad(zh: str, en: str) -> BadBackup:
        return BadBackup(path=str(backup), why=Words(zh, en))

    try:
        with backup.open("rb") as file:
            listed = _listed(file, bad)
            contents = decode_contents(listed, backup)
            file.seek(0)
            start = start_of(suite(contents.suite), listed)
            if file.read(len(start)) != start:
                raise bad("文件清单已损坏", "its list of files is damaged")
            total(sum(each.size for each in contents.files))
            if fresh.exists() and _kept_list(fresh) != listed:
                shutil.rmtree(fresh)
            fresh.mkdir(parents=True, exist_ok=True, mode=0o700)
            (fresh / LIST).write_bytes(listed)
            kind = suite(contents.suite)
            for each in contents.files:
                if file.read(BLOCK) != head_of(each.name, each.size):
                    raise bad(f"缺少文件 {each.name}，或其位置有误", f"the file {each.name} is missing or out of its place")
                if wanted(each.name) and not _is_there(fresh / each.name, each, contents.suite):
                    _take(file, fresh / each.name, each)
                    if not _is_there(fresh / each.name, each, contents.suite):
                        (fresh / each.name).unlink()
                        raise bad(f"文件 {each.name} 已损坏", f"the file {each.name} is damaged")
                elif digest_of(kind, file, each.size) != each.digest:
                    raise bad(f"文件 {each.name} 已损坏", f"the file {each.name} is damaged")
                if file.read(len(padding(each.size))) != padding(each.size):
                    raise bad(f"文件 {each.name} 之后有多余内容", f"something foreign stands behind the file {each.name}")
                advance(each.size)
            if file.read(2 * BLOCK + 1) != bytes(2 * BLOCK):
                raise bad("末尾不完整", "its end is missing")
    except OSError as wrong:
        raise BadBackup(path=str(backup), why=Words.quote(wrong.strerror or wrong)) from wrong
    return contents


def _listed(file: BinaryIO, bad: Callable[[str, str], BadBackup]) -> bytes:
    """The first member, which lists the others."""
    head = file.read(BLOCK)
    try:
        info = tarfile.TarInfo.frombuf(head, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        raise bad("不是备份文件", "it is no backup") from None
    if info.name != LIST or not 0 < info.size <= LIST_BYTES_MAX or head != head_of(LIST, info.size):
        raise bad("不是备份文件", "it is no backup")
    return file.read(info.size)


def _kept_list(fresh: Path) -> bytes:
    try:
        return (fresh / LIST).read_bytes()
    except OSError:
        return b""


def _is_there(path: Path, entry: Entry, suite_name: str) -> bool:
    """Whether a file lies there already, whole and right."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != entry.size:
        return False
    with path.open("rb") as file:
        return digest_of(suite(suite_name), file) == entry.digest


def _take(file: BinaryIO, to: Path, entry: Entry) -> None:
    to.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    to.unlink(missing_ok=True)
    left = entry.size
    with os.fdopen(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb") as out:
        while left:
            chunk = file.read(min(_CHUNK, left))
            if not chunk:
                break
            out.write(chunk)
            left -= len(chunk)
        out.flush()
        os.fsync(out.fileno())


def _unpack_secret(packed: bytes, fresh: Path, backup: Path) -> None:
    """The sealed member is authentic; its names are judged all the same."""
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:") as archive:
        members: Sequence[tarfile.TarInfo] = archive.getmembers()
        if not all(each.isfile() and safe_name(each.name) for each in members):
            raise BadBackup(path=str(backup), why=Words("密钥部分的文件名不安全", "a file name among the keys is not safe"))
        for each in members:
            source = archive.extractfile(each)
            if source is not None:
                _take(source, fresh / each.name, Entry(each.name, each.size, "00" * 32))  # type: ignore[arg-type]
