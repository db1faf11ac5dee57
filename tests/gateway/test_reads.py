import hashlib

import pytest
from gateway_fake import GENESIS, FakeLedger, Make, envelope

from zhulian import canonical
from zhulian.gateway.app import Gateway

pytestmark = pytest.mark.anyio


async def test_status__is_200_only_while_deposits_are_accepted(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        assert (await http.get("/v1/status")).status_code == 200
        ledger.accepting = False
        stopped = await http.get("/v1/status")
        ledger.away = True
        away = await http.get("/v1/status")
    assert stopped.status_code == away.status_code == 503
    assert "retry-after" in stopped.headers


async def test_genesis__is_the_canonical_bytes_with_an_etag(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        answer = await http.get("/v1/genesis")
        again = await http.get("/v1/genesis", headers={"If-None-Match": f'"other", {answer.headers["etag"]}'})
        other = await http.get("/v1/genesis", headers={"If-None-Match": '"other"'})
    assert answer.content == canonical.encode(GENESIS)
    assert ledger.hasher.digest("body", b"") != hashlib.sha256(answer.content).digest()
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200


async def test_transaction_receipt_and_block__by_id_and_height(client: Make) -> None:
    async with client() as http:
        name = (await http.post("/v1/transactions", content=envelope(1))).json()["transaction"]
        transaction = await http.get(f"/v1/transactions/{name}")
        receipt = await http.get(f"/v1/receipts/{name}")
        kept = await http.get(f"/v1/receipts/{name}", headers={"If-None-Match": receipt.headers["etag"]})
        block = await http.get("/v1/blocks/1")
    assert transaction.json()["height"] == 1
    assert receipt.json()["format"] == "zhulian/receipt/1"
    assert receipt.content == canonical.encode(receipt.json())
    assert kept.status_code == 304
    assert block.json()["transactions"][0]["id"] == name


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/transactions/" + "0" * 64, 404, "gateway/18"),
        ("/v1/transactions/" + "A" * 64, 400, "gateway/10"),
        ("/v1/transactions/xyz", 400, "gateway/10"),
        ("/v1/receipts/" + "0" * 64, 404, "gateway/19"),
        ("/v1/blocks/7", 404, "gateway/21"),
        ("/v1/blocks/0", 400, "gateway/8"),
        ("/v1/blocks/-1", 400, "gateway/8"),
        ("/v1/blocks/１", 400, "gateway/8"),
        ("/v1/blocks/01", 400, "gateway/8"),
        ("/v1/blocks?limit=101", 400, "gateway/8"),
        ("/v1/blocks?limit=%EF%BC%91", 400, "gateway/8"),
        ("/v1/blocks?limits=1", 400, "gateway/11"),
        ("/v1/events?after_height=x", 400, "gateway/8"),
        ("/v1/state/evidence", 400, "gateway/12"),
        ("/v1/state/evidence/deposits/%FF", 400, "gateway/12"),
        ("/v1/state/a/b" + "/c" * 20, 400, "gateway/12"),
        ("/v1/collections/evidence/deposits/x", 400, "gateway/12"),
        ("/v1/collections/evidence/deposits?after=zzz", 400, "gateway/13"),
        ("/v1/nothing", 404, "gateway/1"),
        ("/v1/blocks/", 404, "gateway/1"),
        ("/wp-login.php", 404, "gateway/1"),
    ],
)
async def test_reads__say_what_is_wrong_with_the_question(client: Make, path: str, status: int, code: str) -> None:
    async with client() as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_receipt__not_sealed_yet_says_when_to_come_again(client: Make, ledger: FakeLedger) -> None:
    ledger.unsealed = True
    async with client() as http:
        answer = await http.get("/v1/receipts/" + "0" * 64)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (409, "gateway/20", "1")


async def test_receipts__each_id_has_its_entry(client: Make) -> None:
    async with client(ids_max=2) as http:
        name = (await http.post("/v1/transactions", content=envelope(1))).json()["transaction"]
        answer = await http.post("/v1/receipts", json={"transactions": [name, "0" * 64]})
        many = await http.post("/v1/receipts", json={"transactions": [name] * 3})
        wrong = await http.post("/v1/receipts", json={"transactions": [1]})
        junk = await http.post("/v1/receipts", content=b"{", headers={"Content-Type": "application/json"})
    first, second = answer.json()["items"]
    assert first["receipt"]["format"] == "zhulian/receipt/1"
    assert second["refusal"]["code"] == "gateway/19"
    assert (many.status_code, wrong.json()["code"], junk.json()["code"]) == (413, "form/9", "form/1")


@pytest.mark.parametrize("path", ["/v1/state/evidence/deposits/a%2Fb/c", "/v1/state/evidence%2Fdeposits/a%2Fb/c"])
async def test_state__keys_may_hold_slashes(client: Make, ledger: FakeLedger, path: str) -> None:
    ledger.facts["evidence/deposits", "a/b", "c"] = {"n": 1}
    for _ in range(5):
        ledger.add_block()
    async with client() as http:
        present = await http.get(path + "?height=5")
        absent = await http.get(path + "x")
    assert present.json()["key"] == ["evidence/deposits", "a/b", "c"]
    assert present.json()["value"] == {"n": 1}
    assert present.json()["header"]["height"] == 5
    assert "value" not in absent.json()


async def test_state__heights_gone_and_heights_to_come_differ(client: Make, ledger: FakeLedger) -> None:
    for _ in range(9):
        ledger.add_block()
    ledger.oldest = 4
    async with client() as http:
        answers = [await http.get(f"/v1/state/a/b?height={height}") for height in (3, 4, 9, 10)]
    assert [each.status_code for each in answers] == [410, 200, 200, 404]
    assert answers[3].json()["code"] == "gateway/21"


async def test_state__an_item_has_no_key(client: Make) -> None:
    async with client() as http:
        assert (await http.get("/v1/state/govern/parameters")).json()["key"] == ["govern/parameters"]


async def test_collections__page_to_the_end_by_cursor(client: Make, ledger: FakeLedger) -> None:
    for number in range(7):
        ledger.facts["evidence/deposits", "org1", str(number)] = number
    ledger.facts["evidence/deposits", "org2", "0"] = 0
    found: list[int] = []
    address = "/v1/collections/evidence/deposits"
    async with client() as http:
        answer = (await http.get(address, params={"prefix": "org1", "limit": 3})).json()
        cursor = answer["next"]
        found += [each["value"] for each in answer["items"]]
        while "next" in answer:
            answer = (await http.get(address, params={"prefix": "org1", "limit": 3, "after": answer["next"]})).json()
            found += [each["value"] for each in answer["items"]]
        elsewhere = await http.get(address, params={"prefix": "org2", "after": cursor})
    assert found == list(range(7))
    assert elsewhere.json()["code"] == "gateway/13"


async def test_blocks__page_to_the_first(client: Make, ledger: FakeLedger) -> None:
    for _ in range(7):
        ledger.add_block()
    heights: list[int] = []
    query = "?limit=3"
    async with client() as http:
        while query:
            answer = (await http.get("/v1/blocks" + query)).json()
            heights += [each["header"]["height"] for each in answer["items"]]
            query = f"?limit=3&before={answer['next']}" if "next" in answer else ""
    assert heights == [7, 6, 5, 4, 3, 2, 1]


async def test_head_requests__have_headers_and_no_body(client: Make) -> None:
    async with client() as http:
        full, bare = await http.get("/v1/genesis"), await http.head("/v1/genesis")
    assert (bare.status_code, bare.content) == (200, b"")
    assert bare.headers["etag"] == full.headers["etag"]


async def test_head_requests__start_no_stream(client: Make, gateways: list[Gateway]) -> None:
    async with client() as http:
        answer = await http.head("/v1/events")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert gateways[0].context.hub.streams == 0


async def test_wrong_methods__are_problems_that_name_the_right_one(client: Make) -> None:
    async with client() as http:
        answer = await http.delete("/v1/status")
    assert (answer.status_code, answer.json()["code"]) == (405, "gateway/2")
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.5", "en"),
        ("fr", "zh"),
        ("", "zh"),
        ("zh;q=0,en;q=0.1", "en"),
        ("*;;q=x", "zh"),
    ],
)
async def test_problems__speak_the_language_asked_for_and_carry_both(client: Make, accept: str, language: str) -> None:
    async with client() as http:
        answer = await http.get("/v1/nothing", headers={"Accept-Language": accept})
    problem = answer.json()
    assert problem["detail"] == problem[language]
    assert problem["zh"] != problem["en"]
    assert answer.headers["content-language"].startswith(language)
    assert problem["fields"] == {"path": "/v1/nothing"}


async def test_faults_inside__show_a_reference_and_no_traceback(
    client: Make, ledger: FakeLedger, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken() -> object:
        raise ZeroDivisionError("secret detail")

    ledger.head = broken  # type: ignore[method-assign,assignment]
    async with client() as http:
        answer = await http.get("/v1/head")
    assert (answer.status_code, answer.json()["code"]) == (500, "gateway/24")
    assert b"secret detail" not in answer.content
    assert b"Traceback" not in answer.content
    assert answer.json()["fields"]["reference"] in caplog.text


async def test_names__only_loopback_is_answered_for_on_loopback(client: Make) -> None:
    async with client() as http:
        foreign = await http.get("/v1/status", headers={"Host": "rebound.example"})
        local = await http.get("/v1/status", headers={"Host": "localhost:8420"})
    assert (foreign.status_code, foreign.json()["code"], local.status_code) == (421, "gateway/23", 200)
    async with client(hosts=("rebound.example",)) as http:
        assert (await http.get("/v1/status", headers={"Host": "rebound.example:443"})).status_code == 200
