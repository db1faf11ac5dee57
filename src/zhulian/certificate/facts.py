"""The facts that a certificate states, taken once from a verified receipt and the genesis it was verified against."""

from dataclasses import dataclass
from typing import Any, Literal

from zhulian.certificate.texts import Phrase, plain
from zhulian.crypto.certificates import parse
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.receipts import Break, ProvedReceipt, ProvedSigner, Trusted, deposits_of
from zhulian.merkle import ListPath, ProofFault, verify_list_path

__all__ = ["CertificateFacts", "Deposit", "Facts", "Form", "SealerFacts", "SignerFacts", "extract"]

Form = Literal["commitment", "digest", "batch", "unopened", "other"]

_DEPOSITED = ("evidence.deposited", "evidence.batch_deposited")


@dataclass(frozen=True)
class CertificateFacts:
    """A signer's digital certificate; times in Unix seconds."""

    issuer: str
    subject: str
    not_before: int
    not_after: int


@dataclass(frozen=True)
class SignerFacts:
    """Who signed. `kind` is custody for an agent's signature in place of a person, officer, service or device where genesis
    says so, person for a handle with its own key, else enrolled.
    """

    signer: str
    organisation: str | None
    title: Phrase
    kind: Literal["officer", "service", "device", "person", "custody", "enrolled"]
    key: str
    certificate: CertificateFacts | None


@dataclass(frozen=True)
class SealerFacts:
    """A sealer of the set at this height; `sealed_ms` is its clock, None where the receipt has no seal of it."""

    sealer: str
    title: Phrase
    power: int
    sealed_ms: int | None


@dataclass(frozen=True)
class Deposit:
    """What was deposited, and how: digests in hex, `place` counted from 1.

    `party` is whose deposit it is, an organisation or a handle; `via` the agent organisation that signed in its place.
    """

    form: Form
    file_digest: str | None
    commitment: str | None = None
    batch_root: str | None = None
    count: int | None = None
    place: int | None = None
    source: str | None = None
    party: str | None = None
    via: str | None = None


@dataclass(frozen=True)
class Facts:
    """Everything that a certificate says, before it is put into words. Times in Unix milliseconds."""

    chain: str
    genesis_digest: str
    suite: str
    zone: str
    filing: str | None
    transaction: str
    applied: bool
    code: str | None
    messages: tuple[str, ...]
    height: int
    place: int
    count: int
    header_digest: str
    state_root: str
    from_ms: int
    to_ms: int
    deposit: Deposit
    signers: tuple[SignerFacts, ...]
    sealers: tuple[SealerFacts, ...]
    operators: tuple[Phrase, ...]
    breaks: tuple[Break, ...] = ()
    """Where the seals lead on no more, and some members went on by an agreement."""


def extract(receipt: dict[str, Any], proved: ProvedReceipt, trusted: Trusted) -> Facts:
    """The facts of `receipt`, of which `proved` is what its verification against `trusted` gave."""
    genesis = trusted.genesis
    path = receipt["transaction_path"]
    deposit = _deposit(receipt, proved, trusted)
    signers = zip(proved.signers, receipt["certificates"], strict=True)
    return Facts(
        chain=genesis.name,
        genesis_digest=proved.genesis_digest,
        suite=genesis.suite,
        zone=genesis.zone,
        filing=genesis.filing.number or None if genesis.filing else None,
        transaction=proved.transaction,
        applied=proved.applied,
        code=None if proved.applied else str(proved.result["code"]),
        messages=tuple(str(each["type"]) for each in proved.messages),
        height=proved.height,
        place=path["index"] + 1,
        count=path["count"],
        header_digest=header_digest(trusted.hasher, proved.header).hex(),
        state_root=proved.header.state_root,
        from_ms=proved.not_before_ms,
        to_ms=proved.not_after_ms,
        deposit=deposit,
        signers=tuple(_signer(each, chain, receipt, trusted, deposit.via) for each, chain in signers),
        sealers=_sealers(receipt, proved, trusted),
        operators=tuple(_title(each.organisation, receipt, trusted) for each in genesis.organisations if each.operator),
        breaks=proved.breaks,
    )


def _deposit(receipt: dict[str, Any], proved: ProvedReceipt, trusted: Trusted) -> Deposit:
    opening = receipt.get("opening")
    deposits = deposits_of(proved.messages, opened=opening is not None)
    if not deposits:
        return Deposit("other", proved.digest)
    message = _opened(deposits, opening, trusted)
    recorded = message.get("commitment") or message.get("digest") or message.get("root")
    common: dict[str, Any] = {
        "commitment": message.get("commitment"),
        "batch_root": message.get("root"),
        "source": _source(message),
    }
    common |= _whose(proved, str(recorded))
    if opening is None:
        return Deposit("digest" if "digest" in message else "unopened", message.get("digest"), **common)
    if "path" in opening:
        return Deposit("batch", proved.digest, count=opening["path"]["count"], place=opening["path"]["index"] + 1, **common)
    return Deposit("commitment", proved.digest, **common)


def _opened(deposits: list[dict[str, Any]], opening: dict[str, Any] | None, trusted: Trusted) -> dict[str, Any]:
    """The deposit that the opening opens, as the verification has found; without an opening the first, public ones before."""
    if opening is None:
        return next((each for each in deposits if "digest" in each), deposits[0])
    commitment = trusted.hasher.digest("commitment", bytes.fromhex(opening["salt"]) + bytes.fromhex(opening["digest"]))
    if "path" not in opening:
        return next(each for each in deposits if each.get("commitment") == commitment.hex())
    path = ListPath.from_json(opening["path"])
    return next(
        each
        for each in deposits
        if "root" in each and each.get("count") == path.count and _leads_to(each["root"], commitment, path, trusted)
    )


def _leads_to(root: str, commitment: bytes, path: ListPath, trusted: Trusted) -> bool:
    try:
        verify_list_path(trusted.hasher, bytes.fromhex(root), commitment, path)
    except ProofFault:
        return False
    return True


def _whose(proved: ProvedReceipt, recorded: str) -> dict[str, Any]:
    """Party and agent of the deposit with this value, from the events that the result proves."""
    for event in proved.result.get("events", []):
        if isinstance(event, dict) and event.get("type") in _DEPOSITED and event.get("deposit") == recorded:
            return {name: str(event[name]) if name in event else None for name in ("party", "via")}
    return {"party": None, "via": None}


def _source(message: dict[str, Any]) -> str:
    return str(message.get("source", "own_file"))  # the message's default is left out of its canonical form


def _signer(proved: ProvedSigner, chain: list[str], receipt: dict[str, Any], trusted: Trusted, via: str | None) -> SignerFacts:
    if proved.organisation is None:
        return SignerFacts(proved.signer, None, plain(proved.signer), "person", proved.key, None)
    leaf = proved.certificate
    shown = None
    if leaf is not None:
        issuer = parse(bytes.fromhex(chain[-1])).signer
        shown = CertificateFacts(issuer, f"{leaf.organisation} / {leaf.signer}", leaf.not_before, leaf.not_after)
    return SignerFacts(
        signer=proved.signer,
        organisation=proved.organisation,
        title=_title(proved.organisation, receipt, trusted),
        kind=_kind(proved, trusted, via),
        key=proved.key,
        certificate=shown,
    )


def _kind(proved: ProvedSigner, trusted: Trusted, via: str | None) -> Any:
    if via is not None and proved.organisation == via:
        return "custody"
    founding = trusted.genesis.organisation(proved.organisation or "")
    found = next((each for each in founding.signers if each.signer == proved.signer), None) if founding else None
    return found.kind if found else "enrolled"


def _sealers(receipt: dict[str, Any], proved: ProvedReceipt, trusted: Trusted) -> tuple[SealerFacts, ...]:
    changes = receipt.get("sealer_changes") or []
    members = (
        [(each["sealer"], each["power"]) for each in changes[-1]["sealers"]]
        if changes
        else [(each.sealer, each.power) for each in trusted.genesis.sealers]
    )
    clocks = {each.sealer: each.time_ms for each in proved.seals}
    return tuple(SealerFacts(name, _title(name, receipt, trusted), power, clocks.get(name)) for name, power in members)


def _title(name: str, receipt: dict[str, Any], trusted: Trusted) -> Phrase:
    """An organisation's title: from genesis, or from a state fact of the receipt for one that joined later."""
    founding = trusted.genesis.organisation(name)
    if founding is not None:
        return Phrase(founding.title.zh, founding.title.en)
    for fact in receipt.get("facts") or []:
        if fact["key"] == ["identity/organisations", name] and isinstance(fact.get("value"), dict):
            title = fact["value"].get("title", {})
            return Phrase(str(title.get("zh", name)), str(title.get("en", name)))
    return plain(name)
