"""The arrows of the house point down only, and no part stands outside them."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.meta.source import PACKAGE, ROOT

FREE = {"_unicode14"}
"""Tables that belong to the part whose name they bear in a comment."""


def contracts() -> list[dict[str, object]]:
    """The import contracts of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]


def lint(folder: Path, *, config: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter's command on the package below `folder`."""
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
        "--config",
        str(config),
    ]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True, timeout=120)


def test_arrows__point_down() -> None:
    done = lint(ROOT / "src", config=ROOT / "pyproject.toml")
    assert done.returncode == 0, done.stdout[-6000:]


def test_arrows__cover_every_part() -> None:
    layers = next(each for each in contracts() if each["id"] == "layers")["layers"]
    named = {part.strip("() ") for layer in layers for part in str(layer).split("|")}
    there = {each.stem for each in PACKAGE.iterdir() if each.suffix == ".py" or (each / "__init__.py").exists()} - {"__init__"}
    assert there - named - FREE == set(), "name these in the layers of pyproject.toml"


PLANTED = {
    "console/planted.py": ("import z3", ("never do BROKEN",)),
    "ledger/planted.py": ("import zhulian.node.store\nimport time", ("Arrows point down BROKEN", "input or output BROKEN")),
    "client/planted.py": ("import zhulian.node.store", ("by HTTP only BROKEN",)),
    "gateway/planted.py": ("import zhulian.ledger.limits", ("never to the ledger's inside BROKEN",)),
    "node/supervisor.py": ("import zhulian.modules.two.state", ("carries none of what they do BROKEN",)),
    "offchain/planted.py": ("import zhulian.consensus", ("takes no part in consensus BROKEN",)),
    "modules/one/planted.py": ("import zhulian.modules.two.state", ("never imports another module BROKEN",)),
}


def test_contracts__catch_planted_arrows(tmp_path: Path) -> None:
    parts = [
        "cli",
        "client",
        "gateway",
        "node",
        "offchain",
        "consensus",
        "language",
        "modules",
        "modules.one",
        "modules.two",
        "ledger",
        "merkle",
        "crypto",
    ]
    for part in ["", *parts]:
        folder = tmp_path / "zhulian" / part.replace(".", "/")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").touch()
    for leaf in ["canonical.py", "errors.py", "node/store.py", "node/supervisor.py", "ledger/limits.py", "modules/two/state.py"]:
        (tmp_path / "zhulian" / leaf).touch()
    named = [str(each) for one in contracts() for each in one.get("source_modules", ())]  # type: ignore[attr-defined]  # a list of names
    for each in named:
        place = tmp_path.joinpath(*each.split("."))
        if not place.with_suffix(".py").exists():
            for folder in (place, *place.parents[: len(each.split(".")) - 1]):
                folder.mkdir(parents=True, exist_ok=True)
                (folder / "__init__.py").touch()
    config = ROOT / "pyproject.toml"
    assert lint(tmp_path, config=config).returncode == 0, "the toy house itself is in order"
    for file, (lines, _) in PLANTED.items():
        (tmp_path / "zhulian" / file).write_text(lines + "\n", encoding="utf-8")
    said = lint(tmp_path, config=config).stdout
    assert [broken for _, expected in PLANTED.values() for broken in expected if broken not in said] == []
