"""Whether an upgrade leaves a way out to whatever records hold, and leads to the same instances that they hold it of.

A version is sound by itself, and may still strand what the version before let in: by taking the way out, or the use.
"""

from collections.abc import Container, Mapping

from zhulian.language.definition.check import Checked
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.locks import held_by, locked_states
from zhulian.language.definition.shapes import Kind, Record, Use
from zhulian.language.definition.views import Tree
from zhulian.language.upgrades.faults import UseGone, WayOutGone

__all__ = ["bound_uses", "check_holdings"]


def check_holdings(judge: Judge, old: Checked, new: Checked, states: Mapping[str, Mapping[str, str]]) -> None:
    """Every record type that goes on under the later version; `states` has the new state by the old one, by record type."""
    tree = new.definition.tree
    after = {each.name: each for each in (*tree.records, *((tree.instance,) if tree.instance is not None else ()))}
    gone = _changed_uses(old.definition.tree, tree)
    for (name, asset), before in held_by(old.definition.tree, old.found).items():
        if name not in states:
            continue
        if asset in gone:
            judge.fault(UseGone, f"uses.{asset}", record=name, use=asset)
            continue
        here = [states[name].get(each, each) for each in before]
        for state in locked_states(tree, new.found, after[name], here, asset):
            judge.fault(WayOutGone, f"upgrade.move.{name}", record=name, state=state or "–", asset=asset)
    for record in old.definition.tree.records:
        for use in _pointed(record, gone) if record.name in states else ():
            judge.fault(UseGone, f"uses.{use}", record=record.name, use=use)


def bound_uses(old: Checked, going: Container[str]) -> tuple[str, ...]:
    """The uses of a version that must stay bound to the same instances, since records that go on (`going`) hold or point at what they lend."""
    tree = old.definition.tree
    names = {each.name: None for each in tree.uses}
    held = [asset for (record, asset), _ in held_by(tree, old.found).items() if record in going and asset in names]
    pointed = [use for record in tree.records if record.name in going for use in _pointed(record, names)]
    return tuple(dict.fromkeys([*held, *pointed]))


def _changed_uses(old: Tree, new: Tree) -> dict[str, None]:
    after = {each.name: _what(each) for each in new.uses}
    return {each.name: None for each in old.uses if after.get(each.name) != _what(each)}


def _what(use: Use) -> tuple[object, ...]:
    return use.kind, use.scenario, use.what


def _pointed(record: Record, uses: Container[str]) -> list[str]:
    kinds: list[Kind] = [each if each.of is None else each.of for each in record.fields]
    return list(dict.fromkeys(each.record for each in kinds if each.type == "record" and each.record in uses))
