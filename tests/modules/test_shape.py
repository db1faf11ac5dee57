"""A module looks like every other module, and its README names all that it brings."""

import re
from pathlib import Path

import msgspec
import pytest

from tests.world import make_genesis
from zhulian.errors import REFUSALS
from zhulian.ledger.collections import COLLECTIONS
from zhulian.ledger.module import Module
from zhulian.modules import assemble, message_types

GENESIS = make_genesis(1)
WORLD = assemble(
    msgspec.structs.replace(
        GENESIS,
        modules={
            **GENESIS.modules,
            **dict.fromkeys(
                (
                    "asset",
                    "ballot",
                    "codes",
                    "credential",
                    "device",
                    "earmark",
                    "fair",
                    "mandate",
                    "oracle",
                    "registry",
                    "scenario",
                    "settle",
                    "share",
                    "ticket",
                    "trace",
                ),
                1,
            ),
        },
    )
)
REQUIRED = {"README.md", "__init__.py", "errors.py", "events.py", "module.py", "state.py"}
FOR_MESSAGES = {"handlers.py", "messages.py"}
"""Where a module takes messages; one with folders has handlers in each."""
PHASES = ["AUTHORIZE", "VALIDATE", "APPLY", "EMIT"]
modules = pytest.mark.parametrize("module", WORLD.modules, ids=lambda each: each.name)


@pytest.fixture
def folder(root: Path, module: Module) -> Path:
    return root / "src" / "zhulian" / "modules" / module.name


@modules
def test_module__has_the_same_files_as_every_other(module: Module, folder: Path) -> None:
    due = REQUIRED | (FOR_MESSAGES if module.handlers else set())
    assert {each.name for each in folder.rglob("*") if each.suffix in (".py", ".md")} >= due


@modules
def test_readme__names_messages_events_and_collections(module: Module, folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    named = dict.fromkeys(re.findall(r"`([a-z]+[./][a-z_]+)`", text.replace(", ", "`, `")))
    tags = [str(each.__struct_config__.tag) for each in message_types(WORLD)]
    events = [str(each.__struct_config__.tag) for each in module.events]
    due = [each for each in (*tags, *events, *COLLECTIONS) if re.split(r"[./]", each)[0] == module.name]
    assert [each for each in due if each not in named] == []
    known = (*tags, *events, *COLLECTIONS)
    assert [each for each in named if each.startswith(module.name) and each not in known] == []


@modules
def test_refusals__are_numbered_without_gaps(module: Module, folder: Path) -> None:
    files = list(folder.rglob("errors.py"))
    numbers = sorted(int(code.partition("/")[2]) for code in REFUSALS if code.partition("/")[0] == module.name)
    for path in files:  # a folder of a module begins at a number of its own
        own = sorted(int(each) for each in re.findall(rf'code="{module.name}/([0-9]+)"', path.read_text(encoding="utf-8")))
        assert own == list(range(own[0], own[0] + len(own))), path
        numbers = [each for each in numbers if each not in own]
    assert numbers == []


@modules
def test_handlers__have_the_four_phases_in_order(module: Module, folder: Path) -> None:
    bodies = 0
    for path in folder.rglob("*.py"):
        for body in re.split(r"\n(?:    )?def (?=handle_)", path.read_text(encoding="utf-8"))[1:]:
            found = re.findall(r"^ +# ([A-Z]{4,9})\b", re.split(r"\n(?:    )?(?:def|class) ", body)[0], re.MULTILINE)
            assert found == PHASES or "the phases of `" in body, (path, body.splitlines()[0])
            bodies += 1
    assert bodies == len(module.handlers) + len(getattr(module, "governed", {}))


@modules
def test_events__are_all_declared(module: Module, folder: Path) -> None:
    written = re.findall(r'tag="([a-z_.]+)"', (folder / "events.py").read_text(encoding="utf-8"))
    assert sorted(written) == sorted(str(each.__struct_config__.tag) for each in module.events)


@modules
def test_messages__have_each_a_test_that_walks_their_refusals(module: Module, root: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "tests" / "modules").rglob("test_*.py"))
    tests = re.findall(r"^def (test_\w+?)(?:__\w+)?\(", text, re.MULTILINE)
    for kind in (*module.handlers, *getattr(module, "governed", {})):
        verb = str(kind.__struct_config__.tag).partition(".")[2]
        assert any(verb in name or verb.split("_")[0] in name for name in tests), verb
