"""Sealed groups, codes, lazy records, bulks and proofs: whether each stands where the chain can run it, and proves what is read of it."""

from collections.abc import Iterator, Mapping, Sequence

from zhulian.language.definition.commit_faults import (
    CodesUnfit,
    LazyMade,
    LazyUnfit,
    ProofUnfit,
    RootAlone,
    SealedFieldUnfit,
    SealedGiven,
    SealUnfit,
    ThingUnfit,
)
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.shapes import Action, Create, Each, Effect, Ensure, Field, If, Kind, Record, Sealed, Set
from zhulian.language.definition.words import THINGS
from zhulian.language.expressions.syntax import Call, Expression, Name, Select
from zhulian.language.expressions.tree import Apply, Ask, Typed, Variable, walk
from zhulian.language.expressions.tree import Field as Reading

__all__ = [
    "OPENING_STEPS_MAX",
    "TOUCH_STEPS_MAX",
    "check_commitments",
    "check_roots",
    "key_sources",
    "opened",
    "shown",
    "steps_beside",
]

OPENING_STEPS_MAX = 276
"""The most that opening a sealed group costs: the longest transaction's values."""
TOUCH_STEPS_MAX = 40
"""The most that the first touch of a lazy record costs."""
_FIELDS = ("codes", "bulk")
"""Things that records keep; others are handed in, looked at and not kept."""
_SHOWN_BY = {"codes_count": ("in_codes", "not_in_codes"), "bulk_count": ("in_bulk",), "bulk_total": ("in_bulk",)}
_SUMS = ("money", "quantity", "int")


def _thing(judge: Judge, field: Field, path: str, *, asked: bool = False, setting: bool = False) -> None:
    """Whether a thing may stand in a field, setting or input (`asked`)."""
    kind: Kind = field
    why: tuple[str, str] | None = None
    if field.of is not None and field.of.type in THINGS:
        kind, why = field.of, ("列表中不能有它", "lists hold none")
    elif field.type not in THINGS:
        return
    elif field.visibility != "public":
        why = ("它总是公开的", "it is always public")
    elif setting:
        why = ("它不能是设定", "it is no setting")
    elif not asked and field.type not in _FIELDS:
        why = ("它只能是输入，用后不保存", "it is only handed in, and not kept")
    elif field.default is not None:
        why = ("它没有默认值", "it has no default")
    elif field.type == "bulk" and field.sum not in _SUMS:
        why = (f"sum 须为 {'、'.join(_SUMS)} 之一", f"sum is one of {', '.join(_SUMS)}")
    elif field.type == "bulk" and (bool(field.unit) != (field.sum == "quantity") or (field.currency and field.sum != "money")):
        why = (
            "sum: quantity 须写 unit，其他不写；currency 只用于 money",
            "sum: quantity has a unit, others have none; currency is of money",
        )
    if why is not None:
        judge.fault(ThingUnfit, path, type=kind.type, why_zh=why[0], why_en=why[1])


def opened(action: Action, record: Record | None) -> Sealed | None:
    """The sealed group that an action opens; None where it opens none."""
    groups = record.sealed if record is not None else ()
    return next((each for each in groups if each.name == action.opens), None)


def shown(action: Action, record: Record | None) -> tuple[Expression, ...]:
    """What holds in `do` of an action that opens a group: each of its fields is there."""
    group = opened(action, record)
    return tuple(Call("has", (Select(Name("this"), each),)) for each in (group.fields if group is not None else ()))


def steps_beside(action: Action, record: Record | None) -> int:
    """The most steps that sealing, opening and a first touch take beside the effects."""
    touches = record is not None and record.lazy and action.on
    return (OPENING_STEPS_MAX if opened(action, record) is not None else 0) + (TOUCH_STEPS_MAX if touches else 0)


def check_commitments(judge: Judge) -> None:
    """Records with sealed groups, codes and lazy ones, and every action that seals, opens, touches or makes them."""
    tree = judge.tree
    records = {each.name: each for each in tree.records}
    for setting in tree.settings:
        _thing(judge, setting, f"settings.{setting.name}", setting=True)
    for use in tree.uses:
        for each in use.fields:
            _thing(judge, each, f"uses.{use.name}.fields.{each.name}")
    for each in tree.instance.fields if tree.instance is not None else ():
        _thing(judge, each, f"instance.fields.{each.name}")
    for record in tree.records:
        path = f"records.{record.name}"
        for each in record.fields:
            _thing(judge, each, f"{path}.fields.{each.name}")
        _groups(judge, record, path)
        _codes(judge, record, path)
        if record.lazy:
            _lazy(judge, record, path)
    for action in tree.actions:
        path = f"actions.{action.name}"
        about = records.get(action.on or action.creates)
        for asked in action.input:
            _thing(judge, asked, f"{path}.input.{asked.name}", asked=True)
        _seals(judge, action, about, path)
        _proofs(judge, action, about, path)
        if action.creates in records and records[action.creates].lazy:
            judge.fault(LazyMade, f"{path}.creates", record=action.creates)
        for part, effects in (("do", action.do), ("else", action.otherwise)):
            _given(judge, effects, f"{path}.{part}", about, records)
    for timer in tree.timers:
        _given(judge, timer.do, f"timers.{timer.name}.do", records.get(timer.on), records)
    for moved in tree.upgrade.move if tree.upgrade is not None else ():
        _not_sealed(judge, records.get(moved.record), [each.name for each in moved.values], f"upgrade.move.{moved.record}")


def _groups(judge: Judge, record: Record, path: str) -> None:
    fields = {each.name: each for each in record.fields}
    corrected = [name for each in record.correct for name in each.fields]
    indexed = [name for each in record.indexes for name in each.fields]
    seen: list[str] = []
    for group in record.sealed:
        for name in group.fields:
            field, why = fields.get(name), None
            if field is None:
                continue  # a fault of its own
            if field.visibility != "public":
                why = ("它是保密的，而开启就是公开", "it is private, and opening makes public")
            elif not field.optional:
                why = ("开启前它没有值，须写 optional: true", "it is absent before it is opened, so it must be optional")
            elif name in seen:
                why = ("它在组内或另一组中已经出现", "it is in a group already")
            elif field.unique or name in indexed:
                why = (
                    "它须唯一或可索引，撞值时将无法开启",
                    "it is unique or in an index, so that another's value could keep it shut",
                )
            elif name in corrected:
                why = ("它可以更正", "it may be corrected")
            elif field.type in THINGS:
                why = ("该类型不能密封", "its type is none that is sealed")
            if why is not None:
                judge.fault(SealedFieldUnfit, f"{path}.sealed.{group.name}", field=name, why_zh=why[0], why_en=why[1])
            seen.append(name)


def _codes(judge: Judge, record: Record, path: str) -> None:
    if record.codes is None:
        return
    found = [each for each in record.fields if each.type == "codes"]
    if len(found) != 1 or found[0].visibility != "public" or (found[0].most or 0) > record.codes.max:
        judge.fault(CodesUnfit, f"{path}.codes", record=record.name)


def _lazy(judge: Judge, record: Record, path: str) -> None:
    fields = {each.name: each for each in record.fields}
    key = [fields[each] for each in record.key if each in fields]
    bare = [each.name for each in record.fields if each.name not in record.key and not each.optional and each.default is None]
    why: tuple[str, str] | None = None
    if [each.type for each in key] != ["record", "text"] or key[0].record != record.lazy:
        why = (f"编号须为 [{record.lazy} 记录, 文字编码]", f"its key must be a {record.lazy}, then a text, which is the code")
    elif bare:
        why = (f"字段 {', '.join(bare)} 须可缺或有默认值", f"the fields {', '.join(bare)} must be optional or have a default")
    elif record.owned:
        why = ("带权利人的记录不能如此产生", "a title does not come into being like that")
    if why is not None:
        judge.fault(LazyUnfit, f"{path}.lazy", record=record.name, why_zh=why[0], why_en=why[1])


def _seals(judge: Judge, action: Action, record: Record | None, path: str) -> None:
    """What an action that seals or opens must be."""
    group = opened(action, record)
    part = "seals" if action.seals else "opens"
    why: tuple[str, str] | None = None
    if action.otherwise and group is None:
        why, part = ("没有 opens 密封组就没有 else", "without opens of a sealed group there is no else"), "else"
    elif not action.seals and group is None:
        return
    elif action.seals and action.opens:
        why = ("一个操作不能既密封又开启", "one action does not both seal and open")
    elif action.many > 1:
        why = ("它只针对一条记录", "it is about one record")
    elif action.creates and group is not None:
        why = ("新记录中没有已密封的内容", "nothing is sealed yet in a new record")
    elif any(each.name in (action.seals, action.opens) for each in action.input):
        why = ("已有与该组同名的输入", "an input is called like the group")
    elif action.creates and record is not None and (open_parts := _unknown_parts(action, record)):
        listed = ", ".join(open_parts)
        why = (
            f"提交前须知道编号，{listed} 须取自输入或签署方",
            f"the key must be known beforehand: take {listed} from an input or from who signs",
        )
    if why is not None:
        judge.fault(SealUnfit, f"{path}.{part}", part=part, why_zh=why[0], why_en=why[1])


def key_sources(action: Action, record: Record) -> dict[str, str]:
    """Where each part of the key of a new record comes from, as far as it is known beforehand: `input.x`, `actor` or `by.x`."""
    found = {each.name: f"input.{each.name}" for each in action.input if each.field}
    sources = {"actor", *(f"by.{each.name}" for each in action.by), *(f"input.{each.name}" for each in action.input)}
    for effect in action.do:
        if isinstance(effect, Set):
            given = {each.field: each.value.strip() for each in effect.values if not each.of}
            found = {**found, **given}
    return {each: found[each] for each in record.key if found.get(each) in sources}


def _unknown_parts(action: Action, record: Record) -> list[str]:
    """The parts of the new record's key that neither an input nor a signatory gives."""
    known = key_sources(action, record)
    return [each for each in record.key if each not in known]


def _proofs(judge: Judge, action: Action, record: Record | None, path: str) -> None:
    """A proof that brings a lazy record into being: optional, one, of one record's code under its parent."""
    found = [each for each in action.input if each.type == "proof" and each.record]
    for place, each in enumerate(found):
        why: tuple[str, str] | None = None
        if record is None or not action.on or record.lazy != each.record:
            why = (f"本操作不针对 lazy: {each.record} 的记录", f"the action is on no record that is lazy under {each.record}")
        elif place or action.many > 1:
            why = ("一个操作以一项证明启用一条记录", "one action touches one record first, by one proof")
        elif not each.optional:
            why = (
                "记录已存在时不需要它，须写 optional: true",
                "it is not needed once the record is there, so it must be optional",
            )
        if why is not None:
            judge.fault(ProofUnfit, f"{path}.input.{each.name}", name=each.name, why_zh=why[0], why_en=why[1])


def _given(judge: Judge, effects: Sequence[Effect], path: str, about: Record | None, records: Mapping[str, Record]) -> None:
    """No effect fills a sealed field, and none makes a lazy record."""
    for index, effect in enumerate(effects):
        below = f"{path}[{index}]"
        match effect:
            case Set(values=values):
                for each in values:
                    target = about
                    if each.of:
                        typed = judge.typed.get(f"{below}.{each.of}.{each.field}.of")
                        target = records.get(getattr(typed.type, "name", "") or "") if typed is not None else None
                    _not_sealed(judge, target, [each.field], below)
            case Create() | Ensure():
                if effect.record in records and records[effect.record].lazy:
                    judge.fault(LazyMade, below, record=effect.record)
                _not_sealed(judge, records.get(effect.record), [each.name for each in effect.values], below)
            case If(then=then, otherwise=otherwise):
                _given(judge, then, f"{below}.then", about, records)
                _given(judge, otherwise, f"{below}.else", about, records)
            case Each(do=do):
                _given(judge, do, f"{below}.do", about, records)
            case _:
                pass


def _not_sealed(judge: Judge, record: Record | None, names: Sequence[str], path: str) -> None:
    for group in record.sealed if record is not None else ():
        for name in names:
            if name in group.fields:
                judge.fault(SealedGiven, f"{path}.{name}", field=name, group=group.name)


def check_roots(judge: Judge, assigned: Mapping[str, Mapping[str, None]]) -> None:
    """Whether count and total of a root are read only where something shows them; `assigned` are fields that each action changes."""
    actions = {each.name: each for each in judge.tree.actions}
    for path, typed in judge.typed.items():
        for ask in walk(typed):
            if not isinstance(ask, Ask) or ask.read not in _SHOWN_BY:
                continue
            parts = path.split(".")
            if parts[0] in ("pages", "stories", "watch"):  # people look at these, no rule does
                continue
            action = actions.get(parts[1]) if parts[0] == "actions" and parts[2][:2] != "by" else None
            if action is None or not (len(action.by) > 1 or _is_shown(judge, action, path, ask, assigned.get(action.name, {}))):
                judge.fault(RootAlone, path, read=ask.read)


def _is_shown(judge: Judge, action: Action, path: str, ask: Ask, assigned: Mapping[str, None]) -> bool:
    """Whether a guard that has passed by then asks for one item under the same root, which no effect changes."""
    root = ask.arguments[0]
    if any(isinstance(each, Reading) and each.name in assigned and not _is_input(each) for each in walk(root)):
        return False
    below = f"actions.{action.name}."
    for index in range(len(action.require)):
        guard = f"{below}require[{index}].that"
        if path == guard or path.startswith((f"{below}let.", f"{below}input.")):
            return False
        typed = judge.typed.get(guard)
        for each in _all_true(typed) if typed is not None else ():
            if isinstance(each, Ask) and each.read in _SHOWN_BY[ask.read] and each.arguments[0] == root:
                return True
    return False


def _is_input(tree: Reading) -> bool:
    return isinstance(tree.of, Variable) and tree.of.name == "input"


def _all_true(tree: Typed) -> Iterator[Typed]:
    """The parts of a condition that all hold where it holds."""
    if isinstance(tree, Apply) and tree.operator == "and":
        for each in tree.operands:
            yield from _all_true(each)
    else:
        yield tree
