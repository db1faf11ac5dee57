"""Public pages by their codes, links to them, and the verify page: all of it signed out."""

import gzip
import json
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from apps_fake import KEY, NAME, AppLedger, held
from gateway_fake import GENESIS, FakeLedger, Make

from tests.certificate.chain import Chain
from zhulian.certificate import digests
from zhulian.certificate.texts import asset
from zhulian.gateway.access.tokens import issue_token
from zhulian.gateway.app import Gateway

pytestmark = pytest.mark.anyio

PERSON = "~" + "a" * 32
RECORD = {"instance": NAME, "record": "receivable", "key": KEY}
PAGE_BYTES_MAX = 150_000


class SealedLedger(AppLedger):
    """Proves with the seals of one member."""

    def __init__(self) -> None:
        super().__init__()
        self.add_block()

    async def state(self, key: Sequence[str], height: int | None = None) -> dict[str, Any]:
        return await super().state(key, height) | {"seals": [{"sealer": "org1"}]}


@pytest.fixture
def ledger() -> SealedLedger:
    return SealedLedger()


@pytest.fixture
def bearer(tmp_path: Path) -> dict[str, str]:
    """Credentials of org1, which runs the instance."""
    return {"Authorization": f"Bearer {issue_token(tmp_path / 'tokens.json', 'org1', int(time.time()) + 600)}"}


async def code_of(http: Any, bearer: dict[str, str], **asked: Any) -> str:
    made = await http.post("/v1/links", json={**RECORD, **asked}, headers=bearer)
    assert made.status_code == 201, made.text
    return str(made.json()["code"])


async def test_page__shows_what_the_definition_makes_public_and_no_more(client: Make, bearer: dict[str, str]) -> None:
    async with client(authentication="required") as http:
        made = (await http.post("/v1/links", json=RECORD, headers=bearer)).json()
        pages = {each: await http.get(made["path"], headers={"Accept-Language": each}) for each in ("zh", "en")}
        forced = await http.get(f"{made['path']}?lang=en", headers={"Accept-Language": "zh"})
    assert made["url"] == f"http://127.0.0.1:8420{made['path']}"
    text = pages["zh"].text
    assert [each.status_code for each in pages.values()] == [200, 200]
    assert forced.text == pages["en"].text
    shown = text.partition('<script type="application/json"')[0]
    for word in (KEY, "meidi", "以上内容取自链 zl-demo 第 1 号区块", "唯一的签章节点"):
        assert word in shown
    for word in ("anchor", "1,000,000", "备案号"):
        assert word not in shown, "neither the creditor nor the amount is public"
    assert '<html lang="en">' in pages["en"].text
    assert digests()["verifier.html"]["sm3"][:4] in text
    assert pages["zh"].headers["x-robots-tag"] == "noindex"
    assert pages["zh"].headers["cache-control"] == "no-store"
    assert "script-src 'self'" in pages["zh"].headers["content-security-policy"]


async def test_page__names_the_provers_reports_of_the_rules(client: Make, bearer: dict[str, str], ledger: SealedLedger) -> None:
    """By digest, with what they found and how many filed each; without any nothing is claimed."""
    async with client(authentication="required") as http:
        path = f"/p/{await code_of(http, bearer)}"
        assert "证明报告" not in (await http.get(path, headers={"Accept-Language": "zh"})).text
        filed = {
            "report": "ab" * 32,
            "proved": 13,
            "refuted": 0,
            "run_time": 1,
            "officer": "c" * 32,
            "height": 9,
            "transaction": "5b" * 32,
        }
        ledger.facts[("scenario/reports", ledger.digest)] = {"by": {"org1": filed, "org2": filed}}
        zh, en = [(await http.get(path, headers={"Accept-Language": each})).text for each in ("zh", "en")]
    assert "已证明 13 项，已推翻 0 项，运行时校验 1 项；2 家单位报送" in zh
    assert "13 promises proved, 0 refuted, 1 checked at run time; filed by 2" in en
    assert f"<code>{'ab' * 32}</code>" in zh
    assert f"<code>{'ab' * 32}</code>" in en


async def test_page__weighs_little_before_its_first_picture(client: Make, bearer: dict[str, str]) -> None:
    async with client(authentication="required") as http:
        path = f"/p/{await code_of(http, bearer)}"
        sizes = {}
        page = await http.get(path)
        for each in (path, *re.findall(r'(?:src|href)="(/assets/[^"]+)"', page.text), "/v1/genesis"):
            answer = await http.send(http.build_request("GET", each, headers={"Accept-Encoding": "gzip"}), stream=True)
            sizes[each] = len(b"".join([part async for part in answer.aiter_raw()]))
            await answer.aclose()
    assert len(sizes) == 7
    assert sum(sizes.values()) < PAGE_BYTES_MAX, sizes


async def test_code__is_the_same_each_time_and_opens_one_page_of_one_gateway(
    client: Make, bearer: dict[str, str], tmp_path: Path
) -> None:
    async with client() as http:
        code = await code_of(http, bearer)
        assert await code_of(http, bearer) == code
        assert await code_of(http, bearer, key="AR-2020-002") != code
        flipped = [code[:at] + ("A" if code[at] != "A" else "B") + code[at + 1 :] for at in range(0, len(code), 7)]
        for wrong in (*flipped, "", "x", "é", code + "AAAA", "A" * 3000):
            answer = await http.get(f"/p/{wrong}")
            assert answer.status_code == 404, wrong
        assert "gateway/47" in (await http.get(f"/p/{flipped[0]}")).text
        assert (await http.get(f"/p/{flipped[0]}/proof")).json()["code"] == "gateway/47"
    key = tmp_path / "codes.key"
    assert (key.stat().st_mode & 0o777, len(key.read_bytes())) == (0o600, 32)
    async with client() as http:
        assert (await http.get(f"/p/{code}")).status_code == 200, "it opens after a restart too"
    key.unlink()
    async with client() as http:
        assert (await http.get(f"/p/{code}")).status_code == 404


async def test_code__ends_when_it_was_said_to(client: Make, bearer: dict[str, str], gateways: list[Gateway]) -> None:
    async with client() as http:
        code = await code_of(http, bearer, until=int(time.time()) + 60)
        assert (await http.get(f"/p/{code}")).status_code == 200
        past = await http.post("/v1/links", json={**RECORD, "until": 1}, headers=bearer)
        from zhulian.gateway.public.codes import RecordCode

        ended = await gateways[0].context.codes.seal(RecordCode(NAME, "receivable", KEY, 1))
        answer = await http.get(f"/p/{ended}")
    assert past.json()["code"] == "gateway/51"
    assert answer.status_code == 410
    assert "gateway/48" in answer.text


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"record": "payment"}, "gateway/49"),
        ({"key": "AR-2020-999"}, "gateway/35"),
        ({"instance": "nowhere"}, "gateway/32"),
        ({"transaction": "ab" * 32}, "gateway/51"),
        ({"instance": ""}, "gateway/51"),
        ({"instance": "", "transaction": "ab" * 32}, "gateway/51"),
        ({"more": 1}, "form/9"),
        ({"until": -1}, "form/9"),
    ],
)
async def test_link__refuses(client: Make, bearer: dict[str, str], asked: dict[str, Any], code: str) -> None:
    async with client() as http:
        answer = await http.post("/v1/links", json={**RECORD, **asked}, headers=bearer)
    assert answer.json()["code"] == code, answer.text


async def test_link__is_made_by_those_who_take_part(client: Make, tmp_path: Path) -> None:
    async with client() as http:
        codes = {}
        for party in ("meidi", "anchor", "stranger"):
            token = issue_token(tmp_path / "tokens.json", party, int(time.time()) + 600)
            answer = await http.post("/v1/links", json=RECORD, headers={"Authorization": f"Bearer {token}"})
            codes[party] = (answer.status_code, answer.json().get("code") if answer.status_code == 403 else "")
        assert codes == {"meidi": (201, ""), "anchor": (201, ""), "stranger": (403, "gateway/50")}
        assert (await http.post("/v1/links", json=RECORD)).json()["code"] == "gateway/25"


async def test_page__names_no_person_and_writes_foreign_words_harmlessly(
    client: Make, bearer: dict[str, str], ledger: SealedLedger
) -> None:
    ledger.facts[("scenario/records", NAME, "receivable", KEY)] = held(debtor=PERSON, number="<script>alert(1)</script>")
    async with client() as http:
        text = (await http.get(f"/p/{await code_of(http, bearer)}?lang=zh")).text
    shown, _, rest = text.partition('<script type="application/json" id="fact">')
    assert PERSON not in shown
    assert "自然人" in shown
    assert "<script>alert" not in text
    assert json.loads(rest.partition("</script>")[0])["value"]["fields"]["number"] == "<script>alert(1)</script>"


async def test_proof__is_taken_home(client: Make, bearer: dict[str, str]) -> None:
    async with client(authentication="required") as http:
        answer = await http.get(f"/p/{await code_of(http, bearer)}/proof")
    assert answer.json()["key"] == ["scenario/records", NAME, "receivable", KEY]
    assert answer.headers["content-disposition"] == f'attachment; filename="receivable-{KEY}.state.json"'


async def test_log__holds_no_code(client: Make, bearer: dict[str, str], tmp_path: Path) -> None:
    async with client(log_days=200) as http:
        code = await code_of(http, bearer)
        await http.get(f"/p/{code}")
        await http.get(f"/p/{code}/proof")
    lines = "".join(each.read_text() for each in (tmp_path / "access").iterdir())
    assert lines.count('"path":"/p/…"') == 2
    assert code not in lines


class CertificateLedger(FakeLedger):
    """Has one deposit of a chain that was made by hand."""

    def __init__(self, chain: Chain, receipt: dict[str, Any]) -> None:
        super().__init__(chain.document)
        self.receipt = receipt

    async def receipts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        bare = {name: value for name, value in self.receipt.items() if name != "opening"}
        known = self.receipt["result"]["transaction"]
        return [{"receipt": bare} if each == known else {"receipt": None, "why": "unknown"} for each in ids]


@pytest.mark.parametrize("is_batch", [False, True])
async def test_certificate__is_shared_by_its_link(tmp_path: Path, bearer: dict[str, str], is_batch: bool) -> None:
    import httpx

    from zhulian.gateway.app import build
    from zhulian.gateway.settings import Settings

    chain = Chain(("hangzhou-notary",))
    receipt = chain.batch([b"1", b"2", b"3", b"4", b"5"], 2) if is_batch else chain.deposit(b"one")
    gateway = build(CertificateLedger(chain, receipt), Settings(authentication="required"), tokens=tmp_path / "tokens.json")
    asked = {"name": "合同 <b>.pdf", "opening": receipt["opening"], "transaction": receipt["result"]["transaction"]}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.asgi), base_url="http://127.0.0.1:8420") as http:
        made = (await http.post("/v1/links", json=asked, headers=bearer)).json()
        page = await http.get(made["path"])
        unknown = await http.post("/v1/links", json={**asked, "transaction": "00" * 32}, headers=bearer)
        wrong = {**asked, "opening": {**receipt["opening"], "salt": "00" * 32}}
        refused = await http.post("/v1/links", json=wrong, headers=bearer)
        proof = await http.get(f"{made['path']}/proof")
    await gateway.context.hub.close()
    assert page.status_code == 200
    assert json.loads(page.text.split('id="receipt">')[1].split("</script>")[0]) == receipt
    assert "合同 &lt;b&gt;.pdf" in page.text
    assert re.search(r"script-src 'sha256-[^']+'", page.headers["content-security-policy"])
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert unknown.json()["code"] == "gateway/19"
    assert refused.json()["code"] == "proof/28"
    assert proof.json()["code"] == "gateway/49"


async def test_verify__is_open_to_everybody_and_brings_the_genesis(client: Make, ledger: SealedLedger) -> None:
    async with client(authentication="required") as http:
        page = await http.get("/verify", headers={"Accept-Language": "zh"})
        kept = await http.get("/verifier.html", headers={"Accept-Encoding": "gzip"})
        script = await http.get("/assets/verifier.js")
        again = await http.get("/assets/verifier.js", headers={"If-None-Match": script.headers["etag"]})
        plain = await http.get("/assets/verifier.js", headers={"Accept-Encoding": "gzip;q=0"})
    genesis = page.text.split('id="chain-genesis">')[1].split("</script>")[0]
    assert json.loads(genesis) == GENESIS
    assert "zhulian verify" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert kept.text == asset("verifier.html")
    assert re.search(r"script-src 'sha256-[^']+'", kept.headers["content-security-policy"])
    assert kept.headers["content-encoding"] == "gzip"
    assert script.text == plain.text == asset("verifier.js")
    assert "content-encoding" not in plain.headers
    assert again.status_code == 304
    assert len(gzip.compress(script.content)) < PAGE_BYTES_MAX / 2
