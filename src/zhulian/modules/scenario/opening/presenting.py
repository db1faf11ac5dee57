"""Modules that show themselves as applications, such as evidence: their definitions and instances are part of the first state."""

from collections.abc import Sequence
from typing import NamedTuple

from zhulian.crypto import Hasher
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.overlay import State
from zhulian.modules.scenario.publishing.trees import save_tree
from zhulian.modules.scenario.state import DEFINITIONS, INSTANCES, SCENARIOS, VERSIONS, Instance, Published, Scenario

__all__ = ["Presented", "found_presented"]


class Presented(NamedTuple):
    """A module, and the text of the definition that shows it; the scenario and the instance have the module's name."""

    module: str
    source: str


def found_presented(state: State, genesis: Genesis, hasher: Hasher, presented: Sequence[Presented]) -> None:
    """Write the definition and the instance of each."""
    operator = next((each.organisation for each in genesis.organisations if each.operator), genesis.organisations[0].organisation)
    for module, source in presented:
        definition = read_definition(source)
        tree, digests = definition.tree, definition.digests(hasher.digest)
        name = digests.definition.hex()
        value = Published(
            height=0,
            parts=save_tree(state, name, definition.to_json().decode()),
            publisher=operator,
            rules=digests.rules.hex(),
            scenario=tree.scenario,
            source=None if digests.source is None else digests.source.hex(),
            transaction="",
            version=tree.version,
        )
        DEFINITIONS.set(state, name, value=value)
        SCENARIOS.set(state, tree.scenario, value=Scenario(newest=tree.version, owner=operator))
        VERSIONS.set(state, tree.scenario, str(tree.version), value=name)
        instance = Instance(
            definition=name,
            height=0,
            module=module,
            operator=operator,
            scenario=tree.scenario,
            settings={},
            uses={},
            version=tree.version,
        )
        INSTANCES.set(state, module, value=instance)
