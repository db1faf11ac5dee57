"""Certificate authorities that an operator adds, and what the servers' certificate chains say.

The browser checks every server by the authorities of its own list. A chain that holds one of the added authorities it lets pass
unchecked, and then it is checked here instead: signatures, dates, names (RFC 5280 §6, by `cryptography`).
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from zhulian.errors import Words
from zhulian.offchain.capture.errors import CertificateRefused, NoCertificateFile

__all__ = ["Authorities", "chain_facts", "load_authorities", "pem_of"]


@dataclass(frozen=True)
class Authorities:
    """Certificates of authorities, and the digests of their keys as Chromium wants them."""

    certificates: tuple[x509.Certificate, ...]

    @property
    def keys(self) -> list[str]:
        """SHA-256 of each public key (SubjectPublicKeyInfo), in base64."""
        return [_key(each) for each in self.certificates]

    @property
    def names(self) -> list[str]:
        """Subject and SHA-256 of each certificate, for people."""
        return [f"{each.subject.rfc4514_string()[:200]} {_fingerprint(each)}" for each in self.certificates]

    def verify(self, origin: str, chain: Sequence[bytes]) -> bool:
        """Check a chain that holds one of these authorities; False for a chain that holds none, which the browser has checked.

        Raises:
            CertificateRefused: the chain does not hold.
        """
        try:
            found = [x509.load_der_x509_certificate(each) for each in chain]
            added = set(self.keys)
            if not any(_key(each) in added for each in found):
                return False
            PolicyBuilder().store(Store(list(self.certificates))).time(datetime.now(UTC)).build_server_verifier(
                _subject(origin)
            ).verify(found[0], found[1:])
        except (ValueError, VerificationError) as no:
            raise CertificateRefused(host=urlsplit(origin).hostname or origin, why=Words.quote(str(no)[:200])) from None
        return True


def load_authorities(paths: Sequence[str]) -> Authorities:
    """The authorities in these PEM files.

    Raises:
        NoCertificateFile.
    """
    found: list[x509.Certificate] = []
    for path in paths:
        try:
            found += x509.load_pem_x509_certificates(Path(path).read_bytes())
        except (OSError, ValueError):
            raise NoCertificateFile(path=path) from None
    return Authorities(tuple(found))


def pem_of(chain: Sequence[bytes]) -> bytes:
    """A chain as PEM, the server's own certificate first."""
    lines = []
    for each in chain:
        text = base64.b64encode(each).decode()
        body = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
        lines.append(f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n")
    return "".join(lines).encode()


def chain_facts(origin: str, chain: Sequence[bytes], *, added: bool) -> Mapping[str, Any]:
    """What a server's certificate says of itself; a part that cannot be read is left out."""
    told: dict[str, Any] = {
        "by": "added_authority" if added else "browser",
        "certificates": len(chain),
        "origin": origin,
        "sha256": hashlib.sha256(chain[0]).hexdigest() if chain else "",
    }
    try:
        leaf = x509.load_der_x509_certificate(chain[0])
        told |= {
            "issuer": leaf.issuer.rfc4514_string()[:300],
            "not_after": int(leaf.not_valid_after_utc.timestamp()),
            "not_before": int(leaf.not_valid_before_utc.timestamp()),
            "serial": f"{leaf.serial_number:x}",
            "subject": leaf.subject.rfc4514_string()[:300],
        }
    except (ValueError, IndexError):
        pass
    return told


def _subject(origin: str) -> x509.DNSName | x509.IPAddress:
    host = urlsplit(origin).hostname or ""
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _key(certificate: x509.Certificate) -> str:
    spki = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(spki).digest()).decode()


def _fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
