"""An organisation's own CA: its root, intermediates, sign and encrypt pairs, requests and renewal (GB/T 20518)."""

import secrets
import time
from dataclasses import dataclass
from typing import Final

from zhulian.crypto.certificates import asn1, oids
from zhulian.crypto.certificates.errors import BadValidity, SubjectUnfit, WrongAlgorithm, WrongIssuer
from zhulian.crypto.certificates.parse import Certificate, Usage, parse
from zhulian.crypto.certificates.verify import verify_request
from zhulian.crypto.hazmat.der import signature_to_der
from zhulian.crypto.keys import PrivateKey, Signer, SoftwareSigner
from zhulian.crypto.suites import Suite
from zhulian.errors import Words, check

__all__ = [
    "Authority",
    "create_ca",
    "issue",
    "issue_authority",
    "issue_from_request",
    "issue_pair",
    "make_request",
    "renew",
]

_DAY: Final = 86_400
_LATEST: Final = 253402300799
"""The last second of 9999, the end of GeneralizedTime (RFC 5280 §4.1.2.5)."""
_USAGE: Final[dict[Usage, bytes]] = {
    "sign": asn1.bits(b"\xc0", 6),
    "encrypt": asn1.bits(b"\x38", 3),
    "authority": asn1.bits(b"\x06", 1),
}
"""digitalSignature + nonRepudiation; keyEncipherment + dataEncipherment + keyAgreement; keyCertSign + cRLSign."""


@dataclass(frozen=True)
class Authority:
    """A CA that can issue: its signer, its certificate, and the certificates above it up to the root.

    `key` is the private key if `create_ca` made one, for `save_key`; None where the signer is a device or was given.
    """

    signer: Signer
    certificate: Certificate
    above: tuple[bytes, ...] = ()
    key: PrivateKey | None = None

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The CA's certificate and those above it, up to the root."""
        return (self.certificate.der, *self.above)


def create_ca(
    suite: Suite,
    organisation: str,
    title: str,
    days: int,
    *,
    signer: Signer | None = None,
    not_before: int | None = None,
    path_length: int | None = None,
) -> Authority:
    """A root for `organisation` (subject O) called `title` (subject CN), valid for `days` from `not_before` (now).

    Raises:
        SubjectUnfit: if a name is empty, longer than 64 characters or not printable. BadValidity: if the times are.
    """
    key = None
    if signer is None:
        key = suite.generate()
        signer = SoftwareSigner(suite, key)
    start = int(time.time()) if not_before is None else not_before
    name = _name(organisation, title)
    extensions = _extensions(suite, signer.public_key, signer.public_key, "authority", path_length)
    der = _certificate(signer, name, name, signer.public_key, "authority", start, start + days * _DAY, extensions)
    return Authority(signer, parse(der), (), key)


def issue(
    authority: Authority, public_key: bytes, organisation: str, signer: str, usage: Usage, not_before: int, not_after: int
) -> bytes:
    """A certificate in DER for `public_key`, for one use, from `not_before` to `not_after` (Unix seconds, inclusive).

    Whether the subject holds the private key is for the caller to know; `issue_from_request` proves it.

    Raises:
        BadKey: if the key is none of the suite. SubjectUnfit. BadValidity: also if it would outlive the CA's certificate.
    """
    check(usage in ("sign", "encrypt"), "a leaf is for signing or for encrypting")
    return _issue(authority, public_key, _name(organisation, signer), usage, not_before, not_after, None)


def issue_authority(
    authority: Authority, signer: Signer, organisation: str, title: str, not_before: int, not_after: int, path_length: int = 0
) -> Authority:
    """An intermediate CA below `authority` that signs with `signer`, and may have `path_length` further CAs below it.

    Raises:
        SubjectUnfit, BadValidity: as `issue`.
    """
    name = _name(organisation, title)
    der = _issue(authority, signer.public_key, name, "authority", not_before, not_after, path_length)
    return Authority(signer, parse(der), authority.chain)


def issue_from_request(authority: Authority, request: bytes, not_before: int, not_after: int, usage: Usage = "sign") -> bytes:
    """A certificate for the subject and key of a request whose proof of possession holds.

    Raises:
        RequestForged: if it does not. CertificateFault, BadKey: as `verify_request` and `issue`.
    """
    asked = verify_request(request)
    if asked.suite != authority.certificate.suite:
        raise WrongAlgorithm(found=asked.suite, wanted=authority.certificate.suite)
    return issue(authority, asked.public_key, asked.organisation, asked.signer, usage, not_before, not_after)


def issue_pair(
    authority: Authority, request: bytes, encryption_key: bytes, not_before: int, not_after: int
) -> tuple[bytes, bytes]:
    """The pair of GM/T 0015: the sign certificate for the request's key, and an encrypt certificate for `encryption_key`.

    Under national rules a key centre makes the encryption key and keeps a copy; whoever calls this says who that is.

    Raises:
        As `issue_from_request`.
    """
    signing = issue_from_request(authority, request, not_before, not_after)
    subject = parse(signing)
    return signing, issue(authority, encryption_key, subject.organisation, subject.signer, "encrypt", not_before, not_after)


def renew(authority: Authority, old: bytes, not_before: int, not_after: int, public_key: bytes | None = None) -> bytes:
    """A certificate with the subject and use of `old`, new times and serial, and the same key unless another is given.

    Raises:
        WrongIssuer: if this CA did not issue `old`. BadKey, BadValidity: as `issue`.
    """
    before = parse(old)
    if before.issuer_name != authority.certificate.subject_name:
        raise WrongIssuer(subject=before.title, issuer=authority.certificate.title)
    key = before.public_key if public_key is None else public_key
    return _issue(authority, key, before.subject_name, before.usage, not_before, not_after, before.path_length)


def make_request(signer: Signer, organisation: str, name: str) -> bytes:
    """A certificate request in DER (PKCS #10, RFC 2986), signed by the key that it is for.

    Raises:
        SubjectUnfit: if a name is empty, longer than 64 characters or not printable.
    """
    key = _key_info(signer.suite, signer.public_key, "sign")
    return _sign(signer, asn1.sequence(asn1.integer(0), _name(organisation, name), key, asn1.context(0, b"")))


def _issue(
    authority: Authority, public_key: bytes, name: bytes, usage: Usage, not_before: int, not_after: int, path_length: int | None
) -> bytes:
    above = authority.certificate
    if not (above.not_before <= not_before and not_after <= above.not_after):
        raise BadValidity(why=Words("超出 CA 证书的有效期", "it reaches beyond the certificate of the CA"))
    suite = authority.signer.suite
    if usage != "encrypt" or suite.name == "gm":
        suite.check_public_key(public_key)
    extensions = _extensions(suite, public_key, authority.signer.public_key, usage, path_length)
    return _certificate(authority.signer, above.subject_name, name, public_key, usage, not_before, not_after, extensions)


def _certificate(
    signer: Signer, issuer: bytes, subject: bytes, public_key: bytes, usage: Usage, start: int, end: int, extensions: bytes
) -> bytes:
    if not 0 <= start <= end <= _LATEST:
        raise BadValidity(
            why=Words("止期早于起期，或不在 1970 年至 9999 年之间", "it ends before it begins, or lies outside 1970 to 9999")
        )
    body = asn1.sequence(
        asn1.context(0, asn1.integer(2)),
        asn1.integer(_new_serial()),
        _algorithm(signer.suite),
        issuer,
        asn1.sequence(asn1.moment(start), asn1.moment(end)),
        subject,
        _key_info(signer.suite, public_key, usage),
        asn1.context(3, extensions),
    )
    return _sign(signer, body)


def _new_serial() -> int:
    """A positive number of 16 bytes that nobody can guess (GB/T 20518 allows 20)."""
    return secrets.randbits(126) | 1 << 126


def _sign(signer: Signer, body: bytes) -> bytes:
    signature = signer.sign(body)
    encoded = signature_to_der(signature) if signer.suite.name == "gm" else signature
    return asn1.sequence(body, _algorithm(signer.suite), asn1.bits(encoded))


def _algorithm(suite: Suite) -> bytes:
    return asn1.sequence(asn1.oid(oids.SM2_WITH_SM3 if suite.name == "gm" else oids.ED25519))


def _key_info(suite: Suite, public_key: bytes, usage: Usage) -> bytes:
    if suite.name == "gm":
        algorithm = asn1.sequence(asn1.oid(oids.EC_PUBLIC_KEY), asn1.oid(oids.SM2_CURVE))
    else:
        algorithm = asn1.sequence(asn1.oid(oids.X25519 if usage == "encrypt" else oids.ED25519))
    return asn1.sequence(algorithm, asn1.bits(public_key))


def _key_id(suite: Suite, public_key: bytes) -> bytes:
    """The leftmost 160 bits of the key's digest (RFC 7093 §2, with the suite's digest)."""
    return suite.digest(public_key)[:20]


def _extensions(suite: Suite, public_key: bytes, issuer_key: bytes, usage: Usage, path_length: int | None) -> bytes:
    constraints = b""
    if usage == "authority":
        constraints = asn1.boolean() + (b"" if path_length is None else asn1.integer(path_length))
    return asn1.sequence(
        _extension(oids.BASIC_CONSTRAINTS, asn1.sequence(constraints), critical=True),
        _extension(oids.KEY_USAGE, _USAGE[usage], critical=True),
        _extension(oids.SUBJECT_KEY_ID, asn1.octets(_key_id(suite, public_key))),
        _extension(oids.AUTHORITY_KEY_ID, asn1.sequence(asn1.context(0, _key_id(suite, issuer_key), constructed=False))),
    )


def _extension(number: str, value: bytes, *, critical: bool = False) -> bytes:
    return asn1.sequence(asn1.oid(number), asn1.boolean() if critical else b"", asn1.octets(value))


def _name(organisation: str, common: str) -> bytes:
    """A Name of O and CN."""
    sets = b""
    for number, field, value in (("2.5.4.10", "O", organisation), ("2.5.4.3", "CN", common)):
        if not 1 <= len(value) <= 64:
            raise SubjectUnfit(field=field, why=Words(f"共 {len(value)} 个字符", f"it has {len(value)} characters"))
        if not asn1.is_visible(value):
            raise SubjectUnfit(
                field=field,
                why=Words("未按 NFC 规范化，或含有不可见字符", "it is not in NFC or has characters that cannot be seen"),
            )
        sets += asn1.element(asn1.SET, asn1.sequence(asn1.oid(number), asn1.text(value)))
    return asn1.sequence(sets)
