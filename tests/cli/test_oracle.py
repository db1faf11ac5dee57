"""Three organisations read a web page and a database, two agree, and the value stands on the chain."""

import http.server
import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client import connect
from zhulian.client.quoting.errors import NoQuote

SOURCE = "org1.rain"


class _Rain(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"rain_mm": 12.5}')

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_oracle__quotes_what_enough_readers_agree_on(at_home: LiveNode, run: Run, tmp_path: Path) -> None:
    about = tmp_path / "rain.txt"
    about.write_text("Rain in mm at station 58457")
    readers = [word for each in ("org1", "org2", "org3") for word in ("--reader", each)]
    opened = run("oracle", "open", SOURCE, *readers, "--needed", "2", "--about", about, "--unit", "mm", "--scale", "1", "--json")
    assert opened.status == 0, opened.out + opened.err
    url = json.loads((at_home.home / "run" / "node.json").read_bytes())["url"]
    with connect(url, home=at_home.home) as chain, pytest.raises(NoQuote):
        chain.quoting.newest(SOURCE)
    db = sqlite3.connect(tmp_path / "rain.db")
    db.executescript("CREATE TABLE rain (mm NUMERIC); INSERT INTO rain VALUES (13)")
    db.close()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Rain)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    web = tmp_path / "web.toml"
    table = f'[sources."{SOURCE}"]\n'
    web.write_text(f'allow = ["127.0.0.0/8"]\n{table}web = "http://127.0.0.1:{server.server_port}/"\npointer = "/rain_mm"\n')
    held = tmp_path / "held.toml"
    held.write_text(f'{table}database = "sqlite:///{tmp_path}/rain.db"\nquery = "SELECT mm FROM rain"\n')
    reports = []
    try:
        for organisation, sources in (("org1", web), ("org2", web), ("org3", held)):
            path = tmp_path / f"{organisation}.json"
            done = run("oracle", "read", SOURCE, "--sources", sources, "--out", path, "--as", f"{organisation}.clerk", "--json")
            assert done.status == 0, done.out + done.err
            reports.append(path)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (tmp_path / "org1.json.raw").read_bytes() == b'{"rain_mm": 12.5}'
    few = run("oracle", "quote", SOURCE, reports[0], reports[2], "--json")
    assert few.document["refused"]["code"] == "oracle/12"
    done = run("oracle", "quote", SOURCE, *reports, "--json")
    assert (done.document["value"], done.document["readers"]) == (125, ["org1", "org2"])
    assert run("oracle", "quote", SOURCE, *reports, "--json").document["refused"]["code"] == "oracle/13"
    assert "125" in run("oracle", "show", SOURCE).out
    assert run("oracle", "show", "org1.none", "--json").document["refused"]["code"] == "client/171"
    assert run("oracle", "read", "org1.none", "--sources", web, "--json").status != 0
    assert run("oracle", "close", SOURCE, "--json").document["source"] == SOURCE
