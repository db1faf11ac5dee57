"""What expressions may name at each place of a definition."""

from collections.abc import Mapping
from dataclasses import replace

from zhulian.language.definition.shapes import Action, Field, Input, Record, Timer, Total
from zhulian.language.definition.types_of import amount_of, bare_type, type_of
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.scope import Member, Members, Scope
from zhulian.language.expressions.types import BOOL, INT, PARTY, TEXT, TIME, Asset, Enum, Party, Said, Space, Thing, Type
from zhulian.language.expressions.types import Record as RecordType
from zhulian.language.registry import Parameter, Read

__all__ = ["Scopes", "members_of"]

_TASKS = Thing("tasks")
_DONE = Read("done", (Parameter("tasks", _TASKS),), BOOL, 2, Said("{0}均已完成", "{0} are all done"))
_INDEX_COST = 3
_TOTAL_COST = 2
_GONE = {
    "actor": Said("此处没有签署本操作的一方", "nobody signs here"),
    "by": Said("此处没有签署本操作的各方", "nobody signs here"),
    "input": Said("此处没有提交的内容", "nothing is handed in here"),
    "this": Said("此处没有所针对的记录", "there is no record that this is about"),
    "was": Said(
        "只有 steps 与对已有记录的 do 能看到操作之前的记录", "only steps, and do on a record that exists, see it as it was before"
    ),
    "officer": Said("经办人由 seats 与 apart 核对", "seats and apart look at officers"),
}


def members_of(record: Record) -> Members:
    """The fields of a record with what every record has: its state, since when, its owner, its tasks."""
    found = {each.name: _member(each) for each in record.fields}
    if record.states is not None:
        found["state"] = Member(Enum(f"{record.name}.state", tuple(each.name for each in record.states.every)))
        found["since"] = Member(TIME)
    if record.owned:
        found["owner"] = Member(PARTY)
    if record.tasks is not None:
        found["tasks"] = Member(_TASKS)
    return found


def _member(field: Field) -> Member:
    return Member(type_of(field), field.visibility != "public")


class Scopes:
    """Scopes of one definition; `base` holds what all share."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self.records: dict[str, Record] = {each.name: each for each in tree.records}
        lent = {each.name: each for each in tree.uses if each.kind == "record"}
        members: dict[str, Members] = {name: members_of(each) for name, each in self.records.items()}
        keys: dict[str, tuple[Type, ...]] = {}
        for name, record in self.records.items():
            fields = {each.name: each for each in record.fields}
            keys[name] = tuple(bare_type(fields[part], part) for part in record.key if part in fields)
        for name, use in lent.items():
            members[name] = {each.name: _member(each) for each in use.fields}
            lent_fields = {each.name: each for each in use.fields}
            keys[name] = tuple(bare_type(lent_fields[part], part) for part in use.key if part in lent_fields)
        variables = {"settings": Member(Space("settings"))}
        if tree.instance is not None:
            members["instance"] = members_of(tree.instance)
            variables["instance"] = Member(RecordType("instance"))
        self.base = Scope(
            variables=variables,
            records=members,
            groups={"settings": {each.name: Member(type_of(each)) for each in tree.settings}},
            keys=keys,
            assets=_assets(tree),
            reads=self._reads(),
            elsewhere=_GONE,
        )

    def _reads(self) -> dict[str, Read]:
        found: dict[str, Read] = {}
        if any(each.tasks is not None for each in self._tree.records):
            found["done"] = _DONE
        for total in self._tree.totals:
            read = self._total(total)
            if read is not None:
                found[total.name] = read
        for record in self._tree.records:
            fields = {each.name: each for each in record.fields}
            for index in record.indexes:
                parts = tuple(Parameter(part, bare_type(fields[part], part)) for part in index.fields if part in fields)
                given = "、".join(f"{{{place}}}" for place in range(len(parts)))
                says = Said(
                    f"按{given}查得的{_plain(record.title.zh)}",
                    f"the {_plain(record.title.en)} found by {given.replace('、', ', ')}",
                )
                found[index.name] = Read(index.name, parts, RecordType(record.name), _INDEX_COST, says)
        return found

    def _total(self, total: Total) -> Read | None:
        record = self.records.get(total.record)
        fields = {each.name: each for each in record.fields} if record is not None else {}
        title = total.title or (record.title if record is not None else None)
        if (total.kind == "sum" and total.field not in fields) or (total.of and total.of not in fields):
            return None
        parameters = (Parameter("of", bare_type(fields[total.of], total.of)),) if total.of else ()
        result: Type = INT if total.kind == "count" else bare_type(fields[total.field], total.field)
        says = Said(_plain(title.zh), _plain(title.en)) if title else Said(total.name, total.name)
        if total.of:
            says = Said(f"{{0}}的{says.zh}", f"{says.en} for {{0}}")
        return Read(total.name, parameters, result, _TOTAL_COST, says)

    # Scopes of places.

    def of_record(self, name: str, *, was: bool = False) -> Scope:
        """Where `this` is a record and nobody acts: promises, timers, totals."""
        more = {"this": Member(RecordType(name))}
        if was:
            more["was"] = Member(RecordType(name))
        return _with(self.base, more)

    def of_by(self, action: Action) -> Scope:
        """Where it is decided who may sign: before any input is looked at."""
        return self.of_record(action.on) if action.on else self.base

    def of_timer(self, timer: Timer) -> Scope:
        """What a timer sees."""
        return self.of_record(timer.on)

    def of_action(self, action: Action) -> Scope:
        """What `let` and `require` see; a record that is being created is not there yet."""
        scope = self.of_by(action)
        more = _signers(action)
        groups: dict[str, Members] = {}
        elsewhere = dict(scope.elsewhere)
        if "by" in more:
            groups["by"] = {each.name: Member(_party(each.any)) for each in action.by}
            parties = ", ".join(f"by.{each.name}" for each in action.by)
            elsewhere["actor"] = Said(
                f"本操作由多方签署，请写 {parties} 之一", f"several sign this action: write one of {parties}"
            )
        else:
            elsewhere["by"] = Said("本操作由一方签署，请写 actor", "one party signs this action: write actor")
        if action.input:
            more["input"] = Member(Space("input"))
            groups["input"] = {each.name: _input(each) for each in action.input}
        return replace(_with(scope, more), groups={**scope.groups, **groups}, elsewhere=elsewhere)

    def of_effects(self, action: Action, scope: Scope) -> Scope:
        """What `do` sees: what `require` sees, the record as it was, and the one that was created."""
        if action.creates:
            return _with(scope, {"this": Member(RecordType(action.creates))})
        return _with(scope, {"was": Member(RecordType(action.on))}) if action.on else scope

    def of_pages(self, record: str) -> Scope:
        """What pages see: also the names of parties."""
        scope = self.of_record(record)
        return replace(scope, groups={**scope.groups, "party": {"name": Member(TEXT)}})


def _assets(tree: Tree) -> dict[str, Asset]:
    found = {each.name: Asset(each.name, amount_of(each), each.per or None) for each in tree.assets}
    return found | {each.name: Asset(each.name, amount_of(each)) for each in tree.uses if each.kind == "asset"}


def _with(scope: Scope, more: Mapping[str, Member]) -> Scope:
    return replace(scope, variables={**scope.variables, **more})


def _signers(action: Action) -> dict[str, Member]:
    if action.by and action.by[0].name:
        return {"by": Member(Space("by"))}
    return {"actor": Member(_party(action.by[0].any) if action.by else PARTY)}


def _party(whos: tuple[object, ...]) -> Type:
    role = getattr(whos[0], "role", "") if len(whos) == 1 else ""
    return Party(role or None)


def _input(field: Input) -> Member:
    return _member(field)


def _plain(title: str) -> str:
    """A title as part of a pattern in which braces stand for arguments."""
    return title.replace("{", "{{").replace("}", "}}")
