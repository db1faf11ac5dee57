"""Refusals of the govern module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "ActionMalformed",
    "ActionRefused",
    "AlreadyTakenDown",
    "AlreadyVoted",
    "CalendarWrong",
    "HeaderNotSealed",
    "HeightNotAhead",
    "KeyRetired",
    "LimitsUnworkable",
    "NeedsProposal",
    "NeedsVoter",
    "NobodyThere",
    "NotGoverned",
    "OneProposalEach",
    "ProposalDecided",
    "ProposalExpired",
    "SealKeyInUse",
    "SealKeyUnproved",
    "SealNotOfSet",
    "SealNotRecent",
    "SealersNotActive",
    "SealersNotSorted",
    "UnknownModule",
    "UnknownProposal",
    "ValidatorKeyInUse",
    "ValidatorKeyUnproved",
    "ValidatorsPartly",
    "VersionNotNewer",
]


class NeedsProposal(
    Refusal,
    code="govern/1",
    zh="操作 {type} 须经各机构表决。请将其放入 govern.propose 的 actions 中提案，通过后自动执行。",
    en="{type} needs the members' vote. Put it into the actions of a govern.propose; once passed it is carried out by itself.",
):
    type: str


class NeedsVoter(
    Refusal,
    code="govern/2",
    zh="{signer} 无表决资格。请由机构具有 admin 或 voter 职责的经办人签名。",
    en="{signer} has no vote to cast. Let officers of organisations with the duty admin or voter sign, and nobody else.",
):
    signer: str


class OneProposalEach(
    Refusal,
    code="govern/3",
    zh="一笔交易只能提出一项提案。请把各项操作放入同一提案，或分开提交。",
    en="One transaction makes one proposal. Put all actions into one, or use several transactions.",
):
    pass


class NotGoverned(
    Refusal,
    code="govern/4",
    zh="第 {place} 项操作 {type} 不属于提案事项。请直接提交，或删去该项。",
    en="Action {place}, {type}, is nothing to be decided by proposal. Submit it directly, or leave it out.",
):
    place: int
    type: str


class ActionMalformed(
    Refusal,
    code="govern/5",
    zh="第 {place} 项操作不符合约定：{why.zh}。请对照接口文档修改。",
    en="Action {place} has another shape than agreed: {why.en}. Compare it with the reference.",
):
    place: int
    why: Words


class UnknownProposal(
    Refusal,
    code="govern/6",
    zh="没有提案 {proposal}。请核对编号（即提案交易的编号）。",
    en="There is no proposal {proposal}. Check the id, which is that of the proposing transaction.",
):
    proposal: str


class ProposalDecided(
    Refusal,
    code="govern/7",
    zh="提案 {proposal} 已有结论：{status}。无需再表决。",
    en="The proposal {proposal} is decided: {status}. No more votes are due.",
):
    proposal: str
    status: str


class ProposalExpired(
    Refusal,
    code="govern/8",
    zh="提案 {proposal} 已于 {closes}（Unix 秒）截止。如仍需要，请重新提案。",
    en="Voting on {proposal} closed at {closes} (Unix seconds). Propose it again if it is still wanted.",
):
    proposal: str
    closes: int


class AlreadyVoted(
    Refusal,
    code="govern/9",
    zh="机构 {organisation} 已对提案 {proposal} 表决，不得更改。如有异议，请另行提案。",
    en="The organisation {organisation} has voted on {proposal}, and a vote cannot be changed. Make another proposal instead.",
):
    organisation: str
    proposal: str


class ActionRefused(
    Refusal,
    code="govern/10",
    zh="提案第 {place} 项操作未通过（{inner}）：{inner_zh}本次表决不生效，请待条件具备后重投，或另行提案。",
    en="Action {place} of the proposal is refused ({inner}): {inner_en} This vote has no effect; vote again when that is put right, or propose anew.",
):
    place: int
    inner: str
    inner_zh: str
    inner_en: str


class LimitsUnworkable(
    Refusal,
    code="govern/11",
    zh="限额 {name} 设为 {value} 不可行，应在 {least} 至 {most} 之间。请调整后重新提案。",
    en="The limit {name} cannot be {value}; it must lie between {least} and {most}. Change it and propose anew.",
):
    name: str
    value: int
    least: int
    most: int


class UnknownModule(
    Refusal,
    code="govern/12",
    zh="本链没有模块 {module}。请核对名称。",
    en="This chain has no module {module}. Check the name.",
):
    module: str


class HeightNotAhead(
    Refusal,
    code="govern/13",
    zh="起始高度 {from_height} 须大于当前高度 {height}。请留出升级时间后重新提案。",
    en="The height {from_height} must lie beyond the present {height}. Leave time to install the version, and propose anew.",
):
    from_height: int
    height: int


class VersionNotNewer(
    Refusal,
    code="govern/14",
    zh="模块 {module} 届时为第 {current} 版，须改为更高版本。请核对后重新提案。",
    en="The module {module} will be at version {current} by then; only a higher one can follow. Check, and propose anew.",
):
    module: str
    current: int


class SealersNotSorted(
    Refusal,
    code="govern/15",
    zh="签章节点须按机构名排序，机构与密钥均不得重复。请整理后重新提案。",
    en="The sealers must be sorted by name, with no name or key twice. Put them in order and propose anew.",
):
    pass


class SealersNotActive(
    Refusal,
    code="govern/16",
    zh="签章节点 {sealer} 不是有效机构。请先接纳或恢复该机构。",
    en="The sealer {sealer} is no active organisation. Admit or restore it first.",
):
    sealer: str


class SealKeyInUse(
    Refusal,
    code="govern/17",
    zh="签章节点 {sealer} 的密钥已另作他用，签章密钥须专用。请生成新的签章密钥。",
    en="The seal key of {sealer} is in use for something else, and a seal key serves nothing else. Generate a new one.",
):
    sealer: str


class SealKeyUnproved(
    Refusal,
    code="govern/18",
    zh="签章节点 {sealer} 启用新密钥，须附密钥持有证明。请用该私钥签名后重新提案。",
    en="The seal key of {sealer} is new here and comes without proof of possession. Add it and propose anew.",
):
    sealer: str


class AlreadyTakenDown(
    Refusal,
    code="govern/19",
    zh="交易 {transaction} 的内容已在高度 {height} 下架，无需重复操作。",
    en="The body of {transaction} was taken down at height {height}; nothing is left to do.",
):
    transaction: str
    height: int


class CalendarWrong(
    Refusal,
    code="govern/20",
    zh="工作日历有误：{date}。日期须真实存在、按序排列，且不得既放假又上班。请更正后重新提案。",
    en="The calendar is wrong at {date}. Days must exist, be sorted and unique, and not be both free and worked. Correct it and propose anew.",
):
    date: str


class ValidatorsPartly(
    Refusal,
    code="govern/21",
    zh="签章节点 {sealer} 未列共识密钥。组网运行的链，每个签章节点都须有共识密钥，其签章才能随投票送达。请补齐后重新提案。",
    en="The sealer {sealer} comes without an engine key. Where several nodes make the blocks every sealer has one, since seals ride in "
    "votes. Add it and propose anew.",
):
    sealer: str


class ValidatorKeyInUse(
    Refusal,
    code="govern/22",
    zh="签章节点 {sealer} 的共识密钥已另作他用。请生成新的共识密钥。",
    en="The engine key of {sealer} is in use for something else. Generate a new one.",
):
    sealer: str


class ValidatorKeyUnproved(
    Refusal,
    code="govern/23",
    zh="签章节点 {sealer} 启用新的共识密钥，所附密钥持有证明缺失或不成立。请用该私钥签名后重新提案。",
    en="The engine key of {sealer} is new here, and its proof of possession is missing or does not hold. Sign it and propose anew.",
):
    sealer: str


class KeyRetired(
    Refusal,
    code="govern/24",
    zh="签章节点 {sealer} 的密钥已于高度 {height} 停用，不得再次启用。请生成新密钥。",
    en="A key of {sealer} was retired at height {height} and never comes back. Generate a new one.",
):
    sealer: str
    height: int


class SealNotOfSet(
    Refusal,
    code="govern/25",
    zh="所附 {sealer} 的签章不成立：密钥不在现有或拟设名单之中，或签名不符，或有重复。请重新收集签章后提案。",
    en="The seal shown for {sealer} does not hold: its key is in neither set, the signature is another, or it comes twice. Gather the "
    "seals anew and propose again.",
):
    sealer: str


class HeaderNotSealed(
    Refusal,
    code="govern/26",
    zh="所附区块头未获现有签章节点超过三分之二的签章（{power}/{whole}）。请选用最近一个已签章的区块重新提案。",
    en="The header shown is not sealed by more than two thirds of the present set ({power} of {whole}). Take the newest one that is, and "
    "propose anew.",
):
    power: int
    whole: int


class NobodyThere(
    Refusal,
    code="govern/27",
    zh="拟设名单中近期签过章的只占 {power}/{whole}，未超过三分之二，变更后将无法签章。请先恢复或换下 {silent}，再重新提案。",
    en="Of the proposed set only {power} of {whole} have sealed of late, not more than two thirds; blocks could be sealed no more. Bring "
    "back or leave out {silent} first, then propose anew.",
):
    power: int
    whole: int
    silent: str


class SealNotRecent(
    Refusal,
    code="govern/28",
    zh="所附 {sealer} 的签章与当前相差超过 {most} 秒，不足以表明该节点在线。请待新区块签章后重新提案。",
    en="The seal shown for {sealer} is more than {most} seconds away from now and does not show that the node is there. Propose anew "
    "after a new block.",
):
    sealer: str
    most: int
