"""Shared by the tests of crypto."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[2] / "vectors" / "crypto"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `case` runs once for each case of the vector file in its marker-like attribute `vectors`."""
    name = getattr(metafunc.function, "vectors", None)
    if name is not None:
        cases: list[dict[str, Any]] = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
        metafunc.parametrize("case", cases, ids=[case["description"] for case in cases])


@pytest.fixture
def openssl(tmp_path: Path) -> Callable[..., str]:
    """Runs the `openssl` command in `tmp_path`; gives back what it printed, and fails where it fails."""

    def run(*arguments: str, fails: bool = False) -> str:
        done = subprocess.run(["openssl", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=30)
        if (done.returncode != 0) is not fails:
            raise AssertionError(f"openssl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    return run
