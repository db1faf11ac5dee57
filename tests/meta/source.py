"""The project's own source, as the meta-tests look at it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "zhulian"
CORE = ("ledger", "modules", "merkle", "canonical.py", "errors.py", "_unicode14.py")
"""The parts that must give the same answer on every machine and at every time (STYLE: the core)."""


def python_files(*folders: str) -> list[Path]:
    """All Python files below the folders of the project (default: the package)."""
    return sorted(path for folder in folders or ("src/zhulian",) for path in (ROOT / folder).rglob("*.py"))


def core_files() -> list[Path]:
    """All files of the core."""
    found: list[Path] = []
    for part in CORE:
        place = PACKAGE / part
        found += [place] if place.suffix == ".py" else sorted(place.rglob("*.py"))
    return found


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """The dotted name under which a file of the package is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function below a node."""
    for each in ast.walk(node):
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
            yield each


def at(path: Path, node: ast.AST) -> str:
    """`file:line`, as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"
