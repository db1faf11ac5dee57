"""Refusals of the story runner: what keeps a story from being played at all."""

from zhulian.errors import Refusal, Words

__all__ = [
    "NoSuchStory",
    "NotGiven",
    "NotInDefinition",
    "NotProposed",
    "PackMissing",
    "PacksCircular",
    "StageRefused",
    "UpgradeUnread",
    "UseUnknown",
]


class PackMissing(
    Refusal,
    code="stories/1",
    zh="找不到所引入的场景 {scenario} 的定义。请把其文件放在本定义旁边，或放在同级的 {scenario}/scenario.yaml。",
    en="The scenario {scenario}, which is used, is not found. Put its file beside this definition, or at {scenario}/scenario.yaml beside its folder.",
):
    scenario: str


class PacksCircular(
    Refusal,
    code="stories/2",
    zh="场景相互引入成环：{names}。请去掉其中一处引入。",
    en="The scenarios use each other in a circle: {names}. Take out one of the uses.",
):
    names: str


class UseUnknown(
    Refusal,
    code="stories/3",
    zh="所引入的场景 {scenario} 没有 {what}。请核对 uses。",
    en="The scenario {scenario}, which is used, has no {what}. Check uses.",
):
    scenario: str
    what: str


class NotGiven(
    Refusal,
    code="stories/4",
    zh="given 中的 {what} 不能设定：{why.zh}。请改写。",
    en="The {what} in given cannot be set: {why.en}. Write it another way.",
):
    what: str
    why: Words


class StageRefused(
    Refusal,
    code="stories/5",
    zh="准备演练时，{step.zh}未通过（{inner}）：{why.zh}。请据此修改定义或角色分配。",
    en="While the stage was set, {step.en} was refused ({inner}): {why.en}. Change the definition or the cast accordingly.",
):
    step: Words
    inner: str
    why: Words


class NoSuchStory(
    Refusal,
    code="stories/6",
    zh="没有名为 {name} 的故事。现有：{known}。请核对名称。",
    en="There is no story called {name}. There are: {known}. Check the name.",
):
    name: str
    known: str


class NotInDefinition(
    Refusal,
    code="stories/7",
    zh="第 {version} 版定义中没有 {name}。请核对升级之后的步骤。",
    en="Version {version} of the definition has no {name}. Check the steps after the upgrade.",
):
    name: str
    version: int


class NotProposed(
    Refusal,
    code="stories/8",
    zh="提案 {name} 尚未提出或未获受理。请检查之前的步骤。",
    en="The proposal {name} was not made, or was refused. Look at the steps before.",
):
    name: str


class UpgradeUnread(
    Refusal,
    code="stories/9",
    zh="升级所用的定义 {file} 不能使用：{why.zh}。请把通过检查的文件放在本定义旁边。",
    en="The definition {file}, to which a story upgrades, cannot be used: {why.en}. Put a file beside this one that passes the check.",
):
    file: str
    why: Words
