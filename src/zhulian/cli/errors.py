"""Refusals of the command line itself, and which exit status each refusal ends with.

0 done, 1 refused or not proved, 2 wrong use, 3 try again later (the node is away or busy), 70 a fault of our own,
130 interrupted.
"""

from zhulian.errors import Refusal, Words

__all__ = [
    "AGAIN",
    "FAULT",
    "INTERRUPTED",
    "NO",
    "WRONG_USE",
    "AnswerDue",
    "BadValue",
    "FileMissing",
    "IsFolder",
    "MissingValue",
    "NoSuchCommand",
    "NoSuchOption",
    "NotTakenDown",
    "ReceiptMissing",
    "SomeFailed",
    "StrayArgument",
    "Unexpected",
    "UnknownNode",
    "WrongUse",
    "exit_status",
]

NO, WRONG_USE, AGAIN, FAULT, INTERRUPTED = 1, 2, 3, 70, 130


class WrongUse(Refusal):
    """The command was called in a way that it does not know."""


class NoSuchCommand(
    WrongUse,
    code="cli/1",
    zh="没有命令“{name}”。{near}可用的命令见 {command} --help。",
    en="There is no command {name!r}. {near}See {command} --help for what there is.",
):
    command: str
    name: str
    near: str


class NoSuchOption(
    WrongUse,
    code="cli/2",
    zh="命令 {command} 没有选项 {name}。可用的选项见 {command} --help。",
    en="{command} has no option {name}. See {command} --help for those it has.",
):
    command: str
    name: str


class MissingValue(
    WrongUse,
    code="cli/3",
    zh="命令 {command} 缺少 {name}。用法见 {command} --help。",
    en="{command} needs {name}. See {command} --help.",
):
    command: str
    name: str


class BadValue(
    WrongUse,
    code="cli/4",
    zh="{name} 的值无效：{why}。用法见 {command} --help。",
    en="The value of {name} is wrong: {why}. See {command} --help.",
):
    command: str
    name: str
    why: str


class StrayArgument(
    WrongUse,
    code="cli/5",
    zh="命令 {command} 用法有误：{why}。用法见 {command} --help。",
    en="{command} is not used like that: {why}. See {command} --help.",
):
    command: str
    why: str


class FileMissing(
    WrongUse,
    code="cli/6",
    zh="没有文件 {path}。请核对路径。",
    en="There is no file {path}. Check the path.",
):
    path: str


class ReceiptMissing(
    WrongUse,
    code="cli/7",
    zh="没有回执 {path}。请用 --receipt 指定，或在存证的机器上用 zhulian evidence receipt 重新取得。",
    en="There is no receipt {path}. Name it with --receipt, or make it again with zhulian evidence receipt where you deposited.",
):
    path: str


class UnknownNode(
    WrongUse,
    code="cli/8",
    zh="不认识节点“{name}”。请给出地址（http://主机:端口）、端口号或本机节点的名称（{present}）。",
    en="The node {name!r} is unknown. Give its address (http://host:port), its port, or the name of a node of this machine ({present}).",
):
    name: str
    present: str


class SomeFailed(
    Refusal,
    code="cli/9",
    zh="{count} 个文件中有 {failed} 个未能存证，原因见上。",
    en="{failed} of {count} files were not deposited; the reasons stand above.",
):
    count: int
    failed: int


class Unexpected(
    Refusal,
    code="cli/10",
    zh="程序内部错误（{what}）。详情已写入 {log}，请将该文件交给运维人员。",
    en="The program failed inside ({what}). Details are in {log}; pass that file on to your operator.",
):
    what: str
    log: str


class IsFolder(
    WrongUse,
    code="cli/11",
    zh="{path} 是文件夹。整个文件夹一次存证请加 --batch；逐个存证请列出其中的文件。",
    en="{path} is a folder. Add --batch to deposit all of it at once, or name the files in it.",
):
    path: str


class ConsoleSilent(
    Refusal,
    code="cli/12",
    zh="本机没有运行控制台。请先执行 zhulian run；与其他机构组网的节点，请在 config.toml 的 [console] 中设 enabled = true 后重启。",
    en="No console runs on this machine. Start the node with zhulian run; for a node among others set enabled = true under [console] in "
    "config.toml and start it again.",
): ...


def exit_status(no: Refusal) -> int:
    """The exit status that a refusal ends with."""
    family = no.code.partition("/")[0]
    if isinstance(no, WrongUse) or family == "home" or no.code in _WRONG_USE:
        return WRONG_USE
    status = getattr(no, "status", None)
    return AGAIN if no.code in _AGAIN or status in (429, 503, 504) else NO


_WRONG_USE = frozenset(("client/5", "client/9", "client/13", "client/14", "client/16"))
_AGAIN = frozenset(("client/1", "client/4", "client/15"))


class NotTakenDown(
    WrongUse,
    code="cli/15",
    zh="{path} 不是交易 {transaction} 的下架证明。请用 zhulian duties taken-down 重新取得。",
    en="{path} does not prove that the transaction {transaction} was taken down. Get it anew by zhulian duties taken-down.",
):
    path: str
    transaction: str


class AnswerDue(
    WrongUse,
    code="cli/16",
    zh="此处没有终端，无法询问“{what}”。请在终端中运行{otherwise.zh}。",
    en="There is no terminal to ask for this: {what}. Run the command in a terminal{otherwise.en}.",
):
    what: str
    otherwise: Words
