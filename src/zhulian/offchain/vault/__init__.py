"""The vault: sealed bytes and envelopes by their digests. It holds no key and reads nothing."""

from zhulian.offchain.vault.opening import open_vault
from zhulian.offchain.vault.seam import Backend, VaultReader
from zhulian.offchain.vault.standing import may_read, settle, standing_of, taken_down
from zhulian.offchain.vault.sweeping import Standing, Swept
from zhulian.offchain.vault.vault import Progress, Scrubbed, Vault

__all__ = [
    "Backend",
    "Progress",
    "Scrubbed",
    "Standing",
    "Swept",
    "Vault",
    "VaultReader",
    "may_read",
    "open_vault",
    "settle",
    "standing_of",
    "taken_down",
]
