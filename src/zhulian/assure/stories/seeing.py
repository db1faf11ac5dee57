"""What a story sees: expressions on the state as it is, which change nothing."""

from collections.abc import Mapping
from typing import Any

from zhulian.assure.stories.stage import Stage
from zhulian.errors import check
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.tree import Typed, Value
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules.scenario.acting.scene import open_scene
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.books import Shelf, present
from zhulian.modules.scenario.module import ScenarioModule

__all__ = ["look", "see", "shelf_of"]

_STEPS = 1_000_000


def see(stage: Stage, path: str) -> bool:
    """Whether the expression at a path of the definition is true now; players stand in it by their names.

    Raises:
        Refusal: if it cannot be answered, such as where a record is missing.
    """
    players = {each.name: each.party for each in stage.company.players.values()}
    return bool(look(stage, stage.script.typed[path], players))


def look(stage: Stage, typed: Typed, names: Mapping[str, Any]) -> Value:
    """What an expression is worth in the main instance now, with variables of its place.

    Raises:
        Refusal.
    """
    application = stage.chain.application
    rules = application.world.governing.rules(application.chain_store, application.head.height + 1)
    block = Block(
        height=application.head.height,
        time_ms=stage.chain.time * 1000,
        rules=rules,
        genesis=application.world.genesis,
        hasher=application.world.hasher,
    )
    context = Context(block, "00" * 32, (), TransactionOverlay(BlockOverlay(application.chain_store), _STEPS))
    shelf = shelf_of(stage)
    name = stage.main.name
    instance = present(shelf.instance(context.state.quiet, name), stage.chain.time)
    scene = open_scene(context, shelf, name, instance, instance.version, (name,))
    environment = Work(scene).environment
    environment.names.update(names)
    return evaluate(typed, environment, Meter(_STEPS))


def shelf_of(stage: Stage) -> Shelf:
    """Where the chain of a stage keeps definitions ready."""
    module = next((each for each in stage.chain.world.modules if isinstance(each, ScenarioModule)), None)
    check(module is not None, "the chain of a story has the scenario module")
    shelf: Shelf = module.shelf  # type: ignore[union-attr]
    return shelf
