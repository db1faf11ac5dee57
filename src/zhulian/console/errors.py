"""What the console refuses."""

from zhulian.errors import Refusal, Words

__all__ = ["CommandFailed", "CommandRuns", "NotEntered", "NotThisMachine", "UnknownPerson", "WrongTicket"]


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


class CommandRuns(
    Refusal,
    code="console/31",
    zh="上一项操作尚未完成。请等它结束后再试。",
    en="The last thing asked for has not ended. Wait for it and try again.",
): ...


class CommandFailed(
    Refusal, code="console/32", zh="操作未完成（{number}）：{why.zh}。", en="It was not done ({number}): {why.en}."
):
    number: str
    why: Words


class NotThisMachine(
    Refusal,
    code="console/33",
    zh="只有在运行节点的机器上登录的人员可以组网、启停节点和备份。请用 zhulian console 给出的链接登录。",
    en="Networks, nodes and backups are for whoever entered at the node's machine. Enter by the link that zhulian console prints.",
): ...
