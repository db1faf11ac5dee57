"""Reading certificates, requests and PEM files strictly."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from zhulian.crypto.certificates import asn1, oids
from zhulian.crypto.certificates.errors import CertificateMalformed, SubjectIncomplete, WrongAlgorithm, WrongCurve
from zhulian.crypto.hasher import fingerprint
from zhulian.crypto.suites import suite
from zhulian.errors import Words

__all__ = ["BYTES_MAX", "Certificate", "Request", "SubjectLayout", "Usage", "from_pem", "parse", "read_request", "to_pem"]

BYTES_MAX: Final = 16 * 1024
"""The longest certificate or request that is looked at."""
_FILE_BYTES_MAX: Final = 256 * 1024
_EXTENSIONS_MAX: Final = 32
_NAME_FIELDS_MAX: Final = 16
_PEM: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----\s*([A-Za-z0-9+/=\s]*?)\s*-----END \1-----")

Usage = Literal["sign", "encrypt", "authority", "none"]
"""What a certificate's key is for (GB/T 20518 keyUsage): the two of a pair, or issuing certificates."""


@dataclass(frozen=True, slots=True)
class SubjectLayout:
    """Which fields of a subject name the organisation and the signer; a CA of your own uses O and CN."""

    organisation: str = "O"
    signer: str = "CN"


_LAYOUT: Final = SubjectLayout()


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that is well-formed; whether it is to be trusted is `verify_chain`'s question.

    `public_key` is raw (65 or 32 bytes), times are Unix seconds, both inclusive, `serial` is hex without leading zeros,
    `fingerprint` is that of the public key (docs/formats.md §2), `organisation` or `signer` is empty where the subject has
    no such field.
    """

    der: bytes
    suite: str
    organisation: str
    signer: str
    subject: tuple[tuple[str, str], ...]
    public_key: bytes
    not_before: int
    not_after: int
    serial: str
    fingerprint: str
    is_ca: bool
    path_length: int | None
    key_usage: tuple[str, ...] | None
    unknown_critical: tuple[str, ...]
    subject_name: bytes
    issuer_name: bytes
    subject_key_id: bytes | None
    issuer_key_id: bytes | None
    signed: bytes
    signature: bytes

    @property
    def usage(self) -> Usage:
        """What the key is for, by basicConstraints and keyUsage."""
        if self.is_ca:
            return "authority"
        for use in ("sign", "encrypt"):
            if self.permits(use):
                return use
        return "none"

    def permits(self, use: Usage) -> bool:
        """Whether keyUsage allows `use`; a CA without keyUsage may issue (RFC 5280 §4.2.1.3), nobody else goes without."""
        if self.key_usage is None:
            return use == "authority" and self.is_ca
        return any(bit in self.key_usage for bit in _BITS[use])

    @property
    def title(self) -> str:
        """The subject in one line, for messages."""
        return ",".join(f"{field}={value}" for field, value in self.subject)


_BITS: Final[dict[Usage, tuple[str, ...]]] = {
    "sign": ("digitalSignature", "nonRepudiation"),
    "encrypt": ("keyEncipherment", "dataEncipherment", "keyAgreement"),
    "authority": ("keyCertSign",),
    "none": (),
}


@dataclass(frozen=True, slots=True)
class Request:
    """A certificate request (PKCS #10, RFC 2986) that is well-formed."""

    der: bytes
    suite: str
    organisation: str
    signer: str
    subject: tuple[tuple[str, str], ...]
    public_key: bytes
    signed: bytes
    signature: bytes


@dataclass(slots=True)
class _Extensions:
    is_ca: bool = False
    path_length: int | None = None
    key_usage: tuple[str, ...] | None = None
    subject_key_id: bytes | None = None
    issuer_key_id: bytes | None = None
    unknown_critical: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def parse(der: bytes, layout: SubjectLayout = _LAYOUT) -> Certificate:
    """Read one certificate from DER.

    Raises:
        CertificateMalformed: if it is not DER or not of the profile. WrongCurve, WrongAlgorithm: if its key or signature is
        of another kind. SubjectIncomplete: if a field of the layout occurs twice. BadKey: if the key is no point.
    """
    body, algorithm, signature = _open_signed(der)
    inner = asn1.Reader(body).inner(asn1.SEQUENCE)
    if inner.content(0xA0) != b"\x02\x01\x02":
        raise CertificateMalformed(why=Words("不是第 3 版证书", "it is not of version 3"))
    serial = asn1.read_integer(inner)
    if serial <= 0:
        raise CertificateMalformed(why=Words("序列号不是正数", "its serial number is not positive"))
    if inner.whole(asn1.SEQUENCE) != algorithm:
        raise CertificateMalformed(why=Words("所载的两处签名算法不一致", "it names two signature algorithms"))
    issuer_name = inner.whole(asn1.SEQUENCE)
    _read_name(issuer_name)
    validity = inner.inner(asn1.SEQUENCE)
    not_before, not_after = asn1.read_moment(validity), asn1.read_moment(validity)
    validity.end()
    subject_name = inner.whole(asn1.SEQUENCE)
    subject = _read_name(subject_name)
    kind, public_key = _read_key(inner.inner(asn1.SEQUENCE))
    found = _read_extensions(inner.inner(0xA3)) if inner.next_is(0xA3) else _Extensions()
    inner.end()
    return Certificate(
        der=der,
        suite=_suite_of(algorithm, kind),
        organisation=_pick(subject, layout.organisation),
        signer=_pick(subject, layout.signer),
        subject=subject,
        public_key=public_key,
        not_before=not_before,
        not_after=not_after,
        serial=f"{serial:x}",
        fingerprint=fingerprint(suite(kind), public_key),
        is_ca=found.is_ca,
        path_length=found.path_length,
        key_usage=found.key_usage,
        unknown_critical=found.unknown_critical,
        subject_name=subject_name,
        issuer_name=issuer_name,
        subject_key_id=found.subject_key_id,
        issuer_key_id=found.issuer_key_id,
        signed=body,
        signature=signature,
    )


def read_request(der: bytes, layout: SubjectLayout = _LAYOUT) -> Request:
    """Read one certificate request from DER, without checking its signature; attributes are passed over.

    Raises:
        CertificateMalformed, WrongCurve, WrongAlgorithm, SubjectIncomplete, BadKey: as `parse`.
    """
    body, algorithm, signature = _open_signed(der)
    inner = asn1.Reader(body).inner(asn1.SEQUENCE)
    if asn1.read_integer(inner) != 0:
        raise CertificateMalformed(why=Words("证书请求不是第 1 版", "the request is not of version 1"))
    subject = _read_name(inner.whole(asn1.SEQUENCE))
    kind, public_key = _read_key(inner.inner(asn1.SEQUENCE))
    inner.content(0xA0)
    inner.end()
    organisation, signer = _pick(subject, layout.organisation), _pick(subject, layout.signer)
    return Request(der, _suite_of(algorithm, kind), organisation, signer, subject, public_key, body, signature)


def from_pem(data: bytes) -> list[bytes]:
    """The DER of every certificate (or request) in a PEM file, in order; DER alone is taken as it is.

    Raises:
        CertificateMalformed: if there is none, or its base64 is damaged.
    """
    if len(data) > _FILE_BYTES_MAX:
        raise CertificateMalformed(
            why=Words(f"文件超过 {_FILE_BYTES_MAX} 字节", f"the file is longer than {_FILE_BYTES_MAX} bytes")
        )
    if data[:1] == b"\x30":
        return [data]
    found = []
    for label, body in _PEM.findall(data):
        if label not in (b"CERTIFICATE", b"CERTIFICATE REQUEST", b"NEW CERTIFICATE REQUEST"):
            continue
        try:
            found.append(base64.b64decode(b"".join(body.split()), validate=True))
        except binascii.Error:
            raise CertificateMalformed(
                why=Words("PEM 文件的 base64 内容已损坏", "the base64 of the PEM file is damaged")
            ) from None
    if not found:
        raise CertificateMalformed(why=Words("文件中没有 PEM 或 DER 格式的证书", "the file holds no certificate in PEM or DER"))
    return found


def to_pem(ders: Sequence[bytes], label: str = "CERTIFICATE") -> bytes:
    """A PEM file (RFC 7468) of the certificates given, in order."""
    blocks = []
    for der in ders:
        text = base64.b64encode(der).decode()
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        blocks.append("\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]))
    return "".join(blocks).encode()


def _open_signed(der: bytes) -> tuple[bytes, bytes, bytes]:
    """What is signed, the algorithm and the signature: the outer shape that certificates and requests share."""
    if len(der) > BYTES_MAX:
        raise CertificateMalformed(why=Words(f"超过 {BYTES_MAX} 字节", f"it is longer than {BYTES_MAX} bytes"))
    outer = asn1.Reader(der)
    parts = outer.inner(asn1.SEQUENCE)
    outer.end()
    body, algorithm = parts.whole(asn1.SEQUENCE), parts.whole(asn1.SEQUENCE)
    signature, unused = asn1.read_bits(parts)
    parts.end()
    if unused:
        raise CertificateMalformed(why=Words("签名不是整字节", "its signature does not end at a byte"))
    return body, algorithm, signature


def _suite_of(algorithm: bytes, kind: str) -> str:
    """The suite of a signature algorithm, which has to be that of the key."""
    reader = asn1.Reader(algorithm).inner(asn1.SEQUENCE)
    found = asn1.read_oid(reader)
    name = oids.SIGNATURES.get(found)
    if name != kind:
        raise WrongAlgorithm(found=found, wanted=kind)
    if reader.more and (name != "gm" or reader.whole() != asn1.NULL):  # some write NULL after SM2-with-SM3
        raise CertificateMalformed(why=Words("签名算法带有多余参数", "its signature algorithm has parameters"))
    reader.end()
    return name


def _read_key(reader: asn1.Reader) -> tuple[str, bytes]:
    """The suite and the raw public key of a SubjectPublicKeyInfo that `reader` stands in."""
    algorithm = reader.inner(asn1.SEQUENCE)
    found = asn1.read_oid(algorithm)
    if found == oids.EC_PUBLIC_KEY:
        curve = asn1.read_oid(algorithm) if algorithm.next_is(asn1.OID) else "explicit"
        if curve != oids.SM2_CURVE:
            raise WrongCurve(found=curve)
        kind = "gm"
    elif found in (oids.ED25519, oids.X25519):
        kind = "intl"
    else:
        raise WrongAlgorithm(found=found, wanted="gm, intl")
    algorithm.end()
    key, unused = asn1.read_bits(reader)
    reader.end()
    if unused:
        raise CertificateMalformed(why=Words("公钥不是整字节", "its public key does not end at a byte"))
    if found == oids.X25519:
        if len(key) != 32:
            raise CertificateMalformed(why=Words("X25519 公钥不是 32 字节", "its X25519 key has not 32 bytes"))
    else:
        suite(kind).check_public_key(key)
    return kind, key


def _read_name(encoded: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of a Name in order."""
    fields = []
    for names in asn1.Reader(encoded).inner(asn1.SEQUENCE).each(asn1.SET):
        for pair in names.each(asn1.SEQUENCE):
            number = asn1.read_oid(pair)
            fields.append((oids.FIELDS.get(number, number), asn1.read_text(pair)))
            pair.end()
            if len(fields) > _NAME_FIELDS_MAX:
                raise CertificateMalformed(why=Words("名称项过多", "a name has too many fields"))
    return tuple(fields)


def _pick(subject: tuple[tuple[str, str], ...], field: str) -> str:
    found = [value for name, value in subject if name == field]
    if len(found) > 1:
        raise SubjectIncomplete(field=field)
    return found[0] if found else ""


def _read_extensions(explicit: asn1.Reader) -> _Extensions:
    """The extensions of the profile; of the others only which are critical (RFC 5280 §4.2)."""
    found = _Extensions()
    seen: list[str] = []
    listed = explicit.inner(asn1.SEQUENCE)
    explicit.end()
    for extension in listed.each(asn1.SEQUENCE):
        number = asn1.read_oid(extension)
        critical = asn1.read_boolean(extension)
        value = asn1.Reader(extension.content(asn1.OCTET_STRING))
        extension.end()
        if number in seen or len(seen) == _EXTENSIONS_MAX:
            raise CertificateMalformed(why=Words("扩展项重复或过多", "an extension occurs twice, or there are too many"))
        seen.append(number)
        if number == oids.BASIC_CONSTRAINTS:
            _read_constraints(value, found)
        elif number == oids.KEY_USAGE:
            found.key_usage = _read_usage(value)
        elif number == oids.SUBJECT_KEY_ID:
            found.subject_key_id = value.content(asn1.OCTET_STRING)
        elif number == oids.AUTHORITY_KEY_ID:
            parts = value.inner(asn1.SEQUENCE)
            found.issuer_key_id = parts.content(0x80) if parts.next_is(0x80) else None
        elif critical:
            found.unknown_critical += (number,)
            continue
        else:
            continue
        value.end()
    return found


def _read_constraints(value: asn1.Reader, found: _Extensions) -> None:
    """BasicConstraints (RFC 5280 §4.2.1.9)."""
    parts = value.inner(asn1.SEQUENCE)
    found.is_ca = asn1.read_boolean(parts)
    if parts.more:
        found.path_length = asn1.read_integer(parts)
        if found.path_length < 0 or not found.is_ca:
            raise CertificateMalformed(
                why=Words("路径长度为负，或用于非 CA 证书", "its path length is negative or stands without a CA")
            )
    parts.end()


def _read_usage(value: asn1.Reader) -> tuple[str, ...]:
    """KeyUsage (RFC 5280 §4.2.1.3): a named bit list, so without zero bits at its end (X.690 §11.2.2)."""
    body, unused = asn1.read_bits(value)
    if len(body) > 2 or not body or not body[-1] >> unused & 1:
        raise CertificateMalformed(why=Words("密钥用途（keyUsage）不符合 DER 写法", "its keyUsage is not written as DER does"))
    return tuple(
        name for place, name in enumerate(oids.USAGE_BITS) if place < 8 * len(body) and body[place // 8] >> (7 - place % 8) & 1
    )
