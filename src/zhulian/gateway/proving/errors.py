"""Refusals of proving for whoever asks: what is not taken in, and how a proof can fail to come to an end."""

from zhulian.errors import Refusal

__all__ = ["NoSuchProof", "ProofBroken", "ProofRuns", "ProofTooLarge", "ProofTooLong", "ProofsFull"]


class ProofRuns(
    Refusal,
    code="gateway/52",
    zh="贵方的证明任务 {id} 尚未结束，每个参与方同时只办理一项。请等候其结束，或先终止该任务（DELETE /v1/proofs/{id}）。",
    en="Your proof {id} is not over, and each party has one at a time. Wait for it, or end it first (DELETE /v1/proofs/{id}).",
):
    id: str


class ProofsFull(
    Refusal,
    code="gateway/53",
    zh="等候证明的定义已有 {most} 份，暂不再收。请在 {retry_after_s} 秒后重试，或在本机运行 zhulian scenario prove。",
    en="{most} definitions wait to be proved, and no more are taken. Try again in {retry_after_s} s, or run zhulian scenario prove on a machine of yours.",
):
    most: int
    retry_after_s: int


class NoSuchProof(
    Refusal,
    code="gateway/54",
    zh="贵方没有证明任务 {id}：编号有误，或其结果已不再保留。请核对编号，或重新提交定义。",
    en="You have no proof {id}: the id is wrong, or its result is kept no longer. Check the id, or hand the definition in again.",
):
    id: str


class ProofTooLong(
    Refusal,
    code="gateway/55",
    zh="{seconds} 秒内未能完成证明，已终止，不作任何结论。请在本机运行 zhulian scenario prove（不限时），或请节点运维人员调大 proof_s。",
    en="The proof was not done within {seconds} s and was ended; it says nothing. Run zhulian scenario prove on a machine of yours, where time has no limit, "
    "or have the node's operator raise proof_s.",
):
    seconds: int


class ProofTooLarge(
    Refusal,
    code="gateway/56",
    zh="证明所需内存超过 {mebibytes} MiB，已终止，不作任何结论。请在本机运行 zhulian scenario prove，或请节点运维人员调大 proof_memory_bytes。",
    en="The proof needs more than {mebibytes} MiB of memory and was ended; it says nothing. Run zhulian scenario prove on a machine of yours, or have the node's "
    "operator raise proof_memory_bytes.",
):
    mebibytes: int


class ProofBroken(
    Refusal,
    code="gateway/57",
    zh="证明进程中途退出（退出码 {status}），不作任何结论。请重新提交；仍然如此的，请在本机运行 zhulian scenario prove，并告知节点运维人员。",
    en="The prover ended before it was done (exit status {status}); that says nothing. Hand the definition in again; if it stays so, run zhulian scenario prove on a "
    "machine of yours, and tell the node's operator.",
):
    status: int
