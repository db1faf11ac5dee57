"""Certificates that run out: renewed by the node itself where it may, refused in words afterwards, revoked for good."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from zhulian.client import Chain, connect
from zhulian.client.errors import FromNode
from zhulian.crypto import fingerprint
from zhulian.home import Home
from zhulian.network import found_sample
from zhulian.network.founding import SIGNER_DAYS
from zhulian.network.renewing import renew
from zhulian.node.certificates import ends, renewable

_DAY = 86_400
_WAIT_S = 40


class Node:
    """A solo node of a sample consortium, in which only org1's people have their keys."""

    def __init__(self, folder: Path, days_left: int, settings: str = "") -> None:
        self.home = Home(folder / "home")
        found_sample(self.home, int(time.time()) - (SIGNER_DAYS - 1 - days_left) * _DAY, suite_name="intl")
        for path in self.home.keys.glob("org[234]*"):
            path.unlink()
        text = self.home.config_file.read_text("utf-8").replace("[node]\n", f"[node]\n{settings}")
        self.home.config_file.write_text(text, "utf-8")
        kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHULIAN_")}
        command = [sys.executable, "-m", "zhulian.cli.main", "run", "--port", "0"]
        self.process = subprocess.Popen(
            command, env={**kept, "ZHULIAN_HOME": str(self.home.root)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + _WAIT_S
        while not self.home.node_file.exists():
            assert self.process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        self.url = json.loads(self.home.node_file.read_bytes())["url"]

    def chain(self, signer: str) -> Chain:
        return connect(self.url, signer, home=self.home.root)

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(each) for each in (self.home.logs / "supervisor.log").read_text("utf-8").splitlines()]

    def renewed(self) -> list[str]:
        """Whose certificates the log says were renewed, in order."""
        return [each["more"]["name"] for each in self.log() if each["event"] == "certificate renewed"]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def _deposit(node: Node, signer: str, name: str) -> None:
    path = node.home.root / name
    path.write_bytes(name.encode())
    with node.chain(signer) as chain:
        chain.evidence.deposit(path)


def test_node__renews_what_runs_out_within_thirty_days_by_itself(tmp_path: Path) -> None:
    node = Node(tmp_path, days_left=20, settings="renew = true\n")
    try:
        until = time.monotonic() + _WAIT_S
        while renewable(node.home) or list((node.home.keys / "next").glob("*.json")):
            assert time.monotonic() < until
            time.sleep(0.1)
        soon = time.time() + 700 * _DAY
        assert all(end > soon for name, end in ends(node.home).items() if name.startswith("org1."))
        own = {name for name in node.home.signers() if name.startswith("org1.")}
        while set(names := node.renewed()) != own:  # the log's line comes a moment after the file
            assert time.monotonic() < until, names
            time.sleep(0.1)
        assert names[0] == "org1.admin", "who signs for the others comes first"
        _deposit(node, "org1.clerk", "a")
        with node.chain("org1.clerk") as chain:
            own = node.home.signer("org1.clerk", "intl")
            key = chain.state(("identity/keys", fingerprint(own.suite, own.public_key))).value
            assert (key["signer"], key["not_after"]) == ("org1.clerk", ends(node.home)["org1.clerk"])
            keys = [each["value"] for each in chain.page("identity/keys", limit=100).items]
            assert len([each for each in keys if each["signer"] == "org1.clerk"]) == 2, "the old key is good until its end"
    finally:
        node.stop()


def test_renewable__only_what_is_due_where_the_home_allows_it_and_has_the_means(tmp_path: Path) -> None:
    home = Home(tmp_path)
    found_sample(home, int(time.time()) - (SIGNER_DAYS - 21) * _DAY, suite_name="intl")
    text = home.config_file.read_text("utf-8")
    assert renewable(home) == [], "nobody has allowed it"
    home.config_file.write_text(text.replace("[node]\n", "[node]\nrenew = true\n"), "utf-8")
    due = renewable(home)
    assert {"org1.admin", "org1.clerk", "org2.admin"} <= set(due)
    assert renewable(home, time.time() - 20 * _DAY) == [], "too early"
    assert renewable(home, time.time() + 30 * _DAY) == [], "too late: people must look"
    (home.keys / "org2.ca.key.json").unlink()
    assert {each.partition(".")[0] for each in due} - {each.partition(".")[0] for each in renewable(home)} == {"org2"}
    home.passphrase_file.unlink()
    assert renewable(home) == [], "nobody is asked for a passphrase"


def test_signer__whose_certificate_has_run_out_is_refused_and_renewed_by_an_admin_of_its_own(tmp_path: Path) -> None:
    node = Node(tmp_path, days_left=-5)
    try:
        with pytest.raises(FromNode) as refused:
            _deposit(node, "org1.clerk", "late")
        assert refused.value.code == "identity/6"
        assert renewable(node.home) == [], "what has run out is left to people"
        with pytest.raises(FromNode) as no, node.chain("org1.admin") as chain:
            renew(chain, node.home, "org1.clerk", 30, node.home.passphrase() or "")
        assert no.value.code == "identity/6"
    finally:
        node.stop()


def test_signer__whose_key_is_revoked_is_refused_and_the_new_key_goes_on(tmp_path: Path) -> None:
    node = Node(tmp_path, days_left=400)
    try:
        _deposit(node, "org1.clerk", "before")
        old = node.home.signer("org1.clerk", "intl")
        with node.chain("org1.admin") as chain:
            saved = (node.home.keys / "org1.clerk.key.json").read_bytes()
            renew(chain, node.home, "org1.clerk", 30, node.home.passphrase() or "")
            chain.identity.revoke("org1.clerk", "superseded", key=fingerprint(old.suite, old.public_key))
        _deposit(node, "org1.clerk", "by the new key")
        (node.home.keys / "org1.clerk.key.json").write_bytes(saved)
        with pytest.raises(FromNode) as refused:
            _deposit(node, "org1.clerk", "by the old key")
        assert refused.value.code == "identity/4"
    finally:
        node.stop()
