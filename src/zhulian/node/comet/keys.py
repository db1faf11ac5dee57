"""The engine's validator key as a signer of ours: it proves possession, once, when its node asks for a vote."""

import base64
import json
from pathlib import Path

from zhulian.crypto import SoftwareSigner, suite

__all__ = ["validator_signer"]


def validator_signer(folder: Path, name: str = "priv_validator_key.json") -> SoftwareSigner:
    """The signer of the validator key in the engine's folder, Ed25519 whatever the chain's suite."""
    document = json.loads((folder / "config" / name).read_bytes())
    secret = base64.b64decode(document["priv_key"]["value"])[:32]
    chosen = suite("intl")
    return SoftwareSigner(chosen, chosen.private_key(secret))
