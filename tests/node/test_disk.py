"""What a node does when the disk does not play along, and when two nodes want one folder."""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from zhulian.node.errors import DiskFailed, DiskReadOnly, FolderInUse, StoreDamaged
from zhulian.node.lock import FolderLock
from zhulian.node.rocks import RocksStore

_FILL = """
import sys
import tempfile
from pathlib import Path
from zhulian.node.errors import StopNode
from zhulian.node.rocks import RocksStore
store = RocksStore(Path(sys.argv[1]))
try:
    for n in range(1000):
        store.write([(b"%06d" % n, bytes(10_000))])
        print(n, flush=True)
except StopNode as stop:
    print(stop.reason.code, flush=True)
"""


def test_store__stops_the_node_when_the_disk_is_full_and_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    command = [sys.executable, "-c", _FILL, str(tmp_path / "db")]
    ended = subprocess.run(command, capture_output=True, text=True, preexec_fn=little_room, timeout=30)
    lines = ended.stdout.split()
    assert lines[-1] == "node/7", ended.stderr
    acknowledged = int(lines[-2])
    assert acknowledged > 10
    with RocksStore(tmp_path / "db") as store:
        assert all(store.get(b"%06d" % n) == bytes(10_000) for n in range(acknowledged + 1))


def test_store__has_flushed_every_batch_to_disk_when_it_returns(tmp_path: Path) -> None:
    """A killed process leaves the system's cache behind and shows nothing of this; a power cut would."""
    with RocksStore(tmp_path / "db", statistics=True) as store:
        for number in range(1, 6):
            store.write([(b"%d" % number, b"x")])
            assert store.count_syncs() == number


def test_store__names_damage(tmp_path: Path) -> None:
    with RocksStore(tmp_path / "db") as store:
        store.write([(b"%06d" % n, os.urandom(1000)) for n in range(1000)])
    (tmp_path / "db" / "CURRENT").write_text("MANIFEST-424242\n")
    with pytest.raises((StoreDamaged, DiskFailed)):
        RocksStore(tmp_path / "db")


def test_store__hears_of_damage_in_the_middle_of_the_log(tmp_path: Path) -> None:
    """Losing an acknowledged batch in silence would be worse than not starting."""
    folder = tmp_path / "db"
    code = "import os,sys\nfrom pathlib import Path\nfrom zhulian.node.rocks import RocksStore\n"
    code += "s = RocksStore(Path(sys.argv[1]))\nfor n in range(50): s.write([(b'%06d' % n, b'x' * 1000)])\nos._exit(0)"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, timeout=30)
    log = max(folder.glob("*.log"), key=lambda each: each.stat().st_size)
    data = bytearray(log.read_bytes())
    data[len(data) // 2] ^= 0xFF
    log.write_bytes(data)
    with pytest.raises(StoreDamaged):
        RocksStore(folder)


def test_store__forgives_a_torn_end_of_the_log(tmp_path: Path) -> None:
    folder = tmp_path / "db"
    code = "import os,sys\nfrom pathlib import Path\nfrom zhulian.node.rocks import RocksStore\n"
    code += "s = RocksStore(Path(sys.argv[1]))\nfor n in range(50): s.write([(b'%06d' % n, b'x' * 1000)])\nos._exit(0)"
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, timeout=30)
    log = max(folder.glob("*.log"), key=lambda each: each.stat().st_size)
    log.write_bytes(log.read_bytes()[:-300])
    with RocksStore(folder) as store:
        assert len(list(store.scan(b"0", b"1"))) == 49


def test_store__is_for_one_process(tmp_path: Path) -> None:
    with RocksStore(tmp_path / "db"), pytest.raises(FolderInUse):
        RocksStore(tmp_path / "db")


def test_lock__names_the_process_that_holds_the_folder(tmp_path: Path) -> None:
    with FolderLock.take(tmp_path / "lock"):
        with pytest.raises(FolderInUse) as caught:
            FolderLock.take(tmp_path / "lock")
        assert caught.value.fields["pid"] == os.getpid()
        assert str(os.getpid()) in caught.value.say("zh")
    FolderLock.take(tmp_path / "lock").release()


def test_lock__passes_to_a_child_and_ends_with_it(tmp_path: Path) -> None:
    lock = FolderLock.take(tmp_path / "lock")
    child = subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=[lock.number], stdin=subprocess.PIPE)
    lock.release()
    try:
        with pytest.raises(FolderInUse):
            FolderLock.take(tmp_path / "lock")
    finally:
        child.communicate(b"\n", timeout=10)
    FolderLock.take(tmp_path / "lock").release()


def test_lock__says_that_a_folder_cannot_be_written() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o555)
        child = os.fork()
        if child == 0:  # root may write everywhere, so the child is nobody
            if os.getuid() == 0:
                os.setuid(65534)
            try:
                FolderLock.take(home / "node" / "lock")
            except DiskReadOnly:
                os._exit(8)
            finally:
                os._exit(9)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 8
        home.chmod(0o755)


def test_lock__says_that_a_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder is due")
    with pytest.raises(DiskReadOnly):
        FolderLock.take(tmp_path / "home" / "node" / "lock")
