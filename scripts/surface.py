"""Collects what others may rely on, from the code itself: numbers, names, routes, limits, prefixes, commands.

`make snapshot` writes it to docs/reference/compatibility.json; a test compares it, and the reference pages are made of it.
"""

import importlib
import json
import pkgutil
import re
import sys
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "docs" / "reference" / "compatibility.json"
_FORMAT = re.compile(r'"(zhulian/[a-z-]+/[1-9][0-9]*)"')
_PREFIX = re.compile(r"^([a-z])((?:, [a-z])*)  +(\S.*)$", re.MULTILINE)


def load() -> None:
    """Import every module of the package, so that everything that registers itself has done so."""
    import zhulian

    for module in pkgutil.walk_packages(zhulian.__path__, "zhulian."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _subclasses(base: type[Any]) -> list[type[Any]]:
    found: list[type[Any]] = []
    for each in base.__subclasses__():
        found += [each, *_subclasses(each)]
    return [each for each in found if each.__module__.startswith("zhulian.")]


def _type(shape: Any) -> str:
    """A type as one reads it, alike under every Python that we serve."""
    origin, arguments = get_origin(shape), get_args(shape)
    if shape is type(None):
        return "null"
    if origin is Union or origin is UnionType:
        return " | ".join(_type(each) for each in arguments)
    if origin is Literal:
        return " | ".join(sorted(json.dumps(each) for each in arguments))
    if origin is not None:
        inside = ", ".join(_type(each) for each in arguments)
        return f"{origin.__name__}[{inside}]"
    return str(getattr(shape, "__name__", shape))


def _fields(struct: type[Any]) -> dict[str, str]:
    hints = get_type_hints(struct)
    described = {}
    for field in msgspec.structs.fields(struct):
        absent = "" if field.required else " (may be absent)"
        described[field.encode_name] = _type(hints[field.name]) + absent
    return dict(sorted(described.items()))


def refusals() -> dict[str, Any]:
    """Every refusal by its number: the class and its fields."""
    from zhulian.errors import REFUSALS

    ours = [code for code, each in REFUSALS.items() if each.__module__.startswith("zhulian.")]  # not what tests plant
    ordered = sorted(ours, key=lambda code: (code.split("/")[0], int(code.split("/")[1])))
    return {code: {"fields": list(REFUSALS[code]._names), "name": REFUSALS[code].__name__} for code in ordered}


def tagged(base: type[Any]) -> dict[str, dict[str, str]]:
    """Every message (or event) by its wire name: its fields with their types."""
    found = {
        str(each.__struct_config__.tag): _fields(each) for each in _subclasses(base) if "." in str(each.__struct_config__.tag)
    }
    return dict(sorted(found.items()))


def collections() -> dict[str, list[str]]:
    """Every collection of the state with the parts of its keys."""
    from zhulian.ledger.collections import COLLECTIONS

    ours = sorted(name for name in COLLECTIONS if not name.startswith("test/"))  # not what tests plant
    return {name: list(COLLECTIONS[name].parts) for name in ours}


def prefixes() -> dict[str, str]:
    """What the first byte of a key in the node's store says, as `ledger/chain_store.py` lists it."""
    from zhulian.ledger import chain_store

    found: dict[str, str] = {}
    for first, more, text in _PREFIX.findall(chain_store.__doc__ or ""):
        for letter in [first, *more.replace(" ", "").strip(",").split(",")]:
            if letter:
                found[letter] = text
    return found


def limits() -> dict[str, dict[str, int]]:
    """The limits: those of genesis with their defaults, and those that no vote can raise."""
    from zhulian.ledger.limits import HARD, Limits

    return {"genesis": msgspec.structs.asdict(Limits()), "hard": msgspec.structs.asdict(HARD)}


def routes() -> list[dict[str, Any]]:
    """Every operation of the gateway."""
    from zhulian.gateway.routes import ROUTES

    found = [{"method": each.method, "operation": each.operation_id, "path": each.path} for each in ROUTES]
    return sorted(found, key=lambda each: (each["path"], each["method"]))


def formats() -> list[str]:
    """The names of the file formats that the code writes or reads."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "src" / "zhulian").rglob("*.py"))
    return sorted({name for text in texts for name in _FORMAT.findall(text)})


def commands() -> dict[str, list[str]]:
    """Every command with its options."""
    import click

    from zhulian.cli.root import build

    found: dict[str, list[str]] = {}

    def walk(command: Any, name: str) -> None:
        context = click.Context(click.Command(name))
        if hasattr(command, "list_commands"):
            for each in command.list_commands(context):
                walk(command.get_command(context, each), f"{name} {each}")
            return
        options = {option for each in command.params for option in (*each.opts, *each.secondary_opts) if option.startswith("--")}
        found[name] = sorted(options)

    walk(build(), "zhulian")
    return dict(sorted(found.items()))  # not in the order in which modules happened to be imported


def surface() -> dict[str, Any]:
    """Everything that others may rely on."""
    load()
    from zhulian.ledger.module import Event
    from zhulian.ledger.types import Message

    return {
        "collections": collections(),
        "commands": commands(),
        "events": tagged(Event),
        "format": "zhulian/compatibility/1",
        "formats": formats(),
        "limits": limits(),
        "messages": tagged(Message),
        "prefixes": prefixes(),
        "refusals": refusals(),
        "routes": routes(),
    }


def text(found: dict[str, Any]) -> str:
    """The snapshot as it lies in the file: JSON with one line for each promise, so that a difference reads well."""
    parts = []
    for name, part in sorted(found.items()):
        if isinstance(part, dict):
            lines = [f"  {_line(key)}: {_line(value)}" for key, value in part.items()]
            parts.append(f" {_line(name)}: {{\n" + ",\n".join(lines) + "\n }")
        elif isinstance(part, list):
            parts.append(f" {_line(name)}: [\n" + ",\n".join(f"  {_line(value)}" for value in part) + "\n ]")
        else:
            parts.append(f" {_line(name)}: {_line(part)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write the snapshot and say what changed."""
    sys.path.insert(0, str(ROOT / "src"))
    before = SNAPSHOT.read_text(encoding="utf-8") if SNAPSHOT.exists() else ""
    after = text(surface())
    SNAPSHOT.parent.mkdir(parents=True, exist_ok=True)
    SNAPSHOT.write_text(after, encoding="utf-8")
    print(
        f"{SNAPSHOT.relative_to(ROOT)}: "
        + ("unchanged" if before == after else "written; read the difference before you commit it")
    )


if __name__ == "__main__":
    main()
