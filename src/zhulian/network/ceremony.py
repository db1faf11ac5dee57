"""The founding, file by file: each organisation makes its keys at home and hands in a card; the cards make the genesis.

On one machine `network up` does the same steps for all. No private key leaves its organisation's home in either case.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import BadSignature, Hasher, SoftwareSigner, load_key, suite
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.genesis import CODEC, FoundingOrganisation, Genesis, Mandate, Retention, Workdays, parse_genesis
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Digest, Sealer, Wire
from zhulian.network.founding import OrganisationPlan, SignerPlan, make_organisation, make_sealer
from zhulian.network.plan import OrganisationEntry, Plan
from zhulian.node.comet.folder import make_keys, read_keys

__all__ = ["STAFF", "BadCard", "Card", "accept", "install", "load_card", "make_genesis", "save_card", "settle"]

STAFF = (
    SignerPlan("admin", "officer", ("admin", "voter")),
    SignerPlan("clerk", "officer", ()),
    SignerPlan("counter", "service", ("agent",)),
    SignerPlan("keeper", "service", ("keeper",), can_read=True),
)
"""With whom an organisation begins; `admin` is its first officer."""
_DAY = 86_400
_CARD_BYTES_MAX = 256 * 1024
Hex64 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class BadCard(
    Refusal,
    code="network/2",
    zh="机构 {organisation} 的登记卡有误：{why.zh}。请该机构用 zhulian network accept 重新生成。",
    en="The card of {organisation} is wrong: {why.en}. Let the organisation make it anew by zhulian network accept.",
):
    organisation: str
    why: Words


class _Claims(Wire, frozen=True):
    engine_id: Annotated[str, Meta(pattern=r"\A[0-9a-f]{40}\Z")]
    organisation: FoundingOrganisation
    plan: Digest
    sealer: Sealer
    validator: Hex64


class Card(Wire, frozen=True):
    """What an organisation hands in: public keys and certificates, for one plan, signed with the seal key it names."""

    claims: _Claims
    format: str
    possession: str


_CARD: canonical.Codec[Card] = canonical.Codec(Card)
_CLAIMS: canonical.Codec[_Claims] = canonical.Codec(_Claims)
_FORMAT = "zhulian/member/1"


def accept(home: Home, plan: Plan, entry: OrganisationEntry, now: int, passphrase: str) -> Card:
    """Make the organisation's keys in `home`, all of them anew, and the card that goes to whoever makes the genesis.

    `now` is in Unix seconds.
    """
    chosen = suite(plan.suite)
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.keys.mkdir(exist_ok=True, mode=0o700)
    name = entry.organisation
    brought = make_organisation(home, chosen, OrganisationPlan(name, entry.title, entry.operator, STAFF), now - _DAY, passphrase)
    sealer = make_sealer(home, chosen, name, passphrase, entry.power)
    engine = make_keys(home.engine)
    claims = _Claims(
        engine_id=engine.node_id, organisation=brought, plan=plan.digest(), sealer=sealer, validator=engine.validator_key
    )
    signer = SoftwareSigner(chosen, load_key(home.key_file(f"{name}.seal"), passphrase))
    signature = signer.sign(Hasher(chosen).preimage("member", _CLAIMS.encode(claims)))
    return Card(claims=claims, format=_FORMAT, possession=signature.hex())


def save_card(path: Path, card: Card) -> None:
    """Write a card."""
    write_atomically(path, _CARD.encode(card))


def load_card(path: Path) -> Card:
    """Read a card.

    Raises:
        Refusal: `form/n` where it is none.
    """
    return _CARD.decode(path.read_bytes()[: _CARD_BYTES_MAX + 1], _CARD_BYTES_MAX)


def make_genesis(plan: Plan, cards: Sequence[Card], now: int, workdays: Workdays | None = None) -> Genesis:
    """The genesis of a plan, when every organisation has handed in its card; the same from the same cards and time.

    Raises:
        BadCard: one is missing, for another plan, or not signed with the seal key that it names.
    """
    chosen = _judged(plan, cards)
    genesis = Genesis(
        created=now,
        format="zhulian/genesis/1",
        governance=plan.governance,
        limits=msgspec.convert({**msgspec.to_builtins(Limits()), **plan.limits}, Limits),
        modules=plan.modules,
        name=plan.network,
        organisations=[each.claims.organisation for each in chosen],
        retention=Retention(heights=plan.retention_heights),
        sealers=[each.claims.sealer for each in chosen],
        suite=plan.suite,
        validators={each.claims.sealer.sealer: each.claims.validator for each in chosen},
        workdays=workdays or Workdays(holidays=[], worked=[]),
        zone=plan.zone,
        regulator=None
        if plan.regulator is None
        else Mandate(document="", organisation=plan.regulator, powers=["freeze", "open", "recall"]),
    )
    return parse_genesis(CODEC.encode(genesis))


def _judged(plan: Plan, cards: Sequence[Card]) -> list[Card]:
    """The cards in the plan's order, each of them good.

    Raises:
        BadCard.
    """
    by_name = {each.claims.organisation.organisation: each for each in cards}
    for entry in plan.organisations:
        card = by_name.get(entry.organisation)
        if card is None:
            raise BadCard(organisation=entry.organisation, why=Words("尚未提交", "it was not handed in"))
        _judge(plan, entry, card)
    return [by_name[each.organisation] for each in plan.organisations]


def install(home: Home, plan: Plan, cards: Sequence[Card], genesis: Genesis, organisation: str) -> None:
    """Put genesis and local settings into an organisation's home: its ports, its peers, its default signer.

    Raises:
        BadCard: a card is missing, is not what the genesis was made of, or names other keys than lie in this home.
    """
    entry = plan.entry(organisation)
    if entry is None:
        raise BadCard(organisation=organisation, why=Words("不在方案之列", "it is not in the plan"))
    for claims in (each.claims for each in _judged(plan, cards)):
        name = claims.organisation.organisation
        if claims.sealer not in genesis.sealers or genesis.validators.get(name) != claims.validator:
            raise BadCard(organisation=name, why=Words("与创世配置不符", "the genesis was made of another card"))
        if name == organisation and read_keys(home.engine).validator_key != claims.validator:
            raise BadCard(organisation=name, why=Words("与本机密钥不符", "it names other keys than lie in this home"))
    ids = {each.claims.organisation.organisation: each.claims.engine_id for each in cards}
    peers = [f"{ids[each.organisation]}@{each.host}:{each.engine_port}" for each in plan.organisations if each is not entry]
    gateways = [f"http://{each.host}:{each.gateway_port}" for each in plan.organisations if each is not entry]
    settle(home, CODEC.encode(genesis), entry, peers, gateways)


def settle(home: Home, genesis: bytes, entry: OrganisationEntry, peers: Sequence[str], gateways: Sequence[str] = ()) -> None:
    """Write the local settings of an organisation's node and then the genesis; `peers` are `node id@host:port`, `gateways` URLs."""
    text = _CONFIG.format(
        gateway=entry.gateway_port,
        host=_toml(entry.host),
        port=entry.engine_port,
        peers=", ".join(map(_toml, peers)),
        gateways=", ".join(map(_toml, gateways)),
        keeper=_toml(f"{entry.organisation}.keeper"),
        name=_toml(entry.organisation),
        signer=_toml(f"{entry.organisation}.clerk"),
    )
    write_atomically(home.config_file, text.encode())
    write_atomically(home.genesis_file, genesis)


def _judge(plan: Plan, entry: OrganisationEntry, card: Card) -> None:
    claims = card.claims
    name = entry.organisation
    if card.format != _FORMAT:
        raise BadCard(organisation=name, why=Words("格式名不对", "its format has another name"))
    if claims.plan != plan.digest():
        raise BadCard(organisation=name, why=Words("系针对另一份方案", "it is for another plan"))
    if claims.sealer.sealer != name or claims.sealer.power != entry.power or claims.organisation.title != entry.title:
        raise BadCard(organisation=name, why=Words("与方案中的名称或权重不符", "its name, title or power is not the plan's"))
    if claims.organisation.operator != entry.operator:
        raise BadCard(organisation=name, why=Words("与方案中的运营方不符", "the plan says otherwise who operates"))
    chosen = suite(plan.suite)
    try:
        preimage = Hasher(chosen).preimage("member", _CLAIMS.encode(claims))
        chosen.verify(bytes.fromhex(claims.sealer.public_key), preimage, bytes.fromhex(card.possession))
    except (BadSignature, ValueError):
        why = Words("并非由其所列签章密钥签署", "it is not signed with the seal key that it names")
        raise BadCard(organisation=name, why=why) from None


def _toml(text: Any) -> str:
    return msgspec.json.encode(str(text)).decode()


_CONFIG = """\
# Local settings of this machine. What the members agree on stands in genesis.json.

[gateway]
host = "127.0.0.1"
port = {gateway}

[node]
engine = "cometbft"
name = {name}
sealer = {name}   # whose seal key under keys/ seals the blocks
workers = 1       # processes that verify signatures
renew = false     # true: renews its people's certificates by itself, where the CA's key and a passphrase lie here
keepers = [{keeper}]  # who share the keys of guarded content

[engine]
host = {host}     # where other nodes' engines reach this one
port = {port}
peers = [{peers}]
gateways = [{gateways}]   # of other members: asked by a node that is new or lacks seals

[client]
signer = {signer}
"""
