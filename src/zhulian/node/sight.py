"""What a node sees of itself and of its machine, beside what the ledger says."""

import os
import time
from typing import Any

from zhulian import __version__
from zhulian.consensus.application import Application
from zhulian.home import Home
from zhulian.node.certificates import ends
from zhulian.node.driving import Driver
from zhulian.node.intake import Intake
from zhulian.node.verifying import Verifier

__all__ = ["Surroundings"]

_CERTIFICATES_S = 600.0
_DAY_S = 86_400


class Surroundings:
    """Versions, disk and certificates of a home, and what its parts count; certificates are read anew every ten minutes."""

    def __init__(self, home: Home, application: Application, intake: Intake, verifier: Verifier, driver: Driver) -> None:
        self._home = home
        self._application = application
        self._intake = intake
        self._verifier = verifier
        self._driver = driver
        self._ends: dict[str, int] = {}
        self._read_at = -_CERTIFICATES_S

    def shown(self) -> dict[str, Any]:
        """What the status shows of it."""
        disk = os.statvfs(self._home.root)
        ends_at = self._certificates()
        first = min(ends_at, key=lambda name: ends_at[name], default=None)
        days = None if first is None else int((ends_at[first] - time.time()) // _DAY_S)
        return {
            "certificate": first,
            "certificate_days": days,
            "disk": {"free_bytes": disk.f_bavail * disk.f_frsize, "size_bytes": disk.f_blocks * disk.f_frsize},
            "versions": {"zhulian": __version__, **self._driver.versions()},
        }

    def counted(self) -> dict[str, Any]:
        """What only metrics show."""
        return {
            "certificates": self._certificates(),
            "due": self._application.due(),
            "turned_away": self._intake.turned_away,
            "verifying": self._verifier.waiting,
            "workers": self._verifier.pids,
        }

    def _certificates(self) -> dict[str, int]:
        if time.monotonic() - self._read_at >= _CERTIFICATES_S:
            self._ends, self._read_at = ends(self._home), time.monotonic()
        return self._ends
