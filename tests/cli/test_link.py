"""`zhulian link`: links and QR codes of public pages, on a real node."""

import urllib.request
from pathlib import Path
from xml.etree import ElementTree

from tests.cli.conftest import LiveNode, Run


def test_link__shares_a_certificate_until_a_day(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    file = tmp_path / "deed.txt"
    file.write_text("to be shown")
    assert run("evidence", "deposit", file).status == 0
    receipt = tmp_path / "deed.txt.receipt.json"
    done = run("link", "certificate", receipt, "--until", "2099-01-31", "--qr", tmp_path / "code.svg", "--json")
    assert done.status == 0, done.err
    made = done.document
    with urllib.request.urlopen(made["url"]) as answer:
        page = answer.read().decode()
    assert "deed.txt" in page
    assert ElementTree.parse(tmp_path / "code.svg").getroot().tag.endswith("svg")
    shown = run("link", "certificate", receipt, "--name", "Deed")
    assert "It opens for good" in shown.out
    assert "█" in shown.out, "the code stands in the terminal"
    assert "The file itself is not in it" in shown.out


def test_link__says_what_is_missing(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    bare = tmp_path / "r.json"
    bare.write_text('{"result":{"transaction":"ab"}}')
    assert "client/310" in run("link", "certificate", bare).err
    assert run("link", "certificate", tmp_path / "none.json").status == 2
    assert run("link", "certificate", bare, "--until", "tomorrow").status == 2
    assert "gateway/32" in run("link", "record", "nowhere", "lot", "1").err
