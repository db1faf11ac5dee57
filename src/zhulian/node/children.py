"""Child processes that never outlive their parent, and how one says which refusal stopped it."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import IO

import msgspec

from zhulian.errors import Refusal

__all__ = ["REFUSED", "end_with", "say_refused", "spawn"]

REFUSED = 3
"""The exit status of a process that a refusal stopped; the last line of its stderr is the refusal as JSON."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)


def end_with(parent: int) -> None:
    """Have the kernel kill this process when its parent, the process `parent`, ends, however it ends."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the kernel knew of the tie
        os._exit(1)


def say_refused(refusal: Refusal) -> int:
    """Leave the refusal that stops this process on stderr, for the supervisor to read; answers the exit status."""
    sys.stderr.write(msgspec.json.encode(refusal.as_problem(), enc_hook=str).decode() + "\n")
    return REFUSED


def spawn(
    arguments: Sequence[str],
    *,
    pass_fds: Sequence[int] = (),
    environment: Mapping[str, str] | None = None,
    stdout: IO[bytes] | int | None = None,
    stderr: IO[bytes] | int | None = None,
    program: str = sys.executable,
) -> "subprocess.Popen[bytes]":
    """Start this Python, or another `program`, with `arguments` so that the kernel kills it when this process ends, however it ends.

    The child is in a process group of its own: Ctrl-C at the terminal reaches the supervisor alone, which stops the rest
    in order. The parent must not start it from a thread that ends earlier.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        end_with(parent)

    return subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        pass_fds=tuple(pass_fds),
        env=None if environment is None else dict(environment),
        preexec_fn=tie_to_parent,  # noqa: PLW1509 (one thread here, so no lock is held across the fork)
        process_group=0,
    )
