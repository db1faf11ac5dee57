"""Draws the charts of docs/en/explanation/scale.md from results, in both languages.

    .venv/bin/python benchmarks/charts.py

Reads benchmarks/results/scale.json and validators.json, which the scripts of those names printed; writes docs/images/scale-*.svg.
"""

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
_INK, _PAPER, _LINES = "#17323a", "#ffffff", "#d5dfe1"
_COLOURS = ("#0f5c63", "#c8843c", "#7a8f95")
_WIDTH, _BAR, _GAP, _LEFT, _TOP = 760, 24, 10, 250, 74
_PLACES = {
    "one machine room": "同一机房",
    "three districts of a city": "同城三地",
    "Beijing, Shanghai, Shenzhen": "北京、上海、深圳",
}


def bars(title: str, note: str, groups: list[tuple[str, list[tuple[str, float, str]]]]) -> str:
    """A chart of horizontal bars: groups with (name, value, what is written at its end)."""
    top = max(value for _, rows in groups for _, value, _ in rows)
    at, parts = _TOP, []
    for name, rows in groups:
        if name:
            parts.append(_text(20, at + 6, name, 14, bold=True))
            at += 20
        for place, (label, value, said) in enumerate(rows):
            width = (_WIDTH - _LEFT - 130) * value / top
            parts.append(_text(_LEFT - 12, at + 17, label, 13, end=True))
            colour = _COLOURS[place % len(_COLOURS)]
            parts.append(f'<rect x="{_LEFT}" y="{at}" width="{max(width, 1):.1f}" height="{_BAR}" rx="2" fill="{colour}"/>')
            parts.append(_text(_LEFT + width + 8, at + 17, said, 13))
            at += _BAR + _GAP
        at += 14
    height = at + 8
    frame = f'<rect width="{_WIDTH}" height="{height}" fill="{_PAPER}"/><line x1="20" y1="56" x2="{_WIDTH - 20}" y2="56" stroke="{_LINES}"/>'
    head = _text(20, 26, title, 17, bold=True) + _text(20, 46, note, 12)
    fonts = "system-ui, 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" font-family="{fonts}" fill="{_INK}">'
        f"<title>{escape(title)}</title>{frame}{head}{''.join(parts)}</svg>\n"
    )


def _text(x: float, y: float, text: str, size: int, *, bold: bool = False, end: bool = False) -> str:
    style = (' font-weight="600"' if bold else "") + (' text-anchor="end"' if end else "")
    return f'<text x="{x:.1f}" y="{y}" font-size="{size}"{style}>{escape(text)}</text>'


def cost(found: dict[str, Any], chinese: bool) -> str:
    """What a deposit costs, by how many records there are already."""
    rows = [
        (
            f"{int(records):,} 条记录" if chinese else f"{int(records):,} records",
            each["processor_us"],
            f"{each['processor_us']:,.0f} µs",
        )
        for records, each in found["cost"].items()
    ]
    title = "每笔存证的处理器用时" if chinese else "Processor time a deposit"
    note = (
        "实测：验签、执行、状态树、写盘；记录绕过签名层装入"
        if chinese
        else "measured: signature, execution, tree, store; records loaded below the signature layer"
    )
    return bars(title, note, [("", rows)])


def sealed(found: dict[str, Any], chinese: bool) -> str:
    """How long until a deposit is sealed, by members and places."""
    groups = []
    for place, sizes in found["places"].items():
        rows = [
            (
                f"{members} 个共识节点" if chinese else f"{members} validators",
                each["sealed_ms_p50"],
                f"{each['sealed_ms_p50']:,.0f} ms",
            )
            for members, each in sizes.items()
        ]
        groups.append((_PLACES[place] if chinese else place, rows))
    title = "提交到盖章的中位用时（模型推算）" if chinese else "From submit to sealed, median (a model)"
    note = (
        f"按实测的各步用时推算，每秒 {found['load']:.0f} 笔；线路时延为假设"
        if chinese
        else f"worked out from measured costs of each step, {found['load']:.0f} deposits a second; lines are assumed"
    )
    return bars(title, note, groups)


def main() -> None:
    """Draw all charts."""
    results = ROOT / "benchmarks" / "results"
    for name, draw in (("scale", cost), ("validators", sealed)):
        found = json.loads((results / f"{name}.json").read_text(encoding="utf-8"))
        for language in ("en", "zh"):
            (IMAGES / f"scale-{name}.{language}.svg").write_text(draw(found, language == "zh"), encoding="utf-8")


if __name__ == "__main__":
    main()
