"""State diagrams as SVG that stands alone: no script, no font from elsewhere, light and dark, readable on a phone."""

import itertools
import re
import unicodedata
from html import escape

from zhulian.language.manual.layout import Box, Laid, Line, lay_out
from zhulian.language.view.shapes import Both, DiagramView, EdgeView, NodeView, RecordView, View

__all__ = ["diagram_svg", "every_svg", "record_svg"]

_TITLE, _SMALL = 15, 12
_PAD = 14
_MARGIN = 16
_WRAP = {"zh": 16.0, "en": 15.0}
_STYLE = """
svg { --ink: #1b2426; --soft: #55666a; --paper: #ffffff; --line: #9db0b3; --brand: #0f5c63; --wash: #eaf3f3; --time: #8a5a00 }
@media (prefers-color-scheme: dark) {
  svg { --ink: #e6eeee; --soft: #a8b9bb; --paper: #14191a; --line: #56686b; --brand: #5fb7be; --wash: #1d2a2c; --time: #d9a441 }
}
text { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", sans-serif }
.title { font-size: 15px; font-weight: 600; fill: var(--ink); text-anchor: middle }
.small { font-size: 12px; fill: var(--soft); text-anchor: middle }
.label { font-size: 12px; fill: var(--brand); text-anchor: middle }
.label.time { fill: var(--time) }
.box { fill: var(--paper); stroke: var(--brand); stroke-width: 1.5 }
.box.final { fill: var(--wash); stroke-width: 1 }
.inner { fill: none; stroke: var(--brand); stroke-width: 1 }
.begin { fill: var(--ink) }
.way { fill: none; stroke: var(--brand); stroke-width: 1.3 }
.way.time { stroke: var(--time); stroke-dasharray: 5 4 }
.head { fill: var(--brand) }
.head.time { fill: var(--time) }
.under { fill: var(--paper) }
.paper { fill: var(--paper) }
""".strip()

_HERE = "\n.box.here { fill: var(--wash); stroke-width: 4 }"


def diagram_svg(view: View, language: str, record: str | None = None, *, here: str = "") -> str | None:
    """The diagram of a record type (the first that has states unless named) in `language`, the state `here` marked; None where there is none."""
    for each in view.records:
        if each.diagram is not None and record in (None, each.name):
            return record_svg(each, view, language, here=here)
    return None


def every_svg(view: View) -> dict[str, str]:
    """All diagrams of a definition in both languages, by file name: `receivable.factoring.zh.svg`."""
    return {
        f"{view.scenario}.{each.name}.{language}.svg": record_svg(each, view, language)
        for each in view.records
        if each.diagram is not None
        for language in ("zh", "en")
    }


def record_svg(record: RecordView, view: View, language: str, *, here: str = "") -> str:
    """The diagram of one record type, the state `here` marked; the record has states."""
    diagram = record.diagram
    if diagram is None:
        return ""
    actions = {each.name: each.title for each in view.actions}
    boxes = [_box(each, actions, language) for each in diagram.nodes]
    merged = _merged(diagram)
    lines = []
    for (source, target, _), several in merged.items():
        text = _label(several, language)
        lines.append(Line(source, target, max(_width(each, _SMALL) for each in text) + 8, len(text) * 17.0 + 2))
    laid = lay_out(boxes, lines)
    return _draw(record, diagram, laid, list(merged.items()), actions, language, here)


def _merged(diagram: DiagramView) -> dict[tuple[str, str, bool], list[EdgeView]]:
    """Edges by where they lead and whether they run by themselves; those of one way share a line."""
    found: dict[tuple[str, str, bool], list[EdgeView]] = {}
    for edge in diagram.edges:
        found.setdefault((edge.source, edge.target, edge.by != "action"), []).append(edge)
    return found


def _say(words: Both, language: str) -> str:
    return words.zh if language == "zh" else words.en


def _label(edges: list[EdgeView], language: str) -> list[str]:
    several = list(dict.fromkeys(_say(each.title, language) for each in edges))
    return [line for each in several for line in _wrap(each, _WRAP[language])]


def _width(text: str, size: float) -> float:
    """How wide a text is about: a full width for Chinese, a little over half for Latin."""
    return sum(size if unicodedata.east_asian_width(each) in "WF" else size * 0.58 for each in text)


def _wrap(text: str, most: float) -> list[str]:
    """Lines of at most about `most` half-widths: broken between words, and between Chinese characters."""
    lines, line = [], ""
    for piece in re.findall(r"[\u2e80-\uffee]|[^\s\u2e80-\uffee]+\s*|\s+", text):
        if line and _width(line + piece.rstrip(), 1) > most * 0.58:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _stays(node: NodeView, actions: dict[str, Both], language: str) -> list[str]:
    return [line for each in node.stays for line in _wrap(f"· {_say(actions[each], language)}", _WRAP[language] + 4)]


def _box(node: NodeView, actions: dict[str, Both], language: str) -> Box:
    if node.kind == "begin":
        return Box(node.id, 16, 16)
    title, stays = _wrap(_say(node.title, language), _WRAP[language]), _stays(node, actions, language)
    width = max([_width(each, _TITLE) for each in title] + [_width(each, _SMALL) for each in stays])
    height = 22.0 * len(title) + 18.0 * len(stays) + (8 if stays else 0)
    return Box(node.id, max(width + 2 * _PAD, 72), height + 16)


def _draw(
    record: RecordView,
    diagram: DiagramView,
    laid: Laid,
    merged: list[tuple[tuple[str, str, bool], list[EdgeView]]],
    actions: dict[str, Both],
    language: str,
    here: str,
) -> str:
    legend = _legend(merged, diagram, language)
    width = max(laid.width, max((_width(each, _SMALL) for each in legend), default=0)) + 2 * _MARGIN
    height = laid.height + 2 * _MARGIN + (20 * len(legend) + 8 if legend else 0)
    shift = (width - laid.width) / 2
    title = f"{record.title.zh}的状态图" if language == "zh" else f"States of {record.title.en}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_n(width)} {_n(height)}" width="{_n(width)}" role="img" '
        f'lang="{"zh-CN" if language == "zh" else "en"}" style="max-width:100%;height:auto">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(_told(diagram, language))}</desc>",
        f"<style>{_STYLE}{_HERE if here else ''}</style>",
        f'<rect class="paper" width="{_n(width)}" height="{_n(height)}"/>',
        f'<g transform="translate({_n(shift)},{_MARGIN})">',
    ]
    for line, ((_, _, time), _several) in zip(laid.lines, merged, strict=True):
        parts.append(_way(line, time))
    for line, ((_, _, time), several) in zip(laid.lines, merged, strict=True):
        parts += _text_of(line, several, time, language)
    for box, node in zip(laid.boxes, diagram.nodes, strict=True):
        parts += _node(box, node, actions, language, here)
    parts.append("</g>")
    for index, each in enumerate(legend):
        y = laid.height + 2 * _MARGIN + 20 * index + 4
        parts.append(f'<text class="small" x="{_n(width / 2)}" y="{_n(y)}">{escape(each)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _legend(merged: list[tuple[tuple[str, str, bool], list[EdgeView]]], diagram: DiagramView, language: str) -> list[str]:
    """What needs saying: dashed lines, and the points inside a box."""
    zh = language == "zh"
    found = []
    if any(time for (_, _, time), _ in merged):
        found.append("虚线：到期自动转入" if zh else "Dashed: by itself when the time comes")
    if any(each.stays for each in diagram.nodes):
        found.append("框内“·”：在该状态下可办理，状态不变" if zh else "Inside a box: done without leaving the state")
    return found


def _told(diagram: DiagramView, language: str) -> str:
    """The diagram in words, for those who do not see it."""
    titles = {each.id: _say(each.title, language) for each in diagram.nodes}
    found = []
    for edge in diagram.edges:
        by = _say(edge.title, language)
        if language == "zh":
            found.append(f"{titles[edge.source]}经“{by}”转为{titles[edge.target]}")
        else:
            found.append(f"{titles[edge.source]} becomes {titles[edge.target]} by {by}")
    return ("；" if language == "zh" else "; ").join(found)


def _way(line: Line, time: bool) -> str:
    """A smooth line through its points, which leaves and arrives upright, with a head."""
    kind = " time" if time else ""
    points = line.points
    down = points[-1][1] > points[0][1]
    end = (points[-1][0], points[-1][1] - (7 if down else -7))
    steps = [*points[:-1], end]
    path = [f"M{_n(steps[0][0])} {_n(steps[0][1])}"]
    for (x0, y0), (x1, y1) in itertools.pairwise(steps):
        half = (y1 - y0) / 2
        path.append(f"C{_n(x0)} {_n(y0 + half)} {_n(x1)} {_n(y1 - half)} {_n(x1)} {_n(y1)}")
    x, y = points[-1]
    back = y - 9 if down else y + 9
    head = f"{_n(x)},{_n(y)} {_n(x - 4.5)},{_n(back)} {_n(x + 4.5)},{_n(back)}"
    return f'<path class="way{kind}" d="{" ".join(path)}"/><polygon class="head{kind}" points="{head}"/>'


def _text_of(line: Line, edges: list[EdgeView], time: bool, language: str) -> list[str]:
    text, (x, y) = _label(edges, language), line.label
    kind = " time" if time else ""
    parts = [
        f'<rect class="under" x="{_n(x - line.width / 2)}" y="{_n(y - line.height / 2)}" width="{_n(line.width)}" '
        f'height="{_n(line.height)}" rx="3"/>'
    ]
    top = y - len(text) * 17 / 2 + 12.5
    parts += [
        f'<text class="label{kind}" x="{_n(x)}" y="{_n(top + 17 * i)}">{escape(each)}</text>' for i, each in enumerate(text)
    ]
    return parts


def _node(box: Box, node: NodeView, actions: dict[str, Both], language: str, here: str) -> list[str]:
    if node.kind == "begin":
        return [f'<circle class="begin" cx="{_n(box.x)}" cy="{_n(box.y)}" r="8"/>']
    x, y = box.x - box.width / 2, box.y - box.height / 2
    final = " final" if node.kind == "final" else ""
    mark = " here" if node.id == here else ""
    parts = [f'<rect class="box{final}{mark}" x="{_n(x)}" y="{_n(y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="6"/>']
    if final:
        parts.append(
            f'<rect class="inner" x="{_n(x + 3)}" y="{_n(y + 3)}" width="{_n(box.width - 6)}" height="{_n(box.height - 6)}" rx="4"/>'
        )
    down = y + 8 + 16
    for each in _wrap(_say(node.title, language), _WRAP[language]):
        parts.append(f'<text class="title" x="{_n(box.x)}" y="{_n(down)}">{escape(each)}</text>')
        down += 22
    down += 2
    for each in _stays(node, actions, language):
        parts.append(f'<text class="small" x="{_n(box.x)}" y="{_n(down)}">{escape(each)}</text>')
        down += 18
    return parts


def _n(value: float) -> str:
    """A number with one decimal where it needs one."""
    return f"{value:.1f}".removesuffix(".0")
