"""Half an hour at half of what four nodes take here: nothing acknowledged is missing, and memory stays flat.

    ZHULIAN_SOAK_MINUTES=30 python -m pytest -s tests/faults/test_soak.py

Memory is what all processes of all nodes hold for themselves and their share of what they share (PSS); the mean of the last sixth of
the time is held against the mean of the sixth after the first third, in which caches fill.
"""

import json
import os
import time
from pathlib import Path

import pytest

from tests.trial import Load, Trial, running

pytestmark = pytest.mark.long

MINUTES = float(os.environ.get("ZHULIAN_SOAK_MINUTES", "30"))
_FILE = os.environ.get("ZHULIAN_SOAK_FILE")  # here, since every test forgets the settings of the person who runs it
GROWTH_MAX = 1.10
_STREAMS = 6
_MEASURED_S = 20.0
_SAMPLE_S = 5.0


def test_half_an_hour_at_half_load__keeps_memory_flat(tmp_path: Path) -> None:
    with running(tmp_path) as trial:
        samples: list[int] = []
        with Load(trial, trial.names, streams=_STREAMS) as load:
            load.more(20)
            before = len(load.acknowledged)
            time.sleep(_MEASURED_S)
            full = (len(load.acknowledged) - before) / _MEASURED_S
            load.rest_s = _STREAMS / full  # as long again as an answer takes: half of that
            begun, before = time.monotonic(), len(load.acknowledged)
            while time.monotonic() - begun < MINUTES * 60:
                time.sleep(_SAMPLE_S)
                samples.append(memory(trial))
            half = (len(load.acknowledged) - before) / (time.monotonic() - begun)
        early, late = means(samples)
        said = {
            "minutes": MINUTES,
            "full_per_s": round(full, 1),
            "half_per_s": round(half, 1),
            "acknowledged": len(load.acknowledged),
            "early_mib": early >> 20,
            "late_mib": late >> 20,
        }
        print(said)
        trial.agree()
        load.check(trial.names[:1])
        assert late <= early * GROWTH_MAX, said
        if _FILE:
            with Path(_FILE).open("a", encoding="utf-8") as file:
                file.write(json.dumps(said) + "\n")


def memory(trial: Trial) -> int:
    """Bytes that all processes of all nodes hold, what they share counted once."""
    total = 0
    for node in trial.names:
        for pid in (trial.pid(node), *trial.children(node).values()):
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
            total += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return total


def means(samples: list[int]) -> tuple[int, int]:
    """The mean of the sixth after the first third, and that of the last sixth."""
    sixth = max(1, len(samples) // 6)
    early = samples[2 * sixth : 3 * sixth] or samples[:1]
    late = samples[-sixth:]
    return sum(early) // len(early), sum(late) // len(late)
