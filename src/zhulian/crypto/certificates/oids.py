"""Object identifiers of the profile (GM/T 0006, GB/T 20518, RFC 5280, RFC 8410) and the names of subject fields."""

from typing import Final

ED25519: Final = "1.3.101.112"
X25519: Final = "1.3.101.110"
EC_PUBLIC_KEY: Final = "1.2.840.10045.2.1"
SM2_CURVE: Final = "1.2.156.10197.1.301"
SM2_WITH_SM3: Final = "1.2.156.10197.1.501"

SIGNATURES: Final = {SM2_WITH_SM3: "gm", ED25519: "intl"}

SUBJECT_KEY_ID: Final = "2.5.29.14"
KEY_USAGE: Final = "2.5.29.15"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
AUTHORITY_KEY_ID: Final = "2.5.29.35"

FIELDS: Final = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.5": "serialNumber",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "street",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.12": "title",
    "2.5.4.42": "GN",
    "2.5.4.97": "organizationIdentifier",
    "0.9.2342.19200300.100.1.1": "UID",
    "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
}
"""How `SubjectLayout` calls the fields of a name; others are called by their number."""

USAGE_BITS: Final = (
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
)
"""RFC 5280 §4.2.1.3, from bit 0."""
