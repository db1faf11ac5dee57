"""Refusals of the ledger: `tx/n` turn a transaction away before it is in a block, `ledger/n` are recorded in one."""

from zhulian.errors import Refusal, Words

__all__ = [
    "BadGenesis",
    "BadMessage",
    "BadSignatureOnBody",
    "BlockFull",
    "BlockTooLarge",
    "BlockTooSoon",
    "EmptyTransaction",
    "Expired",
    "KeyNotRegistered",
    "KeyOfAnother",
    "NotRetained",
    "OutOfOrder",
    "QuotaInBlock",
    "QuotaPending",
    "Replayed",
    "SignaturesDoNotMatch",
    "SignersNotSorted",
    "Skipped",
    "StepsExceeded",
    "TooFarAhead",
    "TooManyMessages",
    "TooManySigners",
    "TransactionTooLarge",
    "UnknownMessage",
    "UnsupportedVersion",
    "ValueTooLarge",
    "WrongChain",
]


class TransactionTooLarge(
    Refusal,
    code="tx/1",
    zh="交易共 {size} 字节，上限为 {most} 字节。请拆分后提交。",
    en="The transaction has {size} bytes, {most} is the most. Split it.",
):
    size: int
    most: int


class WrongChain(
    Refusal,
    code="tx/2",
    zh="该交易属于链 {named}，本链为 {ours}。请核对创世配置后重新签名。",
    en="The transaction is for the chain {named}; this is {ours}. Check the genesis and sign again.",
):
    named: str
    ours: str


class Expired(
    Refusal,
    code="tx/3",
    zh="交易已于 {expires} 过期（当前 {now}，Unix 秒）。请重新签名提交。",
    en="The transaction expired at {expires} (now {now}, Unix seconds). Sign it anew.",
):
    expires: int
    now: int


class TooFarAhead(
    Refusal,
    code="tx/4",
    zh="有效期 {expires} 超出允许的最晚时间 {latest}（Unix 秒）。请校准时钟或缩短有效期。",
    en="It expires at {expires}, later than {latest} (Unix seconds) allows. Set your clock or shorten the validity.",
):
    expires: int
    latest: int


class Replayed(
    Refusal,
    code="tx/5",
    zh="交易 {transaction} 已提交过。可按编号查询结果，无需重发。",
    en="The transaction {transaction} is already here. Ask for its result by its id.",
):
    transaction: str


class SignaturesDoNotMatch(
    Refusal,
    code="tx/6",
    zh="签名与签名主体不对应：应依次为 {signers}。请补齐或删除多余签名。",
    en="The signatures do not match the signers: {signers}, in this order, are due. Add what is missing, drop what is too much.",
):
    signers: list[str]


class SignersNotSorted(
    Refusal, code="tx/7", zh="签名主体须按字母序排列且不得重复。", en="The signers must be sorted and unique."
):
    pass


class BadSignatureOnBody(
    Refusal,
    code="tx/8",
    zh="{signer} 的签名无效。请用登记的密钥重新签名。",
    en="The signature of {signer} is not valid. Sign again with the registered key.",
):
    signer: str


class KeyNotRegistered(
    Refusal,
    code="tx/9",
    zh="密钥 {key} 未在本链登记。请先登记证书。",
    en="The key {key} is not registered on this chain. Enrol its certificate first.",
):
    key: str


class KeyOfAnother(
    Refusal,
    code="tx/10",
    zh="密钥 {key} 登记在他人名下，不属于 {signer}。请改用本人密钥。",
    en="The key {key} is registered to another, not to {signer}. Use your own key.",
):
    key: str
    signer: str


class UnknownMessage(
    Refusal,
    code="tx/11",
    zh="本链没有名为 {type} 的操作。请查阅接口文档。",
    en="This chain has no message {type}. See the reference for those it has.",
):
    type: str


class BadMessage(
    Refusal,
    code="tx/12",
    zh="交易内容不符合约定：{why.zh}。请对照接口文档修改。",
    en="The transaction has another shape than agreed: {why.en}. Compare it with the reference.",
):
    why: Words


class TooManySigners(
    Refusal, code="tx/13", zh="签名主体超过 {most} 个。请分开提交。", en="More than {most} signers. Use several transactions."
):
    most: int


class TooManyMessages(
    Refusal,
    code="tx/14",
    zh="单笔交易操作超过 {most} 项。请分开提交。",
    en="More than {most} messages in one transaction. Use several.",
):
    most: int


class EmptyTransaction(
    Refusal,
    code="tx/15",
    zh="交易没有操作或没有签名主体。请补充后提交。",
    en="The transaction has no message or no signer. Add them.",
):
    pass


class QuotaPending(
    Refusal,
    code="tx/16",
    zh="机构 {organisation} 待处理交易已达 {most} 笔上限。请稍后重发同一交易。",
    en="The organisation {organisation} has {most} transactions pending, its most. Send the same bytes again later.",
):
    organisation: str
    most: int


class StepsExceeded(
    Refusal,
    code="ledger/1",
    zh="执行步数超过 {most}。请减少单笔交易的内容。",
    en="It takes more than {most} steps. Do less in one transaction.",
):
    most: int


class QuotaInBlock(
    Refusal,
    code="ledger/2",
    zh="机构 {organisation} 在本区块的配额已用完。请重新签名后再提交。",
    en="The organisation {organisation} has used up its share of this block. Sign anew and send again.",
):
    organisation: str


class BlockFull(
    Refusal,
    code="ledger/14",
    zh="本区块的执行步数已用完。请重新签名后再提交。",
    en="The block has no steps left. Sign anew and send again.",
):
    pass


class ValueTooLarge(
    Refusal,
    code="ledger/3",
    zh="写入 {key} 的内容共 {size} 字节，上限为 {most} 字节。",
    en="What would be written at {key} has {size} bytes, {most} is the most.",
):
    key: str
    size: int
    most: int


class Skipped(
    Refusal,
    code="ledger/4",
    zh="交易 {transaction} 经各机构同意跳过。请联系运营方。",
    en="The members agreed to skip the transaction {transaction}. Ask the operator.",
):
    transaction: str


class NotRetained(
    Refusal,
    code="ledger/5",
    zh="高度 {height} 的状态已不在保留范围（自 {oldest} 起可查）。请改查较新高度或归档节点。",
    en="The state at height {height} is no longer kept ({oldest} is the oldest). Ask for a later height or an archive node.",
):
    height: int
    oldest: int


class OutOfOrder(
    Refusal,
    code="ledger/6",
    zh="提案高度 {height} 与应有高度 {due} 不符。请先同步到最新区块再提案。",
    en="The proposal has height {height}; {due} is due. Catch up with the chain and propose again.",
):
    height: int
    due: int


class BlockTooSoon(
    Refusal,
    code="ledger/7",
    zh="区块时间 {time_ms} 未晚于上一区块 {previous_ms}。请校准时钟。",
    en="The block time {time_ms} is not after {previous_ms}. Set the clock.",
):
    time_ms: int
    previous_ms: int


class BlockTooLarge(
    Refusal,
    code="ledger/8",
    zh="区块超出上限：{what.zh}最多 {most}。请减少本区块的交易。",
    en="The block is too large: {most} {what.en} is the most. Put fewer transactions into it.",
):
    what: Words
    most: int


class BadGenesis(
    Refusal,
    code="ledger/9",
    zh="创世配置有误：{why.zh}。请改正后重新生成。",
    en="The genesis document is wrong: {why.en}. Mend it and make it again.",
):
    why: Words


class UnsupportedVersion(
    Refusal,
    code="ledger/10",
    zh="自高度 {height} 起，各成员已决定模块 {module} 使用第 {version} 版，而本程序只有第 {has} 版，节点已停止。"
    "请安装含有 {module} 第 {version} 版的新版珠联（见其更新说明），然后重新启动，数据无需改动。",
    en="From height {height} on, by the members' decision, the module {module} runs version {version}; this program has {has} only, so the "
    "node has stopped. Install a newer Zhulian, one whose release notes name {module} version {version}, and start again; the data stay as they are.",
):
    module: str
    version: int
    height: int
    has: str


class CannotRehearse(
    Refusal,
    code="ledger/30",
    zh="无法演练：{why.zh}。请核对模块名与链的数据。",
    en="There is nothing to rehearse: {why.en}. Check the module's name and the chain's data.",
):
    why: Words
