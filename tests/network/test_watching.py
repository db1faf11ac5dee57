import io
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from zhulian.cli.commands.watch import screen
from zhulian.cli.words import set_language
from zhulian.network.monitoring import DASHBOARD, RULES, write_monitoring
from zhulian.network.plan import make_plan
from zhulian.network.sample import MODULES
from zhulian.network.states import NodeState, as_state
from zhulian.network.watching import Alert, alerts

ROOT = Path(__file__).parents[2]
NAMES = ["org1", "org2", "org3", "org4"]


def node(name: str, **more: Any) -> NodeState:
    """A node in good order."""
    others = [each for each in NAMES if each != name]
    found: dict[str, Any] = {
        "pid": 100,
        "url": "http://127.0.0.1:8421",
        "accepting": True,
        "height": 50,
        "header": "ab" * 32,
        "peers": 3,
        "peer_names": others,
        "seals": dict.fromkeys(NAMES, 0),
        "skew_ms": dict.fromkeys(others, 12),
        "unsealed": 1,
        "disk_free_bytes": 50,
        "disk_size_bytes": 100,
        "certificate_days": 400,
        "version": "0.1.0",
        "engine_version": "0.39.0",
    }
    return NodeState(name=name, **{**found, **more})


def network(**more: dict[str, Any]) -> list[NodeState]:
    return [node(name, **more.get(name, {})) for name in NAMES]


def test_alerts__are_none_where_all_is_well() -> None:
    assert alerts(network()) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"org3": {"pid": None}}, Alert("down", "org3")),
        ({"org3": {"height": None}}, Alert("down", "org3")),
        ({"org2": {"accepting": False}}, Alert("refusing", "org2")),
        ({"org2": {"height": 29, "header": "cd" * 32}}, Alert("lag", "org2", value=21)),
        ({"org1": {"unsealed": 6}}, Alert("unsealed", "org1", value=6)),
        ({"org1": {"disk_free_bytes": 9}}, Alert("disk", "org1", value=9)),
        (
            {"org4": {"certificate": "org4.clerk", "certificate_days": 29}},
            Alert("certificate", "org4", "org4.clerk", 29),
        ),
        ({"org4": {"certificate": "org4.ca", "certificate_days": 9}}, Alert("authority", "org4", "org4.ca", 9)),
        ({"org4": {"certificate": "org4.admin", "certificate_days": -1}}, Alert("expired", "org4", "org4.admin", -1)),
        ({"org4": {"header": "cd" * 32}}, Alert("fork", "org4", value=50)),
    ],
)
def test_alerts__name_what_is_wrong_with_a_node(more: dict[str, Any], expected: Alert) -> None:
    assert alerts(network(**more)) == [expected]


def test_alerts__leave_out_what_is_just_within_bounds() -> None:
    edge = {"height": 30, "header": "cd" * 32, "unsealed": 5, "disk_free_bytes": 10, "certificate_days": 30}
    assert alerts(network(org2=edge)) == []


def test_alerts__tell_of_a_silent_member_once_and_believe_no_single_node() -> None:
    silent = {**dict.fromkeys(NAMES, 0), "org4": 21}
    seen = {name: {"seals": silent} for name in ("org1", "org2", "org3")}
    assert alerts(network(**seen)) == [Alert("silent", "org3", "org4", 21)]
    assert alerts(network(org1={"seals": silent})) == [], "it may be the line of one node"


def test_alerts__tell_of_a_clock_and_not_of_those_it_looks_at() -> None:
    wrong = {
        "org1": {"skew_ms": {"org2": 5, "org3": 5, "org4": -1400}},
        "org2": {"skew_ms": {"org1": 0, "org3": 5, "org4": -1500}},
    }
    behind = {"org4": {"skew_ms": dict.fromkeys(["org1", "org2", "org3"], 1500)}}
    assert alerts(network(**wrong, **behind)) == [Alert("skew", "org2", "org4", -1.5)]


def test_state__reads_a_node_that_accepts_nothing_too() -> None:
    status = {
        "accepting": False,
        "height": 7,
        "network": {"peers": ["org2"], "unsealed": [6, 7], "unsealed_count": 2, "seals": {"org2": 1}, "skew_ms": {"org2": -3}},
        "versions": {"zhulian": "0.1.0", "engine": "0.39.0"},
    }
    plain = as_state("org1", "http://x", 5, status)
    assert as_state("org1", "http://x", 5, {"code": "gateway/6", "node": status}) == plain
    assert (plain.height, plain.peers, plain.unsealed, plain.seals, plain.engine_version) == (7, 1, 2, {"org2": 1}, "0.39.0")
    assert as_state("org1", "http://x", 5, {}).height is None


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ["受理中", "未运行", "时钟偏差"]), ("en", ["accepting", "not running", "The clock of"])]
)
def test_screen__is_drawn_in_both_languages(language: str, words: list[str]) -> None:
    skew = {name: {"skew_ms": {"org2": 2500}} for name in ("org1", "org4")}
    states = network(org3={"pid": None}, **skew)
    set_language(language)
    try:
        every = [Alert(kind, "org1", "org2", 1.5) for kind in Alert.__annotations__["kind"].__args__]
        drawn = [draw(screen(states, found, 1_766_880_000.5)) for found in (alerts(states), every, [])]
    finally:
        set_language("en")
    assert all(each in drawn[0] for each in words)
    assert "+2.50 s" in drawn[0]
    assert "{" not in "".join(drawn), "every sentence has its fields"
    assert re.search(r"4/4", drawn[0])


def draw(shown: Any) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(shown)
    return console.file.getvalue()  # type: ignore[attr-defined]


def promtool(*arguments: str, folder: Path) -> None:
    program = shutil.which("promtool") or str(ROOT / ".venv" / "bin" / "promtool")
    done = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_monitoring__is_what_prometheus_reads(tmp_path: Path) -> None:
    plan = make_plan(3, MODULES)
    written = write_monitoring(tmp_path, plan, {"org2": "127.0.0.1:26661"})
    promtool("check", "config", "prometheus.yml", folder=tmp_path)  # the rules with it
    jobs = {each["job_name"]: each["static_configs"] for each in yaml.safe_load(written[0].read_text())["scrape_configs"]}
    assert [each["labels"]["node"] for each in jobs["zhulian"]] == ["org1", "org2", "org3"]
    assert jobs["zhulian"][0]["targets"] == [f"127.0.0.1:{plan.organisations[0].gateway_port}"]
    assert jobs["zhulian-engine"] == [{"targets": ["127.0.0.1:26661"], "labels": {"network": "zl-net", "node": "org2"}}]


def test_rules__fire_when_they_should_and_speak_both_languages(tmp_path: Path) -> None:
    write_monitoring(tmp_path, make_plan(3, MODULES), {})
    (tmp_path / "cases.yml").write_text((Path(__file__).parent / "alert_cases.yml").read_text())
    promtool("test", "rules", "cases.yml", folder=tmp_path)
    for rule in yaml.safe_load((tmp_path / RULES).read_text())["groups"][0]["rules"]:
        assert re.search("[一-鿿]", rule["annotations"]["summary_zh"])
        assert rule["annotations"]["summary"].endswith((".", "}}"))


def test_dashboard_and_rules__ask_only_for_metrics_that_there_are(tmp_path: Path) -> None:
    write_monitoring(tmp_path, make_plan(3, MODULES), {})
    board = json.loads((tmp_path / DASHBOARD).read_text())
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in yaml.safe_load((tmp_path / RULES).read_text())["groups"][0]["rules"]]
    source = "".join((ROOT / "src" / "zhulian" / path).read_text() for path in ("node/telemetry.py", "gateway/metrics.py"))
    for name in {each for text in asked for each in re.findall(r"zhulian_\w+", text)}:
        plain = re.sub(r"_(total|bucket|count|sum)$", "", name)
        process = re.sub(r"^(zhulian_(?:ledger|gateway))_process_.*", r'namespace="\1"', plain)
        assert f'"{plain}"' in source or process in source or plain == "zhulian_ledger_up", name
    places = [(each["gridPos"]["x"], each["gridPos"]["y"]) for each in board["panels"]]
    assert len(set(places)) == len(places)
    assert len({each["id"] for each in board["panels"]}) == len(places)
