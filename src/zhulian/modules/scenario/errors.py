"""Refusals of acting: by the rules of a definition, and by those that the kernel keeps for every definition.

`story` is what a story calls the refusal (`BUILT_IN_REFUSALS`); other parts of the module have refusals of their own beside them.
"""

from typing import Any, ClassVar

from zhulian.errors import Refusal, Words

__all__ = [
    "AboutOneRecord",
    "AlreadyThere",
    "CalledTooDeep",
    "DebitUnsigned",
    "FieldUnfit",
    "FinalHolds",
    "FinalLeft",
    "InputMissing",
    "InputNotInRole",
    "InputRefused",
    "InputUnknown",
    "KeyTwice",
    "KeyUnfit",
    "LentByNobody",
    "NoSuchAction",
    "NoSuchInstance",
    "NoSuchRecord",
    "NotUnique",
    "NotYetFilled",
    "OfMany",
    "OneKeyDue",
    "PromiseBroken",
    "Reentered",
    "RuleRefused",
    "SettingMissing",
    "TooManyKeys",
    "TotalOverflow",
    "UsedWrongly",
    "VersionsMixed",
    "WrongState",
]


class RuleRefused(Refusal):
    """A refusal that a definition declares: its code is `scenario:name`, its sentences are the author's."""

    _names: ClassVar[tuple[str, ...]] = ("scenario", "name", "sentence_zh", "sentence_en")
    scenario: str
    name: str
    sentence_zh: str
    sentence_en: str

    @classmethod
    def of(cls, scenario: str, name: str, zh: str, en: str) -> "RuleRefused":
        """The refusal `name` of a scenario, with its sentences."""
        found = cls(scenario=scenario, name=name, sentence_zh=zh, sentence_en=en)
        found.__dict__.update(code=f"{scenario}:{name}", story=name)
        return found

    def say(self, language: str) -> str:
        """The author's sentence as it stands; braces in it mean nothing."""
        return self.sentence_zh if language == "zh" else self.sentence_en


class OfMany(Refusal):
    """A refusal of one of many records, with its place among them; it keeps the code of what it tells of."""

    _names: ClassVar[tuple[str, ...]] = ("index", "key", "why")
    index: int
    key: str
    why: Words

    @classmethod
    def of(cls, refusal: Refusal, index: int, key: str) -> "OfMany":
        """The refusal with the place (from 0) and key of the record that it befell."""
        words = Words(refusal.say("zh"), refusal.say("en"))
        found = cls(index=index, key=key, why=words)
        found.__dict__.update(code=refusal.code, story=getattr(refusal, "story", ""), told=refusal)
        return found

    @property
    def inner(self) -> Refusal:
        """What befell the record."""
        found: Refusal = self.__dict__["told"]
        return found

    def say(self, language: str) -> str:
        """Which record it is, and why."""
        why = self.inner.say(language) if "told" in self.__dict__ else self.why.say(language)
        return (
            f"第 {self.index + 1} 项（{self.key}）：{why}" if language == "zh" else f"Number {self.index + 1} ({self.key}): {why}"
        )

    def __reduce__(self) -> Any:
        return OfMany.of, (self.inner, self.index, self.key)


class NoSuchInstance(
    Refusal,
    code="scenario/1",
    zh="没有名为 {instance} 的应用。请核对名称。",
    en="There is no instance {instance}. Check its name.",
):
    story: ClassVar[str] = "no_such_record"
    instance: str


class NoSuchAction(
    Refusal,
    code="scenario/2",
    zh="应用 {instance} 没有操作 {action}。请核对名称；已升级的，请按新版定义填写。",
    en="The instance {instance} has no action {action}. Check its name; after an upgrade follow the new definition.",
):
    story: ClassVar[str] = "bad_input"
    instance: str
    action: str


class OneKeyDue(
    Refusal,
    code="scenario/3",
    zh="操作 {action} 须指明一条{record}。请在 on 中写明其编号。",
    en="The action {action} is about a {record}. Give its key in on.",
):
    story: ClassVar[str] = "no_such_record"
    action: str
    record: str


class AboutOneRecord(
    Refusal,
    code="scenario/4",
    zh="操作 {action} 不针对已有记录。请去掉 on。",
    en="The action {action} is about no record that exists. Leave on out.",
):
    story: ClassVar[str] = "bad_input"
    action: str


class TooManyKeys(
    Refusal,
    code="scenario/5",
    zh="操作 {action} 一次最多针对 {most} 条记录，给出了 {given} 条。请分次进行。",
    en="The action {action} takes at most {most} records at once, {given} are given. Do it in several.",
):
    story: ClassVar[str] = "bad_input"
    action: str
    given: int
    most: int


class KeyTwice(
    Refusal,
    code="scenario/6",
    zh="记录 {key} 在 on 中出现两次。请去掉重复的一项。",
    en="The record {key} occurs twice in on. Leave one of them out.",
):
    story: ClassVar[str] = "bad_input"
    key: str


class NoSuchRecord(
    Refusal,
    code="scenario/7",
    zh="没有编号为 {key} 的{record}。请核对编号。",
    en="There is no {record} with the key {key}. Check the key.",
):
    story: ClassVar[str] = "no_such_record"
    record: str
    key: str


class AlreadyThere(
    Refusal,
    code="scenario/8",
    zh="编号为 {key} 的{record}已存在。请换用其他编号。",
    en="A {record} with the key {key} exists already. Choose another key.",
):
    story: ClassVar[str] = "already_there"
    record: str
    key: str


class VersionsMixed(
    Refusal,
    code="scenario/9",
    zh="on 中的记录适用不同版本的定义。请按版本分次进行。",
    en="The records in on live under different versions of the definition. Act on those of each version apart.",
):
    story: ClassVar[str] = "bad_input"


class WrongState(
    Refusal,
    code="scenario/10",
    zh="{record} {key} 处于 {state}，操作 {action} 只能在 {allowed} 时进行。请先完成应有的步骤。",
    en="The {record} {key} is {state}; the action {action} works only when it is {allowed}. Do first what comes before.",
):
    story: ClassVar[str] = "wrong_state"
    action: str
    record: str
    key: str
    state: str
    allowed: str


class InputUnknown(
    Refusal,
    code="scenario/11",
    zh="{at} 没有名为 {name} 的填报项，只有：{known}。请更正。",
    en="{at} asks for nothing called {name}, only for: {known}. Correct it.",
):
    story: ClassVar[str] = "bad_input"
    at: str
    name: str
    known: str


class InputMissing(
    Refusal,
    code="scenario/12",
    zh="未填写 {name}。请补填。",
    en="{name} is not given. Fill it in.",
):
    story: ClassVar[str] = "bad_input"
    name: str


class InputRefused(
    Refusal,
    code="scenario/13",
    zh="填报项 {name} 不符合要求：{why.zh}。请更正。",
    en="{name} is not as it must be: {why.en}. Correct it.",
):
    story: ClassVar[str] = "bad_input"
    name: str
    why: Words


class InputNotInRole(InputRefused):
    """An input that must be a party in a role and is not; it has the code of every unfit input."""

    role: ClassVar[str] = ""
    party: ClassVar[str] = ""

    @classmethod
    def of(cls, name: str, role: str, party: str) -> "InputNotInRole":
        """The refusal of the input `name`, which is `party`."""
        found = cls(name=name, why=Words(f"{party} 不是 {role}", f"{party} is no {role}"))
        found.__dict__.update(role=role, party=party)
        return found


class KeyUnfit(
    Refusal,
    code="scenario/14",
    zh="{record} 的编号 {key} 有一部分为空、超过 {most} 个字符，或合计过长。请缩短或补全。",
    en="A part of the key {key} of the {record} is empty or longer than {most} characters, or all are too long together. Shorten or fill it in.",
):
    story: ClassVar[str] = "bad_input"
    record: str
    key: str
    most: int


class NotUnique(
    Refusal,
    code="scenario/15",
    zh="{field} 的值已被另一记录使用，须唯一。请核对；确属不同事项的，请换用其他值。",
    en="The value of {field} is taken by another record and must be unique. Check it, or choose another if this is another matter.",
):
    story: ClassVar[str] = "not_unique"
    field: str


class FieldUnfit(
    Refusal,
    code="scenario/16",
    zh="字段 {field} 将得到不允许的值：{why.zh}。请调整填报内容。",
    en="The field {field} would get a value that it may not have: {why.en}. Change what is asked for.",
):
    story: ClassVar[str] = "bad_input"
    field: str
    why: Words


class NotYetFilled(
    Refusal,
    code="scenario/17",
    zh="新建的{record}缺少字段 {field}。请检查定义中该操作的各条路径。",
    en="The new {record} has no value for {field}. Look at every way through this action in the definition.",
):
    story: ClassVar[str] = "bad_input"
    record: str
    field: str


class FinalLeft(
    Refusal,
    code="scenario/18",
    zh="{record} {key} 已处于终态 {state}，不能再变更状态。",
    en="The {record} {key} is in the final state {state}, which nothing leaves. Start a new one.",
):
    story: ClassVar[str] = "wrong_state"
    record: str
    key: str
    state: str


class DebitUnsigned(
    Refusal,
    code="scenario/19",
    zh="{verb} 将从 {owner} 处取走，但其未签署本操作，也不是本应用的记录。请由其签署。",
    en="{verb} would take from {owner}, who neither signs this action nor is a record of this instance. Have the owner sign.",
):
    story: ClassVar[str] = "not_yours"
    verb: str
    owner: str


class PromiseBroken(
    Refusal,
    code="scenario/20",
    zh="操作后 {record} {key} 不再满足恒定约束 {promise}{said.zh}。请调整后重试。",
    en="After this the {record} {key} would break the promise {promise}{said.en}. Change what is asked for.",
):
    story: ClassVar[str] = "promise_broken"
    record: str
    key: str
    promise: str
    said: Words


class FinalHolds(
    Refusal,
    code="scenario/21",
    zh="{record} {key} 进入终态 {state} 时仍持有资产或待领取的份额。请先转出。",
    en="The {record} {key} would end in {state} while it still holds assets or a share to collect. Move them out first.",
):
    story: ClassVar[str] = "promise_broken"
    record: str
    key: str
    state: str


class Reentered(
    Refusal,
    code="scenario/22",
    zh="应用 {instance} 已在本次调用链中，不能再次进入。请分两次操作。",
    en="The instance {instance} is at work in this call already and cannot be entered again. Use two actions.",
):
    story: ClassVar[str] = "module"
    instance: str


class CalledTooDeep(
    Refusal,
    code="scenario/23",
    zh="应用之间的调用超过 {most} 层。请分几次操作。",
    en="Instances call each other more than {most} deep. Use several actions.",
):
    story: ClassVar[str] = "module"
    most: int


class TotalOverflow(
    Refusal,
    code="scenario/24",
    zh="汇总 {total} 将超出 ±（2^53−1）。请减小数额。",
    en="The total {total} would go beyond ±(2^53−1). Use smaller amounts.",
):
    story: ClassVar[str] = "overflow"
    total: str


class LentByNobody(
    Refusal,
    code="scenario/25",
    zh="本链没有提供 {word} 的模块。请由各机构表决启用，或改用其他定义。",
    en="No module of this chain lends {word}. Let the members switch one on, or use another definition.",
):
    story: ClassVar[str] = "module"
    word: str


class RecordTooLong(
    Refusal,
    code="scenario/28",
    zh="{record} {key} 的文字、列表与引用合计 {size} 字节，上限为 {most} 字节。请缩短，或将内容放在其他记录中。",
    en="Texts, lists and references of the {record} {key} have {size} bytes, {most} is the most. Shorten them, or use other records.",
):
    story: ClassVar[str] = "bad_input"
    record: str
    key: str
    size: int
    most: int


class SettingMissing(
    Refusal,
    code="scenario/26",
    zh="应用没有设定参数 {name}。请由运营方升级应用并设定。",
    en="The instance has no setting {name}. Let the operator upgrade it and set it.",
):
    story: ClassVar[str] = "module"
    name: str


class UsedWrongly(
    Refusal,
    code="scenario/27",
    zh="所引用的应用 {instance} 与定义所写不符：{why.zh}。请由运营方核对 uses。",
    en="The instance {instance} that is used is not as the definition says: {why.en}. Let the operator look at its uses.",
):
    story: ClassVar[str] = "module"
    instance: str
    why: Words
