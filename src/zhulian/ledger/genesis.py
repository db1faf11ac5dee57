"""The genesis document: everything that all members must agree on before the first block (docs/formats.md §3)."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher, Suite, suite
from zhulian.errors import Words
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.limits import HARD, Limits
from zhulian.ledger.types import Hex, Sealer, Seconds, SignerName, Wire

__all__ = [
    "SANDBOX",
    "EngineKey",
    "Filing",
    "FoundingOrganisation",
    "FoundingSigner",
    "Genesis",
    "GovernanceRules",
    "Mandate",
    "Retention",
    "SandboxOf",
    "Title",
    "Workdays",
    "parse_genesis",
]

_NAME = r"\A[a-z][a-z0-9-]{0,30}\Z"
EngineKey = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""An Ed25519 public key by which a consensus engine votes; it proves nothing to outsiders."""


class Title(Wire, frozen=True):
    """A name that people read, in both languages."""

    en: Annotated[str, Meta(min_length=1, max_length=200)]
    zh: Annotated[str, Meta(min_length=1, max_length=200)]


class FoundingSigner(Wire, frozen=True):
    """A signer registered from the start, by a certificate that its organisation's CA issued."""

    certificate: Hex
    duties: list[Annotated[str, Meta(pattern=_NAME)]]
    kind: Annotated[str, Meta(pattern=r"\A(?:officer|service|device)\Z")]
    signer: SignerName
    encryption: Hex | None = None
    """The certificate of the key to which content for it is sealed, by the same CA."""


class FoundingOrganisation(Wire, frozen=True):
    """A founding member with its CA certificates (DER, hex)."""

    certificates: Annotated[list[Hex], Meta(min_length=1, max_length=4)]
    organisation: Annotated[str, Meta(pattern=_NAME)]
    signers: Annotated[list[FoundingSigner], Meta(min_length=1, max_length=64)]
    title: Title
    encryption: Hex | None = None
    """The certificate of the key to which content for the organisation is sealed."""
    operator: bool = False


class GovernanceRules(Wire, frozen=True):
    """A proposal passes when `numerator/denominator` of the organisations, rounded up, voted yes within the voting time.

    `reports` is how many organisations file one and the same prover's report about a definition before an instance of it opens,
    until the members vote otherwise; 0: none.
    """

    denominator: Annotated[int, Meta(ge=1, le=100)]
    numerator: Annotated[int, Meta(ge=1, le=100)]
    voting_s: Annotated[int, Meta(ge=60, le=366 * 86400)]
    reports: Annotated[int, Meta(ge=0, le=HARD.organisations_max)] = 0


class Workdays(Wire, frozen=True):
    """Days (YYYY-MM-DD) that differ from Monday-to-Friday: holidays, and weekend days worked in exchange."""

    holidays: list[Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]]
    worked: list[Annotated[str, Meta(pattern=r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")]]


class Mandate(Wire, frozen=True):
    """The regulator's written mandate."""

    document: Hex
    organisation: Annotated[str, Meta(pattern=_NAME)]
    powers: list[Annotated[str, Meta(pattern=r"\A(?:open|freeze|recall)\Z")]]


class Retention(Wire, frozen=True):
    """How many heights of state stay provable on every node; headers stay for ever."""

    heights: Annotated[int, Meta(ge=1)]


class Filing(Wire, frozen=True):
    """The filing number of the information service, where there is one (《区块链信息服务管理规定》 §11)."""

    number: Annotated[str, Meta(max_length=100)]


SANDBOX = "sandbox-"
"""How the names of sandbox chains begin, and those of no other."""


class SandboxOf(Wire, frozen=True):
    """That the chain is a throw-away sandbox, copied from the chain `chain` at `height`: nothing of it proves anything elsewhere."""

    chain: Annotated[str, Meta(max_length=160)]
    height: Annotated[int, Meta(ge=0)]


class Genesis(Wire, frozen=True):
    """The whole document. Build from bytes by `parse_genesis`, which also checks what a shape cannot say."""

    created: Seconds
    format: str
    governance: GovernanceRules
    limits: Limits
    modules: dict[str, int]
    name: Annotated[str, Meta(pattern=_NAME)]
    organisations: Annotated[list[FoundingOrganisation], Meta(min_length=1, max_length=HARD.organisations_max)]
    retention: Retention
    sealers: Annotated[list[Sealer], Meta(min_length=1, max_length=HARD.organisations_max)]
    suite: Annotated[str, Meta(pattern=r"\A(?:gm|intl)\Z")]
    workdays: Workdays
    zone: Annotated[str, Meta(pattern=r"\A[A-Za-z]{1,20}(?:/[A-Za-z_]{1,30}){0,2}\Z")]
    filing: Filing | None = None
    regulator: Mandate | None = None
    sandbox: SandboxOf | None = None
    """Only where the name begins with `sandbox-`, so that whoever reads a name reads what the chain is."""
    validators: Annotated[dict[Annotated[str, Meta(pattern=_NAME)], EngineKey], Meta(max_length=HARD.organisations_max)] = (
        msgspec.field(default_factory=dict)
    )
    """Whose consensus engines vote from the start: Ed25519 keys by organisation, each a sealer, whose power it has."""

    def crypto(self) -> Suite:
        """The chain's suite."""
        return suite(self.suite)

    def digest(self) -> bytes:
        """The genesis digest, 32 bytes."""
        return Hasher(self.crypto()).digest("genesis", CODEC.encode(self))

    def hasher(self) -> Hasher:
        """The hasher bound to this genesis."""
        return Hasher(self.crypto(), self.digest())

    def chain(self) -> str:
        """The chain id: name, dot, digest in hex."""
        return f"{self.name}.{self.digest().hex()}"

    def organisation(self, name: str) -> FoundingOrganisation | None:
        """The founding organisation of that name."""
        return next((each for each in self.organisations if each.organisation == name), None)


CODEC: canonical.Codec[Genesis] = canonical.Codec(Genesis)


def parse_genesis(data: bytes) -> Genesis:
    """Read a genesis document, whose white space and key order may have been changed by hand or by mail.

    Raises:
        Refusal: `form/n` where it is no such JSON, BadGenesis where parts contradict each other.
    """
    genesis = CODEC.decode(canonical.encode(canonical.read(data, HARD.genesis_bytes_max)), HARD.genesis_bytes_max)
    _require(genesis.format == "zhulian/genesis/1", Words("格式名应为 zhulian/genesis/1", "it is not zhulian/genesis/1"))
    _require(
        genesis.governance.numerator <= genesis.governance.denominator,
        Words("治理规则要求的票数超过全部机构", "governance asks for more than all votes"),
    )
    _require(
        genesis.governance.reports <= len(genesis.organisations),
        Words("治理规则要求的证明报告多于全部机构", "governance asks for more reports than there are organisations"),
    )
    _require(
        _sorted(each.organisation for each in genesis.organisations),
        Words("机构未按名称排序，或有重复", "organisations are not sorted and unique"),
    )
    _require(
        _sorted(each.sealer for each in genesis.sealers),
        Words("签章节点未按名称排序，或有重复", "sealers are not sorted and unique"),
    )
    _require(
        len({each.public_key for each in genesis.sealers}) == len(genesis.sealers),
        Words("有两个签章节点使用同一密钥", "two sealers share a key"),
    )
    for organisation in genesis.organisations:
        name = organisation.organisation
        _require(
            _sorted(each.signer for each in organisation.signers),
            Words(f"{name} 的签名主体未按名称排序，或有重复", f"signers of {name} are not sorted and unique"),
        )
        _require(
            all(each.signer.startswith(name + ".") for each in organisation.signers),
            Words(f"{name} 的某个签名主体冠有其他机构的名称", f"a signer of {name} bears another organisation's name"),
        )
    names = {each.organisation for each in genesis.organisations}
    _require(
        all(each.sealer in names for each in genesis.sealers), Words("有签章节点不属于任何机构", "a sealer is no organisation")
    )
    _require(
        set(genesis.validators) <= {each.sealer for each in genesis.sealers},
        Words("有共识节点不是签章节点", "a validator is no sealer"),
    )
    _require(
        len(set(genesis.validators.values())) == len(genesis.validators),
        Words("有两个共识节点使用同一密钥", "two validators share a key"),
    )
    _require(
        genesis.regulator is None or genesis.regulator.organisation in names,
        Words("监管方不是本链机构", "the regulator is no organisation"),
    )
    _require_marked(genesis)
    return genesis


def _require_marked(genesis: Genesis) -> None:
    """That a sandbox says so in its name and in its field, and no other chain does."""
    _require(
        genesis.name.startswith(SANDBOX) == (genesis.sandbox is not None),
        Words(
            "沙箱链的名称须以 sandbox- 开头并写明 sandbox，其他链不得如此",
            "a sandbox is called sandbox-… and says so under sandbox; no other chain is",
        ),
    )


def _sorted(names: Any) -> bool:
    found = list(names)
    return found == sorted(set(found))


def _require(holds: bool, why: Words) -> None:
    if not holds:
        raise BadGenesis(why=why)
