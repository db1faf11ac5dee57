"""Certificates beside the file: both, or one and a notice, never half a file."""

from pathlib import Path

import pytest
import typst

from tests.certificate.conftest import CONTENT, made_chain
from zhulian.certificate import CjkFontMissing, NotADeposit, NotRecorded, NotWritten, pdf, write_certificates
from zhulian.merkle import ProofFault


def test_write__puts_both_beside_the_file(tmp_path: Path) -> None:
    chain = made_chain()
    written = write_certificates(chain.deposit(CONTENT), chain.genesis, tmp_path / "a b.pdf", file_name="a b.pdf")
    assert written.notices == []
    assert written.html == tmp_path / "a b.pdf.certificate.html"
    assert written.pdf == tmp_path / "a b.pdf.certificate.pdf"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a b.pdf.certificate.html", "a b.pdf.certificate.pdf"]
    assert written.pdf.read_bytes().startswith(b"%PDF-")
    assert written.html.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_write__without_a_font_makes_the_page_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_fonts", lambda: typst.Fonts(include_system_fonts=False))
    chain = made_chain()
    written = write_certificates(chain.deposit(CONTENT), chain.genesis, tmp_path / "a", file_name="a")
    assert written.html is not None
    assert written.pdf is None
    assert [type(each) for each in written.notices] == [CjkFontMissing]


def test_write__where_nothing_can_be_written_gives_notice(tmp_path: Path) -> None:
    chain = made_chain()
    written = write_certificates(chain.deposit(CONTENT), chain.genesis, tmp_path / "gone" / "a", file_name="a")
    assert (written.html, written.pdf) == (None, None)
    assert [type(each) for each in written.notices] == [NotWritten, NotWritten]


def test_write__replaces_what_was_there(tmp_path: Path) -> None:
    chain = made_chain()
    page = tmp_path / "a.certificate.html"
    page.write_text("old", encoding="utf-8")
    write_certificates(chain.deposit(CONTENT), chain.genesis, tmp_path / "a", file_name="a")
    assert page.read_text(encoding="utf-8") != "old"


def test_write__makes_no_certificate_of_what_does_not_hold(tmp_path: Path) -> None:
    chain = made_chain()
    receipt = chain.deposit(CONTENT)
    refused = chain.deposit(CONTENT, refused="evidence/1")
    other = chain.receipt([{"type": "govern.vote"}])
    for bad, fault in ((({**receipt, "format": "x"}), ProofFault), (refused, NotRecorded), (other, NotADeposit)):
        with pytest.raises(fault):
            write_certificates(bad, chain.genesis, tmp_path / "a", file_name="a")
    assert list(tmp_path.iterdir()) == []


def test_write__shows_a_strange_name_for_what_it_is(tmp_path: Path) -> None:
    """A name may hold bytes that are no text, marks of direction and what a shell would read."""
    chain = made_chain()
    name = "-rf 'a' \u202efdp.exe\n\udcff.pdf"
    written = write_certificates(chain.deposit(CONTENT), chain.genesis, tmp_path / "plain", file_name=name)
    assert written.html is not None
    assert written.pdf is not None
    page = written.html.read_text(encoding="utf-8")
    assert "\u202e" not in page
    assert "-rf &#x27;a&#x27; \ufffdfdp.exe\ufffd\ufffd.pdf" in page
    assert "zhulian verify &#x27;./-rf " in page
