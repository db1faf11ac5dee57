"""Judges mutants of packs and adds up what noticed them.

    .venv/bin/python -m zhulian.assure.mutation.running --each 40 --results results.jsonl

judges so many mutants of each pack, chosen by a seed that stays the same, or all with `--each 0`; what is in the results already is
not judged again, so that an interrupted run goes on. `--pack NAME` takes one pack, `--table` only adds up.
"""

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from zhulian.assure.mutation.judging import Judged, Pack, judge_mutant
from zhulian.assure.mutation.mutants import Mutant
from zhulian.assure.mutation.refuting import no_longer_proved
from zhulian.errors import Words

__all__ = ["Line", "chosen", "explained", "table", "unexplained"]

_SHIPPED = Path(__file__).parents[2] / "scenarios"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: how many mutants a pack has had judged, and what noticed them.

    Attributes:
        check: Those that the check of definitions turns down.
        breaking: Those that break a promise of the original in random play; of these `stories` fail a story, and
            of the rest the prover no longer proves what it proves of the original (`prover`).
        left: Those that break one, and nothing but that promise notices at run time.
        otherwise: Those that fail a story though no promise broke in random play.
        nothing: Those that nothing noticed, and which break no promise.
    """

    pack: str
    mutants: int
    check: int
    breaking: int
    stories: int
    prover: int
    left: int
    otherwise: int
    nothing: int

    @property
    def share(self) -> float:
        """Which part of those that break a promise is noticed before the chain runs."""
        return (self.stories + self.prover) / self.breaking if self.breaking else 1.0


def chosen(pack: Pack, each: int) -> list[Mutant]:
    """So many mutants of a pack, of all kinds in turn; all of them for 0. The same for the same definition."""
    found = pack.mutants()
    if not each or each >= len(found):
        return found
    random.Random(f"mutants of {pack.name}").shuffle(found)  # noqa: S311 - a seed that replays
    seen: Counter[str] = Counter()
    turns = []
    for place, mutant in enumerate(found):
        turns.append((seen[mutant.kind], place))
        seen[mutant.kind] += 1
    return [found[place] for _, place in sorted(turns)[:each]]


def table(judged: Iterable[Judged]) -> list[Line]:
    """What came of the mutants, pack by pack."""
    by_pack: dict[str, list[Judged]] = {}
    for each in judged:
        by_pack.setdefault(each.pack, []).append(each)
    return [_line(pack, found) for pack, found in sorted(by_pack.items())]


def _line(pack: str, found: Sequence[Judged]) -> Line:
    caught = Counter((each.breaks, each.caught) for each in found)
    return Line(
        pack=pack,
        mutants=len(found),
        check=caught[False, "check"],
        breaking=sum(1 for each in found if each.breaks),
        stories=caught[True, "story"],
        prover=caught[True, "prover"],
        left=caught[True, "run_time"],
        otherwise=caught[False, "story"] + caught[False, "prover"],
        nothing=caught[False, "nothing"],
    )


def explained() -> dict[tuple[str, str], Words]:
    """Why a mutant that breaks a promise in random play is left to the promise itself, by pack and mutant (`survivors.json`)."""
    text = (files("zhulian.assure.mutation") / "survivors.json").read_text("utf-8")
    return {(each["pack"], each["mutant"]): Words(each["why"]["zh"], each["why"]["en"]) for each in json.loads(text)}


def unexplained(judged: Iterable[Judged]) -> list[Judged]:
    """Mutants that break a promise, that neither story nor prover notices, and of which nobody has said why."""
    known = explained()
    return [each for each in judged if each.caught == "run_time" and (each.pack, each.mutant) not in known]


def _load(path: Path) -> Iterator[Judged]:
    if path.is_file():
        for line in path.read_text("utf-8").splitlines():
            value = json.loads(line)
            yield Judged(**{**value, "broken": tuple(value["broken"])})


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, and show the table; 1 where a mutant is left that nobody explains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=40)
    parser.add_argument("--pack", action="append")
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args(arguments)
    names = given.pack or sorted(path.parent.name for path in _SHIPPED.glob("*/scenario.yaml"))
    done = {(each.pack, each.mutant) for each in _load(given.results)}
    for name in [] if given.table else names:
        pack = Pack(_SHIPPED / name / "scenario.yaml")
        for mutant in chosen(pack, given.each):
            if (name, mutant.name) not in done:
                judged = judge_mutant(pack, mutant, partial(no_longer_proved, pack.checked))
                with given.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(judged), ensure_ascii=False) + "\n")
    found = [each for each in _load(given.results) if each.pack in names]
    for line in table(found):
        sys.stdout.write(json.dumps({**asdict(line), "share": round(line.share, 3)}) + "\n")
    left = unexplained(found)
    for each in left:
        sys.stdout.write(f"left: {each.pack}: {each.mutant} ({', '.join(each.broken)})\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
