"""Refusals of the oracle module; those of a quote stand in the order in which it is judged."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AskedAlready",
    "Disagreement",
    "NeverQuoted",
    "OracleFault",
    "QuoteMalformed",
    "QuoteOld",
    "QuoteStale",
    "ReaderNotAsked",
    "ReaderRefused",
    "ReaderTwice",
    "ReportForAnother",
    "ReportLate",
    "ReportOld",
    "ReportSignatureWrong",
    "SourceClosed",
    "SourceExists",
    "SourceUnfit",
    "UnknownSource",
]


class OracleFault(Refusal):
    """Anything that the oracle module refuses."""


class QuoteMalformed(
    OracleFault,
    code="oracle/1",
    zh="报价文书格式有误，{why.zh}。请由采集方重新汇总。",
    en="This is no quote: {why.en}. Let it be gathered again.",
):
    why: Words


class SourceExists(
    OracleFault,
    code="oracle/2",
    zh="数据源 {source} 已于高度 {height} 开设，名称不能重复使用。请换用新名称。",
    en="The source {source} was opened at height {height}, and a name is given once. Use a new one.",
):
    source: str
    height: int


class SourceUnfit(
    OracleFault,
    code="oracle/3",
    zh="数据源的设置不成立：{why.zh}。请改正后重新开设。",
    en="The source cannot be as it is described: {why.en}. Mend it and open it again.",
):
    why: Words


class UnknownSource(
    OracleFault,
    code="oracle/4",
    zh="没有数据源 {source}。请核对名称，或先开设。",
    en="There is no source {source}. Check its name, or open it first.",
):
    source: str


class SourceClosed(
    OracleFault,
    code="oracle/5",
    zh="数据源 {source} 已于高度 {height} 关闭。请改用其他数据源。",
    en="The source {source} was closed at height {height}. Use another.",
):
    source: str
    height: int


class ReportForAnother(
    OracleFault,
    code="oracle/6",
    zh="所附读数属于数据源 {given}，不是 {wanted}。请提交 {wanted} 的读数。",
    en="A report is of the source {given}, not of {wanted}. Hand in reports of {wanted}.",
):
    given: str
    wanted: str


class ReaderNotAsked(
    OracleFault,
    code="oracle/7",
    zh="机构 {organisation} 不是数据源 {source} 的采集方。请只提交约定采集方的读数。",
    en="{organisation} is no reader of the source {source}. Hand in reports of those that were agreed on.",
):
    organisation: str
    source: str


class ReaderTwice(
    OracleFault,
    code="oracle/8",
    zh="机构 {organisation} 的读数重复或次序不对。请每家机构只附一份，并按机构名称排序。",
    en="{organisation} reports twice or out of order. Give one report for each organisation, in the order of their names.",
):
    organisation: str


class ReportLate(
    OracleFault,
    code="oracle/9",
    zh="机构 {organisation} 的读数时间为 {time}，现在是 {now}（Unix 秒），不在允许的 {fresh} 秒之内。请重新采集。",
    en="{organisation} read at {time} and it is {now} (Unix seconds), not within the {fresh} seconds that are allowed. Read again.",
):
    fresh: int
    now: int
    organisation: str
    time: int


class ReaderRefused(
    OracleFault,
    code="oracle/10",
    zh="机构 {organisation} 的签名密钥现在无效（{inner}：{why.zh}）。请用有效密钥重新签署。",
    en="The key that signed for {organisation} does not count now ({inner}: {why.en}). Sign with a valid one.",
):
    inner: str
    organisation: str
    why: Words


class ReportSignatureWrong(
    OracleFault,
    code="oracle/11",
    zh="机构 {organisation} 的读数签名不符：内容可能被改动。请由其重新采集并签署。",
    en="The signature of {organisation} does not hold: its report was changed. Let it read and sign again.",
):
    organisation: str


class Disagreement(
    OracleFault,
    code="oracle/12",
    zh="数据源 {source} 须有 {needed} 家机构读数一致，现在只有 {found} 家。请核对数据来源后重新采集。",
    en="{needed} readers of {source} must agree and only {found} do. Look at what they read, and read again.",
):
    found: int
    needed: int
    source: str


class QuoteOld(
    OracleFault,
    code="oracle/13",
    zh="数据源 {source} 已有 {last} 的报价，本次为 {time}（Unix 秒），属重复或更旧。请提交更新的读数。",
    en="{source} was quoted as of {last} and this is as of {time} (Unix seconds): a repeat, or older. Hand in newer reports.",
):
    last: int
    source: str
    time: int


class NeverQuoted(
    OracleFault,
    code="oracle/14",
    zh="数据源 {source} 尚无报价。请先采集并提交。",
    en="The source {source} was never quoted. Gather a quote first.",
):
    source: str


class QuoteStale(
    OracleFault,
    code="oracle/15",
    zh="数据源 {source} 的最新报价已过 {age} 秒，最长只许 {most} 秒。请先提交新的报价。",
    en="The newest quote of {source} is {age} seconds old, and {most} are allowed. Hand in a new one first.",
):
    age: int
    most: int
    source: str


class AskedAlready(
    OracleFault,
    code="oracle/16",
    zh="数据源 {source} 的新报价已于高度 {height} 请求，采集方尚未答复。请稍候；超过 {fresh} 秒仍无报价的，可再次请求。",
    en="A new quote of {source} was asked for at height {height} and its readers have yet to answer. Wait, and ask again after {fresh} seconds.",
):
    fresh: int
    height: int
    source: str


class ReportOld(
    OracleFault,
    code="oracle/17",
    zh="机构 {organisation} 对数据源 {source} 的读数时间为 {time}（Unix 秒），不晚于已有的 {last}。请重新采集后提交。",
    en="The report of {organisation} on {source} is as of {time} (Unix seconds), no later than what is there as of {last}. Read again and hand that in.",
):
    last: int
    organisation: str
    source: str
    time: int
