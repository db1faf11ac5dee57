"""What the gallery and supervision refuse on the client's side."""

from zhulian.errors import Refusal

__all__ = ["CaseDiffers", "CaseTooLong", "NoSuchPack", "SupervisingFault"]


class SupervisingFault(Refusal):
    """Anything that the gallery and supervision refuse here."""


class NoSuchPack(
    SupervisingFault,
    code="client/270",
    zh="没有场景包 {scenario}。现有：{known}。",
    en="There is no pack {scenario}. There are: {known}.",
):
    scenario: str
    known: str


class CaseDiffers(
    SupervisingFault,
    code="client/271",
    zh="查询所得与链上不符：高度 {height} 的交易 {transaction} 无此事件或尚无回执。请稍后重查，或换一个节点，并在原节点运行 zhulian index rebuild。",
    en="The case is not what the chain holds: the transaction {transaction} at height {height} has no such event, or no receipt yet. Ask again, or another node, and run zhulian index rebuild at that one.",
):
    transaction: str
    height: int


class CaseTooLong(
    SupervisingFault,
    code="client/272",
    zh="该对象涉及的事件超过 {most} 项。请缩小查询对象，如改查其中一条记录或一个应用。",
    en="More than {most} events name this scope. Narrow it, such as to one record or one instance.",
):
    most: int
