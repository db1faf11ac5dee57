import httpx
import pytest
from gateway_fake import FakeLedger, Make
from prometheus_client.parser import text_string_to_metric_families

from zhulian.gateway.app import build
from zhulian.gateway.settings import Settings

pytestmark = pytest.mark.anyio


def values(text: str) -> dict[tuple[str, str], float]:
    """Samples by name and labels."""
    found = {}
    for family in text_string_to_metric_families(text):
        for each in family.samples:
            key = each.name, ",".join(f"{name}={value}" for name, value in sorted(each.labels.items()))
            assert key not in found, "a sample stands there twice"
            found[key] = each.value
    return found


async def test_metrics__are_of_the_gateway_and_of_the_ledger(client: Make) -> None:
    async with client() as http:
        await http.get("/v1/status")
        await http.get("/nowhere")
        answer = await http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = values(answer.text)
    assert found["zhulian_gateway_requests_total", "method=GET,status=200"] == 1
    assert found["zhulian_gateway_requests_total", "method=GET,status=404"] == 1
    assert found["zhulian_gateway_answer_seconds_count", "method=GET"] == 2
    assert found["zhulian_gateway_requests_under_way", ""] == 1, "this one"
    assert found["zhulian_ledger_height", ""] == 7
    assert found["zhulian_ledger_up", ""] == 1


async def test_metrics__say_that_the_ledger_is_away(client: Make, ledger: FakeLedger) -> None:
    ledger.away = True
    async with client() as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    assert values(answer.text)["zhulian_ledger_up", ""] == 0


async def test_metrics__are_read_by_whom_the_settings_let(ledger: FakeLedger, tmp_path: object) -> None:
    for setting, near, far in (("loopback", 200, 403), ("open", 200, 200), ("off", 404, 404)):
        gateway = build(ledger, Settings(metrics=setting, authentication="required"), tokens=tmp_path / "tokens.json")
        for place, status in (("127.0.0.1", near), ("::1", near), ("10.1.2.3", far)):
            transport = httpx.ASGITransport(app=gateway.asgi, client=(place, 40000))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8420") as http:
                answer = await http.get("/metrics")
            assert answer.status_code == status
            assert status != 403 or answer.json()["code"] == "gateway/37"
        await gateway.context.hub.close()
