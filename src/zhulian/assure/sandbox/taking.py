"""Copying from a running chain through its node: definition, settings, members, chosen records and balances, each bounded."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from zhulian.assure.sandbox.copy import (
    BALANCES_MAX,
    FORMAT,
    MEMBERS_MAX,
    RECORDS_MAX,
    Copy,
    HeldBalance,
    PersonNames,
    desensitised,
    selected,
)
from zhulian.assure.sandbox.errors import CopyTooLarge, NothingToCopy
from zhulian.client.apps.errors import NoSuchApp
from zhulian.client.apps.reading import definition
from zhulian.client.flow import drive
from zhulian.errors import Words
from zhulian.language.definition.views import Tree

if TYPE_CHECKING:
    from zhulian.client import Chain

__all__ = ["take"]


def take(chain: "Chain", instance: str, chosen: Sequence[str], coarsen: int) -> Copy:
    """Copy an instance with the chosen record types (none: all), desensitised.

    Raises:
        NoSuchApp, NothingToCopy, CopyTooLarge; what the client refuses with.
    """
    value = _instance(chain, instance)
    tree = _tree(chain, value["definition"])
    known = [each.name for each in tree.records]
    for each in chosen:
        if each not in known:
            raise NothingToCopy(instance=instance[:64], record=each[:64], known=", ".join(known))
    persons = PersonNames()
    uses = {use.name: (value["uses"][use.name], use) for use in tree.uses if use.name in value["uses"]}
    trees, members = _used(chain, uses), _members(chain, instance, "", persons)
    for name, (used, _) in uses.items():
        members += _members(chain, used, f"{name}.", persons)
    rows = [
        (key[1], held) for kind in selected(tree, chosen) for key, held in _bounded(chain, "scenario/records", (instance, kind))
    ]
    if len(rows) > RECORDS_MAX:
        raise CopyTooLarge(what=Words("记录", "records"), most=RECORDS_MAX)
    records, report = desensitised(tree, rows, persons, coarsen)
    balances = [*_balances(chain, instance, tree, chosen, persons)]
    for name, (used, use) in uses.items():
        if use.kind == "asset":
            balances += _used_balances(chain, name, used, use.what, persons, instance)
    status = chain.status()
    return Copy(
        format=FORMAT,
        of=chain.core.chain,
        instance=instance,
        height=int(status["height"]),
        time=int(chain.core.clock()),
        operator=str(value["operator"]),
        tree=tree,
        uses=trees,
        settings=persons.value(value["settings"]),
        members=members,
        records=records,
        balances=balances,
        report=report,
    )


def _instance(chain: "Chain", name: str) -> dict[str, Any]:
    items = chain.page("scenario/instances", prefix=(name,), limit=1).items
    if not items or items[0]["key"][1:] != [name]:
        raise NoSuchApp(instance=name[:64], near=Words("", ""))
    return dict(items[0]["value"])


def _tree(chain: "Chain", digest: str) -> Tree:
    return drive(definition(chain.core, digest), chain.line).tree


def _used(chain: "Chain", uses: dict[str, tuple[str, Any]]) -> dict[str, Tree]:
    """The trees of the instances that are used, and of those that they use, by scenario."""
    found: dict[str, Tree] = {}
    waiting = [used for used, _ in uses.values()]
    while waiting:
        value = _instance(chain, waiting.pop())
        tree = _tree(chain, value["definition"])
        if tree.scenario not in found:
            found[tree.scenario] = tree
            waiting += value["uses"].values()
    return found


def _bounded(chain: "Chain", collection: str, prefix: Sequence[str], most: int = RECORDS_MAX) -> Iterator[tuple[list[str], Any]]:
    after: str | None = None
    count = 0
    while count <= most:
        page = chain.page(collection, prefix=prefix, after=after, limit=100)
        for each in page.items:
            count += 1
            yield each["key"][1:], each["value"]
        after = page.next
        if after is None:
            return


def _members(chain: "Chain", instance: str, before: str, persons: PersonNames) -> list[tuple[str, str]]:
    found = [(before + key[1], persons.text(key[2])) for key, _ in _bounded(chain, "scenario/members", (instance,), MEMBERS_MAX)]
    if len(found) > MEMBERS_MAX:
        raise CopyTooLarge(what=Words("成员", "members"), most=MEMBERS_MAX)
    return found


def _balances(chain: "Chain", instance: str, tree: Tree, chosen: Sequence[str], persons: PersonNames) -> Iterator[HeldBalance]:
    """Balances of the instance's own classes; those per record only where the record is copied."""
    kept = selected(tree, chosen)
    per = {each.name: each.per for each in tree.assets}
    rows = list(_bounded(chain, "asset/balances", (instance,), BALANCES_MAX))
    if len(rows) > BALANCES_MAX:
        raise CopyTooLarge(what=Words("余额", "balances"), most=BALANCES_MAX)
    for (_, asset, of, owner), value in rows:
        if value["units"] and (not per.get(asset) or per[asset] in kept):
            yield HeldBalance("", asset, persons.text(of), persons.text(owner), int(value["units"]))


def _used_balances(chain: "Chain", use: str, used: str, asset: str, persons: PersonNames, instance: str) -> Iterator[HeldBalance]:
    """Balances of a class of another instance, of parties and of records of this one."""
    for (_, _, of, owner), value in _bounded(chain, "asset/balances", (used, asset), BALANCES_MAX):
        foreign = "/" in owner and not owner.startswith(f"{instance}/")
        if value["units"] and not of and not foreign:
            yield HeldBalance(use, asset, "", persons.text(owner), int(value["units"]))
