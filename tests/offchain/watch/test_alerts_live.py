"""Alerts of a running node: a rule of its own raises one, a webhook hears of it, and its people handle it."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode, Run, run  # noqa: F401 (a fixture)
from tests.offchain.test_search_live import until_indexed, url_of
from tests.offchain.test_webhooks import Target
from zhulian.client import FromNode, connect, connect_async, verify_webhook
from zhulian.home import Home
from zhulian.network import found_sample

RULES = """
rules:
  busy: {over: events.evidence.deposited, by: party, window: 1h, raise: 'count > 1', level: high, title: {zh: 存证频繁, en: Many deposits}}
"""


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[LiveNode]:
    node = LiveNode(tmp_path / "home")
    found_sample(Home(node.home), int(time.time()) - 60)
    file = node.home / "config.toml"
    file.write_text(file.read_text() + '\n[courier]\nallow = ["127.0.0.0/8"]\n')
    (node.home / "watch.yaml").write_text(RULES)
    node.start()
    yield node
    node.stop()


def deposit(run: Run, folder: Path, name: str) -> None:  # noqa: F811
    (folder / name).write_text(name)
    assert run("evidence", "deposit", folder / name, "--no-certificate").status == 0


def test_alerts__of_a_running_node(
    watched: LiveNode,
    run: Run,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(watched.home))
    target = Target()
    url = url_of(watched.home)
    deposit(run, tmp_path, "a.txt")
    until_indexed(url)
    assert run("alerts", "list").out == "No alerts.\n"
    assert "own::busy" in run("alerts", "rules", "--lang", "zh").out
    hook = run("webhook", "add", target.url, "--topic", "alert.*", "--json").document
    deposit(run, tmp_path, "b.txt")
    until_indexed(url)
    (alert,) = run("alerts", "list", "--state", "open", "--json").document["items"]
    assert (alert["rule"], alert["level"], alert["about"], alert["figures"]["count"]) == ("busy", "high", "org1", 2)
    name = alert["id"]
    assert name in run("alerts", "list", "--level", "high").out
    assert run("alerts", "assign", name, "org1.clerk").status == 0
    assert run("alerts", "acknowledge", name, "--why", "正在核查").status == 0
    assert "watch/5" in run("alerts", "close", name, "--why", " ").err
    assert run("alerts", "close", name, "--why", "批量归档，属正常业务", "--lang", "zh").out.endswith("已办结。\n")
    assert "watch/4" in run("alerts", "acknowledge", name).err
    assert "watch/3" in run("alerts", "show", "al-0000000000000000").err
    shown = run("alerts", "show", name, "--lang", "zh").out
    assert "分派给 org1.clerk" in shown
    assert "批量归档，属正常业务" in shown
    assert run("alerts", "list", "--state", "open", "--json").document["items"] == []
    assert run("alerts", "list", "--state", "lost").status == 2
    end = time.monotonic() + 30
    while len(target.came) < 4:
        assert time.monotonic() < end, [json.loads(body) for _, body in target.came]
        time.sleep(0.05)
    told = [json.loads(body)["events"][0]["event"] for _, body in target.came]
    assert [each["type"] for each in told] == ["alert.raised", "alert.assigned", "alert.acknowledged", "alert.closed"]
    assert told[-1]["why"] == "批量归档，属正常业务"
    assert verify_webhook(hook["secret"], *target.came[0]).startswith(f"{hook['name']}.a")
    with connect(url, "org2.admin", home=watched.home) as other:  # another organisation's people, at this node
        for asked in (
            other.alerts.list,
            lambda: other.alerts.show(name),
            lambda: other.alerts.acknowledge(name),
            other.alerts.rules,
        ):
            with pytest.raises(FromNode) as no:
                asked()
            assert no.value.code == "watch/6"
        with pytest.raises(FromNode) as no:
            other.webhooks.add(target.url, ["alert.*"])
        assert no.value.code == "courier/7"
    assert asyncio.run(_state(url, watched.home, name)) == "closed"
    target.close()


async def _state(url: str, home: Path, name: str) -> str:
    async with await connect_async(url, home=home) as chain:
        return str((await chain.alerts.show(name))["state"])
