"""What a sealer says of now: that a certain header is the newest it has. Made, and held against the set (docs/formats.md §22)."""

from typing import Any

import msgspec

from zhulian import canonical
from zhulian.crypto import BadSignature, Hasher, Signer, fingerprint
from zhulian.errors import Refusal, Words
from zhulian.ledger.blocks import header_digest, sealers_root
from zhulian.ledger.proofs import AnotherChain, BadForm, BadSeal, Checkpoint, DoesNotBelong, SpokenHead, read_shape
from zhulian.ledger.receipts import Trusted, require_sealed
from zhulian.ledger.sealing import median_ms
from zhulian.ledger.types import Header, Seal, Sealer

__all__ = ["FORMAT", "ProvedHead", "head_preimage", "speak", "verify_head"]

FORMAT = "zhulian/head/1"


class ProvedHead(msgspec.Struct, frozen=True):
    """What a spoken head has proved: a sealed header, who seals what comes after it, and who called it the newest when.

    `spoken_ms` and `sealed_ms` are Unix milliseconds: the speaker's clock, and the median of the clocks that sealed the header.
    """

    header: Header
    digest: str
    next_sealers: tuple[Sealer, ...]
    sealed_ms: int
    speaker: str
    key: str
    spoken_ms: int

    def checkpoint(self) -> Checkpoint:
        """The checkpoint that a verifier may keep of this head."""
        return Checkpoint(
            chain=self.header.chain,
            format="zhulian/checkpoint/1",
            header=self.digest,
            height=self.header.height,
            sealers=list(self.next_sealers),
        )


def head_preimage(hasher: Hasher, digest: str, time_ms: int) -> bytes:
    """The bytes that a sealer signs to say: at `time_ms`, the header of this digest is the newest I have."""
    return hasher.preimage("head", canonical.encode({"header": digest, "time_ms": time_ms}))


def speak(hasher: Hasher, signer: Signer, name: str, digest: str, time_ms: int) -> dict[str, Any]:
    """The member `spoken` of a spoken head."""
    signature = signer.sign(head_preimage(hasher, digest, time_ms)).hex()
    return {"key": fingerprint(hasher.suite, signer.public_key), "sealer": name, "signature": signature, "time_ms": time_ms}


def verify_head(document: Any, trusted: Trusted) -> ProvedHead:
    """Verify a parsed spoken head: the header is sealed, and a sealer of what comes after it signed that it is the newest.

    Raises:
        ProofFault: naming the part that is wrong.
    """
    read = read_shape(SpokenHead, document, "head")
    if read.format != FORMAT:
        raise BadForm(part="head.format", why=Words(f"格式名应为 {FORMAT}", f"it is not {FORMAT}"))
    if read.header.chain != trusted.chain:
        raise AnotherChain(part="head.header.chain", named=read.header.chain[:120], ours=trusted.chain)
    sealers = require_sealed(read.header, read.seals, read.sealer_changes, trusted)
    following = read.next_sealers if read.next_sealers is not None else sealers
    if sealers_root(trusted.hasher, following).hex() != read.header.next_sealers_root:
        why = Words("与区块头所承诺的下一组签章节点不同", "it is not the set that the header commits to")
        raise DoesNotBelong(part="head.next_sealers", why=why)
    digest = header_digest(trusted.hasher, read.header).hex()
    _require_spoken(trusted.hasher, digest, read.spoken, following)
    return ProvedHead(
        header=read.header,
        digest=digest,
        next_sealers=tuple(following),
        sealed_ms=max(read.header.time_ms, median_ms(read.seals)),
        speaker=read.spoken.sealer,
        key=read.spoken.key,
        spoken_ms=read.spoken.time_ms,
    )


def _require_spoken(hasher: Hasher, digest: str, spoken: Seal, sealers: list[Sealer]) -> None:
    part, name = "head.spoken", spoken.sealer[:40]
    member = next((each for each in sealers if each.sealer == spoken.sealer), None)
    if member is None:
        raise BadSeal(part=part, sealer=name, why=Words("该节点不在签章节点之列", "it is not among the sealers"))
    public_key = bytes.fromhex(member.public_key)
    if fingerprint(hasher.suite, public_key) != spoken.key:
        raise BadSeal(part=part, sealer=name, why=Words("所用密钥不是该节点的密钥", "the key is not the sealer's"))
    try:
        hasher.suite.verify(public_key, head_preimage(hasher, digest, spoken.time_ms), bytes.fromhex(spoken.signature))
    except BadSignature:
        why = Words("区块头、时间或签名被改动过", "the header, the time or the signature was changed")
        raise BadSeal(part=part, sealer=name, why=why) from None
    except Refusal as wrong:
        raise BadSeal(part=part, sealer=name, why=wrong.words()) from None
