"""What the tools of a draw refuse."""

from zhulian.errors import Refusal, Words

__all__ = ["DrawingFault", "DrawnAgainDiffers", "NoDrawThere", "NotAContributor", "NothingToBringOut", "PoolDiffers", "TooEarly"]


class DrawingFault(Refusal):
    """Anything that the tools of a draw refuse."""


class NoDrawThere(
    DrawingFault,
    code="client/130",
    zh="{record} 没有抽签。请核对应用、记录类型与编号。",
    en="{record} has no draw. Check the instance, the type of the record and its key.",
):
    record: str


class NotAContributor(
    DrawingFault,
    code="client/131",
    zh="{party} 不是本次抽签的种子提供方（提供方为 {contributors}）。请用 --as 指明其签名身份。",
    en="{party} is no contributor to this draw (they are {contributors}). Name a signer of one by --as.",
):
    party: str
    contributors: str


class TooEarly(
    DrawingFault,
    code="client/132",
    zh="还不到这一步：{why.zh}。请稍后再试。",
    en="It is too early for this: {why.en}. Try again later.",
):
    why: Words


class NothingToBringOut(
    DrawingFault,
    code="client/133",
    zh="各方均已公布秘密数，无需恢复。请直接抽签。",
    en="Nobody withholds a secret, so there is nothing to bring out. Draw.",
):
    pass


class PoolDiffers(
    DrawingFault,
    code="client/134",
    zh="名单文件与链上的名单不符（{count} 项，根 {root}）。请使用公布的名单，一行一项。",
    en="The list is not the pool on the chain ({count} entries, root {root}). Use the list that was published, one entry a line.",
):
    count: int
    root: str


class DrawnAgainDiffers(
    DrawingFault,
    code="client/135",
    zh="重新计算的结果与链上不符：{why.zh}。请保存本结果，并向各成员通报。",
    en="Drawn again it comes out differently: {why.en}. Keep this result and tell the members.",
):
    why: Words
