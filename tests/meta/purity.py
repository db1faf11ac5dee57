"""Finds in the core what could make two machines disagree, and says what to use instead."""

import ast
from collections.abc import Iterator

CLOCK = "the block's time, which the handler is given (context.block.time)"
CHANCE = "a value from the transaction or the block; keys and nonces are drawn outside the core"
OUTSIDE = "an argument: whoever calls the core reads, writes, waits and reports for it"
MODULES = {
    "asyncio": OUTSIDE, "datetime": CLOCK, "io": OUTSIDE, "locale": OUTSIDE, "logging": OUTSIDE, "multiprocessing": OUTSIDE,
    "os": OUTSIDE, "pathlib": OUTSIDE, "platform": OUTSIDE, "random": CHANCE, "secrets": CHANCE, "socket": OUTSIDE,
    "subprocess": OUTSIDE, "sys": OUTSIDE, "tempfile": OUTSIDE, "threading": OUTSIDE, "time": CLOCK, "uuid": CHANCE,
    "decimal": "whole numbers in the smallest unit (fen, grams)", "fractions": "whole numbers in the smallest unit (fen, grams)",
}  # fmt: skip
CALLS = {
    "float": "whole numbers in the smallest unit", "hash": "the suite's digest: hasher.digest(purpose, data)", "id": "a name or a key",
    "open": OUTSIDE, "print": OUTSIDE, "input": OUTSIDE, "round": "share(amount, num, den, up|down|half_up) or floor division",
    "eval": "a typed tree", "exec": "a typed tree", "globals": "an argument",
}  # fmt: skip
ORDERED = {"sorted", "len", "sum", "min", "max", "any", "all", "set", "frozenset", "bool", "isinstance"}
"""Calls whose answer does not depend on the order of what they are given (numbers are whole, so sums are exact)."""
WALKS = {"list", "tuple", "enumerate", "iter", "map", "filter", "zip", "reversed", "dict"}
SET_METHODS = {"union", "intersection", "difference", "symmetric_difference", "copy"}


Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of one scope: everything below it except what lies in functions of its own."""
    for child in ast.iter_child_nodes(scope):
        yield child
        if not isinstance(child, Function):
            yield from _inside(child)


def _names(scope: ast.AST, known: set[str]) -> set[str]:
    """Which names hold sets in the scope, by annotation or by assignment; `known` are those of the scopes around it."""
    found = set(known)
    if isinstance(scope, Function):
        for each in [*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs]:
            found.discard(each.arg)
            if each.annotation is not None and _is_set_type(each.annotation):
                found.add(each.arg)
    for node in _inside(scope):
        match node:
            case ast.AnnAssign(annotation=annotation, target=target) if _is_set_type(annotation):
                found.add(ast.unparse(target))
            case ast.Assign(value=value, targets=targets) if _is_set(value, found):
                found.update(ast.unparse(target) for target in targets)
    return found


def _attributes(tree: ast.Module) -> set[str]:
    """Attributes (`self.seen`) that hold sets anywhere in the file."""
    return {name for scope in ast.walk(tree) if isinstance(scope, Function) for name in _names(scope, set()) if "." in name}


def _is_set_type(annotation: ast.expr) -> bool:
    head = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    if isinstance(head, ast.Constant):
        return str(head.value).split("[")[0] in ("set", "frozenset")
    return ast.unparse(head).split(".")[-1] in ("set", "frozenset", "Set", "AbstractSet", "MutableSet")


def _is_set(node: ast.expr, known: set[str]) -> bool:
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in SET_METHODS:
            return _is_set(value, known)
        case ast.BinOp(left=left, right=right, op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor()):
            return _is_set(left, known) or _is_set(right, known)
        case ast.IfExp(body=body, orelse=orelse):
            return _is_set(body, known) or _is_set(orelse, known)
        case ast.Name() | ast.Attribute():
            return ast.unparse(node) in known
    return False


def faults(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every place of the tree that could make two machines disagree, with what to use instead."""
    ordered = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ORDERED
        for inner in node.args
    }
    yield from _scope(tree, _attributes(tree), ordered)


def _scope(scope: ast.AST, known: set[str], ordered: set[int]) -> Iterator[tuple[ast.AST, str]]:
    sets = _names(scope, known)
    for node in _inside(scope):
        yield from _one(node, sets, ordered)
        if isinstance(node, Function):
            yield from _scope(node, sets, ordered)


def _one(node: ast.AST, sets: set[str], ordered: set[int]) -> Iterator[tuple[ast.AST, str]]:  # noqa: C901 - a table, one line of it for each thing to find
    match node:
        case ast.Import(names=names):
            for alias in names:
                if (top := alias.name.split(".")[0]) in MODULES:
                    yield node, f"imports {top}; use {MODULES[top]}"
        case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
            top = module.split(".")[0]
            yield node, f"imports {top}; use {MODULES[top]}"
        case ast.Constant(value=float() | complex()):
            yield node, "has a float; use whole numbers in the smallest unit (fen, grams, parts per million)"
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            yield node, "divides into a float; use // or share(amount, num, den, up|down|half_up)"
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield node, f"calls {name}(); use {CALLS[name]}"
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if (
            name in WALKS and _is_set(first, sets) and id(node) not in ordered
        ):
            yield node, f"{name}() walks over a set, whose order differs between runs; use sorted(…)"
        case ast.Call(func=ast.Attribute(attr="join" | "extend"), args=[first, *_]) if _is_set(first, sets):
            yield node, "takes a set in its own order, which differs between runs; use sorted(…)"
        case ast.For(iter=walked) if _is_set(walked, sets):
            yield node, "walks over a set, whose order differs between runs; use sorted(…)"
        case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() if id(node) not in ordered:
            if any(_is_set(part.iter, sets) for part in node.generators):
                yield node, "walks over a set, whose order differs between runs; use sorted(…)"
        case ast.Call(func=ast.Attribute(value=value, attr="pop"), args=[]) if _is_set(value, sets):
            yield node, "pops whatever a set gives first; use min(…) or a list"
        case ast.Assert():
            yield node, "asserts, which vanishes under python -O; use zhulian.errors.check or a refusal"
        case ast.ExceptHandler(type=None):
            yield node, "catches everything; name the refusals that are expected"
        case ast.ExceptHandler(type=caught) if caught is not None:
            kinds = caught.elts if isinstance(caught, ast.Tuple) else [caught]
            for kind in kinds:
                if ast.unparse(kind) in ("Exception", "BaseException"):
                    yield node, f"catches {ast.unparse(kind)}; name the refusals that are expected, a bug must stop the node"
        case ast.AsyncFunctionDef() | ast.Await():
            yield node, f"waits; use {OUTSIDE}"
