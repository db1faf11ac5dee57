"""Provers' reports on a running node: filed by the command, shown by it and by the route, and asked for before an instance opens."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client.reporting.errors import ReportOfAnother, ReportUnread
from zhulian.client.reporting.papers import read_report
from zhulian.crypto import GM, Hasher
from zhulian.language.definition.reading import read_definition

LENT = """
scenario: reported
version: 1
title: {zh: 借用登记, en: Things lent}
roles:
  clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}
records:
  thing:
    title: {zh: 物品, en: Thing}
    key: number
    fields: {number: {type: int}, lent: {type: int, default: '0'}}
    states: {start: kept, final: [gone]}
    always:
      - {name: counted, that: this.lent >= 0}
actions:
  enter: {title: {zh: 登记, en: Enter}, by: clerk, creates: thing, input: [number]}
"""
TREE = read_definition(LENT).to_json()


def report_of(**changed: Any) -> dict[str, Any]:
    """A report as the prover writes it, as far as it is read here."""
    found = {
        "format": "zhulian-proof/1",
        "scenario": "reported",
        "version": 1,
        "definition_sm3": GM.digest(TREE).hex(),
        "definition_sha256": "00" * 32,
        "promises": [{"name": "counted", "verdict": "proved"}, {"name": "holds", "verdict": "runtime"}],
    }
    return {**found, **changed}


def written(folder: Path, name: str = "report.json", **changed: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(report_of(**changed)))
    return path


def decide(run: Run, folder: Path, needed: int) -> None:
    """Let the members vote how many reports are needed."""
    actions = folder / "reports.json"
    actions.write_text(json.dumps({"type": "scenario.set_reports", "needed": needed}))
    proposal = run("govern", "propose", actions, "--as", "org1.admin", "--json").document["proposal"]
    for voter in ("org2.admin", "org3.admin"):
        if run("govern", "vote", proposal, "yes", "--as", voter, "--json").document["status"] == "passed":
            return


def test_reports__are_filed_and_asked_for(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    file = tmp_path / "reported.yaml"
    file.write_text(LENT)
    digest = run("scenario", "publish", file, "--as", "org1.clerk", "--json").document["definition"]
    assert "nobody" in run("scenario", "report", "show", "reported").out
    decide(run, tmp_path, 2)
    try:
        no = run("scenario", "open", "reported", "--signer", "org1.clerk", "--lang", "zh")
        assert no.status == 1
        assert "scenario/164" in no.err
        assert "已有此项报告的：无" in no.err
        paper = written(tmp_path)
        filed = run("scenario", "report", "file", "reported", paper, "--as", "org1.clerk", "--json").document
        assert (filed["proved"], filed["refuted"], filed["run_time"]) == (1, 0, 1)
        assert "scenario/163" in run("scenario", "report", "file", "reported", paper, "--as", "org1.clerk").err
        assert "No instance may open yet." in run("scenario", "report", "show", "reported").out
        assert "已报送" in run("scenario", "report", "file", "reported", paper, "--as", "org2.clerk", "--lang", "zh").out
        url = json.loads((at_home.home / "run" / "node.json").read_bytes())["url"]
        shown = httpx.get(f"{url}/v1/definitions/{digest}/reports").json()
        assert (shown["needed"], shown["agreed"], shown["enough"]) == (2, ["org1", "org2"], True)
        assert {each["organisation"]: each["report"] for each in shown["reports"]} == dict.fromkeys(
            ("org1", "org2"), filed["report"]
        )
        assert run("scenario", "open", "reported", "--signer", "org1.clerk").status == 0
        assert "应用可以开通。" in run("scenario", "report", "show", "reported", "--lang", "zh").out
    finally:
        decide(run, tmp_path, 0)


PROVED = LENT.replace("scenario: reported", "scenario: vouched")


def test_prove__signs_files_and_lets_an_instance_open(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    file, paper = tmp_path / "vouched.yaml", tmp_path / "vouched.proof.json"
    file.write_text(PROVED)
    first = run("scenario", "prove", file, "--sign", "org1.clerk")
    assert first.status == 1
    assert "client/31" in first.err  # nothing is published yet
    digest = run("scenario", "publish", file, "--as", "org1.clerk", "--json").document["definition"]
    decide(run, tmp_path, 2)
    try:
        filed = run("scenario", "prove", file, "--out", paper, "--sign", "org1.clerk", "--json").document
        assert filed["counts"]["refuted"] == 0
        assert filed["filed"]["report"] == filed["digest"]["sm3"] == GM.digest(paper.read_bytes()).hex()
        early = run("scenario", "open", "vouched", "--signer", "org1.clerk", "--json")
        assert (early.status, early.document["refused"]["code"]) == (1, "scenario/164")
        assert "已报送" in run("scenario", "prove", file, "--sign", "org2.clerk", "--lang", "zh").out
        assert run("scenario", "open", "vouched", "--signer", "org1.clerk").status == 0
    finally:
        decide(run, tmp_path, 0)
    _holds_offline(run, paper, digest, at_home.home / "genesis.json")
    shown = run("app", "vouched", "--lang", "zh").out
    assert f"证明报告 {filed['digest']['sm3']}，报送机构：org1、org2" in shown
    url = json.loads((at_home.home / "run" / "node.json").read_bytes())["url"]
    for language, said in (
        ("zh", "报告一致且无推翻项的机构：org1、org2"),
        ("en", "Agreeing on one report that refutes nothing: org1, org2"),
    ):
        text = httpx.get(f"{url}/v1/definitions/{digest}/manual?lang={language}").text
        assert said in text
        assert text.count(f"| `{filed['digest']['sm3']}` |") == 2
    file.write_text(PROVED.replace("Things lent", "Things lent out"))
    other = run("scenario", "prove", file, "--sign", "org3.clerk")
    assert (other.status, "client/373" in other.err) == (1, True)


def _holds_offline(run: Run, paper: Path, definition: str, genesis: Path) -> None:
    """The report is held against its receipt without a node; one that was changed is not what was filed."""
    held = run("verify", paper, "--genesis", genesis, "--json").document
    assert (held["valid"], held["digest"]) == (True, GM.digest(paper.read_bytes()).hex())
    assert held["report"]["definition"] == definition
    assert "证明报告" in run("verify", paper, "--genesis", genesis, "--lang", "zh").out
    changed = paper.with_name("changed.json")
    changed.write_bytes(paper.read_bytes().replace(b'"proved"', b'"proven"', 1))
    receipt = paper.with_name(paper.name + ".receipt.json")
    no = run("verify", changed, "--receipt", receipt, "--genesis", genesis)
    assert (no.status, "proof/" in no.err) == (1, True)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"format": "zhulian-proof/2"}, ReportUnread),
        ({"promises": [{"verdict": "perhaps"}]}, ReportUnread),
        ({"promises": None}, ReportUnread),
        ({"definition_sm3": "11" * 32}, ReportOfAnother),
    ],
)
def test_read_report__takes_what_the_prover_wrote_about_this_definition(
    tmp_path: Path, changed: dict[str, Any], fault: type[Exception]
) -> None:
    hasher = Hasher(GM, bytes(32))
    read = read_report(written(tmp_path), hasher, TREE)
    assert (read.proved, read.refuted, read.run_time) == (1, 0, 1)
    spaced = tmp_path / "spaced.json"
    spaced.write_text(json.dumps(report_of(), indent=3))
    assert read_report(spaced, hasher, TREE) == read
    with pytest.raises(fault) as no:
        read_report(written(tmp_path, "other.json", **changed), hasher, TREE)
    assert no.value.code in ("client/300", "client/301")  # type: ignore[attr-defined]  # a refusal


def test_read_report__refuses_what_is_no_json(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text("proved, all of it")
    with pytest.raises(ReportUnread):
        read_report(path, Hasher(GM, bytes(32)), TREE)
