"""Refusals of proposals. `story` is what a story calls the refusal."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = [
    "ExpiryUnfit",
    "NoPartOfIt",
    "NoSuchProposal",
    "ProposalExpired",
    "RulesChanged",
    "SignedAlready",
    "TooManyProposals",
]


class NoSuchProposal(
    Refusal,
    code="scenario/73",
    zh="应用 {instance} 没有提案 {proposal}：可能已执行或已撤回。请核对编号。",
    en="The instance {instance} has no proposal {proposal}; it may be done or taken back. Check its id.",
):
    story: ClassVar[str] = "no_such_record"
    instance: str
    proposal: str


class ProposalExpired(
    Refusal,
    code="scenario/74",
    zh="提案已于 {expires} 到期，现在是 {now}（Unix 秒）。请重新提案。",
    en="The proposal expired at {expires}, now it is {now} (Unix seconds). Propose it anew.",
):
    story: ClassVar[str] = "expired"
    expires: int
    now: int


class ExpiryUnfit(
    Refusal,
    code="scenario/75",
    zh="到期时间 {expires} 须晚于 {now} 且不晚于 {latest}（Unix 秒）。请修改。",
    en="The expiry {expires} must be after {now} and not after {latest} (Unix seconds). Change it.",
):
    story: ClassVar[str] = "bad_input"
    expires: int
    now: int
    latest: int


class SignedAlready(
    Refusal,
    code="scenario/76",
    zh="{signer} 已签署提案 {proposal}，每人只计一次。请由其他经办人签署。",
    en="{signer} has signed the proposal {proposal}, which counts once. Let another officer sign.",
):
    story: ClassVar[str] = "already_there"
    signer: str
    proposal: str


class NoPartOfIt(
    Refusal,
    code="scenario/77",
    zh="{signer} 不代表该提案的任何一方，或在其上没有可撤回的签名。请由提案所列的参与方办理。",
    en="{signer} signs for no party of this proposal, or has no signature on it to take back. Let a party that it names do this.",
):
    story: ClassVar[str] = "not_yours"
    signer: str


class TooManyProposals(
    Refusal,
    code="scenario/78",
    zh="{proposer} 在应用 {instance} 中已有 {most} 份待签提案。请先完成或撤回。",
    en="{proposer} has {most} proposals waiting in the instance {instance}. Complete or take back some first.",
):
    story: ClassVar[str] = "overflow"
    proposer: str
    instance: str
    most: int


class RulesChanged(
    Refusal,
    code="scenario/79",
    zh="应用 {instance} 在提案之后已升级，提案作废。请按新版定义重新提案。",
    en="The instance {instance} follows another definition since this was proposed, which voids it. Propose it anew.",
):
    story: ClassVar[str] = "expired"
    instance: str
