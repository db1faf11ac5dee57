"""The event stream: whole events only, in order, none twice, resumed where the line broke."""

import itertools
import json
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.client.fake_node import URL, FakeNode
from zhulian.client import BlockEvents, connect
from zhulian.client.events import Reader
from zhulian.ledger.genesis import CODEC


def _event(height: int) -> bytes:
    data = json.dumps(
        {"height": height, "time_ms": height * 1000, "transactions": [{"id": "ab", "status": "applied", "events": []}]}
    )
    return b"id: %d\nevent: block\ndata: %s\n\n" % (height, data.encode())


@given(
    heights=st.lists(st.integers(1, 30), max_size=10), cuts=st.lists(st.integers(0, 2000), max_size=10), after=st.integers(0, 20)
)
def test_reader__gives_whole_events_however_they_are_cut(heights: list[int], cuts: list[int], after: int) -> None:
    stream = b"retry: 1000\n: zhulian\n\n" + b": \n\n".join(_event(height) for height in sorted(heights))
    places = sorted({0, *(min(cut, len(stream)) for cut in cuts), len(stream)})
    reader = Reader(after)
    found = [event.height for start, end in itertools.pairwise(places) for event in reader.feed(stream[start:end])]
    assert found == sorted({height for height in heights if height > after})


def test_reader__half_an_event_is_forgotten_when_the_line_breaks() -> None:
    reader = Reader(None)
    assert list(reader.feed(_event(1) + _event(2)[:30])) == [
        BlockEvents(1, 1000, [{"id": "ab", "status": "applied", "events": []}])
    ]
    reader.restart()
    assert [event.height for event in reader.feed(_event(1) + _event(2))] == [2]


def test_events__resume_by_height(node: FakeNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def handle(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after_height")
        asked.append(after)
        if len(asked) == 2:
            return httpx.Response(503, json={"code": "gateway/6", "zh": "否", "en": "No", "fields": {}})
        first = int(after or 0) + 1
        return httpx.Response(200, content=_event(first) + _event(first + 1) + _event(first + 2)[:-3])

    genesis = CODEC.encode(node.solo.genesis)
    monkeypatch.setattr("zhulian.client.chain.time.sleep", lambda _: None)
    with connect(URL, node.identity(), home=tmp_path, genesis=genesis, transport=httpx.MockTransport(handle)) as chain:
        events = chain.events(4)
        assert [next(events).height for _ in range(5)] == [5, 6, 7, 8, 9]
    assert asked == ["4", "6", "6", "8"]
