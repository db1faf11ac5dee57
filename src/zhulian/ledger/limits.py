"""A limit on everything, in one file. What members must agree on stands in genesis; the rest is fixed here."""

import msgspec

__all__ = ["HARD", "Hard", "Limits", "due_steps_max"]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What genesis fixes and governance may change. Sizes in bytes, times in seconds, steps as `overlay` counts them."""

    transaction_bytes_max: int = 64 * 1024
    transaction_signers_max: int = 16
    transaction_messages_max: int = 64
    transaction_steps_max: int = 20_000
    block_bytes_max: int = 4 * 1024 * 1024
    block_transactions_max: int = 2_000
    block_steps_max: int = 400_000
    expiry_window_s: int = 600
    organisation_pending_max: int = 8_000
    organisation_block_bytes_max: int = 2 * 1024 * 1024
    organisation_block_steps_max: int = 200_000


class Hard(msgspec.Struct, frozen=True):
    """What the code itself bounds, below every interpreter's limit; no vote can raise it.

    A write pays for `write_free_bytes` of its value by itself; beyond them, each `write_bytes_per_step` cost one step more.
    """

    envelope_bytes_max: int = 256 * 1024
    key_bytes_max: int = 1024
    value_bytes_max: int = 64 * 1024
    write_free_bytes: int = 4 * 1024
    write_bytes_per_step: int = 64
    genesis_bytes_max: int = 4 * 1024 * 1024
    receipt_bytes_max: int = 8 * 1024 * 1024
    certificate_bytes_max: int = 8 * 1024
    certificate_chain_max: int = 5
    organisations_max: int = 200
    sealer_changes_max: int = 10_000
    due_per_block_max: int = 500


def due_steps_max(limits: Limits) -> int:
    """How many steps of a block are for what falls due by itself; the other half is always left to transactions."""
    return limits.block_steps_max // 2


HARD = Hard()
