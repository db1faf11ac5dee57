"""Signing in: passwords, codes, sessions, and what is left to somebody who steals the database."""

import asyncio
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.offchain.custody.conftest import PASSWORD, Custody
from zhulian.crypto import GM, CannotOpen
from zhulian.errors import Refusal
from zhulian.offchain.custody import errors, factors, keys
from zhulian.offchain.custody.methods import BODIES, Asked, Who
from zhulian.offchain.custody.models import Account, Base, Held

pytestmark = pytest.mark.anyio


async def test_sign_in__opens_a_session_and_says_who_one_is(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    me = await person.ask("me")
    assert (me["login"], me["kind"], me["officer"], me["recovery_codes_left"]) == ("zhang.wei", "person", False, 10)
    assert (await first.ask("me"))["officer"] is True
    assert (await custody.ask("about", None))["organisation"] == "org2"


@pytest.mark.parametrize("wrong", [{"password": "not the password"}, {"code": "000000"}, {"login": "nobody.here"}])
async def test_sign_in__says_never_which_of_the_three_is_wrong(custody: Custody, wrong: dict[str, str]) -> None:
    first, _ = await custody.officers()
    with pytest.raises(errors.WrongSignIn) as no:
        await first.sign_in(**wrong)
    assert "nobody" not in no.value.say("en")


async def test_code__serves_once_and_recovery_codes_too(custody: Custody) -> None:
    first, _ = await custody.officers()
    code = first.code()
    await first.sign_in(code=code)
    with pytest.raises(errors.WrongSignIn):
        await first.sign_in(code=code)
    await first.sign_in(code=first.codes[0].lower().replace("-", " "))
    with pytest.raises(errors.WrongSignIn):
        await first.sign_in(code=first.codes[0])
    assert (await first.ask("me"))["recovery_codes_left"] == 9
    fresh = await first.ask("recovery_codes", code=first.code())
    assert len(set(fresh["recovery_codes"])) == 10
    with pytest.raises(errors.WrongSignIn):
        await first.sign_in(code=first.codes[1])
    await first.sign_in(code=fresh["recovery_codes"][9])


async def test_code__of_one_moment_serves_one_of_many_who_come_at_once(custody: Custody) -> None:
    first, _ = await custody.officers()
    asked = {"login": first.login, "password": PASSWORD, "code": first.code()}
    came = await asyncio.gather(*(custody.ask("sign_in", None, **asked) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(each, dict) for each in came) == 1


def test_totp__agrees_with_rfc_6238() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B, SHA-1; its eight digits end in these six
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")):
        assert factors.step_of(secret, code, seconds * 1000, 0) == seconds // 30
        assert factors.step_of(secret, code, seconds * 1000, seconds // 30) is None
        assert factors.step_of(secret, code, (seconds + 30) * 1000, 0) == seconds // 30
        assert factors.step_of(secret, code, (seconds + 60) * 1000, 0) is None
    assert factors.step_of(secret, "２８７０８２", 59_000, 0) is None


async def test_attempts__rest_ever_longer_and_the_right_password_waits_too(custody: Custody) -> None:
    first, second = await custody.officers()
    for _ in range(5):
        with pytest.raises(errors.WrongSignIn):
            await first.sign_in(password="wrong wrong wrong")
    with pytest.raises(errors.TooManyFailed) as no:
        await custody.ask("sign_in", None, login=first.login, password=PASSWORD, code="123456", address="10.9.9.9")
    assert 0 < no.value.retry_after_s <= 60
    await second.sign_in()
    custody.later(61)
    with pytest.raises(errors.WrongSignIn):
        await first.sign_in(password="wrong wrong wrong")
    custody.later(61)
    with pytest.raises(errors.TooManyFailed):  # two minutes now
        await first.sign_in()
    custody.later(61)
    await first.sign_in()


async def test_attempts__count_from_an_address_whatever_the_name(custody: Custody) -> None:
    async def guess(number: int) -> None:
        await custody.ask("sign_in", None, "10.6.6.6", login=f"guess.{number}", password="x" * 12, code="123456")

    for number in range(50):
        with pytest.raises(errors.WrongSignIn):
            await guess(number)
    with pytest.raises(errors.TooManyFailed):
        await guess(51)


async def test_session__ends_when_idle_when_old_and_when_signed_out(custody: Custody) -> None:
    first, _ = await custody.officers()
    custody.later(custody.desk.config.idle_s - 31)
    await first.ask("me")
    custody.later(custody.desk.config.idle_s)
    with pytest.raises(errors.SignInAgain):
        await first.ask("me")
    await first.sign_in()
    for _ in range(custody.desk.config.session_s // 600):
        custody.later(600)
        try:
            await first.ask("me")
        except errors.SignInAgain:
            break
    with pytest.raises(errors.SignInAgain):
        await first.ask("me")
    await first.sign_in()
    (key,) = [each for each in custody.desk._keys.values() if any(each)][-1:]
    await first.ask("sign_out")
    assert key == bytes(16)  # overwritten
    with pytest.raises(errors.SignInAgain):
        await first.ask("me")


async def test_session__by_cookie_writes_only_with_its_second_value(custody: Custody) -> None:
    first, _ = await custody.officers()

    async def ask(method: str, csrf: str, **body: Any) -> Any:
        who = Who(token=first.token, csrf=csrf, by_cookie=True)
        return await custody.process.handlers[method](Asked(who, BODIES[method](**body)))

    assert (await ask("me", ""))["login"] == "officer.li"
    for wrong in ("", "guess", first.token):
        with pytest.raises(errors.CsrfMissing):
            await ask("invite", wrong, login="zhang.wei")
    await ask("invite", first.csrf, login="zhang.wei")


async def test_session__tokens_lie_nowhere(custody: Custody) -> None:
    first, _ = await custody.officers()
    stored = await _everything(custody)
    for secret in (first.token, first.csrf, first.secret, PASSWORD, first.codes[3], "officer.li"):
        assert secret not in stored


async def _everything(custody: Custody) -> str:
    with custody.desk.database.reading() as connection:
        return repr([list(map(tuple, connection.execute(table.select()))) for table in Base.metadata.sorted_tables])


async def test_stolen_database__opens_nothing_without_the_service_key(custody: Custody) -> None:
    first, _ = await custody.officers()
    with custody.desk.database.session() as session:
        account = session.get_one(Account, first.account)
    other = keys.ServiceKey(GM, bytes(32))
    verifier, opening = other.stretch(PASSWORD, bytes.fromhex(account.salt))
    assert verifier != account.verifier  # so that not even the right password is known for right
    with pytest.raises(CannotOpen):
        keys.open_under(GM, opening, f"account/{account.id}", account.key)
    with pytest.raises(CannotOpen):
        other.open("totp", account.id, account.totp)
    _, right = custody.desk.service.stretch("another password", bytes.fromhex(account.salt))
    with pytest.raises(CannotOpen):
        keys.open_under(GM, right, f"account/{account.id}", account.key)


async def test_sealed_keys__do_not_move_to_another_account(custody: Custody) -> None:
    first, second = await custody.officers()
    with custody.desk.database.session() as session:
        mine, theirs = session.get_one(Account, first.account), session.get_one(Account, second.account)
        mine.salt, mine.verifier, mine.key = theirs.salt, theirs.verifier, theirs.key
    with pytest.raises(CannotOpen):
        await first.sign_in()


def test_password__costs_what_it_should() -> None:
    assert (keys._PASSES, keys._KIB, keys._LANES) == (3, 65_536, 4)  # RFC 9106 §4, the second recommendation
    service = keys.ServiceKey(GM, bytes(32))
    assert service.stretch("Ｐａｓｓword１２３", b"s" * 16) == service.stretch("Password123", b"s" * 16)  # NFKC


@pytest.mark.parametrize("bad", ["short", "aaaaaaaaaaaaaaa", "my zhang.wei password", "x" * 257])
def test_password__that_will_not_do_is_refused(bad: str) -> None:
    with pytest.raises(errors.WeakPassword):
        keys.check_password(bad, "zhang.wei")


@given(st.binary(min_size=1, max_size=64), st.integers(0, 200), st.integers(1, 255))
@settings(max_examples=60)
def test_seal_under__opens_as_it_was_or_not_at_all(data: bytes, place: int, flip: int) -> None:
    sealed = bytearray.fromhex(keys.seal_under(GM, b"k" * 16, "here", data))
    assert keys.open_under(GM, b"k" * 16, "here", sealed.hex()) == data
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(CannotOpen):
        keys.open_under(GM, b"k" * 16, "here", sealed.hex())


async def test_enrol__takes_a_code_once_in_its_time_and_for_its_name(custody: Custody) -> None:
    first, _ = await custody.officers()
    invited = await first.ask("invite", login="Zhang.Wei")
    for login, code in (("zhang.wei", "AAAAA-AAAAA-AAAAA-AAAAA"), ("li.na", invited["code"])):
        with pytest.raises(errors.CodeNotValid):
            await custody.ask("enrol", None, login=login, code=code, password=PASSWORD)
    with pytest.raises(errors.WeakPassword):
        await custody.ask("enrol", None, login="zhang.wei", code=invited["code"], password="short")
    with pytest.raises(errors.AccountTaken):
        await first.ask("invite", login=" ZHANG.WEI ")
    await custody.ask("enrol", None, login="zhang.wei", code=invited["code"], password=PASSWORD)  # the phone was not there
    person = await custody.take_up("ZHANG.wei", invited["code"].lower())
    with pytest.raises(errors.CodeNotValid):
        await custody.ask("enrol", None, login="zhang.wei", code=invited["code"], password=PASSWORD)
    late = await (await _again(first)).ask("invite", login="li.na")
    custody.later(8 * 86_400)
    with pytest.raises(errors.CodeNotValid):
        await custody.ask("enrol", None, login="li.na", code=late["code"], password=PASSWORD)
    assert person.account == invited["account"]


async def _again(someone: Any) -> Any:
    await someone.sign_in()
    return someone


async def test_change_password__ends_the_other_sessions_and_keeps_the_keys(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    await person.ask("open_handle", instance="clinic")
    old = person.token
    with pytest.raises(errors.WrongSignIn):
        await person.ask("change_password", old="not the password", new="another good one", code=person.code())
    with pytest.raises(errors.FreshCodeDue):
        await person.ask("change_password", old=PASSWORD, new="another good one", code="000000")
    answer = await person.ask("change_password", old=PASSWORD, new="another good one", code=person.code())
    with pytest.raises(errors.SignInAgain):
        await person.ask("me")
    person.token = answer["token"]
    assert old != person.token
    with pytest.raises(errors.WrongSignIn):
        await person.sign_in()
    await person.sign_in(password="another good one")
    with custody.desk.database.session() as session:
        held = session.scalar(sa.select(Held))
    await person.ask("act", handle=held.handle, messages=[{"type": "evidence.deposit", "digest": "ab" * 32}])


async def test_doors__ask_for_the_right_kind_of_account(custody: Custody) -> None:
    first, _ = await custody.officers()
    person = await custody.person(first)
    for someone, method, body in (
        (person, "invite", {"login": "li.na"}),
        (person, "accounts", {}),
        (person, "log", {}),
        (first, "open_handle", {"instance": "clinic"}),
    ):
        with pytest.raises(errors.NotThisKind):
            await someone.ask(method, **body)
    candidate = await first.ask("invite", login="officer.zhao", kind="officer")
    zhao = await custody.take_up("officer.zhao", candidate["code"])
    with pytest.raises(errors.NotThisKind):  # not appointed yet
        await zhao.ask("accounts")


def test_pyotp__shows_what_a_phone_shows() -> None:
    secret = factors.make_secret()
    assert len(secret) == 32
    assert pyotp.parse_uri(factors.address(secret, "zhang.wei")).now() == pyotp.TOTP(secret).now()


async def test_every_door__asks_for_a_session(custody: Custody) -> None:
    open_doors = {"about", "sign_in", "enrol", "directory_begin", "directory_finish"}
    bodies: dict[str, dict[str, Any]] = {
        "act": {"handle": "~" + "1" * 32, "messages": [{"type": "evidence.deposit"}]},
        "ask": {"kind": "totp", "account": "1", "reason": "x"},
        "bind_name": {"account": "1", "name": "x", "number": "11010519491231002X"},
        "change_password": {"old": "x", "new": "correct horse battery", "code": "1"},
        "decide": {"request": "1", "approve": True, "code": "1"},
        "export": {"handle": "~" + "1" * 32, "passphrase": "x", "code": "1"},
        "directory_unlink": {"code": "1"},
        "hand_over": {"handle": "~1", "public_key": "00" * 32, "possession": "00" * 64, "not_after": 1, "code": "1"},
        "invite": {"login": "zhang.wei"},
        "one_act": {"transaction": "00" * 32},
        "open_handle": {"instance": "clinic"},
        "recovery_codes": {"code": "1"},
    }
    assert set(custody.process.handlers) == set(BODIES)
    for method in sorted(set(BODIES) - open_doors):
        with pytest.raises(errors.SignInAgain):
            await custody.ask(method, None, **bodies.get(method, {}))
    assert issubclass(errors.SignInAgain, Refusal)
