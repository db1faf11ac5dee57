"""What an instance uses of others: that it is there, is what the definition says, and leads back to nobody."""

from collections.abc import Iterator, Mapping

from zhulian.errors import Words
from zhulian.language.compile import Compiled, CompiledField
from zhulian.language.definition.shapes import Kind, Use
from zhulian.language.expressions.evaluate import Charging
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.books import Shelf, present
from zhulian.modules.scenario.limits import LOOKING_STEPS, USES_DEPTH_MAX
from zhulian.modules.scenario.opening.errors import UsesCircular, UseUnfit
from zhulian.modules.scenario.state import INSTANCES, Instance

__all__ = ["require_uses", "unfit_use"]


def require_uses(
    shelf: Shelf, state: StateView, meter: Charging, time: int, name: str, compiled: Compiled, uses: Mapping[str, str]
) -> None:
    """That the instance called `name` can use what its definition says, of the instances that `uses` names.

    `state` does not charge; `meter` counts every instance that is looked at on the way, however far it leads.

    Raises:
        UseUnfit: for the first that does not fit. UsesCircular: if one of them uses the instance in turn.
    """
    for key in uses:
        if key not in compiled.uses:
            known = ", ".join(compiled.uses) or "–"
            raise UseUnfit(use=key, instance=uses[key], why=Words(f"定义只引入：{known}", f"the definition uses only: {known}"))
    for key, use in compiled.uses.items():
        if key not in uses:
            raise UseUnfit(use=key, instance="–", why=Words("未说明对应哪个应用", "nobody says which instance it is"))
        if uses[key] == name:
            raise UseUnfit(use=key, instance=name, why=Words("应用不能引用自身", "no instance uses itself"))
        meter.charge(LOOKING_STEPS + len(use.fields))
        found = INSTANCES.find(state, uses[key])
        if found is None:
            raise UseUnfit(use=key, instance=uses[key], why=Words("没有这个应用", "there is no such instance"))
        _require_fit(shelf, state, compiled, uses, use, present(found, time))
        if found.coming is not None:  # what is announced would break what is opened now
            _require_fit(shelf, state, compiled, uses, use, present(found, found.coming.since))
    _require_no_circle(meter, state, name, uses)


def _require_fit(
    shelf: Shelf, state: StateView, compiled: Compiled, uses: Mapping[str, str], use: Use, instance: Instance
) -> None:
    if instance.scenario != use.scenario:
        why = Words(f"它是 {instance.scenario} 而不是 {use.scenario}", f"it is of {instance.scenario}, not of {use.scenario}")
        raise UseUnfit(use=use.name, instance=uses[use.name], why=why)
    why_not = unfit_use(compiled, uses, use, shelf.compiled(state, instance.definition))
    if why_not is not None:
        raise UseUnfit(use=use.name, instance=uses[use.name], why=why_not)


def unfit_use(compiled: Compiled, uses: Mapping[str, str], use: Use, lender: Compiled) -> Words | None:
    """Why the definition of the instance that is used does not fit; None if it does. `uses` are the instances by use."""
    if use.kind == "asset":
        return _unfit_asset(use, lender)
    record = lender.records.get(use.what)
    if record is None:
        return Words(f"它没有记录类型 {use.what}", f"it has no record type {use.what}")
    if record.key != use.key:
        key = ", ".join(record.key)
        return Words(f"{use.what} 的编号为 {key}", f"the key of {use.what} is {key}")
    for name, wanted in compiled.lent[use.name].items():
        found = record.fields.get(name)
        if found is None or not _same(compiled, uses, use, wanted, found):
            return Words(f"{use.what}.{name} 不存在或类型不同", f"{use.what}.{name} is not there, or of another type")
    for action in use.actions:
        if action not in lender.actions:
            return Words(f"它没有操作 {action}", f"it has no action {action}")
    return None


def _unfit_asset(use: Use, lender: Compiled) -> Words | None:
    asset = lender.assets.get(use.what)
    if asset is None:
        return Words(f"它没有资产 {use.what}", f"it has no asset {use.what}")
    if asset.per:
        return Words(
            f"{use.what} 按记录 {asset.per} 分别计量，不能引用", f"{use.what} is kept per {asset.per} and cannot be used"
        )
    unit = "fen" if asset.unit == "fen" else asset.unit
    mine = (use.unit, use.scale, use.currency or "CNY") if use.unit == "fen" else (use.unit, use.scale, "")
    theirs = (unit, asset.scale, asset.currency or "CNY") if unit == "fen" else (unit, asset.scale, "")
    if mine == theirs:
        return None
    shown = " ".join(str(each) for each in theirs if each != "")
    return Words(f"{use.what} 的单位、精度或币种为 {shown}", f"{use.what} is counted in {shown}")


def _same(compiled: Compiled, uses: Mapping[str, str], use: Use, wanted: CompiledField, found: CompiledField) -> bool:
    """Whether a value of the other field can be read as the definition says it is."""
    if wanted.private != found.private or (found.optional and not wanted.optional):
        return False
    return _same_kind(compiled, uses, use, wanted.shape, found.shape)


def _same_kind(compiled: Compiled, uses: Mapping[str, str], use: Use, wanted: Kind, found: Kind) -> bool:
    if (wanted.type, wanted.currency, wanted.unit, wanted.scale) != (found.type, found.currency, found.unit, found.scale):
        return False
    if not {each.name for each in found.values} <= {each.name for each in wanted.values}:
        return False
    if wanted.type == "record":  # the same type of the same instance, under whatever name it is used here
        other = compiled.uses.get(wanted.record)
        return other is not None and uses.get(other.name) == uses[use.name] and other.what == found.record
    if wanted.of is None or found.of is None:
        return wanted.of is found.of
    return _same_kind(compiled, uses, use, wanted.of, found.of)


def _require_no_circle(meter: Charging, state: StateView, name: str, uses: Mapping[str, str]) -> None:
    """That nothing which is used leads back, by what it uses now, will use, or used when it kept records."""
    seen: dict[str, None] = {}
    here = sorted(dict.fromkeys(uses.values()))
    for _ in range(USES_DEPTH_MAX):
        below: dict[str, None] = {}
        for each in here:
            if each == name:
                raise UsesCircular(instance=name)
            if each not in seen:
                seen[each] = None
                found = list(_used_by(state, each))
                meter.charge(LOOKING_STEPS + len(found))
                below |= dict.fromkeys(found)
        here = sorted(below)
        if not here:
            return
    raise UsesCircular(instance=name)


def _used_by(state: StateView, name: str) -> Iterator[str]:
    found = INSTANCES.find(state, name)
    if found is None:
        return
    yield from found.uses.values()
    yield from found.coming.uses.values() if found.coming is not None else ()
    for earlier in found.before.values():
        yield from earlier.uses.values()
