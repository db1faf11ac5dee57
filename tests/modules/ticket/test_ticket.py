"""One-use tickets: made out offline by the holder, judged and burnt on chain."""

from typing import Any

import msgspec
import pytest

from tests.modules.lent import Stage
from tests.modules.refusals import applied
from tests.world import DAY, YEAR, key_of
from zhulian import canonical
from zhulian.crypto import PrivateKey, fingerprint
from zhulian.language.lending import Caller, RecordName
from zhulian.modules.identity.messages import CloseHandle, OpenHandle, OwnKey, Revoke
from zhulian.modules.ticket.format import BYTES_MAX, SIGNED, Consent, Signed, read_ticket, ticket_id, ticket_preimage
from zhulian.modules.ticket.judging import LASTS_MAX
from zhulian.modules.ticket.state import BURNT

HOLDER, CUSTODY = "~" + "a" * 32, "~" + "c" * 32
AGENCY = Caller("licences", "verify", parties=("org2",))
LICENCE = RecordName("licences", "licence", ("L-1",))


class Office:
    """A holder with an own key, and an agency that shows its tickets."""

    def __init__(self, suite: str = "gm") -> None:
        self.stage = Stage(suite)
        world = self.stage.world
        key = key_of(suite, HOLDER)
        own = OwnKey(not_after=world.time + YEAR, possession=world.possession(HOLDER, key), public_key=key.public_key.hex())
        applied(world, OpenHandle(handle=HOLDER, instance="licences", own=own), "org1.counter")
        applied(world, OpenHandle(handle=CUSTODY, instance="licences"), "org1.counter")
        self.key = key
        self.now = world.time

    def consent(self, **changed: Any) -> Consent:
        base = Consent(
            agency="org2",
            expires=self.now + DAY,
            holder=HOLDER,
            instance="licences",
            issued=self.now,
            nonce="11" * 16,
            record=["licence", "L-1"],
            use="verify",
        )
        return msgspec.structs.replace(base, **changed)

    def ticket(self, consent: Consent, key: PrivateKey | None = None, signer: str = HOLDER) -> str:
        chosen = key or self.key
        world = self.stage.world
        return SIGNED.encode(
            Signed(
                consent=consent,
                format="zhulian/ticket/1",
                key=fingerprint(world.suite, chosen.public_key),
                signature=world.suite.sign(chosen, ticket_preimage(world.world.hasher, consent)).hex(),
                signer=signer,
            )
        ).decode()

    def shown(self, ticket: str, **changed: Any) -> dict[str, Any]:
        return {"ticket": ticket, "use": "verify", "agency": "org2", "holder": HOLDER, "of": LICENCE, **changed}

    def burn(self, ticket: str, caller: Caller = AGENCY, **changed: Any) -> str:
        """The number by which it is refused; `ticket_ok` says the same beforehand."""
        arguments = self.shown(ticket, **changed)
        before = self.ok(caller, arguments)
        code = self.stage.refusal("burn", caller, arguments)
        assert before == (code == "done") or code == "ticket/2"
        assert not self.ok(caller, arguments) or code == "ticket/2"
        return code

    def ok(self, caller: Caller, arguments: dict[str, Any]) -> bool:
        entry = self.stage.registry.reads["ticket_ok"]
        found = self.stage.lender["ticket"].reads[entry.name](self.stage.block, self.stage.world.state, caller, arguments)
        assert isinstance(found, bool)
        return found


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_burn__works_once(suite: str) -> None:
    office = Office(suite)
    ticket = office.ticket(office.consent())
    assert office.stage.ask("ticket_ok", AGENCY, ticket, "verify", "org2", HOLDER, LICENCE) is True
    assert [office.burn(ticket), office.burn(ticket)] == ["done", "ticket/11"]
    ((name,),) = office.stage.all(BURNT)
    assert name == ticket_id(office.stage.world.world.hasher, office.consent())
    assert office.burn(office.ticket(office.consent(nonce="22" * 16))) == "done"


def test_burn__knows_a_ticket_by_what_it_says_not_by_its_signature(office: Office) -> None:
    first, again = office.ticket(office.consent()), office.ticket(office.consent())
    if first == again:  # a deterministic signer
        pytest.fail("SM2 signatures are made with a fresh nonce")
    assert [office.burn(first), office.burn(again)] == ["done", "ticket/11"]


def test_burn__walks_its_refusals_in_order(office: Office) -> None:
    now = office.now
    wrong: dict[str, Any] = {
        "agency": "org1", "expires": now - 1, "holder": CUSTODY, "instance": "other", "issued": now + 1, "record": ["licence", "L-2"],
        "use": "copy",
    }  # fmt: skip
    mended: list[tuple[str, str, Any]] = [
        ("ticket/3", "instance", "licences"),
        ("ticket/4", "holder", HOLDER),
        ("ticket/5", "agency", "org2"),
        ("ticket/6", "use", "verify"),
        ("ticket/7", "record", ["licence", "L-1"]),
        ("ticket/8", "issued", now - LASTS_MAX),
        ("ticket/9", "expires", now + 1),
        ("ticket/10", "issued", now),
    ]
    stranger = key_of("gm", "stranger")
    assert office.burn("{}", Caller("licences", "verify", parties=("org1",))) == "ticket/2"
    assert office.burn("{}") == "ticket/1"
    for code, field, good in mended:
        assert office.burn(office.ticket(office.consent(**wrong), stranger)) == code
        wrong[field] = good
    assert office.burn(office.ticket(office.consent(**wrong), stranger)) == "ticket/12"
    forged = read_ticket(office.ticket(office.consent(**wrong)))
    forged = msgspec.structs.replace(forged, signature="11" * 64)
    assert office.burn(SIGNED.encode(forged).decode()) == "ticket/13"
    assert office.burn(office.ticket(office.consent(**wrong))) == "done"


def test_burn__refuses_what_was_changed_after_it_was_signed(office: Office) -> None:
    signed = read_ticket(office.ticket(office.consent()))
    for field, value in (("expires", office.now + 2 * DAY), ("nonce", "33" * 16), ("issued", office.now - 1)):
        changed = msgspec.structs.replace(signed, consent=msgspec.structs.replace(signed.consent, **{field: value}))
        assert office.burn(SIGNED.encode(changed).decode()) == "ticket/13", field


def test_burn__refuses_a_ticket_of_another_chain(office: Office) -> None:
    hasher = type(office.stage.world.world.hasher)(office.stage.world.suite, b"\x01" * 32)
    consent = office.consent()
    signature = office.stage.world.suite.sign(office.key, ticket_preimage(hasher, consent)).hex()
    signed = msgspec.structs.replace(read_ticket(office.ticket(consent)), signature=signature)
    assert office.burn(SIGNED.encode(signed).decode()) == "ticket/13"


def test_burn__holds_at_both_ends_of_its_time(office: Office) -> None:
    assert office.burn(office.ticket(office.consent(expires=office.now))) == "done"
    assert office.burn(office.ticket(office.consent(issued=office.now - DAY, expires=office.now - 1))) == "ticket/9"
    assert office.burn(office.ticket(office.consent(issued=office.now + 1))) == "ticket/8"


def test_burn__asks_for_no_longer_than_the_definition_allows(office: Office) -> None:
    ticket = office.ticket(office.consent())
    assert office.burn(ticket, valid=DAY - 1) == "ticket/10"
    assert office.burn(ticket, valid=DAY) == "done"


def test_burn__is_about_one_record_or_about_none(office: Office) -> None:
    about_none = office.ticket(office.consent(record=None))
    assert office.burn(about_none) == "ticket/7"
    assert office.burn(office.ticket(office.consent()), of=None) == "ticket/7"
    assert office.burn(about_none, of=None) == "done"


def test_burn__refuses_a_key_that_was_revoked_since(office: Office) -> None:
    world = office.stage.world
    clerk = key_of("gm", "org1.clerk")
    consent = office.consent(holder="org1")
    ticket = office.ticket(consent, clerk, "org1.clerk")
    spare = office.ticket(office.consent(holder="org1", nonce="22" * 16), clerk, "org1.clerk")
    assert office.burn(spare, holder="org1") == "done"
    applied(world, Revoke(key=fingerprint(world.suite, clerk.public_key), reason="lost", signer="org1.clerk"), "org1.admin")
    assert office.burn(ticket, holder="org1") == "ticket/12"


def test_burn__refuses_a_handle_that_was_closed_since(office: Office) -> None:
    ticket = office.ticket(office.consent())
    world = office.stage.world
    world.use_key(HOLDER, office.key)
    applied(world, CloseHandle(handle=HOLDER), HOLDER)
    assert office.burn(ticket) == "ticket/12"


@pytest.mark.parametrize(("key", "signer"), [("org1.clerk", "org1.clerk"), ("org1.clerk", HOLDER), ("org1.counter", CUSTODY)])
def test_burn__refuses_whoever_is_not_the_holder(office: Office, key: str, signer: str) -> None:
    assert office.burn(office.ticket(office.consent(), key_of("gm", key), signer)) == "ticket/12"


def test_burn__refuses_an_agent_for_a_handle_in_custody(office: Office) -> None:
    ticket = office.ticket(office.consent(holder=CUSTODY), key_of("gm", "org1.counter"), "org1.counter")
    assert office.burn(ticket, holder=CUSTODY) == "ticket/12"


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "\ud800", "x" * (BYTES_MAX + 1), "[" * 3000,
        '{"consent":{},"format":"zhulian/ticket/1","key":"","signature":"","signer":""}',
    ],
)  # fmt: skip
def test_read_ticket__refuses_what_is_none(office: Office, text: str) -> None:
    assert office.burn(text) == "ticket/1"


def test_read_ticket__refuses_another_form_of_the_same(office: Office) -> None:
    ticket = office.ticket(office.consent())
    loose = [ticket.replace('"format"', ' "format"'), ticket.replace("ticket/1", "ticket/2"), ticket[:-1] + ',"more":1}']
    assert [office.burn(each) for each in loose] == ["ticket/1"] * 3
    assert office.burn(ticket) == "done"


def test_ticket__is_made_of_the_bytes_that_are_documented(office: Office) -> None:
    hasher = office.stage.world.world.hasher
    consent = office.consent()
    data = canonical.encode(
        {
            "agency": "org2", "expires": office.now + DAY, "holder": HOLDER, "instance": "licences", "issued": office.now,
            "nonce": "11" * 16, "record": ["licence", "L-1"], "use": "verify",
        }
    )  # fmt: skip
    assert ticket_preimage(hasher, consent) == b"zhulian/ticket/v1\x00" + hasher.genesis + data
    assert ticket_id(hasher, consent) == hasher.suite.digest(ticket_preimage(hasher, consent)).hex()
    assert b"record" not in ticket_preimage(hasher, office.consent(record=None))
    assert len(office.ticket(consent)) < 800
