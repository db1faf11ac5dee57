"""The long runs, part by part: each goes on where it was, and ends by itself after forty minutes at most.

    make assure                     # what has been done of each part, by the program as it is
    make assure PART=simulation     # go on with a part

What is done lies in `.assurance/`, named after a digest of the program: another program begins anew. A part that finds something ends
with status 1 and says how to have it again.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fuzzing.parsers import PARSERS
from tests.resuming import FOLDER, ROOT, program, results_file

__all__ = ["PARTS", "Part", "main"]

_PART_S = 2_400
_STOP_S = 60
_SEEDS, _LARGER, _CASES, _KILLS = 1_000, (5, 7, 10), 1_000_000, 500


@dataclass(frozen=True)
class Part:
    """One kind of long run: its commands one after the other, and how much of it is done and wanted."""

    what: str
    commands: Callable[[], Sequence[Sequence[str]]]
    wanted: int
    done: Callable[[], int]
    environment: Callable[[], dict[str, str]] = dict


def _simulate(seeds: int, first: int, members: int) -> list[str]:
    who = ["--solo"] if members == 1 else ["--members", str(members)]
    command = [sys.executable, "-m", "zhulian.cli.main", "simulate", "--seeds", str(seeds), "--from", str(first), *who]
    return [*command, "--results", str(results_file("simulation")), "--lang", os.environ.get("ZHULIAN_LANG", "en")]


def _lines(name: str) -> list[dict[str, Any]]:
    file = results_file(name)
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:  # cut off by an interruption
            continue
    return found


def _seeds_done(members: Sequence[int], first: int, count: int) -> int:
    within = range(first, first + count)
    return len(
        {
            (each["members"], each["seed"])
            for each in _lines("simulation")
            if each["members"] in members and each["seed"] in within
        }
    )


def _cases_done() -> int:
    done: dict[str, int] = {}
    for each in _lines("fuzzing"):
        done[each["parser"]] = done.get(each["parser"], 0) + int(each["cases"])
    return sum(min(done.get(name, 0), _CASES) for name in PARSERS)


def _kills_folder() -> Path:
    return FOLDER / f"kills-{program()}"


def _kills_done() -> int:
    tally = _kills_folder() / "tally.json"
    return int(json.loads(tally.read_bytes())["kills"]) if tally.exists() else 0


def _pytest(path: str) -> list[str]:
    return [sys.executable, "-m", "pytest", "-q", "-s", path]


PARTS: dict[str, Part] = {
    "simulation": Part("seeds of four members", lambda: [_simulate(_SEEDS, 0, 4)], _SEEDS, lambda: _seeds_done([4], 0, _SEEDS)),
    "solo": Part("seeds of a node alone", lambda: [_simulate(_SEEDS, 0, 1)], _SEEDS, lambda: _seeds_done([1], 0, _SEEDS)),
    "networks": Part(
        "seeds of five, seven and ten members",
        lambda: [_simulate(30, 2_000, each) for each in _LARGER],
        30 * len(_LARGER),
        lambda: _seeds_done(_LARGER, 2_000, 30),
    ),
    "fuzz": Part(
        "cases of all parsers",
        lambda: [[sys.executable, "-m", "tests.fuzzing.running", "--cases", str(_CASES)]],
        _CASES * len(PARSERS),
        _cases_done,
    ),
    "kills": Part(
        "kills of processes of a network",
        lambda: [_pytest("tests/faults/test_kills.py")],
        _KILLS,
        _kills_done,
        lambda: {"ZHULIAN_KILLS": str(_KILLS), "ZHULIAN_KILLS_FOLDER": str(_kills_folder())},
    ),
    "soak": Part(
        "minutes at half load",
        lambda: [_pytest("tests/faults/test_soak.py")],
        30,
        lambda: max((int(each["minutes"]) for each in _lines("soak")), default=0),
        lambda: {"ZHULIAN_SOAK_FILE": str(results_file("soak"))},
    ),
}


def run(part: Part, seconds: float = _PART_S) -> int:
    """Run a part's commands for so long at most; status 1 where one found something. What was begun is kept."""
    left = seconds
    for command in part.commands():
        began = os.times().elapsed
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **part.environment()})
        try:
            status = process.wait(max(1.0, left))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            return 0
        if status:
            return 1
        left -= os.times().elapsed - began
    return 0


def say(names: Sequence[str]) -> None:
    """Say of each part how much is done."""
    for name in names:
        part = PARTS[name]
        print(f"{name:<12} {min(part.done(), part.wanted):>12,} of {part.wanted:>12,} {part.what}")


def main() -> None:
    """Go on with a part, or say how far all are."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("part", nargs="?", choices=list(PARTS))
    chosen = options.parse_args().part
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in a background of a shell it is ignored, and by the commands too
    status = run(PARTS[chosen]) if chosen else 0
    say([chosen] if chosen else list(PARTS))
    sys.exit(status)


if __name__ == "__main__":
    main()
