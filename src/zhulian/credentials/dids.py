"""`did:zhulian`: an organisation of a chain as a DID (W3C Decentralized Identifiers 1.0), resolved from its issuing keys on the chain.

    did:zhulian:<first 32 hex digits of the genesis digest>:<organisation>

The document follows from one value of the state, so one proof shows all of it. Persons have none: each copy of a credential has a key of
its own, which stands in the copy.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from zhulian.credentials.errors import BadDid
from zhulian.credentials.jose import SuiteJose
from zhulian.crypto import fingerprint

__all__ = ["CONTENT_TYPE", "Did", "did_document", "did_of", "key_url", "list_url", "read_did", "schema_url"]

CONTENT_TYPE: Final = "application/did+json"
_URL: Final = re.compile(r"did:zhulian:([0-9a-f]{32}):([a-z][a-z0-9-]{0,30})(?:/(schema|status)/([a-z0-9][a-z0-9_-]{0,62}))?")


class Did(NamedTuple):
    """What a DID or DID URL of this method names: an organisation, and a schema or status list of its."""

    organisation: str
    kind: str
    name: str


def did_of(genesis: bytes, organisation: str) -> str:
    """The DID of an organisation of the chain with this genesis digest."""
    return f"did:zhulian:{genesis.hex()[:32]}:{organisation}"


def schema_url(genesis: bytes, owner: str, schema: str) -> str:
    """The DID URL of a schema: the `vct` of its credentials."""
    return f"{did_of(genesis, owner)}/schema/{schema}"


def list_url(genesis: bytes, issuer: str, name: str) -> str:
    """The DID URL of a status list: the `uri` in credentials, and the `sub` of its tokens."""
    return f"{did_of(genesis, issuer)}/status/{name}"


def key_url(genesis: bytes, issuer: str, key: str) -> str:
    """The DID URL of an issuing key by its fingerprint: the `kid` of what it signs."""
    return f"{did_of(genesis, issuer)}#{key}"


def read_did(text: Any, genesis: bytes) -> Did:
    """What a DID, or the DID URL of a schema or status list, names on this chain.

    Raises:
        BadDid: it is none, or another chain's.
    """
    found = _URL.fullmatch(text) if isinstance(text, str) else None
    if found is None or found[1] != genesis.hex()[:32]:
        raise BadDid(did=str(text)[:120])
    return Did(found[2], found[3] or "", found[4] or "")


def did_document(jose: SuiteJose, genesis: bytes, organisation: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The DID document (DID 1.0 §5, §6.2) from the keys on the chain: all of them are there, those in use assert.

    `keys` are as the chain has them: `public_key` in hex, and `retired` where the key is.
    """
    did = did_of(genesis, organisation)
    methods, asserting = [], []
    for each in keys:
        public_key = bytes.fromhex(str(each["public_key"]))
        name = key_url(genesis, organisation, fingerprint(jose.suite, public_key))
        methods.append({"controller": did, "id": name, "publicKeyJwk": jose.jwk(public_key), "type": "JsonWebKey"})
        if each.get("retired") is None:
            asserting.append(name)
    return {"assertionMethod": asserting, "id": did, "verificationMethod": methods}
