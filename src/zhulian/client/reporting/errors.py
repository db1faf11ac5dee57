"""What a prover's report can be unfit for filing for."""

from zhulian.client.errors import ClientFault
from zhulian.errors import Words

__all__ = ["ReportOfAnother", "ReportUnread"]


class ReportUnread(
    ClientFault,
    code="client/300",
    zh="{path} 不是证明报告：{why.zh}。请用 zhulian scenario prove 的 --out 重新写出。",
    en="{path} is no prover's report: {why.en}. Write it anew with the option --out of zhulian scenario prove.",
):
    path: str
    why: Words


class ReportOfAnother(
    ClientFault,
    code="client/301",
    zh="报告 {path} 核验的是另一个定义（{found}），而非 {wanted}。请换用该定义的报告。",
    en="The report {path} is about another definition ({found}), not about {wanted}. Use the report of this one.",
):
    path: str
    found: str
    wanted: str
