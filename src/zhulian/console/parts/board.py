"""The board of an application: its charts, made of figures of the index, each with the same in a table."""

import asyncio
import math
from typing import Any

from nicegui import ui

from zhulian.client.apps.handle import AsyncApp
from zhulian.client.errors import FromNode
from zhulian.console.context import Page
from zhulian.console.parts.figures import money, scale_of, short_money
from zhulian.console.parts.html import join, note, number, table, tag
from zhulian.errors import Refusal
from zhulian.language.values.figures import MONTHS
from zhulian.language.view.shapes import ChartView, View
from zhulian.offchain.index.errors import IndexSilent

__all__ = ["show_board"]

_COLOURS = ["#2f8f98", "#c98a1b", "#4a8fc4", "#a4669a", "#6a9c48", "#c4624d"]
"""Each stands out against a light and a dark ground (3 : 1 and more, WCAG 1.4.11)."""
_SOFT = "#7b8a87"
_TALL = 240
_WAIT_S = 0.2
"""How long a page waits for its charts before it shows itself without them."""
_TRIES, _AGAIN_S = 4, 1.0
"""How often figures are asked for again, and after how long."""

Figures = asyncio.Future[dict[str, Any]]
_LABEL_MAX = 12
"""Signs of a name on an axis or beside a slice; the whole is told on hover and in the table."""


async def show_board(page: Page, app: AsyncApp, view: View) -> None:
    """The charts of `pages.board` in their order; groups of few records are left out by the gateway, and that is said."""
    if not view.board:
        return
    asked = [asyncio.ensure_future(_counted(app, each)) for each in view.board]
    await asyncio.wait(asked, timeout=_WAIT_S)
    with ui.element("section").classes("card"):
        page.show(join([tag("h2", page.say("board.title")), note(page.say("board.says"))]))
        with ui.element("div").classes("board"):
            for chart, figures in zip(view.board, asked, strict=True):
                with ui.element("div").classes("chart") as holder:
                    _draw(page, chart, figures) if figures.done() else _draw_later(page, chart, figures, holder)


async def _counted(app: AsyncApp, chart: ChartView) -> dict[str, Any]:
    """The figures of a chart. An index that counts for longer than the gateway waits for it keeps them for whoever asks again.

    Raises:
        Refusal: the gateway's or the index's.
    """
    for _ in range(_TRIES):
        try:
            return await app.board(chart.record, field=chart.field or "", by=chart.by or "")
        except FromNode as no:
            if no.code != IndexSilent.code:
                raise
            await asyncio.sleep(_AGAIN_S)
    return await app.board(chart.record, field=chart.field or "", by=chart.by or "")


def _draw_later(page: Page, chart: ChartView, figures: Figures, holder: ui.element) -> None:
    """Keep a chart's place until its figures are there: those of a million records may be counted for a while."""
    page.show(join([tag("h3", page.both(chart.title)), tag("p", page.say("board.counting"), class_="note counting")]))

    async def there() -> None:
        await asyncio.wait([figures])
        holder.clear()
        with holder:
            _draw(page, chart, figures)

    ui.timer(0, there, once=True)


def _draw(page: Page, chart: ChartView, figures: Figures) -> None:
    page.show(tag("h3", page.both(chart.title)))
    try:
        found = figures.result()
    except Refusal as why:
        page.show(note(page.refusal(why)))
        return
    rows, hidden = found["rows"], found["hidden"]
    if not rows:
        page.show(note(page.say("board.few" if hidden else "board.none")))
        return
    if chart.chart == "number":
        shown = page.both(rows[0]["shown"])
        page.show(
            tag("p", money(page.language, int(rows[0]["value"]), shown) if _is_money(chart) else shown, class_="figure num")
        )
        return
    named = [(_group(page, chart, each), each) for each in rows]
    ui.echart(_options(page.language, chart, named)).classes("echart").style(f"height: {_TALL}px").props('aria-hidden="true"')
    lines = [(name, page.both(each["shown"]), number(each["count"])) for name, each in named]
    heads = [page.say("board.group"), page.say("board.value"), page.say("board.count")]
    left = note(page.say("board.hidden", count=hidden)) if hidden else ""
    page.show(tag("details", tag("summary", page.say("board.table")), table(heads, lines, right=(1, 2)), left))


def _group(page: Page, chart: ChartView, row: dict[str, Any]) -> str:
    """What a group is called; days and months as people write them."""
    found = page.both(row["title"]) or "—"
    parts = found.split("-")
    if chart.by not in ("day", "month", "year") or not all(each.isdigit() for each in parts):
        return found
    if page.language == "zh":
        return "".join(f"{int(each)}{unit}" for each, unit in zip(parts, "年月日", strict=False))
    named = [*(str(int(each)) for each in parts[2:]), *(MONTHS[int(each) - 1][:3] for each in parts[1:2]), parts[0]]
    return " ".join(named)


def _is_money(chart: ChartView) -> bool:
    """Whether a chart adds up yuan, of which the index keeps fen."""
    return chart.unit is not None and chart.unit.zh == "元"


def _options(language: str, chart: ChartView, named: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """What the charting library draws: amounts in the unit that suits the largest, the exact one on hover."""
    values = [int(each["value"]) for _, each in named]
    per, unit = 1, "" if chart.unit is None else chart.unit.zh if language == "zh" else chart.unit.en
    if _is_money(chart):
        per, unit = scale_of(language, max(map(abs, values), default=0))
    places = round(math.log10(per))
    data = [
        {"value": round(value / per, places), "name": _short(name), "label": {"formatter": _plain(f"{_short(name)}\n{_figure(language, chart, value, unit)}")}, "tooltip": {"formatter": _plain(f"{name}\n{each['shown'][language]}")}}
        for value, (name, each) in zip(values, named, strict=True)
    ]  # fmt: skip
    common: dict[str, Any] = {
        "animation": False,
        "color": _COLOURS,
        "textStyle": {"color": _SOFT, "fontFamily": "inherit"},
        "tooltip": {"confine": True, "trigger": "item", "renderMode": "richText"},
    }
    if chart.chart == "pie":
        label = {"color": _SOFT, "overflow": "none"}
        pie = {"type": "pie", "radius": ["34%", "56%"], "data": data, "label": label, "labelLine": {"length": 8, "length2": 8}}
        return {**common, "series": [pie]}
    axis = {"axisLabel": {"color": _SOFT, "hideOverlap": True}, "axisLine": {"lineStyle": {"color": "#a9b6b3"}}}
    whole = {"minInterval": 1} if per == 1 and chart.unit is None else {}
    return {
        **common,
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": [_short(name) for name, _ in named], **axis},
        "yAxis": {
            "type": "value",
            "name": unit,
            "nameTextStyle": {"color": _SOFT, "align": "left"},
            "splitLine": {"lineStyle": {"color": "#a9b6b333"}},
            **whole,
            **axis,
        },
        "series": [
            {"type": chart.chart, "data": data, "barMaxWidth": 40, "symbolSize": 8, "symbol": "circle", "color": _COLOURS[0]}
        ],
    }


def _figure(language: str, chart: ChartView, value: int, unit: str) -> str:
    """A slice's figure, each amount in the unit that suits itself."""
    return short_money(language, value) if _is_money(chart) else f"{number(value)} {unit}".rstrip()


def _short(name: str) -> str:
    return name if len(name) <= _LABEL_MAX else f"{name[: _LABEL_MAX - 1]}…"


def _plain(text: str) -> str:
    """Text that the charting library takes as it is: braces would be its places to fill in."""
    return text.replace("{", "（").replace("}", "）")
