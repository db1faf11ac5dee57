"""Diagrams: nothing lies on anything else, everything is inside, and the picture stands alone."""

import itertools
import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.view.shown import EVERY, view
from zhulian.language.manual import diagram_svg, record_svg
from zhulian.language.manual.layout import Box, Laid, Line, lay_out

SPACE = "{http://www.w3.org/2000/svg}"


def frames(laid: Laid) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom of every box and label."""
    found = [
        (each.x - each.width / 2, each.y - each.height / 2, each.x + each.width / 2, each.y + each.height / 2)
        for each in laid.boxes
    ]
    for each in laid.lines:
        x, y = each.label
        found.append((x - each.width / 2, y - each.height / 2, x + each.width / 2, y + each.height / 2))
    return found


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_layout__keeps_everything_apart_and_inside(data: st.DataObject) -> None:
    """Any graph: circles, islands, several ways between two boxes."""
    count = data.draw(st.integers(1, 9))
    sizes = st.floats(20, 160)
    boxes = [Box(f"n{i}", data.draw(sizes), data.draw(st.floats(16, 90))) for i in range(count)]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda each: each[0] != each[1])
    several = data.draw(st.lists(ends, max_size=14)) if count > 1 else []
    lines = [Line(f"n{a}", f"n{b}", data.draw(sizes), data.draw(st.floats(10, 40))) for a, b in several]
    laid = lay_out(boxes, lines)
    assert [each.name for each in laid.boxes] == [each.name for each in boxes]
    for one, other in itertools.combinations(frames(laid), 2):
        apart = one[2] <= other[0] + 0.01 or other[2] <= one[0] + 0.01 or one[3] <= other[1] + 0.01 or other[3] <= one[1] + 0.01
        assert apart, (one, other)
    for left, top, right, bottom in frames(laid):
        assert left >= -0.01
        assert top >= -0.01
        assert right <= laid.width + 0.01
        assert bottom <= laid.height + 0.01
    places = {each.name: each for each in laid.boxes}
    for line in laid.lines:
        for name, (x, y) in ((line.source, line.points[0]), (line.target, line.points[-1])):
            box = places[name]
            assert abs(x - box.x) <= box.width / 2 + 0.01
            assert abs(abs(y - box.y) - box.height / 2) < 0.01  # on its upper or lower edge
    assert lay_out(boxes, lines) == laid


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", EVERY)
def test_picture__stands_alone_and_says_everything(name: str, language: str) -> None:
    shown = view(name)
    for record in shown.records:
        if record.diagram is None:
            continue
        text = record_svg(record, shown, language)
        root = ElementTree.fromstring(text)
        assert root.tag == f"{SPACE}svg"
        assert not re.search(r"<script|href|url\(|@import", text)
        assert '"PingFang SC"' in text
        words = "".join(each.text or "" for each in root.iter(f"{SPACE}text")).replace(" ", "")
        for state in record.states:
            assert getattr(state.title, language).replace(" ", "") in words
        for edge in record.diagram.edges:
            assert getattr(edge.title, language).replace(" ", "") in words
        assert len(root.findall(f".//{SPACE}path")) == len({(e.source, e.target, e.by != "action") for e in record.diagram.edges})
        width = float(root.attrib["viewBox"].split()[2])
        assert width < 780, "a phone shows it in half its size at the least"


def test_picture__is_of_the_record_asked_for() -> None:
    shown = view("settlement")
    first, hold = diagram_svg(shown, "zh"), diagram_svg(shown, "zh", "hold")
    assert first is not None
    assert hold is not None
    assert "<title>兑付申请的状态图</title>" in first
    assert "<title>资金预留的状态图</title>" in hold
    assert diagram_svg(shown, "zh", "account") is None
