"""Reading sources: JSON by a pointer from a real server, a row from a real database, and everything that is not as agreed."""

import http.server
import sqlite3
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from zhulian.offchain.addresses import networks_of
from zhulian.reader.describing import Described, load_descriptions
from zhulian.reader.errors import AnswerUnfit, ReaderFault, SourceAway, SourcesBad, ValueUnfit
from zhulian.reader.reading import read_source, scaled, value_at

HERE = networks_of(["127.0.0.0/8"])


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = {
            "/rain": b'{"data":[{"rain_mm":12.5}]}',
            "/text": b'{"data":[{"rain_mm":"12.50"}]}',
            "/page": b"<html>",
            "/long": b'"' + b"x" * 2_000_000 + b'"',
            "/moved": b"",
        }[self.path]
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("location", "/rain")
        self.send_header("content-length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def web(url: str, pointer: str = "/data/0/rain_mm") -> Described:
    return Described(web=url, pointer=pointer)


def test_web__gives_the_number_and_the_raw_answer(url: str) -> None:
    found = read_source("org1.rain", web(f"{url}/rain"), HERE)
    assert found == (Decimal("12.5"), b'{"data":[{"rain_mm":12.5}]}')
    assert scaled("org1.rain", read_source("org1.rain", web(f"{url}/text"), HERE).value, 1) == 125


@pytest.mark.parametrize(
    ("path", "allowed", "fault"),
    [
        ("/rain", (), SourceAway),  # loopback is inside
        ("/page", HERE, AnswerUnfit),
        ("/long", HERE, SourceAway),
        ("/moved", HERE, SourceAway),  # redirects are not followed
    ],
)
def test_web__is_not_led_astray(url: str, path: str, allowed: Any, fault: type[ReaderFault]) -> None:
    with pytest.raises(fault):
        read_source("org1.rain", web(url + path), allowed)


def test_web__that_is_away_or_no_address_is_said(url: str) -> None:
    for address in ("http://127.0.0.1:9", "ftp://127.0.0.1/x", "https://user:pw@127.0.0.1/"):
        with pytest.raises(SourceAway):
            read_source("org1.rain", web(address), HERE)


@pytest.mark.parametrize("pointer", ["/data/1/rain_mm", "/data/0/snow", "/data/x", "/data", "", "/data/0/rain_mm/0"])
def test_pointer__that_leads_to_no_number_is_refused(pointer: str) -> None:
    with pytest.raises(AnswerUnfit):
        value_at("org1.rain", {"data": [{"rain_mm": Decimal(1)}]}, pointer)


def test_pointer__follows_rfc_6901() -> None:
    assert value_at("s", {"a/b": {"m~n": [0, Decimal(7)]}}, "/a~1b/m~0n/1") == 7
    for odd in (True, None, "NaN", "1e99", [], "12 mm"):
        with pytest.raises(AnswerUnfit):
            value_at("s", odd, "")


def test_database__gives_one_number_and_is_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "prices.db"
    db = sqlite3.connect(path)
    db.executescript("CREATE TABLE closing (day TEXT, price NUMERIC); INSERT INTO closing VALUES ('2026-01-05', '2381.5')")
    db.close()
    address = f"sqlite:///{path}"
    found = read_source("s", Described(database=address, query="SELECT price FROM closing"), ())
    assert (found.value, scaled("s", found.value, 2)) == (Decimal("2381.5"), 238_150)
    for query in ("SELECT * FROM closing", "SELECT price FROM closing WHERE day = 'x'", "SELECT day FROM closing"):
        with pytest.raises(AnswerUnfit):
            read_source("s", Described(database=address, query=query), ())
    for broken in ("SELECT nothing FROM nowhere", "DELETE FROM closing"):
        with pytest.raises(ReaderFault):
            read_source("s", Described(database=address, query=broken), ())
    assert read_source("s", Described(database=address, query="SELECT price FROM closing"), ()).value == Decimal("2381.5")


def test_value__must_fit_into_the_scale() -> None:
    assert scaled("s", Decimal("-0.5"), 1) == -5
    for value, scale in (("0.55", 1), ("1e13", 0), ("1e30", 9)):
        with pytest.raises(ValueUnfit):
            scaled("s", Decimal(value), scale)


@pytest.mark.parametrize(
    "text",
    ["[sources", '[sources.a]\nweb = "x"\ndatabase = "y"', '[sources.a]\nquery = "x"', "x = 1", '[sources.a]\ndatabase = "y"'],
)
def test_descriptions__that_do_not_hold_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(SourcesBad):
        load_descriptions(path)
    with pytest.raises(SourcesBad):
        load_descriptions(tmp_path / "none.toml")
