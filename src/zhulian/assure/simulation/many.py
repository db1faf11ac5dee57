"""Many seeds: on several processes, with results that survive an interruption, and a summary."""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhulian.assure.simulation.running import Outcome, Plan, run_seed

__all__ = ["Summary", "run_seeds"]


@dataclass
class Summary:
    """What came of many seeds."""

    seeds: int = 0
    failures: list[Outcome] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    lies: dict[str, int] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Take one seed in."""
        self.seeds += 1
        if outcome.failure:
            self.failures.append(outcome)
        for name, count in outcome.figures.items():
            self.figures[name] = self.figures.get(name, 0) + count
        if outcome.lie:
            self.lies[outcome.lie] = self.lies.get(outcome.lie, 0) + 1

    def as_json(self, members: int) -> dict[str, Any]:
        """As a document; each failure with the command that replays it."""
        return {
            "seeds": self.seeds,
            "members": members,
            "failed": len(self.failures),
            "figures": dict(sorted(self.figures.items())),
            "lies": dict(sorted(self.lies.items())),
            "failures": [{**each.as_json(), "replay": replay(each.seed, members)} for each in self.failures],
        }


def replay(seed: int, members: int) -> str:
    """The command that plays a seed again."""
    who = "--solo" if members == 1 else f"--members {members}"
    return f"zhulian simulate --from {seed} --seeds 1 {who}"


def run_seeds(
    seeds: Iterable[int],
    plan: Plan,
    *,
    workers: int | None = None,
    results: Path | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Summary:
    """Run seeds on `workers` processes (None: one for each processor).

    Where `results` names a file, each seed's outcome is a line there as soon as it is known; seeds that are there already are
    taken from it and not run again, so that an interrupted run goes on where it was.
    """
    summary = Summary()
    known = {} if results is None else _known(results, plan)
    left = []
    for seed in seeds:
        if seed in known:
            summary.add(known[seed])
            advance()
        else:
            left.append(seed)
    for outcome in _outcomes(left, plan, workers or len(os.sched_getaffinity(0))):
        summary.add(outcome)
        if results is not None:
            with results.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"members": plan.members, **outcome.as_json()}, sort_keys=True) + "\n")
        advance()
    summary.failures.sort(key=lambda each: each.seed)
    return summary


def _known(results: Path, plan: Plan) -> dict[int, Outcome]:
    """The outcomes in a file of results; a line that was cut off counts as none."""
    found: dict[int, Outcome] = {}
    if not results.exists():
        return found
    for line in results.read_text(encoding="utf-8").splitlines():
        try:
            read = json.loads(line)
            members = read.pop("members")
            outcome = Outcome(**read)
        except (ValueError, KeyError, TypeError):
            continue
        if members == plan.members:
            found[outcome.seed] = outcome
    return found


def _outcomes(seeds: list[int], plan: Plan, workers: int) -> Iterator[Outcome]:
    if workers <= 1 or len(seeds) <= 1:
        for seed in seeds:
            yield run_seed(seed, plan)
        return
    # `spawn`: a fork of a process with threads (a progress bar) may hang on a lock.
    with multiprocessing.get_context("spawn").Pool(min(workers, len(seeds))) as pool:
        yield from pool.imap_unordered(_Run(plan), seeds)


@dataclass(frozen=True)
class _Run:
    plan: Plan

    def __call__(self, seed: int) -> Outcome:
        return run_seed(seed, self.plan)
