"""Handles, acts and the way home: what an agent can do for a person, and what it can do no more."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.offchain.custody.conftest import Custody, Someone
from tests.world import YEAR
from zhulian import canonical
from zhulian.crypto import SoftwareSigner, load_key
from zhulian.errors import Refusal
from zhulian.modules.identity.messages import OpenHandle
from zhulian.offchain.custody import errors
from zhulian.offchain.custody.models import Act, Entry, Held
from zhulian.offchain.custody.rules import for_person

pytestmark = pytest.mark.anyio
DEPOSIT = {"type": "evidence.deposit", "digest": "ab" * 32}
ME, OTHER = "~" + "1" * 32, "~" + "2" * 32


async def _handle(custody: Custody) -> tuple[Someone, str]:
    first, _ = await custody.officers()
    person = await custody.person(first)
    opened = await person.ask("open_handle", instance="clinic")
    assert opened["state"] == "custody"
    return person, opened["handle"]


async def test_act__is_marked_on_the_chain_as_made_by_an_agent(custody: Custody) -> None:
    person, handle = await _handle(custody)
    done = await person.ask("act", handle=handle, messages=[DEPOSIT])
    assert done["status"] == "applied"
    record = custody.ledger.value("evidence/deposits", "ab" * 32, handle)
    assert (record["via"], record["signers"]) == ("org2", ["org2.counter"])
    assert custody.ledger.value("identity/handles", handle)["agent"] == "org2"
    assert [each["transaction"] for each in await person.ask("acts")] == [done["transaction"]]
    assert [each["state"] for each in await person.ask("handles")] == ["custody"]


async def test_act__bears_the_word_of_the_persons_own_key(custody: Custody) -> None:
    person, handle = await _handle(custody)
    done = await person.ask("act", handle=handle, messages=[DEPOSIT])
    with custody.desk.database.session() as session:
        (entry,) = session.scalars(sa.select(Entry).where(Entry.act == "act")).all()
        act = session.get_one(Act, done["transaction"])
    told = canonical.decode(entry.details.encode())
    assert told["instruction"] == act.instruction
    statement = canonical.encode({"handle": handle, "transaction": done["transaction"]})
    hasher = custody.desk.hasher
    public_key, word = bytes.fromhex(told["key"]), bytes.fromhex(told["instruction"])
    hasher.suite.verify(public_key, hasher.preimage("instruction", statement), word)


async def test_act__that_the_chain_refuses_says_so(custody: Custody) -> None:
    person, handle = await _handle(custody)
    await person.ask("act", handle=handle, messages=[DEPOSIT])
    again = await person.ask("act", handle=handle, messages=[DEPOSIT])
    assert (again["status"], again["refusal"]["code"]) == ("refused", "evidence/1")
    assert (await person.ask("one_act", transaction=again["transaction"]))["refusal"]["code"] == "evidence/1"


async def test_act__whose_answer_was_lost_counts_once(custody: Custody) -> None:
    person, handle = await _handle(custody)
    custody.ledger.silent = True
    lost = await person.ask("act", handle=handle, messages=[DEPOSIT])
    assert lost["status"] == "sent"
    custody.ledger.silent = False
    found = await person.ask("one_act", transaction=lost["transaction"])
    assert found["status"] == "applied"
    assert custody.ledger.value("evidence/deposits", "ab" * 32, handle)["height"] == found["height"]


async def test_open_handle__whose_answer_was_lost_goes_on(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    custody.ledger.silent = True
    lost = await person.ask("open_handle", instance="clinic")
    assert lost["state"] == "opening"
    custody.ledger.silent = False
    again = await person.ask("open_handle", instance="clinic")
    assert (again["handle"], again["state"]) == (lost["handle"], "custody")
    with pytest.raises(errors.HandleThere):
        await person.ask("open_handle", instance="clinic")
    other = await person.ask("open_handle", instance="court")
    assert other["handle"] != lost["handle"]  # so that nobody links the two


async def test_act__for_anothers_handle_is_refused(custody: Custody) -> None:
    person, handle = await _handle(custody)
    invited = await custody.founder.ask("invite", login="li.na")
    other = await custody.take_up("li.na", invited["code"])
    for asked in (
        {"handle": handle, "messages": [DEPOSIT]},
        {"handle": ME, "messages": [DEPOSIT]},
    ):
        with pytest.raises(errors.NoSuchHandle):
            await other.ask("act", **asked)
    done = await person.ask("act", handle=handle, messages=[DEPOSIT])
    with pytest.raises(errors.NoSuchHandle):
        await other.ask("one_act", transaction=done["transaction"])


@pytest.mark.parametrize(
    "message",
    [
        {"type": "evidence.deposit", "digest": "ab" * 32, "party": OTHER},
        {"type": "evidence.deposit", "digest": "ab" * 32, "party": "org2"},
        {"type": "identity.open_handle", "handle": OTHER, "instance": "clinic"},
        {"type": "identity.close_handle", "handle": OTHER},
        {"type": "identity.revoke", "signer": "org2.clerk", "reason": "lost"},
        {"type": "evidence.witness", "deposit": "ab" * 32, "kind": "examined", "party": ME},
        {"type": "govern.vote", "proposal": "1", "yes": True},
        {"type": "scenario.act", "action": "a", "instance": "clinic", "by": {"actor": "org2"}},
        {"type": "scenario.act", "action": "a", "instance": "clinic", "by": {"payer": ME, "payee": "org2"}},
        {"type": "scenario.act", "action": "a", "instance": "clinic", "by": {"one": ME, "two": OTHER}},
        {"type": "scenario.act", "action": "a", "instance": "clinic", "by": [ME]},
        {"type": "scenario.approve", "instance": "clinic", "proposal": "11"},
        {"type": "share.serve", "opening": "11", "envelope": "22"},
        {},
    ],
)
def test_rules__send_nothing_that_is_anothers_deed_or_the_agents_own(message: dict[str, Any]) -> None:
    with pytest.raises(errors.NotForCustody):
        for_person(message, ME, "org2", None)


def test_rules__name_the_handle_where_the_message_left_it_out() -> None:
    assert for_person(DEPOSIT, ME, "org2", None)["party"] == ME
    act = {"type": "scenario.act", "action": "a", "instance": "clinic"}
    assert for_person(act, ME, "org2", None)["by"] == {"actor": ME}
    both = {**act, "by": {"seller": ME, "buyer": "org1"}}
    assert for_person(both, ME, "org2", None) == both
    approve = {"type": "scenario.approve", "instance": "clinic", "proposal": "11"}
    assert for_person(approve, ME, "org2", {"seller": ME, "buyer": "org1"}) == approve
    for by in ({"seller": ME, "buyer": "org2"}, {"seller": OTHER}, {"seller": ME, "buyer": OTHER}):
        with pytest.raises(errors.NotForCustody):
            for_person(approve, ME, "org2", by)


@given(
    st.dictionaries(
        st.sampled_from(["type", "party", "by", "handle"]), st.sampled_from([ME, OTHER, "org2", "evidence.deposit", "share.open"])
    )
)
def test_rules__what_passes_is_for_the_handle(message: dict[str, Any]) -> None:
    try:
        sent = for_person(message, ME, "org2", None)
    except errors.NotForCustody:
        return
    assert sent["party"] == ME


async def test_export__and_hand_over_end_custody_for_good(custody: Custody, tmp_path: Path) -> None:
    person, handle = await _handle(custody)
    await person.ask("act", handle=handle, messages=[DEPOSIT])
    with pytest.raises(errors.FreshCodeDue):
        await person.ask("export", handle=handle, passphrase="my own", code="000000")
    given_out = await person.ask("export", handle=handle, passphrase="my own", code=person.code())
    path = tmp_path / "mine.key.json"
    path.write_text(given_out["file"])
    assert json.loads(given_out["file"])["name"] == handle
    key = load_key(path, "my own")
    own = {"handle": handle, "public_key": key.public_key.hex(), "not_after": int(custody.now) + YEAR}
    with pytest.raises(Refusal) as no:  # whoever cannot sign with the key does not get the handle
        await person.ask("hand_over", **own, possession="00" * 64, code=person.code())
    assert no.value.code == "identity/18"
    statement = canonical.encode({"key": key.public_key.hex(), "signer": handle})
    hasher = custody.desk.hasher
    proof = SoftwareSigner(hasher.suite, key).sign(hasher.preimage("possession", statement)).hex()
    done = await person.ask("hand_over", **own, possession=proof, code=person.code())
    assert done["outcome"]["status"] == "applied"
    for method, more in (("act", {"messages": [DEPOSIT]}), ("export", {"passphrase": "x", "code": person.code()})):
        with pytest.raises(errors.NotInCustody):
            await person.ask(method, handle=handle, **more)
    with custody.desk.database.session() as session:
        assert session.get_one(Held, handle).key == ""
    solo = custody.ledger.solo
    raw = solo.sign(OpenHandle(handle=OTHER, instance="clinic"), "org2.counter")  # the chain itself takes nothing from the agent
    assert solo.submit([raw]) == [None]
    solo.step()
    record = custody.ledger.value("identity/handles", handle)
    assert "agent" not in record
    assert record["key"]


async def test_messages__of_many_are_all_for_the_handle_or_none_is_sent(custody: Custody) -> None:
    person, handle = await _handle(custody)
    before = custody.ledger.solo.application.head.height
    with pytest.raises(errors.NotForCustody):
        await person.ask("act", handle=handle, messages=[DEPOSIT, {**DEPOSIT, "party": "org2"}])
    assert custody.ledger.solo.application.head.height == before
