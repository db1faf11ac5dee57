"""The light client against real nodes, of which one lies or hides what is new: it is named, and the truth comes from the others."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.tampering import Tampering, tampering
from tests.trial import Trial, running
from zhulian.client import Chain, connect
from zhulian.client.light.errors import NotEnoughSay
from zhulian.crypto import fingerprint


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
