"""What following gifts refuses."""

from zhulian.errors import Refusal, Words

__all__ = ["NotOnALine", "TraceBroken", "TracingFault"]


class TracingFault(Refusal):
    """Anything that following gifts refuses."""


class NotOnALine(
    TracingFault,
    code="client/140",
    zh="{record} 既不是捐赠也不是支出。请核对应用、记录类型与编号。",
    en="{record} is neither a gift nor a spending. Check the instance, the type of the record and its key.",
):
    record: str


class TraceBroken(
    TracingFault,
    code="client/141",
    zh="节点给出的去向不完整：{why.zh}。请换一个节点重试，并通报各成员。",
    en="What the node says of the way is not whole: {why.en}. Try another node, and tell the members.",
):
    why: Words
