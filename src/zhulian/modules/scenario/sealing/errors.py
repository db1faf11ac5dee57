"""Refusals of sealing and opening (`scenario/140`–`149`)."""

from typing import ClassVar

from zhulian.errors import Refusal, Words

__all__ = ["AlreadyOpened", "AlreadySealed", "CommitmentUnfit", "NothingSealed", "RevealFalse", "RevealUnfit", "SealedByAnother"]


class CommitmentUnfit(
    Refusal,
    code="scenario/140",
    zh="密封组 {group} 须提交一个承诺值（64 位小写十六进制）。请用客户端生成并提交。",
    en="The sealed group {group} takes one commitment of 64 lower-case hex digits. Let the client make it.",
):
    story: ClassVar[str] = "bad_input"
    group: str


class AlreadySealed(
    Refusal,
    code="scenario/141",
    zh="{record} {key} 的密封组 {group} 已经提交，不能更换。请在开启时出示原内容。",
    en="The group {group} of {record} {key} is sealed already and cannot be replaced. Open what was sealed.",
):
    story: ClassVar[str] = "already_there"
    group: str
    key: str
    record: str


class SealedByAnother(
    Refusal,
    code="scenario/142",
    zh="密封组 {group} 由 {party} 提交，只有 {party} 能更换。请由其提交。",
    en="The group {group} was sealed by {party}, and nobody else can replace it. Let {party} do it.",
):
    story: ClassVar[str] = "not_yours"
    group: str
    party: str


class NothingSealed(
    Refusal,
    code="scenario/143",
    zh="{record} {key} 的密封组 {group} 尚未提交，无从开启。请先提交承诺值。",
    en="Nothing is sealed in the group {group} of {record} {key}, so nothing can be opened. Seal it first.",
):
    story: ClassVar[str] = "wrong_state"
    group: str
    key: str
    record: str


class AlreadyOpened(
    Refusal,
    code="scenario/144",
    zh="{record} {key} 的密封组 {group} 已经开启过，结果不再改变。请查看该记录。",
    en="The group {group} of {record} {key} was opened already, and that stands. Look at the record.",
):
    story: ClassVar[str] = "wrong_state"
    group: str
    key: str
    record: str


class RevealUnfit(
    Refusal,
    code="scenario/145",
    zh="开启密封组 {group} 的内容有误：{why.zh}。请提交盐值（salt）与全部字段的值（values）。",
    en="What opens the group {group} does not do: {why.en}. Hand in the salt and the values of all its fields.",
):
    story: ClassVar[str] = "bad_input"
    group: str
    why: Words


class RevealFalse(
    Refusal,
    code="scenario/146",
    zh="所出示的内容与密封组 {group} 的承诺值不符。请由提交方 {party} 出示原内容与原盐值。",
    en="What is shown is not what was sealed in the group {group}. Let {party}, who sealed it, show the same values and salt.",
):
    story: ClassVar[str] = "bad_input"
    group: str
    party: str
