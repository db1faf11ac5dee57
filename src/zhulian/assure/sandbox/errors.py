"""What sandboxes refuse, by number."""

from zhulian.errors import Refusal, Words

__all__ = ["BadSandboxName", "CopyTooLarge", "NoSuchSandbox", "NothingToCopy", "SandboxDamaged", "SandboxThere", "StageFell"]


class BadSandboxName(
    Refusal,
    code="sandbox/1",
    zh="{name} 不能作为沙箱名称。请用 1 至 20 个小写字母、数字或连字符，以字母开头。",
    en="{name} is no name for a sandbox. Use 1 to 20 small letters, digits or hyphens, a letter first.",
):
    name: str


class SandboxThere(
    Refusal,
    code="sandbox/2",
    zh="已有名为 {name} 的沙箱。请换一个名称，或先用 zhulian sandbox drop {name} 删除。",
    en="There is a sandbox {name} already. Choose another name, or drop it first: zhulian sandbox drop {name}.",
):
    name: str


class NoSuchSandbox(
    Refusal,
    code="sandbox/3",
    zh="没有名为 {name} 的沙箱。现有：{known}。",
    en="There is no sandbox {name}. There are: {known}.",
):
    name: str
    known: str


class CopyTooLarge(
    Refusal,
    code="sandbox/4",
    zh="所选的{what.zh}超过 {most} 项。请用 --select 只选部分记录类型。",
    en="More than {most} {what.en} were chosen. Choose fewer record types by --select.",
):
    what: Words
    most: int


class NothingToCopy(
    Refusal,
    code="sandbox/5",
    zh="{instance} 的定义没有记录类型 {record}。现有：{known}。",
    en="The definition of {instance} has no record type {record}. There are: {known}.",
):
    instance: str
    record: str
    known: str


class SandboxDamaged(
    Refusal,
    code="sandbox/6",
    zh="沙箱 {name} 的文件不完整或已被改动：{why.zh}。请删除后重新打开。",
    en="The files of the sandbox {name} are damaged: {why.en}. Drop it and open it again.",
):
    name: str
    why: Words


class StageFell(
    Refusal,
    code="sandbox/7",
    zh="无法在沙箱链上开设该应用：{why.zh}。请核对定义与所引入的应用。",
    en="The instance cannot be opened on the sandbox chain: {why.en}. Look at the definition and at what it uses.",
):
    why: Words
