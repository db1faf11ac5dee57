"""Three organisations' readers at work by themselves: one beside the node, two on their own, over the web and a PostgreSQL of its own."""

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.edge.bare import free_port
from tests.offchain.postgres import Cluster
from zhulian.client import Chain, connect
from zhulian.client.quoting.errors import NoQuote
from zhulian.modules.oracle.state import Quote

SOURCE = "org1.rain"


class Station(http.server.ThreadingHTTPServer):
    """A web page that says how much it rained; `down`: it says that it cannot."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Rain)
        self.rain = "12.5"
        self.down = False
        self.asked = 0

    @property
    def raw(self) -> bytes:
        return f'{{"rain_mm": {self.rain}}}'.encode()


class _Rain(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        station: Any = self.server
        station.asked += 1
        self.send_response(503 if station.down else 200)
        self.end_headers()
        self.wfile.write(station.raw)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def wait_for(holds: Callable[[], Any], log: Path, most_s: float = 90) -> Any:
    end = time.monotonic() + most_s
    while not (found := holds()):
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.1)
    return found


@pytest.fixture
def station() -> Iterator[Station]:
    made = Station()
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Processes of ours, each ended by its id."""
    all_of_them: list[subprocess.Popen[bytes]] = []

    def start(home: Path, *words: str) -> subprocess.Popen[bytes]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ZHULIAN_")}
        with (tmp_path / "log").open("ab") as log:
            all_of_them.append(
                subprocess.Popen([sys.executable, "-m", *words], env={**clean, "ZHULIAN_HOME": str(home)}, stdout=log, stderr=log)
            )
        return all_of_them[-1]

    yield start
    for each in all_of_them:
        each.terminate()
    for each in all_of_them:
        each.wait(30)


def reader_home(home: Path, folder: Path, text: str) -> Path:
    """Another organisation's machine: the keys and the chain of `home`, with sources of its own."""
    folder.mkdir()
    for name in ("genesis.json", "config.toml", "keys", "certificates", "passphrase"):
        (folder / name).symlink_to(home / name)
    (folder / "sources.toml").write_text(text)
    return folder


def web(station: Station, pointer: str, **more: Any) -> str:
    """A description of the page, in which loopback is allowed."""
    top = "".join(f"{name} = {json.dumps(value)}\n" for name, value in {"allow": ["127.0.0.0/8"], **more}.items())
    table = f'[sources."{SOURCE}"]\nweb = "http://127.0.0.1:{station.server_port}/"\npointer = "{pointer}"\n'
    return top + table


def newest(chain: Chain) -> Quote | None:
    try:
        return chain.quoting.newest(SOURCE)
    except NoQuote:
        return None


def test_readers__answer_who_asks_and_the_clock_each_from_its_own_source(
    tmp_path: Path, station: Station, cluster: Cluster, started: Callable[..., subprocess.Popen[bytes]]
) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    home.mkdir()
    (home / "sources.toml").write_text(web(station, "/rain_mm"))  # read beside the node, for its own organisation
    started(home, "zhulian.cli.main", "run", "--port", str(free_port()))
    wait_for((home / "run" / "node.json").exists, log)
    url = json.loads((home / "run" / "node.json").read_bytes())["url"]
    address = cluster.make("rain")
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE TABLE rain (day date, mm numeric)")
        db.execute("INSERT INTO rain VALUES ('2026-01-05', 12.5)")
    held = f'database = "{address.replace("postgresql:", "postgresql+psycopg:")}"\nquery = "SELECT mm FROM rain ORDER BY day DESC LIMIT 1"\n'
    clock = f'[sources."{SOURCE}"]\nevery = 2\n{held}'
    second = reader_home(home, tmp_path / "second", f'signer = "org2.clerk"\n{clock}')
    third = reader_home(home, tmp_path / "third", web(station, "/snow_mm", signer="org3.clerk"))  # reads where nothing is
    with connect(url, home=home) as chain:
        about = hashlib.sha256(b"rain").hexdigest()
        chain.quoting.open(SOURCE, readers=["org1", "org2", "org3"], needed=2, about=about, unit="mm", scale=1)
        started(second, "zhulian.reader.process", str(second), url)
        at_third = started(third, "zhulian.reader.process", str(third), url)
        wait_for(lambda: chain.quoting.reported(SOURCE, "org2"), log)  # by the clock, and alone
        assert (station.asked, newest(chain)) == (0, None)  # the others read when they are asked
        chain.quoting.ask(SOURCE)
        first = wait_for(lambda: newest(chain), log)
        assert (first.value, first.readers, first.number) == (125, ("org1", "org2"), 0)
        said = wait_for(lambda: chain.quoting.reported(SOURCE, "org1"), log)
        assert (home / "oracle" / "answers" / f"{said.report.digest}.raw").read_bytes() == station.raw
        assert chain.core.hasher.suite.digest(station.raw).hex() == said.report.digest
        wait_for(lambda: "reader/3" in log.read_text(), log)  # the third says what is amiss
        assert chain.quoting.reported(SOURCE, "org3") is None

        station.rain, station.down = "14", True  # the web is away; the database and a third, by the clock, agree
        with psycopg.connect(address, autocommit=True) as db:
            db.execute("INSERT INTO rain VALUES ('2026-01-06', 14)")
        at_third.terminate()
        assert at_third.wait(30) == 0
        (third / "sources.toml").write_text(f'signer = "org3.clerk"\n{clock}')
        started(third, "zhulian.reader.process", str(third), url)
        by_clock = wait_for(lambda: (found := newest(chain)) and found.number >= 1 and found, log)
        assert (by_clock.value, by_clock.readers) == (140, ("org2", "org3"))
