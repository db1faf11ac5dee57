"""Whether fields that name a record always name one that is there: then nothing counts in a total of a record that is not.

Nobody promises it and the engine does not ask, so it is proved like a promise before it is assumed.
"""

from collections.abc import Sequence

import z3

from zhulian.language.definition.check import Checked
from zhulian.language.proving.doing import Doer, do
from zhulian.language.proving.solving import Named, solve
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside, Z
from zhulian.language.proving.worlds import World

__all__ = ["names_held"]


def names_held(checked: Checked, doers: Sequence[Doer], limit: int) -> frozenset[tuple[str, str]]:
    """Record types with those fields that totals are kept by and that always name a record that is there."""
    tree = checked.definition.tree
    own = {each.name: {field.name: field for field in each.fields} for each in tree.records}
    asked = {(each.record, each.of) for each in tree.totals if each.of and own[each.record][each.of].record in own}
    found = frozenset(asked)
    while True:  # all are assumed together, so one that does not hold takes what rests on it along
        kept = frozenset(each for each in found if all(_keeps(checked, doer, each, found, limit) for doer in doers))
        if kept == found:
            return found
        found = kept


def _keeps(checked: Checked, doer: Doer, named: tuple[str, str], known: frozenset[tuple[str, str]], limit: int) -> bool:
    """Whether the field still names a record that is there after something has happened."""
    record, field = named
    try:
        stage = Stage(checked, names=known)
        done = do(stage, doer, stage.start)
        if not done.after.is_changed(f"{record}.there") and not done.after.is_changed(f"{record}.{field}"):
            return True
        ref = stage.symbols.named("naming", stage.symbols.refs[record])
        dangling = z3.And(stage.records.exists(done.after, record, ref), z3.Not(_names(stage, done.after, named, ref)))
        assumed = stage.assume([stage.start, done.after])
    except Outside:
        return False
    rules = [Named((each.kind, each.name, each.path), each.formula) for each in done.rules]
    return solve(stage.symbols, rules, [*(each for _, each in assumed), dangling], limit).result == "impossible"


def _names(stage: Stage, world: World, named: tuple[str, str], ref: Z) -> Z:
    """That the field is absent, or names a record that is there."""
    record, field = named
    found = stage.records.field(world, record, ref, field)
    other = stage.records.fields[record][field].record
    return stage.symbols.either(stage.symbols.no(found.there), stage.records.exists(world, other, found.value))
