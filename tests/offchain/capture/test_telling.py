"""What a capture says to people: both languages, the same gaps, and nothing that nobody says."""

import ast
import copy
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from zhulian.offchain.capture import telling, warc
from zhulian.offchain.capture.errors import CaptureMissing, ManifestAltered
from zhulian.offchain.capture.exchanges import Exchange
from zhulian.offchain.capture.taking import Options, capture
from zhulian.offchain.capture.words import WORDS

MANIFEST: dict[str, Any] = {
    "after": None,
    "began_ms": 1_766_880_000_000,
    "behaviour": {"cut_px": 0, "dialogs": 0, "downloads": 0, "loaded": True, "quiet": True, "sockets": 0, "windows": 0},
    "browser": {"version": "156"},
    "cell": {"namespace": True, "sandbox": True, "why": ""},
    "certificates": [],
    "clean": [],
    "clock": [],
    "ended_ms": 1_766_880_003_000,
    "machine": {"system": "Debian"},
    "network": {"names": [], "received_bytes": 5, "refused": []},
    "page": {"status": 200, "title": "<b>", "url": "https://h/"},
    "resources": {"answered": 1, "asked": 1, "without_body": 0},
    "url": "https://h/",
}


def _gaps(text: str) -> set[str]:
    return set(re.findall(r"{(\w+)}", text))


def test_words__say_the_same_in_both_languages() -> None:
    assert [key for key, (zh, en) in WORDS.items() if _gaps(zh) != _gaps(en)] == []
    assert [key for key, (zh, _) in WORDS.items() if not re.search(r"[\u4e00-\u9fff]", zh) and _gaps(zh) == set()] == []
    assert [key for key, (_, en) in WORDS.items() if re.search(r"[\u4e00-\u9fff，。；（）]", en)] == []


def test_words__are_all_said() -> None:
    sources = "".join(Path(each.__file__ or "").read_text(encoding="utf-8") for each in (telling,))
    questions = set(
        re.findall(r'_found\("(\w+)"', Path(telling.__file__ or "").with_name("machine.py").read_text(encoding="utf-8"))
    )
    said = {node.value for node in ast.walk(ast.parse(sources)) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    rows = {f"row.{name}" for name in re.findall(r'_row\("(\w+)"', sources)}
    left = [
        key
        for key in WORDS
        if key not in said | rows and not key.startswith(("clean.", "value.by.")) and key.removeprefix("value.") not in said
    ]
    assert left == []
    assert {key.split(".")[1] for key in WORDS if key.startswith("clean.")} == questions


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"clock": [{"server": "t", "offset_ms": -7, "delay_ms": 9, "stratum": 1, "failure": ""}]}, "add -7 ms"),
        ({"clock": [{"server": "t", "offset_ms": 0, "delay_ms": 0, "stratum": 0, "failure": "no"}]}, "no time server answered"),
        ({}, "no time server was set"),
        ({"after": {"chain": "c", "header": "ab" * 32, "height": 3, "time_ms": 1}}, "block 3 of c"),
        (
            {"cell": {"namespace": False, "sandbox": False, "why": "Operation not permitted"}},
            "permits no network namespace (Operation",
        ),
        ({"cell": {"namespace": True, "sandbox": False, "why": ""}}, "sandbox does not work"),
        ({"certificates": [{"origin": "https://h", "sha256": "ab" * 32, "by": "browser"}]}, "could not be read"),
        ({"page": {"status": 200, "title": "", "url": "https://h/else"}}, "https://h/else"),
        ({"network": {"names": [], "received_bytes": 5, "refused": [{"host": "x.lan"}, {"host": "x.lan"}]}}, "2 times: x.lan"),
        (
            {"clean": [{"question": "hosts_file", "clean": False, "pinned": ["h"], "entries": 2}]},
            "names hosts that were visited (h, 2)",
        ),
        ({"clean": [{"question": "hosts_file", "clean": None}]}, "could not be read"),
    ],
)
def test_section__states_what_was_found(change: dict[str, Any], words: str) -> None:
    section = telling.collected(copy.deepcopy(MANIFEST) | change)
    assert words in "\n".join(each.value.en for each in section.rows)


def test_section__says_what_the_page_did() -> None:
    did = {"cut_px": 9, "dialogs": 2, "downloads": 3, "loaded": False, "quiet": False, "sockets": 4, "windows": 5}
    said = "\n".join(each.value.en for each in telling.collected(MANIFEST | {"behaviour": did}).rows)
    for each in ("still loading", "still busy", "2 dialogs", "3 downloads", "4 web sockets", "5 windows", "last 9 pixels"):
        assert each in said


def test_report__writes_foreign_words_harmlessly() -> None:
    page = telling.report(MANIFEST).decode()
    assert "<b>" not in page
    assert "&lt;b&gt;" in page
    assert "<script" not in page


def test_capture__says_where_the_extra_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    with pytest.raises(CaptureMissing):
        capture("https://h.invalid/", tmp_path / "x.capture.zip", Options(time_servers=(), browser="/bin/sh"))
    monkeypatch.setitem(sys.modules, "warcio.warcwriter", None)
    with (tmp_path / "x.warc.gz").open("wb") as file, pytest.raises(CaptureMissing):
        warc.write_warc(file, [Exchange("https://h/", "GET", "document", 1)], {})


def test_manifest_altered__says_both_possibilities() -> None:
    assert "manifest.json" in ManifestAltered().say("zh")
