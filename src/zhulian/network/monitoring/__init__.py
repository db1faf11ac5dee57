"""What Prometheus and Grafana need to watch a network: scrape targets of a plan, alert rules, a dashboard."""

import json
import shutil
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from zhulian.files import write_atomically
from zhulian.network.plan import Plan

__all__ = ["DASHBOARD", "RULES", "write_monitoring"]

RULES = "zhulian.rules.yml"
DASHBOARD = "zhulian-dashboard.json"
_PROMETHEUS = "prometheus.yml"


def write_monitoring(folder: Path, plan: Plan, engines: Mapping[str, str]) -> list[Path]:
    """Write what a Prometheus server and a Grafana need for the nodes of `plan`; `engines` are their engines' own metrics.

    A node's gateway answers at its port on its host; `engines` names organisation → `host:port` where the engine serves its own.
    """
    folder.mkdir(parents=True, exist_ok=True)
    data = resources.files(__name__)
    for name in (RULES, DASHBOARD):
        with resources.as_file(data / name) as path:
            shutil.copyfile(path, folder / name)
    write_atomically(folder / _PROMETHEUS, _prometheus(plan, engines).encode(), mode=0o644)
    return [folder / name for name in (_PROMETHEUS, RULES, DASHBOARD)]


def _prometheus(plan: Plan, engines: Mapping[str, str]) -> str:
    nodes = [(each.organisation, f"{each.host}:{each.gateway_port}") for each in plan.organisations]
    text = _HEAD + _job("zhulian", plan.network, nodes)
    if engines:
        text += _job("zhulian-engine", plan.network, sorted(engines.items()))
    return text


def _job(job: str, network: str, places: Sequence[tuple[str, str]]) -> str:
    lines = [f"  - job_name: {job}", "    static_configs:"]
    for node, place in places:
        labels = f"{{network: {json.dumps(network)}, node: {json.dumps(node)}}}"
        lines += [f"      - targets: [{json.dumps(place)}]", f"        labels: {labels}"]
    return "\n".join(lines) + "\n"


_HEAD = f"""\
# 采集各节点的指标 / Scrapes every node. 网关默认只允许本机读取：由其他机器采集时，见 gateway.toml 的 metrics
# Gateways let only their own machine read by default: for another one to scrape, see `metrics` in gateway.toml.
global:
  scrape_interval: 15s
  evaluation_interval: 15s
rule_files:
  - {RULES}
scrape_configs:
"""
