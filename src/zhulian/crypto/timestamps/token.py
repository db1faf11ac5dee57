"""Time-stamp requests, responses and tokens (RFC 3161 §2.4, RFC 5652 §5): made and read with asn1crypto, judged here."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from zhulian.crypto.timestamps.errors import (
    ImprintDiffers,
    NotFresh,
    PolicyDiffers,
    StampForged,
    StampMalformed,
    StampRefused,
)
from zhulian.crypto.timestamps.hashes import OIDS, hash_of
from zhulian.crypto.timestamps.trust import CHAIN_MAX, check_signature, lead_to_root, read_certificate, title_of
from zhulian.errors import Words

__all__ = ["BYTES_MAX", "Stamp", "make_request", "read_response", "verify_stamp"]

BYTES_MAX: Final = 64 * 1024
"""The longest response or token that is looked at."""
_NAMES: Final = {oid: name for name, oid in OIDS.items()}
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_GRANTED: Final = (0, 1)
_UNREADABLE: Final = (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError, AttributeError)


@dataclass(frozen=True)
class Stamp:
    """What a time stamp proves: the content was there at `time_ms` (Unix milliseconds), says the authority `subject`.

    `root_sha256` is the fingerprint of the last certificate of its chain; `is_held` tells whether the verifier holds it.
    """

    time_ms: int
    subject: str
    serial: str
    policy: str
    hash_name: str
    root_sha256: str
    is_held: bool


class _Response(core.Sequence):  # type: ignore[misc]
    """TimeStampResp (RFC 3161 §2.4.2); asn1crypto's own wants a token from an authority that says no, too."""

    _fields: ClassVar[list[Any]] = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


def make_request(data: bytes, hash_name: str, nonce: int, policy: str | None = None) -> bytes:
    """A request for a stamp of `data`, in DER, asking for the authority's certificate too."""
    fields: dict[str, Any] = {
        "version": 1,
        "message_imprint": {
            "hash_algorithm": {"algorithm": OIDS[hash_name], "parameters": core.Null()},
            "hashed_message": hash_of(hash_name)(data),
        },
        "nonce": nonce,
        "cert_req": True,
    }
    if policy is not None:
        fields["req_policy"] = policy
    return bytes(tsp.TimeStampReq(fields).dump())


def read_response(der: bytes) -> bytes:
    """The token inside a response, in DER.

    Raises:
        StampMalformed: it is no response. StampRefused: the authority says no.
    """
    try:
        _require_short(der)
        response = _Response.load(der, strict=True)
        status = int(response["status"]["status"])
        said = response["status"]["status_string"].native
        token = b"" if status not in _GRANTED else bytes(response["time_stamp_token"].dump())
    except _UNREADABLE as wrong:
        raise StampMalformed(why=Words.quote(wrong)) from None
    if status not in _GRANTED:
        text = "; ".join(map(str, said))[:200] if isinstance(said, list) else ""
        raise StampRefused(status=status, why=Words.quote(text) if text else Words("未说明原因", "it gives no reason"))
    return token


def verify_stamp(
    token: bytes, data: bytes, roots: Sequence[bytes] = (), *, nonce: int | None = None, policy: str | None = None
) -> Stamp:
    """Verify that `token` stamps `data`; with `roots` (DER) that its authority leads to one of them.

    `nonce` is that of the request, where the stamp was just asked for; `policy` the one that it must follow.

    Raises:
        TimestampFault: its subclasses name what is wrong.
    """
    read = _read(token)
    digest = hash_of(read.imprint_hash)(data)
    if not hmac.compare_digest(digest, read.imprint):
        raise ImprintDiffers()
    if nonce is not None and read.nonce != nonce:
        raise NotFresh()
    if policy is not None and read.policy != policy:
        raise PolicyDiffers(found=read.policy, wanted=policy)
    certificates = [read_certificate(each) for each in read.certificates]
    leaf = next((each for each in certificates if _is_named(each, read)), None)
    if leaf is None:
        raise StampForged(why=Words("未附签名者的证书", "the signer's certificate is not in it"))
    if not hmac.compare_digest(hash_of(read.hash_name)(read.content), read.content_digest):
        raise StampForged(why=Words("时间戳内容与签名所载摘要不同", "its content is not what was signed"))
    name, named = read.certificate_digest
    if not hmac.compare_digest(_any_hash(name, leaf), named):
        raise StampForged(why=Words("签名所指的证书不是所附的证书", "it was signed with another certificate than the one in it"))
    check_signature(leaf, read.hash_name, read.signed, read.signature)
    chain = lead_to_root(leaf, certificates, [read_certificate(each) for each in roots], read.time_ms / 1000)
    return Stamp(
        time_ms=read.time_ms,
        subject=title_of(leaf),
        serial=read.serial,
        policy=read.policy,
        hash_name=read.imprint_hash,
        root_sha256=chain.root_sha256,
        is_held=chain.is_held,
    )


@dataclass(frozen=True)
class _Read:
    imprint_hash: str
    imprint: bytes
    time_ms: int
    serial: str
    policy: str
    nonce: int | None
    content: bytes
    content_digest: bytes
    certificate_digest: tuple[str, bytes]
    certificates: tuple[bytes, ...]
    issuer: bytes
    issuer_serial: int
    hash_name: str
    signed: bytes
    signature: bytes


def _read(token: bytes) -> _Read:
    """Everything that is judged, as plain values; asn1crypto reads at first need, so all of it is read here.

    Raises:
        StampMalformed.
    """
    try:
        _require_short(token)
        outer = cms.ContentInfo.load(token, strict=True)
        _require(outer["content_type"].dotted == _SIGNED_DATA, "不是签名数据", "it is no signed data")
        signed = outer["content"]
        inside = signed["encap_content_info"]
        _require(inside["content_type"].dotted == _TST_INFO, "所载不是时间戳", "it holds no time stamp")
        content = bytes(inside["content"])
        info = tsp.TSTInfo.load(content, strict=True)
        _require(len(signed["signer_infos"]) == 1, "应恰有一个签名者", "it must have just one signer")
        signer = signed["signer_infos"][0]
        attributes = _attributes(signer)
        certificates = tuple(bytes(each.chosen.dump()) for each in signed["certificates"])
        _require(len(certificates) <= CHAIN_MAX, "所附证书过多", "it has too many certificates")
        imprint = info["message_imprint"]
        chosen = signer["sid"].chosen
        _require(
            signer["sid"].name == "issuer_and_serial_number", "签名者标识的写法不受支持", "its signer is named in another way"
        )
        nonce = info["nonce"].native
        return _Read(
            imprint_hash=_hash_name(imprint["hash_algorithm"]),
            imprint=bytes(imprint["hashed_message"].native),
            time_ms=int(info["gen_time"].native.timestamp() * 1000),
            serial=f"{info['serial_number'].native:x}",
            policy=str(info["policy"].native),
            nonce=None if nonce is None else int(nonce),
            content=content,
            content_digest=bytes(attributes["message_digest"].native),
            certificate_digest=_named_certificate(attributes),
            certificates=certificates,
            issuer=bytes(chosen["issuer"].dump()),
            issuer_serial=int(chosen["serial_number"].native),
            hash_name=_hash_name(signer["digest_algorithm"]),
            signed=b"\x31" + bytes(signer["signed_attrs"].dump())[1:],  # RFC 5652 §5.4: as a SET OF, not as [0]
            signature=bytes(signer["signature"].native),
        )
    except _UNREADABLE as wrong:
        raise StampMalformed(why=Words.quote(wrong)) from None


def _attributes(signer: Any) -> dict[str, Any]:
    """The signed attributes by name, each of which has one value."""
    found: dict[str, Any] = {}
    for each in signer["signed_attrs"]:
        name = str(each["type"].native)
        _require(name not in found and len(each["values"]) == 1, "签名属性重复", "a signed attribute occurs twice")
        found[name] = each["values"][0]
    _require(
        {"content_type", "message_digest"} <= set(found) and found["content_type"].dotted == _TST_INFO,
        "缺少签名属性",
        "a signed attribute is missing",
    )
    return found


def _named_certificate(attributes: dict[str, Any]) -> tuple[str, bytes]:
    """Hash name and digest of the certificate that the signature binds itself to (RFC 3161 §2.4.2, RFC 5816)."""
    if "signing_certificate_v2" in attributes:
        first = attributes["signing_certificate_v2"]["certs"][0]
        return _hash_name(first["hash_algorithm"]), bytes(first["cert_hash"].native)
    _require("signing_certificate" in attributes, "签名未指明证书", "it names no certificate")
    return "sha1", bytes(attributes["signing_certificate"]["certs"][0]["cert_hash"].native)


def _hash_name(algorithm: algos.DigestAlgorithm) -> str:
    dotted = str(algorithm["algorithm"].dotted)
    _require(dotted in _NAMES, f"摘要算法 {dotted} 不受支持", f"its digest algorithm {dotted} is not accepted")
    return _NAMES[dotted]


def _any_hash(name: str, certificate: x509.Certificate) -> bytes:
    """The certificate's digest; SHA-1 serves only to find it (the first form of the attribute knows no other)."""
    der = certificate.public_bytes(Encoding.DER)
    return hashlib.sha1(der, usedforsecurity=False).digest() if name == "sha1" else hash_of(name)(der)


def _is_named(certificate: x509.Certificate, read: _Read) -> bool:
    return certificate.serial_number == read.issuer_serial and certificate.issuer.public_bytes() == read.issuer


def _require_short(der: bytes) -> None:
    _require(0 < len(der) <= BYTES_MAX, f"为空或超过 {BYTES_MAX} 字节", f"it is empty or longer than {BYTES_MAX} bytes")


def _require(holds: bool, zh: str, en: str) -> None:
    if not holds:
        raise StampMalformed(why=Words(zh, en))
