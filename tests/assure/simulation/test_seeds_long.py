"""A thousand seeds in parts of a hundred, and a power cut at every step of a member's disk; what is done is not done again."""

from dataclasses import replace

import pytest

from tests.resuming import results_file
from zhulian.assure.simulation.disk import PLACES, Place
from zhulian.assure.simulation.many import run_seeds
from zhulian.assure.simulation.running import Plan, run_seed


@pytest.mark.long
@pytest.mark.parametrize("part", range(10))
def test_hundred_seeds__are_sound(part: int) -> None:
    found = run_seeds(range(100 * part, 100 * part + 100), Plan(), results=results_file("simulation"))
    assert [(each.seed, each.failure) for each in found.failures] == []


@pytest.mark.long
@pytest.mark.parametrize("members", [5, 7, 10])
def test_larger_networks__are_sound(members: int) -> None:
    found = run_seeds(range(2_000, 2_030), Plan(members=members), results=results_file("simulation"))
    assert [(each.seed, each.failure) for each in found.failures] == []


@pytest.mark.long
def test_seeds_of_a_node_alone__are_sound() -> None:
    found = run_seeds(range(1_000), Plan(members=1), results=results_file("simulation-solo"))
    assert [(each.seed, each.failure) for each in found.failures] == []


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("members", "name", "steps"), [(1, "org1", 0), (4, "org5", 40)])
def test_power_cut__at_every_step_of_a_lone_node_and_of_one_that_begins_at_a_snapshot(
    members: int, name: str, steps: int, place: Place
) -> None:
    plan = Plan(members=members, active_ms=6_000, faults=False)
    for step in range(1, 1 + (steps or run_seed(28, plan).figures["disk steps"])):
        outcome = run_seed(28, replace(plan, cut=(name, step, place)))
        assert outcome.failure == "", (step, place)


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
def test_power_cut__at_every_step_of_the_disk_loses_nothing(place: str) -> None:
    plan = Plan(active_ms=3_000, faults=False)
    steps = run_seed(4, plan).figures["disk steps"] // 4
    for step in range(1, steps + 1):
        outcome = run_seed(4, Plan(active_ms=3_000, faults=False, cut=("org3", step, place)))  # type: ignore[arg-type]
        assert outcome.failure == "", (step, place)
