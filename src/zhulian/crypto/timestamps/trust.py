"""Whose certificate a time stamp is signed with: RSA, ECDSA and Ed25519 by `cryptography`, SM2 by this package."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ExtensionOID

from zhulian.crypto.certificates import CertificateFault, parse
from zhulian.crypto.errors import BadKey, BadSignature
from zhulian.crypto.hazmat.der import signature_from_der
from zhulian.crypto.suites import GM
from zhulian.crypto.timestamps.errors import StampForged, TsaNotTrusted
from zhulian.errors import Words

__all__ = ["CHAIN_MAX", "Chain", "check_signature", "lead_to_root", "read_certificate", "title_of"]

CHAIN_MAX: Final = 8
_SM2_WITH_SM3: Final = "1.2.156.10197.1.501"
_HASHES: Final[dict[str, Callable[[], hashes.HashAlgorithm]]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
_DER: Final = Encoding.DER
_RSA_BITS_MIN: Final = 2048
_KNOWN: Final = {ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE}


@dataclass(frozen=True)
class Chain:
    """From the authority's certificate to the last one that was found above it; whether that one is held by the verifier."""

    certificates: tuple[x509.Certificate, ...]
    is_held: bool

    @property
    def root_sha256(self) -> str:
        """The SHA-256 fingerprint of the last certificate, which is what the stamp rests on."""
        return self.certificates[-1].fingerprint(hashes.SHA256()).hex()


def read_certificate(der: bytes) -> x509.Certificate:
    """A certificate from DER.

    Raises:
        TsaNotTrusted: it is none.
    """
    try:
        found = x509.load_der_x509_certificate(der)
        _ = found.extensions, found.subject, found.issuer  # which are read at first need
    except (ValueError, x509.InvalidVersion) as wrong:
        raise TsaNotTrusted(subject="-", why=Words.quote(wrong)) from None
    return found


def title_of(certificate: x509.Certificate) -> str:
    """The subject in one line."""
    return certificate.subject.rfc4514_string()[:200]


def lead_to_root(
    leaf: x509.Certificate, others: Sequence[x509.Certificate], roots: Sequence[x509.Certificate], at: float
) -> Chain:
    """Follow issuers from `leaf` up, among `others` and `roots`, checking each step at the time `at` (Unix seconds).

    With `roots` the way must end at one of them. Without, it ends where no issuer is found, and who verifies compares the
    last fingerprint with what the authority publishes.

    Raises:
        TsaNotTrusted: naming the certificate and what is wrong with it.
    """
    _require_stamping(leaf)
    chain = [leaf]
    while chain[-1] not in roots:
        child = chain[-1]
        _require_alone(child, at)
        if child.issuer == child.subject:
            _require_issued(child, child)
            break
        parent = next((each for each in (*roots, *others) if each.subject == child.issuer and each not in chain), None)
        if parent is None:
            break
        if len(chain) == CHAIN_MAX:
            raise _not(leaf, "证书链过长", "the chain is too long")
        _require_authority(parent, len(chain) - 1)
        _require_issued(child, parent)
        chain.append(parent)
    held = chain[-1] in roots
    if held:
        _require_alone(chain[-1], at)
    elif roots:
        raise _not(leaf, "证书链未能通向您所持的根证书", "its chain does not lead to a root that you hold")
    return Chain(tuple(chain), held)


def check_signature(certificate: x509.Certificate, hash_name: str, signed: bytes, signature: bytes) -> None:
    """Hold that `signature` over `signed` was made with the certificate's key; `hash_name` goes with RSA and ECDSA.

    Raises:
        StampForged.
    """
    why = Words("内容或签名被改动过，或不是该证书的密钥所签", "content or signature was changed, or another key signed it")
    if _is_sm2(certificate):
        if hash_name != "sm3":
            raise StampForged(why=Words("SM2 签名须配 SM3", "SM2 goes with SM3"))
        try:
            GM.verify(parse(certificate.public_bytes(_DER)).public_key, signed, signature_from_der(signature))
        except (BadSignature, BadKey, CertificateFault):
            raise StampForged(why=why) from None
        return
    try:
        _verify_other(certificate, hash_name, signed, signature)
    except (InvalidSignature, ValueError):
        raise StampForged(why=why) from None


def _verify_other(certificate: x509.Certificate, hash_name: str, signed: bytes, signature: bytes) -> None:
    key = certificate.public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, signed)
        return
    chosen = _HASHES.get(hash_name)
    if chosen is None:
        raise StampForged(why=Words(f"摘要算法 {hash_name} 不可用于该密钥", f"{hash_name} does not go with its key"))
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _RSA_BITS_MIN:
        key.verify(signature, signed, padding.PKCS1v15(), chosen())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(chosen()))
    else:
        raise StampForged(
            why=Words("密钥类型不可采信，或短于 2048 位", "its key is of no accepted kind, or shorter than 2048 bits")
        )


def _is_sm2(certificate: x509.Certificate) -> bool:
    """Whether the certificate's own key is SM2, which `cryptography` does not know."""
    try:
        return parse(certificate.public_bytes(_DER)).suite == "gm"
    except (CertificateFault, BadKey):
        return False


def _require_stamping(leaf: x509.Certificate) -> None:
    """RFC 3161 §2.3: extended key usage is critical and says time stamping alone."""
    try:
        found = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound:
        found = None
    if found is None or not found.critical or list(found.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise _not(leaf, "其用途不是（或不只是）时间戳", "it is not for time stamping, or not for that alone")


def _require_alone(certificate: x509.Certificate, at: float) -> None:
    if not certificate.not_valid_before_utc.timestamp() <= at <= certificate.not_valid_after_utc.timestamp():
        raise _not(certificate, "签发时间戳时证书不在有效期内", "it was not valid when the stamp was made")
    for extension in certificate.extensions:
        if extension.critical and extension.oid not in _KNOWN:
            text = extension.oid.dotted_string
            raise _not(certificate, f"含有不认识的关键扩展 {text}", f"it has the unknown critical extension {text}")


def _require_authority(certificate: x509.Certificate, below: int) -> None:
    """`below` is how many CAs stand below it."""
    try:
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        raise _not(certificate, "不是 CA 证书", "it is no CA's") from None
    if not constraints.ca or not usage.key_cert_sign:
        raise _not(certificate, "不是 CA 证书", "it is no CA's")
    if constraints.path_length is not None and below > constraints.path_length:
        raise _not(certificate, "其下级 CA 过多", "there are more CAs below it than it allows")


def _require_issued(child: x509.Certificate, parent: x509.Certificate) -> None:
    forged = ("不是其上级证书所签发", "it was not issued by the one above it")
    if child.signature_algorithm_oid.dotted_string == _SM2_WITH_SM3:
        try:
            key = parse(parent.public_bytes(_DER)).public_key
            GM.verify(key, child.tbs_certificate_bytes, signature_from_der(child.signature))
        except (BadSignature, BadKey, CertificateFault):
            raise _not(child, *forged) from None
        return
    chosen = child.signature_hash_algorithm
    if chosen is not None and chosen.name not in _HASHES:
        raise _not(child, f"签名使用的摘要算法 {chosen.name} 过弱", f"it is signed with {chosen.name}, which is too weak")
    try:
        child.verify_directly_issued_by(parent)
    except (InvalidSignature, ValueError, TypeError):
        raise _not(child, *forged) from None


def _not(certificate: x509.Certificate, zh: str, en: str) -> TsaNotTrusted:
    return TsaNotTrusted(subject=title_of(certificate), why=Words(zh, en))
