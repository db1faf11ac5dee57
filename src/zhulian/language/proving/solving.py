"""Asks z3: one fresh solver for each question, a fixed seed, and a limit that counts the solver's own steps, never time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import z3

from zhulian.language.proving.report import Engine
from zhulian.language.proving.symbols import Symbols, Z

__all__ = ["EXACT_LIMIT", "LIMIT", "SEED", "Answer", "Named", "engine", "solve"]

SEED = 20260101
LIMIT = 4_000_000
"""The solver's own steps for one question: some seconds at most."""
EXACT_LIMIT = 500_000
"""The solver's own steps for a question with products of unknowns computed, which it may never decide."""
MODEL = 3
"""The version of the model. 2: laws of totals, titles that pass whole. 3: products of unknowns are computed where bounds do not settle it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A formula under a name by which an answer can tell that it was needed; facts of the symbols have none."""

    name: tuple[str, str, str]
    formula: Z


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether all can hold at once: `model` where they can, `core` the names of those that cannot where they cannot."""

    result: Literal["possible", "impossible", "unknown"]
    model: Z = None
    core: tuple[tuple[str, str, str], ...] = ()
    steps: int = 0
    """How many of its own steps the solver took: the same on every machine."""


def engine(limit: int = LIMIT) -> Engine:
    """The solver as a report names it."""
    return Engine(name="z3", version=z3.get_version_string(), seed=SEED, limit=limit, model=MODEL)


def solve(symbols: Symbols, named: Sequence[Named], facts: Sequence[Z], limit: int = LIMIT) -> Answer:
    """Whether everything can hold at once. The same question has the same answer on every machine.

    Raises:
        MemoryError: this process may have no more; that says nothing of the question.
    """
    solver = z3.Solver(ctx=symbols.context)
    solver.set("random_seed", SEED)
    solver.set("rlimit", limit)
    solver.set("core.minimize", bool(named))
    for fact in facts:
        solver.add(fact)
    names: dict[str, tuple[str, str, str]] = {}
    for place, each in enumerate(named):
        label = f"use {place}"
        names[label] = each.name
        solver.assert_and_track(each.formula, z3.Bool(label, symbols.context))
    try:
        found = solver.check()
    except z3.Z3Exception as wrong:
        _hold_memory(str(wrong))
        return Answer("unknown", steps=limit)
    steps = _steps(solver)
    if found == z3.sat:
        return Answer("possible", model=solver.model(), steps=steps)
    if found == z3.unsat:
        core = [names[str(each)] for each in solver.unsat_core() if str(each) in names]
        return Answer("impossible", core=tuple(sorted(dict.fromkeys(core))), steps=steps)
    _hold_memory(solver.reason_unknown())
    return Answer("unknown", steps=steps)


def _steps(solver: Z) -> int:
    """The steps that a solver has taken."""
    told = solver.statistics()
    return int(told.get_key_value("rlimit count")) if "rlimit count" in told.keys() else 0  # noqa: SIM118 - statistics are no mapping


def _hold_memory(why: str) -> None:
    """Hold that it was not memory that ran out: a verdict must not hang on the machine."""
    if "memory" in why:
        raise MemoryError(why)
