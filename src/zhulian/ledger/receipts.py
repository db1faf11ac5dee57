"""Verify what the chain has handed out: a receipt or a state fact, with the genesis document and nothing else.

`verify_receipt` reads from top to bottom like the list of its parts; whichever part is wrong, it raises and names it. No
member of a receipt goes unused, so that no value in it can be changed unnoticed.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from zhulian import canonical
from zhulian.crypto import BadSignature, Hasher, fingerprint
from zhulian.crypto.certificates import Certificate, verify_chain
from zhulian.errors import Refusal, Words
from zhulian.ledger.agreements import Agreement, Recover, agreement_digest, decode_agreement, power_of, recovery_at
from zhulian.ledger.blocks import header_digest, result_bytes, transaction_leaf
from zhulian.ledger.collections import encode_key
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.genesis import Genesis, parse_genesis
from zhulian.ledger.limits import HARD
from zhulian.ledger.proofs import (
    AnotherChain,
    BadForm,
    BadOpening,
    BadSignatureInProof,
    Checkpoint,
    DoesNotBelong,
    GenesisDiffers,
    Receipt,
    SealerChange,
    StateFact,
    WrongCertificate,
    read_shape,
)
from zhulian.ledger.sealing import follow_sealers, median_ms, verify_seals
from zhulian.ledger.types import Applied, Header, Seal, Sealer, SignatureEntry
from zhulian.merkle import ListPath, ProofFault, StateProof, verify_absence, verify_list_path, verify_presence

__all__ = [
    "Break",
    "ProvedFact",
    "ProvedReceipt",
    "ProvedSigner",
    "Trusted",
    "deposits_of",
    "require_sealed",
    "trust",
    "verify_receipt",
    "verify_state_fact",
]

_DEPOSITS = ("evidence.deposit", "evidence.deposit_batch")
_MEASURED = "device.measure"


class ProvedSigner(msgspec.Struct, frozen=True):
    """Who signed. `certificate` is None for a person's handle."""

    signer: str
    organisation: str | None
    key: str
    certificate: Certificate | None


class Break(msgspec.Struct, frozen=True):
    """After `height` the seals lead on no more: some members went on by an agreement, `power` of `whole` of the former set."""

    height: int
    agreement: str
    members: tuple[str, ...]
    power: int
    whole: int
    made: int
    reason: str


class ProvedReceipt(msgspec.Struct, frozen=True):
    """What a receipt has proved. Times in Unix milliseconds: recorded after `not_before_ms`, sealed by `not_after_ms`."""

    chain: str
    genesis_digest: str
    transaction: str
    applied: bool
    messages: list[dict[str, Any]]
    signers: tuple[ProvedSigner, ...]
    result: dict[str, Any]
    height: int
    header: Header
    seals: tuple[Seal, ...]
    sealers: int
    not_before_ms: int
    not_after_ms: int
    digest: str | None
    from_checkpoint: int | None
    breaks: tuple[Break, ...] = ()


class ProvedFact(msgspec.Struct, frozen=True):
    """What a state fact has proved: `value` at `key` at `height`, or absence where `present` is false."""

    key: tuple[str, ...]
    present: bool
    value: Any
    height: int
    time_ms: int
    breaks: tuple[Break, ...] = ()


class Trusted(msgspec.Struct, frozen=True):
    """What the verifier holds: the genesis document, perhaps a checkpoint, and agreements that the members have published."""

    genesis: Genesis
    digest: bytes
    hasher: Hasher
    chain: str
    checkpoint: Checkpoint | None
    agreements: tuple[Agreement, ...] = ()


def trust(
    genesis: bytes, *, genesis_digest: str | None = None, checkpoint: Any = None, agreements: Sequence[bytes] = ()
) -> Trusted:
    """Read the genesis document, hold it against its published digest, and take up a checkpoint and agreements.

    Raises:
        ProofFault: naming `genesis` or `checkpoint`. BadAgreement.
    """
    try:
        document = parse_genesis(genesis)
    except (BadGenesis, canonical.WrongShape) as wrong:
        raise BadForm(part="genesis", why=wrong.why) from None
    except Refusal as wrong:
        raise BadForm(part="genesis", why=wrong.words()) from None
    digest = document.digest()
    if genesis_digest is not None and genesis_digest != digest.hex():
        raise GenesisDiffers(part="genesis", found=digest.hex(), wanted=genesis_digest[:80])
    held = None if checkpoint is None else read_shape(Checkpoint, checkpoint, "checkpoint")
    if held is not None and held.format != "zhulian/checkpoint/1":
        raise BadForm(part="checkpoint", why=Words("格式名应为 zhulian/checkpoint/1", "it is not zhulian/checkpoint/1"))
    if held is not None and held.chain != document.chain():
        raise AnotherChain(part="checkpoint", named=held.chain[:120], ours=document.chain())
    return Trusted(
        genesis=document,
        digest=digest,
        hasher=Hasher(document.crypto(), digest),
        chain=document.chain(),
        checkpoint=held,
        agreements=tuple(decode_agreement(each, document.chain()) for each in agreements),
    )


def verify_receipt(receipt: Any, trusted: Trusted, *, file_digest: bytes | None = None) -> ProvedReceipt:
    """Verify a parsed receipt, and that it speaks of the file with `file_digest` where that is given.

    Raises:
        ProofFault: naming the part that is wrong.
    """
    read = read_shape(Receipt, receipt, "receipt")
    if read.format != "zhulian/receipt/1":
        raise BadForm(part="format", why=Words("格式名应为 zhulian/receipt/1", "it is not zhulian/receipt/1"))
    if read.header.chain != trusted.chain:
        raise AnotherChain(part="header.chain", named=read.header.chain[:120], ours=trusted.chain)
    body, preimage = _body(read, trusted)
    transaction = trusted.hasher.suite.digest(preimage).hex()
    _result(read, transaction, body)
    _place(read, trusted)
    facts = _facts(read, trusted)
    signers = _signers(read, trusted, facts, body["signers"], preimage)
    sealers = require_sealed(read.header, read.seals, read.sealer_changes, trusted)
    digest = _opening(read, trusted, body["messages"], file_digest)
    return ProvedReceipt(
        chain=trusted.chain,
        genesis_digest=trusted.digest.hex(),
        transaction=transaction,
        applied=isinstance(read.result, Applied),
        messages=body["messages"],
        signers=signers,
        result=msgspec.to_builtins(read.result),
        height=read.header.height,
        header=read.header,
        seals=tuple(read.seals),
        sealers=len(sealers),
        not_before_ms=read.header.time_ms,
        not_after_ms=max(read.header.time_ms, median_ms(read.seals)),
        digest=digest,
        from_checkpoint=trusted.checkpoint.height if _uses_checkpoint(read.header, trusted) and trusted.checkpoint else None,
        breaks=_breaks(read.sealer_changes, trusted),
    )


def verify_state_fact(fact: Any, trusted: Trusted) -> ProvedFact:
    """Verify a parsed state fact, of presence or of absence.

    Raises:
        ProofFault: naming the part that is wrong.
    """
    return _verify_fact(read_shape(StateFact, fact, "fact"), trusted, "value" in fact)


def _body(read: Receipt, trusted: Trusted) -> tuple[dict[str, Any], bytes]:
    body = read.body
    shapes = {"chain": str, "expires": int, "messages": list, "nonce": str, "signers": list}
    if set(body) != set(shapes) or not all(type(body[name]) is shape for name, shape in shapes.items()):
        raise BadForm(part="body", why=Words("成员缺失、多余或类型不对", "a member is missing, spare or of the wrong type"))
    if not all(type(each) is dict and type(each.get("type")) is str for each in body["messages"]):
        raise BadForm(part="body.messages", why=Words("有一项操作未写明类型", "a message has no type"))
    if body["chain"] != trusted.chain:
        raise AnotherChain(part="body.chain", named=body["chain"][:120], ours=trusted.chain)
    return body, trusted.hasher.preimage("body", canonical.encode(body))


def _result(read: Receipt, transaction: str, body: dict[str, Any]) -> None:
    if read.result.transaction != transaction:
        raise DoesNotBelong(
            part="body",
            why=Words("其摘要与执行结果所载的交易编号不同", "its digest is not the transaction id that the result names"),
        )
    if [each.signer for each in read.signatures] != body["signers"]:
        raise DoesNotBelong(
            part="signatures", why=Words("签名主体与交易内容所列不同", "the signers are not those that the transaction names")
        )
    if [each.key for each in read.signatures] != read.result.keys:
        raise DoesNotBelong(
            part="signatures", why=Words("签名密钥与链上认可的不同", "the keys are not those that the chain accepted")
        )


def _place(read: Receipt, trusted: Trusted) -> None:
    """Result and transaction stand at one place of the block that the header commits to."""
    path = ListPath.from_json(read.transaction_path, part="transaction_path")
    leaf = transaction_leaf(trusted.hasher, read.result.transaction, read.result.keys)
    verify_list_path(trusted.hasher, bytes.fromhex(read.header.transactions_root), leaf, path, part="transaction_path")
    other = ListPath.from_json(read.result_path, part="result_path")
    if other.index != path.index or other.count < path.count:  # what ran by itself stands behind the transactions' results
        raise DoesNotBelong(
            part="result_path",
            why=Words(
                "所指位置与交易路径（transaction_path）不同",
                "it leads to another place than the path of the transaction (transaction_path)",
            ),
        )
    verify_list_path(
        trusted.hasher, bytes.fromhex(read.header.results_root), result_bytes(read.result), other, part="result_path"
    )


def _facts(read: Receipt, trusted: Trusted) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for fact in read.facts:
        proved = _verify_fact(fact, trusted, fact.value is not None)
        found[proved.key] = proved.value
    return found


def _signers(
    read: Receipt, trusted: Trusted, facts: dict[tuple[str, ...], Any], names: Sequence[str], preimage: bytes
) -> tuple[ProvedSigner, ...]:
    if len(read.certificates) != len(names):
        raise DoesNotBelong(
            part="certificates", why=Words("证书链与签名主体不是一一对应", "there is not one chain for each signer")
        )
    pairs = zip(read.signatures, read.certificates, strict=True)
    return tuple(_signer(entry, chain, trusted, facts, preimage, read.header.time_ms) for entry, chain in pairs)


def _signer(
    entry: SignatureEntry,
    chain: Sequence[str],
    trusted: Trusted,
    facts: dict[tuple[str, ...], Any],
    preimage: bytes,
    time_ms: int,
) -> ProvedSigner:
    certificate = None
    organisation = None if entry.signer.startswith("~") else entry.signer.partition(".")[0]
    if organisation is None and chain:
        raise WrongCertificate(part="certificates", signer=entry.signer, why=Words("化名签名不应附证书", "a handle has none"))
    if organisation is None or not chain:  # the chain itself vouches for the key, whose certificate stays with its holder
        public_key = _shown_key(entry, facts)
    else:
        certificate = _certificate(entry.signer, organisation, chain, trusted, facts, time_ms)
        public_key = certificate.public_key
    if fingerprint(trusted.hasher.suite, public_key) != entry.key:
        raise WrongCertificate(
            part="certificates",
            signer=entry.signer,
            why=Words("证书中的密钥与链上认可的不同", "its key is not the one that the chain accepted"),
        )
    try:
        trusted.hasher.suite.verify(public_key, preimage, bytes.fromhex(entry.signature))
    except BadSignature:
        raise BadSignatureInProof(part="signatures", signer=entry.signer) from None
    return ProvedSigner(signer=entry.signer, organisation=organisation, key=entry.key, certificate=certificate)


def _shown_key(entry: SignatureEntry, facts: dict[tuple[str, ...], Any]) -> bytes:
    """The public key of a signer without certificates, as a state fact of the receipt shows it."""
    key = facts.get(("identity/keys", entry.key))
    if not isinstance(key, dict) or key.get("signer") != entry.signer:
        why = Words(f"未附 {entry.signer} 的密钥登记证明", f"the key of {entry.signer} is not shown")
        raise DoesNotBelong(part="facts", why=why)
    return bytes.fromhex(key["public_key"])


def _certificate(
    signer: str, organisation: str, chain: Sequence[str], trusted: Trusted, facts: dict[tuple[str, ...], Any], time_ms: int
) -> Certificate:
    """The signer's certificate at block time, led back to a CA that the chain knows."""
    part = "certificates"
    founding = trusted.genesis.organisation(organisation)
    roots = list(founding.certificates) if founding else []
    shown = facts.get(("identity/organisations", organisation))
    if isinstance(shown, dict):
        roots += shown.get("certificates", [])
    if len(chain) > HARD.certificate_chain_max or len(set(chain)) != len(chain):
        why = Words("证书链过长或有重复", "the chain is too long, or a certificate stands in it twice")
        raise WrongCertificate(part=part, signer=signer, why=why)
    try:
        leaf = verify_chain(
            trusted.hasher.suite,
            [bytes.fromhex(each) for each in chain],
            [bytes.fromhex(each) for each in roots],
            at=time_ms // 1000,
        )
    except Refusal as wrong:
        raise WrongCertificate(part=part, signer=signer, why=wrong.words()) from None
    if leaf.organisation != organisation or leaf.signer != signer:
        raise WrongCertificate(part=part, signer=signer, why=Words("证书主体与签名主体不同", "it names another subject"))
    return leaf


def require_sealed(header: Header, seals: Sequence[Seal], changes: Sequence[SealerChange], trusted: Trusted) -> list[Sealer]:
    """Follow the sealer set to the header and verify its seals; answers the set.

    Raises:
        ProofFault: naming the part that is wrong.
    """
    start, height = trusted.genesis.sealers, 0
    held = trusted.checkpoint
    if held is not None and header.height == held.height and header_digest(trusted.hasher, header).hex() != held.header:
        why = Words("与您持有的检查点在同一高度不同", "it is another than your checkpoint at the same height")
        raise DoesNotBelong(part="header", why=why)
    if held is not None and header.height > held.height:
        older = [each for each in changes if each.header.height <= held.height]
        led = follow_sealers(trusted.hasher, trusted.chain, start, height, older, held.height + 1, trusted.agreements)
        if older and led != held.sealers:
            why = Words("由此得出的签章节点与检查点不同", "they lead to other sealers than your checkpoint names")
            raise DoesNotBelong(part="sealer_changes", why=why)
        start, height, changes = held.sealers, held.height, changes[len(older) :]
    sealers = follow_sealers(trusted.hasher, trusted.chain, start, height, changes, header.height, trusted.agreements)
    verify_seals(trusted.hasher, header, seals, sealers)
    return sealers


def _breaks(changes: Sequence[SealerChange], trusted: Trusted) -> tuple[Break, ...]:
    """Where the verified changes rest on an agreement instead of seals."""
    found = []
    for each in changes:
        agreement = recovery_at(trusted.hasher, trusted.agreements, each.header)
        if agreement is not None and isinstance(agreement.act, Recover) and each.sealers == agreement.act.sealers:
            members = tuple(one.sealer for one in agreement.assents)
            found.append(
                Break(
                    height=each.header.height,
                    agreement=agreement_digest(trusted.hasher, agreement).hex(),
                    members=members,
                    power=power_of(members, agreement.act.former),
                    whole=sum(one.power for one in agreement.act.former),
                    made=agreement.made,
                    reason=agreement.reason,
                )
            )
    return tuple(found)


def _uses_checkpoint(header: Header, trusted: Trusted) -> bool:
    return trusted.checkpoint is not None and header.height > trusted.checkpoint.height


def _verify_fact(fact: StateFact, trusted: Trusted, present: bool) -> ProvedFact:
    if fact.format != "zhulian/state/1":
        raise BadForm(part="fact.format", why=Words("格式名应为 zhulian/state/1", "it is not zhulian/state/1"))
    if fact.header.chain != trusted.chain:
        raise AnotherChain(part="fact.header.chain", named=fact.header.chain[:120], ours=trusted.chain)
    if not fact.key:
        raise BadForm(part="fact.key", why=Words("键为空", "the key is empty"))
    key = encode_key(*fact.key)
    proof = StateProof.from_json(fact.proof, part="fact.proof")
    root = bytes.fromhex(fact.header.state_root)
    if present:
        verify_presence(trusted.hasher, root, key, canonical.encode(fact.value), proof, part="fact.proof")
    else:
        verify_absence(trusted.hasher, root, key, proof, part="fact.proof")
    require_sealed(fact.header, fact.seals, fact.sealer_changes, trusted)
    return ProvedFact(
        key=tuple(fact.key),
        present=present,
        value=fact.value,
        height=fact.header.height,
        time_ms=fact.header.time_ms,
        breaks=_breaks(fact.sealer_changes, trusted),
    )


def deposits_of(messages: Sequence[dict[str, Any]], *, opened: bool) -> list[dict[str, Any]]:
    """The messages that speak of files; to an opening, what devices measured is a batch too, each reading being a file of it."""
    found: list[dict[str, Any]] = []
    for each in messages:
        if each["type"] in _DEPOSITS:
            found.append(each)
        elif opened and each["type"] == _MEASURED and isinstance(each.get("batch"), dict):
            batch = each["batch"]
            found.append({"count": batch.get("count"), "root": batch.get("root"), "source": "device", "type": _MEASURED})
    return found


def _opening(read: Receipt, trusted: Trusted, messages: Sequence[dict[str, Any]], file_digest: bytes | None) -> str | None:
    """The digest of the file that the receipt speaks of, held against what the chain recorded and against the file."""
    deposits = deposits_of(messages, opened=read.opening is not None)
    if read.opening is None:
        public = [each["digest"] for each in deposits if "digest" in each]
        if file_digest is not None and file_digest.hex() not in public:
            raise BadOpening(part="file", why=Words("该文件的摘要与链上所载不同", "its digest is not the one on the chain"))
        return file_digest.hex() if file_digest is not None else (public[0] if len(public) == 1 else None)
    if file_digest is not None and read.opening.digest != file_digest.hex():
        raise BadOpening(part="file", why=Words("该文件的摘要与回执所载不同", "its digest is not the one in the receipt"))
    salted = bytes.fromhex(read.opening.salt) + bytes.fromhex(read.opening.digest)
    commitment = trusted.hasher.digest("commitment", salted)
    if read.opening.path is None:
        if not any(each.get("commitment") == commitment.hex() for each in deposits):
            raise BadOpening(
                part="opening",
                why=Words("由盐值和摘要算出的承诺值与链上所载不同", "salt and digest do not open the commitment on the chain"),
            )
        return read.opening.digest
    path = ListPath.from_json(read.opening.path, part="opening.path")
    batch = [each for each in deposits if "root" in each and each.get("count") == path.count]
    for each in batch:
        try:
            verify_list_path(trusted.hasher, bytes.fromhex(each["root"]), commitment, path, part="opening.path")
        except ProofFault:
            continue
        return read.opening.digest
    raise BadOpening(
        part="opening",
        why=Words("由盐值、摘要和路径推算不出链上所载的任何批次", "salt, digest and path lead to no batch on the chain"),
    )
