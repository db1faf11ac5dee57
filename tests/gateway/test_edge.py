"""Who asks, how often, under which name, and what every answer carries."""

import re
from pathlib import Path
from typing import Any

import pytest
from gateway_fake import FakeLedger, Make
from hypothesis import given
from hypothesis import strategies as st

from zhulian.canonical import WrongShape
from zhulian.gateway.app import build
from zhulian.gateway.buckets import Buckets
from zhulian.gateway.edge import names_for
from zhulian.gateway.errors import BadSetting
from zhulian.gateway.origin import Origin, _address
from zhulian.gateway.pages import PAGES
from zhulian.gateway.settings import Settings, load_settings

pytestmark = pytest.mark.anyio
PROXIES = ("10.0.0.0/8", "192.0.2.9", "fd00::/8")


def settled(peer: str | None, *headers: tuple[str, str]) -> dict[str, Any]:
    scope = {
        "client": None if peer is None else (peer, 1234),
        "scheme": "http",
        "headers": [(b"host", b"inner:8420"), *((name.encode(), value.encode()) for name, value in headers)],
    }
    return dict(Origin(PROXIES).settle(scope))


@pytest.mark.parametrize(
    ("peer", "forwarded", "asker"),
    [
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),  # no proxy of ours: what it says is not believed
        ("10.1.2.3", "198.51.100.1", "198.51.100.1"),
        ("10.1.2.3", "1.1.1.1, 198.51.100.1", "198.51.100.1"),  # the left one may be the asker's own invention
        ("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9, 192.0.2.9", "198.51.100.1"),
        ("::ffff:10.1.2.3", "198.51.100.1", "198.51.100.1"),  # a listener on :: sees IPv4 so
        ("10.1.2.3", "::ffff:198.51.100.1", "198.51.100.1"),
        ("fd00::1", "[2001:db8::7]:4711", "2001:db8::7"),
        ("10.1.2.3", "198.51.100.1:4711", "198.51.100.1"),
        ("10.1.2.3", "unknown", "10.1.2.3"),
        ("10.1.2.3", "198.51.100.1, junk", "10.1.2.3"),
        ("10.1.2.3", "", "10.1.2.3"),
        ("10.1.2.3", "10.5.5.5", "10.5.5.5"),
    ],
)
def test_origin__is_whom_a_trusted_proxy_names(peer: str, forwarded: str, asker: str) -> None:
    assert str(settled(peer, ("x-forwarded-for", forwarded))["zhulian.address"]) == asker


def test_origin__reads_several_headers_as_one_list_and_few_hops() -> None:
    found = settled("10.1.2.3", ("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.1"))
    assert str(found["zhulian.address"]) == "198.51.100.1"
    long = ",".join(["198.51.100.1"] + ["10.0.0.1"] * 100_000)
    assert str(settled("10.1.2.3", ("x-forwarded-for", long))["zhulian.address"]) == "10.0.0.1"
    assert settled(None, ("x-forwarded-for", "1.1.1.1"))["zhulian.address"] is None


def test_origin__takes_scheme_and_host_from_a_trusted_proxy_alone() -> None:
    said = (("x-forwarded-proto", "https"), ("x-forwarded-host", "chain.example"))
    trusted, stranger = settled("10.1.2.3", *said), settled("203.0.113.5", *said)
    assert (trusted["scheme"], dict(trusted["headers"])[b"host"]) == ("https", b"chain.example")
    assert (stranger["scheme"], dict(stranger["headers"])[b"host"]) == ("http", b"inner:8420")
    odd = settled("10.1.2.3", ("x-forwarded-proto", "gopher"), ("x-forwarded-host", "a b\r\nx: y"))
    assert (odd["scheme"], dict(odd["headers"])[b"host"]) == ("http", b"inner:8420")


@given(st.text(max_size=80), st.sampled_from(["10.0.0.1", "::ffff:10.0.0.1", "203.0.113.5"]))
def test_origin__always_answers_an_address(forwarded: str, peer: str) -> None:
    scope = {"client": (peer, 1), "scheme": "http", "headers": [(b"x-forwarded-for", forwarded.encode("utf-8", "replace"))]}
    found = Origin(PROXIES).settle(scope)["zhulian.address"]
    assert found is not None
    assert peer == "203.0.113.5" or found.version == 4 or ":" in forwarded


def test_buckets__fill_up_with_time_and_hold_an_ipv6_line_as_one() -> None:
    now = [0.0]
    buckets = Buckets(2.0, 3, 100, lambda: now[0])
    one = _address("198.51.100.1")
    assert [buckets.take(one) for _ in range(4)] == [True, True, True, False]
    assert buckets.take(_address("198.51.100.2"))
    now[0] = 0.5
    assert [buckets.take(one) for _ in range(2)] == [True, False]
    same_line = [_address(f"2001:db8:1:2::{number}") for number in range(1, 5)]
    assert [buckets.take(each) for each in same_line] == [True, True, True, False]
    assert buckets.take(_address("2001:db8:1:3::1"))
    assert all(buckets.take(_address("127.0.0.1")) and buckets.take(None) for _ in range(50))


@given(st.lists(st.integers(0, 2**32 - 1), max_size=200))
def test_buckets__stay_bounded(numbers: list[int]) -> None:
    import ipaddress

    buckets = Buckets(1.0, 1, 16, lambda: 0.0)
    for number in numbers:
        buckets.take(ipaddress.IPv4Address(number))
        assert len(buckets) <= 16


async def test_edge__tells_a_busy_address_to_come_again(client: Make) -> None:
    async with client(trusted_proxies=("127.0.0.1",), address_requests_per_s=0.001, address_burst=2) as http:
        busy = {"X-Forwarded-For": "203.0.113.5"}
        answers = [await http.get("/v1/status", headers=busy) for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, 429]
        assert answers[2].json()["code"] == "gateway/40"
        assert answers[2].headers["retry-after"] == "1"
        assert (await http.get("/v1/status", headers={"X-Forwarded-For": "203.0.113.6"})).status_code == 200
        assert (await http.get("/v1/status")).status_code == 200
    async with client(address_requests_per_s=0.001, address_burst=2) as http:  # no proxy is trusted: the header is air
        assert [(await http.get("/v1/status", headers=busy)).status_code for _ in range(4)] == [200] * 4


async def test_metrics__are_hidden_from_whom_a_proxy_on_this_machine_lets_in(client: Make) -> None:
    async with client(trusted_proxies=("127.0.0.1",)) as http:
        assert (await http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.5"})).status_code == 403
        assert (await http.get("/metrics")).status_code == 200


async def test_edge__puts_safety_into_every_answer(client: Make) -> None:
    async with client() as http:
        for path in [*(page.path for page in PAGES), "/v1/status", "/v1/nothing", "/metrics"]:
            headers = (await http.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-frame-options"] == "DENY"
            assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert "strict-transport-security" not in headers  # nobody came by TLS


async def test_pages__have_no_script_inside(client: Make) -> None:
    async with client() as http:
        for path in ("/", "/docs", "/?lang=en"):
            page = (await http.get(path)).text
            assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
            assert re.findall(r"\son[a-z]+\s*=|javascript:|\sstyle=", page) == []


async def test_edge__shows_the_public_address(client: Make) -> None:
    async with client(public_url="https://chain.example.gov.cn/") as http:
        assert "https://chain.example.gov.cn/v1/status" in (await http.get("/docs")).text
        assert (await http.get("/v1/openapi.json")).json()["servers"] == [{"url": "https://chain.example.gov.cn/"}]
        assert (await http.get("/v1/status", headers={"Host": "chain.example.gov.cn"})).status_code == 200
        assert (await http.get("/v1/status", headers={"Host": "evil.example"})).json()["code"] == "gateway/23"
    async with client() as http:
        assert (await http.get("/v1/openapi.json")).json()["servers"] == [{"url": "/"}]


def test_names__keep_loopback_whatever_is_configured() -> None:
    assert "127.0.0.1" in names_for("0.0.0.0", Settings(hosts=("Chain.example",)))  # the node asks itself by that name
    assert "chain.example" in names_for("0.0.0.0", Settings(hosts=("Chain.example",)))
    assert "[2001:db8::1]" in names_for("127.0.0.1", Settings(public_url="https://[2001:db8::1]:8443"))
    assert names_for("0.0.0.0", Settings()) == frozenset()
    assert names_for("127.0.0.1", Settings()) == {"localhost", "127.0.0.1", "[::1]"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("trusted_proxies = ['10.0.0.0/33']", "trusted_proxies"),
        ("trusted_proxies = ['proxy.example']", "trusted_proxies"),
        ("public_url = 'chain.example'", "public_url"),
        ("public_url = 'https://u:p@chain.example'", "public_url"),
        ("[tls]\ncertificate = 'a'\nkey = 'b'\nredirect_port = 8080", "tls.redirect_port"),
    ],
)
def test_settings__that_do_not_fit_are_refused(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "gateway.toml").write_text(text)
    with pytest.raises(BadSetting) as refused:
        load_settings(tmp_path / "gateway.toml")
    assert refused.value.name == name
    (tmp_path / "gateway.toml").write_text("[tls]\ncertificate = ''\nkey = 'b'")
    with pytest.raises(WrongShape):
        load_settings(tmp_path / "gateway.toml")


def test_build__holds_many_addresses(ledger: FakeLedger, tmp_path: Path) -> None:
    assert build(ledger, Settings(addresses_max=1), tokens=tmp_path / "t").context.settings.addresses_max == 1
