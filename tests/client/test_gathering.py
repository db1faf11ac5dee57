"""A gathering that was cut off goes on where it was, takes nothing of files that have changed, and keeps its memory small."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhulian.client.errors import FileGone
from zhulian.client.gather import gather
from zhulian.client.gathering import Gathering
from zhulian.crypto import GM, Hasher

_HASHER = Hasher(GM, bytes(range(32)))
_SECRET = b"secret"
_SCRIPT = """
import resource, sys
from pathlib import Path
from zhulian.client.gather import gather
from zhulian.client.gathering import Gathering
from zhulian.crypto import GM, Hasher
hasher, folder, log = Hasher(GM, bytes(range(32))), Path(sys.argv[1]), Path(sys.argv[2])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = Gathering(log, hasher.genesis, b"secret", folder)
print("kept", len(kept), flush=True)
found = gather(hasher, b"secret", folder, workers=1, progress=lambda done, count: print("done", done, flush=True), gathering=kept)
print("root", found.root.hex(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, flush=True)
"""


def _fill(folder: Path, count: int, size: int = 40) -> None:
    for number in range(count):
        path = folder / f"{number // 500:03d}"
        if number % 500 == 0:
            path.mkdir(parents=True)
        (path / f"{number:06d}").write_bytes(b"%06d" % number * (size // 6))


def _open(log: Path, folder: Path) -> Gathering:
    return Gathering(log, _HASHER.genesis, _SECRET, folder)


def _run(folder: Path, log: Path) -> list[list[str]]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(folder), str(log)], capture_output=True, text=True, check=True, timeout=100
    )
    return [line.split() for line in done.stdout.splitlines()]


@pytest.mark.crash
def test_kill__loses_no_part_that_was_done(tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "log"
    _fill(folder, 6_000)
    process = subprocess.Popen([sys.executable, "-c", _SCRIPT, str(folder), str(log)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("done") and int(line.split()[1]) >= 2_000:
            process.send_signal(signal.SIGKILL)
            break
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL
    kept, *_, root = _run(folder, log)
    assert 3 <= int(kept[1]) < 12
    assert root[1] == gather(_HASHER, _SECRET, folder, workers=1).root.hex()


def test_parts__are_taken_only_of_files_that_are_the_same(tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "log"
    _fill(folder, 2_100)
    kept = _open(log, folder)
    first = gather(_HASHER, _SECRET, folder, workers=1, gathering=kept)
    kept.close()
    path = folder / "001" / "000700"
    before = path.stat()
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # the time of its change still tells
    kept = _open(log, folder)
    assert len(kept) == 5
    second = gather(_HASHER, _SECRET, folder, workers=1, gathering=kept)
    assert len(kept) == 6
    kept.close()
    assert second.root != first.root
    assert second == gather(_HASHER, _SECRET, folder, workers=1)


def test_end_that_is_torn__is_cut_off_and_done_again(tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "log"
    _fill(folder, 1_100)
    kept = _open(log, folder)
    wanted = gather(_HASHER, _SECRET, folder, workers=1, gathering=kept)
    kept.close()
    data = log.read_bytes()
    for cut in (len(data) - 1, len(data) - 40_000, 60, 48, 20, 0):
        log.write_bytes(data[:cut])
        kept = _open(log, folder)
        assert gather(_HASHER, _SECRET, folder, workers=1, gathering=kept) == wanted
        kept.close()
        assert _open(log, folder).find(b"?" * 32) is None
        assert len(_open(log, folder)) == 3
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    log.write_bytes(flipped)
    assert len(_open(log, folder)) < 3


def test_another_secret_or_chain__begins_anew(tmp_path: Path) -> None:
    folder, log = tmp_path / "folder", tmp_path / "log"
    _fill(folder, 600)
    kept = _open(log, folder)
    gather(_HASHER, _SECRET, folder, workers=1, gathering=kept)
    kept.close()
    assert len(Gathering(log, _HASHER.genesis, b"other", folder)) == 0
    assert log.stat().st_mode & 0o077 == 0, "it holds salts"


def test_file_that_cannot_be_written__is_said(tmp_path: Path) -> None:
    with pytest.raises(FileGone):
        _open(tmp_path / "missing" / "log", tmp_path)


def test_memory__grows_by_little_a_file_and_not_with_their_size(tmp_path: Path) -> None:
    grown = {}
    for count in (2_000, 14_000):
        _fill(tmp_path / str(count), count)
        *_, root = _run(tmp_path / str(count), tmp_path / f"{count}.log")
        grown[count] = int(root[2]) * 1024
    assert (grown[14_000] - grown[2_000]) / 12_000 < 600
    big = tmp_path / "big"
    big.mkdir()
    with (big / "hole").open("wb") as file:
        file.truncate(96 << 20)
    began = time.monotonic()
    *_, root = _run(big, tmp_path / "big.log")
    assert int(root[2]) * 1024 < 24 << 20, "a file is read in parts"
    assert time.monotonic() - began < 90
