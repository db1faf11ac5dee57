"""One real node for all tests of the command line, and the command as a function."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from zhulian.cli import main as entry
from zhulian.cli.state import settings

collect_ignore = [] if platform.machine() in ("x86_64", "AMD64") else ["test_tlcp_door.py"]  # the library has no wheel elsewhere


@dataclass
class Done:
    """What one run of the command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Done]


class LiveNode:
    """`zhulian run` in a home of its own, started and ended by its process id."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ZHULIAN_")}
        return {**clean, "ZHULIAN_HOME": str(self.home), "ZHULIAN_LANG": "en"}

    def start(self) -> None:
        words = [sys.executable, "-m", "zhulian.cli.main", "run", "--port", "0"]
        with (self.home.parent / "run.log").open("ab") as log:
            self.process = subprocess.Popen(words, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + 30
        while not (self.home / "run" / "node.json").exists():
            assert self.process.poll() is None, (self.home.parent / "run.log").read_text()
            assert time.monotonic() < end, (self.home.parent / "run.log").read_text()
            time.sleep(0.05)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        assert self.process is not None
        self.process.send_signal(number)
        self.process.wait(30)
        self.process = None
        if number == signal.SIGKILL:  # what an orderly stop takes away
            (self.home / "run" / "node.json").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """A running node with the sample consortium."""
    node = LiveNode(tmp_path_factory.mktemp("live") / "home")
    node.start()
    yield node
    node.stop()


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in this process; in English where nothing else is said."""
    monkeypatch.setenv("ZHULIAN_LANG", "en")

    def call(*words: str | Path) -> Done:
        settings.json = False
        capfd.readouterr()
        status = entry.run([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Done(status, out, err)

    return call


@pytest.fixture
def at_home(live: LiveNode, monkeypatch: pytest.MonkeyPatch) -> LiveNode:
    """The running node's home is the command's home."""
    monkeypatch.setenv("ZHULIAN_HOME", str(live.home))
    return live
