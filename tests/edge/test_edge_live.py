"""From signed readings over a real broker to the chain and back to a proof, with edge, broker and node killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.edge.bare import Broker, free_port
from zhulian.cli import main as entry
from zhulian.client import Chain, connect
from zhulian.crypto import SoftwareSigner, load_key
from zhulian.edge.mqtt import client_for, topic_of
from zhulian.edge.recorder import Recorder
from zhulian.edge.simulating import HttpLink, MqttLink, simulate, wave
from zhulian.home import Home

PROBE, METER = "org1.probe-1", "org1.meter-2"


class Process:
    """A command of ours as a process that ends by its id."""

    def __init__(self, home: Path, *words: str) -> None:
        self._home, self._words = home, words
        self.log = home.parent / f"{words[0]}-{id(self)}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, ready: Callable[[], bool]) -> None:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ZHULIAN_")}
        environment = {**clean, "ZHULIAN_HOME": str(self._home), "ZHULIAN_LANG": "en"}
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zhulian.cli.main", *self._words], env=environment, stdout=log, stderr=log
            )
        wait_for(lambda: ready() or self._process is None or self._process.poll() is not None, self.log)
        assert self._process.poll() is None, self.log.read_text()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    @property
    def said(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self.log.read_text()))
        except ValueError:
            return {}


def wait_for(holds: Callable[[], bool], log: Path | None = None, most_s: float = 40) -> None:
    end = time.monotonic() + most_s
    while not holds():
        assert time.monotonic() < end, "" if log is None else log.read_text()
        time.sleep(0.05)


@pytest.fixture
def edges() -> Iterator[list[Process]]:
    """Whatever a test has started, ended however it went."""
    started: list[Process] = []
    yield started
    for each in started:
        each.stop()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def node(home: Path) -> Iterator[Process]:
    made = Process(home, "run", "--port", str(free_port()))
    made.start(lambda: is_up(home))
    yield made
    made.stop()


@pytest.fixture
def command(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("ZHULIAN_HOME", str(home))

    def run(*words: str, status: int = 0) -> Any:
        capsys.readouterr()
        assert entry.run([*words, "--json"]) == status, capsys.readouterr()
        return json.loads(capsys.readouterr().out)

    return run


def chain_of(home: Path) -> Chain:
    url = json.loads((home / "run" / "node.json").read_bytes())["url"]
    return connect(url, home=home)


def recorder(home: Path, chain: Chain, name: str) -> Recorder:
    path = home / "devices" / f"{name}.key.json"
    key = SoftwareSigner(chain.core.hasher.suite, load_key(path, str(Home(home).passphrase())))
    return Recorder(chain.core.hasher, key, name, path.with_suffix(".memory"))


def go(recorders: list[Recorder], link: MqttLink, rounds: int = 20) -> int:
    """So many rounds of readings, with a batch every ten."""
    for place in range(1, rounds + 1):
        for each in recorders:
            link.send(each.device, "readings", each.read(int(time.time() * 1000), place))
        if place % 10 == 0:
            for each in recorders:
                link.send(each.device, "batch", each.close() or b"")
        time.sleep(0.005)
    link.settle()
    return rounds


def settle(recorders: list[Recorder], link: MqttLink, edge: Process) -> None:
    """Wait for every batch to be on the chain; devices send again what nobody acknowledged, as they would after an outage."""
    for each in recorders:
        for kind, data in each.again(0):
            link.send(each.device, kind, data)

    def is_done() -> bool:
        link.settle()
        return not any(each.unacknowledged for each in recorders)

    wait_for(is_done, edge.log)


def kill(home: Path, node: Process, broker: Broker, edge: Process, several: list[Recorder], link: MqttLink) -> int:
    """End each of the three in the middle of the work, and go on; how many readings each device took meanwhile."""
    edge.stop(signal.SIGKILL)
    count = go(several, link)
    broker.stop()
    count += go(several, link)
    broker.start()
    node.stop(signal.SIGKILL)
    node.start(lambda: is_up(home))
    edge.start(lambda: "http" in edge.said)
    count += go(several, link)
    node.stop(signal.SIGKILL)
    count += go(several, link)
    node.start(lambda: is_up(home))
    return count


@pytest.mark.parametrize("kills", [False, pytest.param(True, marks=pytest.mark.long)])
def test_edge__loses_nothing_when_edge_broker_and_node_are_killed(
    kills: bool, home: Path, node: Process, broker: Broker, command: Callable[..., Any], tmp_path: Path, edges: list[Process]
) -> None:
    certificate = tmp_path / "certificate.pdf"
    certificate.write_bytes(b"calibrated")
    card = ("--quality", "temperature", "--unit", "°C", "--scale", "1", "--low", "-40", "--high", "60")
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 300 * 86_400))
    for name in (PROBE, METER):
        enrol = ("device", "enrol", name, "--certificate", str(certificate), *card, "--until")
        assert command(*enrol, "2099-01-01", status=1)["refused"]["code"] == "device/6"
        assert command(*enrol, until)["device"] == name
    edge = Process(home, "device", "edge", "--mqtt", broker.url, "--port", "0", "--json")
    edges.append(edge)
    edge.start(lambda: "http" in edge.said)
    with chain_of(home) as chain:
        probe, meter = several = [recorder(home, chain, each) for each in (PROBE, METER)]
        link = MqttLink(broker.url, chain.core.genesis.name, several, "devices")
        count = go(several, link)
        if kills:
            count += kill(home, node, broker, edge, several, link)
        settle(several, link, edge)
        for each in (PROBE, METER):
            line = chain.devices.find(each).line
            assert line is not None
            assert (line.readings, line.last, line.missing) == (count, count, 0)
        link.close()
        by_http(chain, edge, probe, count)
        refusals_come_back(broker, chain, meter)
    edge.stop()
    proofs(home, command, tmp_path, count)


def by_http(chain: Chain, edge: Process, probe: Recorder, count: int) -> None:
    """The same device by HTTP: simulated, and what is wrong is answered with its number."""
    url = edge.said["http"]
    link = HttpLink(url, [probe])
    assert simulate({probe: wave(-400, 600, 3)}, link, every_s=0.05, batch_s=0.2, seconds=1) >= 1
    link.close()
    wait_for(lambda: httpx.get(f"{url}/v1/status").json()["batches"]["held"] == 0, edge.log)
    line = chain.devices.find(PROBE).line
    assert line is not None
    assert line.readings > count
    assert line.missing == 0
    answer = httpx.post(f"{url}/v1/readings", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (422, "edge/1")
    assert httpx.post(f"{url}/v1/batches", content=b"x" * 40_000).status_code == 413
    assert httpx.get(f"{url}/v1/status").json()["refused"]["edge/1"] == 1
    assert httpx.get(f"{url}/v1/devices/{PROBE}").json()["sealed"] == line.last


def refusals_come_back(broker: Broker, chain: Chain, meter: Recorder) -> None:
    """A replay over MQTT is answered under the topic of the device."""
    name, heard = chain.core.genesis.name, []
    client, host, port = client_for(broker.url, "listener")
    client.on_message = lambda _, __, message: (heard.append(json.loads(message.payload)), client.ack(message.mid, message.qos))
    client.connect(host, port)
    client.subscribe(topic_of(name, METER, "answer"), qos=1)
    client.loop_start()
    old = Recorder(chain.core.hasher, meter._signer, METER)
    client.publish(topic_of(name, METER, "readings"), old.read(int(time.time() * 1000), 1), qos=1)
    client.publish(topic_of(name, METER, "nonsense"), b"?", qos=1)
    client.publish(topic_of(name, "org1.gone-3", "readings"), old.read(int(time.time() * 1000), 1), qos=1)
    wait_for(lambda: any("refused" in each for each in heard))
    codes = {each["refused"]["code"] for each in heard if isinstance(each.get("refused"), dict)}
    assert codes <= {"edge/7", "edge/9"}
    assert codes
    client.disconnect()
    client.loop_stop()


def proofs(home: Path, command: Callable[..., Any], tmp_path: Path, count: int) -> None:
    """What people ask of it afterwards."""
    listed = command("device", "list")["devices"]
    assert sorted(each["device"] for each in listed) == [METER, PROBE]
    assert command("device", "show", METER)["line"]["readings"] == count
    assert command("device", "show", "org1.gone-3", status=1)["refused"]["code"] == "client/170"
    path, genesis = tmp_path / "five.json", str(home / "genesis.json")
    proved = command("device", "prove", PROBE, "5", "--out", str(path))
    verified = command("verify", str(path), "--genesis", genesis)
    assert verified["messages"] == ["device.measure"]
    assert json.loads(path.read_bytes())["value"] == proved["value"] == 5
    path.write_bytes(path.read_bytes().replace(b'"value":5', b'"value":4'))
    assert command("verify", str(path), "--genesis", genesis, status=1)["refused"]["code"] == "proof/28"
    assert command("device", "prove", PROBE, "999999", status=1)["refused"]["code"] == "edge/16"
    assert command("device", "change-key", METER)["device"] == METER
    assert command("device", "retire", METER, "--reason", "replaced")["reason"] == "replaced"
    assert command("device", "edge", "--mqtt", "ftp://x", status=1)["refused"]["code"] == "edge/15"
    assert command("device", "edge", "--mqtt", "mqtt://127.0.0.1:9", "--port", "0", status=1)["refused"]["code"] == "edge/15"
    taken = ("--port", home_port(home))
    assert command("device", "edge", *taken, status=1)["refused"]["code"] == "edge/17"
    simulated = ("device", "simulate", PROBE, "org1.none", "--http", "http://127.0.0.1:9", "--seconds", "1")
    assert command(*simulated, status=1)["refused"]["code"] == "client/170"
    (home / "devices" / f"{PROBE}.key.json").unlink()
    assert command("device", "simulate", PROBE, "--http", "http://127.0.0.1:9", status=1)["refused"]["code"] == "edge/18"


def home_port(home: Path) -> str:
    return str(json.loads((home / "run" / "node.json").read_bytes())["url"]).rpartition(":")[2]


def is_up(home: Path) -> bool:
    """Whether the node answers at its port again."""
    try:
        url = json.loads((home / "run" / "node.json").read_bytes())["url"]
        return httpx.get(f"{url}/v1/status").is_success
    except (OSError, ValueError, httpx.HTTPError):
        return False
