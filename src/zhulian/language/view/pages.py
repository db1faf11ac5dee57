"""Lists, public pages and the board."""

from zhulian.language.definition.shapes import Field, Record
from zhulian.language.definition.views import Chart
from zhulian.language.values.showing import is_hidden
from zhulian.language.view.fields import ALIGNED, unit_of
from zhulian.language.view.shapes import Both, ChartView, ColumnView, ListView, PublicView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import low, title_or_name

__all__ = ["chart_views", "list_views", "public_views"]

_FIRST = 5
_PERIODS = {"day": Both("日", "day"), "month": Both("月", "month"), "year": Both("年", "year")}


def list_views(speaker: Speaker) -> list[ListView]:
    """The tables that the definition gives, and one for each record type that has none."""
    tables = speaker.tree.pages.lists if speaker.tree.pages is not None else ()
    found = [
        ListView(
            record=each.record,
            columns=[_column(speaker, each.record, path) for path in each.columns],
            filters=[_column(speaker, each.record, path) for path in each.filter],
            declared=True,
        )
        for each in tables
    ]
    done = {each.record for each in tables}
    return [*found, *(_made(speaker, each) for each in speaker.tree.records if each.name not in done)]


def _made(speaker: Speaker, record: Record) -> ListView:
    """A table of the key, the first public fields and the state; filtered by state and parties."""
    public = [each for each in record.fields if not is_hidden(each)]
    names = list(dict.fromkeys([*record.key, *(each.name for each in public)]))[: max(_FIRST, len(record.key))]
    state = ["state"] if record.states is not None else []
    filters = [*state, *(each.name for each in public if each.type in ("party", "choice"))]
    return ListView(
        record=record.name,
        columns=[_column(speaker, record.name, each) for each in (*names, *state)],
        filters=[_column(speaker, record.name, each) for each in filters],
        declared=False,
    )


def public_views(speaker: Speaker) -> list[PublicView]:
    """What is behind the code of a record."""
    pages = speaker.tree.pages.public if speaker.tree.pages is not None else ()
    return [PublicView(record=each.record, shows=[_column(speaker, each.record, path) for path in each.show]) for each in pages]


def chart_views(speaker: Speaker) -> list[ChartView]:
    """The pictures of the board."""
    return [_chart(speaker, each) for each in (speaker.tree.pages.board if speaker.tree.pages is not None else ())]


def _column(speaker: Speaker, record: str, path: str) -> ColumnView:
    """A field by its path: through records, and the name of a party at the end."""
    parts = path.split(".")
    titles: list[Both] = []
    kind = "text"
    for place, part in enumerate(parts):
        if part == "name" and place:
            kind = "party"
            continue
        titles.append(speaker.field(record, part))
        field = _field(speaker, record, part)
        kind = field.type if field is not None else {"state": "state", "since": "time", "owner": "party"}.get(part, "text")
        record = field.record if field is not None and field.record else record
    title = Both("的".join(each.zh for each in titles), ", ".join([titles[0].en, *(low(each.en) for each in titles[1:])]))
    return ColumnView(path=path, title=title, type=kind, align="right" if kind in ALIGNED else "left")


def _field(speaker: Speaker, record: str, name: str) -> Field | None:
    uses = {each.name: each.fields for each in speaker.tree.uses}
    fields = speaker.records[record].fields if record in speaker.records else uses.get(record, ())
    return next((each for each in fields if each.name == name), None)


def _chart(speaker: Speaker, chart: Chart) -> ChartView:
    record = speaker.record(chart.record)
    field = _field(speaker, chart.record, chart.field) if chart.field else None
    by = _PERIODS.get(chart.by) or (speaker.field(chart.record, chart.by) if chart.by else None)
    what = speaker.field(chart.record, chart.field) if chart.field else Both(f"{record.zh}数量", f"{record.en}, how many")
    if chart.field:
        what = Both(f"{record.zh}{what.zh}合计", f"{record.en}: sum of {low(what.en)}")
    made = what if by is None else Both(f"{what.zh}（按{by.zh}）", f"{what.en} by {low(by.en)}")
    return ChartView(
        chart=chart.chart,
        title=made if chart.title is None else title_or_name(chart.title, chart.chart),
        record=chart.record,
        kind=chart.kind,
        field=chart.field or None,
        by=chart.by or None,
        unit=unit_of(field) if field is not None else None,
    )
