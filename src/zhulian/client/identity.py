"""Identity: register, renew and revoke signers of one's own organisation."""

from collections.abc import Sequence
from typing import Any, Literal

from zhulian import canonical
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.submit import Outcome, submit
from zhulian.crypto import Signer, fingerprint

__all__ = ["add_key", "enrol", "possession", "revoke", "set_duties", "set_encryption_key"]

Kind = Literal["officer", "service", "device"]
Reason = Literal["compromised", "departed", "lost", "superseded"]


def possession(core: Core, name: str, signer: Signer) -> str:
    """The new key's signature over its own enrolment under `name` (docs/formats.md §2), in hex."""
    statement = canonical.encode({"key": signer.public_key.hex(), "signer": name})
    return signer.sign(core.hasher.preimage("possession", statement)).hex()


def enrol(
    core: Core,
    name: str,
    key: Signer,
    chain: Sequence[bytes],
    *,
    kind: Kind = "officer",
    duties: Sequence[str] = (),
    signer: str | Identity | None = None,
) -> Flow[Outcome]:
    """Register `org.serial` with its first key; `chain` is the certificates (DER), the signer's own first.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {
        "type": "identity.enrol",
        "chain": [each.hex() for each in chain],
        "duties": sorted(set(duties)),
        "kind": kind,
        "possession": possession(core, name, key),
        "signer": name,
    }
    return (yield from _send(core, message, signer, f"key:{fingerprint(core.hasher.suite, key.public_key)}"))


def add_key(core: Core, name: str, key: Signer, chain: Sequence[bytes], *, signer: str | Identity | None = None) -> Flow[Outcome]:
    """Register another key of a signer, as at the renewal of its certificate; older keys stay valid.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {
        "type": "identity.add_key",
        "chain": [each.hex() for each in chain],
        "possession": possession(core, name, key),
        "signer": name,
    }
    return (yield from _send(core, message, signer, f"key:{fingerprint(core.hasher.suite, key.public_key)}"))


def revoke(
    core: Core, name: str, reason: Reason, *, key: str | None = None, signer: str | Identity | None = None
) -> Flow[Outcome]:
    """End one key (fingerprint in hex) of a signer or, without `key`, the signer with all its keys. For good.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "identity.revoke", "reason": reason, "signer": name}
    return (yield from _send(core, message | ({"key": key} if key else {}), signer))


def set_duties(core: Core, name: str, duties: Sequence[str], *, signer: str | Identity | None = None) -> Flow[Outcome]:
    """Give another signer of the own organisation these duties instead of the present ones.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    return (yield from _send(core, {"type": "identity.set_duties", "duties": sorted(set(duties)), "signer": name}, signer))


def set_encryption_key(core: Core, holder: str, chain: Sequence[bytes], *, signer: str | Identity | None = None) -> Flow[Outcome]:
    """Set the key to which content for an organisation or a signer is sealed from now on; `chain` certifies it, its own first.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "identity.set_encryption_key", "chain": [each.hex() for each in chain], "holder": holder}
    return (yield from _send(core, message, signer, f"encryption:{holder}:{core.hasher.suite.digest(chain[0]).hex()}"))


def _send(core: Core, message: dict[str, Any], signer: str | Identity | None, intent: str | None = None) -> Flow[Outcome]:
    return (yield from submit(core, [message], signers=None if signer is None else [signer], intent=intent))
