"""From source that was generated here to a function, read by Python's own compiler. The one place of the package that runs text.

What comes in is written by `modules/scenario/compiled` out of identifiers of our own and numbers of constants. Nothing of a definition
stands in it: here that is asked once more, of the syntax tree, before anything is compiled.
"""

import ast
from collections.abc import Callable
from typing import Any, Final

from zhulian.errors import check

__all__ = ["make_function"]

_ALLOWED: Final = (
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.Expr, ast.If, ast.For, ast.Pass, ast.Call, ast.Attribute, ast.Name,
    ast.Load, ast.Store, ast.Constant, ast.Subscript, ast.Tuple, ast.Dict, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.IfExp,
    ast.NamedExpr, ast.boolop, ast.cmpop, ast.unaryop, ast.operator,
)  # fmt: skip
"""What such source is made of: no import, no class, no function within, nothing that is written to but locals and items."""


def make_function(source: str) -> Callable[..., Any]:
    """The one function that the source defines. It has no builtins, and no globals but itself."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        check(isinstance(node, _ALLOWED), "generated source is made of what it may be made of")
        check(not isinstance(node, ast.Attribute) or not node.attr.startswith("_"), "it reaches nothing that is private")
        check(not isinstance(node, ast.Constant) or type(node.value) in (int, bool, type(None)), "its constants come by number")
    (function,) = tree.body
    check(isinstance(function, ast.FunctionDef), "it is one function")
    space: dict[str, Any] = {"__builtins__": {}}
    exec(compile(tree, "<action>", "exec"), space)  # noqa: S102 - of the syntax that was just allowed, without builtins
    found: Callable[..., Any] = space[getattr(function, "name", "")]
    return found
