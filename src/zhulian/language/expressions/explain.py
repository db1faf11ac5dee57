"""Says in Chinese and in English what an expression means, for manuals, forms and reports.

`titles` gives the words of the definition: of variables (`actor`), of fields as `record.field` or `group.field`, of record
types and assets (`asset.claim`), of enumerated values as `enumeration.value`. What has no title is called by its name.
"""

import re
from collections.abc import Mapping, Sequence

from zhulian.language.expressions.figures import show
from zhulian.language.expressions.tree import (
    Apply,
    Ask,
    Choose,
    Field,
    Has,
    Items,
    Literal,
    OrElse,
    Present,
    RecordAt,
    Typed,
    Variable,
)
from zhulian.language.expressions.types import Asset, Bool, Date, Enum, Party, Person, Record, Said, Space, Time, Type
from zhulian.language.registry import Read

__all__ = ["explain", "explain_guard"]

Titles = Mapping[str, Said]
_SPARE = re.compile(r" *([，。；：、（）“”]) *")  # no space beside a full-width mark
_COMPARED = {
    "equal": Said("{0}等于{1}", "{0} equals {1}"),
    "unequal": Said("{0}不等于{1}", "{0} does not equal {1}"),
    "less": Said("{0}少于{1}", "{0} is less than {1}"),
    "at_most": Said("{0}不超过{1}", "{0} is at most {1}"),
    "greater": Said("{0}多于{1}", "{0} is more than {1}"),
    "at_least": Said("{0}不少于{1}", "{0} is at least {1}"),
}
_IN_TIME = {
    "less": Said("{0}早于{1}", "{0} is before {1}"),
    "at_most": Said("{0}不晚于{1}", "{0} is not after {1}"),
    "greater": Said("{0}晚于{1}", "{0} is after {1}"),
    "at_least": Said("{0}不早于{1}", "{0} is not before {1}"),
    "equal": Said("{0}即{1}", "{0} is {1}"),
    "unequal": Said("{0}不是{1}", "{0} is not {1}"),
}
_OPPOSITE = {
    "equal": "unequal", "unequal": "equal", "less": "at_least", "at_least": "less", "greater": "at_most", "at_most": "greater",
}  # fmt: skip
_SHARE = Said("{0}乘以{1}再除以{2}（{3}）", "{0} times {1} over {2} ({3})")
_APPLIED = {
    "add": Said("{0}加{1}", "{0} plus {1}"),
    "subtract": Said("{0}减{1}", "{0} minus {1}"),
    "multiply": Said("{0}乘以{1}", "{0} times {1}"),
    "negate": Said("负的{0}", "minus {0}"),
    "in": Said("{0}属于{1}", "{0} is among {1}"),
    "concat": Said("{0}连同{1}", "{0} with {1}"),
    "size": Said("{0}的项数", "the size of {0}"),
    "number": Said("{0}的数目", "the number of {0}"),
    "smaller": Said("{0}与{1}中较小者", "the smaller of {0} and {1}"),
    "larger": Said("{0}与{1}中较大者", "the larger of {0} and {1}"),
    "floor_div": Said("{0}除以{1}（向下取整）", "{0} divided by {1}, rounded down"),
    "ceil_div": Said("{0}除以{1}（向上取整）", "{0} divided by {1}, rounded up"),
    "share": _SHARE,
    "share_rate": _SHARE,
    "date_plus_days": Said("{0}后推{1}", "{0} plus {1}"),
    "date_minus_days": Said("{0}前推{1}", "{0} minus {1}"),
    "time_plus": Said("{0}后推{1}", "{0} plus {1}"),
    "time_minus": Said("{0}前推{1}", "{0} minus {1}"),
    "time_plus_days": Said("{0}后推{1}", "{0} plus {1}"),
    "time_minus_days": Said("{0}前推{1}", "{0} minus {1}"),
    "time_between": Said("{1}至{0}的时长", "the time from {1} to {0}"),
    "days": Said("{0}至{1}的天数", "the days from {0} to {1}"),
    "add_months": Said("{0}后推 {1} 个月", "{0} plus {1} months"),
    "workday": Said("{0}后第 {1} 个工作日", "workday {1} after {0}"),
    "start_of": Said("{0}当日开始", "the start of {0}"),
    "end_of": Said("{0}当日结束", "the end of {0}"),
    "date_of": Said("{0}所在日期", "the day of {0}"),
}
_ROUNDING = {
    "up": Said("进位", "rounded up"),
    "down": Said("舍去", "rounded down"),
    "half_up": Said("四舍五入", "rounded half up"),
}
_VARIABLES = {
    "this": Said("本记录", "this record"),
    "was": Said("操作前的本记录", "the record before the action"),
    "actor": Said("操作方", "the actor"),
    "officer": Said("经办人", "the officer"),
    "instance": Said("本应用", "this application"),
}
_GROUPS = {
    "input": Said("填写的{0}", "the {0} given"),
    "settings": Said("设定的{0}", "the {0} set"),
    "by": Said("{0}", "the {0}"),
}
_OF_RECORD = {
    "this": Said("本{1}的{0}", "the {0} of this {1}"),
    "was": Said("操作前的{0}", "the {0} before the action"),
}
_SUMS = ("add", "subtract")
_OPERATIONS = frozenset(_APPLIED) - {"size", "number", "smaller", "larger", "days", "start_of", "end_of", "date_of"}


def explain_guard(tree: Typed, reads: Mapping[str, Read], titles: Titles) -> Said:
    """A whole sentence of what a guard demands."""
    said = explain(tree, reads, titles)
    return Said(f"须满足：{said.zh}。", f"It is required that {said.en}.")


def explain(tree: Typed, reads: Mapping[str, Read], titles: Titles) -> Said:
    """The expression as a phrase: a condition, or the name of a value."""
    speaker = _Speaker(reads, titles)
    said = speaker.condition(tree) if isinstance(tree.type, Bool) else speaker.say(tree)
    return Said(_SPARE.sub(r"\1", said.zh).strip(), said.en)


def _fill(pattern: Said, parts: list[Said]) -> Said:
    return Said(pattern.zh.format(*[each.zh for each in parts]), pattern.en.format(*[each.en for each in parts]))


class _Speaker:
    def __init__(self, reads: Mapping[str, Read], titles: Titles) -> None:
        self._reads = reads
        self._titles = titles

    def condition(self, tree: Typed) -> Said:
        """A yes or no as a condition."""
        said = self.say(tree)
        if isinstance(tree, Field | Variable | Literal | Present | OrElse | Choose):
            return Said(f"{said.zh}为“是”", f"{said.en} is “yes”")
        return said

    def _record(self, what: Said, key: Sequence[Typed]) -> Said:
        """A record by its key: whose it is first, then its own number."""
        owners = [each for each in key if isinstance(each.type, Party | Person | Record)]
        whose = _join([self.say(each) for each in owners], "、", ", ")
        number = _join([self.say(each) for each in key if each not in owners], "、", ", ")
        if len(owners) == len(key):
            return Said(f"{whose.zh}的{what.zh}", f"the {what.en} of {whose.en}")
        if not owners:
            return Said(f"编号为{number.zh}的{what.zh}", f"the {what.en} {number.en}")
        below = "下" if isinstance(owners[-1].type, Record) else ""
        return Said(f"{whose.zh}{below}编号为{number.zh}的{what.zh}", f"the {what.en} {number.en} of {whose.en}")

    def _title(self, *names: str) -> Said:
        for name in names:
            if name in self._titles:
                return self._titles[name]
        last = names[-1].rpartition(".")[2]
        return Said(f" {last} ", last)

    def say(self, tree: Typed) -> Said:
        match tree:
            case Literal(value=value, type=of):
                if isinstance(of, Asset):
                    return self._title(f"asset.{value}", str(value))
                return _ROUNDING[value] if value in _ROUNDING and not isinstance(of, Enum) else show(value, of, self._titles)
            case Variable(name=name):
                return self._titles.get(name) or _VARIABLES.get(name) or self._title(name)
            case Field():
                return self._field(tree)
            case RecordAt(record=record, key=key):
                return self._record(self._title(record), key)
            case Present(of=of):
                return self.say(of)
            case Has(of=of):
                said = self.say(of)
                return Said(f"已有{said.zh}", f"there is {said.en}")
            case OrElse(of=of, other=other):
                return _fill(Said("{0}（没有时为{1}）", "{0} (or {1} where there is none)"), [self.say(of), self.say(other)])
            case Ask():
                return self._ask(tree)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                pattern = Said("（若{0}，为{1}，否则为{2}）", "({1} if {0}, otherwise {2})")
                return _fill(pattern, [self.condition(condition), self.say(then), self.say(otherwise)])
            case Items(items=items):
                return _join([self.say(each) for each in items], "、", ", ") if items else Said("空列表", "an empty list")
            case Apply():
                return self._apply(tree)

    def _field(self, tree: Field) -> Said:
        of: Type = tree.of.type
        if isinstance(of, Space):
            name = self._title(f"{of.name}.{tree.name}", tree.name)
            return _fill(_GROUPS.get(of.name, Said("{0}", "{0}")), [name])
        if isinstance(of, Record) and of.name is not None:
            name = self._title(f"{of.name}.{tree.name}", _STATE.get(tree.name, tree.name))
            if tree.name in _STATE and f"{of.name}.{tree.name}" not in self._titles:
                name = _BUILT_IN[tree.name]
            if isinstance(tree.of, Variable) and tree.of.name in _OF_RECORD:
                return _fill(_OF_RECORD[tree.of.name], [name, self._title(of.name)])
            return _fill(Said("{1}的{0}", "the {0} of {1}"), [name, self.say(tree.of)])
        kind = "party" if isinstance(of, Party | Person) else tree.name
        name = self._titles.get(f"{kind}.{tree.name}") or _BUILT_IN.get(tree.name) or self._title(tree.name)
        return _fill(Said("{1}的{0}", "the {0} of {1}"), [name, self.say(tree.of)])

    def _ask(self, tree: Ask) -> Said:
        parts = [self.say(each) for each in tree.arguments]
        read = self._reads.get(tree.read)
        if read is not None:
            return _fill(read.says, parts)
        said = _join(parts, "、", ", ")
        name = self._title(tree.read)
        return Said(f"{said.zh}的{name.zh}", f"the {name.en} of {said.en}") if parts else name

    def _apply(self, tree: Apply) -> Said:
        name, operands = tree.operator, tree.operands
        if name == "not":
            return self._deny(operands[0])
        if name in ("and", "or"):
            parts = [self._within(each, name) for each in operands]
            return _join(parts, *(("，且", ", and ") if name == "and" else ("，或", ", or ")))
        if name in _COMPARED:
            return self._compare(name, operands)
        if (
            name in _SUMS and isinstance(operands[0], Apply) and operands[0].operator in _SUMS
        ):  # a plus b minus c: from left to right
            return _fill(_APPLIED[name], [self.say(operands[0]), *(self._operand(each) for each in operands[1:])])
        return _fill(_APPLIED[name], [self._operand(each) for each in operands])

    def _operand(self, tree: Typed) -> Said:
        said = self.say(tree)
        return _bracket(said) if isinstance(tree, Apply) and tree.operator in _OPERATIONS else said

    def _within(self, tree: Typed, operator: str) -> Said:
        """A condition inside `and` or `or`, in brackets where it could be read two ways."""
        said = self.condition(tree)
        mixed = isinstance(tree, Apply) and tree.operator in ("and", "or") and tree.operator != operator
        return _bracket(said) if mixed else said

    def _compare(self, name: str, operands: tuple[Typed, ...]) -> Said:
        left, right = operands
        if isinstance(left.type, Bool) and isinstance(right, Literal):
            return self.condition(left) if (name == "equal") == bool(right.value) else self._deny(left)
        moments = isinstance(left.type, Date | Time) or (
            name in ("equal", "unequal") and isinstance(left.type, Enum | Party | Person | Record)
        )
        if moments and isinstance(left.type, Enum | Party | Person | Record):
            pattern = Said("{0}为{1}", "{0} is {1}") if name == "equal" else Said("{0}不为{1}", "{0} is not {1}")
        else:
            pattern = _IN_TIME[name] if moments else _COMPARED[name]
        return _fill(pattern, [self.say(left), self.say(right)])

    def _deny(self, tree: Typed) -> Said:
        match tree:
            case Apply(operator="not", operands=(inner,)):
                return self.condition(inner)
            case Apply(operator=name, operands=operands) if name in _OPPOSITE:
                return self._compare(_OPPOSITE[name], operands)
            case Apply(operator="in", operands=operands):
                return _fill(Said("{0}不属于{1}", "{0} is not among {1}"), [self.say(each) for each in operands])
            case Has(of=of):
                said = self.say(of)
                return Said(f"没有{said.zh}", f"there is no {said.en.removeprefix('the ')}")
        said = self.say(tree)
        if isinstance(tree, Field | Variable | Literal | Present | OrElse | Choose):
            return Said(f"{said.zh}为“否”", f"{said.en} is “no”")
        return Said(f"（{said.zh}）不成立", f"it is not the case that ({said.en})")


_BUILT_IN = {
    "state": Said("状态", "state"),
    "since": Said("进入现状态的时间", "time of entering its state"),
    "owner": Said("所有人", "owner"),
    "name": Said("名称", "name"),
}
_STATE = {name: name for name in ("state", "since", "owner")}


def _bracket(said: Said) -> Said:
    return Said(f"（{said.zh}）", f"({said.en})")


def _join(parts: list[Said], zh: str, en: str) -> Said:
    return Said(zh.join(each.zh for each in parts), en.join(each.en for each in parts))
