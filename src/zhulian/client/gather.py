"""From a folder to one root: digests, salts, commitments and the list tree over them, on every core.

The list tree is built in chunks whose size is a power of two: a worker folds its chunk to one node, and the parent folds
the chunks' nodes to the root. The result equals `merkle.ListTree` over all commitments.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhulian.client.errors import FileGone, FolderEmpty
from zhulian.client.gathering import Gathering, Part, part_key
from zhulian.client.salts import Salts
from zhulian.crypto import Hasher, suite
from zhulian.errors import Words, check

__all__ = ["KEPT_LEVEL", "Gathered", "fold", "gather"]

KEPT_LEVEL = 4
"""The lowest level of the tree that a pack keeps; what lies below is cheaper to compute than to store."""
_CHUNK_LEVEL = 9
_CHUNK = 1 << _CHUNK_LEVEL
_ALONE_BELOW = 4 * _CHUNK
"""Up to so many files one process is faster than starting more."""
_FIRST_READ = 8 << 10
"""Most files of a batch are small, and asking for a megabyte costs three times as much as reading one kilobyte."""
_READ = 1 << 20


@dataclass(frozen=True)
class Gathered:
    """Files in the order of the tree: names relative to the folder (bytes, `/` between parts, sorted), for each
    digest ‖ salt (64 bytes), and the tree's levels from `KEPT_LEVEL` up (32 bytes a node).
    """

    names: list[bytes]
    openings: bytes
    levels: list[bytes]
    root: bytes


def gather(
    hasher: Hasher,
    secret: bytes,
    folder: Path,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    gathering: Gathering | None = None,
) -> Gathered:
    """Hash every regular file below `folder` (links are not followed) and fold the commitments to their root.

    `progress` is told how many files are done and how many there are. Parts that `gathering` has already, of files that are the
    same as then, are not hashed again.

    Raises:
        FolderEmpty: there is no file. FileGone: the folder or one of the files cannot be read.
    """
    base = os.fsencode(folder)
    names = sorted(_scan(base, folder))
    if not names:
        raise FolderEmpty(path=str(folder))
    chunks = [names[start : start + _CHUNK] for start in range(0, len(names), _CHUNK)]
    known = _known(gathering, base, chunks)
    left = [each for number, each in enumerate(chunks) if number not in known]
    count = workers or (1 if len(names) <= _ALONE_BELOW else len(os.sched_getaffinity(0)))
    setting = (hasher.suite.name, hasher.genesis, secret, base, gathering is not None)
    openings = bytearray()
    levels: list[bytearray] = [bytearray() for _ in range(KEPT_LEVEL, _CHUNK_LEVEL + 1)]
    tops: list[bytes] = []
    with _results(setting, left, min(count, max(1, len(left)))) as results:
        for number in range(len(chunks)):
            part = known.pop(number, None)
            if part is None:
                done = next(results)
                if isinstance(done, _Unreadable):
                    raise FileGone(path=done.path, why=done.why)
                part = done.part
                if gathering is not None:
                    gathering.add(done.key, part)
            openings += part.openings
            for level, nodes in zip(levels, part.levels, strict=True):
                level += nodes
            tops.append(part.top)
            if progress is not None:
                progress(len(openings) // 64, len(names))
    kept = [bytes(level) for level in levels]
    width = _CHUNK
    while len(tops) > 1:
        tops = fold(hasher, tops, width, len(names))
        width *= 2
        kept.append(b"".join(tops))
    while len(kept) > 1 and len(kept[-2]) <= 32:  # a small tree has its root on several levels
        kept.pop()
    return Gathered(names, bytes(openings), kept, tops[0])


def fold(hasher: Hasher, nodes: Sequence[bytes], width: int, count: int) -> list[bytes]:
    """The level above `nodes`, each of which covers `width` of the `count` leaves (the last perhaps fewer)."""
    pairs = len(nodes) // 2
    covered = [(2 * width).to_bytes(8, "big")] * pairs
    if pairs and len(nodes) % 2 == 0:
        covered[-1] = (count - (pairs - 1) * 2 * width).to_bytes(8, "big")
    above = hasher.many(
        "list-node", [size + left + right for size, left, right in zip(covered, nodes[::2], nodes[1::2], strict=False)]
    )
    if len(nodes) % 2:
        above.append(nodes[-1])
    return above


def _known(gathering: Gathering | None, base: bytes, chunks: Sequence[Sequence[bytes]]) -> dict[int, Part]:
    """Parts that were done before, by their number."""
    if gathering is None or not len(gathering):
        return {}
    found: dict[int, Part] = {}
    folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for number, names in enumerate(chunks):
            try:
                stats = [os.stat(name, dir_fd=folder, follow_symlinks=False) for name in names]
            except OSError:
                continue  # whoever hashes it says what is wrong
            part = gathering.find(part_key(names, stats))
            if part is not None:
                found[number] = part
    finally:
        os.close(folder)
    return found


@dataclass(frozen=True)
class _Done:
    """A part, and by which key a later gathering finds it; without one where none is kept."""

    key: bytes
    part: Part


@dataclass(frozen=True)
class _Unreadable:
    path: str
    why: Words


_Setting = tuple[str, bytes, bytes, bytes, bool]


class _Worker:
    """Hashes chunks of one folder; made once in each process."""

    def __init__(self, setting: _Setting) -> None:
        name, genesis, secret, base, self._keyed = setting
        self._hasher = Hasher(suite(name), genesis)
        self._salts = Salts(self._hasher, secret)
        self._base = base
        self._folder = os.open(base, os.O_RDONLY | os.O_DIRECTORY)  # names relative to it are resolved faster

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._folder)

    def chunk(self, names: Sequence[bytes]) -> _Done | _Unreadable:
        """Digests, salts and tree nodes of one chunk, or the first file that cannot be read."""
        folder, salt_of = self._folder, self._salts.salt
        fresh = self._hasher.suite.new_hash().copy  # a copy is quicker than a new one
        openings, salted = [], []
        stats: list[os.stat_result] = []
        for name in names:
            try:
                file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
                try:
                    if self._keyed:
                        stats.append(os.fstat(file))
                    data = os.read(file, _FIRST_READ)
                    state = fresh()
                    state.update(data)
                    while data and len(data) in (_FIRST_READ, _READ):
                        data = os.read(file, _READ)
                        state.update(data)
                finally:
                    os.close(file)
            except OSError as fault:
                return _Unreadable(os.fsdecode(self._base + b"/" + name), Words.quote(fault.strerror or fault))
            digest = state.digest()
            salt = salt_of(digest)
            openings.append(digest + salt)
            salted.append(salt + digest)
        hasher = self._hasher
        nodes = hasher.many("list-leaf", hasher.many("commitment", salted))
        levels = []
        for level in range(_CHUNK_LEVEL + 1):
            if level >= KEPT_LEVEL:
                levels.append(b"".join(nodes))
            if level < _CHUNK_LEVEL:
                nodes = fold(hasher, nodes, 1 << level, len(names))
        check(len(nodes) == 1, "a chunk folds to one node")
        key = part_key(names, stats) if self._keyed else b""
        return _Done(key, Part(b"".join(openings), levels, nodes[0]))


_worker: list[_Worker] = []


def _start(setting: _Setting) -> None:
    _worker[:] = [_Worker(setting)]


def _run(names: Sequence[bytes]) -> _Done | _Unreadable:
    return _worker[0].chunk(names)


@contextmanager
def _results(setting: _Setting, chunks: Sequence[Sequence[bytes]], count: int) -> Iterator[Iterator[_Done | _Unreadable]]:
    """The chunks' results in order, computed here or by `count` processes."""
    if count <= 1:
        worker = _Worker(setting)
        try:
            yield map(worker.chunk, chunks)
        finally:
            worker.close()
        return
    # `spawn`: a fork of a process with threads (a progress bar, an application's own) may hang on a lock.
    with multiprocessing.get_context("spawn").Pool(count, _start, (setting,)) as pool:
        yield pool.imap(_run, chunks)


def _scan(base: bytes, folder: Path) -> Iterator[bytes]:
    """Relative names of all regular files below `base`, in no order."""
    waiting = [b""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(base + b"/" + below) as found:
                for entry in found:
                    name = below + entry.name
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(name + b"/")
                    elif entry.is_file(follow_symlinks=False):
                        yield name
        except OSError as fault:
            raise FileGone(path=os.fsdecode(fault.filename or folder), why=Words.quote(fault.strerror or fault)) from None
