"""One data folder, one node: an advisory lock that names who holds it."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from zhulian.node.errors import DiskReadOnly, FolderInUse

__all__ = ["FolderLock"]

_LET_GO_S = 3.0
"""How long to wait for a lock whose holder is dead: its children die with it, but not in the same instant."""


class FolderLock:
    """An exclusive lock (`flock`) on a file that holds the process id of its owner.

    The lock belongs to the open file, so that a supervisor hands it on to a child by the file's number, and it ends with
    the last process that has the file open, however that process ends.
    """

    def __init__(self, number: int, path: Path) -> None:
        self.number = number
        self.path = path

    @classmethod
    def take(cls, path: Path) -> "FolderLock":
        """Lock the file at `path`, creating it where it is missing.

        Raises:
            FolderInUse: another process holds it.
            DiskReadOnly: the file cannot be opened for writing.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            raise DiskReadOnly(folder=str(path.parent)) from None
        deadline = time.monotonic() + _LET_GO_S
        while True:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                holder = _holder(number)
                if _alive(holder) or time.monotonic() > deadline:
                    os.close(number)
                    raise FolderInUse(folder=str(path.parent), pid=holder) from None
                time.sleep(0.02)
        os.ftruncate(number, 0)
        os.pwrite(number, str(os.getpid()).encode(), 0)
        return cls(number, path)

    @classmethod
    def adopt(cls, number: int, path: Path) -> "FolderLock":
        """The lock that a parent process took and handed on as open file `number`."""
        return cls(number, path)

    def release(self) -> None:
        """Let go; the file stays, for taking it away would let two processes lock two files of one name."""
        if self.number >= 0:
            os.close(self.number)
            self.number = -1

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.release()


def _holder(number: int) -> int:
    text = os.pread(number, 32, 0)
    return int(text) if text.isdigit() else 0


def _alive(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
