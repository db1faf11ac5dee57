"""What a node makes of its engine's last words, of other members' answers, and of a lost record of votes."""

import asyncio
import base64
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.comet import open_network
from zhulian.consensus.comet.engine import Committed
from zhulian.home import Home
from zhulian.ledger.snapshots import chunk_digest, slices
from zhulian.modules.evidence.messages import Deposit
from zhulian.network import found_sample
from zhulian.node.comet import snapshots
from zhulian.node.comet.asking import Anchor, GatewayAway, ask_member, find_anchor
from zhulian.node.comet.folder import make_keys
from zhulian.node.comet.light_door import LightDoor, shown_validators
from zhulian.node.comet.snapshots import SnapshotKeeper
from zhulian.node.comet.snapshotting import CHECKPOINT, DIGESTS, chunk_name
from zhulian.node.comet.starting import VotesForgotten, height_asked, prepare_engine

_KEY = bytes(range(32))


def test_last_words__tell_to_which_height_to_step_back() -> None:
    said = "ERROR: failed to create node: error during handshake: error on replay: app block height (44) is higher than core (33)"
    assert height_asked(["x", said]) == 33
    assert height_asked(["error on replay: could not find results for height #12"]) == 11
    assert height_asked(["listen tcp: address already in use"]) is None
    assert height_asked([]) is None


def test_lost_record_of_votes__is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "engine"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    monkeypatch.setenv("ZHULIAN_COMETBFT", str(program))
    home = Home(tmp_path / "home")
    found_sample(home, 1_790_000_000)
    make_keys(home.engine)
    (home.engine / "data" / "priv_validator_state.json").unlink()
    with pytest.raises(VotesForgotten):
        prepare_engine(home)
    assert not (home.engine / "data" / "priv_validator_state.json").exists()


class _Member(http.server.BaseHTTPRequestHandler):
    answers: dict[str, Any] = {}

    def do_GET(self) -> None:
        found = self.answers.get(self.path)
        body = json.dumps(found).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is said."""


@pytest.fixture
def member() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Member)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()
    _Member.answers = {}


def test_anchor__is_the_newest_snapshot_on_offer(member: str) -> None:
    commit = {"result": {"signed_header": {"commit": {"block_id": {"hash": "AB" * 32}}}}}
    _Member.answers = {
        "/v1/snapshots": {"items": [{"engine_height": 7}, {"engine_height": 40}]},
        "/v1/engine/commit?height=40": commit,
    }
    assert find_anchor(["http://127.0.0.1:1", member]) == Anchor(40, "AB" * 32)
    _Member.answers = {"/v1/snapshots": {"items": []}}
    assert find_anchor([member]) is None
    _Member.answers = {"/v1/snapshots": {"items": [{"engine_height": "x"}]}}
    assert find_anchor([member]) is None
    with pytest.raises(GatewayAway):
        ask_member(member, "/v1/nothing")


async def _through_the_door(door: LightDoor, socket: Path, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    serving = asyncio.ensure_future(door.run())
    while not socket.exists():  # noqa: ASYNC110, ASYNC240 (a file, once)
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_unix_connection(str(socket))
    found = []
    for each in questions:
        body = json.dumps(each).encode()
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.split("content-length:")[1].split()[0])
        found.append(json.loads(await reader.readexactly(size)))
    writer.close()
    serving.cancel()
    return found


def test_light_door__passes_three_questions_on_and_remembers_validators(tmp_path: Path, member: str) -> None:
    shown = {"pub_key": {"value": base64.b64encode(_KEY).decode()}, "voting_power": "3"}
    _Member.answers = {
        "/v1/engine/validators?height=9&page=1": {"result": {"block_height": "9", "validators": [shown]}},
        "/v1/engine/commit?height=9": {"result": {"canonical": True}},
    }
    door = LightDoor(tmp_path / "light.sock", ["http://127.0.0.1:1", member], tmp_path / "shown.json")
    questions = [
        {"jsonrpc": "2.0", "id": 0, "method": "commit", "params": {"height": "9"}},
        {"jsonrpc": "2.0", "id": 1, "method": "validators", "params": {"height": "9", "page": "1"}},
        {"jsonrpc": "2.0", "id": 2, "method": "broadcast_tx_sync", "params": {}},
        {"jsonrpc": "2.0", "id": 3, "method": "commit", "params": {"height": "10"}},
    ]
    found = asyncio.run(_through_the_door(door, tmp_path / "light.sock", questions))
    assert [each["id"] for each in found] == [0, 1, 2, 3]
    assert found[0]["result"] == {"canonical": True}
    assert found[2]["error"]["code"] == -32601
    assert found[3]["error"]["code"] == -32603
    assert shown_validators(tmp_path / "shown.json", 9) == {_KEY: 3}
    assert shown_validators(tmp_path / "shown.json", 10) is None
    assert shown_validators(tmp_path / "none.json", 9) is None


def test_keeper__keeps_the_newest_two_and_cleans_up_after_a_crash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "net").mkdir()
    network = open_network(tmp_path / "net", monkeypatch=monkeypatch)
    node = network.nodes[0]
    folder = tmp_path / "snapshots"
    (folder / "3.part").mkdir(parents=True)
    told: list[tuple[int, int]] = []

    def checkpoint(at: Path) -> None:
        """Stands for the process: cuts at once."""
        digests = []
        for index, chunk in enumerate(slices(node.store)):
            (at.parent / chunk_name(index)).write_bytes(chunk)
            digests.append(chunk_digest(node.application.world.hasher, chunk).hex())
        (at.parent / DIGESTS).write_text(json.dumps(digests), encoding="utf-8")
        assert at.name == CHECKPOINT

    keeper = SnapshotKeeper(node.application, folder, checkpoint, 2, lambda *said: told.append(said))
    assert not list(folder.iterdir())

    def begin(self: SnapshotKeeper, height: int, engine_height: int) -> None:
        part = folder / f"{engine_height}.part"
        part.mkdir()
        checkpoint(part / CHECKPOINT)
        self._under_way = height, engine_height
        self._cut = [bytes.fromhex(each) for each in json.loads((part / DIGESTS).read_bytes())]

    monkeypatch.setattr(snapshots.SnapshotKeeper, "_begin", begin)
    for number in range(8):
        assert node.submit([network.sign(Deposit(digest=f"{number:064x}"), "org1.clerk")]) == [None]
        for _ in range(3):
            network.round()
            keeper.committed(node.commits[-1])
            assert isinstance(node.commits[-1], Committed)
    assert [height for height, _ in told] == [2, 4, 6, 8]
    kept = keeper.taken()
    assert len(kept) == 2
    assert kept[0].engine_height > kept[1].engine_height
    assert sorted(int(each.name) for each in folder.iterdir()) == sorted(each.engine_height for each in kept)
    assert keeper.chunk(kept[0].engine_height, 0)
    assert keeper.chunk(kept[0].engine_height, 999) == keeper.chunk(1, 0) == b""
    again = SnapshotKeeper(node.application, folder, checkpoint, 2, lambda *said: told.append(said))
    assert list(again.taken()) == list(kept)
