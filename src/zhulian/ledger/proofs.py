"""The shapes of what is handed out as proof (docs/formats.md §9–§11), and the faults of a proof as a whole."""

from typing import Any, TypeVar

import msgspec

from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.ledger.limits import HARD
from zhulian.ledger.types import Applied, Digest, Header, Hex, Refused, Seal, Sealer, SignatureEntry, Wire
from zhulian.merkle.errors import ProofFault

__all__ = [
    "AnotherChain",
    "BadForm",
    "BadOpening",
    "BadSeal",
    "BadSignatureInProof",
    "Checkpoint",
    "DoesNotBelong",
    "GenesisDiffers",
    "NoQuorum",
    "Opening",
    "Receipt",
    "SealerChange",
    "StateFact",
    "WrongCertificate",
    "read_shape",
]

T = TypeVar("T")


class BadForm(
    ProofFault,
    code="proof/20",
    zh="{part} 的结构不符：{why}。请使用未经改动的原文件。",
    en="{part} has another shape than agreed: {why}. Use the file as it was issued.",
):
    why: str


class GenesisDiffers(
    ProofFault,
    code="proof/21",
    zh="{part} 的摘要为 {found}，应为 {wanted}。请使用公布摘要一致的创世配置。",
    en="{part} has the digest {found}, not {wanted}. Use the genesis whose digest was published.",
):
    found: str
    wanted: str


class AnotherChain(
    ProofFault,
    code="proof/22",
    zh="{part} 写明的链为 {named}，与创世配置所定的 {ours} 不符：二者之一被改动过，或不属于同一条链。",
    en="{part} names the chain {named}; the genesis makes {ours}. One of them was changed, or they belong to different chains.",
):
    named: str
    ours: str


class DoesNotBelong(
    ProofFault,
    code="proof/23",
    zh="{part} 与回执其余部分不符：{why}。请使用未经改动的原回执。",
    en="{part} does not belong to the rest of the receipt: {why}. Use the receipt as it was issued.",
):
    why: str


class BadSignatureInProof(
    ProofFault,
    code="proof/24",
    zh="{part} 中 {signer} 的签名与内容、公钥不符：其中之一被改动过。",
    en="In {part} the signature of {signer} does not fit the content and the key: one of them was changed.",
):
    signer: str


class WrongCertificate(
    ProofFault,
    code="proof/25",
    zh="{part} 中 {signer} 的证书无法采信：{why}",
    en="In {part} the certificate of {signer} cannot be accepted: {why}",
):
    signer: str
    why: str


class BadSeal(
    ProofFault,
    code="proof/26",
    zh="{part} 中 {sealer} 的区块签章无效：{why}。",
    en="In {part} the seal of {sealer} is not valid: {why}.",
):
    sealer: str
    why: str


class NoQuorum(
    ProofFault,
    code="proof/27",
    zh="{part} 的签章权重为 {power}，须超过总权重 {whole} 的三分之二。请索取签章齐全的回执。",
    en="{part} have the power {power}; more than two thirds of {whole} are due. Ask for a receipt with all seals.",
):
    power: int
    whole: int


class BadOpening(
    ProofFault,
    code="proof/28",
    zh="{part} 与链上记录不符：{why}。",
    en="{part} does not fit what the chain recorded: {why}.",
):
    why: str


class Opening(Wire, frozen=True):
    """What the depositor adds: the file's digest, the salt of its commitment, and in a batch the commitment's path."""

    digest: Digest
    salt: Digest
    path: Any = None


class SealerChange(Wire, frozen=True):
    """A sealed header that commits a new sealer set."""

    header: Header
    sealers: list[Sealer]
    seals: list[Seal]


class StateFact(Wire, frozen=True):
    """A state key with its value, or its absence, under a sealed header."""

    format: str
    header: Header
    key: list[str]
    proof: Any
    seals: list[Seal]
    sealer_changes: list[SealerChange] = msgspec.field(default_factory=list)
    value: Any = None


class Receipt(Wire, frozen=True):
    """A transaction with everything that proves it."""

    body: dict[str, Any]
    certificates: list[list[Hex]]
    format: str
    header: Header
    result: Applied | Refused
    result_path: Any
    seals: list[Seal]
    signatures: list[SignatureEntry]
    transaction_path: Any
    facts: list[StateFact] = msgspec.field(default_factory=list)
    opening: Opening | None = None
    sealer_changes: list[SealerChange] = msgspec.field(default_factory=list)


class Checkpoint(Wire, frozen=True):
    """A header that the verifier trusts already, with the set that seals the next."""

    chain: str
    format: str
    header: Digest
    height: int
    sealers: list[Sealer]


_CODECS: dict[Any, canonical.Codec[Any]] = {shape: canonical.Codec(shape) for shape in (Receipt, StateFact, Checkpoint)}


def read_shape(shape: type[T], document: Any, part: str) -> T:
    """Read a parsed document as `shape`, strictly.

    Raises:
        BadForm: naming `part`.
    """
    try:
        found: T = _CODECS[shape].decode(canonical.encode(document), HARD.receipt_bytes_max)
    except ProofFault:
        raise
    except Refusal as wrong:
        raise BadForm(part=part, why=wrong.say("en")) from None
    return found
