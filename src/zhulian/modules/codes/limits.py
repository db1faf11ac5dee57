"""What the codes module bounds, and what its words cost."""

from typing import Final

from zhulian.ledger.overlay import WRITE_STEPS

__all__ = ["FAR_KM", "LATITUDE_MAX", "LONGITUDE_MAX", "PROOF_STEPS", "SEAL_STEPS", "SPEED_KM_H", "TOUCH_STEPS"]

LATITUDE_MAX: Final = 900
"""The poles, in tenths of a degree. A step of this grid is some 11 km: enough to see a copy, too coarse to follow a person."""
LONGITUDE_MAX: Final = 1800
FAR_KM: Final = 100
"""Two places that lie closer are never called far apart, whatever the time between."""
SPEED_KM_H: Final = 1000
"""Nothing is carried faster than this, from door to door."""
PROOF_STEPS: Final = 12
"""Following a path of up to 20 nodes."""
_LONG = 30
"""What values with names of records in them may cost beyond a small write."""
SEAL_STEPS: Final = 4 + 3 * WRITE_STEPS + 3 * _LONG
TOUCH_STEPS: Final = PROOF_STEPS + 4 + 3 * WRITE_STEPS + 3 * _LONG
