"""One definition proved in a process of its own, which ends with this one and is bounded in time and memory."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from zhulian.errors import Bug
from zhulian.gateway.proving.errors import ProofBroken, ProofTooLarge, ProofTooLong

__all__ = ["Before", "prove"]

_PROVER = "zhulian.assure.stories.prover"
"""Started by its name: it stands above the gateway, which knows nothing of proving."""
_LINE_MAX = 16 * 1024 * 1024
_MEMORY_STATUS = 101
"""The prover's exit status where it would take more memory than it may; the solver's own too (z3, ERR_MEMOUT)."""
_MEBIBYTE = 1024 * 1024
_ARENAS = {"MALLOC_ARENA_MAX": "1"}
"""One arena for all threads (glibc): each reserves 64 MiB of address space, and the solver crashes at the bound of that before it has its memory."""


@dataclass(frozen=True)
class Before:
    """The version before: its text, or its tree as a chain keeps it."""

    data: bytes
    form: Literal["text", "tree"]


async def prove(
    text: bytes, told: Callable[[int, int], None], *, seconds: int, memory_bytes: int, before: Before | None = None
) -> dict[str, Any]:
    """What the prover says last: `{"proved": …}`, or `{"refused": …}` where the definition is not sound; `told` hears how far it is.

    With the version `before`, its promises are asked over the upgrade too.

    Raises:
        ProofTooLong, ProofTooLarge: it would take more than it may. ProofBroken: it ended by itself.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ZHULIAN_")} | _ARENAS
    bounds = [str(os.getpid()), str(memory_bytes), str(seconds)]
    if before is not None:
        bounds += [str(len(text)), before.form]
        text += before.data
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _PROVER, *bounds,
            env=environment, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=_LINE_MAX,
        )  # fmt: skip
    except OSError:
        raise ProofBroken(status=-1) from None
    try:
        async with asyncio.timeout(seconds):
            found = await _talk(process, text, told)
            status = await process.wait()
    except TimeoutError:
        raise ProofTooLong(seconds=seconds) from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if "proved" in found or "refused" in found:
        return found
    if status == _MEMORY_STATUS:
        raise ProofTooLarge(mebibytes=memory_bytes // _MEBIBYTE)
    if status == -signal.SIGXCPU:
        raise ProofTooLong(seconds=seconds)
    raise ProofBroken(status=status)


async def _talk(process: asyncio.subprocess.Process, text: bytes, told: Callable[[int, int], None]) -> dict[str, Any]:
    """Hand the text in and follow what is said; the last thing said beside progress, empty where nothing was."""
    if process.stdin is None or process.stdout is None:
        raise Bug("both ends were asked for")
    with contextlib.suppress(ConnectionError):
        process.stdin.write(text)
        await process.stdin.drain()
    process.stdin.close()
    found: dict[str, Any] = {}
    try:
        async for line in process.stdout:
            said = msgspec.json.decode(line, type=dict[str, Any])
            if "progress" in said:
                told(*said["progress"])
            else:
                found = said
    except (ValueError, msgspec.DecodeError):  # a line without an end, or half of one
        return {}
    return found
