"""What every test has: a home of its own, no settings of the person who runs it, and one way to draw examples."""

import importlib.util
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

_LONG_FIRST = (
    "network", "faults", "node", "consensus", "console", "scenarios", "offchain", "edge", "assure", "native", "tutorial", "fuzzing", "client", "gateway",
)  # fmt: skip
"""Folders of `tests` whose files run for long, mostly with real processes: they go first, so that no process is left alone with one at the end."""

# The same examples on every run and machine: a red build is red again at the desk. `explore` draws new ones.
_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=_SLOW_IS_FINE)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True, suppress_health_check=_SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(autouse=True, scope="session")
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Point the home at an empty folder and forget the ports and pass phrases of the person who runs this."""
    for name in [each for each in os.environ if each.startswith("ZHULIAN_")]:
        del os.environ[name]
    os.environ["ZHULIAN_HOME"] = str(tmp_path_factory.getbasetemp() / "no-home")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return Path(__file__).resolve().parent.parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long files first; the order is otherwise that of the files."""
    top = Path(__file__).resolve().parent

    def place(item: pytest.Item) -> int:
        folder = item.path.relative_to(top).parts[0]
        return _LONG_FIRST.index(folder) if folder in _LONG_FIRST else len(_LONG_FIRST)

    items.sort(key=place)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the tests of the native kernel were left out, where there is neither the kernel nor cargo to build it."""
    if importlib.util.find_spec("zhulian_native") is None and shutil.which("cargo") is None:
        terminalreporter.section(
            "THE TESTS OF THE NATIVE KERNEL WERE LEFT OUT: there is no cargo (docs/en/how-to/native.md)", "!"
        )
