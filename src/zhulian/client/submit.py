"""Sending signed transactions, and sending them again only where that is safe.

The same signed bytes count once, so they may be sent as often as needed until they expire. A new body for the same intent
is signed only after the old one has expired and left no trace on the chain.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from zhulian.client.answers import as_json, as_refusal, path_of, refusal_of
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.errors import FromNode, NotSealedInTime, OutcomeUnknown, StrangeAnswer, Unreachable
from zhulian.client.flow import Call, Flow, call, pause, work
from zhulian.client.journal import Intent
from zhulian.errors import Words

__all__ = [
    "Outcome",
    "Wait",
    "claim",
    "deliver",
    "deliver_many",
    "find_transaction",
    "prepare",
    "resume",
    "submit",
    "wait_for_seal",
]

Wait = Literal["admitted", "committed", "sealed"]
"""How far a transaction must have come before the call returns."""

LAPSE_MARGIN_S = 120
"""How long after `expires` an intent without a trace counts as lapsed: no block may still take it, clocks considered."""
BATCH_ITEMS = 500
_WAIT_S = 45.0
_SEAL_S = 30
_NDJSON = "application/x-ndjson"
_REPLAYED = "tx/5"
_EXPIRED = "tx/3"
_STANDSTILL = "node/40"
_NOT_YET = frozenset(("gateway/18", "gateway/19"))


@dataclass(frozen=True)
class Outcome:
    """What became of a transaction. `height` and `index` where a block holds it; `refusal` where a rule said no."""

    transaction: str
    status: Literal["admitted", "applied", "refused", "turned_away"]
    height: int | None = None
    index: int | None = None
    refusal: FromNode | None = None


def submit(
    core: Core,
    messages: Sequence[Mapping[str, Any]],
    *,
    signers: Sequence[str | Identity] | None = None,
    wait: Wait = "sealed",
    intent: str | None = None,
) -> Flow[Outcome]:
    """Sign `messages` as one transaction and see it through.

    `signers` are names of keys that are here, or identities; None is the default one. `intent` names what is wanted once:
    while an earlier transaction of that name is open, the same bytes are sent again instead of a new signature.

    Raises:
        FromNode: a rule said no; nothing was applied. OutcomeUnknown: sent, but no answer came before it expired.
        Unreachable: nothing could be sent. NoSigner: a key is not here.
    """
    key = intent or f"submit:{secrets.token_hex(16)}"
    identities = yield from work(core.identities, signers)
    outcome = yield from claim(core, key)
    if outcome is None:
        prepared = yield from work(prepare, core, messages, identities, key)
        (chosen,) = yield from work(core.journal.begin, [prepared])
        outcome = yield from deliver(core, chosen, wait)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome


def prepare(core: Core, messages: Sequence[Mapping[str, Any]], identities: Sequence[Identity], key: str) -> Intent:
    """A signed intent, not yet in the journal."""
    signed = core.sign(messages, identities)
    return Intent(core.chain, key, signed.transaction, signed.expires, signed.envelope)


def claim(core: Core, key: str) -> Flow[Outcome | None]:
    """What came of an earlier attempt at the same thing, or None where the way is free to sign it (again).

    Raises:
        OutcomeUnknown: the earlier one has expired only just now; a block may still hold it.
    """
    earlier = yield from work(core.journal.find_open, core.chain, key)
    if earlier is None:
        return None
    if core.clock() < earlier.expires:
        return (yield from deliver(core, earlier, "sealed"))
    found = yield from find_transaction(core, earlier.transaction)
    if found is not None:
        return (yield from _settle(core, found))
    if core.clock() < earlier.expires + LAPSE_MARGIN_S:
        raise OutcomeUnknown(transaction=earlier.transaction)
    yield from work(core.journal.end, [earlier.transaction], "lapsed")
    return None


def deliver(core: Core, intent: Intent, wait: Wait) -> Flow[Outcome]:
    """Send the bytes of an intent that is in the journal until there is an answer, and close it there.

    Raises:
        OutcomeUnknown, Unreachable: the intent stays open and `resume` picks it up.
    """
    began = core.clock()
    doubtful = False
    for delay in _delays():
        try:
            answer = yield from call(Call("POST", path_of("transactions"), [("wait", wait)], intent.envelope, timeout_s=_WAIT_S))
        except Unreachable as lost:
            doubtful = doubtful or lost.sent
            if core.clock() >= intent.expires:
                break
            if not doubtful and core.clock() - began >= core.patience_s:
                raise
            yield from pause(delay)
            continue
        if answer.status < 300:
            return (yield from _settle(core, _outcome(as_json(answer, core.url), core.url)))
        refusal = as_refusal(answer, core.url)
        if refusal.code == _REPLAYED or (refusal.code == _EXPIRED and doubtful):
            found = yield from _follow(core, intent, wait)
            if found is not None:
                return (yield from _settle(core, found))
        again = refusal.retry_after_s
        stands = refusal.code == _STANDSTILL  # nothing was taken in, and it may last for hours
        if again is None or (stands and not doubtful and core.clock() - began >= core.patience_s):
            return (yield from _settle(core, _refused(intent, refusal)))
        doubtful = doubtful or (refusal.status >= 500 and not stands)
        if core.clock() >= intent.expires:
            break
        yield from pause(max(delay, again))
    found = yield from _follow(core, intent, wait)
    if found is None:
        raise OutcomeUnknown(transaction=intent.transaction)
    return (yield from _settle(core, found))


def deliver_many(
    core: Core, intents: Sequence[Intent], wait: Wait, progress: Callable[[int], None] | None = None
) -> Flow[list[Outcome | OutcomeUnknown]]:
    """Send many intents, `BATCH_ITEMS` at a time; one outcome each, in order. What the node is too busy for goes again.

    Raises:
        Unreachable: nothing could be sent. FromNode: the node refuses the batch as such.
    """
    found: dict[str, Outcome | OutcomeUnknown] = {}
    for start in range(0, len(intents), BATCH_ITEMS):
        part = intents[start : start + BATCH_ITEMS]
        yield from _deliver_part(core, part, wait, found)
        if progress is not None:
            progress(len(part))
    return [found[intent.transaction] for intent in intents]


def _deliver_part(core: Core, part: Sequence[Intent], wait: Wait, found: dict[str, Outcome | OutcomeUnknown]) -> Flow[None]:
    left = {intent.transaction: intent for intent in part if core.clock() < intent.expires}
    found.update(
        (each.transaction, OutcomeUnknown(transaction=each.transaction)) for each in part if each.transaction not in left
    )
    began = core.clock()
    doubtful = False
    for delay in _delays() if left else ():
        body = b"\n".join(intent.envelope for intent in left.values())
        try:
            answer = yield from call(Call("POST", path_of("transactions", "batch"), [("wait", wait)], body, _NDJSON, _WAIT_S))
            outcomes = [] if answer.status >= 300 else _outcomes(as_json(answer, core.url), len(left), core.url)
            refusal = as_refusal(answer, core.url) if answer.status >= 300 else None
        except Unreachable as lost:
            doubtful = doubtful or lost.sent
            if not doubtful and core.clock() - began >= core.patience_s:
                raise
            outcomes, refusal = [], None
        if refusal is not None and refusal.retry_after_s is None:
            raise refusal
        settled = []
        for intent, outcome in zip(list(left.values()), outcomes, strict=False):
            no = outcome.refusal
            if no is not None and (no.code == _REPLAYED or (no.code == _EXPIRED and doubtful)):  # it may be here already
                followed = yield from _follow(core, intent, wait)
                if followed is not None:
                    settled.append(followed)
            elif no is None or no.retry_after_s is None:
                settled.append(replace(outcome, transaction=intent.transaction))
        yield from _settle_many(core, settled)
        for outcome in settled:
            found[outcome.transaction] = outcome
            del left[outcome.transaction]
        for intent in [each for each in left.values() if core.clock() >= each.expires]:
            found[intent.transaction] = OutcomeUnknown(transaction=intent.transaction)
            del left[intent.transaction]
        if not left:
            return
        yield from pause(delay)


def resume(core: Core) -> Flow[list[Outcome]]:
    """Pick up what an earlier run signed and did not see the end of; what came of each, where it is known now.

    Raises:
        Unreachable: the node cannot be reached.
    """
    done = []
    for intent in (yield from work(core.journal.open_intents, core.chain)):
        try:
            found = yield from claim(core, intent.key)
        except OutcomeUnknown:
            continue
        if found is not None:
            done.append(found)
    return done


def find_transaction(core: Core, transaction: str) -> Flow[Outcome | None]:
    """Where a transaction stands, or None where no block has it.

    Raises:
        Unreachable, FromNode.
    """
    answer = yield from call(Call("GET", path_of("transactions", transaction)))
    if answer.status >= 300:
        refusal = as_refusal(answer, core.url)
        if refusal.code in _NOT_YET:
            return None
        raise refusal
    found = as_json(answer, core.url)
    try:
        result, height, index = found["result"], int(found["height"]), int(found["index"])
        status = result["status"]
    except (KeyError, TypeError, ValueError):
        raise StrangeAnswer(url=core.url, why=Words("交易的结构不符", "a transaction of another shape")) from None
    if status == "applied":
        return Outcome(transaction, "applied", height, index)
    said = found.get("refusal") or {
        "code": result.get("code"),
        "zh": f"交易 {transaction} 未通过。",
        "en": f"The transaction {transaction} was refused.",
    }
    return Outcome(
        transaction, "refused", height, index, FromNode({**said, "outcome": "refused", "height": height, "index": index})
    )


def _follow(core: Core, intent: Intent, wait: Wait) -> Flow[Outcome | None]:
    """Wait for a transaction that the node has already; None where it has expired without a trace."""
    for delay in _delays():
        try:
            found = yield from find_transaction(core, intent.transaction)
        except Unreachable:
            if core.clock() >= intent.expires:
                return None
            found = None
        except FromNode as busy:
            if busy.retry_after_s is None or core.clock() >= intent.expires + LAPSE_MARGIN_S:
                raise
            found = None
        if found is not None:
            if wait == "sealed" and found.status == "applied":
                yield from wait_for_seal(core, intent.transaction)
            return found
        if wait == "admitted":
            return Outcome(intent.transaction, "admitted")
        if core.clock() >= intent.expires:
            return None
        yield from pause(delay)
    return None


def wait_for_seal(core: Core, transaction: str) -> Flow[bytes]:
    """The receipt of a transaction that a block holds, as the node gives it.

    Raises:
        NotSealedInTime: after half a minute. FromNode, Unreachable.
    """
    began = core.clock()
    for delay in _delays():
        answer = yield from call(Call("GET", path_of("receipts", transaction)))
        if answer.status < 300:
            return answer.body
        refusal = as_refusal(answer, core.url)
        again = refusal.retry_after_s
        if again is None:
            raise refusal
        if core.clock() - began >= _SEAL_S:
            raise NotSealedInTime(transaction=transaction, seconds=_SEAL_S)
        yield from pause(min(delay, again))
    raise NotSealedInTime(transaction=transaction, seconds=_SEAL_S)


def _settle(core: Core, outcome: Outcome) -> Flow[Outcome]:
    yield from _settle_many(core, [outcome])
    return outcome


def _settle_many(core: Core, outcomes: Sequence[Outcome]) -> Flow[None]:
    """Close the intents in the journal, except what is only admitted: a crash of the node may still lose that."""
    for outcome in (each for each in outcomes if each.refusal is not None):
        ended, code = outcome.status, outcome.refusal.code if outcome.refusal else None
        if ended != "admitted":
            yield from work(core.journal.end, [outcome.transaction], ended, code)
    applied = [outcome.transaction for outcome in outcomes if outcome.status == "applied"]
    if applied:
        yield from work(core.journal.end, applied, "applied")


def _delays() -> Iterator[float]:
    """Growing pauses: 50 ms, then half as long again each time, at most 2 s."""
    delay = 0.05
    while True:
        yield delay
        delay = min(delay * 1.5, 2.0)


def _outcomes(answer: Any, count: int, url: str) -> list[Outcome]:
    items = answer.get("outcomes") if isinstance(answer, dict) else answer
    if not isinstance(items, list) or len(items) != count:
        raise StrangeAnswer(url=url, why=Words("批量结果的条数不符", "a batch of another length"))
    return [_outcome(item, url) for item in items]


def _outcome(item: Any, url: str) -> Outcome:
    status = item.get("status") if isinstance(item, dict) else None
    if status not in ("admitted", "applied", "refused", "turned_away"):
        raise StrangeAnswer(url=url, why=Words("处理结果的结构不符", "an outcome of another shape"))
    return Outcome(str(item.get("transaction")), status, item.get("height"), item.get("index"), refusal_of(item))


def _refused(intent: Intent, refusal: FromNode) -> Outcome:
    height, index = refusal.problem.get("height"), refusal.problem.get("index")
    return Outcome(
        intent.transaction,
        "refused" if refusal.problem.get("outcome") == "refused" else "turned_away",
        height if isinstance(height, int) else None,
        index if isinstance(index, int) else None,
        refusal,
    )
