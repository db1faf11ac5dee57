"""A whole node: supervisor, ledger, worker and gateway live together and end together."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from zhulian.home import Home

pytestmark = pytest.mark.crash

_RUN = """
import sys
from pathlib import Path
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.node.supervisor import supervise
try:
    supervise(Home(Path(sys.argv[1])), port=int(sys.argv[2]), on_ready=lambda running: print(running.pid, running.url, flush=True))
except Refusal as refusal:
    print("refused", refusal.code, refusal.fields.get("process", ""), flush=True)
    sys.exit(1)
"""

Node = "subprocess.Popen[str]"
Start = Callable[..., Node]


@pytest.fixture
def start_node() -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []

    def start(home: Home, port: int = 0) -> "subprocess.Popen[str]":
        node = subprocess.Popen([sys.executable, "-c", _RUN, str(home.root), str(port)], stdout=subprocess.PIPE, text=True)
        started.append(node)
        return node

    yield start
    for node in started:
        if node.poll() is None:
            node.kill()
        node.wait(10)
        if node.stdout is not None:
            node.stdout.close()


def _line(node: "subprocess.Popen[str]", within_s: float = 30) -> list[str]:
    """The next line that the node says; a node that says nothing fails the test instead of holding it up."""
    assert node.stdout is not None
    ready, _, _ = select.select([node.stdout], [], [], within_s)
    assert ready, "the node said nothing"
    return node.stdout.readline().split()


def _family(pid: int) -> dict[str, int]:
    """Process ids of everything below a supervisor, by what it is."""
    found: dict[str, int] = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_bytes()
        kinds = ("ledger_process", "gateway", "worker", "keeper", "offchain.index")
        name = next((each for each in kinds if each.encode() in words), "")
        if not name or (name == "keeper" and words.count(b"\0") < 6):
            continue  # it has only just begun
        found[words.split(b"\0")[4].decode() if name == "keeper" else name] = int(child)
        found.update(_family(int(child)))
    return found


def _gone(pids: list[int], within_s: float = 10) -> bool:
    deadline = time.monotonic() + within_s
    while any(_alive(each) for each in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def _alive(pid: int) -> bool:
    """Whether it still runs; what has ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_node__says_where_it_is_and_stops_in_order(home: Home, start_node: Start) -> None:
    node = start_node(home)
    pid, url = _line(node)
    assert int(pid) == node.pid
    assert json.loads(home.node_file.read_text()) == {"pid": node.pid, "url": url}
    answer = httpx.get(url + "/v1/status")
    assert (answer.status_code, answer.json()["accepting"], answer.json()["height"]) == (200, True, 0)
    family = _family(node.pid)
    assert set(family) >= {"ledger_process", "gateway", "worker"}  # what stands beside the node comes a moment later
    modes = {each.name: each.stat().st_mode & 0o077 for each in home.logs.iterdir()}
    assert set(modes.values()) == {0}, modes
    node.send_signal(signal.SIGTERM)
    assert node.wait(20) == 0
    assert _gone(list(family.values()))
    assert not home.node_file.exists()
    events = [json.loads(each)["event"] for each in (home.logs / "supervisor.log").read_text().splitlines()]
    assert events[-1] == "stopped"
    assert "killed" not in events


@pytest.mark.parametrize(("victim", "named"), [("ledger_process", "ledger"), ("gateway", "gateway"), ("worker", "worker")])
def test_node__ends_with_any_of_its_processes(home: Home, start_node: Start, victim: str, named: str) -> None:
    node = start_node(home)
    _line(node)
    family = _family(node.pid)
    os.kill(family[victim], signal.SIGKILL)
    assert _line(node) == ["refused", "node/15", named]
    assert node.wait(20) == 1
    assert _gone(list(family.values()))


def test_node__goes_on_without_a_keeper_and_starts_it_again(home: Home, start_node: Start) -> None:
    node = start_node(home)
    _, url = _line(node)
    until = time.monotonic() + 20
    while "org3.keeper" not in _family(node.pid):
        assert time.monotonic() < until
        time.sleep(0.02)
    first = _family(node.pid)["org3.keeper"]
    os.kill(first, signal.SIGKILL)
    while _family(node.pid).get("org3.keeper", first) == first:
        assert time.monotonic() < until
        time.sleep(0.02)
    assert httpx.get(url + "/v1/status").status_code == 200
    node.send_signal(signal.SIGTERM)
    assert node.wait(20) == 0


def test_node__takes_its_processes_along_when_it_is_killed_and_starts_again(home: Home, start_node: Start) -> None:
    node = start_node(home)
    _line(node)
    family = _family(node.pid)
    node.kill()
    node.wait(10)
    assert _gone(list(family.values()), 5)
    assert home.node_file.exists(), "nobody was left to take it away"
    again = start_node(home)
    pid, _ = _line(again)
    assert int(pid) == again.pid


def test_node__is_alone_in_its_folder_and_on_its_port(home: Home, start_node: Start) -> None:
    node = start_node(home)
    _, url = _line(node)
    second = start_node(home)
    assert _line(second) == ["refused", "node/1"]
    assert second.wait(20) == 1
    assert httpx.get(url + "/v1/status").status_code == 200, "the first one was disturbed"


def test_node__says_that_its_port_is_taken_before_it_starts_anything(home: Home, start_node: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        node = start_node(home, other.getsockname()[1])
        assert _line(node) == ["refused", "node/13"]
        assert node.wait(20) == 1
    assert not home.database.exists()


def test_node__hands_on_why_its_ledger_did_not_start(home: Home, start_node: Start) -> None:
    home.seal_log.parent.mkdir(parents=True, exist_ok=True)
    home.seal_log.write_bytes(b"garbage\n")
    node = start_node(home)
    assert _line(node) == ["refused", "seal/2"]
    assert node.wait(20) == 1
