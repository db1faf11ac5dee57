"""Real names: one person, one account, nothing personal on the chain, and erasable."""

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.offchain.custody.conftest import Custody
from zhulian import canonical
from zhulian.offchain.custody import errors
from zhulian.offchain.custody.models import Base, RealName
from zhulian.offchain.custody.names import check_number

pytestmark = pytest.mark.anyio
NAME, NUMBER = "王小明", "11010519491231002X"  # the number is the example of GB 11643-1999 itself


async def test_binding__puts_nothing_personal_on_the_chain_or_in_clear(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    done = await first.ask("bind_name", account=person.account, name=NAME, number=NUMBER)
    assert done["outcome"]["status"] == "applied"
    record = custody.ledger.value("evidence/deposits", done["commitment"], "org2")
    assert record["source"] == "third_party"
    solo = custody.ledger.solo
    kept = repr(vars(solo.store))
    assert done["commitment"] in kept
    with custody.desk.database.reading() as connection:
        kept += repr([list(map(tuple, connection.execute(table.select()))) for table in Base.metadata.sorted_tables])
    for text in (NAME, NUMBER, NAME.encode().hex(), NUMBER.encode().hex(), repr(NAME.encode())[2:-1]):
        assert text not in kept


async def test_binding__is_one_of_one_person(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    other = await custody.person(first, "li.na")
    await first.ask("bind_name", account=person.account, name=NAME, number=NUMBER)
    for account, number in (
        (other.account, NUMBER.lower()),
        (other.account, " 110105 19491231002Ｘ "),
        (person.account, "11010519491231002X"),
    ):
        with pytest.raises(errors.PersonHasAccount):
            await first.ask("bind_name", account=account, name=NAME, number=number)
    await first.ask("bind_name", account=other.account, name="Li Na", number="E12345678", kind="passport")
    for account in ("nobody", first.account):
        with pytest.raises(errors.NoSuchAccount):
            await first.ask("bind_name", account=account, name=NAME, number=NUMBER)
    with pytest.raises(errors.NotThisKind):
        await person.ask("bind_name", account=person.account, name=NAME, number=NUMBER)


async def test_binding__is_asked_for_before_anything_is_done(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    custody.desk.config = msgspec.structs.replace(custody.desk.config, real_names=True)
    with pytest.raises(errors.NameDue):
        await person.ask("open_handle", instance="clinic")
    await first.ask("bind_name", account=person.account, name=NAME, number=NUMBER)
    handle = (await person.ask("open_handle", instance="clinic"))["handle"]
    deposit = {"type": "evidence.deposit", "digest": "ab" * 32}
    assert (await person.ask("act", handle=handle, messages=[deposit]))["status"] == "applied"


async def test_reveal_and_erase__take_two_officers(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    with pytest.raises(errors.NoSuchAccount):
        await custody.agreed(first, second, "reveal", person.account)
    done = await first.ask("bind_name", account=person.account, name=NAME, number=NUMBER)
    shown = (await custody.agreed(first, second, "reveal", person.account))["person"]
    assert (shown["name"], shown["number"], shown["kind"]) == (NAME, NUMBER, "resident")
    told = canonical.encode({"kind": "resident", "name": NAME, "number": NUMBER})
    desk = custody.desk
    opened = desk.hasher.digest("commitment", bytes.fromhex(shown["salt"]) + desk.suite.digest(told)).hex()
    assert opened == done["commitment"]  # so that whoever is shown it can hold it against the chain
    await custody.agreed(first, second, "erase", person.account)
    with desk.database.session() as session:
        assert session.scalars(sa.select(RealName)).all() == []
    with pytest.raises(errors.NoSuchAccount):
        await custody.agreed(first, second, "erase", person.account)
    log = repr(await first.ask("log", limit=500))
    assert "approved-reveal" in log
    assert NAME not in log
    other = await custody.person(first, "li.na")
    await first.ask("bind_name", account=other.account, name=NAME, number=NUMBER)
    await custody.agreed(first, second, "close", other.account)
    with desk.database.session() as session:
        assert session.scalars(sa.select(RealName)).all() == []


@given(st.text("0123456789", min_size=17, max_size=17))
def test_number__has_one_right_check_character(first: str) -> None:
    right = [each for each in "0123456789X" if _holds(first + each)]
    assert len(right) == 1


def _holds(number: str) -> bool:
    try:
        check_number(number)
    except errors.NotAnIdentity:
        return False
    return True


@pytest.mark.parametrize("number", ["", "11010519491231002", "110105194912310021", "11010519491231002x", "１1010519491231002X"])
def test_number__that_is_none_is_refused(number: str) -> None:
    with pytest.raises(errors.NotAnIdentity):
        check_number(number)
