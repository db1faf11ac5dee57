"""What a reader refuses: a source that is not described here, or that does not say what is expected."""

from zhulian.errors import Refusal, Words

__all__ = ["AnswerUnfit", "ReaderFault", "SourceAway", "SourcesBad", "ValueUnfit"]


class ReaderFault(Refusal):
    """Anything that a reader refuses."""


class SourcesBad(
    ReaderFault,
    code="reader/1",
    zh="数据源配置 {path} 不可用：{why.zh}。请改正后重试。",
    en="The description of sources in {path} cannot be used: {why.en}. Mend it and try again.",
):
    path: str
    why: Words


class SourceAway(
    ReaderFault,
    code="reader/2",
    zh="数据源 {source} 读取失败：{why.zh}。请检查地址、账号与网络。",
    en="The source {source} could not be read: {why.en}. Check address, account and network.",
):
    source: str
    why: Words


class AnswerUnfit(
    ReaderFault,
    code="reader/3",
    zh="数据源 {source} 的回答不符合约定：{why.zh}。请核对取值位置或查询语句。",
    en="The source {source} answers otherwise than agreed: {why.en}. Check the pointer or the query.",
):
    source: str
    why: Words


class ValueUnfit(
    ReaderFault,
    code="reader/4",
    zh="数据源 {source} 的数值 {value} 不能以 {scale} 位小数表示，或超出范围。请核对单位与小数位数。",
    en="The value {value} of {source} does not fit into {scale} decimal places, or is out of range. Check unit and scale.",
):
    scale: int
    source: str
    value: str
