"""From a record that breaks a promise once it has moved to steps that lead there: the version before, the upgrade, and the record moved."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.expressions import types
from zhulian.language.proving.countering import Playing, marked
from zhulian.language.proving.crossing import Crossing, fails
from zhulian.language.proving.doing import Doer
from zhulian.language.proving.examples import record_in
from zhulian.language.proving.promises import Promised
from zhulian.language.proving.questions import any_record
from zhulian.language.proving.report import Counter
from zhulian.language.proving.solving import solve
from zhulian.language.proving.symbols import Outside, Z
from zhulian.language.proving.telling import Story, Telling, as_yaml
from zhulian.language.proving.trails import BEGINS, LIMIT, WAIT_MOST, Trail, played, ways_before
from zhulian.language.upgrades.passage import Passage, notice_seconds

__all__ = ["Stranding", "file_of"]

_WAYS = 12
_PLAYS = 4
_SLACK = 5
_OPERATOR = "gov"
"""How the stories call whoever opened the instance."""


def file_of(checked: Checked) -> str:
    """The name of the file in which stories look for a definition that they upgrade to: the same wherever it was proved."""
    tree = checked.definition.tree
    return f"{tree.scenario}-{tree.version}.yaml"


@dataclass(frozen=True, slots=True)
class _Found:
    """A way with its values, and when the record moves."""

    crossing: Crossing
    trail: Trail
    moves: Z


class Stranding:
    """Finds steps of the version before after which a record breaks a promise of the later one as soon as it moves."""

    def __init__(
        self,
        before: Checked,
        after: Checked,
        passage: Passage,
        doers: Sequence[Doer],
        play: Playing | None,
        samples: Mapping[tuple[str, str], Any],
    ) -> None:
        self._before, self._after, self._passage = before, after, passage
        self._doers = doers
        self._play = play
        self._samples = samples

    def counter(self, promise: Promised) -> Counter | None:
        """Steps that were played; None where nothing was found that could be."""
        if self._play is None:
            return None
        plays = 0
        for found in self._ways(promise):
            try:
                story = self._story(found, promise)
            except Outside:
                continue
            outcome = self._play(story, promise)
            plays += 1
            if outcome == "stopped":
                trail, crossing = found.trail, found.crossing
                return Counter(
                    before=record_in(crossing.old, trail.model, crossing.world, promise.record, trail.ref),
                    after=record_in(crossing.new, trail.model, crossing.new.start, promise.record, trail.ref),
                    story=as_yaml({**story, "steps": marked(story["steps"], promise, outcome, "")}),
                    played=True,
                    stopped=True,
                )
            if plays >= _PLAYS:
                break
        return None

    def _ways(self, promise: Promised) -> Iterator[_Found]:
        for place, way in enumerate(ways_before(self._before, promise.record, self._doers)):
            if place >= _WAYS:
                return
            try:
                found = self._filled(promise, way)
            except Outside:
                continue
            if found is not None:
                yield found

    def _filled(self, promise: Promised, way: Sequence[Doer]) -> _Found | None:
        crossing = Crossing(self._before, self._after, self._passage, exact=True, empty=True)
        old, new, symbols = crossing.old, crossing.new, crossing.symbols
        dones, facts = played(old, way, waits=True, last_too=True)
        upgrade = self._after.definition.tree.upgrade
        notice = 0 if upgrade is None else notice_seconds(upgrade)
        last = dones[-1].time if dones else symbols.number(BEGINS)
        moves = new.records.time = symbols.ranged(symbols.named("time of moving", symbols.whole), types.TIME)
        facts += [moves >= last + notice, moves <= last + notice + WAIT_MOST]
        crossing.leave(dones[-1].after if dones else old.start)
        ref = any_record(new, promise)
        broken = fails(crossing, promise, ref)
        crossing.show(promise.record, ref)
        named, more = crossing.assumed()
        facts += [*more, *(each.formula for each in (*named, *crossing.same_settings()) if each.name[0] != "before")]
        answer = solve(symbols, (), [*facts, broken], LIMIT)
        if answer.result != "possible":
            return None
        return _Found(crossing, Trail(old, tuple(dones), answer.model, ref), moves)

    def _story(self, found: _Found, promise: Promised) -> Story:
        trail = found.trail
        told = Telling(trail, self._samples)
        story = told.story()
        began = trail.dones[-1].time if trail.dones else found.crossing.symbols.number(BEGINS)
        wait = int(trail.model.eval(found.moves - began, model_completion=True).as_long())
        record, ref = promise.record, trail.ref
        if record == INSTANCE:  # whatever moves has the instance's promises asked too
            record, ref = next(
                ((each.doer.record, each.this) for each in reversed(trail.dones) if each.doer.record != INSTANCE), (record, ref)
            )
        key = told.key(record, ref)
        steps = [
            *story["steps"],
            {"who": _OPERATOR, "upgrades": file_of(self._after)},
            {"wait": f"{wait + _SLACK}s"},
            {"who": _OPERATOR, "amends": record, **({"on": key[0] if len(key) == 1 else key} if key else {})},
        ]
        return {**story, "cast": {**story["cast"], _OPERATOR: "operator"}, "steps": steps}
