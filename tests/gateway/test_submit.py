import pytest
from gateway_fake import FakeLedger, Make, envelope

pytestmark = pytest.mark.anyio
JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}


async def test_submit__answers_with_the_outcome_once_sealed(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        answer = await http.post("/v1/transactions", content=envelope(1), headers=JSON | {"Idempotency-Key": "k"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "applied"
    assert answer.json()["height"] == 1
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_submit__says_202_when_only_admitted(client: Make) -> None:
    async with client() as http:
        answer = await http.post("/v1/transactions?wait=admitted", content=envelope(1))
    assert answer.status_code == 202
    assert answer.json()["status"] == "admitted"


async def test_submit__refused_in_a_block_is_a_problem_with_its_place(client: Make) -> None:
    async with client() as http:
        answer = await http.post("/v1/transactions", content=envelope(1, "test.refused"))
    problem = answer.json()
    assert answer.status_code == problem["status"] == 422
    assert problem["outcome"] == "refused"
    assert problem["height"] == 1
    assert problem["code"] == "evidence/1"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "form/1"),
        (b"", 400, "gateway/16"),
        (b'{"body":{},"body":{},"signatures":[]}', 400, "form/2"),
        (b'{"signatures":[],"body":{}}', 400, "form/2"),
        (b'{"body":{"n":1.5},"signatures":[]}', 400, "form/3"),
        (b'{"body":{"n":1e3},"signatures":[]}', 400, "form/3"),
        (b'{"body":{"n":9007199254740993},"signatures":[]}', 400, "form/4"),
        (b'{"body":{"n":"\xed\xa0\x80"},"signatures":[]}', 400, "form/1"),
        ('{"body":{"n":"e\u0301"},"signatures":[]}'.encode(), 400, "form/5"),
        (b'{"body":' + b"[" * 40 + b"]" * 40 + b',"signatures":[]}', 400, "form/6"),
        (b'{"body":' + b"[" * 90_000 + b"]" * 90_000 + b',"signatures":[]}', 400, "form/6"),
        (b" " * 300_000, 413, "gateway/3"),
    ],
)
async def test_submit__turns_bad_input_away_with_a_number(
    client: Make, ledger: FakeLedger, body: bytes, status: int, code: str
) -> None:
    async with client() as http:
        answer = await http.post("/v1/transactions", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not ledger.log


@pytest.mark.parametrize("query", ["wait=never", "wait=sealed&wait=admitted", "wiat=sealed", "wait="])
async def test_submit__refuses_a_query_that_it_does_not_understand(client: Make, query: str) -> None:
    async with client() as http:
        answer = await http.post(f"/v1/transactions?{query}", content=envelope(1))
    assert answer.status_code == 400
    assert answer.json()["code"] in ("gateway/9", "gateway/11")


async def test_submit__refuses_another_content_type(client: Make) -> None:
    async with client() as http:
        answer = await http.post("/v1/transactions", content=envelope(1), headers={"Content-Type": "text/html"})
    assert answer.status_code == 415


@pytest.mark.parametrize("kind", ["list", "lines", "lines without the last line feed"])
async def test_batch__one_bad_item_does_not_sink_the_others(client: Make, ledger: FakeLedger, kind: str) -> None:
    bad = b'{"body":{"n":1.5},"signatures":[]}'
    items = [envelope(1), bad, envelope(2), b'{"body":"' + b"x" * 300_000 + b'"}', envelope(3, "test.refused")]
    body = b"[" + b" , ".join(items) + b"]" if kind == "list" else b"\n".join(items) + (b"\n" if kind == "lines" else b"")
    async with client() as http:
        answer = await http.post("/v1/transactions/batch", content=body, headers=JSON if kind == "list" else LINES)
    outcomes = answer.json()["outcomes"]
    assert answer.status_code == 200
    assert [each["status"] for each in outcomes] == ["applied", "turned_away", "applied", "turned_away", "refused"]
    assert [each["refusal"]["code"] for each in outcomes if "refusal" in each] == ["form/3", "form/7", "evidence/1"]
    assert ledger.calls == [("submit", 4)]


async def test_batch__a_line_that_is_no_json_sinks_itself_only(client: Make) -> None:
    body = b"\n".join([envelope(1), b"{", b"", b"\xff\xfe", envelope(2)])
    async with client() as http:
        answer = await http.post("/v1/transactions/batch", content=body, headers=LINES)
    assert [each["status"] for each in answer.json()["outcomes"]] == [
        "applied",
        "turned_away",
        "turned_away",
        "turned_away",
        "applied",
    ]


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"[]", JSON, 400, "gateway/15"),
        (b"{}", JSON, 400, "gateway/15"),
        (b"[{]", JSON, 400, "gateway/15"),
        (b"[" * 200_000, JSON, 400, "form/6"),
        (b"\n" * 11, LINES, 413, "gateway/14"),
        (b"[" + b"1," * 10 + b"1]", JSON, 413, "gateway/14"),
        (b"x" * 400_000, LINES, 413, "gateway/3"),
        (b"[]", {"Content-Type": "text/plain"}, 415, "gateway/17"),
    ],
)
async def test_batch__refuses_what_cannot_be_cut(
    client: Make, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    async with client(batch_items_max=10, batch_bytes_max=300_000) as http:
        answer = await http.post("/v1/transactions/batch", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_submit__passes_busy_on_with_its_time(client: Make, ledger: FakeLedger) -> None:
    ledger.busy = True
    async with client() as http:
        answer = await http.post("/v1/transactions", content=envelope(1))
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "3"


async def test_submit__says_503_without_a_ledger_and_504_without_an_answer(client: Make, ledger: FakeLedger) -> None:
    async with client(wait_s=0.05) as http:
        ledger.away = True
        away = await http.post("/v1/transactions", content=envelope(1))
        ledger.away, ledger.silent = False, True
        silent = await http.post("/v1/transactions", content=envelope(1))
    assert (away.status_code, away.json()["code"], "retry-after" in away.headers) == (503, "gateway/6", True)
    assert (silent.status_code, silent.json()["code"]) == (504, "gateway/7")
