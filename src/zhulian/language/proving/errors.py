"""Refusals of proving."""

from zhulian.errors import Refusal

__all__ = ["NotTheVersionBefore"]


class NotTheVersionBefore(
    Refusal,
    code="language/172",
    zh="所给的前一版为 {given}，而 {scenario} 第 {version} 版承接的是第 {follows} 版（upgrade.from）。请给出该场景的第 {follows} 版。",
    en="The version before that was given is {given}, and version {version} of {scenario} follows version {follows} (upgrade.from). Give that version.",
):
    scenario: str
    version: int
    follows: str
    given: str
