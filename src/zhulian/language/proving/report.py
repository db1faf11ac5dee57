"""What proving a definition found, as data: the same bytes on every machine, so that organisations can sign them.

The shape is stable: fields are only added, with a default, and never change what they mean.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from zhulian.canonical import Codec
from zhulian.crypto.suites import suite

__all__ = [
    "BYTES_MAX",
    "FORMAT",
    "Before",
    "Check",
    "Counter",
    "Engine",
    "Finding",
    "Held",
    "PromiseReport",
    "Reason",
    "Report",
    "Used",
    "Verdict",
    "Witness",
    "report_json",
]  # fmt: skip

FORMAT = "zhulian-proof/1"
Verdict = Literal["proved", "refuted", "runtime"]
"""Proved of every state; refuted by a story that was played; or held to at run time only, with a reason."""
Reason = Literal[
    "", "limit", "outside", "private", "not_inductive", "contradiction", "stopped", "broken", "no_way_out", "stranded", "unmoved",
    "unjudged",
]  # fmt: skip
"""Why it is not proved.

`limit`: the solver did not decide within its limit. `outside`: a construct that the model does not cover, which `detail` names.
`private`: it asks what is private or can be erased. `not_inductive`: from some state it would break, to which no way was found among those
that were tried, up to so many steps (`detail`; 0 where none were tried). `contradiction`: the promises contradict one another, so nothing follows from them. `stopped`: an action whose
own rules allow it would break it, and is refused at run time for that alone. `broken`: it breaks, and nothing stops it. `no_way_out`: what a record holds can be locked for ever.
`stranded`: a record breaks it once an upgrade has moved it, so that nothing more can be done to it. `unmoved`: a record would, but no way to such a one was found.
`unjudged`: the definition has a way out for what records hold; whether it can be gone is not concluded, since something that happens (`detail`) lies outside the model.
"""


class _Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the report."""


class Engine(_Shape, frozen=True, kw_only=True):
    """What decided: the solver, its version, its seed, and how much work one question was given (its own count, not time)."""

    name: str
    version: str
    seed: int
    limit: int
    model: int = 1
    """The version of the model; a later one may prove more."""


class Used(_Shape, frozen=True, kw_only=True):
    """Something that a proof rests on: a rule of the doer (`who`, `state`, `require`, `verb`, `value`, `field`, `new`, `there`, `final`,
    `time`, `input`), a promise as it held before (`promise`), what modules say of their words (`modules`),
    a promise of the version before (`before`), or that a setting is not changed with the upgrade (`setting`).
    """

    kind: str
    name: str
    path: str


class Held(_Shape, frozen=True, kw_only=True):
    """One value of an example: of a record, an input, a party, a setting or the time."""

    what: str
    value: str


class Counter(_Shape, frozen=True, kw_only=True):
    """How a promise breaks: `story` are the steps in YAML, as they were played; `stopped` if the engine refuses the last for it.

    `before` and `after` are the values that matter, of the record that the promise is of.
    """

    before: tuple[Held, ...]
    after: tuple[Held, ...]
    story: str = ""
    played: bool = False
    stopped: bool = False


class Check(_Shape, frozen=True, kw_only=True):
    """One promise over one thing that can happen. `by` is what decided: `frame` (it touches nothing of it), `solver`, `definition`."""

    doer: str
    kind: str
    path: str
    verdict: Verdict
    by: Literal["frame", "solver", "definition", ""]
    reason: Reason = ""
    detail: str = ""
    used: tuple[Used, ...] = ()
    words: tuple[str, ...] = ()
    """Words of modules whose contracts the question spoke of."""
    counter: Counter | None = None
    obligation: str = ""
    """The digest of all parts of the definition that the question depends on, and of the engine (SHA-256, hex)."""


class PromiseReport(_Shape, frozen=True, kw_only=True):
    """One promise over everything that can happen."""

    record: str
    name: str
    kind: Literal["always", "steps", "added"]
    place: str
    verdict: Verdict
    reason: Reason = ""
    checks: tuple[Check, ...] = ()


class Finding(_Shape, frozen=True, kw_only=True):
    """What a reader should know: `never` happens, a state that is never `left`, a debit nobody signs (`unsigned`), `locked` money."""

    kind: Literal["never", "left", "unsigned", "locked", "unjudged"]
    place: str
    name: str
    detail: str = ""


class Witness(_Shape, frozen=True, kw_only=True):
    """An example of an action that is accepted, and after which all promises hold."""

    action: str
    before: tuple[Held, ...]
    given: tuple[Held, ...]
    after: tuple[Held, ...]


class Before(_Shape, frozen=True, kw_only=True):
    """The version that was upgraded from: its number, and plain digests of its tree as RFC 8785 JSON, in hex."""

    version: int
    definition_sm3: str
    definition_sha256: str


class Report(_Shape, frozen=True, kw_only=True, omit_defaults=True):
    """What proving found of a definition.

    Attributes:
        definition_sm3, definition_sha256: Plain digests of the definition's tree as RFC 8785 JSON, in hex.
        contradiction: Promises that cannot hold together, if there are any; nothing is proved then.
        assumes: What every proof rests on, by the words of `words.py`.
        before: The version over whose upgrade the promises were proved; absent where none was given.
    """

    format: str
    scenario: str
    version: int
    definition_sm3: str
    definition_sha256: str
    engine: Engine
    contradiction: tuple[str, ...]
    promises: tuple[PromiseReport, ...]
    findings: tuple[Finding, ...]
    witnesses: tuple[Witness, ...]
    assumes: tuple[str, ...]
    before: Before | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of all promises."""
        found = {each.verdict for each in self.promises}
        return "refuted" if "refuted" in found else "runtime" if "runtime" in found else "proved"

    def count(self, verdict: Verdict) -> int:
        """How many promises have a verdict."""
        return sum(each.verdict == verdict for each in self.promises)

    def to_json(self) -> bytes:
        """The report as RFC 8785 JSON: what is signed."""
        return _CODEC.encode(self)

    def digests(self) -> dict[str, str]:
        """Its plain digests in hex, `sm3` and `sha256`."""
        return {name: self.digest(suite(code).digest).hex() for name, code in (("sm3", "gm"), ("sha256", "intl"))}

    def document(self) -> dict[str, Any]:
        """For programmes: the worst verdict, how many promises have which, the report's digests in hex by name, and the report."""
        counts = {"proved": self.count("proved"), "refuted": self.count("refuted"), "run_time": self.count("runtime")}
        return {"verdict": self.verdict, "counts": counts, "digest": self.digests(), "report": msgspec.to_builtins(self)}

    def digest(self, digest: Callable[[bytes], bytes]) -> bytes:
        """The digest of the report by a plain hash function, such as a suite's `digest`."""
        return digest(self.to_json())


_CODEC: Codec[Report] = Codec(Report)
BYTES_MAX = 4 * 1024 * 1024
"""The longest report that is read."""


def report_json(data: bytes) -> Report:
    """A report from the bytes that `to_json` wrote.

    Raises:
        Refusal: form/1–9 if the bytes are not exactly such a report.
    """
    return _CODEC.decode(data, BYTES_MAX)
