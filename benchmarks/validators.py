"""A model of many validators in several places: how long until a deposit is sealed, and how many a second go through.

    .venv/bin/python benchmarks/validators.py

This is arithmetic over the steps of agreement, and no measurement of a network. What a step costs comes from measurements on
one machine (`--verify-us` and the others, with what was found there as defaults); how long lines take is an assumption that stands in
`PLACES`. Each height: the proposer sends its block, everybody executes it, prevotes, precommits with seals, and commits; a
deposit is sealed when the precommits of the next block have brought a quorum of seals.
"""

import argparse
import json
import random
import sys
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any

# One way, milliseconds; between two members in one place 0.3. Fibre between the cities named, as providers publish it.
PLACES: dict[str, list[list[float]]] = {
    "one machine room": [[0.3]],
    "three districts of a city": [[0.3, 1.5, 2.0], [1.5, 0.3, 1.5], [2.0, 1.5, 0.3]],
    "Beijing, Shanghai, Shenzhen": [[0.3, 14.0, 20.0], [14.0, 0.3, 15.0], [20.0, 15.0, 0.3]],
}
_HEIGHTS = 400
_WARM = 40
_JITTER = 0.25
_MOST_S = 4.0
"""Where half of the deposits wait longer than this, the load is more than the network takes."""


@dataclass(frozen=True)
class Costs:
    """What steps cost, measured on one machine; in microseconds of one core unless it says otherwise."""

    verify_us: float = 160.0
    """One SM2 verification, in a worker of its own core."""
    execute_us: float = 180.0
    """Execution, tree and batch, a deposit."""
    check_us: float = 60.0
    """Screening and admission in the ledger process, a deposit."""
    seal_us: float = 190.0
    """Verifying one seal."""
    block_ms: float = 46.0
    """Everything that a block costs whatever is in it: engine, gossip, sockets, fsync. Four validators on two cores made a block in 48 ms,
    lines of 0.3 ms included; members with machines of their own should need less."""
    bytes_each: int = 620
    """A deposit's envelope."""
    line_mbit_s: float = 100.0
    """What one member can send."""


def run(members: int, places: list[list[float]], load: float, costs: Costs, seed: int = 1) -> dict[str, float] | None:
    """Times until sealed at a load (deposits a second), or None where the network does not take it."""
    chance = random.Random(seed)
    quorum = members * 2 // 3 + 1
    free = 1.0 - load * costs.check_us / 1e6  # what screening leaves of the ledger process
    if free <= 0.05 or load * costs.verify_us / 1e6 > 1:
        return None

    def line(one: int, other: int) -> float:
        return places[one % len(places)][other % len(places)] * (1 + _JITTER * chance.random())

    ready = [0.0] * members
    waiting_since = 0.0
    blocks: list[tuple[float, float, float]] = []  # first arrival, last arrival, when its seals are complete
    pending: tuple[float, float] | None = None
    for height in range(_HEIGHTS):
        proposer = height % members
        start = ready[proposer]
        count = max(0.0, load * (start - waiting_since) / 1000)
        first, waiting_since = waiting_since, start
        sending = count * costs.bytes_each * 8 * 2 / (costs.line_mbit_s * 1000)  # two copies; the others pass it on
        executing = count * costs.execute_us / 1000 / free + costs.block_ms / 2
        voted = []
        for member in range(members):
            there = start if member == proposer else start + sending + line(proposer, member)
            voted.append(max(there, ready[member]) + executing)
        prevoted = _after_quorum(voted, quorum, line, 0.0)
        decided = _after_quorum(prevoted, quorum, line, members * costs.seal_us / 1000 / 4)
        done = [each + costs.block_ms / 2 for each in decided]
        if pending is not None:
            blocks.append((*pending, sorted(decided)[members // 2]))
        pending = (first, start)
        ready = done
    if blocks[-1][2] - blocks[-1][1] > _MOST_S * 1000:
        return None
    samples = []
    for first, last, sealed in blocks[_WARM:]:
        samples += [sealed - first - (last - first) * chance.random() + line(0, 0) for _ in range(8)]
    cut = quantiles(samples, n=100)
    if cut[49] > _MOST_S * 1000:
        return None
    return {"sealed_ms_p50": round(cut[49], 1), "sealed_ms_p99": round(cut[98], 1), "block_ms": round((ready[0] / _HEIGHTS), 1)}


def _after_quorum(voted: list[float], quorum: int, line: Any, cost: float) -> list[float]:
    """When each member has the votes of a quorum."""
    found = []
    for member in range(len(voted)):
        arrivals = sorted(each + (0.0 if sender == member else line(sender, member)) for sender, each in enumerate(voted))
        found.append(max(arrivals[quorum - 1], voted[member]) + cost)
    return found


def most(members: int, places: list[list[float]], costs: Costs) -> int:
    """The highest load, in steps of 50 deposits a second, at which half are sealed within a second."""
    load = 50
    while load < 20_000:
        found = run(members, places, load + 50, costs)
        if found is None or found["sealed_ms_p50"] > 1000:
            break
        load += 50
    return load


def main() -> None:
    """Work it out and print JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in asdict(Costs()).items():
        options.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options.add_argument("--members", type=int, nargs="+", default=[4, 7, 16])
    options.add_argument("--load", type=float, default=100.0)
    chosen = vars(options.parse_args())
    sizes, load = chosen.pop("members"), chosen.pop("load")
    costs = Costs(**chosen)
    found: dict[str, Any] = {"model": True, "load": load, "costs": asdict(costs), "places": {}}
    for place, lines in PLACES.items():
        found["places"][place] = {}
        for members in sizes:
            at_load = run(members, lines, load, costs) or {}
            found["places"][place][members] = {**at_load, "most_per_s": most(members, lines, costs)}
            print(place, members, found["places"][place][members], file=sys.stderr)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
