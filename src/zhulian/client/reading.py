"""Reading: receipts and state facts verified against the genesis, blocks and pages as the node shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, as_refusal, path_of
from zhulian.client.core import Core
from zhulian.client.errors import AnotherChain, NotOurs, StrangeAnswer
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.submit import wait_for_seal
from zhulian.errors import Refusal, Words
from zhulian.ledger.receipts import ProvedFact, ProvedReceipt, verify_receipt, verify_state_fact

__all__ = [
    "Fact",
    "Page",
    "Receipt",
    "block",
    "blocks",
    "check_chain",
    "fact",
    "head",
    "open_receipt",
    "page",
    "receipt",
    "receipts",
    "state",
    "status",
    "transaction",
]

RECEIPTS_AT_ONCE = 500


@dataclass(frozen=True)
class Receipt:
    """A receipt as it goes into a file, and what it proves."""

    document: dict[str, Any]
    proved: ProvedReceipt


@dataclass(frozen=True)
class Fact:
    """A state fact as it goes into a file, and what it proves."""

    document: dict[str, Any]
    proved: ProvedFact


@dataclass(frozen=True)
class Page:
    """Items of a collection, `{"key": […], "value": …}` each, unproved; `next` goes into the following call's `after`."""

    items: list[dict[str, Any]]
    next: str | None


def receipt(core: Core, transaction: str, *, opening: Mapping[str, Any] | None = None) -> Flow[Receipt]:
    """The verified receipt of a transaction, with the depositor's `opening` where one is given.

    Raises:
        ProofFault: the receipt proves nothing. NotOurs: it is another transaction's. FromNode: there is none.
    """
    data = yield from wait_for_seal(core, transaction)
    return (yield from work(open_receipt, core, transaction, _parsed(core, data), opening))


def receipts(core: Core, transactions: Sequence[str]) -> Flow[dict[str, dict[str, Any]]]:
    """Receipts of many transactions by id, not yet verified; those that are not ready are left out.

    Raises:
        FromNode, Unreachable, StrangeAnswer.
    """
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(transactions), RECEIPTS_AT_ONCE):
        ids = list(transactions[start : start + RECEIPTS_AT_ONCE])
        answer = as_json(
            (yield from call(Call("POST", path_of("receipts"), body=canonical.encode({"transactions": ids})))), core.url
        )
        for item in answer.get("items", []) if isinstance(answer, dict) else []:
            if isinstance(item, dict) and isinstance(item.get("receipt"), dict):
                found[str(item.get("transaction"))] = item["receipt"]
    return found


def open_receipt(core: Core, transaction: str, document: dict[str, Any], opening: Mapping[str, Any] | None) -> Receipt:
    """Add the opening to a receipt and verify the whole.

    Raises:
        ProofFault: naming the part that is wrong. NotOurs: it is another transaction's.
    """
    whole = {**document, "opening": dict(opening)} if opening is not None else dict(document)
    proved = verify_receipt(whole, core.trusted)
    if proved.transaction != transaction:
        raise NotOurs(what=f"transaction {proved.transaction}")
    return Receipt(whole, proved)


def state(core: Core, key: Sequence[str], *, height: int | None = None) -> Flow[ProvedFact]:
    """The value at a state key, or its absence, with its proof verified; `key` begins with the collection's name.

    Raises:
        ProofFault: the node's answer proves nothing. NotOurs: it speaks of another key or height. FromNode, Unreachable.
    """
    return (yield from fact(core, key, height=height)).proved


def fact(core: Core, key: Sequence[str], *, height: int | None = None) -> Flow[Fact]:
    """As `state`, with the document that goes into a file.

    Raises:
        ProofFault: the node's answer proves nothing. NotOurs: it speaks of another key or height. FromNode, Unreachable.
    """
    query = [] if height is None else [("height", str(height))]
    document = as_json((yield from call(Call("GET", path_of("state", *key), query))), core.url)
    proved = yield from work(lambda: verify_state_fact(document, core.trusted) if isinstance(document, dict) else None)
    if proved is None:
        raise StrangeAnswer(url=core.url, why=Words("状态证明的结构不符", "a state fact of another shape"))
    if proved.key != tuple(key) or (height is not None and proved.height != height):
        raise NotOurs(what="key, height")
    return Fact(document, proved)


def page(core: Core, collection: str, *, prefix: Sequence[str] = (), after: str | None = None, limit: int = 50) -> Flow[Page]:
    """A page of a collection in the order of its keys, as the node shows it.

    Raises:
        FromNode, Unreachable.
    """
    asked = [("prefix", part) for part in prefix] + ([("after", after)] if after is not None else []) + [("limit", str(limit))]
    found = as_json((yield from call(Call("GET", path_of("collections", collection), asked))), core.url)
    if not isinstance(found, dict) or not isinstance(found.get("items"), list):
        raise StrangeAnswer(url=core.url, why=Words("列表的结构不符", "a page of another shape"))
    return Page(found["items"], found.get("next"))


def transaction(core: Core, transaction: str) -> Flow[dict[str, Any]]:
    """A transaction with its result and its place, as the node shows it; with `times` of its way where that node took it in.

    Raises:
        FromNode: no block has it. Unreachable.
    """
    return (yield from _get(core, path_of("transactions", transaction)))


def block(core: Core, height: int) -> Flow[dict[str, Any]]:
    """A block with header, digest, seals and transactions, as the node shows it.

    Raises:
        FromNode: there is none. Unreachable.
    """
    return (yield from _get(core, path_of("blocks", str(height))))


def blocks(core: Core, *, before: int | None = None, limit: int = 20) -> Flow[dict[str, Any]]:
    """Headers with digests, the newest first: `{"items": […], "next": height}`.

    Raises:
        FromNode, Unreachable.
    """
    query = [("limit", str(limit)), *([] if before is None else [("before", str(before))])]
    return (yield from _get(core, path_of("blocks"), query))


def head(core: Core) -> Flow[dict[str, Any]]:
    """The newest header and its seals.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _get(core, path_of("head")))


def status(core: Core) -> Flow[dict[str, Any]]:
    """The node's state.

    Raises:
        FromNode: deposits are not accepted. Unreachable.
    """
    return (yield from _get(core, path_of("status")))


def check_chain(core: Core) -> Flow[None]:
    """Hold that the node runs the chain that this client trusts.

    Raises:
        AnotherChain: it runs another one. Unreachable.
    """
    answer = yield from call(Call("GET", path_of("genesis")))
    if answer.status >= 300:
        raise as_refusal(answer, core.url)
    found = core.hasher.suite.digest(type(core.hasher)(core.hasher.suite).preimage("genesis", answer.body))
    if found != core.hasher.genesis:
        raise AnotherChain(found=found.hex(), expected=core.hasher.genesis.hex())


def _get(core: Core, path: str, query: Sequence[tuple[str, str]] = ()) -> Flow[dict[str, Any]]:
    found = as_json((yield from call(Call("GET", path, query))), core.url)
    if not isinstance(found, dict):
        raise StrangeAnswer(url=core.url, why=Words("不是 JSON 对象", "no object"))
    return found


def _parsed(core: Core, data: bytes) -> dict[str, Any]:
    try:
        found = canonical.read(data)
    except Refusal as wrong:
        raise StrangeAnswer(url=core.url, why=wrong.words()) from None
    if not isinstance(found, dict):
        raise StrangeAnswer(url=core.url, why=Words("回执的结构不符", "a receipt of another shape"))
    return found
