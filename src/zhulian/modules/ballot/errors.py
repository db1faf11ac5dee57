"""Refusals of the ballot module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyDone",
    "AlreadyVoted",
    "BallotFault",
    "BallotsFull",
    "BoxElsewhere",
    "BoxExists",
    "CountsWrong",
    "MergeUnfit",
    "NoBox",
    "NotCounted",
    "NotEnoughParts",
    "NotTrustee",
    "PaperForAnother",
    "PaperMalformed",
    "PaperProofWrong",
    "SetUpWrong",
    "TooFewBallots",
    "WrongStage",
]


class BallotFault(Refusal):
    """Anything that the ballot module refuses."""


class SetUpWrong(
    BallotFault,
    code="ballot/1",
    zh="投票箱的设置有误：{why.zh}。请改正后重新设置。",
    en="The box cannot be set up like this: {why.en}. Mend it and set it up again.",
):
    why: Words


class BoxExists(
    BallotFault,
    code="ballot/2",
    zh="{box} 已设有投票箱。一条记录只有一个投票箱，请另建记录。",
    en="{box} has a box already. A record has one box: make another record.",
):
    box: str


class BoxElsewhere(
    BallotFault,
    code="ballot/3",
    zh="{box} 不是本应用的记录。请使用本应用的记录。",
    en="{box} is no record of this instance. Use a record of this instance.",
):
    box: str


class NoBox(
    BallotFault,
    code="ballot/4",
    zh="{box} 没有投票箱。请先设置投票箱。",
    en="{box} has no box. Set one up first.",
):
    box: str


class WrongStage(
    BallotFault,
    code="ballot/5",
    zh="投票箱现处于“{stage.zh}”，此操作须在“{wanted.zh}”时进行。",
    en="The box is {stage.en}; this is done while it is {wanted.en}.",
):
    stage: Words
    wanted: Words


class NotTrustee(
    BallotFault,
    code="ballot/6",
    zh="{party} 不是本投票箱的计票密钥受托方，或没有签署本操作。请由受托方签名办理。",
    en="{party} is no trustee of this box, or does not sign this. Let a trustee do it and sign.",
):
    party: str


class AlreadyDone(
    BallotFault,
    code="ballot/7",
    zh="{party} 已办理过这一步，不能重复。请等待其他受托方。",
    en="{party} has done this already. Wait for the other trustees.",
):
    party: str


class PaperMalformed(
    BallotFault,
    code="ballot/8",
    zh="专用文件格式有误：{why.zh}。请用 zhulian ballot 重新生成。",
    en="The paper is malformed: {why.en}. Make it again with zhulian ballot.",
):
    why: Words


class PaperForAnother(
    BallotFault,
    code="ballot/9",
    zh="专用文件是为 {given} 生成的，此处须为 {wanted}。请重新生成。",
    en="The paper was made for {given}, here it must be for {wanted}. Make it again.",
):
    given: str
    wanted: str


class PaperProofWrong(
    BallotFault,
    code="ballot/10",
    zh="专用文件中的证明不成立：{why.zh}。抄来的、改过的或不合规则的内容都不受理，请重新生成。",
    en="A proof in the paper does not hold: {why.en}. What was copied, changed or breaks the rules is not taken: make it again.",
):
    why: Words


class AlreadyVoted(
    BallotFault,
    code="ballot/11",
    zh="{voter} 已于本投票箱投过票，每人只能投一次。",
    en="{voter} has voted in this box already; each votes once.",
):
    voter: str


class BallotsFull(
    BallotFault,
    code="ballot/12",
    zh="投票箱已满（{most} 张）。请另设投票箱，计票前再合并。",
    en="The box is full ({most} ballots). Set up another with the same key and merge them before counting.",
):
    most: int


class MergeUnfit(
    BallotFault,
    code="ballot/13",
    zh="两个投票箱不能合并：{why.zh}。",
    en="The two boxes cannot be merged: {why.en}.",
):
    why: Words


class TooFewBallots(
    BallotFault,
    code="ballot/14",
    zh="投票箱中只有 {ballots} 张票，少于 {least} 张，单独计票会泄露个人选择。请并入同一密钥的其他投票箱。",
    en="The box holds {ballots} ballots, fewer than {least}: counted alone it would tell who chose what. Merge it into another with the same key.",
):
    ballots: int
    least: int


class NotEnoughParts(
    BallotFault,
    code="ballot/15",
    zh="计票还差 {missing} 个受托方的解密份额。请等待受托方提交。",
    en="Counting lacks the parts of {missing} trustees. Wait until they have given them.",
):
    missing: int


class CountsWrong(
    BallotFault,
    code="ballot/16",
    zh="第 {choice} 项的票数与密文之和不符。请用 zhulian ballot count 重新计算。",
    en="The count of choice {choice} does not fit the sum of the ballots. Work it out again with zhulian ballot count.",
):
    choice: int


class NotCounted(
    BallotFault,
    code="ballot/17",
    zh="{box} 尚未计票，或没有第 {choice} 项。请在公布结果后查询。",
    en="{box} is not counted yet, or has no choice {choice}. Ask after the result is announced.",
):
    box: str
    choice: int
