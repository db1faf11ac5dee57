"""What definitions order of the credential module, and who cheats in it."""

from typing import Any

import pytest

from tests.modules.lent import Stage
from zhulian import canonical
from zhulian.language.lending import Caller
from zhulian.modules.credential.state import ATTESTED, LISTS

PERSON = "~" + "1" * 32
CALLER = Caller("jobs", "act", parties=("org1",))
LIST = {
    "bits": 2,
    "digest": "aa" * 32,
    "format": "zhulian/status-list/1",
    "issuer": "org1",
    "list": "2026",
    "sequence": 1,
    "size": 1024,
}


def text(paper: dict[str, Any], **changed: Any) -> str:
    return canonical.encode({**paper, **changed}).decode()


def standing(stage: Stage, status: str = "valid", holder: str = "org1", caller: Caller = CALLER, issuer: str = "org1") -> str:
    return stage.refusal("set_status", caller, {"issuer": issuer, "schema": "grants", "holder": holder, "status": status})


def publish(stage: Stage, caller: Caller = CALLER, issuer: str = "org1", **changed: Any) -> str:
    return stage.refusal("publish_list", caller, {"issuer": issuer, "paper": text(LIST, **changed)})


def test_set_status__is_the_issuers_and_revoked_stays() -> None:
    stage = Stage()
    assert standing(stage, issuer="org2") == "credential/15"
    assert standing(stage, caller=Caller("jobs", "act", parties=(PERSON,)), issuer=PERSON) == "credential/1"
    assert standing(stage, holder="nobody") == "credential/12"
    assert standing(stage, "good") == "language/190"
    assert not stage.ask("holds", CALLER, "org2", "org1", "grants")
    assert standing(stage, holder="org2") == "done"
    assert stage.ask("holds", CALLER, "org2", "org1", "grants")
    assert not stage.ask("holds", CALLER, "org2", "org2", "grants")
    assert standing(stage, holder="org2") == "credential/13"
    assert standing(stage, "suspended", holder="org2") == "done"
    assert not stage.ask("holds", CALLER, "org2", "org1", "grants")
    assert standing(stage, "revoked", holder="org2") == "done"
    assert standing(stage, holder="org2") == "credential/14"


def test_publish_list__takes_the_next_content_of_an_own_list() -> None:
    stage = Stage()
    assert publish(stage, Caller("jobs", "act", parties=("org2",))) == "credential/15"
    assert stage.refusal("publish_list", CALLER, {"issuer": "org1", "paper": "{}"}) == "credential/16"
    assert publish(stage, size=2**21) == "credential/16"
    assert publish(stage) == "done"
    assert (
        stage.refusal("publish_list", CALLER, {"issuer": "org1", "paper": text(LIST, issuer="org2", sequence=2)})
        == "credential/17"
    )
    named = {"issuer": "org1", "paper": text(LIST, sequence=2), "list": "2025"}
    assert stage.refusal("publish_list", CALLER, named) == "credential/17"
    assert publish(stage) == "credential/10"
    assert publish(stage, sequence=2, bits=1) == "credential/11"
    assert publish(stage, sequence=2, digest="bb" * 32) == "done"
    assert LISTS.get(stage.world.state, "org1", "2026").digest == "bb" * 32


class Jobs:
    """An employer, org2, that attests of PERSON; the school is org1, accredited by itself."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.now = self.stage.world.time
        self.paper = {
            "by": "org2", "checked": self.now, "digest": "aa" * 32, "format": "zhulian/attestation/1", "instance": "jobs",
            "issuer": "org1", "list": "2026", "person": PERSON, "predicate": "graduate", "schema": "degree", "sequence": 1,
        }  # fmt: skip

    def attest(self, signer: str = "org2", by: str = "org2", paper: dict[str, Any] | None = None, **changed: Any) -> str:
        given = {"person": PERSON, "predicate": "graduate", "by": by, "authority": "org1", "schema": "grants"}
        caller = Caller("jobs", "act", parties=(signer,))
        return self.stage.refusal("attest", caller, {**given, "paper": text(self.paper, **(paper or changed))})

    def attested(self, max_age: int) -> bool:
        return bool(self.stage.ask("attested", CALLER, PERSON, "graduate", max_age))


def test_attest__walks_its_refusals() -> None:
    jobs = Jobs()
    assert jobs.attest(signer="org1") == "credential/15"
    assert jobs.attest(signer=PERSON, by=PERSON) == "credential/1"
    assert jobs.attest(format="zhulian/attestation/2") == "credential/16"
    other = {"instance": "court", "by": "org1", "person": "~" + "2" * 32, "predicate": "doctor"}
    assert [jobs.attest(paper={part: value}) for part, value in other.items()] == ["credential/17"] * 4
    assert jobs.attest() == "credential/18"
    assert standing(jobs.stage) == "done"
    assert jobs.attest(issuer="org2") == "credential/18"
    assert jobs.attest() == "credential/19"
    assert publish(jobs.stage) == "done"
    assert jobs.attest(digest="bb" * 32) == "credential/20"
    assert jobs.attest(checked=jobs.now - 86_401) == "credential/21"
    assert jobs.attest(checked=jobs.now + 301) == "credential/21"
    assert not jobs.attested(10**6)
    assert jobs.attest() == "done"


def test_attest__of_a_school_that_lost_its_standing_is_refused() -> None:
    jobs = Jobs()
    publish(jobs.stage)
    standing(jobs.stage)
    assert jobs.attest() == "done"
    standing(jobs.stage, "suspended")
    assert jobs.attest() == "credential/18"


def test_attest__rests_on_the_newest_list() -> None:
    """Revoked between the check and the action: the list has moved on, and the old check counts no more."""
    jobs = Jobs()
    standing(jobs.stage)
    publish(jobs.stage)
    publish(jobs.stage, sequence=2, digest="bb" * 32)
    assert jobs.attest() == "credential/20"
    assert jobs.attest(sequence=2, digest="bb" * 32) == "done"


@pytest.mark.parametrize(
    ("later", "max_age", "is_fresh"), [(0, 0, True), (60, 60, True), (61, 60, False), (0, -1, True), (1, -1, False)]
)
def test_attested__has_an_age(later: int, max_age: int, is_fresh: bool) -> None:
    jobs = Jobs()
    standing(jobs.stage)
    publish(jobs.stage)
    assert jobs.attest() == "done"
    jobs.stage.world.time += later
    assert jobs.attested(max_age) is is_fresh
    assert not jobs.stage.ask("attested", Caller("court", "act"), PERSON, "graduate", 10**6)
    assert ATTESTED.get(jobs.stage.world.state, "jobs", PERSON, "graduate").by == "org2"
