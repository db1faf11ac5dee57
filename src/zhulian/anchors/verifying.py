"""Hold anchors against a header that a receipt has proved, and tell what each of them rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.anchors.errors import AnchorMalformed, BadCoSeal, BadOtherChain, NotOfThisHeader
from zhulian.anchors.shapes import (
    ANCHOR,
    ATTACHED,
    SPAN_MAX,
    Anchor,
    Attached,
    ChainProof,
    CoSealProof,
    StampProof,
    Statement,
    canonical_bytes,
    read_as,
)
from zhulian.anchors.statement import statement_data
from zhulian.crypto import BadSignature, Hasher, fingerprint
from zhulian.crypto.certificates import CertificateFault, verify_chain
from zhulian.crypto.errors import BadKey
from zhulian.crypto.timestamps import verify_stamp
from zhulian.errors import Refusal, Words
from zhulian.ledger.receipts import Trusted, verify_receipt, verify_state_fact
from zhulian.merkle import ListPath, ProofFault, verify_list_path

__all__ = ["Held", "ProvedAnchor", "co_seal", "read_anchor", "verify_anchor", "verify_attached"]


@dataclass(frozen=True)
class Held:
    """What the verifier holds of the anchors' worlds: roots of time-stamping authorities (DER), and other chains."""

    tsa_roots: Sequence[bytes] = ()
    chains: Sequence[Trusted] = ()


@dataclass(frozen=True)
class ProvedAnchor:
    """What one anchor proves of the headers `first` to `height`: they were there at `time_ms` (Unix milliseconds).

    `by` is who says so: the authority's subject, the other chain's id, or the co-sealing signer. `rests_on` is what must be
    compared: the SHA-256 of the authority's root, the other chain's genesis digest, or the co-seal's key. `is_held`: the
    verifier holds that already. `time_ms` is None where it cannot be known without it.
    """

    kind: str
    first: int
    height: int
    time_ms: int | None
    by: str
    rests_on: str
    is_held: bool


def read_anchor(document: Any) -> Anchor:
    """Read a parsed document as an anchor.

    Raises:
        AnchorMalformed.
    """
    read = read_as(Anchor, document)
    _require_form(read)
    return read


def _require_form(anchor: Anchor) -> None:
    if anchor.format != ANCHOR:
        raise AnchorMalformed(why=Words(f"格式名应为 {ANCHOR}", f"it is not {ANCHOR}"))
    if not 0 <= anchor.statement.height - anchor.statement.first < SPAN_MAX:
        raise AnchorMalformed(why=Words("所涉高度颠倒或过多", "its heights are reversed, or there are too many"))


def verify_attached(document: Any, header: bytes, height: int, trusted: Trusted, held: Held = Held()) -> list[ProvedAnchor]:
    """Verify the anchors beside a receipt, whose header has this digest and height.

    Raises:
        AnchorFault, TimestampFault: naming what is wrong; all anchors must hold.
    """
    read = read_as(Attached, document)
    if read.format != ATTACHED:
        raise AnchorMalformed(why=Words(f"格式名应为 {ATTACHED}", f"it is not {ATTACHED}"))
    if read.chain != trusted.chain or read.height != height:
        raise NotOfThisHeader(why=Words("所写的链或高度不同", "it names another chain or another height"))
    found = []
    for each in read.anchors:
        proved = verify_anchor(each.anchor, trusted, held)
        _require_below(trusted.hasher, each.anchor.statement, each.path, header, height)
        found.append(proved)
    return found


def verify_anchor(anchor: Anchor, trusted: Trusted, held: Held = Held()) -> ProvedAnchor:
    """Verify that an anchor's proof binds its statement.

    Raises:
        AnchorFault, TimestampFault: naming what is wrong.
    """
    _require_form(anchor)
    stated, proof = anchor.statement, anchor.proof
    if stated.chain != trusted.chain:
        raise NotOfThisHeader(why=Words("属于另一条链", "it is of another chain"))
    data = statement_data(trusted.hasher, stated)
    if isinstance(proof, StampProof):
        stamp = verify_stamp(bytes.fromhex(proof.token), data, held.tsa_roots)
        told = (stamp.time_ms, f"{stamp.subject} ({stamp.serial})", stamp.root_sha256, stamp.is_held)
        return ProvedAnchor("timestamp", stated.first, stated.height, *told)
    if isinstance(proof, ChainProof):
        return _verify_other_chain(proof, stated, data, held)
    _verify_co_seal(proof, data, trusted)
    return ProvedAnchor("co_seal", stated.first, stated.height, proof.time_ms, proof.signer, proof.key, True)


def _require_below(hasher: Hasher, stated: Statement, document: Any, header: bytes, height: int) -> None:
    if not stated.first <= height <= stated.height:
        raise NotOfThisHeader(why=Words("不包括该高度", "it does not cover that height"))
    try:
        path = ListPath.from_json(document, part="path")
        if path.count != stated.height - stated.first + 1 or path.index != height - stated.first:
            raise NotOfThisHeader(why=Words("路径所指的位置不同", "its path leads to another place"))
        verify_list_path(hasher, bytes.fromhex(stated.root), header, path, part="path")
    except ProofFault as wrong:
        raise NotOfThisHeader(why=wrong.words()) from None


def _verify_other_chain(proof: ChainProof, stated: Statement, data: bytes, held: Held) -> ProvedAnchor:
    other = next((each for each in held.chains if each.chain == proof.chain), None)
    rests_on = proof.chain.rpartition(".")[2]
    if other is None:  # who does not hold its genesis learns only that there is one to ask for
        return ProvedAnchor("chain", stated.first, stated.height, None, proof.chain, rests_on, False)
    try:
        proved = verify_receipt(proof.receipt, other, file_digest=other.hasher.suite.digest(data))
    except ProofFault as wrong:
        raise BadOtherChain(why=wrong.words()) from None
    if not proved.applied:
        raise BadOtherChain(why=Words("该链未通过这笔存证", "that chain refused the deposit"))
    return ProvedAnchor("chain", stated.first, stated.height, proved.not_after_ms, proof.chain, rests_on, True)


def co_seal(hasher: Hasher, statement: Statement, time_ms: int) -> bytes:
    """The bytes that a co-sealing organisation signs: the statement, and its own clock."""
    return _co_seal_preimage(hasher, statement_data(hasher, statement), time_ms)


def _co_seal_preimage(hasher: Hasher, data: bytes, time_ms: int) -> bytes:
    return hasher.preimage("co-seal", canonical.encode({"anchor": hasher.suite.digest(data).hex(), "time_ms": time_ms}))


def _verify_co_seal(proof: CoSealProof, data: bytes, trusted: Trusted) -> None:
    """The signer's certificate leads to a CA of its organisation, which is none of those that seal at the start."""
    organisation = proof.signer.partition(".")[0]
    if any(each.sealer == organisation for each in trusted.genesis.sealers):
        why = Words(
            "该机构本身就是签章节点，不构成另一方见证", "its organisation seals the chain itself, and is no second witness"
        )
        raise BadCoSeal(signer=proof.signer, why=why)
    founding = trusted.genesis.organisation(organisation)
    roots = [] if founding is None else [bytes.fromhex(each) for each in founding.certificates]
    roots += _shown_roots(proof, organisation, trusted)
    try:
        chain = [bytes.fromhex(each) for each in proof.certificates]
        leaf = verify_chain(trusted.hasher.suite, chain, roots, at=proof.time_ms // 1000)
    except (CertificateFault, BadKey) as wrong:
        raise BadCoSeal(signer=proof.signer, why=wrong.words()) from None
    if leaf.signer != proof.signer or leaf.organisation != organisation:
        raise BadCoSeal(signer=proof.signer, why=Words("证书主体不同", "its certificate names another subject"))
    if fingerprint(trusted.hasher.suite, leaf.public_key) != proof.key:
        raise BadCoSeal(signer=proof.signer, why=Words("证书中的密钥不同", "its certificate has another key"))
    try:
        signed = _co_seal_preimage(trusted.hasher, data, proof.time_ms)
        trusted.hasher.suite.verify(leaf.public_key, signed, bytes.fromhex(proof.signature))
    except BadSignature:
        why = Words("区块头、时间或签名被改动过", "the headers, the time or the signature were changed")
        raise BadCoSeal(signer=proof.signer, why=why) from None


def _shown_roots(proof: CoSealProof, organisation: str, trusted: Trusted) -> list[bytes]:
    """The CAs of an organisation that joined later, as state facts of the chain show them."""
    found: list[bytes] = []
    for fact in proof.facts:
        try:
            proved = verify_state_fact(canonical.decode(canonical_bytes(fact)), trusted)
        except Refusal as wrong:
            raise BadCoSeal(signer=proof.signer, why=wrong.words()) from None
        if proved.present and proved.key == ("identity/organisations", organisation):
            found += [bytes.fromhex(each) for each in proved.value.get("certificates", [])]
    return found
