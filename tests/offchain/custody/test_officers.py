"""Two officers: what one alone cannot do, and the ways back for whoever has lost something."""

import pytest
import sqlalchemy as sa

from tests.offchain.custody.conftest import PASSWORD, Custody
from zhulian.crypto import CannotOpen, ShareFails
from zhulian.offchain.custody import errors, log, recovery
from zhulian.offchain.custody.founding import open_custody, set_up
from zhulian.offchain.custody.models import Account, Entry, HeadDeposit, Request, Service
from zhulian.offchain.custody.officers import deposit_head

pytestmark = pytest.mark.anyio
DEPOSIT = {"type": "evidence.deposit", "digest": "ab" * 32}


async def test_lost_password__comes_back_by_two_officers_and_the_own_phone(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    handle = (await person.ask("open_handle", instance="clinic"))["handle"]
    given = await custody.agreed(first, second, "password", person.account)
    with pytest.raises(errors.SignInAgain):
        await person.ask("me")
    with pytest.raises(errors.WrongSignIn):  # the old one is gone with the approval
        await person.sign_in()
    fresh = {"login": "zhang.wei", "code": given["code"], "password": "a new good password"}
    with pytest.raises(errors.CodeNotValid):  # the officers alone do not get in
        await custody.ask("enrol", None, **fresh)
    await custody.ask("enrol", None, **fresh, totp=person.code())
    await person.sign_in(password="a new good password")
    done = await person.ask("act", handle=handle, messages=[DEPOSIT])  # with the very keys
    assert done["status"] == "applied"


async def test_lost_phone__comes_back_by_two_officers_and_the_own_password(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    given = await custody.agreed(second, first, "totp", person.account)
    with pytest.raises(errors.WrongSignIn):
        await person.sign_in()
    with pytest.raises(errors.CodeNotValid):
        await custody.ask("enrol", None, login="zhang.wei", code=given["code"], password="not the password")
    back = await custody.take_up("zhang.wei", given["code"])
    assert back.secret != person.secret
    with pytest.raises(errors.WrongSignIn):
        await person.sign_in()


async def test_lost_both__comes_back_by_two_requests(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    handle = (await person.ask("open_handle", instance="clinic"))["handle"]
    await custody.agreed(first, second, "totp", person.account)
    given = await custody.agreed(first, second, "password", person.account)
    back = await custody.take_up("zhang.wei", given["code"], "a new good password")
    assert (await back.ask("act", handle=handle, messages=[DEPOSIT]))["status"] == "applied"


async def test_lost_key__closes_the_handle_and_opens_another(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    handle = (await person.ask("open_handle", instance="clinic"))["handle"]
    with pytest.raises(errors.NoSuchHandle):
        await first.ask("ask", kind="handle", account=person.account, reason="lost", handle="~" + "9" * 32)
    done = await custody.agreed(first, second, "handle", person.account, handle=handle)
    fresh = done["handles"][0]["fresh"]
    assert custody.ledger.value("identity/handles", handle)["closed"]["reason"] == "closed"
    assert (await person.ask("act", handle=fresh, messages=[DEPOSIT]))["status"] == "applied"
    with pytest.raises(errors.NotInCustody):
        await person.ask("act", handle=handle, messages=[DEPOSIT])


async def test_request__takes_two_officers_neither_of_them_concerned(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    asked = await first.ask("ask", kind="password", account=person.account, reason="seen in person")
    decide = {"request": asked["request"], "approve": True}
    with pytest.raises(errors.OwnRequest):
        await first.ask("decide", **decide, code=first.code())
    with pytest.raises(errors.OwnRequest):
        await first.ask("ask", kind="password", account=first.account, reason="mine")
    with pytest.raises(errors.FreshCodeDue):
        await second.ask("decide", **decide, code="000000")
    mine = await first.ask("ask", kind="totp", account=second.account, reason="hers")
    with pytest.raises(errors.OwnRequest):
        await second.ask("decide", request=mine["request"], approve=True, code=second.code())
    with pytest.raises(errors.NoSuchRequest):
        await second.ask("decide", request="00", approve=True, code=second.code())
    rejected = await second.ask("decide", request=asked["request"], approve=False, code=second.code())
    assert (rejected["state"], "code" in rejected) == ("rejected", False)
    with pytest.raises(errors.AlreadyDecided):
        await second.ask("decide", **decide, code=second.code())
    with pytest.raises(errors.NoSuchAccount):
        await first.ask("ask", kind="password", account="nobody", reason="x")
    late = await first.ask("ask", kind="totp", account=person.account, reason="late")
    custody.later(4 * 86_400)
    await second.sign_in()
    with pytest.raises(errors.AlreadyDecided):
        await second.ask("decide", request=late["request"], approve=True, code=second.code())
    assert [each["state"] for each in await second.ask("requests")] == ["open", "open", "rejected"]


async def test_leaving_officer__is_dismissed_by_two_others_and_the_share_is_worth_nothing(custody: Custody) -> None:
    first, second = await custody.officers()
    with pytest.raises(errors.OwnRequest):
        await custody.agreed(first, second, "dismiss", second.account)
    candidate = await first.ask("invite", login="officer.zhao", kind="officer")
    third = await custody.take_up("officer.zhao", candidate["code"])
    person = await custody.person(first)
    await custody.agreed(first, second, "appoint", third.account)
    assert (await third.ask("me"))["officer"] is True
    with custody.desk.database.session() as session:
        leaver = session.get_one(Account, second.account)
        old = recovery.own_share(custody.desk.suite, leaver, _key(custody, second.token))
    await custody.agreed(first, third, "dismiss", second.account)
    with pytest.raises(errors.SignInAgain):
        await second.ask("me")
    with pytest.raises(errors.WrongSignIn):
        await second.sign_in()
    with custody.desk.database.session() as session:
        service = session.get_one(Service, 1)
        fresh = recovery.own_share(custody.desk.suite, session.get_one(Account, first.account), _key(custody, first.token))
        with pytest.raises((CannotOpen, ShareFails)):
            recovery.reopen(custody.desk.suite, service, [bytes([9]) + old[1:], fresh])
    given = await custody.agreed(third, first, "password", person.account)  # those who are left still can
    assert given["code"]
    with pytest.raises(errors.OwnRequest):
        await custody.agreed(first, third, "dismiss", third.account)


def _key(custody: Custody, token: str) -> bytes:
    import hashlib

    return bytes(custody.desk._keys[hashlib.sha256(token.encode()).hexdigest()])


async def test_officers__do_not_become_fewer_than_two(custody: Custody) -> None:
    first, second = await custody.officers()
    candidate = await first.ask("invite", login="officer.zhao", kind="officer")
    third = await custody.take_up("officer.zhao", candidate["code"])
    await custody.agreed(first, second, "appoint", third.account)
    await custody.agreed(first, third, "dismiss", second.account)
    person = await custody.person(first)
    with pytest.raises(errors.NoSuchAccount):
        await custody.agreed(first, third, "appoint", person.account)
    with pytest.raises(errors.NoSuchAccount):
        await custody.agreed(first, third, "dismiss", person.account)
    with custody.desk.database.session() as session:
        one = session.get_one(Account, third.account)
        asked = Request(id="1", account=one.id)
    with pytest.raises(errors.OfficersTooFew), custody.desk.database.session() as session:
        custody.process.officers._deal(session, asked, None, [one])  # type: ignore[arg-type]


async def test_appoint__waits_until_every_founder_has_come(custody: Custody) -> None:
    login, code = next(iter(custody.founders.items()))
    await custody.take_up(login, code)
    with pytest.raises(errors.OfficersTooFew), custody.desk.database.session() as session:
        custody.process.officers._officers(session)


async def test_one_share__opens_nothing(custody: Custody) -> None:
    first, _ = await custody.officers()
    with custody.desk.database.session() as session:
        mine = recovery.own_share(custody.desk.suite, session.get_one(Account, first.account), _key(custody, first.token))
        service = session.get_one(Service, 1)
        for shares in ([mine], [mine, mine], [mine, bytes([2]) + bytes(32)]):
            with pytest.raises((CannotOpen, ShareFails)):
                recovery.reopen(custody.desk.suite, service, shares)


async def test_close__erases_what_names_and_what_opens(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    handle = (await person.ask("open_handle", instance="clinic"))["handle"]
    done = await custody.agreed(first, second, "close", person.account)
    assert done["handles"][0]["outcome"]["status"] == "applied"
    assert "closed" in custody.ledger.value("identity/handles", handle)
    with custody.desk.database.session() as session:
        left = session.get_one(Account, person.account)
        assert (left.state, left.login_sealed, left.key, left.recovery, left.totp) == ("closed", "", "", "", "")
    with pytest.raises(errors.WrongSignIn):
        await person.sign_in()
    again = await first.ask("invite", login="zhang.wei")  # a new account, which has nothing of the old one
    assert again["account"] != person.account
    with pytest.raises(errors.NoSuchAccount):
        await custody.agreed(first, second, "close", second.account + "x")


@pytest.mark.parametrize("custody", ["sqlite", "postgresql"], indirect=True)
async def test_log__only_grows_and_a_change_is_found(custody: Custody) -> None:
    first, second = await custody.officers()
    person = await custody.person(first)
    await custody.agreed(first, second, "totp", person.account)
    shown = await first.ask("log", limit=500)
    acts = [each["act"] for each in shown["entries"]]
    assert acts[0] == "set-up"
    assert {"invited", "enrolled", "sign-in", "asked-totp", "approved-totp"} <= set(acts)
    assert "zhang.wei" not in repr(shown)
    for statement in ("UPDATE log SET actor = 'x'", "DELETE FROM log"):
        with pytest.raises(sa.exc.DBAPIError), custody.desk.database.engine.begin() as connection:
            connection.execute(sa.text(statement))
    with custody.desk.database.engine.begin() as connection:  # whoever owns the database can, and is found out
        trigger = "DROP TRIGGER log_keeps" + ("" if custody.desk.database.is_sqlite else " ON log")
        connection.execute(sa.text(trigger))
        connection.execute(sa.text("UPDATE log SET subject = 'someone' WHERE number = 5"))
    with pytest.raises(errors.LogBroken) as no:
        await first.ask("log")
    assert no.value.number == 5


async def test_log__head_is_deposited_and_a_shorter_or_other_log_is_found(custody: Custody) -> None:
    first, _ = await custody.officers()
    done = await first.ask("deposit_log")
    assert done["outcome"]["status"] == "applied"
    assert custody.ledger.value("evidence/deposits", done["digest"], "org2")["signers"] == ["org2.counter"]
    assert (await deposit_head(custody.desk))["outcome"]["height"] == done["outcome"]["height"]  # nothing new: no second deposit
    assert custody.process._is_due() is False
    custody.later(86_401)
    assert custody.process._is_due() is True
    with custody.desk.database.engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER log_stays"))
        connection.execute(sa.delete(Entry).where(Entry.number >= done["number"]))
    with pytest.raises(errors.LogBroken), custody.desk.database.session() as session:
        log.verify(session, custody.desk.hasher)
    with custody.desk.database.session() as session:
        assert session.get_one(HeadDeposit, done["number"]).digest == done["digest"]


async def test_founding__happens_once_with_two_names_and_its_own_key(custody: Custody) -> None:
    with pytest.raises(errors.CustodySetUpAlready):
        set_up(custody.home, ["a.one", "b.two"])
    with pytest.raises(errors.AccountTaken):
        set_up(custody.home, ["one.same", "ONE.same"])
    key = custody.home.root / "custody" / "service.key"
    right = key.read_text()
    assert key.stat().st_mode & 0o777 == 0o600
    for wrong in ("00" * 32, "no key", "00" * 16):
        key.write_text(wrong)
        with pytest.raises(errors.WrongServiceKey):
            open_custody(custody.home)
    key.write_text(right)
    key.chmod(0o644)
    with pytest.raises(errors.WrongServiceKey):
        open_custody(custody.home)
    key.chmod(0o600)
    with custody.desk.database.engine.begin() as connection:
        connection.execute(sa.update(Service).values(chain="zl-other.00"))
    with pytest.raises(errors.CustodyOfAnotherChain):
        open_custody(custody.home)
    with custody.desk.database.engine.begin() as connection:
        connection.execute(sa.delete(Service))
    with pytest.raises(errors.CustodyNotSetUp):
        open_custody(custody.home)
    assert PASSWORD
