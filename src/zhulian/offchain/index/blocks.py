"""Reading the ledger's blocks as they are kept, and asking for what the index needs to put them into words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgspec

from zhulian.errors import Words
from zhulian.language.definition.reading import load_definition
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.dates import Calendar
from zhulian.zones import offset_of

__all__ = ["Background", "Handed", "Happened", "Ledger", "ReadBlock", "ReadTransaction", "Source", "read_block"]

_PARTS_MAX = 16
_PAGE = 100


class Ledger(Protocol):
    """What the index asks of the ledger process; `zhulian.node.rpc.LedgerClient` fills it."""

    async def status(self) -> dict[str, Any]:
        """Height and chain."""

    async def genesis(self) -> dict[str, Any]:
        """The genesis document and the chain id."""

    async def follow(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        """Sealed blocks above a height, as they are kept."""

    async def page(
        self, collection: str, prefix: Sequence[str] = (), after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        """A page of a collection."""


class _Header(msgspec.Struct):
    time_ms: int


class _Result(msgspec.Struct):
    status: str = "applied"
    transaction: str | None = None
    code: str = ""
    events: list[dict[str, Any]] = []
    types: list[str] = []


class _Message(msgspec.Struct):
    type: str
    source: Any = None
    commitment: Any = None
    digest: Any = None
    root: Any = None
    action: Any = None
    instance: Any = None
    input: Any = None
    proposal: Any = None
    expires: Any = None


class _Body(msgspec.Struct):
    messages: list[_Message]
    signers: list[str]


class _Envelope(msgspec.Struct):
    body: _Body


_HEADER = msgspec.json.Decoder(_Header).decode
_RESULT = msgspec.json.Decoder(_Result).decode
_ENVELOPE = msgspec.json.Decoder(_Envelope).decode


@dataclass(frozen=True, slots=True)
class Handed:
    """What a message of an application hands in: for an action done or proposed (`expires`), or the proposal that it approves."""

    instance: str
    action: str = ""
    input: Mapping[str, Any] = field(default_factory=dict)
    proposal: str = ""
    expires: int = 0


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    """One transaction: its id, what became of it, and what its body says where that is kept."""

    id: str
    status: str
    code: str
    types: tuple[str, ...]
    signers: tuple[str, ...]
    handed: tuple[Handed, ...] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """An event in its place; `transaction` is empty for what ran by itself."""

    number: int
    transaction: str
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ReadBlock:
    """A block in the shape in which the index works with it."""

    height: int
    digest: str
    time_ms: int
    transactions: list[ReadTransaction]
    events: list[Happened]


def read_block(raw: Mapping[str, Any]) -> ReadBlock:
    """A block of `Ledger.follow`. A deposit's event also says the source and kind that its message stated."""
    transactions: list[ReadTransaction] = []
    events: list[Happened] = []
    described: dict[str, tuple[str, str]] = {}
    for result_bytes, envelope in zip(raw["results"], raw["envelopes"], strict=True):
        result = _RESULT(result_bytes)
        types = tuple(result.types)
        signers: tuple[str, ...] = ()
        handed: tuple[Handed, ...] = ()
        name = result.transaction or ""
        if envelope:
            body = _ENVELOPE(envelope).body
            types = tuple(dict.fromkeys(each.type for each in body.messages))
            signers = tuple(body.signers)
            handed = tuple(_handed(each) for each in body.messages if each.type in _HANDING)
            for each in body.messages:
                deposit = each.commitment or each.digest or each.root
                if deposit is not None and each.type.startswith("evidence.deposit"):
                    described[deposit] = (str(each.source or "own_file"), "digest" if each.digest else "commitment")
        transactions.append(ReadTransaction(name, result.status, result.code, types, signers, handed))
        for event in result.events:
            if event.get("deposit") in described:
                event["source"], event["kind"] = described[event["deposit"]]
            events.append(Happened(len(events), name, event))
    for data in raw["ran"]:
        ran = _RESULT(data)
        for event in ran.events:
            events.append(Happened(len(events), "", event))
    return ReadBlock(raw["height"], raw["digest"].hex(), _HEADER(raw["header"]).time_ms, transactions, events)


_HANDING = frozenset({"scenario.act", "scenario.propose", "scenario.approve"})


def _handed(message: _Message) -> Handed:
    expires = message.expires if isinstance(message.expires, int) else 0
    given = message.input if isinstance(message.input, dict) else {}
    return Handed(str(message.instance), str(message.action or ""), given, str(message.proposal or ""), expires)


@dataclass
class Background:
    """What the words of a batch of blocks rest on: founders' titles, the zone, applications with their definitions, members."""

    zone: str
    parties: dict[str, Words]
    instances: dict[str, dict[str, Any]] = field(default_factory=dict)
    trees: dict[str, Tree] = field(default_factory=dict)
    values: dict[tuple[str, ...], Any] = field(default_factory=dict)
    """State values by collection and key, as they stood when the batch was read."""
    _calendars: dict[int, Calendar] = field(default_factory=dict)

    def calendar(self, time_ms: int) -> Calendar:
        """The chain's zone as it is at a time; offsets change on the hour at most."""
        hour = time_ms // 3_600_000
        found = self._calendars.get(hour)
        if found is None:
            if len(self._calendars) > 10_000:
                self._calendars.clear()
            found = self._calendars[hour] = Calendar(offset=offset_of(self.zone, hour * 3600))
        return found

    def definition(self, instance: str) -> str:
        """The digest of the definition that an instance follows; empty where the instance is not known."""
        return str(self.instances.get(instance, {}).get("definition", ""))

    def tree(self, instance: str) -> Tree | None:
        """The definition that an instance follows."""
        return self.trees.get(self.definition(instance))


_CHANGES_INSTANCE = frozenset({"scenario.opened", "scenario.upgraded", "scenario.called_off", "scenario.migrated"})
_ORGANISATION = "identity/organisations"
_SIGNERS = "identity/signers"


class Source:
    """Asks the ledger for what a batch's words rest on; keeps definitions, which never change, and instances until they do."""

    def __init__(self, ledger: Ledger, background: Background) -> None:
        self._ledger = ledger
        self.background = background

    @classmethod
    async def open(cls, ledger: Ledger) -> "Source":
        """Begin with what the genesis says.

        Raises:
            Refusal, ConnectionError: the ledger's.
        """
        document = (await ledger.genesis())["genesis"]
        listed = document.get("organisations", [])
        parties = {each["organisation"]: Words(each["title"]["zh"], each["title"]["en"]) for each in listed}
        return cls(ledger, Background(str(document.get("zone", "UTC")), parties))

    async def prepare(self, blocks: Iterable[ReadBlock]) -> None:
        """Ask for whatever the events of these blocks name.

        Raises:
            Refusal, ConnectionError: the ledger's.
        """
        background = self.background
        background.values.clear()
        wanted: set[tuple[str, ...]] = set()
        instances: dict[str, bool] = {}
        definitions: set[str] = set()
        for block in blocks:
            for each in block.events:
                kind = each.event["type"]
                name = each.event.get("instance")
                if name is not None and kind.startswith("scenario."):
                    instances[name] = instances.get(name, False) or kind in _CHANGES_INSTANCE
                    if kind in ("scenario.opened", "scenario.upgraded"):
                        definitions.add(each.event["definition"])
                elif kind.startswith("identity."):
                    if "organisation" in each.event:
                        wanted.add((_ORGANISATION, each.event["organisation"]))
                    if "signer" in each.event:
                        wanted.add((_SIGNERS, each.event["signer"]))
                    if "admin" in each.event:
                        wanted.add((_SIGNERS, each.event["admin"]))
        for digest in sorted(definitions):
            await self.load_definition(digest)
        for name, changed in instances.items():
            if changed or name not in background.instances:
                await self.load_instance(name)
        for key in wanted:
            background.values[key] = await self._one(*key)

    async def load_instance(self, name: str) -> None:
        """Ask for an instance and the definitions that its records live under."""
        value = await self._one("scenario/instances", name)
        if value is None:
            return
        self.background.instances[name] = value
        await self.load_definition(value["definition"])

    async def load_definition(self, digest: str) -> None:
        """Ask for a definition that is not known yet."""
        if digest not in self.background.trees:
            self.background.trees[digest] = await self._tree(digest)

    async def every(self, collection: str) -> list[tuple[list[str], Any]]:
        """All items of a collection, in the order of their keys."""
        found: list[tuple[list[str], Any]] = []
        after: str | None = None
        while True:
            page = await self._ledger.page(collection, (), after, _PAGE)
            found += [(each["key"][1:], each["value"]) for each in page["items"]]
            after = page["next"]
            if after is None:
                return found

    async def _tree(self, digest: str) -> Tree:
        found = await self._ledger.page("scenario/parts", [digest], None, _PARTS_MAX)
        parts = {int(each["key"][2]): str(each["value"]) for each in found["items"]}
        return load_definition("".join(parts[number] for number in sorted(parts)).encode()).tree

    async def _one(self, collection: str, key: str) -> Any:
        items = (await self._ledger.page(collection, [key], None, 1))["items"]
        return items[0]["value"] if items and items[0]["key"][1:] == [key] else None
