"""A real node that anchors by schedule: a time-stamping authority over HTTP, a second chain, a witness of another organisation."""

import http.server
import io
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode
from tests.tsa import Tsa, make_tsa
from zhulian.anchors.errors import BadAnchorSettings, TsaUnreachable
from zhulian.cli.main import run
from zhulian.home import Home
from zhulian.ledger.receipts import trust
from zhulian.network.anchoring import StampService, _stamp, load_anchor_settings


@contextmanager
def serving(tsa: Tsa, *, status: int = 200) -> Iterator[str]:
    """The authority at an address of this machine."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = tsa.reply(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/tsr"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def zhulian(node: LiveNode, *words: object, status: int = 0) -> Any:
    """One command in this process, from the node's home."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        for name in [each for each in os.environ if each.startswith("ZHULIAN_")]:
            patch.delenv(name)
        patch.setenv("ZHULIAN_HOME", str(node.home))
        patch.setenv("ZHULIAN_LANG", "en")
        done = run([str(each) for each in words])
    assert done == status, (words, out.getvalue(), err.getvalue())
    return json.loads(out.getvalue()) if "--json" in words else out.getvalue() + err.getvalue()


def test_node__anchors_by_itself_and_a_court_sees_on_what_the_receipt_rests(tmp_path: Path) -> None:
    tsa = make_tsa(tmp_path / "tsa")
    other, node = LiveNode(tmp_path / "b" / "home"), LiveNode(tmp_path / "a" / "home")
    other.home.parent.mkdir()
    node.home.mkdir(parents=True)
    file = tmp_path / "contract.txt"
    file.write_text("what was agreed")
    other.start()
    try:
        url = json.loads((other.home / "run" / "node.json").read_bytes())["url"]
        digest = trust((other.home / "genesis.json").read_bytes()).digest.hex()
        with serving(tsa) as stamps:
            (node.home / "tsa-root.der").write_bytes(tsa.root)
            (node.home / "anchor.toml").write_text(
                f'every_s = 1\n[[timestamp]]\nurl = "{stamps}"\nroots = "tsa-root.der"\ndigest = "sm3"\npolicy = "1.2.3.4.2"\n'
                f'[[chain]]\nurl = "{url}"\ngenesis_digest = "{digest}"\nhome = "{other.home}"\nsigner = "org3.clerk"\n'
            )
            zhulian(node, "init")
            node.start()
            try:
                _play(node, other, file, tsa)
            finally:
                node.stop()
    finally:
        other.stop()


def _play(node: LiveNode, other: LiveNode, file: Path, tsa: Tsa) -> None:
    zhulian(node, "evidence", "deposit", file, "--no-certificate")
    height = json.loads((file.with_name(file.name + ".receipt.json")).read_bytes())["header"]["height"]
    end = time.monotonic() + 30
    while {each["kind"] for each in zhulian(node, "anchor", "list", "--json")["items"]} != {"timestamp", "chain"}:
        assert time.monotonic() < end, (node.home / "logs" / "anchoring.log").read_text()
        time.sleep(0.2)
    sealed = zhulian(node, "anchor", "co-seal", "--as", "org2.clerk", "--json")
    assert sealed["height"] >= height
    assert "anchor/10" in zhulian(node, "anchor", "co-seal", "--as", "org2.clerk", status=1)  # nothing is new
    assert "anchor/3" in zhulian(node, "anchor", "co-seal", "--as", "org1.clerk", status=1)  # the sealer itself

    zhulian(node, "evidence", "receipt", file, "--anchored", "--no-certificate")
    root = file.with_name("root.der")
    root.write_bytes(tsa.root)
    held = ["--genesis", node.home / "genesis.json", "--tsa-root", root, "--anchor-genesis", other.home / "genesis.json"]
    told = zhulian(node, "verify", file, *held, "--json")
    assert {(each["kind"], each["held"]) for each in told["anchors"]} == {("timestamp", True), ("chain", True), ("co_seal", True)}
    assert all(each["time_ms"] >= told["not_before_ms"] for each in told["anchors"])
    for language, words in (
        ("zh", ("另有时间戳锚定", "见证签章", "另在链")),
        ("en", ("time stamp of CN=Test TSA", "co-sealed", "on the chain")),
    ):
        shown = zhulian(node, "--lang", language, "verify", file, "--genesis", node.home / "genesis.json")
        assert all(each in shown for each in words), shown
    attached = file.with_name(file.name + ".anchors.json")
    attached.write_text(attached.read_text().replace('"height": ', '"height": 1', 1))
    assert "anchor/" in zhulian(node, "verify", file, *held, status=1)
    zhulian(node, "anchor", "attach", file)
    zhulian(node, "verify", file, *held)

    kept = node.home / "client" / next(each.name for each in (node.home / "client").glob("co-seals.org2*"))
    kept.write_text(json.dumps({"header": "0" * 64, "height": height}))
    assert "anchor/6" in zhulian(node, "anchor", "co-seal", "--as", "org2.clerk", status=1)  # a fork is named, not sealed
    kept.write_text("junk")
    assert "anchor/7" in zhulian(node, "anchor", "co-seal", "--as", "org2.clerk", status=1)

    first, second = file.with_name("one.json"), file.with_name("two.json")
    zhulian(node, "checkpoint", "fetch", "--out", first)
    assert zhulian(node, "checkpoint", "compare", first, "--json")["agree"]
    changed = json.loads(first.read_bytes()) | {"header": "1" * 64}
    second.write_text(json.dumps(changed))
    assert "anchor/11" in zhulian(node, "checkpoint", "compare", first, second, status=1)
    assert "anchor/11" in zhulian(node, "checkpoint", "compare", second, status=1)


def test_settings__that_are_wrong_are_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert load_anchor_settings(home).timestamp == ()
    for text in ("every_s = 0", "[[timestamp]]\nurl = 'ftp://x'\nroots = 'r'", "junk"):
        (tmp_path / "anchor.toml").write_text(text)
        with pytest.raises(BadAnchorSettings):
            load_anchor_settings(home)


def test_stamp__of_an_authority_that_is_away_or_odd_is_refused(tmp_path: Path) -> None:
    tsa = make_tsa(tmp_path)
    (tmp_path / "root.der").write_bytes(tsa.root)
    with serving(tsa, status=500) as url, pytest.raises(TsaUnreachable):
        _stamp(Home(tmp_path), StampService(url=url, roots="root.der"), b"data")
    with pytest.raises(TsaUnreachable):  # nobody listens there any more
        _stamp(Home(tmp_path), StampService(url=url, roots="root.der"), b"data")
    with pytest.raises(BadAnchorSettings):
        _stamp(Home(tmp_path), StampService(url=url, roots="none.der"), b"data")
