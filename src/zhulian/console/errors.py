"""What the console refuses."""

from zhulian.errors import Refusal

__all__ = ["NotEntered", "UnknownPerson", "WrongTicket"]


class WrongTicket(
    Refusal,
    code="console/1",
    zh="该登录链接无效或已失效。请在运行节点的机器上执行 zhulian console，取得新的链接。",
    en="This link to enter is wrong or no longer good. Run zhulian console on the node's machine for a new one.",
): ...


class UnknownPerson(
    Refusal,
    code="console/2",
    zh="本机没有 {name} 的密钥，不能以其身份登录。请从列表中选择。",
    en="There is no key of {name} on this machine, so nobody can enter as them. Choose from the list.",
):
    name: str


class NotEntered(
    Refusal,
    code="console/3",
    zh="登录已过期或尚未登录。请重新登录；未提交的内容仍保留在本页。",
    en="You have not entered, or for too long. Enter again; what you typed stays on this page.",
): ...
