"""A small consortium in memory: a real genesis with real keys and certificates, real signatures, and blocks at will.

    world = make_world(orgs=2)
    raw = world.sign([Deposit(commitment="…")], ["org1.clerk"])
    applied = world.block([raw])                     # judged and executed, state moved on
    world.result(raw)                                # Applied or Refused

Every organisation has `admin` (duties admin and voter), `second` (the same), `clerk` (none) and `counter` (a service with the
duty agent). Keys are the same in every run; certificates are made once in a process.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from zhulian import canonical
from zhulian.crypto import PrivateKey, SoftwareSigner, Suite, fingerprint, suite
from zhulian.crypto.certificates import Authority, create_ca, issue
from zhulian.ledger.blocks import header_digest, seal_preimage
from zhulian.ledger.collections import Item, Map
from zhulian.ledger.genesis import (
    CODEC,
    FoundingOrganisation,
    FoundingSigner,
    Genesis,
    GovernanceRules,
    Retention,
    Title,
    Workdays,
    parse_genesis,
)
from zhulian.ledger.limits import Limits
from zhulian.ledger.recent import RecentIds
from zhulian.ledger.transactions import TransactionReader, encode_body, encode_envelope
from zhulian.ledger.transition import AppliedBlock, Parent, Proposal, World, apply_block, judge_block
from zhulian.ledger.types import Message, Result, Seal, Sealer, SignatureEntry
from zhulian.modules import assemble, found_state, message_types
from zhulian.modules.govern.messages import SealedHeader

__all__ = [
    "CREATED",
    "DAY",
    "STAFF",
    "YEAR",
    "DictState",
    "TestWorld",
    "ca_of",
    "certificate_of",
    "key_of",
    "make_genesis",
    "make_world",
]

CREATED = 1_766_880_000
"""When the consortium was founded, Unix seconds."""
DAY = 86_400
YEAR = 365 * DAY
_LIMITS = Limits()
STAFF = (
    ("admin", "officer", ("admin", "voter")),
    ("clerk", "officer", ()),
    ("counter", "service", ("agent",)),
    ("second", "officer", ("admin", "voter")),
)


@cache
def key_of(suite_name: str, name: str) -> PrivateKey:
    """The private key that a name always has in tests."""
    secret = hashlib.sha256(f"zhulian test key {suite_name} {name}".encode()).digest()
    return suite(suite_name).private_key(b"\x00" + secret[1:])  # below every group's order


@cache
def ca_of(suite_name: str, organisation: str) -> Authority:
    """The organisation's own CA, ten years from two days before the founding."""
    chosen = suite(suite_name)
    signer = SoftwareSigner(chosen, key_of(suite_name, f"{organisation}.ca"))
    return create_ca(chosen, organisation, f"{organisation} CA", 3650, signer=signer, not_before=CREATED - 2 * DAY)


@cache
def certificate_of(suite_name: str, name: str, not_before: int, not_after: int, key_name: str | None = None) -> bytes:
    """A certificate of a signer by its organisation's CA, as DER."""
    organisation = name.partition(".")[0]
    public_key = key_of(suite_name, key_name or name).public_key
    return issue(ca_of(suite_name, organisation), public_key, organisation, name, "sign", not_before, not_after)


@cache
def _organisation(suite_name: str, organisation: str) -> FoundingOrganisation:
    signers = [
        FoundingSigner(
            certificate=certificate_of(suite_name, f"{organisation}.{serial}", CREATED - DAY, CREATED + 2 * YEAR).hex(),
            duties=list(duties),
            kind=kind,
            signer=f"{organisation}.{serial}",
        )
        for serial, kind, duties in STAFF
    ]
    return FoundingOrganisation(
        certificates=[ca_of(suite_name, organisation).certificate.der.hex()],
        organisation=organisation,
        signers=signers,
        title=Title(en=f"Organisation {organisation}", zh=f"机构{organisation}"),
        operator=organisation == "org1",
    )


@cache
def make_genesis(
    orgs: int = 2,
    suite_name: str = "gm",
    numerator: int = 2,
    denominator: int = 3,
    limits: Limits = _LIMITS,
    modules: tuple[str, ...] = (),
    reports: int = 0,
) -> Genesis:
    """The genesis document of `org1` to `orgN`, with one sealer; `modules` beside those of every chain."""
    names = sorted(f"org{number}" for number in range(1, orgs + 1))
    genesis = Genesis(
        created=CREATED,
        format="zhulian/genesis/1",
        governance=GovernanceRules(denominator=denominator, numerator=numerator, voting_s=7 * DAY, reports=reports),
        limits=limits,
        modules={"evidence": 1, "govern": 1, "identity": 1, **dict.fromkeys(modules, 1)},
        name="zl-test",
        organisations=[_organisation(suite_name, name) for name in names],
        retention=Retention(heights=1000),
        sealers=[Sealer(power=1, public_key=key_of(suite_name, "org1.seal").public_key.hex(), sealer="org1")],
        suite=suite_name,
        workdays=Workdays(holidays=["2026-01-01"], worked=[]),
        zone="Asia/Shanghai",
    )
    return parse_genesis(CODEC.encode(genesis))


@cache
def _assembled(genesis_bytes: bytes) -> tuple[World, dict[bytes, bytes]]:
    world = assemble(parse_genesis(genesis_bytes))
    return world, found_state(world)


class DictState:
    """A state in a dict; its root is a digest over all of it, which serves to compare and proves nothing."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self.values = dict(values)

    def get(self, key: bytes) -> bytes | None:
        return self.values.get(key)

    def root(self, changes: Mapping[bytes, bytes | None] | None = None) -> bytes:
        after = {**self.values, **(changes or {})}
        digest = hashlib.sha256()
        for key in sorted(after):
            if after[key] is not None:
                digest.update(len(key).to_bytes(4, "big") + key + after[key])
        return digest.digest()

    def apply(self, changes: Mapping[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                del self.values[key]
            else:
                self.values[key] = value


@dataclass
class TestWorld:
    """A running chain in memory. `time` is the block time of the next block in Unix seconds; each block moves it by one."""

    __test__ = False

    world: World
    state: DictState
    suite: Suite
    parent: Parent
    reader: TransactionReader
    time: int = CREATED + 1
    recent: RecentIds = field(default_factory=lambda: RecentIds({}))
    results: dict[str, Result] = field(default_factory=dict)
    blocks: list[AppliedBlock] = field(default_factory=list)
    _nonce: int = 0
    _keys: dict[str, PrivateKey] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """The height of the newest block; 0 before the first."""
        return self.parent.height

    def key(self, name: str) -> PrivateKey:
        """The key that `name` signs with now."""
        return self._keys.get(name) or key_of(self.suite.name, name)

    def use_key(self, name: str, key: PrivateKey) -> None:
        """Let `name` sign with another key from now on."""
        self._keys[name] = key

    def fingerprint(self, name: str) -> str:
        """The fingerprint of the key that `name` signs with now."""
        return fingerprint(self.suite, self.key(name).public_key)

    def sign(
        self, messages: Sequence[Message], signers: Sequence[str], *, expires: int | None = None, nonce: str | None = None
    ) -> bytes:
        """The envelope of a transaction; without `nonce`, each call makes a different transaction."""
        self._nonce += 1
        body = encode_body(
            self.world.chain,
            self.time + 300 if expires is None else expires,
            messages,
            nonce or f"{self._nonce:032x}",
            signers,
        )
        preimage = self.world.hasher.preimage("body", body)
        entries = [
            SignatureEntry(key=self.fingerprint(each), signature=self.suite.sign(self.key(each), preimage).hex(), signer=each)
            for each in signers
        ]
        return encode_envelope(body, entries)

    def transaction_id(self, raw: bytes) -> str:
        """The id of a signed transaction."""
        return self._read(raw).transaction

    def block(self, raws: Sequence[bytes], *, time_ms: int | None = None, verify: bool = False) -> AppliedBlock:
        """Judge and apply one block, and move the state on; `verify` checks the signatures too, as a node would."""
        transactions = tuple(self._read(each) for each in raws)
        if verify:
            self._verify(transactions)
        proposal = Proposal(
            height=self.height + 1, time_ms=self.time * 1000 if time_ms is None else time_ms, transactions=transactions
        )
        judge_block(self.world, self.state, self.recent, self.parent, proposal)
        applied = apply_block(self.world, self.state, self.recent, self.parent, proposal, self.state.root)
        self.state.apply(applied.changes)
        self.recent.record(applied.fresh_ids, proposal.time_ms)
        digest = header_digest(self.world.hasher, applied.header)
        self.parent = Parent(height=proposal.height, digest=digest, time_ms=proposal.time_ms)
        self.time = proposal.time_ms // 1000 + 1
        self.blocks.append(applied)
        for each in applied.results:
            self.results[each.transaction] = each
        return applied

    def run(self, messages: Sequence[Message] | Message, signers: Sequence[str] | str) -> Result:
        """Sign one transaction, make a block of it, and answer its result."""
        chosen = [messages] if isinstance(messages, Message) else messages
        raw = self.sign(chosen, [signers] if isinstance(signers, str) else signers)
        return self.block([raw]).results[0]

    def result(self, raw: bytes) -> Result:
        """The result of a transaction that is in a block."""
        return self.results[self.transaction_id(raw)]

    def find(self, collection: Map[Any], *parts: str) -> Any:
        """The value of a collection at a key, or None."""
        return collection.find(self.state, *parts)

    def find_item(self, item: Item[Any]) -> Any:
        """The value of an item."""
        return item.get(self.state)

    def possession(self, name: str, key: PrivateKey) -> str:
        """The proof that `key` is held by whoever asks to be registered as `name`, in hex."""
        statement = canonical.encode({"key": key.public_key.hex(), "signer": name})
        return self.suite.sign(key, self.world.hasher.preimage("possession", statement)).hex()

    def alive(self, *key_names: str, header: bytes | None = None, time_ms: int | None = None) -> SealedHeader:
        """Seals of the newest header (or of another) by keys such as `org1.seal`, as a proposal of sealers shows them."""
        digest, now = header or self.parent.digest, self.time * 1000 if time_ms is None else time_ms
        seals = []
        for name in key_names:
            key = key_of(self.suite.name, name)
            signature = self.suite.sign(key, seal_preimage(self.world.hasher, digest, now)).hex()
            organisation = name.partition(".")[0]
            found = fingerprint(self.suite, key.public_key)
            seals.append(Seal(key=found, sealer=organisation, signature=signature, time_ms=now))
        return SealedHeader(header=digest.hex(), seals=seals)

    def chain(
        self, name: str, *, key_name: str | None = None, not_before: int = CREATED - DAY, not_after: int = CREATED + YEAR
    ) -> list[str]:
        """The certificate chain of a signer by its organisation's CA, as hex, leaf first."""
        leaf = certificate_of(self.suite.name, name, not_before, not_after, key_name)
        return [each.hex() for each in (leaf, *ca_of(self.suite.name, name.partition(".")[0]).chain)]

    def _read(self, raw: bytes) -> Any:
        return self.reader.read(raw, self.world.governing.rules(self.state, self.height + 1).limits)

    def _verify(self, transactions: Sequence[Any]) -> None:
        for each in transactions:
            for key, signature in zip(each.keys, each.signatures, strict=True):
                holder = self.world.authority.holder(self.state, key)
                if holder is not None:
                    self.suite.verify(holder.public_key, each.preimage, signature)


def make_world(orgs: int = 2, suite: str = "gm", *, genesis: Genesis | None = None, **settings: Any) -> TestWorld:
    """A fresh chain of `org1` to `orgN`; `settings` go to `make_genesis` (numerator, denominator, limits)."""
    document = genesis or make_genesis(orgs, suite, **settings)
    world, founded = _assembled(CODEC.encode(document))
    return TestWorld(
        world=world,
        state=DictState(founded),
        suite=document.crypto(),
        parent=Parent(height=0, digest=document.digest(), time_ms=document.created * 1000),
        reader=TransactionReader(world.chain, world.hasher, message_types(world)),
        time=document.created + 1,
    )
