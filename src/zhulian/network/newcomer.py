"""An organisation that comes to a running network: what it is told (invitation), what it makes at home, what it hands in (card)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher, Signer, SoftwareSigner, load_key
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.genesis import CODEC, Genesis, Title, parse_genesis
from zhulian.ledger.types import Wire
from zhulian.network.ceremony import STAFF, settle
from zhulian.network.founding import OrganisationPlan, make_organisation, make_sealer
from zhulian.network.plan import ENGINE_PORTS, GATEWAY_PORTS, OrganisationEntry, free_port, read_yaml
from zhulian.node.comet.adoption import ADOPTION_CODEC
from zhulian.node.comet.folder import make_keys, read_keys
from zhulian.node.comet.keys import validator_signer

__all__ = [
    "BadInvitation", "Invitation", "Newcomer", "NewcomerCard", "invite", "load_invitation", "load_newcomer", "load_newcomer_card",
    "make_newcomer", "possession", "save", "seat_of",
]  # fmt: skip

T = TypeVar("T")
_DAY = 86_400
_BYTES_MAX = 4 * 1024 * 1024
_NAME = r"\A[a-z][a-z0-9-]{0,30}\Z"


class BadInvitation(
    Refusal,
    code="network/6",
    zh="文件 {path} 不能用于加入网络：{why.zh}。请向邀请方重新索取。",
    en="The file {path} does not serve to join: {why.en}. Ask whoever invites for it again.",
):
    path: str
    why: Words


class Newcomer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the newcomer's own YAML file says: its name, its titles, where its node is; free ports are chosen where none is named."""

    organisation: Annotated[str, Meta(pattern=_NAME)]
    title: Title
    host: Annotated[str, Meta(min_length=1, max_length=253)] = "127.0.0.1"
    engine_port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    gateway_port: Annotated[int, Meta(ge=1, le=65535)] | None = None
    power: Annotated[int, Meta(ge=1, le=1_000_000)] = 1
    operator: bool = False

    def entry(self, taken: Sequence[int] = ()) -> OrganisationEntry:
        """Its entry in a plan, with ports that are free here and not in `taken`."""
        used = set(taken)
        return OrganisationEntry(
            organisation=self.organisation,
            title=self.title,
            host=self.host,
            engine_port=self.engine_port or free_port(ENGINE_PORTS, used),
            gateway_port=self.gateway_port or free_port(GATEWAY_PORTS, used),
            power=self.power,
            operator=self.operator,
        )


class Invitation(Wire, frozen=True):
    """What a newcomer needs to know: the genesis, where nodes are, and where the network began if not at the genesis.

    `gateways` are addresses at which snapshots and seals may be asked for.
    """

    format: Annotated[str, Meta(pattern=r"\Azhulian/invitation/1\Z")]
    genesis: dict[str, Any]
    peers: Annotated[list[str], Meta(min_length=1, max_length=200)]
    adoption: dict[str, Any] | None = None
    gateways: Annotated[list[str], Meta(max_length=200)] = msgspec.field(default_factory=list)

    def document(self) -> Genesis:
        """The genesis."""
        return parse_genesis(canonical.encode(self.genesis))


class NewcomerCard(Wire, frozen=True):
    """What a newcomer hands in: the admission to be proposed, and the peer under which its engine is reached."""

    admission: dict[str, Any]
    chain: str
    format: Annotated[str, Meta(pattern=r"\Azhulian/newcomer/1\Z")]
    peer: str


_INVITATION: canonical.Codec[Invitation] = canonical.Codec(Invitation)
_CARD: canonical.Codec[NewcomerCard] = canonical.Codec(NewcomerCard)


def invite(home: Home) -> Invitation:
    """The invitation that the node of `home` can give: it is a peer itself and knows others."""
    config = home.config()
    own = f"{read_keys(home.engine).node_id}@{config.engine.host}:{config.engine.port}"
    adoption = msgspec.json.decode(home.adoption_file.read_bytes()) if home.adoption_file.is_file() else None
    return Invitation(
        adoption=adoption,
        format="zhulian/invitation/1",
        gateways=[f"http://{config.gateway.host}:{config.gateway.port}", *config.engine.gateways],
        genesis=msgspec.json.decode(home.genesis_bytes()),
        peers=[own, *config.engine.peers],
    )


def make_newcomer(
    home: Home, invitation: Invitation, newcomer: Newcomer, entry: OrganisationEntry, now: int, passphrase: str
) -> NewcomerCard:
    """Make the organisation's keys, certificates and settings in `home`, and the card; `now` in Unix seconds.

    Raises:
        BadInvitation: the genesis in it does not hold.
    """
    try:
        genesis = invitation.document()
    except Refusal as wrong:
        raise BadInvitation(path="genesis", why=wrong.words()) from None
    crypto, name = genesis.crypto(), newcomer.organisation
    home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.keys.mkdir(exist_ok=True, mode=0o700)
    plan = OrganisationPlan(name, newcomer.title, newcomer.operator, STAFF)
    brought = make_organisation(home, crypto, plan, now - _DAY, passphrase)
    make_sealer(home, crypto, name, passphrase, newcomer.power)
    engine = make_keys(home.engine)
    admin = f"{name}.admin"
    signer = SoftwareSigner(crypto, load_key(home.key_file(admin), passphrase))
    admission: dict[str, Any] = {
        "admin": {
            "chain": [each.hex() for each in home.certificates(admin)],
            "possession": possession(genesis.hasher(), admin, signer),
            "signer": admin,
        },
        "certificates": brought.certificates,
        "organisation": name,
        "title": msgspec.to_builtins(newcomer.title),
        "type": "identity.admit_organisation",
    }
    if newcomer.operator:
        admission["operator"] = True
    settle(home, CODEC.encode(genesis), entry, invitation.peers, invitation.gateways)
    if invitation.adoption is not None:
        write_atomically(home.adoption_file, canonical.encode(invitation.adoption))
    return NewcomerCard(
        admission=admission,
        chain=genesis.chain(),
        format="zhulian/newcomer/1",
        peer=f"{engine.node_id}@{entry.host}:{entry.engine_port}",
    )


def seat_of(home: Home, hasher: Hasher, name: str, power: int, sealer: Signer, *, engine_key: str = "") -> dict[str, Any]:
    """The seat that `home` asks for, with proof that it holds both keys; `engine_key` is the key's file where it is another."""
    engine = validator_signer(home.engine, engine_key) if engine_key else validator_signer(home.engine)
    return {
        "possession": possession(hasher, name, sealer),
        "power": power,
        "public_key": sealer.public_key.hex(),
        "sealer": name,
        "validator": engine.public_key.hex(),
        "validator_possession": possession(hasher, name, engine),
    }


def possession(hasher: Hasher, name: str, signer: Signer) -> str:
    """The proof that `name` holds a key (docs/formats.md §2), in hex."""
    statement = canonical.encode({"key": signer.public_key.hex(), "signer": name})
    return signer.sign(hasher.preimage("possession", statement)).hex()


def load_newcomer(path: Path) -> Newcomer:
    """Read a newcomer's YAML file.

    Raises:
        BadPlan.
    """
    return read_yaml(path, Newcomer)


def load_invitation(path: Path) -> Invitation:
    """Read an invitation.

    Raises:
        BadInvitation.
    """
    found = _read(path, _INVITATION)
    if found.adoption is not None:
        try:
            ADOPTION_CODEC.decode(canonical.encode(found.adoption), _BYTES_MAX)
        except Refusal as wrong:
            raise BadInvitation(path=str(path), why=wrong.words()) from None
    return found


def load_newcomer_card(path: Path) -> NewcomerCard:
    """Read a newcomer's card.

    Raises:
        BadInvitation.
    """
    return _read(path, _CARD)


def save(path: Path, document: Wire) -> None:
    """Write an invitation or a card."""
    write_atomically(path, canonical.encode(msgspec.to_builtins(document)))


def _read(path: Path, codec: "canonical.Codec[T]") -> T:
    try:
        return codec.decode(path.read_bytes()[: _BYTES_MAX + 1], _BYTES_MAX)
    except Refusal as wrong:
        raise BadInvitation(path=str(path), why=wrong.words()) from None
