"""A case followed through all applications, every step with its proof; and everything that the regulator did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Call, Flow, call, pause, work
from zhulian.client.reading import open_receipt, receipts
from zhulian.client.submit import Outcome, submit
from zhulian.client.supervising.errors import CaseDiffers, CaseTooLong

__all__ = ["Case", "CaseStep", "case", "inspect", "log"]

_TRIES, _AGAIN_S = 20, 0.5
STEPS_MAX = 10_000
"""The most steps that one case gathers."""


@dataclass(frozen=True)
class CaseStep:
    """An event with the receipt that proves it; None for what ran by itself, which has no receipt."""

    height: int
    time_ms: int
    transaction: str
    event: dict[str, Any]
    receipt: dict[str, Any] | None


@dataclass(frozen=True)
class Case:
    """A case: its scope, the transaction that declared the inspection, the height up to which it was followed, and its steps."""

    scope: str
    inspection: str
    height: int
    steps: tuple[CaseStep, ...]


def inspect(
    core: Core, scope: str, *, document: str, until: int, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Declare to all members that the regulator gathers a case about a party, record, `@instance` or `instance.class` until `until` (Unix seconds).

    `document` is the digest of the legal document, 64 hex digits; two officers sign.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "mandate.inspect", "document": document, "scope": scope, "until": until}
    return (yield from submit(core, [message], signers=signers))


def case(core: Core, scope: str, inspection: str, *, upto: int = 0) -> Flow[Case]:
    """Gather what happened with a scope under a standing inspection; every step that a transaction made is held against its receipt.

    Where the node's index has not reached the height `upto` yet, it is waited for, some seconds at most.

    Raises:
        FromNode: the inspection does not stand, or the index does not run. CaseDiffers: a step is not what the chain holds.
        CaseTooLong, ProofFault, Unreachable.
    """
    asked = [("scope", scope), ("inspection", inspection)]
    entries, height = yield from _gather(core, ("supervision", "case"), asked)
    for _ in range(_TRIES):
        if height >= upto:
            break
        yield from pause(_AGAIN_S)
        entries, height = yield from _gather(core, ("supervision", "case"), asked)
    return Case(scope, inspection, height, (yield from _proved(core, entries)))


def log(core: Core) -> Flow[tuple[CaseStep, ...]]:
    """Everything that the regulator did under its mandate, each use held against its receipt.

    Raises:
        FromNode: the index does not run. CaseDiffers, CaseTooLong, ProofFault, Unreachable.
    """
    entries, _ = yield from _gather(core, ("supervision",), [])
    return (yield from _proved(core, entries))


def _gather(core: Core, path: Sequence[str], query: list[tuple[str, str]]) -> Flow[tuple[list[dict[str, Any]], int]]:
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        more = [("after", after)] if after else []
        page = as_json((yield from call(Call("GET", path_of(*path), [*query, *more, ("limit", "100")]))), core.url)
        found += page["entries"]
        after = page.get("next") or ""
        if len(found) > STEPS_MAX:
            raise CaseTooLong(most=STEPS_MAX)
        if not after:
            return found, int(page["index_height"])


def _proved(core: Core, entries: Sequence[Mapping[str, Any]]) -> Flow[tuple[CaseStep, ...]]:
    """The entries with the receipts of their transactions, each event being one that its receipt proves."""
    wanted = list(dict.fromkeys(str(each["transaction"]) for each in entries if each["transaction"]))
    documents = yield from receipts(core, wanted)
    events: dict[str, tuple[int, list[dict[str, Any]]]] = {}
    for transaction, document in documents.items():
        proved = (yield from work(open_receipt, core, transaction, document, None)).proved
        events[transaction] = proved.height, list(proved.result.get("events", []))
    steps = []
    for each in entries:
        name, event = str(each["transaction"]), dict(each["event"])
        if name:
            height, proved_events = events.get(name, (0, []))
            if height != each["height"] or not any(_same(event, one) for one in proved_events):
                raise CaseDiffers(transaction=name[:64], height=int(each["height"]))
        steps.append(CaseStep(int(each["height"]), int(each["time_ms"]), name, event, documents.get(name)))
    return tuple(steps)


def _same(event: Mapping[str, Any], proved: Mapping[str, Any]) -> bool:
    """Whether an event is the proved one; the index may know more of it, from the message."""
    return all(name in event and event[name] == value for name, value in proved.items())
