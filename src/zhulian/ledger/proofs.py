"""The shapes of what is handed out as proof (docs/formats.md §9–§11), and the faults of a proof as a whole."""

from typing import Any, TypeVar

import msgspec

from zhulian import canonical
from zhulian.errors import Refusal, Words
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
    "SpokenHead",
    "StateFact",
    "WrongCertificate",
    "read_shape",
]

T = TypeVar("T")


class BadForm(
    ProofFault,
    code="proof/20",
    zh="{part.zh}与约定的结构不符：{why.zh}。请重新取得未经改动的文件。",
    en="{part.en} has another shape than agreed: {why.en}. Ask for the file as it was issued.",
):
    why: Words


class GenesisDiffers(
    ProofFault,
    code="proof/21",
    zh="{part.zh}的摘要为 {found}，与您给出的 {wanted} 不一致。请核对各机构公布的创世摘要，并使用与之一致的创世配置。",
    en="{part.en} has the digest {found}, not {wanted} as you gave it. Look up which one the members have published, "
    "and use the genesis that has it.",
):
    found: str
    wanted: str


class AnotherChain(
    ProofFault,
    code="proof/22",
    zh="{part.zh}写明的链为 {named}，与创世配置所定的 {ours} 不符：二者之一被改动过，或不属于同一条链。请重新取得配套且未经改动的文件。",
    en="{part.en} names the chain {named}, but the genesis makes {ours}: one of them was changed, or they belong to different chains. "
    "Ask for files that belong together, as they were issued.",
):
    named: str
    ours: str


class DoesNotBelong(
    ProofFault,
    code="proof/23",
    zh="{part.zh}与其余部分不符：{why.zh}。请重新取得未经改动的文件。",
    en="{part.en} does not fit the other parts: {why.en}. Ask for the file as it was issued.",
):
    why: Words


class BadSignatureInProof(
    ProofFault,
    code="proof/24",
    zh="{part.zh}有误，{signer} 的签名无效：签名、内容或公钥三者之一被改动过。请重新取得未经改动的回执。",
    en="{part.en} holds no valid signature of {signer}: the signature, the content or the key was changed. "
    "Ask for the receipt as it was issued.",
):
    signer: str


class WrongCertificate(
    ProofFault,
    code="proof/25",
    zh="{part.zh}有误，{signer} 的证书不能采信：{why.zh}。请重新取得证书齐全的回执。",
    en="{part.en} holds no certificate of {signer} that can be accepted: {why.en}. Ask for a receipt with the right certificates.",
):
    signer: str
    why: Words


class BadSeal(
    ProofFault,
    code="proof/26",
    zh="{part.zh}有误，{sealer} 的签章无效：{why.zh}。请重新取得未经改动的文件。",
    en="{part.en} holds no valid seal of {sealer}: {why.en}. Ask for the file as it was issued.",
):
    sealer: str
    why: Words


class NoQuorum(
    ProofFault,
    code="proof/27",
    zh="{part.zh}不足：有效签章的权重为 {power}，须超过总权重 {whole} 的三分之二。请索取签章齐全的文件。",
    en="{part.en} does not suffice: its seals have the power {power}; more than two thirds of {whole} are due. "
    "Ask for a file with all seals.",
):
    power: int
    whole: int


class BadOpening(
    ProofFault,
    code="proof/28",
    zh="{part.zh}与链上记录不符：{why.zh}。",
    en="{part.en} does not fit what the chain recorded: {why.en}.",
):
    why: Words


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


class SpokenHead(Wire, frozen=True):
    """A sealed header, and a sealer's signed word that it is the newest it has; `next_sealers` where the header changes the set."""

    format: str
    header: Header
    seals: list[Seal]
    spoken: Seal
    next_sealers: list[Sealer] | None = None
    sealer_changes: list[SealerChange] = msgspec.field(default_factory=list)


class Checkpoint(Wire, frozen=True):
    """A header that the verifier trusts already, with the set that seals the next."""

    chain: str
    format: str
    header: Digest
    height: int
    sealers: list[Sealer]


_CODECS: dict[Any, canonical.Codec[Any]] = {
    shape: canonical.Codec(shape) for shape in (Receipt, StateFact, SpokenHead, Checkpoint)
}


def read_shape(shape: type[T], document: Any, part: str) -> T:
    """Read a parsed document as `shape`, strictly.

    Raises:
        BadForm: naming `part`.
    """
    try:
        found: T = _CODECS[shape].decode(canonical.encode(document), HARD.receipt_bytes_max)
    except ProofFault:
        raise
    except canonical.WrongShape as wrong:
        raise BadForm(part=part, why=wrong.why) from None
    except Refusal as wrong:
        raise BadForm(part=part, why=wrong.words()) from None
    return found
