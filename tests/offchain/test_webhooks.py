"""Webhooks against real targets: signed, in order, at least once, retried, and never led to an address inside."""

import asyncio
import base64
import hashlib
import hmac
import http.server
import ipaddress
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from tests.offchain.test_search_live import url_of
from zhulian.client import FromNode, connect, verify_webhook
from zhulian.client.errors import NotADelivery
from zhulian.errors import Refusal
from zhulian.ledger.proving import BeforeSnapshot
from zhulian.node import addresses
from zhulian.node.guard import Guard
from zhulian.node.server import Server
from zhulian.offchain.addresses import networks_of
from zhulian.offchain.courier import methods
from zhulian.offchain.courier.book import WEBHOOKS_MAX, Book
from zhulian.offchain.courier.delivering import Deliverer, matching
from zhulian.offchain.courier.errors import AddressNotAllowed, BadTarget, BlocksGone, NoSuchWebhook, NotDelivered, TooManyWebhooks
from zhulian.offchain.courier.reaching import Reach, judge, require_target
from zhulian.offchain.courier.signing import headers_of, make_secret, signatures

LOOPBACK = networks_of(["127.0.0.0/8", "::1/128"])


class Target:
    """A real HTTP server that answers as it is told, and remembers what came."""

    def __init__(self, port: int = 0) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def heights(self) -> list[int]:
        return [json.loads(body)["height"] for _, body in self.came]


@pytest.fixture
def target() -> Iterator[Target]:
    made = Target()
    yield made
    made.close()


class Ledger:
    """Blocks of one deposit and one timer's event each."""

    def __init__(self, blocks: int, first: int = 1) -> None:
        self.blocks = blocks
        self.first = first

    async def events(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        if after_height < self.first - 1:
            raise BeforeSnapshot(first=self.first, what=str(after_height + 1))
        found = [self._block(height) for height in range(after_height + 1, min(self.blocks, after_height + limit) + 1)]
        if not found:
            await asyncio.sleep(0.02)
        return found

    @staticmethod
    def _block(height: int) -> dict[str, Any]:
        event = {"type": "evidence.deposited", "deposit": f"{height:064x}", "party": "org1"}
        ran = {"events": [{"type": "scenario.timer_ran", "instance": "hz", "timer": "due"}], "module": "scenario"}
        return {
            "height": height,
            "time_ms": height,
            "transactions": [{"id": f"{height:064x}", "status": "applied", "events": [event]}],
            "ran": [ran],
        }


@pytest.mark.anyio
async def test_deliveries__say_which_blocks_are_gone_and_go_on_behind_them(target: Target, tmp_path: Path) -> None:
    book, reach = Book(tmp_path), Reach(LOOPBACK)
    made = book.add("org1", target.url, ["evidence.*"], "", make_secret(), 1)
    deliverer = Deliverer("zl-test", Ledger(6, first=5), book, reach)
    deliverer.start(made)
    await _until(lambda: len(target.came) >= 3)
    told = [json.loads(body) for _, body in target.came]
    assert [(each["height"], each.get("gap")) for each in told] == [(4, {"first": 2, "last": 4}), (5, None), (6, None)]
    assert told[0]["events"] == []
    (gap,) = [each for each in book.deliveries(made.name) if each["height"] == 4 and "why" in each]
    assert (gap["why"]["code"], gap["why"]["fields"]) == ("courier/9", {"first": 2, "last": 4})
    assert gap["why"]["code"] == BlocksGone.code
    await _until(lambda: book.get("org1", made.name).height == 6)
    await deliverer.close()
    await reach.close()
    book.close()


async def _until(holds: Any, seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


@pytest.mark.anyio
async def test_deliveries__come_in_order_once_more_after_a_fault_and_from_where_they_were(target: Target, tmp_path: Path) -> None:
    ledger, book, reach = Ledger(3), Book(tmp_path), Reach(LOOPBACK)
    made = book.add("org1", target.url, ["evidence.*"], "", make_secret(), 1)
    target.status = 500
    first = Deliverer("zl-test", ledger, book, reach)
    first.start(made)
    await _until(lambda: len(target.came) >= 2)  # tried, and tried again
    assert set(target.heights()) == {2}
    target.status = 200
    await _until(lambda: book.get("org1", made.name).height == 3)
    await first.close()
    assert book.get("org1", made.name).height == 3
    ids = [headers["webhook-id"] for headers, _ in target.came]
    assert ids == [f"{made.name}.2"] * (len(ids) - 1) + [f"{made.name}.3"]
    tries = book.deliveries(made.name)
    assert [tries[0]["status"], tries[-1]["status"], tries[-1]["why"]["code"]] == [200, 500, NotDelivered.code]
    ledger.blocks = 6
    second = Deliverer("zl-test", ledger, book, reach)  # as after a restart
    second.start(book.get("org1", made.name))
    await _until(lambda: target.heights()[-1:] == [6])
    await second.close()
    assert target.heights()[-4:] == [3, 4, 5, 6]
    assert second.failed() is None
    await reach.close()
    book.close()


@pytest.mark.anyio
async def test_deliveries__outlive_a_target_that_is_down_and_end_where_it_says_so(
    target: Target, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zhulian.offchain.courier.delivering._AGAIN_S", (0.01, 0.02))
    book, reach = Book(tmp_path), Reach(LOOPBACK)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}/"
    down = book.add("org1", nobody, ["*"], "", make_secret(), 0)
    live = book.add("org1", target.url, ["scenario.timer_ran"], "hz", make_secret(), 0)
    work = Deliverer("zl-test", Ledger(4), book, reach)
    work.start(down)
    work.start(live)
    await _until(lambda: target.heights() == [1, 2, 3, 4])  # one that is down holds up nobody else
    await _until(lambda: len(book.deliveries(down.name)) > 20)
    assert book.get("org1", down.name).height == 0
    back = Target(
        int(nobody.split(":")[2].strip("/"))
    )  # and when it is back, it gets everything, in order, with a signature that holds
    try:
        await _until(lambda: book.get("org1", down.name).height == 4)
    finally:
        back.close()
    assert back.heights() == [1, 2, 3, 4]
    assert [verify_webhook(down.secret, *one) for one in back.came] == [f"{down.name}.{height}" for height in (1, 2, 3, 4)]
    assert all(
        json.loads(body)["events"] == [{"event": Ledger._block(1)["ran"][0]["events"][0], "transaction": None}]
        for _, body in target.came
    )
    target.status = 410
    gone = book.add("org1", target.url, ["*"], "", make_secret(), 0)
    work.start(gone)
    await _until(lambda: book.get("org1", gone.name).ended == "410")
    await work.close()
    await reach.close()
    book.close()


def test_signatures__hold_for_their_secret_id_time_and_body_alone() -> None:
    secret, body, now = make_secret(), b'{"height":1}', 1_766_880_000
    headers = dict(headers_of(secret, "wh-1.7", now, body))
    assert verify_webhook(secret, headers, body, now=now + 200) == "wh-1.7"
    for wrong in (
        {"webhook-id": "wh-1.8"},
        {"webhook-timestamp": str(now + 1)},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-timestamp": "-1"},
        {"webhook-id": ""},
    ):
        with pytest.raises(NotADelivery):
            verify_webhook(secret, {**headers, **wrong}, body, now=now)
    for bad in ((make_secret(), headers, body, now), (secret, headers, body + b" ", now), (secret, headers, body, now + 301)):
        with pytest.raises(NotADelivery):
            verify_webhook(*bad[:3], now=bad[3])
    both = signatures(secret, "wh-1.7", now, body)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    sm3 = hmac.new(key, f"wh-1.7.{now}.".encode() + body, lambda: hashlib.new("sm3")).digest()
    assert both["v1sm3"] == base64.b64encode(sm3).decode()


INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.0.1",
    "198.18.0.1", "::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1",
    "2002:7f00:1::", "2002:a00:1::", "::127.0.0.1", "2001:db8::1", "fe80::1%eth0",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_reach__connects_to_no_address_inside(address: str) -> None:
    with pytest.raises(AddressNotAllowed):
        judge("a.example", address, ())


@given(st.one_of(st.ip_addresses(), st.ip_addresses(v=4, network="10.0.0.0/8"), st.ip_addresses(v=4, network="100.64.0.0/10")))
def test_reach__never_lets_a_wrapped_address_through_that_it_refuses_bare(address: Any) -> None:
    if isinstance(address, ipaddress.IPv6Address):
        return
    wrapped = [f"::ffff:{address}", f"64:ff9b::{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"]
    for each in wrapped:
        verdicts = []
        for text in (str(address), each):
            try:
                judge("a.example", text, ())
                verdicts.append(True)
            except AddressNotAllowed:
                verdicts.append(False)
        assert verdicts[0] == verdicts[1], (address, each)


@pytest.mark.anyio
async def test_reach__follows_no_redirect_and_judges_the_address_that_a_name_leads_to(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.status, target.headers = 302, {"location": "http://127.0.0.1:1/inside"}
    reach = Reach(LOOPBACK)
    assert await reach.post(target.url, [], b"{}") == 302
    assert len(target.came) == 1
    await reach.close()
    loop = asyncio.get_running_loop()
    answers = iter([[(2, 1, 6, "", ("93.184.216.34", 443))], [(2, 1, 6, "", ("127.0.0.1", 443))]])

    async def rebinding(*_: Any, **__: Any) -> Any:
        return next(answers)

    monkeypatch.setattr(loop, "getaddrinfo", rebinding)
    strict = Reach(())
    with pytest.raises(BadTarget):  # the first answer is public, so plain http does not do
        await strict.post("http://turning.example/", [], b"{}")
    with pytest.raises(AddressNotAllowed):  # the second one leads inside, and that is the one connected to
        await strict.post("https://turning.example/", [], b"{}")
    await strict.close()


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/",
        "https://",
        "https://u:p@a.example/",
        "https://a.example/#x",
        "http://[::1",
        "https://a.example:0/",
        "file:///etc/passwd",
        "https://例.example/",
        "https://a.example/ x",
    ],
)
def test_target__is_refused_where_its_text_is_wrong(url: str) -> None:
    with pytest.raises(BadTarget):
        require_target(url)


def test_topics__choose_events_and_the_book_is_bounded(tmp_path: Path) -> None:
    block = Ledger._block(1)
    assert [
        len(matching(block, topics, instance))
        for topics, instance in (
            (["*"], ""),
            (["evidence.*"], ""),
            (["evidence.deposited"], "hz"),
            (["scenario.*"], "hz"),
            (["evidence"], ""),
        )
    ] == [2, 1, 0, 1, 0]
    book = Book(tmp_path)
    for _ in range(WEBHOOKS_MAX):
        book.add("org1", "https://a.example/", ["*"], "", "s", 0)
    with pytest.raises(TooManyWebhooks):
        book.add("org1", "https://a.example/", ["*"], "", "s", 0)
    with pytest.raises(NoSuchWebhook):
        book.get("org2", book.every()[0].name)
    for number in range(300):
        book.note(book.every()[0].name, number, 0, 1, 200, None)
    assert [each["height"] for each in book.deliveries(book.every()[0].name)] == list(range(299, 99, -1))
    book.close()


@pytest.fixture(scope="module")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveNode]:
    """A running node whose operator lets it reach this machine."""
    from zhulian.home import Home
    from zhulian.network import found_sample

    node = LiveNode(tmp_path_factory.mktemp("hooked") / "home")
    found_sample(Home(node.home), int(time.time()) - 60)
    file = node.home / "config.toml"
    alone = "[index]\nenabled = false\n[console]\nenabled = false\n"  # neither is needed to deliver events
    file.write_text(file.read_text() + f'\n[courier]\nallow = ["127.0.0.0/8"]\n{alone}')
    node.start()
    yield node
    node.stop()


def _courier_pid(home: Path) -> int:
    log = home / "logs" / "courier.log"
    lines = [json.loads(line) for line in log.read_text().splitlines() if '"started"' in line] if log.exists() else []
    return int(lines[-1]["pid"]) if lines else 0


@pytest.mark.crash
def test_webhooks__of_a_running_node(
    hooked: LiveNode,
    target: Target,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(hooked.home))
    end = time.monotonic() + 30
    while not (hooked.home / "run" / "courier.sock").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    (tmp_path / "0.txt").write_text("0")
    assert (
        run("evidence", "deposit", tmp_path / "0.txt", "--no-certificate").status == 0
    )  # no key is proved before the first block
    made = run("webhook", "add", target.url, "--topic", "evidence.*", "--json").document
    assert "refused" not in made, made
    assert made["secret"].startswith("whsec_")
    assert "secret" not in run("webhook", "list", "--json").document[0]
    assert run("webhook", "test", made["name"], "--json").document == {"status": 204}
    (tmp_path / "a.txt").write_text("a")
    assert run("evidence", "deposit", tmp_path / "a.txt", "--no-certificate").status == 0
    while len(target.came) < 2:
        assert time.monotonic() < end
        time.sleep(0.02)
    headers, body = target.came[1]
    name = verify_webhook(made["secret"], headers, body)
    content = json.loads(body)
    assert name == f"{made['name']}.{content['height']}"
    assert [each["event"]["type"] for each in content["events"]] == ["evidence.deposited"]
    os.kill(_courier_pid(hooked.home), signal.SIGKILL)
    (tmp_path / "b.txt").write_text("b")
    assert run("evidence", "deposit", tmp_path / "b.txt", "--no-certificate").status == 0  # the node goes on
    first = content["height"]
    while target.heights()[-1] != first + 1:
        assert time.monotonic() < end
        time.sleep(0.02)
    assert list(dict.fromkeys(target.heights()[1:])) == [
        first,
        first + 1,
    ]  # at least once: it may have been killed before it wrote down the first
    assert "HTTP 204" in run("webhook", "deliveries", made["name"]).out
    with connect(url_of(hooked.home), "org2.clerk", home=hooked.home) as other:
        assert other.webhooks.list() == []
        for wrong, code in (
            (lambda: other.webhooks.add(target.url), "courier/7"),
            (lambda: other.webhooks.remove(made["name"]), "courier/5"),
        ):
            with pytest.raises(FromNode) as no:
                wrong()
            assert no.value.code == code
    for words, code in ((("ftp://x/",), "courier/2"), ((target.url, "--topic", "Nonsense!"), "courier/4")):
        done = run("webhook", "add", *words)
        assert (done.status > 0, code in done.err) == (True, True)
    inside = run("webhook", "add", "https://10.0.0.1/", "--json").document
    done = run("webhook", "test", inside["name"])
    assert (done.status > 0, "courier/3" in done.err) == (True, True)
    for each in (made, inside):
        assert run("webhook", "remove", each["name"]).status == 0
    assert "webhook add" in run("webhook", "list").out


def test_webhooks__are_told_of_where_the_courier_does_not_run() -> None:
    from zhulian.gateway.beside import NoCourier
    from zhulian.offchain.courier.errors import CourierSilent
    from zhulian.offchain.courier.methods import Own

    with pytest.raises(ConnectionError):
        asyncio.run(NoCourier().ask("list", Own("org1")))
    assert issubclass(CourierSilent, Refusal)
    assert "[courier]" in CourierSilent().say("en")
    assert "try again in a moment" in CourierSilent().say("en")


@pytest.mark.anyio
async def test_webhooks__wait_for_a_courier_that_is_only_starting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(asked: methods.Own) -> Any:
        return [asked.party]

    client = methods.CourierClient(tmp_path / "c.sock")
    asked = asyncio.create_task(client.ask("list", methods.Own("org1")))
    await asyncio.sleep(0.25)
    assert not asked.done()
    server = Server({"list": none}, Guard(asyncio.get_running_loop()), methods.METHODS)
    await server.start(tmp_path / "c.sock")
    assert await asked == ["org1"]
    await client.close()
    await server.close()
    monkeypatch.setattr(addresses, "_LOOKS", 1)
    with pytest.raises(ConnectionError):  # which the gateway says as courier/1
        await methods.CourierClient(tmp_path / "none.sock").ask("list", methods.Own("org1"))


def test_index__is_told_of_where_it_does_not_run(
    hooked: LiveNode,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(hooked.home))
    for words, status in ((("search", "合同"), 3), (("index", "status"), 1)):
        done = run(*words)
        assert done.status == status
        assert "index/1" in done.err
