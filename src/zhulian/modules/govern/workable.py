"""Between which values a vote may set the limits, so that no vote can stop the chain or lock out the next vote."""

from zhulian.ledger.limits import HARD, Limits
from zhulian.modules.govern.errors import LimitsUnworkable

__all__ = ["require_workable"]

_BYTES_LEAST = 16 * 1024
_STEPS_LEAST = 2_000
_MOST = 1_000_000_000


def require_workable(limits: Limits) -> None:
    """Check each limit against its bounds, which follow from the limits before it.

    Raises:
        LimitsUnworkable: naming the first that is out of bounds.
    """
    bounds = (
        ("transaction_bytes_max", _BYTES_LEAST, HARD.envelope_bytes_max),
        ("transaction_signers_max", 1, 64),
        ("transaction_messages_max", 1, 10_000),
        ("transaction_steps_max", _STEPS_LEAST, _MOST),
        ("block_bytes_max", limits.transaction_bytes_max, 64 * 1024 * 1024),
        ("block_transactions_max", 1, 100_000),
        ("block_steps_max", limits.transaction_steps_max, _MOST),
        ("expiry_window_s", 60, 86_400),
        ("organisation_pending_max", 1, 1_000_000),
        ("organisation_block_bytes_max", limits.transaction_bytes_max, limits.block_bytes_max),
        ("organisation_block_steps_max", limits.transaction_steps_max, limits.block_steps_max),
    )
    for name, least, most in bounds:
        value = getattr(limits, name)
        if not least <= value <= most:
            raise LimitsUnworkable(name=name, value=value, least=least, most=most)
