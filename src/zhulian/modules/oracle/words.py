"""The words that the oracle module lends to definitions, as data."""

from zhulian.language.expressions.types import DURATION, INT, TEXT, TIME, Said, Thing
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.modules.oracle.limits import QUOTING_STEPS

__all__ = ["READS", "VERBS"]

_SOURCE = Parameter("source", TEXT)

READS = (
    Read(
        "quoted",
        (_SOURCE, Parameter("max_age", DURATION)),
        INT,
        1,
        Said("数据源{0}在{1}之内的最新值", "the newest value of {0}, no older than {1}"),
        "oracle",
    ),
    Read("quoted_at", (_SOURCE,), TIME, 1, Said("数据源{0}最新值的时间", "when the newest value of {0} was read"), "oracle"),
)

VERBS = (
    Verb(
        "quote",
        (_SOURCE, Parameter("paper", Thing("paper"))),
        (),
        QUOTING_STEPS,
        Said("记录数据源{source}的多方一致报价{paper}", "record the quote {paper} of {source}, in which its readers agree"),
        "oracle",
        Contract(
            after=(
                "quoted_at(source) > 0",
                "quoted_at(source) >= was(quoted_at(source))",
                "quoted(source, max_age) == quoted(source, age)",
            )
        ),
    ),
)
