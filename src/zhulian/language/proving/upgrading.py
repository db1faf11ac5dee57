"""What an upgrade owes: that every record which moves keeps the promises of the later version, those of the version before having held."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from zhulian.crypto.suites import suite
from zhulian.language.definition.check import Checked
from zhulian.language.proving.countering import Playing
from zhulian.language.proving.crossing import Totalled, cross, no_longer
from zhulian.language.proving.digests import Digests
from zhulian.language.proving.doing import doers_of
from zhulian.language.proving.errors import NotTheVersionBefore
from zhulian.language.proving.examples import record_in
from zhulian.language.proving.naming import names_held
from zhulian.language.proving.promises import Promised
from zhulian.language.proving.questions import ask, settle
from zhulian.language.proving.report import Before, Check, Counter, Reason
from zhulian.language.proving.solving import engine
from zhulian.language.proving.stranding import Stranding
from zhulian.language.proving.symbols import Outside
from zhulian.language.upgrades.passage import Passage, check_upgrade

__all__ = ["Earlier", "Upgrading"]


@dataclass(frozen=True)
class Earlier:
    """The version before; `play` plays stories of it that upgrade to the later one, `samples` are inputs as its own stories write them."""

    checked: Checked
    play: Playing | None = None
    samples: Mapping[tuple[str, str], Any] = field(default_factory=dict)


class Upgrading:
    """Asks the promises of a version across the upgrade to it.

    Raises:
        NotTheVersionBefore. LanguageFaults: language/150–167, the upgrade itself is not sound.
    """

    def __init__(self, earlier: Earlier, after: Checked, limit: int) -> None:
        self._before, self._after, self._limit = earlier.checked, after, limit
        self._passage = _passage(earlier.checked, after)
        doers = list(doers_of(earlier.checked))
        self._names = names_held(earlier.checked, doers, limit)
        self._stranding = Stranding(earlier.checked, after, self._passage, doers, earlier.play, earlier.samples)
        self._digests = Digests(earlier.checked, engine(limit), self._names)
        self._totalled: Totalled = {}

    @property
    def before(self) -> Before:
        """The version before, as a report names it."""
        data = self._before.definition.to_json()
        return Before(
            version=self._before.definition.tree.version,
            definition_sm3=suite("gm").digest(data).hex(),
            definition_sha256=hashlib.sha256(data).hexdigest(),
        )

    def check(self, promise: Promised, digests: Digests, known: Mapping[str, Check]) -> Check:
        """The verdict of a promise; `digests` are those of the later version, `known` what an earlier report found by obligation."""

        def found(verdict: str, by: str = "", **more: object) -> Check:
            return Check(doer="upgrade", kind="upgrade", path="upgrade", verdict=verdict, by=by, **more)  # type: ignore[arg-type]  # the words are those of Check

        if no_longer(self._before, self._after, self._passage, promise):
            return found("proved", "definition")
        digest = digests.of_passage(promise, self._digests, self._after.definition.tree.upgrade)
        there = known.get(digest)
        if there is not None:
            return there
        try:
            question = cross(self._before, self._after, self._passage, promise, self._names, self._totalled, self._limit)
        except Outside as outside:
            return found("runtime", reason="outside", detail=outside.what, obligation=digest)
        words = tuple(sorted(question.stage.contracts.assumed))
        answer = ask(question, self._limit)
        settled = settle(answer, partial(found, by="solver", words=words, obligation=digest))
        if settled is not None:
            return settled
        counter = self._stranding.counter(promise)
        reason: Reason = "stranded"
        if counter is not None:
            return found("refuted", "solver", reason=reason, words=words, obligation=digest, counter=counter)
        shown = record_in(question.stage, answer.model, question.done.after, promise.record, question.ref)
        return found(
            "runtime", "solver", reason="unmoved", words=words, obligation=digest, counter=Counter(before=(), after=shown)
        )


def _passage(before: Checked, after: Checked) -> Passage:
    tree, last = after.definition.tree, before.definition.tree
    if tree.upgrade is None or (tree.scenario, tree.upgrade.version) != (last.scenario, last.version):
        raise NotTheVersionBefore(
            scenario=tree.scenario,
            version=tree.version,
            follows="–" if tree.upgrade is None else str(tree.upgrade.version),
            given=f"{last.scenario} {last.version}",
        )
    return check_upgrade(before, after, after.registry)
