"""The node's command run from the console: its answer, its own words where it refuses, and one at a time."""

import asyncio
from pathlib import Path

import pytest

from zhulian.console.errors import CommandFailed, CommandRuns, NotThisMachine
from zhulian.console.pages.local import at_this_machine
from zhulian.console.parts.commands import Commands
from zhulian.console.sessions import Visitor

pytestmark = pytest.mark.anyio


async def test_command__gives_its_answer_or_its_own_words(tmp_path: Path) -> None:
    commands, plan = Commands(), tmp_path / "plan.yaml"
    made = await commands.run(tmp_path, ["network", "plan", "--orgs", "4", "--out", str(plan)])
    assert made["organisations"] == 4
    assert plan.exists()
    with pytest.raises(CommandFailed) as no:
        await commands.run(tmp_path, ["network", "start", str(plan)])
    assert no.value.number == "network/12"
    assert "zhulian network up" in no.value.say("en")
    assert no.value.why.zh != no.value.why.en


async def test_command__waits_for_nobody(tmp_path: Path) -> None:
    commands = Commands()
    first = asyncio.ensure_future(commands.run(tmp_path, ["network", "status"]))
    await asyncio.sleep(0)
    with pytest.raises(CommandRuns):
        await commands.run(tmp_path, ["network", "status"])
    with pytest.raises(CommandFailed):
        await first


def test_machine__is_for_who_entered_by_its_link() -> None:
    with pytest.raises(NotThisMachine):
        at_this_machine(Visitor(person="org1.clerk"))
    at_this_machine(Visitor(person="org1.clerk", entered=True))
