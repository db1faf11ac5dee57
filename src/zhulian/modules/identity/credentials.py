"""What a new key is registered by: a certificate chain on chain, or an admin's word for a certificate that stays off it."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from zhulian import canonical
from zhulian.crypto import CryptoFault, Suite, fingerprint
from zhulian.crypto.certificates import parse, verify_chain
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.identity.errors import (
    CertificateNamesAnother,
    KeyInUse,
    KeySeals,
    NotInPossession,
    OneCredential,
    SubjectTellsMore,
    ValidityIsOver,
)
from zhulian.modules.identity.messages import Vouched
from zhulian.modules.identity.needs import SealKeys
from zhulian.modules.identity.state import (
    CERTIFICATES,
    ENCRYPTION_KEYS,
    KEYS,
    Certificate,
    EncryptionKey,
    Key,
    Organisation,
)

__all__ = [
    "VERIFY_STEPS",
    "Credential",
    "from_chain",
    "issuing",
    "possession_data",
    "read_credential",
    "require_new",
    "require_possession",
    "save_credential",
    "save_encryption_key",
]

VERIFY_STEPS = 200
"""For each signature or certificate that a handler verifies. It does so alone, while the block waits, unlike the signatures of
transactions, which many verify together beforehand; so a block full of such work must not take longer than any other."""

_ALTERNATIVE_NAME = bytes.fromhex("0603551d11")
"""The object identifier of subjectAltName (RFC 5280 §4.2.1.6), where names and addresses of persons hide."""


class Credential(msgspec.Struct, frozen=True):
    """A key that may be registered. `chain` is empty where the certificate stays off the chain; times in Unix seconds."""

    fingerprint: str
    public_key: bytes
    certificate: str
    chain: tuple[bytes, ...]
    not_before: int
    not_after: int


def issuing(organisation: Organisation, suite: Suite) -> list[bytes]:
    """The CA certificates (DER) under which new keys of the organisation are registered."""
    certificates = [bytes.fromhex(each) for each in organisation.certificates]
    return [each for each in certificates if suite.digest(each).hex() not in organisation.retired]


def read_credential(context: Context, signer: str, request: Any, roots: Sequence[bytes], seals: SealKeys) -> Credential:
    """Judge the credential and the proof of possession in `request`, which has the fields of an `Enrol`.

    Raises:
        OneCredential, ValidityIsOver, KeyInUse, KeySeals, NotInPossession; those of `from_chain`.
    """
    if (request.chain is None) == (request.vouched is None):
        raise OneCredential()
    if request.vouched is not None:
        credential = _from_vouched(context.block.hasher.suite, request.vouched)
    else:
        chain = tuple(bytes.fromhex(each) for each in request.chain)
        context.state.charge(VERIFY_STEPS * len(chain))
        credential = from_chain(context.block.hasher.suite, signer, chain, roots, context.block.time)
    if credential.not_after < max(context.block.time, credential.not_before):
        raise ValidityIsOver(not_before=credential.not_before, not_after=credential.not_after, now=context.block.time)
    require_new(context.state, credential.fingerprint, credential.public_key, seals)
    require_possession(context, signer, credential.public_key, bytes.fromhex(request.possession))
    return credential


def from_chain(
    suite: Suite,
    signer: str,
    chain: Sequence[bytes],
    roots: Sequence[bytes],
    time: int,
    usage: Literal["encrypt", "sign"] = "sign",
) -> Credential:
    """The credential that a chain of certificates (DER) gives; the chain must hold when the leaf begins, or now.

    Its times are those at which every certificate of the chain is valid: an external CA may end before what it issued, and
    a key that outlived its CA would sign what no receipt could prove any more.

    Raises:
        CertificateNamesAnother, SubjectTellsMore; CertificateFault (crypto/n) where the chain does not hold.
    """
    leaf = parse(chain[0])
    if (leaf.organisation, leaf.signer) != (signer.partition(".")[0], signer):
        raise CertificateNamesAnother(found=leaf.title[:200], signer=signer)
    for field, _ in leaf.subject:
        if field not in ("O", "CN"):
            raise SubjectTellsMore(what=field[:40])
    if _ALTERNATIVE_NAME in leaf.signed:
        raise SubjectTellsMore(what="subjectAltName")
    verify_chain(suite, chain, roots, at=max(time, leaf.not_before), usage=usage)
    above = [parse(each) for each in chain[1:]]
    return Credential(
        fingerprint=leaf.fingerprint,
        public_key=leaf.public_key,
        certificate=suite.digest(chain[0]).hex(),
        chain=tuple(chain),
        not_before=max(leaf.not_before, *(each.not_before for each in above)),
        not_after=min(leaf.not_after, *(each.not_after for each in above)),
    )


def _from_vouched(suite: Suite, vouched: Vouched) -> Credential:
    public_key = bytes.fromhex(vouched.public_key)
    return Credential(
        fingerprint=fingerprint(suite, public_key),
        public_key=public_key,
        certificate=vouched.certificate,
        chain=(),
        not_before=vouched.not_before,
        not_after=vouched.not_after,
    )


def require_new(state: StateView, name: str, public_key: bytes, seals: SealKeys) -> None:
    """Check that the key with the fingerprint `name` serves nothing else and never did.

    Raises:
        KeyInUse, KeySeals.
    """
    if KEYS.has(state, name) or seals.is_device_key(state, name):
        raise KeyInUse(key=name)
    if seals.is_seal_key(state, public_key):
        raise KeySeals(key=name)


def possession_data(name: str, public_key: bytes) -> bytes:
    """What a new key signs for the purpose `possession` (docs/formats.md §2)."""
    return canonical.encode({"key": public_key.hex(), "signer": name})


def require_possession(context: Context, name: str, public_key: bytes, signature: bytes) -> None:
    """Check that whoever asked for `name` to be registered holds the private key.

    Raises:
        NotInPossession: also where the public key is none of this suite.
    """
    context.state.charge(VERIFY_STEPS)
    hasher = context.block.hasher
    try:
        hasher.suite.verify(public_key, hasher.preimage("possession", possession_data(name, public_key)), signature)
    except CryptoFault:
        raise NotInPossession(name=name) from None


def save_encryption_key(state: State, suite: Suite, holder: str, credential: Credential, height: int) -> None:
    """Write an encryption key with its certificates, in the place of the one before."""
    digests = [suite.digest(each).hex() for each in credential.chain]
    for digest, der in zip(digests, credential.chain, strict=True):
        CERTIFICATES.set(state, digest, value=Certificate(der=der.hex()))
    key = EncryptionKey(
        certificate=credential.certificate or None,
        chain=tuple(digests[1:]),
        fingerprint=credential.fingerprint,
        height=height,
        not_after=credential.not_after,
        not_before=credential.not_before,
        public_key=credential.public_key.hex(),
    )
    ENCRYPTION_KEYS.set(state, holder, value=key)


def save_credential(state: State, suite: Suite, signer: str, credential: Credential) -> None:
    """Write the key and, where they are on chain, its certificates."""
    digests = [suite.digest(each).hex() for each in credential.chain]
    for digest, der in zip(digests, credential.chain, strict=True):
        CERTIFICATES.set(state, digest, value=Certificate(der=der.hex()))
    key = Key(
        certificate=credential.certificate,
        chain=tuple(digests[1:]),
        not_after=credential.not_after,
        not_before=credential.not_before,
        public_key=credential.public_key.hex(),
        signer=signer,
    )
    KEYS.set(state, credential.fingerprint, value=key)
