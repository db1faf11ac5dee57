"""How much a device may say, and what work costs."""

from typing import Final

from zhulian.ledger.overlay import READ_STEPS, SIGNATURE_STEPS, WRITE_STEPS

__all__ = ["BATCHES_MAX", "CALIBRATION_S_MAX", "CLOCK_AHEAD_MS", "LEVELS", "MEASURING_STEPS", "PAPER_BYTES_MAX", "PERIOD_STEPS",
           "READINGS_MAX", "VALUE_MAX"]  # fmt: skip

READINGS_MAX: Final = 100_000
"""The most readings of one batch."""
VALUE_MAX: Final = 10**12
"""The greatest value of a reading, in the smallest unit of the device, either way."""
LEVELS: Final = 22
BATCHES_MAX: Final = 2**LEVELS
"""The most batches of one device: at one a minute, eight years; a period is read in constant work however many there are."""
CLOCK_AHEAD_MS: Final = 120_000
"""How far the clock of a device may run before the chain's."""
CALIBRATION_S_MAX: Final = 5 * 366 * 86_400
PAPER_BYTES_MAX: Final = 4096
"""The longest card or batch, in bytes of UTF-8."""

PERIOD_STEPS: Final = READ_STEPS * (2 * (LEVELS + 1) + 2 * LEVELS + 6)
"""Finding both ends of a period by halving, and putting together what lies between."""
MEASURING_STEPS: Final = SIGNATURE_STEPS + READ_STEPS * (LEVELS + 4) + WRITE_STEPS * (LEVELS + 6)
"""A batch that completes as many spans as one can."""
