"""Why an anchor is not believed, or cannot be had."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyThere",
    "AnchorFault",
    "AnchorMalformed",
    "BadAnchorSettings",
    "BadCoSeal",
    "BadOtherChain",
    "CheckpointsDiffer",
    "HeadersDoNotLink",
    "NoAnchorYet",
    "NotOfThisHeader",
    "SealedOtherwise",
    "TsaUnreachable",
]


class AnchorFault(Refusal):
    """Anything that is wrong with an anchor."""


class AnchorMalformed(
    AnchorFault,
    code="anchor/1",
    zh="锚定文件与约定的结构不符：{why.zh}。请重新取得未经改动的文件。",
    en="The anchor has another shape than agreed: {why.en}. Ask for the file as it was issued.",
):
    why: Words


class NotOfThisHeader(
    AnchorFault,
    code="anchor/2",
    zh="锚定与该区块头不符：{why.zh}。请使用与回执配套的锚定文件。",
    en="The anchor is not of this header: {why.en}. Use the anchors that belong to the receipt.",
):
    why: Words


class BadCoSeal(
    AnchorFault,
    code="anchor/3",
    zh="{signer} 的见证签章无效：{why.zh}。请重新取得未经改动的文件。",
    en="The co-seal of {signer} does not hold: {why.en}. Ask for the file as it was issued.",
):
    signer: str
    why: Words


class BadOtherChain(
    AnchorFault,
    code="anchor/4",
    zh="在另一条链上的锚定无效：{why.zh}。请核对该链的创世配置，或重新取得锚定文件。",
    en="The anchor on the other chain does not hold: {why.en}. Check that chain's genesis, or ask for the anchor again.",
):
    why: Words


class NoAnchorYet(
    AnchorFault,
    code="anchor/5",
    zh="高度 {height} 尚无锚定。请等待下一次锚定，或由节点运维人员运行 zhulian anchor now。",
    en="Nothing anchors the height {height} yet. Wait for the next anchor, or let the operator of the node run zhulian anchor now.",
):
    height: int


class SealedOtherwise(
    AnchorFault,
    code="anchor/6",
    zh="本机构曾见证高度 {height} 的区块头 {before}，现在看到的是 {now}：该链出现分叉。请保留双方文件并立即联系各成员。",
    en="We have co-sealed the header {before} at height {height} and are now shown {now}: the chain has forked. Keep both files "
    "and speak to the members at once.",
):
    height: int
    before: str
    now: str


class BadAnchorSettings(
    AnchorFault,
    code="anchor/7",
    zh="锚定设置 {path} 有误：{why.zh}。请改正后重试。",
    en="The anchor settings {path} are wrong: {why.en}. Mend them and try again.",
):
    path: str
    why: Words


class TsaUnreachable(
    AnchorFault,
    code="anchor/8",
    zh="时间戳服务 {url} 没有给出应答：{why.zh}。请检查网络与地址后重试。",
    en="The time-stamping service {url} gave no answer: {why.en}. Check the line and the address, then try again.",
):
    url: str
    why: Words


class HeadersDoNotLink(
    AnchorFault,
    code="anchor/9",
    zh="节点给出的区块头在高度 {height} 处不能相连或签章无效。请改问其他节点，并告知该节点的运维人员。",
    en="The headers that the node shows do not link, or are not sealed, at height {height}. Ask another node, and tell the "
    "operator of this one.",
):
    height: int


class AlreadyThere(
    AnchorFault,
    code="anchor/10",
    zh="至高度 {height} 的区块头均已锚定。请在产生新区块之后再锚定。",
    en="All headers up to height {height} are anchored. Anchor again when there are new blocks.",
):
    height: int


class CheckpointsDiffer(
    AnchorFault,
    code="anchor/11",
    zh="检查点 {first} 与 {second} 在高度 {height} 不一致：{why.zh}。请保留双方文件并立即联系各成员。",
    en="The checkpoints {first} and {second} differ at height {height}: {why.en}. Keep both files and speak to the members at once.",
):
    first: str
    second: str
    height: int
    why: Words
