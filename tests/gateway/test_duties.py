"""Filing number and access log: what an information service owes."""

import datetime
import json
from pathlib import Path

import pytest
from gateway_fake import Make

from zhulian.gateway.access.records import AccessLog, days_kept, lines
from zhulian.gateway.errors import BadSetting
from zhulian.gateway.settings import load_settings

pytestmark = pytest.mark.anyio
DAY = 86_400
BEGIN = datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC).timestamp()
SCOPE = {"path": "/v1/transactions", "zhulian.address": "203.0.113.9", "zhulian.party": "org1", "query_string": b"secret=1"}


def _log(folder: Path, days: int | None) -> tuple[AccessLog, list[float]]:
    now = [BEGIN]
    return AccessLog(folder, days, lambda: now[0]), now


def test_access_log__says_who_from_where_what_and_when(tmp_path: Path) -> None:
    log, _ = _log(tmp_path / "access", 184)
    log.note(SCOPE, "POST", 201)
    log.note({**SCOPE, "path": "/v1/status"}, "GET", 200)
    log.close()
    (line,) = [json.loads(each) for each in lines(tmp_path / "access", "2026-03-01", "2026-03-01")]
    assert line == {
        "address": "203.0.113.9",
        "method": "POST",
        "party": "org1",
        "path": "/v1/transactions",
        "status": 201,
        "time": "2026-03-01T12:00:00.000+00:00",
    }
    assert (tmp_path / "access" / "2026-03-01.jsonl").stat().st_mode & 0o777 == 0o600


def test_access_log__keeps_what_the_settings_say_and_no_more(tmp_path: Path) -> None:
    log, now = _log(tmp_path, 184)
    for day in range(190):
        now[0] = BEGIN + day * DAY
        log.note(SCOPE, "GET", 200)
    log.close()
    kept = days_kept(tmp_path)
    assert len(kept) == 185  # 184 whole days and the present one
    assert kept[0] == "2026-03-06"
    assert len(list(lines(tmp_path, "2026-03-01", "2026-03-07"))) == 2


def test_access_log__of_a_service_that_owes_none_is_not_written(tmp_path: Path) -> None:
    log, _ = _log(tmp_path / "access", None)
    log.note(SCOPE, "POST", 201)
    assert not (tmp_path / "access").exists()


def test_access_log__that_cannot_be_written_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "access").write_text("a file in its place")
    log, _ = _log(tmp_path / "access", 184)
    log.note(SCOPE, "POST", 201)
    assert "access log" in caplog.text


@pytest.mark.parametrize(("days", "right"), [(0, False), (183, False), (184, True), (365, True)])
def test_settings__refuse_logs_of_less_than_six_months(tmp_path: Path, days: int, right: bool) -> None:
    file = tmp_path / "gateway.toml"
    file.write_text(f'log_days = {days}\nfiling = "京网信备11010500000000000001号"\n')
    if right:
        assert load_settings(file).log_days == days
        return
    with pytest.raises(BadSetting):
        load_settings(file)


async def test_edge__writes_what_it_answered(client: Make, tmp_path: Path) -> None:
    async with client(log_days=184) as http:
        await http.get("/v1/head")
        await http.get("/nowhere")
    days = days_kept(tmp_path / "access")
    found = [json.loads(each) for each in lines(tmp_path / "access", days[0], days[-1])]
    assert [(each["path"], each["status"]) for each in found][-1] == ("/nowhere", 404)
    assert found[0]["path"] == "/v1/head"


async def test_filing__is_shown_by_status_and_the_root_page(client: Make) -> None:
    number = "京网信备11010500000000000001号"
    async with client(filing=number) as http:
        assert (await http.get("/v1/status")).json()["filing"] == number
        assert number in (await http.get("/", headers={"Accept-Language": "zh"})).text
    async with client() as http:
        assert "filing" not in (await http.get("/v1/status")).json()
        assert "备案号" not in (await http.get("/", headers={"Accept-Language": "zh"})).text
