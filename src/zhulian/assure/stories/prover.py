"""A process that proves one definition for a gateway: `python -m zhulian.assure.stories.prover PARENT BYTES SECONDS [LENGTH FORM]`.

It reads the definition from its input, and behind its first LENGTH bytes the version before, as text (`text`) or as the tree that a chain keeps (`tree`) and writes JSON, one object a line: `progress` after each question (answered, in all), and last
`proved` (the report) or `refused` (what is wrong, line by line). It ends with its parent; only what is shipped is read besides.
"""

import os
import resource
import sys
import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import z3

from zhulian.assure.stories.replaying import Replay, earlier
from zhulian.errors import Refusal
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.reading import load_definition, read_definition
from zhulian.language.proving.prove import prove
from zhulian.modules import every_word
from zhulian.node.children import end_with

__all__ = ["MEMORY_STATUS", "main"]

_NICE = 10
MEMORY_STATUS = 101
"""The exit status where it would take more memory than it may."""
_WATCH_S = 0.02
_OUTER = 2
"""The kernel's bound lies so far above ours: where it is met the solver crashes (z3 4.13, SIGSEGV) instead of saying so."""


def main(arguments: list[str]) -> int:
    """Prove within so many bytes of memory and seconds of work; answers the exit status."""
    parent, memory, seconds = map(int, arguments[:3])
    length, form = (int(arguments[3]), arguments[4]) if arguments[3:] else (None, "")
    end_with(parent)
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_OUTER * memory, _OUTER * memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    threading.Thread(target=_watch, args=(memory,), daemon=True).start()
    try:
        found: dict[str, Any] = {"proved": _proved(sys.stdin.buffer.read(2 * BYTES_MAX + 1), length, form)}
    except LanguageFaults as faults:
        found = {"refused": _faults(faults)}
    except Refusal as no:
        found = {"refused": no.as_problem() | {"faults": []}}
    except MemoryError:
        return MEMORY_STATUS
    except z3.Z3Exception as wrong:
        if "memory" not in str(wrong):
            raise
        return MEMORY_STATUS
    _write(found)
    return 0


def _watch(memory: int) -> None:
    """End this process once it takes more than so many bytes of memory; the solver works without the interpreter's lock."""
    page = resource.getpagesize()
    with Path("/proc/self/statm").open("rb", buffering=0) as file:
        while int(os.pread(file.fileno(), 256, 0).split()[1]) * page <= memory:
            time.sleep(_WATCH_S)
    os._exit(MEMORY_STATUS)


def _proved(data: bytes, length: int | None, form: str) -> dict[str, Any]:
    checked = check_definition(read_definition(data[:length]), every_word())
    replay = Replay(checked)
    last = None
    if length is not None:
        read = load_definition if form == "tree" else read_definition
        last = earlier(check_definition(read(data[length:]), every_word()), checked)
    return prove(checked, play=replay, samples=replay.samples, progress=_tell, earlier=last).document()


def _tell(done: int, count: int) -> None:
    _write({"progress": [done, count]})


def _faults(faults: LanguageFaults) -> dict[str, Any]:
    """The refusal, and each fault with its place."""
    each = [
        {"line": one.line, "column": one.column, "path": one.path, "code": one.code, "zh": one.say("zh"), "en": one.say("en")}
        for one in faults.found
    ]
    return {
        "code": faults.code,
        "zh": faults.say("zh"),
        "en": faults.say("en"),
        "fields": {"count": faults.count},
        "faults": each,
    }


def _write(document: dict[str, Any]) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(document) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
