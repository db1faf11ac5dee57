"""Everything public says in one sentence what it does."""

import ast
import importlib
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.meta.source import at, module_name, python_files, tree
from zhulian.errors import Refusal

ENDS = tuple(".?!:。？！：;")


def public(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """The public functions and classes of a body."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def sentence(text: str | None) -> bool:
    """Whether a docstring opens with a whole sentence."""
    return bool(text and text.strip()) and text.strip().split("\n\n")[0].rstrip().endswith(ENDS)


def methods(node: ast.ClassDef) -> set[str]:
    """The names of a class's public methods; a property may be filled by a plain attribute and does not count."""
    return {
        each.name
        for each in public(node.body)
        if not any(ast.unparse(d) == "property" for d in getattr(each, "decorator_list", []))
    }


@cache
def protocols() -> list[set[str]]:
    """The methods of every `Protocol` of the package; whoever has all of them does what the protocol says."""
    classes = [node for path in python_files() for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    promises = [node for node in classes if any(ast.unparse(base).startswith("Protocol") for base in node.bases)]
    return [methods(node) for node in promises]


def undocumented(path: Path) -> Iterator[str]:
    """What is public in the file and says nothing, or says no whole sentence."""
    module = tree(path)
    if module.body and not sentence(ast.get_docstring(module)):
        yield f"{at(path, module)} the module says in no sentence what it is for"
    for node in public(module.body):
        if isinstance(node, ast.ClassDef):
            yield from _in_class(path, node)
        elif not sentence(ast.get_docstring(node)):
            yield f"{at(path, node)} {node.name} says in no sentence what it does"


def _in_class(path: Path, node: ast.ClassDef) -> Iterator[str]:
    found = getattr(importlib.import_module(module_name(path)), node.name)
    if isinstance(found, type) and issubclass(found, Refusal) and found.code:
        return  # its two sentences are its documentation
    if not sentence(ast.get_docstring(node)):
        yield f"{at(path, node)} {node.name} says in no sentence what it is"
    there = methods(node)
    promised = {name for protocol in protocols() if protocol <= there for name in protocol}
    for method in public(node.body):
        inherited = inspect.getdoc(getattr(found, method.name))  # an override does what its base says
        overloads = any("overload" in ast.unparse(each) or ".setter" in ast.unparse(each) for each in method.decorator_list)
        if method.name not in promised and not overloads and not sentence(ast.get_docstring(method)) and not sentence(inherited):
            yield f"{at(path, method)} {node.name}.{method.name} says in no sentence what it does"


def test_public_names__say_what_they_do() -> None:
    found = [line for path in python_files() if path.name != "__main__.py" for line in undocumented(path)]
    assert found == [], "\n" + "\n".join(found)
