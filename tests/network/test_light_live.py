"""Real nodes as an outsider sees them: the light client names one that lies or hides what is new; idle ones cost little and date well."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.tampering import Tampering, tampering
from tests.trial import Trial, running
from zhulian.assure.spent import since, spent_by_role
from zhulian.client import Chain, FromNode, connect
from zhulian.client.light.errors import NotEnoughSay
from zhulian.client.sealed.deposit import Sealing
from zhulian.client.sealed.errors import NotForYou
from zhulian.crypto import fingerprint

_IDLE_S = 8
_IDLE_SHARE_MOST = 0.08
"""Of one core, for four nodes; `zhulian bench network` says what it is on a machine left alone."""
_CLOCK_MS = 100
"""By how much the engine's time, a median of votes, may lie before the moment of the request."""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    with running(tmp_path_factory.mktemp("light")) as made:
        made.deposit("org1")
        yield made


@pytest.fixture
def between(trial: Trial) -> Iterator[Tampering]:
    """Somebody who sits before org3's node."""
    with tampering(trial.url("org3")) as made:
        yield made


def _chain(trial: Trial, signer: str) -> Chain:
    node = signer.partition(".")[0]
    return connect(trial.url(node), signer, home=trial.home(node).root)


def _key(trial: Trial, signer: str) -> tuple[str, str]:
    own = trial.home(signer.partition(".")[0]).signer(signer, "gm")
    return "identity/keys", fingerprint(own.suite, own.public_key)


def test_light__names_a_node_that_changes_a_value_and_reads_from_another(trial: Trial, between: Tampering) -> None:
    key = _key(trial, "org2.clerk")

    def lie(path: str, answer: Any) -> Any:
        if "identity" in path and isinstance(answer, dict) and "value" in answer:
            return {**answer, "value": {**answer["value"], "not_after": 1}}
        return answer

    between.change = lie
    urls = [between.url, *map(trial.url, ("org1", "org2", "org4"))]
    with _chain(trial, "org1.clerk") as chain, chain.light(urls, certain=True) as light:
        found = light.state(key)
    assert found.value["signer"] == "org2.clerk"
    assert found.value["not_after"] > 1
    assert found.url != between.url
    assert [(each.url, each.refusal.code) for each in found.caught] == [(between.url, "client/40")]


def test_light__names_a_node_that_hides_a_revocation(trial: Trial, between: Tampering) -> None:
    key = "identity/signers", "org2.counter"
    urls = [between.url, *map(trial.url, ("org1", "org2", "org4"))]
    with _chain(trial, "org1.clerk") as chain, chain.light(urls, certain=True) as light:
        assert "revoked" not in light.state(key).value
        with _chain(trial, "org2.admin") as admin:
            admin.identity.revoke("org2.counter", "lost")
        for _ in range(2):
            trial.deposit("org1")
        older = between.replay()  # its word on what is newest stays fresh, its state is an old one
        between.change = lambda path, answer: older(path, answer) if "identity" in path else answer
        found = light.state(key)
        assert found.value["revoked"] is not None
        assert [(each.url, each.refusal.code) for each in found.caught] == [(between.url, "client/41")]


def test_light__believes_no_old_word_and_no_single_node(trial: Trial, between: Tampering) -> None:
    key = _key(trial, "org2.clerk")
    with _chain(trial, "org1.clerk") as chain:
        with chain.light([between.url, trial.url("org1")]) as light:
            light.state(key)
        between.change = between.replay()
        time.sleep(2.1)
        with chain.light([between.url, *map(trial.url, ("org1", "org2", "org4"))], max_age_s=2) as light:
            found = light.state(key)
            assert [(each.url, each.refusal.code) for each in found.caught] == [(between.url, "client/42")]
        with chain.light([between.url], max_age_s=2) as light, pytest.raises(NotEnoughSay) as alone:
            light.state(key)
    assert between.url in alone.value.say("en")
    shown = trial.run(
        "state", *key, "--node", "org1", "--light", between.url, "--light", trial.url("org1"), "--light", trial.url("org4"),
        "--max-age", "2",
    )  # fmt: skip
    assert [each["code"] for each in shown["caught"]] == ["client/42"]
    assert shown["present"]


def test_idle_network__makes_no_block_costs_little_and_dates_the_next_record_by_the_clock(trial: Trial) -> None:
    trial.agree()
    trial.until(lambda: not trial.status("org1")["network"]["unsealed_count"])
    time.sleep(3)  # the proof block of the newest header
    pids = [trial.pid(each) for each in trial.names]
    height, engine = trial.status("org1")["height"], trial.status("org1")["network"]["engine_height"]
    before = spent_by_role(*pids)
    time.sleep(_IDLE_S)
    spent = since(before, spent_by_role(*pids))
    assert trial.status("org1")["height"] == height
    assert trial.status("org1")["network"]["engine_height"] <= engine + 1, "the slow heartbeat at most"
    print(f"idle: {100 * sum(spent.values()) / _IDLE_S:.1f} % of a core, {spent}")
    assert sum(spent.values()) / _IDLE_S < _IDLE_SHARE_MOST, spent
    began_ms = time.time() * 1000
    answer = trial.submit("org2", trial.author("org2").deposit()[1]).json()
    ended_ms = time.time() * 1000
    shown = trial.get("org2", f"/v1/blocks/{answer['height']}")
    assert answer["height"] == height + 1
    assert began_ms - _CLOCK_MS <= shown["header"]["time_ms"] <= ended_ms


def test_sealed_file__reaches_its_reader_at_another_node_and_nobody_else(trial: Trial) -> None:
    """The longer story is in test_sealed_live.py; here it shares the network."""
    path = trial.folder / "sealed.txt"
    path.write_bytes(b"sealed" * 1000)
    with _chain(trial, "org1.clerk") as owner, _chain(trial, "org2.clerk") as reader, _chain(trial, "org3.clerk") as stranger:
        content = owner.sealed.deposit(path, Sealing(readers=["org2"])).deposit
        trial.agree()
        assert reader.sealed.read(content).data == path.read_bytes()
        with pytest.raises(NotForYou):
            stranger.sealed.read(content)
        owner.sealed.withdraw(content, "org2")
        trial.agree()
        with pytest.raises((NotForYou, FromNode)):
            reader.sealed.read(content)
