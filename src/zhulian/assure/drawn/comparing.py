"""Holds what an instance has on the chain against the model of it: records, assets, totals, indexes."""

from collections.abc import Callable, Iterable
from typing import Any

from zhulian.assure.drawn.model import Model, leaf_of, part_text
from zhulian.assure.drawn.worth import No, Ref
from zhulian.assure.stories.judging import refused_as
from zhulian.errors import Refusal
from zhulian.ledger.collections import Map, decode_key
from zhulian.ledger.transition import AppliedBlock
from zhulian.ledger.types import Applied
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS
from zhulian.modules.scenario.events import Alerted, TimerRan, TimerRested
from zhulian.modules.scenario.state import INDEXES, RECORDS, TOTALS, UNIQUE

__all__ = ["APP", "Compare", "Differs", "Scan", "require_same_events", "require_same_outcome", "wire"]

APP = "app"
"""The name of the instance, which the model knows too."""

Scan = Callable[[bytes], Iterable[tuple[bytes, bytes]]]
"""State keys that begin with these bytes, with their values."""


class Differs(AssertionError):
    """The chain and the model come to different ends; `moves` lead there."""

    def __init__(self, said: str, moves: Iterable[dict[str, Any]] = ()) -> None:
        super().__init__(said)
        self.moves = list(moves)


class Compare:
    """One instance of a drawn definition on a chain whose state `scan` reads."""

    def __init__(self, model: Model, scan: Scan) -> None:
        self.model = model
        self.spec = model.spec
        self._scan = scan

    def all(self, collection: Map[Any]) -> dict[tuple[str, ...], Any]:
        """All values of a collection of this instance, by the rest of their keys."""
        prefix = f'["{collection.name}","{APP}"'.encode()
        return {decode_key(key)[2:]: collection.decode(value) for key, value in self._scan(prefix)}

    def holdings(self) -> dict[str, int]:
        """How many classes each record of an instance holds of."""
        return {decode_key(key)[1]: HOLDINGS.decode(value) for key, value in self._scan(f'["{HOLDINGS.name}"'.encode())}

    def compare(self) -> None:
        """Records, balances, supplies, totals, indexes and unique values.

        Raises:
            Differs: naming what is not the same.
        """
        model = self.model
        self.same(
            "records",
            {key: shown(held.fields, held.state, held.since) for key, held in self.all(RECORDS).items()},
            self.model_rows(),
        )
        units = {key: held.units for key, held in self.all(BALANCES).items() if held.units}
        owned = {
            (asset, self.of(asset, leaf), owner): amount for (asset, leaf, owner), amount in model.balances.items() if amount
        }
        self.same("balances", units, owned)
        supplies = {key: held.supply for key, held in self.all(CLASSES).items() if held.supply}
        sums: dict[tuple[str, str], int] = {}
        for (asset, leaf, _), amount in units.items():
            sums[asset, leaf] = sums.get((asset, leaf), 0) + amount
        self.same("supplies", supplies, sums)
        holding: dict[str, int] = {}
        for _, _, owner in units:
            if "/" in owner:
                holding[owner] = holding.get(owner, 0) + 1
        self.same("holdings", self.holdings(), holding)
        self.same("totals", {key: value for key, value in self.all(TOTALS).items() if value}, self.model_totals())
        found, unique = self.model_indexes()
        self.same("indexes", {(key[0], value) for key, value in self.all(INDEXES).items()}, found)
        self.same("unique", {(key[0], value) for key, value in self.all(UNIQUE).items()}, unique)

    def same(self, what: str, chain: Any, model: Any) -> None:
        """Hold that two are the same.

        Raises:
            Differs: with the parts that are not.
        """
        if chain != model:
            if isinstance(chain, dict):
                keys = [each for each in {*chain, *model} if chain.get(each) != model.get(each)]
                chain, model = ({key: each.get(key) for key in keys} for each in (chain, model))
            raise Differs(f"{what}: chain {chain}; model {model}")

    def of(self, asset: str, leaf: str) -> str:
        """The record that a class is kept per, as state writes it."""
        per = self.spec["assets"][asset]["per"]
        return f"{APP}/{per}/{leaf}" if per else ""

    def model_rows(self) -> dict[tuple[str, str], Any]:
        """The model's records as the chain would keep them; the instance once something has changed there."""
        rows = {(ref.record, leaf_of(ref.key)): row for ref, row in self.model.rows.items()}
        if ("instance", "") not in self.all(RECORDS):
            whole = rows.pop(("instance", ""), None)
            if whole is not None and any(
                value != self.spec["instance"]["fields"][name]["default"] for name, value in whole.fields.items()
            ):
                raise Differs("the instance's record was not kept")
        return {key: shown(row.fields, row.state, row.since) for key, row in rows.items()}

    def model_totals(self) -> dict[tuple[str, str], int]:
        """All totals that are not 0."""
        found = {}
        for name, spec in self.spec["totals"].items():
            places = (
                {row.fields.get(spec["of"]) for ref, row in self.model.rows.items() if ref.record == spec["record"]}
                if spec["of"]
                else {None}
            )
            for of in places:
                value = self.model.total(name, of)
                if value and (of is not None or not spec["of"]):
                    found[name, "" if of is None else part_text(of)] = value
        return found

    def model_indexes(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Which records stand in which index, and have which unique field."""
        found, unique = set(), set()
        for ref, row in self.model.rows.items():
            spec = self.spec["records"].get(ref.record)
            for name, fields in spec["indexes"].items() if spec else ():
                if all(row.fields.get(each) is not None for each in fields):
                    found.add((name, leaf_of(ref.key)))
            for name, each in spec["fields"].items() if spec else ():
                if each.get("unique") and row.fields.get(name) is not None:
                    unique.add((f"{ref.record}.{name}", leaf_of(ref.key)))
        return found, unique


def require_same_outcome(refusal: Refusal | None, wanted: No | None, move: Any) -> None:
    """Hold that an action was done by both, or refused by both for the same reason.

    Raises:
        Differs.
    """
    if refusal is None and wanted is None:
        return
    if refusal is None or wanted is None:
        said = None if refusal is None else f"{refusal.code} {refusal.say('en')}"
        raise Differs(f"chain: {said or 'done'}; model: {wanted.name if wanted else 'done'}; {move}")
    names = refused_as(refusal) or (refusal.code,)
    promises = names[1:]
    if names[0] not in (wanted.name, *wanted.also) or (promises and wanted.promises and promises[0] not in wanted.promises):
        raise Differs(f"chain: {names} {refusal.code} {refusal.say('en')}; model: {wanted.name} {wanted.promises}; {move}")


def require_same_events(block: AppliedBlock, model: Model, move: Any) -> None:
    """Hold that the same timers ran or rest in a block, and the same alerts were raised, in the same order.

    Raises:
        Differs.
    """
    events = [event for ran in block.ran if ran.transaction is None for event in ran.events]
    for each in block.results:
        events += [event for ran in block.ran if ran.transaction == each.transaction for event in ran.events]
        events += each.events if isinstance(each, Applied) else ()
    ran = [
        ("ran" if isinstance(each, TimerRan) else "rested", each.timer, each.record, each.key)
        for each in events
        if isinstance(each, TimerRan | TimerRested)
    ]
    if ran != model.ran:
        raise Differs(f"timers: chain {ran}; model {model.ran}; {move}")
    alerts = [(each.name, each.cause.split(".")[1]) for each in events if isinstance(each, Alerted) and ".do" in each.cause]
    if alerts != model.alerts:
        raise Differs(f"alerts: chain {alerts}; model {model.alerts}; {move}")


def shown(fields: dict[str, Any], state: str | None, since: int) -> Any:
    """A record as it is compared."""
    return {name: wire(value) for name, value in fields.items() if value is not None}, state, since if state else 0


def wire(value: Any) -> Any:
    """A value as records hold it."""
    if isinstance(value, Ref):
        return [part_text(each) for each in value.key]
    return list(value) if isinstance(value, tuple) else value
