"""One test for each message of the govern module and for each governed action; each walks the refusals in their order."""

from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied, events, inner_code, refused, walk
from tests.world import CREATED, DAY, YEAR, TestWorld, ca_of, key_of, make_world
from zhulian import canonical
from zhulian.crypto import suite
from zhulian.ledger.errors import BadMessage, UnsupportedVersion
from zhulian.ledger.genesis import Title, Workdays
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Applied, Message, Refused
from zhulian.modules import message_types
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import (
    Propose,
    SealedHeader,
    Seat,
    SetLimits,
    SetSealers,
    SetVersion,
    SetWorkdays,
    TakeDown,
    Vote,
)
from zhulian.modules.govern.queries import Decisions, find_proposal
from zhulian.modules.govern.state import PROPOSALS, RETIRED_KEYS, TAKEN_DOWN
from zhulian.modules.identity.messages import (
    AdmitOrganisation,
    Enrol,
    FirstAdmin,
    ReleaseOrganisation,
    ReplaceCa,
    RestoreOrganisation,
    SuspendOrganisation,
    Vouched,
)
from zhulian.modules.identity.state import ADMINS, MEMBERS, ORGANISATIONS

A, B = "aa" * 32, "bb" * 32
TITLE = Title(en="Newcomer", zh="新机构")


@pytest.fixture
def world() -> TestWorld:
    """Three organisations, of which two must say yes."""
    return make_world(3)


def as_actions(*actions: Message) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(each) for each in actions]


def propose(world: TestWorld, *actions: Message, by: str = "org1.admin") -> str:
    """Open a proposal and answer its id."""
    result = applied(world, Propose(actions=as_actions(*actions)), by)
    assert events(result)[:2] == ["govern.proposed", "govern.voted"]
    return result.transaction


def decide(world: TestWorld, *actions: Message) -> Applied:
    """Propose, and let the second vote pass it."""
    return applied(world, Vote(proposal=propose(world, *actions), vote="yes"), "org2.admin")


def admission(world: TestWorld, organisation: str = "org9", **changes: Any) -> AdmitOrganisation:
    name = f"{organisation}.admin"
    admin = FirstAdmin(possession=world.possession(name, world.key(name)), signer=name, chain=world.chain(name))
    ca = ca_of(world.suite.name, organisation).certificate.der.hex()
    right = AdmitOrganisation(admin=admin, certificates=[ca], organisation=organisation, title=TITLE)
    return msgspec.structs.replace(right, **changes)


def seat(world: TestWorld, organisation: str, key_name: str | None = None, **changes: Any) -> Seat:
    key = key_of(world.suite.name, key_name or f"{organisation}.seal")
    right = Seat(power=1, public_key=key.public_key.hex(), sealer=organisation, possession=world.possession(organisation, key))
    return msgspec.structs.replace(right, **changes)


def test_propose__walks_its_refusals(world: TestWorld) -> None:
    def worst(action: dict[str, Any]) -> Propose:
        return Propose(actions=[*as_actions(SuspendOrganisation(organisation="org3", reason="breach")), action])

    sound = Propose(actions=as_actions(SuspendOrganisation(organisation="org3", reason="breach")))
    whole = as_actions(SetLimits(limits=Limits()))[0]
    walk(
        world,
        ("govern/2", worst({}), "org1.clerk"),
        ("govern/2", worst({}), "org1.counter"),
        ("govern/2", worst({}), ["org1.admin", "org2.clerk"]),
        ("govern/4", worst({}), "org1.admin"),
        ("govern/4", worst({"type": ["x"]}), "org1.admin"),
        ("govern/4", worst({"type": "evidence.deposit", "digest": A}), "org1.admin"),
        ("govern/4", worst({"type": "govern.vote", "proposal": A, "vote": "yes"}), "org1.admin"),
        ("govern/5", worst({"type": "identity.suspend_organisation", "organisation": "org3"}), "org1.admin"),
        ("govern/5", worst({"type": "identity.restore_organisation", "organisation": "org3", "more": 1}), "org1.admin"),
        ("govern/5", worst({"type": "identity.restore_organisation", "organisation": "ORG3"}), "org1.admin"),
        ("govern/5", worst({**whole, "limits": {**whole["limits"], "expiry_window_s": True}}), "org1.admin"),
        ("govern/5", worst({**whole, "limits": {"expiry_window_s": 60}}), "org1.admin"),
        ("govern/5", worst({**as_actions(admission(world))[0], "operator": False}), "org1.admin"),
        ("govern/3", [sound, sound], "org1.admin"),
    )


def test_propose__bounds_the_number_of_actions(world: TestWorld) -> None:
    action = as_actions(RestoreOrganisation(organisation="org3"))
    for count in (0, 17):
        raw = world.sign([Propose(actions=action * count)], ["org1.admin"])
        with pytest.raises(BadMessage):
            world.block([raw])


def test_vote__walks_its_refusals(world: TestWorld) -> None:
    identifier = propose(world, SuspendOrganisation(organisation="org3", reason="breach"))
    passed = propose(world, SetWorkdays(workdays=Workdays(holidays=[], worked=[])))
    applied(world, Vote(proposal=passed, vote="yes"), "org3.admin")
    expired = propose(world, SuspendOrganisation(organisation="org2", reason="breach"))
    world.time += 7 * DAY
    fresh = propose(world, SuspendOrganisation(organisation="org2", reason="breach"))
    walk(
        world,
        ("govern/2", Vote(proposal=A, vote="no"), "org1.clerk"),
        ("govern/6", Vote(proposal=A, vote="no"), "org1.admin"),
        ("govern/7", Vote(proposal=passed, vote="no"), "org1.admin"),
        ("govern/8", Vote(proposal=expired, vote="yes"), "org2.admin"),
        ("govern/8", Vote(proposal=identifier, vote="yes"), "org1.admin"),
        ("govern/9", Vote(proposal=fresh, vote="no"), "org1.second"),
        ("govern/9", Vote(proposal=fresh, vote="no"), ["org1.second", "org2.admin"]),
    )


def test_vote__carries_out_what_it_passes_in_the_same_transaction(world: TestWorld) -> None:
    identifier = propose(world, SuspendOrganisation(organisation="org3", reason="breach", basis=A))
    applied(world, Deposit(digest=A), "org3.clerk")
    result = applied(world, Vote(proposal=identifier, vote="yes"), "org2.admin")
    assert events(result) == ["govern.voted", "govern.passed", "identity.organisation_suspended"]
    refused(world, "identity/8", Deposit(digest=B), "org3.clerk")
    found = world.find(PROPOSALS, identifier)
    assert (found.status, found.votes, found.decided) == ("passed", {"org1": "yes", "org2": "yes"}, world.height - 1)


def test_vote__that_cannot_be_carried_out_is_refused_whole_and_names_the_action(world: TestWorld) -> None:
    calendar = SetWorkdays(workdays=Workdays(holidays=["2027-01-01"], worked=[]))
    identifier = propose(world, calendar, RestoreOrganisation(organisation="org3"))
    refused(world, "govern/10", Vote(proposal=identifier, vote="yes"), "org2.admin")
    assert world.find(PROPOSALS, identifier).status == "open"
    applied(world, Vote(proposal=identifier, vote="no"), "org2.admin")


def test_vote__is_open_up_to_the_second_before_it_closes(world: TestWorld) -> None:
    identifier = propose(world, SuspendOrganisation(organisation="org3", reason="breach"))
    world.time = world.find(PROPOSALS, identifier).closes - 1
    applied(world, Vote(proposal=identifier, vote="no"), "org2.admin")
    refused(world, "govern/8", Vote(proposal=identifier, vote="yes"), "org3.admin")


def test_vote__rejects_once_too_many_said_no(world: TestWorld) -> None:
    identifier = propose(world, SuspendOrganisation(organisation="org3", reason="breach"))
    assert events(applied(world, Vote(proposal=identifier, vote="no"), "org2.admin")) == ["govern.voted"]
    assert events(applied(world, Vote(proposal=identifier, vote="no"), "org3.admin")) == ["govern.voted", "govern.rejected"]
    assert world.find(PROPOSALS, identifier).status == "rejected"
    assert world.find(ORGANISATIONS, "org3").status == "active"


def test_vote__counts_for_every_organisation_that_signs(world: TestWorld) -> None:
    message = Propose(actions=as_actions(SuspendOrganisation(organisation="org3", reason="request")))
    result = applied(world, message, ["org1.admin", "org2.second"])
    assert "identity.organisation_suspended" in events(result)


def test_vote__of_an_organisation_that_is_no_longer_active_lapses() -> None:
    world = make_world(4, numerator=3, denominator=4)
    identifier = propose(world, SetWorkdays(workdays=Workdays(holidays=[], worked=[])))
    applied(world, Vote(proposal=identifier, vote="yes"), "org2.admin")
    other = propose(world, SuspendOrganisation(organisation="org2", reason="inactive"), by="org1.admin")
    applied(world, Vote(proposal=other, vote="yes"), "org3.admin")
    applied(world, Vote(proposal=other, vote="yes"), "org4.admin")
    # three are active now and all three must say yes: rounded up, 3 × 3/4
    assert events(applied(world, Vote(proposal=identifier, vote="yes"), "org3.admin")) == ["govern.voted"]
    view = find_proposal(world.state, identifier, world.find_item(MEMBERS).active, world.world.genesis.governance, world.time)
    assert view is not None
    assert (view.tally.yes, view.tally.needed, view.tally.active) == (2, 3, 3)
    assert "govern.passed" in events(applied(world, Vote(proposal=identifier, vote="yes"), "org4.admin"))


@pytest.mark.parametrize(
    ("orgs", "numerator", "denominator", "needed"), [(1, 2, 3, 1), (3, 2, 3, 2), (4, 2, 3, 3), (4, 1, 1, 4), (2, 1, 100, 1)]
)
def test_vote__needs_the_share_rounded_up(orgs: int, numerator: int, denominator: int, needed: int) -> None:
    world = make_world(orgs, numerator=numerator, denominator=denominator)
    result = applied(world, Propose(actions=as_actions(SetWorkdays(workdays=Workdays(holidays=[], worked=[])))), "org1.admin")
    for number in range(2, needed + 1):
        assert "govern.passed" not in events(result)
        result = applied(world, Vote(proposal=world.blocks[0].results[0].transaction, vote="yes"), f"org{number}.admin")
    assert "govern.passed" in events(result)


def test_governed_messages__sent_directly_are_refused(world: TestWorld) -> None:
    samples: list[Message] = [
        admission(world),
        SuspendOrganisation(organisation="org3", reason="breach"),
        RestoreOrganisation(organisation="org3"),
        ReleaseOrganisation(organisation="org3"),
        ReplaceCa(certificates=["00"], organisation="org3"),
        SetLimits(limits=Limits()),
        SetVersion(from_height=100, module="evidence", version=2),
        SetSealers(alive=[world.alive("org1.seal")], sealers=[seat(world, "org1")]),
        TakeDown(basis=A, reason="order", transaction=B),
        SetWorkdays(workdays=Workdays(holidays=[], worked=[])),
    ]
    governed = [kind for module in world.world.modules for kind in getattr(module, "governed", {})]
    assert sorted(type(each).__name__ for each in samples) == sorted(each.__name__ for each in governed)
    assert all(kind in message_types(world.world) for kind in governed)
    for each in samples:
        refused(world, "govern/1", each, "org1.admin")


def test_admit_organisation__walks_its_refusals(world: TestWorld) -> None:
    right = admission(world)
    leaf = world.chain("org9.admin")[0]
    expired = ca_of("gm", "org9").certificate.der.hex()
    word = Vouched(certificate=A, not_after=CREATED + YEAR, not_before=CREATED, public_key=key_of("gm", "x").public_key.hex())
    steps: list[tuple[str, AdmitOrganisation]] = [
        ("identity/34", admission(world, organisation="org3", certificates=["00"])),
        ("identity/36", admission(world, certificates=["00"])),
        ("identity/36", admission(world, certificates=[right.certificates[0], leaf])),
        ("identity/39", admission(world, admin=FirstAdmin(possession="00" * 64, signer="org1.admin"))),
        ("identity/15", admission(world, admin=FirstAdmin(possession="00" * 64, signer="org9.admin"))),
        ("crypto/29", admission(world, certificates=[ca_of("gm", "org1").certificate.der.hex()])),
        ("identity/18", admission(world, admin=FirstAdmin(possession="00" * 64, signer="org9.admin", vouched=word))),
        ("applied", right),
    ]
    for code, message in steps:
        assert inner_code(world, message) == code
    world.time = CREATED + 11 * YEAR
    assert inner_code(world, admission(world, certificates=[expired])) == "identity/36"


def test_admit_organisation__lets_it_act_and_vote(world: TestWorld) -> None:
    result = decide(world, admission(world))
    assert events(result)[-1] == "identity.organisation_admitted"
    assert world.find_item(MEMBERS).active == ("org1", "org2", "org3", "org9")
    assert world.find(ADMINS, "org9").signers == ("org9.admin",)
    assert world.find(ORGANISATIONS, "org9").admitted == world.height
    enrol = Enrol(
        chain=world.chain("org9.clerk"),
        duties=[],
        kind="officer",
        possession=world.possession("org9.clerk", world.key("org9.clerk")),
        signer="org9.clerk",
    )
    applied(world, enrol, "org9.admin")
    applied(world, Deposit(digest=A), "org9.clerk")
    identifier = propose(world, SuspendOrganisation(organisation="org3", reason="breach"))
    applied(world, Vote(proposal=identifier, vote="no"), "org9.admin")


def test_suspend_and_restore__walk_their_refusals(world: TestWorld) -> None:
    suspend = SuspendOrganisation(organisation="org3", reason="order")
    assert inner_code(world, SuspendOrganisation(organisation="org9", reason="order")) == "identity/11"
    assert inner_code(world, RestoreOrganisation(organisation="org9")) == "identity/11"
    assert inner_code(world, RestoreOrganisation(organisation="org3")) == "identity/37"
    decide(world, suspend)
    assert inner_code(world, suspend) == "identity/37"
    decide(world, RestoreOrganisation(organisation="org3"))
    applied(world, Deposit(digest=A), "org3.clerk")
    alone = make_world(1)
    assert inner_code(alone, SuspendOrganisation(organisation="org1", reason="order")) == "identity/38"


def test_release_organisation__is_for_good(world: TestWorld) -> None:
    assert inner_code(world, ReleaseOrganisation(organisation="org9")) == "identity/11"
    decide(world, ReleaseOrganisation(organisation="org3"))
    refused(world, "identity/8", Deposit(digest=A), "org3.clerk")
    assert inner_code(world, ReleaseOrganisation(organisation="org3")) == "identity/37"
    assert inner_code(world, RestoreOrganisation(organisation="org3")) == "identity/37"
    assert inner_code(world, admission(world, "org3")) == "identity/34"
    assert (
        inner_code(world, ReplaceCa(certificates=[ca_of("gm", "org3x").certificate.der.hex()], organisation="org3"))
        == "identity/37"
    )
    assert inner_code(make_world(1), ReleaseOrganisation(organisation="org1")) == "identity/38"


def test_replace_ca__walks_its_refusals(world: TestWorld) -> None:
    ca = ca_of("gm", "org2x").certificate.der.hex()
    taken = FirstAdmin(possession="00" * 64, signer="org2.admin")
    assert inner_code(world, ReplaceCa(certificates=[ca], organisation="org9")) == "identity/11"
    assert inner_code(world, ReplaceCa(certificates=["00"], organisation="org2", admin=taken)) == "identity/36"
    assert inner_code(world, ReplaceCa(admin=taken, certificates=[ca], organisation="org1")) == "identity/39"
    assert inner_code(world, ReplaceCa(admin=taken, certificates=[ca], organisation="org2")) == "identity/12"


def test_replace_ca__issues_under_the_new_one_and_keeps_the_old_for_proofs(world: TestWorld) -> None:
    old, new = (ca_of("gm", name).certificate.der.hex() for name in ("org2", "org2x"))
    public_key = key_of("gm", "rescue").public_key.hex()
    word = Vouched(certificate=A, not_after=CREATED + YEAR, not_before=CREATED, public_key=public_key)
    proof = world.possession("org2.rescue", key_of("gm", "rescue"))
    admin = FirstAdmin(possession=proof, signer="org2.rescue", vouched=word)
    assert events(decide(world, ReplaceCa(admin=admin, certificates=[new], organisation="org2")))[-1] == "identity.ca_replaced"
    found = world.find(ORGANISATIONS, "org2")
    assert found.certificates == (new, old)
    assert found.retired == (world.suite.digest(bytes.fromhex(old)).hex(),)
    world.use_key("org2.rescue", key_of("gm", "rescue"))
    enrol = Enrol(
        chain=world.chain("org2.new"),
        duties=[],
        kind="officer",
        possession=world.possession("org2.new", world.key("org2.new")),
        signer="org2.new",
    )
    refused(world, "crypto/29", enrol, "org2.rescue")
    applied(world, Deposit(digest=A), "org2.clerk")
    decide(world, ReplaceCa(certificates=[old], organisation="org2"))
    assert world.find(ORGANISATIONS, "org2").certificates == (old, new)
    applied(world, enrol, "org2.rescue")


def test_set_limits__walks_its_refusals_and_rules_the_next_block(world: TestWorld) -> None:
    right = Limits()
    for name, value in (
        ("transaction_bytes_max", 0),
        ("transaction_bytes_max", 10**9),
        ("transaction_steps_max", 1),
        ("block_bytes_max", 20_000),
        ("block_transactions_max", 0),
        ("block_steps_max", 2_000),
        ("expiry_window_s", 0),
        ("organisation_block_bytes_max", 2**40),
        ("organisation_block_steps_max", 1),
    ):
        assert inner_code(world, SetLimits(limits=msgspec.structs.replace(right, **{name: value}))) == "govern/11"
    assert (
        events(decide(world, SetLimits(limits=msgspec.structs.replace(right, transaction_messages_max=1))))[-1]
        == "govern.limits_set"
    )
    assert world.world.governing.rules(world.state, world.height + 1).limits.transaction_messages_max == 1


def test_set_version__walks_its_refusals(world: TestWorld) -> None:
    world.block([])
    assert inner_code(world, SetVersion(from_height=1, module="nothing", version=1)) == "govern/12"
    assert inner_code(world, SetVersion(from_height=world.height + 1, module="evidence", version=1)) == "govern/13"
    assert inner_code(world, SetVersion(from_height=world.height + 2, module="evidence", version=1)) == "govern/14"


def test_set_version__switches_at_its_height_and_stops_a_program_that_lacks_it(world: TestWorld) -> None:
    rules = world.world.governing.rules
    decide(world, SetVersion(from_height=20, module="evidence", version=3))
    decide(world, SetVersion(from_height=15, module="evidence", version=2))
    assert [rules(world.state, height).versions["evidence"] for height in (14, 15, 20)] == [1, 2, 2]
    decide(world, SetVersion(from_height=12, module="evidence", version=5))
    decide(world, SetVersion(from_height=12, module="evidence", version=4))  # in place of the one planned before
    assert [rules(world.state, height).versions["evidence"] for height in (11, 12, 20)] == [1, 4, 4]
    while world.height < 11:
        world.block([])
    with pytest.raises(UnsupportedVersion):
        world.block([])


def engine_seat(world: TestWorld, organisation: str, key_name: str | None = None, **changes: Any) -> Seat:
    """A seat with an engine's key, an Ed25519 one whatever the chain's suite, and its proof."""
    key = key_of("intl", key_name or f"{organisation}.engine")
    data = canonical.encode({"key": key.public_key.hex(), "signer": organisation})
    proof = suite("intl").sign(key, world.world.hasher.preimage("possession", data)).hex()
    right = seat(world, organisation, validator=key.public_key.hex(), validator_possession=proof)
    return msgspec.structs.replace(right, **changes)


def test_set_sealers__walks_its_refusals(world: TestWorld) -> None:
    one, two = seat(world, "org1", power=9), seat(world, "org2")  # org1's power suffices, so that only the seats are judged
    retired, voting = seat(world, "org2", "org2.old"), engine_seat(world, "org1", power=9)
    steps: list[tuple[str, list[Seat]]] = [
        ("govern/15", [two, one]),
        ("govern/15", [one, one]),
        ("govern/15", [one, seat(world, "org2", "org1.seal")]),
        ("govern/15", [voting, engine_seat(world, "org2", "org1.engine")]),
        ("govern/16", [one, seat(world, "org9", possession=None)]),
        ("govern/21", [voting, two]),
        ("govern/18", [one, msgspec.structs.replace(two, possession=None)]),
        ("govern/17", [seat(world, "org2", "org1.seal")]),
        ("govern/17", [one, seat(world, "org2", "org2.clerk")]),
        ("identity/18", [one, msgspec.structs.replace(two, possession=one.possession)]),
        ("identity/18", [one, msgspec.structs.replace(two, public_key="04" + "00" * 64)]),
        ("govern/23", [msgspec.structs.replace(voting, validator_possession=None)]),
        ("govern/23", [msgspec.structs.replace(voting, validator_possession="00" * 64)]),
        ("govern/23", [voting, engine_seat(world, "org2", validator_possession=voting.validator_possession)]),
        ("applied", [msgspec.structs.replace(one, possession=None), retired]),
        ("applied", [msgspec.structs.replace(one, possession=None), two]),
        ("govern/24", [msgspec.structs.replace(one, possession=None), retired]),
        ("applied", [msgspec.structs.replace(voting, possession=None), engine_seat(world, "org2", possession=None)]),
        ("govern/21", [msgspec.structs.replace(one, possession=None)]),
        ("govern/22", [voting, engine_seat(world, "org2", "org1.engine"), engine_seat(world, "org3", "org2.engine")][::2]),
    ]
    for code, sealers in steps:
        message = SetSealers(alive=[world.alive("org1.seal")], sealers=sealers)
        assert inner_code(world, message) == code, (code, sealers)
        if code == "applied":
            decide(world, message)


def test_set_sealers__asks_for_a_set_that_is_there(world: TestWorld) -> None:
    one, two, three = seat(world, "org1", possession=None), seat(world, "org2"), seat(world, "org3")
    late = world.time * 1000 - 3_700_000

    def proposed(shown: SealedHeader, *sealers: Seat) -> str:
        result = world.run(Propose(actions=as_actions(SetSealers(alive=[shown], sealers=list(sealers)))), "org1.admin")
        if isinstance(result, Applied):
            return "applied"
        return str(result.code)

    def why(shown: SealedHeader, *sealers: Seat) -> str:
        assert proposed(shown, *sealers) == "govern/10"
        return str(getattr(world.blocks[-1].refusals[0], "inner", ""))

    both = world.alive("org1.seal", "org2.seal")
    assert why(world.alive("org2.seal"), one, two) == "govern/26"  # the present set does not vouch for the header
    assert why(world.alive("org1.seal"), one, two) == "govern/27"
    assert why(both, one, two, three) == "govern/27"
    assert why(world.alive("org1.seal", "org2.seal", "org3.seal"), one, two) == "govern/25"  # a stranger's key
    assert why(world.alive("org1.seal", "org1.seal"), one) == "govern/25"
    assert why(msgspec.structs.replace(both, header=A), one, two) == "govern/25"
    assert why(world.alive("org1.seal", "org2.seal", time_ms=late), one, two) == "govern/28"
    assert proposed(both, one, two) == "applied"


def test_set_sealers__proposed_before_another_change_shows_nothing_after_it(world: TestWorld) -> None:
    one, two = seat(world, "org1", possession=None), seat(world, "org2")
    first = propose(world, SetSealers(alive=[world.alive("org1.seal")], sealers=[msgspec.structs.replace(one, power=2)]))
    decide(world, SetSealers(alive=[world.alive("org1.seal", "org2.seal")], sealers=[one, two]))
    refused(world, "govern/10", Vote(proposal=first, vote="yes"), "org2.admin")
    assert getattr(world.blocks[-1].refusals[0], "inner", "") == "govern/26"


def test_release__comes_after_the_seat(world: TestWorld) -> None:
    one, two = seat(world, "org1", possession=None), seat(world, "org2")
    decide(world, SetSealers(alive=[world.alive("org1.seal", "org2.seal")], sealers=[one, two]))
    assert inner_code(world, ReleaseOrganisation(organisation="org2")) == "identity/41"
    alive = world.alive("org1.seal", "org2.seal")
    decide(world, SetSealers(alive=[alive], sealers=[one]), ReleaseOrganisation(organisation="org2"))
    assert world.find(RETIRED_KEYS, two.public_key).organisation == "org2"


def test_seal_and_engine_keys__sign_no_transactions_then_or_later(world: TestWorld) -> None:
    seats = [engine_seat(world, "org1", possession=None), engine_seat(world, "org2")]
    decide(world, SetSealers(alive=[world.alive("org1.seal", "org2.seal")], sealers=seats))
    seats = [msgspec.structs.replace(each, possession=None, validator_possession=None) for each in seats[:1]]
    decide(world, SetSealers(alive=[world.alive("org1.seal", "org2.seal")], sealers=seats))
    for key in (seats[0].public_key, key_of("gm", "org2.seal").public_key.hex(), key_of("intl", "org2.engine").public_key.hex()):
        assert Decisions().is_seal_key(world.state, bytes.fromhex(key))
    assert Decisions().validators(world.state) == {key_of("intl", "org1.engine").public_key: 1}


def test_set_sealers__is_committed_by_the_block_that_decides_it(world: TestWorld) -> None:
    before = world.block([]).header.next_sealers_root
    sealers = [seat(world, "org1", possession=None), seat(world, "org2", power=2)]
    decide(world, SetSealers(alive=[world.alive("org1.seal", "org2.seal")], sealers=sealers))
    assert [(each.sealer, each.power) for each in world.blocks[-1].sealers] == [("org1", 1), ("org2", 2)]
    assert world.blocks[-1].header.next_sealers_root != before


def test_take_down__tells_the_node_and_keeps_why(world: TestWorld) -> None:
    message = TakeDown(basis=A, reason="personal", transaction=B)
    decide(world, message)
    assert world.blocks[-1].taken_down == (B,)
    found = world.find(TAKEN_DOWN, B)
    assert (found.basis, found.reason, found.height) == (A, "personal", world.height)
    assert inner_code(world, message) == "govern/19"


@pytest.mark.parametrize(
    ("holidays", "worked", "code"),
    [
        (["2026-02-29"], [], "govern/20"),
        (["2100-02-29"], [], "govern/20"),
        (["2026-04-31"], [], "govern/20"),
        (["2026-13-01"], [], "govern/20"),
        (["2026-00-10"], [], "govern/20"),
        (["2026-01-00"], [], "govern/20"),
        (["2026-01-02", "2026-01-01"], [], "govern/20"),
        ([], ["2026-01-01", "2026-01-01"], "govern/20"),
        (["2026-01-01"], ["2026-01-01"], "govern/20"),
        (["2028-02-29", "2400-02-29"], ["2026-01-04"], "applied"),
    ],
)
def test_set_workdays__takes_only_days_that_make_sense(
    world: TestWorld, holidays: list[str], worked: list[str], code: str
) -> None:
    assert inner_code(world, SetWorkdays(workdays=Workdays(holidays=holidays, worked=worked))) == code


def test_action_refused__keeps_the_inner_number_and_sentences(world: TestWorld) -> None:
    from zhulian.modules.govern.errors import ActionRefused

    refusal = ActionRefused(place=2, inner="identity/37", inner_zh="甲。", inner_en="A.")
    assert "identity/37" in refusal.say("zh")
    assert "A." in refusal.say("en")


def test_refused__result_has_only_number_and_types(world: TestWorld) -> None:
    result = world.run(Vote(proposal=A, vote="yes"), "org1.admin")
    assert isinstance(result, Refused)
    assert (result.code, result.types) == ("govern/6", ["govern.vote"])
