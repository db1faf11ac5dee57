"""Whether every name stands for one thing and everything named exists, apart from names inside expressions."""

from collections.abc import Iterable

from zhulian.language.definition.faults import AdmissionCircular, NameTwice
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.shapes import Record, Signatory
from zhulian.language.definition.verdicts import CorrectionUnfit, CreatesWithKey
from zhulian.language.definition.words import ALL_ROLES, KERNEL_ROLES
from zhulian.language.expressions.types import Said

__all__ = ["ACTION", "FIELD", "RECORD", "ROLE", "STATE", "check_by", "check_names", "roles_of"]

ROLE, STATE = Said("角色", "role"), Said("状态", "state")
FIELD, RECORD, ACTION = Said("字段", "field"), Said("记录", "record"), Said("操作", "action")


def roles_of(judge: Judge) -> tuple[str, ...]:
    """Every role of the definition, and those that every instance has."""
    return (*(each.name for each in judge.tree.roles), *KERNEL_ROLES)


def check_names(judge: Judge) -> None:
    """Collisions first, then each part that names another."""
    _collisions(judge)
    tree = judge.tree
    roles = roles_of(judge)
    records = [each.name for each in tree.records]
    for role in tree.roles:
        judge.must_be(role.admitted_by, (*roles, ALL_ROLES), f"roles.{role.name}.admitted_by", ROLE)
    _admission(judge)
    for asset in tree.assets:
        if asset.per:
            judge.must_be(asset.per, records, f"assets.{asset.name}.per", RECORD)
        doers = [*(each.name for each in tree.actions), *(each.name for each in tree.timers)]
        for index, each in enumerate(asset.taken_by):
            judge.must_be(each, doers, f"assets.{asset.name}.taken_by[{index}]", ACTION)
    for ticket in tree.tickets:
        judge.must_be(ticket.holder, (*roles, "person"), f"tickets.{ticket.name}.holder", ROLE)
        judge.must_be(ticket.agency, roles, f"tickets.{ticket.name}.agency", ROLE)
        if ticket.record:
            judge.must_be(ticket.record, records, f"tickets.{ticket.name}.record", RECORD)
    for record in tree.records:
        _record(judge, record, f"records.{record.name}")
    if tree.instance is not None:
        _fields(judge, tree.instance, "instance")
    _upgrade(judge, records)


def check_by(judge: Judge, by: tuple[Signatory, ...], path: str) -> None:
    """Whether the roles of signatories exist."""
    for signatory in by:
        below = f"{path}.{signatory.name}" if signatory.name else path
        for index, who in enumerate(signatory.any):
            if who.role and who.role != ALL_ROLES:
                judge.must_be(who.role, (*roles_of(judge), "instance", "person"), f"{below}[{index}].role", ROLE)


def _collisions(judge: Judge) -> None:
    """Names that stand alone in expressions are one family, whatever they stand for."""
    tree = judge.tree
    taken: dict[str, Said] = {name: Said("函数", "a function") for name in judge.registry.reads}
    families: list[tuple[Said, list[tuple[str, str]]]] = [
        (Said("记录", "a record"), [(each.name, f"records.{each.name}") for each in tree.records]),
        (Said("引入的内容", "something used"), [(each.name, f"uses.{each.name}") for each in tree.uses]),
        (Said("资产", "an asset"), [(each.name, f"assets.{each.name}") for each in tree.assets]),
        (Said("汇总", "a total"), [(each.name, f"totals.{each.name}") for each in tree.totals]),
    ]
    for record in tree.records:
        indexes = [(each.name, f"records.{record.name}.indexes.{each.name}") for each in record.indexes]
        families.append((Said("索引", "an index"), indexes))
    _once(judge, taken, families)
    for action in tree.actions:
        lets = [(each.name, f"actions.{action.name}.let.{each.name}") for each in action.let]
        _once(judge, dict(taken), [(Said("let 的值", "a value of let"), lets)])
        _unique_inputs(judge, action.name, [each.name for each in action.input])
    doers = [(each.name, f"timers.{each.name}") for each in tree.timers]
    _once(judge, {each.name: Said("操作", "an action") for each in tree.actions}, [(Said("定时器", "a timer"), doers)])


def _once(judge: Judge, taken: dict[str, Said], families: Iterable[tuple[Said, list[tuple[str, str]]]]) -> None:
    for what, names in families:
        for name, path in names:
            if name in taken:
                judge.fault(NameTwice, path, name=name, first_zh=taken[name].zh, first_en=taken[name].en)
            taken.setdefault(name, what)


def _unique_inputs(judge: Judge, action: str, names: list[str]) -> None:
    seen: dict[str, None] = {}
    for name in names:
        if name in seen:
            judge.fault(NameTwice, f"actions.{action}.input.{name}", name=name, first_zh="输入", first_en="an input")
        seen[name] = None


def _admission(judge: Judge) -> None:
    by = {each.name: each.admitted_by for each in judge.tree.roles}
    for role in by:
        at, seen = role, {role: None}
        while by.get(at) in by:
            at = by[at]
            if at in seen:
                break
            seen[at] = None
        else:
            continue
        if at == role:
            judge.fault(AdmissionCircular, f"roles.{role}.admitted_by", role=role)


def _record(judge: Judge, record: Record, path: str) -> None:
    fields = [each.name for each in record.fields]
    if not record.key:
        judge.fault(CreatesWithKey, path, record=record.name)
    for index, part in enumerate(record.key):
        judge.must_be(part, fields, f"{path}.key[{index}]", FIELD)
    _fields(judge, record, path)
    _states(judge, record, path)
    for each in record.indexes:
        for part in each.fields:
            judge.must_be(part, fields, f"{path}.indexes.{each.name}", FIELD)
    for place, correction in enumerate(record.correct):
        for part in correction.fields:
            judge.must_be(part, fields, f"{path}.correct[{place}].fields", FIELD)
            _correctable(judge, record, part, f"{path}.correct[{place}].fields")
        check_by(judge, correction.by, f"{path}.correct[{place}].by")
    for group in record.sealed:
        for part in group.fields:
            judge.must_be(part, fields, f"{path}.sealed.{group.name}", FIELD)
    if record.lazy:
        coded = [each.name for each in judge.tree.records if each.codes is not None]
        judge.must_be(record.lazy, coded, f"{path}.lazy", Said("带编码集（codes）的记录", "record with codes"))
    for task in record.tasks.items if record.tasks is not None else ():
        check_by(judge, task.by, f"{path}.tasks.{task.name}.by")


def _correctable(judge: Judge, record: Record, field: str, path: str) -> None:
    """Amounts of money and keys are never put right afterwards: too much hangs on them."""
    if field in record.key:
        judge.fault(CorrectionUnfit, path, field=field, why_zh="编号的一部分", why_en="part of the key")
    if any(each.name == field and each.type == "money" for each in record.fields):
        judge.fault(CorrectionUnfit, path, field=field, why_zh="金额", why_en="an amount of money")


def _states(judge: Judge, record: Record, path: str) -> None:
    states: list[str] = []
    for state in record.states.every if record.states is not None else ():
        if state.name in states:
            judge.fault(NameTwice, f"{path}.states.{state.name}", name=state.name, first_zh="状态", first_en="a state")
        states.append(state.name)
    if record.tasks is not None:
        for name, part in ((record.tasks.during, "during"), (record.tasks.expired, "expired")):
            if name:
                judge.must_be(name, states, f"{path}.{part}", STATE)


def _fields(judge: Judge, record: Record, path: str) -> None:
    """The roles, records and readers that fields name."""
    roles, parties = roles_of(judge), [each.name for each in record.fields if each.type in ("party", "person")]
    lent = [each.name for each in judge.tree.uses if each.kind == "record"]
    records = [*(each.name for each in judge.tree.records), *lent]
    promises: dict[str, None] = {}
    for promise in (*record.always, *record.steps):
        if promise.name in promises:
            judge.fault(NameTwice, path, name=promise.name, first_zh="承诺", first_en="a promise")
        promises[promise.name] = None
    for field in record.fields:
        below = f"{path}.fields.{field.name}"
        if field.role:
            judge.must_be(field.role, roles, f"{below}.role", ROLE)
        if field.type == "record":
            judge.must_be(field.record, records, f"{below}.record", RECORD)
        for reader in field.readers:
            judge.must_be(reader, (*parties, *roles), f"{below}.private", Said("可读的字段或角色", "field or role that may read"))
        for keeper in field.keepers:
            judge.must_be(keeper, (*parties, *roles), f"{below}.guarded", Said("保管的字段或角色", "field or role that keeps"))


def _upgrade(judge: Judge, records: list[str]) -> None:
    upgrade = judge.tree.upgrade
    if upgrade is None:
        return
    for index, name in enumerate(upgrade.keep):
        judge.must_be(name, records, f"upgrade.keep[{index}]", RECORD)
    for moved in upgrade.move:
        judge.must_be(moved.record, records, f"upgrade.move.{moved.record}", RECORD)
