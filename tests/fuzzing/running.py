"""Feeds cases to parsers: anything but a value or a numbered refusal, too much time or too much memory is a finding.

    .venv/bin/python -m tests.fuzzing.running --parser receipt --cases 1000000

plays so many cases and goes on after an interruption; `--replay FILE` runs one case that was found. `tests.fuzzing.guided` lets
coverage choose the cases.
"""

import argparse
import json
import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.fuzzing.mutating import Mutator
from tests.fuzzing.parsers import PARSERS, Parser
from tests.resuming import FOLDER, results_file
from zhulian.errors import Refusal

__all__ = ["Finding", "Fuzzed", "fuzz"]

CASE_S_MAX = 3.0
"""The most processor time that one case may take, on a machine that is busy."""
MEMORY_MAX = 400 << 20
"""By how much this process may grow while it plays."""
_PART = 20_000
_FINDINGS_MAX = 5


@dataclass(frozen=True)
class Finding:
    """A case that does what none may."""

    parser: str
    what: str
    case: bytes = field(repr=False)


@dataclass
class Fuzzed:
    """What came of some cases: how many ended in a value, how many in which refusal."""

    cases: int = 0
    values: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    slowest_s: float = 0.0


def fuzz(name: str, cases: int, seed: int, *, seconds: float | None = None) -> Fuzzed:
    """Play `cases` on the parser called `name`, or as many as fit into `seconds` of processor time; the same seed draws the same cases."""
    parser = PARSERS[name]
    seeds = list(parser.seeds())
    found = Fuzzed()
    mutator = Mutator(random.Random(f"{name} {seed}"), seeds)
    for each in seeds:
        play(name, parser, each, found)
    grown = _memory() + MEMORY_MAX
    end = None if seconds is None else time.thread_time() + seconds
    while found.cases < cases + len(seeds) and (end is None or time.thread_time() < end):
        case = mutator.draw()
        if play(name, parser, case, found):
            mutator.keep(case)
        if len(found.findings) >= _FINDINGS_MAX:
            break
        if found.cases % 500 == 0 and _memory() > grown:
            found.findings.append(Finding(name, f"grew by more than {MEMORY_MAX >> 20} MiB", case))
            break
    return found


def play(name: str, parser: Parser, case: bytes, found: Fuzzed) -> bool:
    """One case; whether it came out as none before it."""
    found.cases += 1
    began = time.thread_time()
    try:
        parser.run(case)
        outcome = "value"
        found.values += 1
    except Refusal as refusal:
        outcome = f"{refusal.code} {getattr(refusal, 'part', '')}"
        refusal.say("zh"), refusal.say("en"), refusal.as_problem()  # sentences never fail for what stood in the case
    except KeyboardInterrupt:
        raise
    except BaseException as wrong:  # noqa: BLE001 - a broken promise (`Bug`) is a finding too
        found.findings.append(Finding(name, f"{type(wrong).__name__}: {wrong}"[:300], case))
        return False
    spent = time.thread_time() - began
    found.slowest_s = max(found.slowest_s, spent)
    if spent > CASE_S_MAX:
        found.findings.append(Finding(name, f"took {spent:.1f} s", case))
    fresh = outcome not in found.refusals
    found.refusals[outcome] = found.refusals.get(outcome, 0) + 1
    return fresh


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


# As a program.


def play_in_parts(name: str, cases: int, say: Callable[[str], None]) -> Fuzzed:
    """Play cases in parts, each written down when it is done; parts that are written down are not played again."""
    file = results_file("fuzzing")
    done: dict[int, dict[str, Any]] = {}
    if file.exists():
        for line in file.read_text(encoding="utf-8").splitlines():
            read = json.loads(line)
            if read["parser"] == name:
                done[read["part"]] = read
    whole = Fuzzed()
    for part in range(-(-cases // _PART)):
        if part in done:
            whole.cases += done[part]["cases"]
            continue
        found = fuzz(name, _PART, part)
        whole.cases += found.cases
        whole.findings += found.findings
        whole.slowest_s = max(whole.slowest_s, found.slowest_s)
        if found.findings:
            break
        with file.open("a", encoding="utf-8") as out:
            out.write(
                json.dumps({"parser": name, "part": part, "cases": found.cases, "slowest_s": round(found.slowest_s, 3)}) + "\n"
            )
        say(f"{name}: {whole.cases:,} cases of at least {cases:,}")
    return whole


def main() -> None:
    """Play, and say what was found; exit status 1 where something was."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--parser", choices=sorted(PARSERS), action="append", help="which parser; without it all of them")
    options.add_argument("--cases", type=int, default=1_000_000)
    options.add_argument("--replay", type=Path, help="a file with one case")
    chosen = options.parse_args()
    names = chosen.parser or sorted(PARSERS)
    if chosen.replay is not None:
        try:
            PARSERS[names[0]].run(chosen.replay.read_bytes())
            print("a value")
        except Refusal as refusal:
            print(f"{refusal.code}: {refusal.say('en')}")
        return
    wrong = 0
    for name in names:
        found = play_in_parts(name, chosen.cases, lambda line: print(line, file=sys.stderr, flush=True))
        for number, each in enumerate(found.findings):
            path = FOLDER / f"{name.replace(' ', '-')}-{number}.case"
            path.write_bytes(each.case)
            print(f"{name}: {each.what}\n  replay: python -m tests.fuzzing.running --parser '{name}' --replay {path}")
        wrong += len(found.findings)
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
