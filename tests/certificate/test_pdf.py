"""The PDF certificate: readable text, embedded fonts, attachments, the same bytes again."""

import json
import subprocess
from pathlib import Path

import pytest
import segno
import typst

from tests.certificate.conftest import CONSORTIUM, CONTENT, made_chain
from zhulian.certificate import CjkFontMissing, facts_of, pdf, render_pdf
from zhulian.ledger.receipts import trust, verify_receipt

NAME = "合同 #1 *draft* [x](y) $a$ \\ \"q\" 'q'.pdf"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chain = made_chain(*CONSORTIUM)
    path = tmp_path_factory.mktemp("pdf") / "certificate.pdf"
    path.write_bytes(render_pdf(chain.deposit(CONTENT, source="web_capture"), chain.genesis, file_name=NAME))
    return path


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stdout


def test_pdf__says_what_a_court_asks_for(made: Path) -> None:
    text = "".join(run("pdftotext", str(made), "-").split())
    for part in (
        "存证证书", "杭州市西湖公证处", "2026-02-0608:00:00.123", "签章节点由以下机构运行", "创世配置未载明备案编号", "网页采集",
        "未附外部授时凭证", "机构经办人密钥", "不能证明的事项", "证明的前提", "第十七条第一项", "第十八条", "zhulianverify", "不是公证书",
        made_chain(*CONSORTIUM).digest.hex(), NAME.replace(" ", ""),
    ):  # fmt: skip
        assert part in text


def test_pdf__has_its_fonts_and_two_pages(made: Path) -> None:
    lines = run("pdffonts", str(made)).splitlines()[2:]
    assert any("NotoSerifCJK" in line for line in lines)
    assert all(line.split()[-5:-3] == ["yes", "yes"] for line in lines)  # embedded, subset
    info = run("pdfinfo", str(made))
    assert "Pages:           2" in info
    assert "A4" in info


def test_pdf__carries_a_receipt_that_holds(made: Path, tmp_path: Path) -> None:
    run("pdfdetach", "-saveall", "-o", str(tmp_path), str(made))
    receipt = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))
    verify_receipt(receipt, trust((tmp_path / "genesis.json").read_bytes()), file_digest=made_chain().suite.digest(CONTENT))


def test_pdf__is_the_same_again(made: Path) -> None:
    chain = made_chain(*CONSORTIUM)
    receipt = chain.deposit(CONTENT)
    first = render_pdf(receipt, chain.genesis, file_name=NAME)
    assert render_pdf(receipt, chain.genesis, file_name=NAME) == first
    assert render_pdf(receipt, chain.genesis, file_name=NAME, language="en") != first


def test_pdf__qr_code_says_genesis_and_transaction() -> None:
    chain = made_chain()
    facts = facts_of(chain.deposit(CONTENT), chain.genesis)
    text = pdf.qr_text(facts)
    assert text.split()[1:] == [chain.digest.hex().upper(), facts.transaction.upper()]
    assert segno.make(text, error="m", micro=False).mode == "alphanumeric"


def test_pdf__without_a_chinese_font_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_fonts", lambda: typst.Fonts(include_system_fonts=False))
    chain = made_chain()
    with pytest.raises(CjkFontMissing) as caught:
        render_pdf(chain.deposit(CONTENT), chain.genesis, file_name="a")
    assert "fonts-noto-cjk" in caught.value.say("zh")
    assert "fonts-noto-cjk" in caught.value.say("en")
