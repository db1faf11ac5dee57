"""What the tools of a vote refuse."""

from zhulian.errors import Refusal, Words

__all__ = ["NoBallotBox", "NotATrustee", "NotYet", "RecountFails", "VotingFault"]


class VotingFault(Refusal):
    """Anything that the tools of a vote refuse."""


class NoBallotBox(
    VotingFault,
    code="client/120",
    zh="{box} 没有投票箱。请核对应用、记录类型与编号。",
    en="{box} has no ballot box. Check the instance, the type of the record and its key.",
):
    box: str


class NotATrustee(
    VotingFault,
    code="client/121",
    zh="{party} 不是本投票箱的计票受托方（受托方为 {trustees}）。请用 --as 指明受托方的签名身份。",
    en="{party} is no trustee of this box (they are {trustees}). Name a signer of a trustee by --as.",
):
    party: str
    trustees: str


class NotYet(
    VotingFault,
    code="client/122",
    zh="还不到这一步：{why.zh}。请稍后再试。",
    en="It is too early for this: {why.en}. Try again later.",
):
    why: Words


class RecountFails(
    VotingFault,
    code="client/123",
    zh="核算不符：{why.zh}。请保存本结果，并向各成员通报。",
    en="The recount does not agree: {why.en}. Keep this result and tell the members.",
):
    why: Words
