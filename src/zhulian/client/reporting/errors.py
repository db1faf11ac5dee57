"""What a prover's report can be unfit for filing for."""

from zhulian.client.errors import ClientFault
from zhulian.errors import Words

__all__ = ["PublishedOtherwise", "ReportOfAnother", "ReportUnread"]


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


class PublishedOtherwise(
    ClientFault,
    code="client/373",
    zh="链上的 {scenario} 是另一个定义（{wanted}），而刚才证明的是 {found}，报告未报送。请改证链上所发布的文件，或提高 version 后重新发布。",
    en="{scenario} on the chain is another definition ({wanted}) than the one that was just proved ({found}), so the report was not filed. "
    "Prove the file that was published, or publish yours under a higher version.",
):
    scenario: str
    found: str
    wanted: str
