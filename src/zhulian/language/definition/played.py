"""Pages and watch rules: whatever they show and ask exists and is public where it must be."""

from dataclasses import replace

from zhulian.language.definition.judge import Judge
from zhulian.language.definition.names import FIELD, RECORD
from zhulian.language.definition.scopes import Scopes
from zhulian.language.definition.verdicts import PrivateShown, WindowBad
from zhulian.language.expressions.scope import Member
from zhulian.language.expressions.types import BOOL, INT, NUMERIC, PARTY, Optional, Party, Said
from zhulian.language.expressions.types import Record as RecordType

__all__ = ["check_pages", "check_watch"]

_ADDING = tuple(each.__name__ for each in NUMERIC)
_ADDED = Said("可相加的数值类型", "type that adds up")


def check_pages(judge: Judge, scopes: Scopes) -> None:
    """Public pages show public fields; charts and filters use public ones."""
    pages = judge.tree.pages
    if pages is None:
        return
    for index, page in enumerate(pages.public):
        path = f"pages.public[{index}]"
        if judge.must_be(page.record, scopes.records, f"{path}.record", RECORD):
            for place, shown in enumerate(page.show):
                _shown(judge, scopes, page.record, shown, f"{path}.show[{place}]", Said("公示页", "on a public page"))
    for index, table in enumerate(pages.lists):
        path = f"pages.list[{index}]"
        if judge.must_be(table.record, scopes.records, f"{path}.record", RECORD):
            for place, shown in enumerate(table.columns):
                _shown(judge, scopes, table.record, shown, f"{path}.columns[{place}]", None)
            for place, shown in enumerate(table.filter):
                _shown(judge, scopes, table.record, shown, f"{path}.filter[{place}]", Said("筛选条件", "in a filter"))
    for index, chart in enumerate(pages.board):
        path = f"pages.board[{index}]"
        if not judge.must_be(chart.record, scopes.records, f"{path}.record", RECORD):
            continue
        members = scopes.base.records[chart.record]
        if chart.kind == "sum" and _shown(judge, scopes, chart.record, chart.field, f"{path}.of", Said("图表", "in a chart")):
            numbers = [name for name, each in members.items() if isinstance(each.type, NUMERIC)]
            judge.must_be(chart.field, numbers, f"{path}.of", Said("可相加的字段", "field that adds up"))
        if chart.by and chart.by not in ("day", "month", "year"):
            _shown(judge, scopes, chart.record, chart.by, f"{path}.by", Said("图表", "in a chart"))


def _shown(judge: Judge, scopes: Scopes, record: str, shown: str, path: str, where: Said | None) -> bool:
    """Whether a dotted path leads to something, public if it is said `where` it must be."""
    members = scopes.of_pages(record).records[record]
    parts = shown.split(".")
    for place, part in enumerate(parts):
        if not judge.must_be(part, members, path, FIELD):
            return False
        member = members[part]
        if where is not None and member.private:
            judge.fault(PrivateShown, path, field=part, where_zh=where.zh, where_en=where.en)
            return False
        of = member.type.of if isinstance(member.type, Optional) else member.type
        members = {}
        if isinstance(of, RecordType) and of.name is not None:
            members = dict(scopes.base.records.get(of.name, {}))
        elif isinstance(of, Party):
            members = {"name": Member(PARTY)}
        del place
    return True


def check_watch(judge: Judge, scopes: Scopes) -> None:
    """Watch rules ask of what exists."""
    tree = judge.tree
    known = {
        "actions": [each.name for each in tree.actions],
        "records": [each.name for each in tree.records],
        "timers": [each.name for each in tree.timers],
        "totals": [each.name for each in tree.totals],
    }
    actions = {each.name: each for each in tree.actions}
    for watch in tree.watch:
        path = f"watch.{watch.name}"
        if watch.window[0] == "0":
            judge.fault(WindowBad, f"{path}.window")
        if not judge.must_be(watch.of, known[watch.kind], f"{path}.over", Said("所监测的内容", "thing to watch")):
            continue
        scope = scopes.base
        if watch.kind == "actions":
            action = actions[watch.of]
            scope = scopes.of_action(action)
            if action.creates:
                scope = scopes.of_effects(action, scope)
        elif watch.kind == "records":
            scope = scopes.of_record(watch.of)
        elif watch.kind == "timers":
            scope = scopes.of_record(next(each.on for each in tree.timers if each.name == watch.of))
        for text, part in ((watch.by, "by"), (watch.distinct, "distinct")):
            if text is not None:
                judge.type(text, f"{path}.{part}", scope)
        counted = {"count": Member(INT), "value": Member(INT)} if watch.kind == "totals" else {"count": Member(INT)}
        if watch.sum is not None:
            added = judge.type(watch.sum, f"{path}.sum", scope)
            if added is not None and judge.must_be(type(added.type).__name__, _ADDING, f"{path}.sum", _ADDED):
                counted["sum"] = Member(added.type)
        inner = replace(scopes.base, variables={**scopes.base.variables, **counted})
        judge.type(watch.raises, f"{path}.raise", inner, BOOL)
