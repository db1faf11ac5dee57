"""`prove`: every promise of a definition over everything that can happen to it."""

import hashlib
from collections.abc import Callable, Container, Mapping, Sequence
from functools import partial
from typing import Any

from zhulian.crypto.suites import suite
from zhulian.language.definition.check import Checked
from zhulian.language.definition.locks import held_by
from zhulian.language.expressions.tree import Has, Typed, below
from zhulian.language.proving.countering import Finding, Playing
from zhulian.language.proving.digests import Digests
from zhulian.language.proving.doing import Doer, Done, do, doers_of
from zhulian.language.proving.finding import NOTHING, look_around
from zhulian.language.proving.naming import names_held
from zhulian.language.proving.promises import EMPTY, WAY_OUT, Promised, home_of, promises_of
from zhulian.language.proving.questions import Question, ask, framed, pose, settle
from zhulian.language.proving.report import FORMAT, Check, PromiseReport, Reason, Report, Verdict
from zhulian.language.proving.solving import EXACT_LIMIT, LIMIT, Answer, Named, engine, solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside
from zhulian.language.proving.upgrading import Earlier, Upgrading

__all__ = ["Progress", "prove"]

Progress = Callable[[int, int], None]
"""Told after each question: how many are answered, and how many there are."""


def prove(
    checked: Checked,
    *,
    limit: int = LIMIT,
    only: Container[str] | None = None,
    play: Playing | None = None,
    samples: Mapping[tuple[str, str], Any] | None = None,
    since: Report | None = None,
    progress: Progress | None = None,
    earlier: Earlier | None = None,
) -> Report:
    """Prove what a definition promises.

    `play` plays a story; without it nothing is refuted by one. `samples` are inputs as other stories write them, by action and name.
    What the report `since` says of obligations that depend on the same is taken over. With `only`, just the promises of these names are asked, and nothing else is looked for.
    Over the upgrade, promises are asked only where the version before (`earlier`) is given.

    Never hangs: each question has a limit of the solver's own steps, and what it does not decide is said to be held to at run time.

    Raises:
        NotTheVersionBefore: `earlier` is another. LanguageFaults: language/150–167, the upgrade from it is not sound.
    """
    upgrading = None if earlier is None else Upgrading(earlier, checked, limit)
    tree = checked.definition.tree
    data = checked.definition.to_json()
    contradiction = _contradiction(checked, limit)
    doers = list(doers_of(checked))
    around = look_around(checked, doers, limit, sure=not contradiction) if only is None else NOTHING
    finding = Finding(checked, doers, play, samples or {})
    proving = _Proving(checked, doers, contradiction, limit, finding, since, progress or (lambda done, count: None), upgrading)
    every = [each for several in promises_of(checked).values() for each in several]
    promises = [proving.promise(each) for each in every if only is None or each.name in only]
    promises += proving.ways_out(around.locked, around.outside) if only is None else []
    return Report(
        format=FORMAT,
        scenario=tree.scenario,
        version=tree.version,
        definition_sm3=suite("gm").digest(data).hex(),
        definition_sha256=hashlib.sha256(data).hexdigest(),
        engine=engine(limit),
        contradiction=contradiction,
        promises=tuple(promises),
        findings=around.findings,
        witnesses=around.witnesses,
        assumes=_assumes(checked, promises),
        before=None if upgrading is None else upgrading.before,
    )


def _contradiction(checked: Checked, limit: int) -> tuple[str, ...]:
    """Promises of a record type that no record can keep together; none where all can."""
    found: list[str] = []
    for record in promises_of(checked):
        stage = Stage(checked)
        ref = stage.symbols.named("some record", stage.symbols.refs[record])
        stage.records.note(record, ref)
        there = stage.records.exists(stage.start, record, ref)
        assumed = stage.assume([stage.start])
        named = [Named(("promise", name, ""), each) for name, each in assumed if name.startswith("promise")]
        facts = [each for name, each in assumed if not name.startswith("promise")]
        answer = solve(stage.symbols, named, [*facts, there], limit)
        if answer.result == "impossible":
            found += [name.removeprefix("promise ") for _, name, _ in answer.core] or [record]
    return tuple(dict.fromkeys(found))


def _assumes(checked: Checked, promises: Sequence[PromiseReport]) -> tuple[str, ...]:
    """What every proof rests on, as far as the definition has it."""
    tree = checked.definition.tree
    found = ["engine", "solver"]
    if checked.scopes.base.assets or any(each.contract for each in checked.registry.reads.values()):
        found.append("modules")
    if any(each.kind == "asset" for each in tree.uses):
        found.append("incoming")
    if tree.uses:
        found.append("uses")
    crossed = [each for one in promises for each in one.checks if each.kind == "upgrade" and each.by == "solver"]
    if crossed:
        found.append("before")
    return tuple(found)


class _Proving:
    def __init__(
        self,
        checked: Checked,
        doers: Sequence[Doer],
        contradiction: tuple[str, ...],
        limit: int,
        finding: Finding,
        since: Report | None,
        progress: Progress,
        upgrading: Upgrading | None,
    ) -> None:
        self._checked = checked
        self._doers = doers
        self._contradiction = contradiction
        self._limit = limit
        self._progress = progress
        self._upgrading = upgrading
        self._finding = finding
        self._names = frozenset() if contradiction else names_held(checked, doers, limit)
        self._digests = Digests(checked, engine(limit), self._names)
        self._before = {each.obligation: each for one in (since.promises if since is not None else ()) for each in one.checks}
        self._held: Mapping[tuple[str, str], tuple[str, ...]] = held_by(checked.definition.tree, checked.found)
        self._frames: dict[str, tuple[Stage, Done] | str] = {}
        self._count = len(doers) * sum(len(each) for each in promises_of(checked).values())
        self._done = 0

    def promise(self, promise: Promised) -> PromiseReport:
        """One promise over everything that can happen."""
        checks = []
        for doer in self._doers:
            checks.append(self._check(promise, doer))
            self._done += 1
            self._progress(self._done, self._count)
        if self._checked.definition.tree.upgrade is not None:
            checks.append(self._upgraded(promise))
        return _summed(promise.record, promise.name, _kind(promise), promise.place, checks)

    def _upgraded(self, promise: Promised) -> Check:
        """One promise over the upgrade from the version before, if that was given."""
        reason = self._unasked(promise)
        if self._upgrading is not None and not reason:
            return self._upgrading.check(promise, self._digests, self._before)
        detail = "" if reason else "upgrade"
        return Check(
            doer="upgrade", kind="upgrade", path="upgrade", verdict="runtime", by="", reason=reason or "outside", detail=detail
        )

    def _unasked(self, promise: Promised) -> Reason:
        """Why nothing is asked of a promise; empty where it is."""
        if self._contradiction:
            return "contradiction"
        return "private" if promise.path is not None and _asks_private(self._checked.typed[promise.path]) else ""

    def _check(self, promise: Promised, doer: Doer) -> Check:
        def found(verdict: Verdict, by: str = "", **more: object) -> Check:
            return Check(doer=doer.name, kind=doer.kind, path=doer.path, verdict=verdict, by=by, **more)  # type: ignore[arg-type]  # `more` holds members of Check

        reason = self._unasked(promise)
        if reason:
            return found("runtime", reason=reason)
        if promise.path is None and not any(record == promise.record for record, _ in self._held):
            return found("proved", "definition")
        digest = self._digests.of(promise, doer)
        there = self._before.get(digest)
        if there is not None:
            return there
        try:
            if self._is_framed(promise, doer):
                return found("proved", "frame", obligation=digest)
            question = pose(self._checked, promise, doer, self._names)
        except Outside as outside:
            return found("runtime", reason="outside", detail=outside.what, obligation=digest)
        return self._asked(question, doer, digest, found)

    def _asked(self, question: Question, doer: Doer, digest: str, found: Callable[..., Check]) -> Check:
        words = tuple(sorted(question.stage.contracts.assumed))
        question, answer, sure = self._answer(question, doer)
        settled = settle(answer, partial(found, by="solver", words=words, obligation=digest))
        if settled is not None:
            return settled
        counter = self._finding.counter(question, doer, answer.model)
        if not counter.played and question.done.after.loose:
            return found("runtime", "solver", reason="outside", detail="each", words=words, obligation=digest)
        if not counter.played and not sure:
            return found("runtime", "solver", reason="limit", words=words, obligation=digest)
        if not counter.played:
            detail = str(self._finding.tried)
            return found(
                "runtime", "solver", reason="not_inductive", detail=detail, words=words, obligation=digest, counter=counter
            )
        reason = "stopped" if counter.stopped else "broken"
        return found("refuted", "solver", reason=reason, words=words, obligation=digest, counter=counter)

    def _answer(self, question: Question, doer: Doer) -> tuple[Question, Answer, bool]:
        """The question as it was answered, and whether the answer stands. One that may owe it to products of which only bounds were known
        is asked again with products computed; where the solver does not decide that, the first answer is a guess.
        """
        answer = ask(question, self._limit)
        if answer.result != "possible" or not question.stage.symbols.is_bounded:
            return question, answer, True
        exact = pose(self._checked, question.promise, doer, self._names, exact=True)
        again = ask(exact, min(self._limit, EXACT_LIMIT))
        return (question, answer, False) if again.result == "unknown" else (exact, again, True)

    def _is_framed(self, promise: Promised, doer: Doer) -> bool:
        key = f"{doer.kind} {doer.name}"
        if key not in self._frames:
            stage = Stage(self._checked)
            try:
                self._frames[key] = (stage, do(stage, doer, stage.start))
            except Outside as outside:
                self._frames[key] = outside.what
        there = self._frames[key]
        if isinstance(there, str):
            raise Outside(there)
        return framed(there[0], promise, there[1])

    def ways_out(self, locked: Sequence[tuple[str, str, str]], outside: Sequence[str]) -> list[PromiseReport]:
        """That what records hold has a way out: the check of the definition has asked for it, and here whether it can be gone.

        Where something that happens is `outside` of the model, that is not known.
        """
        found: list[PromiseReport] = []
        for record in dict.fromkeys(record for record, _ in self._held):
            shut = [(state, asset) for name, state, asset in locked if name == record]
            verdict: Verdict = "refuted" if shut else "runtime" if outside else "proved"
            reason: Reason = "no_way_out" if shut else "unjudged" if outside else ""
            detail = ", ".join(f"{state}: {asset}" for state, asset in shut) or (outside[0] if outside else "")
            check = Check(
                doer="", kind="record", path=home_of(record), verdict=verdict, by="solver" if shut else "definition",
                reason=reason, detail=detail,
            )  # fmt: skip
            found.append(_summed(record, WAY_OUT, "added", home_of(record), [check]))
        return found


def _kind(promise: Promised) -> str:
    return "added" if promise.name == EMPTY and promise.path is None else "steps" if promise.two_state else "always"


def _summed(record: str, name: str, kind: str, place: str, checks: Sequence[Check]) -> PromiseReport:
    verdicts = {each.verdict for each in checks}
    verdict: Verdict = "refuted" if "refuted" in verdicts else "runtime" if "runtime" in verdicts else "proved"
    reason = next((each.reason for each in checks if each.verdict == verdict), "")
    return PromiseReport(
        record=record, name=name, kind=kind, place=place, verdict=verdict, reason=reason, checks=tuple(checks),  # type: ignore[arg-type]  # the texts are those of the verdicts
    )  # fmt: skip


def _asks_private(tree: Typed) -> bool:
    """Whether an expression looks at a private value beyond asking whether it is there."""
    if isinstance(tree, Has):
        return any(_asks_private(each) for each in below(tree.of))
    return tree.private or any(_asks_private(each) for each in below(tree))
