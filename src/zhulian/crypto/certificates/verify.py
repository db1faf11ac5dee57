"""Deciding whether a chain of certificates, or a request, is to be believed (RFC 5280 §6.1, GB/T 20518)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from zhulian.crypto.certificates.errors import (
    CertificateExpired,
    CertificateForged,
    CertificateNotYetValid,
    ChainLength,
    NotAnAuthority,
    PathTooLong,
    RequestForged,
    SubjectIncomplete,
    UnknownCriticalExtension,
    UntrustedRoot,
    WrongAlgorithm,
    WrongIssuer,
    WrongKeyUsage,
)
from zhulian.crypto.certificates.parse import Certificate, Request, SubjectLayout, Usage, parse, read_request
from zhulian.crypto.errors import BadKey, BadSignature
from zhulian.crypto.hazmat.der import signature_from_der
from zhulian.crypto.suites import Suite, suite

__all__ = ["CHAIN_MAX", "verify_chain", "verify_request", "verify_root"]

CHAIN_MAX: Final = 8
"""The most certificates in a chain, leaf and root included."""


def verify_chain(
    suite: Suite,
    chain: Sequence[bytes],
    roots: Sequence[bytes],
    at: int | None,
    usage: Usage = "sign",
    layout: SubjectLayout = SubjectLayout(),  # noqa: B008 (it is frozen)
) -> Certificate:
    """Check a chain from leaf to root and give back the leaf.

    The last certificate is byte for byte one of `roots`, which are trusted as they are. `at` is the time in Unix seconds at
    which every certificate has to be valid; None passes over the times. `usage` is what the leaf's key has to be for.

    Raises:
        CertificateFault: its subclasses name what is wrong and in which certificate. BadKey: if a key is no point.
    """
    if not 1 <= len(chain) <= CHAIN_MAX:
        raise ChainLength(size=len(chain), most=CHAIN_MAX)
    parsed = [parse(bytes(der), layout) for der in chain]
    leaf, root = parsed[0], parsed[-1]
    if root.der not in roots:
        raise UntrustedRoot(subject=root.title)
    for certificate in parsed:
        _check_alone(suite, certificate, at)
    for depth, (child, parent) in enumerate(pairwise(parsed)):
        _check_issued(suite, child, parent, depth)
    if not leaf.permits(usage) or (leaf.is_ca and usage != "authority"):
        raise WrongKeyUsage(subject=leaf.title, wanted=usage)
    for field, value in ((layout.organisation, leaf.organisation), (layout.signer, leaf.signer)):
        if not value:
            raise SubjectIncomplete(field=field)
    return leaf


def verify_root(suite: Suite, der: bytes, at: int | None) -> Certificate:
    """Check that a certificate is fit to be registered as an organisation's root: a CA's, valid at `at`, and, where it says
    that it issued itself, signed with its own key.

    Raises:
        CertificateFault: its subclasses name what is wrong. BadKey: if the key is no point.
    """
    root = parse(bytes(der))
    _check_alone(suite, root, at)
    if not root.is_ca:
        raise NotAnAuthority(subject=root.title)
    if root.issuer_name == root.subject_name:
        _check_signature(suite, root, root)
    return root


def verify_request(der: bytes, layout: SubjectLayout = SubjectLayout()) -> Request:  # noqa: B008
    """Read a certificate request and check that its sender holds the private key (RFC 2986 §4.2).

    Raises:
        RequestForged: if not. CertificateMalformed, WrongCurve, WrongAlgorithm, SubjectIncomplete, BadKey: as `parse`.
    """
    request = read_request(bytes(der), layout)
    try:
        _verify(suite(request.suite), request.public_key, request.signed, request.signature)
    except (BadSignature, BadKey):
        raise RequestForged() from None
    return request


def _check_alone(suite: Suite, certificate: Certificate, at: int | None) -> None:
    if certificate.suite != suite.name:
        raise WrongAlgorithm(found=certificate.suite, wanted=suite.name)
    if certificate.unknown_critical:
        raise UnknownCriticalExtension(subject=certificate.title, oid=certificate.unknown_critical[0])
    if at is not None and at < certificate.not_before:
        raise CertificateNotYetValid(subject=certificate.title, since=certificate.not_before)
    if at is not None and at > certificate.not_after:
        raise CertificateExpired(subject=certificate.title, until=certificate.not_after)


def _check_issued(suite: Suite, child: Certificate, parent: Certificate, depth: int) -> None:
    """`depth` is how many CAs stand below the parent."""
    if child.issuer_name != parent.subject_name:
        raise WrongIssuer(subject=child.title, issuer=parent.title)
    if child.issuer_key_id and parent.subject_key_id and child.issuer_key_id != parent.subject_key_id:
        raise WrongIssuer(subject=child.title, issuer=parent.title)
    if not parent.is_ca:
        raise NotAnAuthority(subject=parent.title)
    if not parent.permits("authority"):
        raise WrongKeyUsage(subject=parent.title, wanted="authority")
    if parent.path_length is not None and depth > parent.path_length:
        raise PathTooLong(subject=parent.title, most=parent.path_length)
    _check_signature(suite, child, parent)


def _check_signature(suite: Suite, child: Certificate, parent: Certificate) -> None:
    try:
        _verify(suite, parent.public_key, child.signed, child.signature)
    except (BadSignature, BadKey):
        raise CertificateForged(subject=child.title) from None


def _verify(suite: Suite, public_key: bytes, signed: bytes, signature: bytes) -> None:
    suite.verify(public_key, signed, signature_from_der(signature) if suite.name == "gm" else signature)
