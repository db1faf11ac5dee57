"""Contracts of every verb that the packs order, with real papers, while stories and chance play them."""

from collections import Counter
from functools import cache

import pytest

from tests.meta.source import ROOT
from tests.modules.contracts.test_machines import MACHINES, played_by_machine
from tests.modules.contracts.watching import WORDS, Watch
from tests.modules.oracle import test_oracle as oracle
from tests.modules.refusals import applied
from tests.world import make_world
from zhulian.assure.mutation.playing import RandomPlay
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import play_on
from zhulian.assure.stories.stage import Stage, set_stage
from zhulian.language.registry import Read, Verb
from zhulian.ledger.limits import Limits
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules.oracle.module import OracleModule

FOLDER = ROOT / "src" / "zhulian" / "scenarios"
PACKS = sorted(path.parent.name for path in FOLDER.glob("*/scenario.yaml"))
SOME = ("cold_chain", "e_licence", "education_record", "food_trace", "health_record", "public_lottery", "village_vote")
"""Packs whose verbs no machine orders, since they take papers."""


def watch(stage: Stage, seed: int) -> Watch:
    """From here on every verb of the stage is held to its contract."""
    shelf = next(each for each in stage.chain.world.modules if each.name == "scenario").shelf  # type: ignore[attr-defined]
    found = Watch(shelf.reads, seed)
    shelf.verbs = {name: found.wrap(name, run) for name, run in shelf.verbs.items()}
    shelf.reads = {name: found.wrap_read(name, run) for name, run in shelf.reads.items()}
    return found


@cache
def in_stories(pack: str) -> list[Watch]:
    path = FOLDER / pack / "scenario.yaml"
    checked, packs = read_pack(path), Packs(path)
    found: list[Watch] = []
    for story in checked.definition.tree.stories:
        stage = set_stage(checked, story, packs)
        found.append(watch(stage, len(found)))
        played = play_on(stage, folder=path.parent)
        assert played.passed
    return found


@cache
def in_oracle() -> Watch:
    """Quotes of a source, which no pack asks for, one after the other."""
    world = make_world(3, "gm", modules=("oracle",))
    applied(world, oracle.opening(), "org1.clerk")
    module = next(each for each in world.world.modules if isinstance(each, OracleModule))
    found = Watch(module.reads)
    run = found.wrap("quote", module.verbs["quote"])
    for value in (70, 75, 71, 70):
        text = oracle.text_of([oracle.report(world, each, value) for each in ("org1", "org2", "org3")])
        state = TransactionOverlay(BlockOverlay(world.state), Limits().transaction_steps_max)
        run(Context(oracle.block(world), "ab" * 32, (), state), oracle.CALLER, {"source": oracle.SOURCE, "paper": text})
        world.state.apply(dict(state._writes))
        world.time += 60
    return found


def test_contracts__hold_of_quotes() -> None:
    assert in_oracle().wrong == []


@pytest.mark.parametrize("pack", SOME)
def test_contracts__hold_in_the_stories(pack: str) -> None:
    assert [each for found in in_stories(pack) for each in found.wrong] == []


@pytest.mark.long
@pytest.mark.parametrize("pack", sorted(set(PACKS) - set(SOME)))
def test_contracts__hold_in_the_other_stories(pack: str) -> None:
    assert [each for found in in_stories(pack) for each in found.wrong] == []


@pytest.mark.long
@pytest.mark.parametrize("pack", PACKS)
def test_contracts__hold_while_chance_plays(pack: str) -> None:
    path = FOLDER / pack / "scenario.yaml"
    checked, packs, wrong = read_pack(path), Packs(path), []
    for story in checked.definition.tree.stories:
        for seed in range(10):
            watches: list[Watch] = []
            RandomPlay(
                checked, story, packs, path.parent, seed, met=lambda stage, into=watches: into.append(watch(stage, 7))
            ).play(60)
            wrong += [f"{story.name} {seed}: {each}" for found in watches for each in found.wrong]
    assert wrong == []


def test_contracts__are_all_judged() -> None:
    """Every sentence of every contract is decided at least once by what this file and the machines play."""
    judged = Counter(in_oracle().judged)
    for module in MACHINES:
        judged += played_by_machine(module)
    for pack in SOME:
        for found in in_stories(pack):
            judged += found.judged
    entries: list[Read | Verb] = [*WORDS.verbs.values(), *WORDS.reads.values()]
    sentences = [
        (entry.name, sentence)
        for entry in entries
        if entry.contract is not None and entry.module != "kernel"
        for sentence in (*entry.contract.before, *entry.contract.after, *entry.contract.axioms)
    ]
    assert [each for each in sentences if not judged[each]] == []
