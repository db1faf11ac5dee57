"""What a secret vote costs: making a ballot, checking and adding one, and opening the sums of a full box.

    .venv/bin/python benchmarks/ballot.py --ballots 10000 --choices 3

Ballots mark one or two of the choices, under a key that three trustees hold of whom any two open the sums. `--made` ballots are made and
checked, and then added again and again until there are as many as asked. `recount_s` is worked out from the time of one check.
Times are of the processor, one thread.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from typing import TypeVar

from zhulian.client.voting.counting import count_sums
from zhulian.client.voting.papers import make_ballot, make_part
from zhulian.crypto import GM, Hasher
from zhulian.crypto.group import group_of
from zhulian.crypto.sharing import draw_polynomial, share_of
from zhulian.modules.ballot.format import BALLOT, PARTS_GIVEN
from zhulian.modules.ballot.judging import Given, add_to_sums, empty_sums, judge_ballot
from zhulian.modules.ballot.state import Box

_NAME = "village/election/2026"
_TRUSTEES = ("org1", "org2", "org3")
_Got = TypeVar("_Got")


def _timed(work: Callable[[], _Got]) -> tuple[_Got, float]:
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def main() -> None:
    """Measure and print JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ballots", type=int, default=10_000)
    options.add_argument("--choices", type=int, default=3)
    options.add_argument("--made", type=int, default=200)
    chosen = options.parse_args()
    hasher, group = Hasher(GM, b"\0" * 32), group_of(GM)
    given = Given.of(hasher)
    polynomial = draw_polynomial(group, 2)
    box = Box(
        ballots=chosen.ballots, choices=chosen.choices, done=(), least=1, most=2, stage="open", threshold=2, trustees=_TRUSTEES,
        key=group.base_times(polynomial[0]).encode().hex(),
    )  # fmt: skip
    marks = [{1 + place % chosen.choices} for place in range(chosen.made)]
    papers, made_s = _timed(
        lambda: [make_ballot(hasher, _NAME, box, f"~{place:032x}", marked) for place, marked in enumerate(marks)]
    )
    judged, judged_s = _timed(lambda: [judge_ballot(given, box, BALLOT.decode(each.encode())) for each in papers])
    sums, wanted = empty_sums(chosen.choices), [0] * chosen.choices
    began = time.process_time()
    for place in range(chosen.ballots):
        sums = add_to_sums(given, sums, judged[place % chosen.made])
        wanted[place % chosen.made % chosen.choices] += 1
    added_s = time.process_time() - began
    shares = {each: share_of(group, polynomial, 1 + place) for place, each in enumerate(_TRUSTEES[:2])}
    parts, parts_s = _timed(lambda: {each: make_part(hasher, _NAME, box, sums, each, share) for each, share in shares.items()})
    points = {each: PARTS_GIVEN.decode(paper.encode()).points for each, paper in parts.items()}
    counts, counted_s = _timed(lambda: count_sums(group, box, sums, points))
    if counts != wanted:
        raise SystemExit(f"counted {counts}, not {wanted}")
    check_ms = 1e3 * (judged_s / chosen.made + added_s / chosen.ballots)
    found = {
        "ballots": chosen.ballots,
        "choices": chosen.choices,
        "counts": counts,
        "make_ms": round(1e3 * made_s / chosen.made, 2),
        "check_and_add_ms": round(check_ms, 2),
        "open_and_count_s": round(parts_s + counted_s, 3),
        "recount_s": round(check_ms * chosen.ballots / 1e3, 1),
    }
    json.dump(found, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
