"""Random kills, hundreds of them: one process after another of a loaded network, and nothing acknowledged is ever missing.

    ZHULIAN_KILLS=500 ZHULIAN_KILLS_FOLDER=/var/tmp/kills python -m pytest tests/faults/test_kills.py

The folder keeps network and tally, so that the same command goes on where it ended; without it 40 kills are made in a
fresh one. The seed is printed, and chooses node, process and moment of every kill by its number.
"""

import json
import os
import random
import secrets
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.trial import Load, Trial, lives
from zhulian.files import write_atomically

pytestmark = [pytest.mark.long, pytest.mark.crash]

_WANTED = int(os.environ.get("ZHULIAN_KILLS", "40"))
_FOLDER = os.environ.get("ZHULIAN_KILLS_FOLDER")
_SEED = int(os.environ.get("ZHULIAN_TEST_SEED", "0"))
_PART_S = 2_100
"""One run makes kills for so long at most; the next goes on."""
_EACH_S = 90.0


class _Tally:
    """What was done so far, on disk after every kill."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "tally.json"
        kept: dict[str, Any] = json.loads(self._file.read_bytes()) if self._file.exists() else {}
        self.seed: int = kept.get("seed") or _SEED or secrets.randbits(32)
        self.kills: int = kept.get("kills", 0)
        self.acknowledged: dict[str, int] = kept.get("acknowledged", {})
        self.worst_s: float = kept.get("worst_s", 0.0)
        self.backs_s: list[float] = kept.get("backs_s", [])

    def save(self) -> None:
        write_atomically(self._file, json.dumps(self.__dict__ | {"_file": None}).encode())


def test_hundreds_of_kills__lose_nothing(tmp_path: Path) -> None:
    wanted, named = _WANTED, _FOLDER
    folder = Path(named) if named else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    tally = _Tally(folder)
    print(f"seed {tally.seed}, {tally.kills} of {wanted} kills done")
    until = time.monotonic() + _PART_S
    trial = Trial(folder)
    strange: list[tuple[int, str]] = []
    try:
        trial.up()
        with Load(trial, trial.names, streams=2, seed=tally.kills) as load:
            load.acknowledged = tally.acknowledged
            while tally.kills < wanted and time.monotonic() < until:
                _kill_once(trial, load, tally)
                strange += load.strange
                load.strange.clear()
        trial.until(lambda: all(trial.accepts(each) for each in trial.names), _EACH_S)
        trial.agree()
        _check(trial, tally.acknowledged)
    finally:
        trial.down()
        backs = sorted(tally.backs_s) or [0.0]
        print(
            f"seed {tally.seed}: {tally.kills} kills, {len(tally.acknowledged)} acknowledged, "
            f"answers that were no JSON: {strange[:3]}, back after {backs[len(backs) // 2]:.1f} s (median), {backs[-1]:.1f} s (worst)"
        )
    if not named:
        assert tally.kills == wanted
        shutil.rmtree(folder, ignore_errors=True)


def _kill_once(trial: Trial, load: Load, tally: _Tally) -> None:
    """Kill one process of one node, or all of them, at a moment under load; the node is started again and comes back."""
    chance = random.Random(f"{tally.seed} {tally.kills}")
    node = chance.choice(trial.names)
    which = chance.choice(["all", "ledger", "engine", "gateway", "supervisor"])
    load.more(chance.randrange(1, 6), _EACH_S)
    time.sleep(chance.uniform(0, 0.3))
    if which == "all":
        trial.kill(node)
    else:
        pid = trial.pid(node) if which == "supervisor" else trial.children(node).get(which, trial.pid(node))
        os.kill(pid, signal.SIGKILL)
        supervisor = trial.pid(node)
        trial.until(lambda: not lives(supervisor), _EACH_S)
        trial.until(lambda: not any(map(lives, trial.children(node).values())), _EACH_S)
    began = time.monotonic()
    trial.start(node)
    trial.until(lambda: trial.accepts(node), _EACH_S)
    tally.backs_s.append(round(time.monotonic() - began, 2))
    tally.kills += 1
    recent = dict(list(load.acknowledged.items())[-10:])
    _check(trial, recent, [node])
    tally.acknowledged = dict(load.acknowledged)
    tally.save()


def _check(trial: Trial, acknowledged: dict[str, int], nodes: list[str] | None = None) -> None:
    """Hold that the nodes come to have all that was acknowledged, at its height."""
    for node in nodes or trial.names:
        for transaction, height in acknowledged.items():

            def there(node: str = node, transaction: str = transaction) -> bool:
                try:
                    found = trial.get(node, f"/v1/transactions/{transaction}") or {}
                except httpx.HTTPError:
                    return False
                if found.get("height") is None:
                    return False
                assert found["height"] == acknowledged[transaction], f"{node}: {transaction} is at another height"
                return True

            trial.until(there, _EACH_S)
            assert height > 0
