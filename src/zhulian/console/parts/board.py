"""The board of an application: its charts, made of figures of the index, each with the same in a table."""

from typing import Any

from nicegui import ui

from zhulian.client.apps.handle import AsyncApp
from zhulian.console.context import Page
from zhulian.console.parts.html import join, note, number, table, tag
from zhulian.errors import Refusal
from zhulian.language.view.shapes import ChartView, View

__all__ = ["show_board"]

_COLOURS = ["#0f5c63", "#c98a1b", "#3f7fb0", "#8a4f7d", "#5b8c3a", "#b0523f"]
_TALL = 240


async def show_board(page: Page, app: AsyncApp, view: View) -> None:
    """The charts of `pages.board` in their order; groups of few records are left out by the gateway, and that is said."""
    if not view.board:
        return
    with ui.element("section").classes("card"):
        page.show(join([tag("h2", page.say("board.title")), note(page.say("board.says"))]))
        with ui.element("div").classes("board"):
            for chart in view.board:
                with ui.element("div").classes("chart"):
                    await _chart(page, app, chart)


async def _chart(page: Page, app: AsyncApp, chart: ChartView) -> None:
    page.show(tag("h3", page.both(chart.title)))
    try:
        found = await app.board(chart.record, field=chart.field or "", by=chart.by or "")
    except Refusal as why:
        page.show(note(page.refusal(why)))
        return
    rows, hidden = found["rows"], found["hidden"]
    if not rows:
        page.show(note(page.say("board.few" if hidden else "board.none")))
        return
    if chart.chart == "number":
        page.show(tag("p", page.both(rows[0]["shown"]), class_="figure num"))
        return
    unit = page.both(chart.unit)
    names, values = [page.both(each["title"]) or "—" for each in rows], [_value(each, chart) for each in rows]
    ui.echart(_options(chart.chart, names, values, unit)).classes("echart").style(f"height: {_TALL}px").props(
        'aria-hidden="true"'
    )
    lines = [(name, page.both(each["shown"]), number(each["count"])) for name, each in zip(names, rows, strict=True)]
    heads = [page.say("board.group"), page.say("board.value"), page.say("board.count")]
    left = note(page.say("board.hidden", count=hidden)) if hidden else ""
    page.show(tag("details", tag("summary", page.say("board.table")), table(heads, lines, right=(1, 2)), left))


def _value(row: dict[str, Any], chart: ChartView) -> float:
    """The height of a bar: money in yuan, whole numbers as they are."""
    return int(row["value"]) / 100 if chart.unit is not None and chart.unit.zh == "元" else int(row["value"])


def _options(kind: str, names: list[str], values: list[float], unit: str) -> dict[str, Any]:
    common: dict[str, Any] = {
        "animation": False,
        "color": _COLOURS,
        "textStyle": {"color": "inherit", "fontFamily": "inherit"},
        "tooltip": {"confine": True, "trigger": "item" if kind == "pie" else "axis"},
    }
    if kind == "pie":
        slices = [{"name": name, "value": value} for name, value in zip(names, values, strict=True)]
        label = {"color": "#7a8a87", "formatter": "{b} {c}"}
        return {**common, "series": [{"type": "pie", "radius": ["40%", "68%"], "data": slices, "label": label}]}
    axis = {"axisLabel": {"color": "#7a8a87", "hideOverlap": True}, "axisLine": {"lineStyle": {"color": "#a9b6b3"}}}
    return {
        **common,
        "grid": {"left": 8, "right": 16, "top": 32, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "category", "data": names, **axis},
        "yAxis": {
            "type": "value",
            "name": unit,
            "nameTextStyle": {"color": "#7a8a87"},
            "splitLine": {"lineStyle": {"color": "#a9b6b333"}},
            **axis,
        },
        "series": [{"type": kind, "data": values, "barMaxWidth": 40, "symbolSize": 6}],
    }
