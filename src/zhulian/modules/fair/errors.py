"""Refusals of the fair module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyGiven",
    "AlreadyOrdered",
    "DrawExists",
    "FairFault",
    "MarketClosed",
    "MarketExists",
    "MarketFull",
    "NoDraw",
    "NoMarket",
    "NotContributor",
    "NotDrawn",
    "OrderWrong",
    "PaperForAnother",
    "PaperMalformed",
    "PaperProofWrong",
    "RecordElsewhere",
    "SecretsMissing",
    "SettingWrong",
    "WrongStage",
]


class FairFault(Refusal):
    """Anything that the fair module refuses."""


class SettingWrong(
    FairFault,
    code="fair/1",
    zh="抽签的设置有误：{why.zh}。请改正后重新设置。",
    en="The draw cannot be set like this: {why.en}. Mend it and set it again.",
):
    why: Words


class DrawExists(
    FairFault,
    code="fair/2",
    zh="{record} 已设有抽签，名单与种子来源不能更换。一条记录只抽一次。",
    en="{record} has a draw already, whose pool and contributors stay. A record is drawn once.",
):
    record: str


class RecordElsewhere(
    FairFault,
    code="fair/3",
    zh="{record} 不是本应用的记录。请使用本应用的记录。",
    en="{record} is no record of this instance. Use a record of this instance.",
):
    record: str


class NoDraw(
    FairFault,
    code="fair/4",
    zh="{record} 没有抽签。请先设置抽签。",
    en="{record} has no draw. Set one first.",
):
    record: str


class WrongStage(
    FairFault,
    code="fair/5",
    zh="抽签现处于“{stage.zh}”，此操作须在“{wanted.zh}”时进行。",
    en="The draw is {stage.en}; this is done while it is {wanted.en}.",
):
    stage: Words
    wanted: Words


class NotContributor(
    FairFault,
    code="fair/6",
    zh="{party} 不是本次抽签的种子提供方，或没有签署本操作。请由种子提供方签名办理。",
    en="{party} contributes no secret to this draw, or does not sign this. Let a contributor do it and sign.",
):
    party: str


class AlreadyGiven(
    FairFault,
    code="fair/7",
    zh="{party} 已办理过这一步，不能更换。请等待其他种子提供方。",
    en="{party} has done this already, and what it gave stays. Wait for the other contributors.",
):
    party: str


class PaperMalformed(
    FairFault,
    code="fair/8",
    zh="专用文件格式有误：{why.zh}。请用 zhulian draw 重新生成。",
    en="The paper is malformed: {why.en}. Make it again with zhulian draw.",
):
    why: Words


class PaperForAnother(
    FairFault,
    code="fair/9",
    zh="专用文件是为 {given} 生成的，此处须为 {wanted}。请重新生成。",
    en="The paper was made for {given}, here it must be for {wanted}. Make it again.",
):
    given: str
    wanted: str


class PaperProofWrong(
    FairFault,
    code="fair/10",
    zh="专用文件中的证明不成立：{why.zh}。与先前承诺不符的秘密数不予受理，请提交原先的秘密数。",
    en="A proof in the paper does not hold: {why.en}. A secret other than the one committed to is not taken: give the one that was dealt.",
):
    why: Words


class SecretsMissing(
    FairFault,
    code="fair/11",
    zh="还有 {missing} 份秘密数未公布，也未由其他方恢复。请等待，或由达到门限的各方恢复。",
    en="{missing} secrets are neither revealed nor brought out by the others. Wait, or let as many as the threshold bring them out.",
):
    missing: int


class NotDrawn(
    FairFault,
    code="fair/12",
    zh="{record} 尚未抽签。请在抽签之后办理。",
    en="{record} is not drawn yet. Do this after the draw.",
):
    record: str


class MarketExists(
    FairFault,
    code="fair/13",
    zh="{record} 已设有集中竞价。一条记录只撮合一次。",
    en="{record} has a market already. A record is matched once.",
):
    record: str


class NoMarket(
    FairFault,
    code="fair/14",
    zh="{record} 没有集中竞价。请先开设。",
    en="{record} has no market. Open one first.",
):
    record: str


class MarketClosed(
    FairFault,
    code="fair/15",
    zh="{record} 的集中竞价已经撮合，不再接受申报。请在下一场申报。",
    en="The market of {record} has cleared and takes no more orders. Place the order in the next one.",
):
    record: str


class AlreadyOrdered(
    FairFault,
    code="fair/16",
    zh="{party} 已有申报，每方只能申报一次。",
    en="{party} has an order already; each places one.",
):
    party: str


class OrderWrong(
    FairFault,
    code="fair/17",
    zh="申报有误：{why.zh}。请改正后重新申报。",
    en="The order is wrong: {why.en}. Mend it and place it again.",
):
    why: Words


class MarketFull(
    FairFault,
    code="fair/18",
    zh="申报已满（{most} 笔）。请在下一场申报。",
    en="The market is full ({most} orders). Place the order in the next one.",
):
    most: int
