"""The Go part of the engine's program, judged by its own tests and by Go's form and vet."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from zhulian.node.comet import binary

pytestmark = pytest.mark.long


def test_engine_sources__pass_their_own_tests(tmp_path: Path) -> None:
    go, found = binary.find_go()
    assert go is not None, found.en
    sources = shutil.copytree(binary._SOURCES, tmp_path / "engine")
    environment = {**os.environ, "GOFLAGS": "-mod=readonly", "GOTOOLCHAIN": "auto", "GOWORK": "off", "CGO_ENABLED": "0"}
    for command in (["vet", "."], ["test", "-count=1", "."]):
        done = subprocess.run([str(go), *command], cwd=sources, env=environment, capture_output=True, text=True, timeout=1_200)
        assert done.returncode == 0, done.stdout + done.stderr
