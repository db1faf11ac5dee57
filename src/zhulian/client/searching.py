"""Searching through a node's index, and holding what comes back against the chain: the index is quick, the chain is right.

A hit is checked at the height of the index's answer: its value by a state proof, its transaction by a receipt, and its words by
putting the proved value into words again. A row that somebody has changed is named with the part that differs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.core import Core
from zhulian.client.errors import FromNode, IndexDiffers, NotProvedAnyMore, StrangeAnswer
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.reading import Fact, fact, open_receipt, receipts
from zhulian.errors import Refusal, Words
from zhulian.ledger.receipts import ProvedReceipt

if TYPE_CHECKING:
    from zhulian.language.definition.views import Tree
    from zhulian.offchain.index.telling import Telling

__all__ = ["Hit", "SearchPage", "search"]

_GONE = ("ledger/5", "tree/1", "ledger/12", "gateway/21")
"""The node's no to a proof at a height that it no longer (or not yet) has."""
_COMPARED: Mapping[str, Sequence[str]] = {
    "evidence": ("kind", "source", "count", "via"),
    "organisation": ("admitted", "status", "title"),
    "signer": ("duties", "kind", "revoked"),
    "instance": ("operator", "scenario"),
    "definition": ("scenario", "version"),
}


@dataclass(frozen=True)
class Hit:
    """What a search found: `kind` and `key`, words in both languages, and where on the chain it stands.

    `height` and `time_ms` are those of its newest change. `fault` says what differs from the chain; where it is None, `fact`
    is the proof of the value and `receipt` that of the transaction, as documents, where there are such. `private` says that
    the words hold what one's own keys opened. `marked` gives pieces of the words with the places of the words searched for.
    """

    kind: str
    key: str
    title: Words
    text: Words
    state: str
    instance: str
    record: str
    definition: str
    transaction: str
    height: int
    time_ms: int
    place: tuple[str, ...]
    content: dict[str, Any]
    private: bool
    marked: dict[str, Any] = field(default_factory=dict)
    fault: Refusal | None = None
    fact: dict[str, Any] | None = None
    receipt: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """How messages name the hit."""
        return f"{self.kind} {self.key}"


@dataclass(frozen=True)
class SearchPage:
    """Hits, the best of the newest first. `height` is how far the index has come, `ledger_height` the ledger; `next` for `after`."""

    hits: tuple[Hit, ...]
    height: int
    ledger_height: int
    next: str | None


def search(
    core: Core,
    text: str = "",
    *,
    kind: str | None = None,
    party: str | None = None,
    instance: str | None = None,
    record: str | None = None,
    state: str | None = None,
    since_ms: int | None = None,
    until_ms: int | None = None,
    own: bool = False,
    after: str | None = None,
    limit: int = 20,
    check: bool = True,
) -> Flow[SearchPage]:
    """Search by words and conditions; with `check` every hit is held against the chain, and carries what differs as its `fault`.

    `own` also searches what one's own keys open, which the node gives to signed requests only. `text` may be a transaction id or
    a deposit's digest.

    Raises:
        FromNode: the index does not run (`index/1`), or nothing was asked. StrangeAnswer, Unreachable.
    """
    given = {"q": text, "kind": kind, "party": party, "instance": instance, "record": record, "state": state, "after": after}
    query = [(name, value) for name, value in given.items() if value]
    query += [(name, str(value)) for name, value in (("since_ms", since_ms), ("until_ms", until_ms)) if value]
    query += [("own", "1")] if own else []
    found = as_json((yield from call(Call("GET", path_of("search"), [*query, ("limit", str(limit))]))), core.url)
    try:
        hits = [_hit(each) for each in found["hits"]]
        page = SearchPage(tuple(hits), int(found["height"]), int(found["ledger_height"]), found.get("next"))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise StrangeAnswer(url=core.url, why=Words("检索结果的结构不符", "a search result of another shape")) from None
    return (yield from _checked(core, page)) if check else page


def _hit(given: Any) -> Hit:
    return Hit(
        kind=str(given["kind"]),
        key=str(given["key"]),
        title=Words(str(given["title"]["zh"]), str(given["title"]["en"])),
        text=Words(str(given["text"]["zh"]), str(given["text"]["en"])),
        state=str(given["state"]),
        instance=str(given.get("instance", "")),
        record=str(given.get("record", "")),
        definition=str(given.get("definition", "")),
        transaction=str(given["transaction"]),
        height=int(given["height"]),
        time_ms=int(given["time_ms"]),
        place=tuple(map(str, given["place"])),
        content=dict(given["content"]),
        private=bool(given["private"]),
        marked=dict(given.get("marked", {})),
    )


def _checked(core: Core, page: SearchPage) -> Flow[SearchPage]:
    """The page with each hit's proof, or its fault."""
    known: dict[str, Any] = {}
    proofs = yield from receipts(core, [each.transaction for each in page.hits if each.transaction])
    done = []
    for hit in page.hits:
        try:
            done.append((yield from _check(core, hit, page.height, proofs.get(hit.transaction), known)))
        except (IndexDiffers, NotProvedAnyMore) as fault:
            done.append(replace(hit, fault=fault))
    return replace(page, hits=tuple(done))


def _check(core: Core, hit: Hit, height: int, document: dict[str, Any] | None, known: dict[str, Any]) -> Flow[Hit]:
    """The hit with what proves it.

    Raises:
        IndexDiffers: naming the part. NotProvedAnyMore. ProofFault, FromNode, Unreachable.
    """
    if document is not None:
        proved = (yield from work(open_receipt, core, hit.transaction, document, None)).proved
        _require_place(hit, proved)
        hit = replace(hit, receipt=document)
    if not hit.place:
        return hit
    if hit.place != _place_of(hit):
        raise _differs(hit, "place", "/".join(hit.place), "/".join(_place_of(hit)))
    found = yield from _fact(core, hit, height)
    if not found.proved.present:
        raise _differs(hit, "key", hit.key, "—")
    value = found.proved.value
    _require_content(hit, value)
    told = yield from _told(core, hit, value, height, known)
    if told is not None and hit.private and hit.kind == "evidence":
        told = yield from _described(core, hit, told, height)
    if told is not None:
        _require_words(core, hit, told)
    return replace(hit, fact=found.document)


def _fact(core: Core, hit: Hit, height: int) -> Flow[Fact]:
    try:
        return (yield from fact(core, hit.place, height=height))
    except FromNode as no:
        if no.code not in _GONE:
            raise
        raise NotProvedAnyMore(hit=hit.name[:120], height=height) from None


def _place_of(hit: Hit) -> tuple[str, ...]:
    """The state key at which a hit of that kind and key stands."""
    from zhulian.language.values import split_key

    match hit.kind:
        case "record":
            return "scenario/records", *split_key(hit.key)
        case "evidence":
            return "evidence/deposits", *hit.key.split("/")
        case "organisation":
            return "identity/organisations", hit.key
        case "signer":
            return "identity/signers", hit.key
        case "instance":
            return "scenario/instances", hit.key
        case "definition":
            return "scenario/definitions", hit.key
    return hit.place


def _require_place(hit: Hit, proved: ProvedReceipt) -> None:
    """Hold height, time and the change itself against the receipt."""
    for name, claimed, right in (("height", hit.height, proved.height), ("time_ms", hit.time_ms, proved.header.time_ms)):
        if claimed != right:
            raise _differs(hit, name, claimed, right)
    events = proved.result.get("events", [])
    if hit.kind == "record" and not any(
        each.get("type") == "scenario.record_changed" and each.get("trail") == hit.content.get("trail") for each in events
    ):
        raise _differs(hit, "transaction", hit.transaction, "—")
    if hit.kind == "alert" and not any(
        each.get("type") == "scenario.alerted" and all(each.get(name, "") == value for name, value in hit.content.items())
        for each in events
    ):
        raise _differs(hit, "content", hit.content.get("cause"), "—")


def _require_content(hit: Hit, value: Mapping[str, Any]) -> None:
    """Hold what the index knows of the value against the value."""
    if hit.kind == "record":
        for name in ("fields", "state", "owner", "trail"):
            if hit.content.get(name) != value.get(name):
                raise _differs(hit, name, hit.content.get(name), value.get(name))
        return
    for name in _COMPARED.get(hit.kind, ()):
        claimed, right = hit.content.get(name), value.get(name)
        if claimed is not None and claimed != right and not (name == "source" and right is None and claimed == "own_file"):
            raise _differs(hit, name, claimed, right)
    if hit.kind == "evidence" and (hit.content.get("withdrawn") is None) != (value.get("withdrawn") is None):
        raise _differs(hit, "withdrawn", hit.content.get("withdrawn"), value.get("withdrawn"))


def _told(core: Core, hit: Hit, value: Mapping[str, Any], height: int, known: dict[str, Any]) -> "Flow[Telling | None]":
    """What the proved value says in words; None where the kind has no words of its own."""
    from zhulian.language.expressions.dates import Calendar
    from zhulian.offchain.index import telling
    from zhulian.zones import offset_of

    parties = {each.organisation: Words(each.title.zh, each.title.en) for each in core.genesis.organisations}
    match hit.kind:
        case "evidence":
            return telling.tell_deposit(hit.place[1], hit.place[2], value, parties)
        case "organisation":
            return telling.tell_organisation(hit.key, value)
        case "signer":
            return telling.tell_signer(hit.key, value, parties)
    if hit.kind not in ("record", "instance"):
        return None
    instance = hit.place[1]
    tree = yield from _tree(core, hit, instance, height, known)
    if hit.kind == "instance":
        return telling.tell_instance(hit.key, value, tree, parties)
    kind = (
        tree.instance if hit.place[2] == "instance" else next((each for each in tree.records if each.name == hit.place[2]), None)
    )
    if kind is None:
        raise _differs(hit, "definition", hit.definition, "—")
    hour = hit.time_ms // 3_600_000 * 3600
    return telling.tell_record(tree, kind, hit.place[3], value, Calendar(offset=offset_of(core.genesis.zone, hour)), parties)


def _tree(core: Core, hit: Hit, instance: str, height: int, known: dict[str, Any]) -> "Flow[Tree]":
    """The definition that the hit's words rest on, held to be one that the instance follows, has followed or will."""
    from zhulian.client.apps.reading import definition

    value = known.get(instance)
    if value is None:
        at = replace(hit, place=("scenario/instances", instance))
        value = known[instance] = (yield from _fact(core, at, height)).proved.value
    allowed = {value["definition"], *(each["definition"] for each in value.get("before", {}).values())}
    allowed |= {value["coming"]["definition"]} if value.get("coming") else set()
    if hit.definition not in allowed:
        raise _differs(hit, "definition", hit.definition, value["definition"])
    return (yield from definition(core, hit.definition)).tree


def _require_words(core: Core, hit: Hit, told: "Telling") -> None:
    """Hold title, state and text against what the proved value says; opened values against their commitments first."""
    text = told.text
    if hit.private and hit.kind != "evidence":
        more = _opened(core, hit)
        text = Words(f"{text.zh}；{more}", f"{text.en}; {more}")
    for name, claimed, right in (
        ("state", hit.state, told.state),
        ("title", hit.title.zh, told.title.zh),
        ("title", hit.title.en, told.title.en),
        ("text", hit.text.zh, text.zh),
        ("text", hit.text.en, text.en),
    ):
        if claimed != right:
            raise _differs(hit, name, claimed, right)


def _described(core: Core, hit: Hit, told: "Telling", height: int) -> "Flow[Telling]":
    """The words of a deposit with what its descriptor says, which opens the commitment that the chain has for it.

    Raises:
        IndexDiffers, NotProvedAnyMore, ProofFault, FromNode, Unreachable.
    """
    from zhulian.offchain.index.descriptors import read_descriptor, tell_described

    place = ("share/descriptors", *hit.place[1:])
    try:
        (entry,) = hit.content["opened"]
        descriptor, salt = read_descriptor(entry["descriptor"]), bytes.fromhex(entry["salt"])
        digest = bytes.fromhex(descriptor.digest(core.hasher)) if descriptor is not None else b""
    except (KeyError, TypeError, ValueError, AttributeError, Refusal):
        raise _differs(hit, "opened", "—", "—") from None
    made = core.hasher.digest("commitment", salt + digest).hex()
    found = (yield from _fact(core, replace(hit, place=place), height)).proved
    right = found.value["content"] if found.present else "—"
    if descriptor is None or made != right or descriptor.content != hit.place[1]:
        raise _differs(hit, "opened", made, right)
    return tell_described(told, descriptor)


def _opened(core: Core, hit: Hit) -> str:
    """The text of the opened values, each of which opens a commitment of the record."""
    from zhulian.client.apps.errors import NotAnOpening, OpeningFails
    from zhulian.client.apps.openings import Opening, verify_opening
    from zhulian.offchain.index.telling import plain
    from zhulian.offchain.index.texts import opened_text

    entries = hit.content.get("opened", [])
    for each in entries:
        try:
            given = {name: str(each[name]) for name in ("record", "field", "salt", "digest", "commitment")}
            if given["record"] not in (f"{hit.place[2]}/", f"{hit.place[2]}/{hit.place[3]}"):
                raise _differs(hit, "opened", given["record"], hit.place[2])
            opening = Opening(hit.place[1], **given, value=each.get("value"), path=each.get("file"))
            verify_opening(core.hasher, opening, hit.content["fields"])
        except (OpeningFails, NotAnOpening, KeyError, TypeError) as wrong:
            raise _differs(hit, "opened", wrong, "—") from None
    return plain(opened_text(entries))


def _differs(hit: Hit, part: str, claimed: object, right: object) -> IndexDiffers:
    said = Words(
        f"检索库为“{str(claimed)[:80]}”，链上为“{str(right)[:80]}”",
        f"the index has {str(claimed)[:80]!r}, the chain {str(right)[:80]!r}",
    )
    return IndexDiffers(hit=hit.name[:120], part=part, why=said)
