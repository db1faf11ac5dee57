"""`zhulian custody directory` where nobody sits at a terminal: the address comes out, what the browser came back to goes in."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, run  # noqa: F401 (a fixture)
from zhulian.cli.commands import custody

BACK = "http://127.0.0.1:9/back?code=one&state=two"


class Doors:
    """The two calls that the command makes, with what it brought to them; the doors themselves are tried with a real provider elsewhere."""

    def __init__(self) -> None:
        self.custody = self
        self.brought: list[str] = []

    def directory_begin(self, *, token: str) -> dict[str, Any]:
        return {"address": "https://directory.example/auth?x=1", "binding": "tied"}

    def directory_finish(self, came_to: str, binding: str, *, token: str) -> dict[str, Any]:
        self.brought = [came_to, binding, token]
        return {"token": "t" * 20, "csrf": "c", "login": "zhang.wei", "idle_s": 900}


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_directory__takes_its_answer_from_standard_input(
    run: Run,  # noqa: F811 (the fixture of that name)
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    options: tuple[str, ...],
) -> None:
    doors = Doors()

    @contextmanager
    def opened(*_: object) -> Iterator[Doors]:
        yield doors

    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path))
    monkeypatch.setattr(custody, "open_chain", opened)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{BACK}\n"))
    done = run("custody", "directory", *options)
    assert (done.status, doors.brought) == (0, [BACK, "tied", ""])
    assert "https://directory.example/auth?x=1" in done.err
    assert (tmp_path / "client" / "custody.session").read_text() == "t" * 20
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    none = run("custody", "directory")
    assert (none.status, none.err.split("\n")[1].split()[0]) == (2, "cli/16")
    assert "standard input" in none.err
