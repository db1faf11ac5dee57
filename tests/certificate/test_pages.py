"""The HTML certificate and the verifier page in a real browser, from a file, without network."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.certificate.conftest import CONSORTIUM, CONTENT, Opened, made_chain
from zhulian.certificate import render_html
from zhulian.certificate.texts import asset, phrase

pytestmark = pytest.mark.browser

Open = Callable[..., Opened]
NAME = "合同（一）.pdf"


@pytest.fixture(scope="module")
def page() -> str:
    chain = made_chain(*CONSORTIUM)
    return render_html(chain.deposit(CONTENT, sealed_by=CONSORTIUM[:3]), chain.genesis, file_name=NAME)


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    path.write_bytes(CONTENT)
    return path


def compare(found: Opened, path: Path) -> None:
    found.page.set_input_files("#choose", str(path))
    found.becomes("original", "same", "different")


def test_certificate__checks_itself_on_load(opened: Open, page: str) -> None:
    found = opened(page)
    assert found.state == "good"
    assert found.text(".state") == "回执核验通过"
    assert "3 / 4 个签章节点签章" in found.text(".answer")
    assert found.text(".mark") == "签章已验"
    steps = found.page.eval_on_selector_all("#steps li", "all => all.map(each => [each.dataset.step, each.className])")
    assert dict(steps) == {
        **dict.fromkeys(("genesis", "form", "body", "place", "signers", "seals", "opening"), "ok"),
        "file": "waits",
    }
    elapsed = re.search(r"([0-9]+)", found.text("#steps .hint"))
    assert elapsed
    assert int(elapsed[1]) < 1500
    assert found.errors == []


def test_certificate__asks_nothing_of_the_network(opened: Open, page: str, original: Path) -> None:
    found = opened(page)
    compare(found, original)
    found.page.click(".language")
    assert [each for each in found.requests if not each.startswith(("file:", "blob:"))] == []
    assert sum(each.startswith("file:") for each in found.requests) == 1
    assert "default-src 'none'" in page
    found.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    assert any("Content Security Policy" in each for each in found.errors)


def test_certificate__shows_the_same_with_and_without_scripts(opened: Open, page: str) -> None:
    rows = "[...document.querySelectorAll('.row')].map(row => [row.dataset.row, row.querySelector('dt').textContent, row.querySelector('dd').textContent.replace(/复制Copy$/, '')])"
    still, live = opened(page, java_script_enabled=False), opened(page)
    assert live.state == "good"
    assert still.page.evaluate(rows) == live.page.evaluate(rows)
    assert "尚未核验" in still.text("noscript")
    assert "签章已验" not in still.text(".mark")


def test_certificate__compares_the_original(opened: Open, page: str, original: Path, tmp_path: Path) -> None:
    found = opened(page)
    compare(found, original)
    assert found.state == "file"
    assert found.text("#original .result") == f"✓ 一致：{NAME}（{len(CONTENT)} 字节）"
    other = tmp_path / "other.pdf"
    other.write_bytes(CONTENT + b" ")
    compare(found, other)
    assert found.state == "other"
    assert found.text(".state") == "原件与存证不一致"
    assert "签章已验" not in found.text(".mark")
    compare(found, original)
    assert found.state == "file"


def test_certificate__takes_a_dropped_file_of_many_pieces(opened: Open, tmp_path: Path) -> None:
    content = bytes(range(256)) * 40_000  # 10 MB: three pieces
    chain = made_chain()
    found = opened(render_html(chain.deposit(content), chain.genesis, file_name="big.bin"))
    path = tmp_path / "big.bin"
    path.write_bytes(content)
    found.page.evaluate(
        "globalThis.seen = []; new MutationObserver(() => seen.push(document.querySelector('progress').value)).observe(document.querySelector('.result'), {childList: true})"
    )
    compare(found, path)
    assert found.state == "file"
    assert len(set(found.page.evaluate("seen"))) >= 3


@pytest.mark.parametrize(("where", "part"), [
    ("state_root", "seals"), ("nonce", "body"), ("salt", "opening"),
])  # fmt: skip
def test_certificate__names_what_was_tampered_with(opened: Open, page: str, where: str, part: str) -> None:
    found = opened(re.sub(rf'("{where}":")(.)', lambda match: match[1] + ("0" if match[2] != "0" else "1"), page))
    assert found.state == "bad"
    assert f"（{part}）" in found.text(".answer")
    assert found.text(".mark") == "✕"
    assert "均不可采信" in found.text(".unproved-note")
    failing = found.page.eval_on_selector_all("#steps li.bad", "all => all.map(each => each.dataset.step)")
    assert len(failing) == 1


def test_certificate__refuses_another_genesis(opened: Open, page: str) -> None:
    found = opened(page.replace('"created":1766880000', '"created":1766880001'))
    assert found.state == "bad"
    assert "header.chain" in found.text(".answer")


def test_certificate__shows_what_was_checked_not_what_was_painted(opened: Open, page: str) -> None:
    """Whoever changes only the visible text sees it put right from the receipt."""
    found = opened(page.replace("杭州市西湖公证处（hangzhou-notary）</span>", "宁波第一公证处</span>"))
    assert found.state == "good"
    assert "宁波第一公证处" not in found.text("#facts-who")


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "]]><!--",
    "{title}{0}",
    "${alert(1)}",
]


def hostile(value: Any, chance: list[int]) -> Any:
    """Every text of a document with markup in it."""
    if isinstance(value, str):
        chance[0] += 1
        return value + HOSTILE[chance[0] % len(HOSTILE)]
    if isinstance(value, list):
        return [hostile(each, chance) for each in value]
    if isinstance(value, dict):
        return {key: hostile(each, chance) for key, each in value.items()}
    return value


def test_certificate__is_inert_where_a_document_is_hostile(opened: Open) -> None:
    chain = made_chain()
    titled = Hostile()
    good = titled.deposit(CONTENT, source="<script>alert(1)</script>")
    html = render_html(good, titled.genesis, file_name="</title><script>alert(1)</script>.pdf")
    assert html.count("<script") == 3
    texts = [html]
    for receipt, genesis in (
        (hostile(chain.deposit(CONTENT), [0]), chain.genesis.decode()),
        (chain.deposit(CONTENT), json.dumps(hostile(chain.document, [0]))),
    ):
        embedded = {"receipt": json.dumps(receipt, ensure_ascii=False), "genesis": genesis}
        swapped = html
        for name, text in embedded.items():
            safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
            swapped = re.sub(
                rf'(id="{name}">).*?(</script>)', lambda match, safe=safe: match[1] + safe + match[2], swapped, flags=re.DOTALL
            )
        texts.append(swapped)
    for text in texts:
        found = opened(text)
        assert found.state in ("good", "bad")
        assert found.page.locator("img, svg, script:not([type])").count() == 1  # the bundle
        assert found.page.evaluate("globalThis.alarms") == 0
        assert found.errors == []
    assert "<script>alert(1)</script>.pdf" in opened(html).text("h1")


class Hostile(type(made_chain())):  # type: ignore[misc]
    """A chain whose genesis holds markup wherever it may hold text."""

    def _genesis(self, names: Any, more: Any) -> dict[str, Any]:
        made = super()._genesis(names, more)
        for each in made["organisations"]:
            each["title"] = {"en": HOSTILE[1] + HOSTILE[0], "zh": HOSTILE[0] + "&amp;{who}"}
        return {**made, "filing": {"number": HOSTILE[2]}}


def test_verifier__takes_everything_by_drop(opened: Open, tmp_path: Path, original: Path) -> None:
    chain = made_chain(*CONSORTIUM)
    receipt, genesis = tmp_path / "r.json", tmp_path / "g.json"
    receipt.write_text(json.dumps(chain.deposit(CONTENT), indent=2), encoding="utf-8")
    genesis.write_bytes(chain.genesis)
    found = opened(asset("verifier.html"))
    assert found.state is None
    assert found.text(".state") == "等待文件"
    found.page.set_input_files("#choose", [str(original), str(genesis), str(receipt)])
    found.becomes("checked", "file")
    assert "您提供的文件正是杭州市西湖公证处" in found.text(".answer")
    found.page.fill("#expected", "00" * 32)
    found.becomes("checked", "bad")
    assert phrase("expected.bad").zh in found.text(".expected")
    found.page.fill("#expected", " ".join(re.findall("....", chain.digest.hex())).upper())
    found.becomes("checked", "file")
    receipt.write_text(json.dumps(chain.deposit(b"another")), encoding="utf-8")
    found.page.set_input_files("#choose", [str(receipt)])
    found.becomes("checked", "other")
    assert [each for each in found.requests if not each.startswith("file:")] == []
    assert found.errors == []


def test_pages__speak_both_languages_and_fit_a_phone(opened: Open, page: str) -> None:
    found = opened(page, viewport={"width": 390, "height": 844})
    assert found.state == "good"
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert "Compare the original" not in found.text("main")
    found.page.click(".language")
    assert "Compare the original" in found.text("main")
    assert not re.search(r"[一-鿿]", found.text("#steps"))
    assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
