"""Refusals of what is asked of an application before anything is signed."""

from collections.abc import Iterable
from difflib import get_close_matches

from zhulian.errors import Refusal, Words

__all__ = ["ManyRecords", "NotAnExpiry", "SignatoriesDue", "UnknownAction", "UnknownRecordType", "nearest"]


class UnknownAction(
    Refusal,
    code="language/220",
    zh="场景 {scenario} 没有操作“{action}”。{near.zh}可用的操作：{known}。",
    en="The scenario {scenario} has no action “{action}”. {near.en}It has: {known}.",
):
    scenario: str
    action: str
    near: Words
    known: str


class UnknownRecordType(
    Refusal,
    code="language/221",
    zh="场景 {scenario} 没有记录类型“{record}”。{near.zh}可用的类型：{known}。",
    en="The scenario {scenario} has no record type “{record}”. {near.en}It has: {known}.",
):
    scenario: str
    record: str
    near: Words
    known: str


class SignatoriesDue(
    Refusal,
    code="language/222",
    zh="操作“{action}”由 {wanted} 签名，所给为 {given}。请为每一方写明参与方，例如 by={example}。",
    en="The action “{action}” is signed by {wanted}; given are {given}. Say which party is which, such as by={example}.",
):
    action: str
    wanted: str
    given: str
    example: str


class ManyRecords(
    Refusal,
    code="language/223",
    zh="操作“{action}”一次至多办理 {most} 条记录，所给为 {count} 条。请分次办理。",
    en="The action “{action}” takes {most} of its records at a time, given are {count}. Ask for it by turns.",
):
    action: str
    most: int
    count: int


class NotAnExpiry(
    Refusal,
    code="language/224",
    zh="期限“{given}”无法解读。请写成 3d、24h 或 2026-01-05T17:30:00+08:00 的样子，且须在将来。",
    en="The time “{given}” cannot be read. Write it like 3d, 24h or 2026-01-05T17:30:00+08:00; it lies in the future.",
):
    given: str


def nearest(name: str, known: Iterable[str]) -> Words:
    """A sentence with the name that was probably meant; nothing where none is near."""
    found = get_close_matches(name, list(known), 1)
    return Words(f"您是否要用“{found[0]}”？", f"Did you mean “{found[0]}”? ") if found else Words("", "")
