"""A chain on which definitions are published and instances opened, and short definitions to do it with."""

from collections.abc import Sequence
from typing import Any

import msgspec

from tests.modules.refusals import applied
from tests.world import TestWorld, make_genesis, make_world
from zhulian.errors import Refusal
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.genesis import Mandate
from zhulian.ledger.types import Refused
from zhulian.modules.scenario.messages import Open, Publish

__all__ = [
    "MODULES", "TEXT", "make_ground", "open_instance", "publish", "publish_message", "refused", "source", "text_of", "walk", "why",
]  # fmt: skip

MODULES = ("asset", "mandate", "registry", "scenario", "ticket")
TEXT = "{zh: 名称, en: Name}"


def make_ground(orgs: int = 3, **settings: Any) -> TestWorld:
    """A chain of `org1` to `orgN` with every module; the last organisation is the regulator."""
    genesis = make_genesis(orgs, **settings)
    regulator = Mandate(document="ab" * 32, organisation=f"org{orgs}", powers=["freeze", "open"])
    modules = {**genesis.modules, **dict.fromkeys(MODULES, 1)}
    return make_world(genesis=msgspec.structs.replace(genesis, modules=modules, regulator=regulator))


def source(
    scenario: str = "loan",
    version: int = 1,
    *,
    fields: str = "number: {type: text, pattern: '[A-Z0-9-]{1,20}'}, amount: {type: money, min: '0.01', max: '1000.00'}",
    states: str = "{start: open_, open: [checked], final: [done_]}",
    key: str = "number",
    record: str = "",
    more: str = "",
    action: str = "",
    inputs: str = "[number, amount]",
    roles: str = "",
) -> str:
    """The text of a small definition: a record `loan`, made by a `bank`; `more` are further parts, `record` of the record."""
    return f"""
scenario: {scenario}
version: {version}
title: {TEXT}
roles:
  bank: {{title: {TEXT}, admitted_by: operator}}
  client: {{title: {TEXT}, admitted_by: bank}}
  citizen: {{title: {TEXT}, admitted_by: anyone, persons: true, keys: own}}
  auditor: {{title: {TEXT}, admitted_by: regulator, persons: true}}
{roles}
records:
  loan:
    title: {TEXT}
    key: {key}
    fields: {{{fields}}}
    states: {states}
{record}
actions:
  make: {{title: {TEXT}, by: bank, creates: loan, input: {inputs}{action}}}
{more}
"""


def text_of(yaml: str) -> str:
    """The tree of a definition as the chain keeps it."""
    return read_definition(yaml).to_json().decode()


def publish_message(world: TestWorld, yaml: str, **more: Any) -> Publish:
    """The message that publishes a definition in one piece."""
    text = text_of(yaml)
    return Publish(definition=world.world.hasher.digest("definition", text.encode()).hex(), text=text, **more)


def publish(world: TestWorld, yaml: str, signer: str = "org1.clerk") -> str:
    """Publish a definition, and answer its digest."""
    message = publish_message(world, yaml)
    block = world.block([world.sign([message], [signer])])
    assert not block.refusals, block.refusals[0].say("en")
    return message.definition


def open_instance(world: TestWorld, yaml: str, name: str = "first", signer: str = "org1.clerk", **more: Any) -> str:
    """Publish a definition and open an instance of it."""
    definition = publish(world, yaml, signer)
    applied(world, Open(definition=definition, instance=name, **more), signer)
    return definition


def refused(world: TestWorld, code: str, messages: Any, signers: str | Sequence[str]) -> None:
    """The transaction is refused by this number, and nothing has changed but how much was checked in the block."""
    before = _state(world)
    result = world.run(messages, signers)
    assert isinstance(result, Refused), f"applied instead of {code}: {result}"
    assert result.code == code
    assert _state(world) == before


def walk(world: TestWorld, *steps: tuple[str, Any, str | Sequence[str]]) -> None:
    """Each step mends the fault that the step before was refused for; so their order is the order of the guards."""
    for code, messages, signers in steps:
        refused(world, code, messages, signers)


def _state(world: TestWorld) -> dict[bytes, bytes]:
    return {key: value for key, value in world.state.values.items() if not key.startswith((b'["ledger/', b'["scenario/checked'))}


def why(world: TestWorld, message: Any, signer: str) -> Refusal:
    """The refusal of a transaction, with its words."""
    block = world.block([world.sign([message], [signer])])
    return block.refusals[0]
