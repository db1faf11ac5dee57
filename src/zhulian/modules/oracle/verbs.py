"""How definitions take a quote."""

from zhulian.language.lending import Arguments, Caller, VerbRun, the_text
from zhulian.ledger.module import Context
from zhulian.modules.oracle.errors import ReportForAnother
from zhulian.modules.oracle.format import read_quote
from zhulian.modules.oracle.judging import judge_quote
from zhulian.modules.oracle.needs import Keys
from zhulian.modules.oracle.recording import record_quote

__all__ = ["make_quote"]


def make_quote(keys: Keys) -> VerbRun:
    """The verb `quote`, which asks `keys` whose a key is."""

    def quote(context: Context, caller: Caller, arguments: Arguments) -> None:
        """Record a quote of a source (`source`, `paper`), whoever carries it.

        Raises:
            QuoteMalformed, ReportForAnother, and what `judge_quote` raises.
        """
        # AUTHORIZE
        name = the_text(arguments, "source")

        # VALIDATE
        paper = read_quote(the_text(arguments, "paper"))
        if paper.source != name:
            raise ReportForAnother(given=paper.source, wanted=name[:80])
        _, agreed, number = judge_quote(context, keys, paper)

        # APPLY
        # EMIT
        record_quote(context, name, agreed, number)

    return quote
