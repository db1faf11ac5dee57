"""Refusals of opening, admitting and upgrading, in the order in which they are asked."""

from typing import ClassVar

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyMember",
    "InstanceExists",
    "KeptByUpgrade",
    "NoSuchDefinition",
    "NoUpgradeComing",
    "NotAMember",
    "NotOperator",
    "NotYourAdmission",
    "NothingToMove",
    "OwnKeyOnly",
    "PartyUnknown",
    "PersonsNotAdmitted",
    "PresentedByModule",
    "RoleUnknown",
    "RollFull",
    "SettingWrong",
    "SpacesDue",
    "Stranger",
    "TooManyVersions",
    "UpgradeUnderWay",
    "UpgradeUnfit",
    "UseRebound",
    "UseUnfit",
    "UsesCircular",
]


class NoSuchDefinition(
    Refusal,
    code="scenario/94",
    zh="没有已发布的定义 {definition}。请核对摘要，或先发布。",
    en="No definition {definition} is published. Check the digest, or publish it first.",
):
    story: ClassVar[str] = "no_such_record"
    definition: str


class InstanceExists(
    Refusal,
    code="scenario/95",
    zh="应用名 {instance} 已在高度 {height} 使用。请换一个名称。",
    en="An instance called {instance} was opened at height {height}. Choose another name.",
):
    story: ClassVar[str] = "already_there"
    instance: str
    height: int


class SettingWrong(
    Refusal,
    code="scenario/96",
    zh="参数 {name} 不符合要求：{why.zh}。请更正。",
    en="The setting {name} is not as it must be: {why.en}. Correct it.",
):
    story: ClassVar[str] = "bad_input"
    name: str
    why: Words


class UseUnfit(
    Refusal,
    code="scenario/97",
    zh="引用 {use} 所对应的应用 {instance} 不合适：{why.zh}。请另指定应用。",
    en="The instance {instance} does not do for the use {use}: {why.en}. Name another.",
):
    story: ClassVar[str] = "bad_input"
    use: str
    instance: str
    why: Words


class UsesCircular(
    Refusal,
    code="scenario/98",
    zh="{instance} 所引用的应用又引用了 {instance}，或引用层次过多。请改用不相互依赖的应用。",
    en="What {instance} uses leads back to it, or too far. Use instances that do not depend on each other.",
):
    story: ClassVar[str] = "bad_input"
    instance: str


class SpacesDue(
    Refusal,
    code="scenario/99",
    zh="应用 {instance} 须在编号空间 {spaces.zh} 登记编号，而各机构尚未准入。请先以 zhulian govern propose 提案 registry.set_space，"
    "将 {instance} 列入 claimants（或设 open），表决通过后再试。",
    en="The instance {instance} claims numbers in {spaces.en}, to which the members have not admitted it. First let them vote on "
    "registry.set_space with {instance} among the claimants (or open), by zhulian govern propose; then try again.",
):
    story: ClassVar[str] = "module"
    instance: str
    spaces: Words


class PresentedByModule(
    Refusal,
    code="scenario/100",
    zh="应用 {instance} 由模块 {module} 提供，不经场景定义办理。请使用该模块自己的操作。",
    en="The instance {instance} is presented by the module {module} and does nothing through a definition. Use the module's own messages.",
):
    story: ClassVar[str] = "module"
    instance: str
    module: str


class RoleUnknown(
    Refusal,
    code="scenario/101",
    zh="应用 {instance} 没有可准入的角色 {role}，只有：{known}。请更正。",
    en="The instance {instance} has no role {role} that one is admitted to, only: {known}. Correct it.",
):
    story: ClassVar[str] = "bad_input"
    instance: str
    role: str
    known: str


class NotYourAdmission(
    Refusal,
    code="scenario/102",
    zh="角色 {role} 由 {by.zh} 决定，{party} 无权办理。请由有权的一方签署。",
    en="The role {role} is for {by.en} to give and end, not for {party}. Let whoever may do so sign.",
):
    story: ClassVar[str] = "not_yours"
    role: str
    party: str
    by: Words


class PersonsNotAdmitted(
    Refusal,
    code="scenario/103",
    zh="角色 {role} 只接纳机构，{party} 是自然人标识。请以机构加入，或选用接纳自然人的角色。",
    en="The role {role} is for organisations, {party} is a person's handle. Admit an organisation, or use a role for people.",
):
    story: ClassVar[str] = "bad_input"
    role: str
    party: str


class PartyUnknown(
    Refusal,
    code="scenario/104",
    zh="{party} 不是本链的机构，也不是为应用 {instance} 开立的有效自然人标识。请核对；自然人须先在本应用开立标识。",
    en="{party} is no organisation of this chain, and no handle that was opened for {instance} and is in use. Check it; people open a "
    "handle for this instance first.",
):
    story: ClassVar[str] = "bad_input"
    instance: str
    party: str


class OwnKeyOnly(
    Refusal,
    code="scenario/105",
    zh="角色 {role} 须持有本人密钥，{party} 由代理机构 {agent} 代签。请以本人密钥开立标识。",
    en="The role {role} is for people with own keys; {agent} signs for {party}. Open a handle with an own key.",
):
    story: ClassVar[str] = "bad_input"
    role: str
    party: str
    agent: str


class AlreadyMember(
    Refusal,
    code="scenario/106",
    zh="{party} 已于高度 {height} 加入角色 {role}，无需重复。",
    en="{party} has had the role {role} since height {height}; nothing is left to do.",
):
    story: ClassVar[str] = "already_there"
    party: str
    role: str
    height: int


class RollFull(
    Refusal,
    code="scenario/107",
    zh="角色 {role} 已满 {most} 个参与方。请先终止不再参与的。",
    en="The role {role} has {most} parties, which is the most. Dismiss those who take part no longer.",
):
    story: ClassVar[str] = "module"
    role: str
    most: int


class NotAMember(
    Refusal,
    code="scenario/108",
    zh="{party} 没有角色 {role}，无需终止。请核对。",
    en="{party} does not have the role {role}, so there is nothing to end. Check both.",
):
    story: ClassVar[str] = "no_such_record"
    party: str
    role: str


class NotOperator(
    Refusal,
    code="scenario/109",
    zh="应用 {instance} 的运营方是 {operator}，只有它能升级或取消升级。请由其办理。",
    en="The operator of {instance} is {operator}, who alone upgrades it or calls an upgrade off. Let it do so.",
):
    story: ClassVar[str] = "not_yours"
    instance: str
    operator: str


class UpgradeUnderWay(
    Refusal,
    code="scenario/110",
    zh="应用 {instance} 已公告升级至第 {version} 版，将于 {since}（Unix 秒）生效。请等其生效，或先取消。",
    en="An upgrade of {instance} to version {version} is announced for {since} (Unix seconds). Wait for it, or call it off first.",
):
    story: ClassVar[str] = "already_there"
    instance: str
    since: int
    version: int


class UpgradeUnfit(
    Refusal,
    code="scenario/111",
    zh="应用 {instance} 现为 {scenario} 第 {version} 版，所给定义不是由该版升级的。请选用 upgrade.from 为该版的定义。",
    en="{instance} runs version {version} of {scenario}, and this definition does not upgrade that. Use one whose upgrade.from says so.",
):
    story: ClassVar[str] = "bad_input"
    instance: str
    scenario: str
    version: int


class TooManyVersions(
    Refusal,
    code="scenario/112",
    zh="应用 {instance} 已历经 {most} 个版本，不能再升级。请新设一个应用。",
    en="{instance} has followed {most} versions, which is the most. Open a new instance.",
):
    story: ClassVar[str] = "module"
    instance: str
    most: int


class KeptByUpgrade(
    Refusal,
    code="scenario/113",
    zh="第 {version} 版保留的记录将无法按原规则办结：{why.zh}。请调整新版定义。",
    en="Records that were kept under version {version} could not finish by its rules: {why.en}. Change the new definition.",
):
    story: ClassVar[str] = "bad_input"
    version: int
    why: Words


class NoUpgradeComing(
    Refusal,
    code="scenario/114",
    zh="应用 {instance} 没有尚未生效的升级，无需取消。已生效的，只能再次升级。",
    en="No upgrade of {instance} is still to come, so there is none to call off. One that has begun is followed by another upgrade.",
):
    story: ClassVar[str] = "no_such_record"
    instance: str


class Stranger(
    Refusal,
    code="scenario/115",
    zh="{party} 在应用 {instance} 中没有任何角色，交易未予受理。请先由 {by.zh} 准入。",
    en="{party} has no role in {instance}, so the transaction is turned away. Ask {by.en} for admission first.",
):
    story: ClassVar[str] = "not_yours"
    instance: str
    party: str
    by: Words


class NothingToMove(
    Refusal,
    code="scenario/116",
    zh="{record} {key} 已适用第 {version} 版，或按该版保留办结，无需迁移。",
    en="The {record} {key} lives under version {version} already, or is kept there to finish; nothing is left to do.",
):
    story: ClassVar[str] = "already_there"
    record: str
    key: str
    version: int


class UseRebound(
    Refusal,
    code="scenario/117",
    zh="应用 {instance} 的记录可能持有或指向经 {use} 引入的 {before} 的内容，升级时不能改引 {after}，否则将无法转出。请仍引入 {before}。",
    en="Records of {instance} may hold or point at what {before} lends as {use}, so an upgrade cannot bind it to {after}: there would be no way "
    "out. Bind it to {before} as before.",
):
    story: ClassVar[str] = "bad_input"
    instance: str
    use: str
    before: str
    after: str
