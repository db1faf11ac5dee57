"""What the client refuses about sources and quotes."""

from zhulian.errors import Refusal

__all__ = ["NoQuote", "QuotingFault", "SourceUnknown"]


class QuotingFault(Refusal):
    """Anything that the client refuses about quotes."""


class SourceUnknown(
    QuotingFault,
    code="client/171",
    zh="链上没有数据源 {source}。请核对名称，或先开设。",
    en="There is no source {source} on the chain. Check its name, or open it first.",
):
    source: str


class NoQuote(
    QuotingFault,
    code="client/172",
    zh="数据源 {source} 尚无报价。请先采集并提交。",
    en="The source {source} was never quoted. Gather a quote first.",
):
    source: str
