"""The bounds of a capture: whatever a page does, it ends, and it ends small."""

import msgspec

__all__ = ["Limits"]


class Limits(msgspec.Struct, frozen=True):
    """Bounds of one capture; times in seconds, sizes in bytes.

    `total_s` bounds everything; `load_s` the waiting for the page to say that it is loaded, `quiet_s` for its network to fall
    silent after that. `bytes_max` bounds what comes over the network and, once more, what it is unpacked into.
    """

    total_s: int = 90
    load_s: int = 20
    quiet_s: int = 5
    bytes_max: int = 64 * 1024 * 1024
    resources_max: int = 2_000
    connections_max: int = 512
    html_bytes_max: int = 32 * 1024 * 1024
    height_px_max: int = 16_384
    width_px: int = 1_440
    visits_max: int = 20
    """How often the page may go elsewhere by itself."""
    noted_max: int = 50
    """How many of each kind (refused addresses, windows, dialogs, …) are written down one by one."""
