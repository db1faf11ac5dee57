"""One test for each message of the identity module; each walks the refusals in their order."""

from typing import Any

import msgspec
import pytest

from tests.modules.refusals import applied, events, inner_code, refused, walk
from tests.world import CREATED, DAY, YEAR, TestWorld, ca_of, certificate_of, key_of, make_genesis, make_world
from zhulian.crypto import fingerprint
from zhulian.crypto.certificates import asn1, build, create_ca, issue
from zhulian.ledger.errors import BadGenesis
from zhulian.modules import assemble, found_state
from zhulian.modules.evidence.messages import Deposit
from zhulian.modules.govern.messages import Propose
from zhulian.modules.identity.guards import KEYS_MAX
from zhulian.modules.identity.messages import (
    AddKey,
    CloseHandle,
    Enrol,
    FirstAdmin,
    HandOver,
    OpenHandle,
    OwnKey,
    ReplaceCa,
    Revoke,
    SetDuties,
    SetEncryptionKey,
    Vouched,
)
from zhulian.modules.identity.state import ADMINS, CERTIFICATES, ENCRYPTION_KEYS, HANDLES, KEYS, SIGNERS

HANDLE = "~" + "1" * 32
OTHER_HANDLE = "~" + "2" * 32


@pytest.fixture
def world() -> TestWorld:
    return make_world(2)


def possession(world: TestWorld, name: str, key_name: str | None = None) -> str:
    return world.possession(name, key_of(world.suite.name, key_name or name))


def vouched(world: TestWorld, key_name: str, not_before: int = CREATED - DAY, not_after: int = CREATED + YEAR) -> Vouched:
    public_key = key_of(world.suite.name, key_name).public_key.hex()
    return Vouched(certificate="cc" * 32, not_after=not_after, not_before=not_before, public_key=public_key)


def enrol(world: TestWorld, name: str, **changes: Any) -> Enrol:
    """A faultless enrolment of a new signer, with changes."""
    right = Enrol(duties=[], kind="officer", possession=possession(world, name), signer=name, chain=world.chain(name))
    return msgspec.structs.replace(right, **changes)


def telling_certificate(subject: tuple[tuple[str, str], ...], alternative: bytes = b"") -> str:
    """A certificate of org1.new by org1's CA with more in it than the platform's own CA would write."""
    authority = ca_of("gm", "org1")
    suite = authority.signer.suite
    key = key_of("gm", "org1.new").public_key
    rows = (asn1.element(asn1.SET, asn1.sequence(asn1.oid(number), asn1.text(value))) for number, value in subject)
    name = asn1.sequence(b"".join(rows))
    extensions = build._extensions(suite, key, authority.signer.public_key, "sign", None)
    if alternative:
        extension = asn1.sequence(asn1.oid("2.5.29.17"), asn1.octets(alternative))
        extensions = asn1.sequence(asn1.Reader(extensions).content(asn1.SEQUENCE), extension)
    issuer = authority.certificate.subject_name
    return build._certificate(authority.signer, issuer, name, key, "sign", CREATED - DAY, CREATED + YEAR, extensions).hex()


def test_enrol__walks_its_refusals(world: TestWorld) -> None:
    root = world.chain("org1.new")[1]
    encrypting = issue(
        ca_of("gm", "org1"), key_of("gm", "org1.new").public_key, "org1", "org1.new", "encrypt", CREATED, CREATED + DAY
    ).hex()
    damaged = world.chain("org1.new")[0][:-2] + "00"
    named = (("2.5.4.10", "org1"), ("2.5.4.3", "org1.new"), ("2.5.4.4", "王"))
    addressed = asn1.sequence(asn1.element(0x81, b"wang@example.org"))
    worst = Enrol(duties=["b", "a"], kind="service", possession="00" * 64, signer="org1.clerk")

    def change(**changes: Any) -> Enrol:
        return enrol(world, "org1.new", possession="00" * 64, **changes)

    walk(
        world,
        ("identity/10", worst, "org1.clerk"),
        ("identity/10", worst, "org2.admin"),
        ("identity/10", worst, "org1.counter"),
        ("identity/13", worst, "org1.admin"),
        ("identity/13", msgspec.structs.replace(worst, duties=["a", "a"]), "org1.admin"),
        ("identity/14", msgspec.structs.replace(worst, duties=["admin"]), "org1.admin"),
        ("identity/14", msgspec.structs.replace(worst, duties=["voter"], kind="device"), "org1.admin"),
        ("identity/14", msgspec.structs.replace(worst, duties=["agent"], kind="device"), "org1.admin"),
        ("identity/12", msgspec.structs.replace(worst, duties=["agent"]), "org1.admin"),
        ("identity/15", change(chain=None), "org1.admin"),
        ("identity/15", change(vouched=vouched(world, "org1.new")), "org1.admin"),
        ("crypto/20", change(chain=["00", root]), "org1.admin"),
        ("identity/16", change(chain=world.chain("org1.other")), "org1.admin"),
        ("identity/16", change(chain=world.chain("org2.new")), "org1.admin"),
        ("identity/17", change(chain=[telling_certificate(named), root]), "org1.admin"),
        ("identity/17", change(chain=[telling_certificate(named[:2], addressed), root]), "org1.admin"),
        ("crypto/29", change(chain=[world.chain("org1.new")[0], world.chain("org2.new")[1]]), "org1.admin"),
        ("crypto/22", change(chain=world.chain("org1.new", not_after=CREATED)), "org1.admin"),
        ("crypto/24", change(chain=[damaged, root]), "org1.admin"),
        ("crypto/28", change(chain=[encrypting, root]), "org1.admin"),
        ("identity/21", change(chain=None, vouched=vouched(world, "org1.new", not_after=CREATED)), "org1.admin"),
        ("identity/21", change(chain=None, vouched=vouched(world, "org1.new", CREATED + DAY, CREATED + DAY - 1)), "org1.admin"),
        ("identity/19", change(chain=world.chain("org1.new", key_name="org1.clerk")), "org1.admin"),
        ("identity/18", change(), "org1.admin"),
        ("identity/18", enrol(world, "org1.new", possession=possession(world, "org1.other", "org1.new")), "org1.admin"),
        ("identity/18", enrol(world, "org1.new", possession=possession(world, "org1.new", "org1.other")), "org1.admin"),
    )


def test_enrol__registers_signer_key_and_certificates(world: TestWorld) -> None:
    refused(world, "identity/1", Deposit(digest="ab" * 32), "org1.new")
    result = applied(world, enrol(world, "org1.new", duties=["admin", "x-ray"]), "org1.admin")
    name = world.fingerprint("org1.new")
    assert events(result) == ["identity.enrolled"]
    assert world.find(SIGNERS, "org1.new").keys == (name,)
    key = world.find(KEYS, name)
    assert (key.not_before, key.not_after, key.signer) == (CREATED - DAY, CREATED + YEAR, "org1.new")
    assert world.find(ADMINS, "org1").signers == ("org1.admin", "org1.new", "org1.second")
    assert world.world.names.certificates(world.state, name) == [bytes.fromhex(each) for each in world.chain("org1.new")]
    applied(world, Deposit(digest="ab" * 32), "org1.new")


def test_enrol__by_an_admins_word_keeps_the_certificate_off_the_chain(world: TestWorld) -> None:
    before = [key for key in world.state.values if key.startswith(b'["identity/certificates"')]
    applied(world, enrol(world, "org1.new", chain=None, vouched=vouched(world, "org1.new")), "org1.admin")
    name = world.fingerprint("org1.new")
    assert world.find(KEYS, name).certificate == "cc" * 32
    assert world.world.names.certificates(world.state, name) == []
    assert [key for key in world.state.values if key.startswith(b'["identity/certificates"')] == before
    applied(world, Deposit(digest="ab" * 32), "org1.new")


def test_enrol__takes_a_certificate_that_begins_later_and_judges_by_it(world: TestWorld) -> None:
    later = world.time + 1000
    chain = world.chain("org1.new", not_before=later, not_after=later + 1000)
    applied(world, enrol(world, "org1.new", chain=chain), "org1.admin")
    refused(world, "identity/5", Deposit(digest="ab" * 32), "org1.new")
    world.time = later
    applied(world, Deposit(digest="ab" * 32), "org1.new")
    world.time = later + 1000
    applied(world, Deposit(digest="ac" * 32), "org1.new")
    refused(world, "identity/6", Deposit(digest="ad" * 32), "org1.new")


def test_enrol__takes_no_key_for_longer_than_its_whole_chain_holds(world: TestWorld) -> None:
    """A receipt is proved by the chain at block time; a key that outlived its CA would be acknowledged and never proved."""
    signer = ca_of("gm", "org1").signer
    short = create_ca(signer.suite, "org1", "org1 CA", 10, signer=signer, not_before=CREATED - DAY + 7)
    roots = ReplaceCa(certificates=[short.certificate.der.hex()], organisation="org1")
    applied(world, Propose(actions=[msgspec.to_builtins(roots)]), ["org1.admin", "org2.admin"])
    chain = [world.chain("org1.new")[0], short.certificate.der.hex()]
    applied(world, enrol(world, "org1.new", chain=chain), "org1.admin")
    key = world.find(KEYS, world.fingerprint("org1.new"))
    assert (key.not_before, key.not_after) == (short.certificate.not_before, short.certificate.not_after)
    world.time = key.not_after
    applied(world, Deposit(digest="ab" * 32), "org1.new")
    refused(world, "identity/6", Deposit(digest="ac" * 32), "org1.new")


def test_add_key__walks_its_refusals(world: TestWorld) -> None:
    word = vouched(world, "fresh")
    worst = AddKey(possession="00" * 64, signer="org1.nobody", vouched=word)
    clerk = AddKey(possession="00" * 64, signer="org1.clerk", vouched=word)
    applied(world, enrol(world, "org1.gone"), "org1.admin")
    applied(world, Revoke(reason="departed", signer="org1.gone"), "org1.admin")
    chain = world.chain("org1.clerk", key_name="fresh")
    walk(
        world,
        ("identity/22", worst, "org2.admin"),
        ("identity/22", clerk, "org1.counter"),
        ("identity/10", clerk, "org1.clerk"),
        ("identity/1", worst, "org1.admin"),
        ("identity/7", msgspec.structs.replace(worst, signer="org1.gone"), "org1.admin"),
        ("identity/15", msgspec.structs.replace(clerk, vouched=None), "org1.clerk"),
        ("identity/16", msgspec.structs.replace(clerk, vouched=None, chain=world.chain("org1.second")), "org1.clerk"),
        ("identity/19", msgspec.structs.replace(clerk, vouched=vouched(world, "org1.admin")), "org1.admin"),
        ("identity/18", msgspec.structs.replace(clerk, vouched=None, chain=chain), "org1.clerk"),
    )


def test_add_key__renews_by_the_signer_itself_and_the_old_key_stays(world: TestWorld) -> None:
    old, fresh = world.key("org1.clerk"), key_of("gm", "fresh")
    chain = world.chain("org1.clerk", key_name="fresh")
    message = AddKey(possession=possession(world, "org1.clerk", "fresh"), signer="org1.clerk", chain=chain)
    assert events(applied(world, message, "org1.clerk")) == ["identity.key_added"]
    for number, key in enumerate((old, fresh)):
        world.use_key("org1.clerk", key)
        applied(world, Deposit(digest=f"{number:064x}"), "org1.clerk")
    refused(world, "identity/19", message, "org1.clerk")


def test_add_key__has_a_bound(world: TestWorld) -> None:
    for number in range(KEYS_MAX):
        name = f"clerk{number}"
        message = AddKey(possession=possession(world, "org1.clerk", name), signer="org1.clerk", vouched=vouched(world, name))
        if number == KEYS_MAX - 1:
            refused(world, "identity/20", message, "org1.admin")
        else:
            applied(world, message, "org1.admin")


def test_revoke__walks_its_refusals(world: TestWorld) -> None:
    applied(world, enrol(world, "org1.gone"), "org1.admin")
    applied(world, Revoke(reason="departed", signer="org1.gone"), "org1.admin")
    message = AddKey(possession=possession(world, "org1.clerk", "fresh"), signer="org1.clerk", vouched=vouched(world, "fresh"))
    applied(world, message, "org1.admin")
    fresh = fingerprint(world.suite, key_of("gm", "fresh").public_key)
    applied(world, Revoke(key=fresh, reason="superseded", signer="org1.clerk"), "org1.clerk")
    applied(world, Revoke(reason="departed", signer="org1.second"), "org1.admin")
    walk(
        world,
        ("identity/22", Revoke(reason="lost", signer="org1.nobody"), "org2.admin"),
        ("identity/22", Revoke(reason="lost", signer="org1.admin"), "org1.clerk"),
        ("identity/1", Revoke(reason="lost", signer="org1.nobody"), "org1.admin"),
        ("identity/25", Revoke(reason="lost", signer="org1.gone"), "org1.admin"),
        ("identity/2", Revoke(key="00" * 32, reason="lost", signer="org1.admin"), "org1.admin"),
        ("identity/3", Revoke(key=world.fingerprint("org1.clerk"), reason="lost", signer="org1.admin"), "org1.admin"),
        ("identity/25", Revoke(key=fresh, reason="lost", signer="org1.clerk"), "org1.admin"),
        ("identity/23", Revoke(reason="lost", signer="org1.admin"), "org1.admin"),
        ("identity/23", Revoke(key=world.fingerprint("org1.admin"), reason="lost", signer="org1.admin"), "org1.admin"),
    )


def test_revoke__ends_a_key_at_once_and_the_rest_of_the_signer_not(world: TestWorld) -> None:
    word = vouched(world, "fresh")
    applied(world, AddKey(possession=possession(world, "org1.clerk", "fresh"), signer="org1.clerk", vouched=word), "org1.admin")
    lost = world.fingerprint("org1.clerk")
    revoke = world.sign([Revoke(key=lost, reason="lost", signer="org1.clerk")], ["org1.admin"])
    late = world.sign([Deposit(digest="ab" * 32)], ["org1.clerk"])
    world.block([revoke, late])  # in one block: the second comes too late
    assert getattr(world.result(late), "code", None) == "identity/4"
    world.use_key("org1.clerk", key_of("gm", "fresh"))
    applied(world, Deposit(digest="ab" * 32), "org1.clerk")


def test_revoke__of_a_signer_ends_all_its_keys(world: TestWorld) -> None:
    assert events(applied(world, Revoke(reason="departed", signer="org1.clerk"), "org1.clerk")) == ["identity.revoked"]
    refused(world, "identity/7", Deposit(digest="ab" * 32), "org1.clerk")
    refused(world, "identity/12", enrol(world, "org1.clerk"), "org1.admin")


def test_revoke__counts_an_admin_without_keys_as_none(world: TestWorld) -> None:
    applied(world, Revoke(key=world.fingerprint("org1.second"), reason="lost", signer="org1.second"), "org1.admin")
    refused(world, "identity/23", Revoke(reason="lost", signer="org1.admin"), "org1.admin")
    word = vouched(world, "fresh")
    applied(world, AddKey(possession=possession(world, "org1.second", "fresh"), signer="org1.second", vouched=word), "org1.admin")
    applied(world, Revoke(reason="lost", signer="org1.admin"), "org1.admin")
    assert world.find(ADMINS, "org1").signers == ("org1.second",)


def short_lived_second(world: TestWorld) -> int:
    """Leave org1.second with a key that expires soon; answers when."""
    until = world.time + 500
    word = vouched(world, "fresh", not_after=until)
    applied(world, AddKey(possession=possession(world, "org1.second", "fresh"), signer="org1.second", vouched=word), "org1.admin")
    applied(world, Revoke(key=world.fingerprint("org1.second"), reason="lost", signer="org1.second"), "org1.admin")
    return until


def test_revoke__counts_an_admin_whose_keys_have_expired_as_none(world: TestWorld) -> None:
    world.time = short_lived_second(world) + 1
    refused(world, "identity/23", Revoke(reason="lost", signer="org1.admin"), "org1.admin")
    refused(world, "identity/23", Revoke(key=world.fingerprint("org1.admin"), reason="lost", signer="org1.admin"), "org1.admin")
    applied(world, Revoke(reason="lost", signer="org1.clerk"), "org1.admin")
    applied(world, Revoke(reason="lost", signer="org1.second"), "org1.admin")


def test_revoke__counts_an_admin_to_the_end_of_its_last_key(world: TestWorld) -> None:
    world.time = short_lived_second(world)
    applied(world, Revoke(reason="lost", signer="org1.admin"), "org1.admin")


def test_add_key__renews_where_every_admin_has_expired(world: TestWorld) -> None:
    """What takes no admin away is never refused for want of one."""
    word = vouched(world, "fresh", not_after=CREATED + 4 * YEAR)
    applied(world, AddKey(possession=possession(world, "org1.clerk", "fresh"), signer="org1.clerk", vouched=word), "org1.admin")
    world.use_key("org1.clerk", key_of("gm", "fresh"))
    world.time = CREATED + 3 * YEAR
    chain = world.chain("org1.clerk", key_name="newer", not_after=CREATED + 4 * YEAR)
    message = AddKey(possession=possession(world, "org1.clerk", "newer"), signer="org1.clerk", chain=chain)
    applied(world, message, "org1.clerk")
    applied(world, Revoke(key=world.fingerprint("org1.clerk"), reason="superseded", signer="org1.clerk"), "org1.clerk")


def test_keys__that_seal_blocks_sign_nothing_else(world: TestWorld) -> None:
    seal = key_of("gm", "org1.seal")
    word = vouched(world, "org1.seal")
    own = OwnKey(not_after=CREATED + YEAR, possession=world.possession(HANDLE, seal), public_key=seal.public_key.hex())
    admin = FirstAdmin(possession=possession(world, "org1.new", "org1.seal"), signer="org1.new", vouched=word)
    roots = [each.hex() for each in ca_of("gm", "org1").chain]
    replace = ReplaceCa(admin=admin, certificates=roots, organisation="org1")
    new = possession(world, "org1.new", "org1.seal")
    chain = world.chain("org1.new", key_name="org1.seal")
    clerk = possession(world, "org1.clerk", "org1.seal")
    walk(
        world,
        ("identity/40", enrol(world, "org1.new", possession=new, chain=chain), "org1.admin"),
        ("identity/40", enrol(world, "org1.new", possession=new, chain=None, vouched=word), "org1.admin"),
        ("identity/40", AddKey(possession=clerk, signer="org1.clerk", vouched=word), "org1.admin"),
        ("identity/40", OpenHandle(handle=HANDLE, instance="clinic", own=own), "org1.counter"),
    )
    assert inner_code(world, replace) == "identity/40"


def test_genesis__refuses_a_signer_by_a_seal_key() -> None:
    genesis = make_genesis(1)
    key = key_of("gm", "org1.clerk").public_key.hex()
    wrong = msgspec.structs.replace(genesis, sealers=[msgspec.structs.replace(genesis.sealers[0], public_key=key)])
    with pytest.raises(BadGenesis, match=r"org1\.clerk is a seal key"):
        found_state(assemble(wrong))


def test_set_duties__walks_its_refusals(world: TestWorld) -> None:
    applied(world, enrol(world, "org1.gone"), "org1.admin")
    applied(world, Revoke(reason="departed", signer="org1.gone"), "org1.admin")
    swap = [SetDuties(duties=[], signer="org1.second"), SetDuties(duties=[], signer="org1.admin")]
    walk(
        world,
        ("identity/10", SetDuties(duties=["b", "a"], signer="org1.nobody"), "org1.clerk"),
        ("identity/24", SetDuties(duties=["b", "a"], signer="org1.admin"), "org1.admin"),
        ("identity/1", SetDuties(duties=["b", "a"], signer="org1.nobody"), "org1.admin"),
        ("identity/7", SetDuties(duties=["b", "a"], signer="org1.gone"), "org1.admin"),
        ("identity/13", SetDuties(duties=["b", "a"], signer="org1.counter"), "org1.admin"),
        ("identity/14", SetDuties(duties=["admin"], signer="org1.counter"), "org1.admin"),
        ("identity/23", swap, ["org1.admin", "org1.second"]),
    )


def test_set_duties__changes_who_is_admin(world: TestWorld) -> None:
    assert events(applied(world, SetDuties(duties=["admin"], signer="org1.clerk"), "org1.admin")) == ["identity.duties_set"]
    applied(world, SetDuties(duties=[], signer="org1.admin"), "org1.clerk")
    refused(world, "identity/10", SetDuties(duties=[], signer="org1.clerk"), "org1.admin")
    assert world.find(ADMINS, "org1").signers == ("org1.clerk", "org1.second")


def test_open_handle__walks_its_refusals(world: TestWorld) -> None:
    applied(world, OpenHandle(handle=OTHER_HANDLE, instance="clinic"), "org1.counter")

    def own(key_name: str, not_after: int = CREATED + YEAR, proof: str = "00" * 64) -> OpenHandle:
        key = OwnKey(not_after=not_after, possession=proof, public_key=key_of("gm", key_name).public_key.hex())
        return OpenHandle(handle=HANDLE, instance="clinic", own=key)

    foreign = OwnKey(not_after=CREATED + YEAR, possession="00" * 64, public_key="00" * 32)
    walk(
        world,
        ("identity/26", OpenHandle(handle=OTHER_HANDLE, instance="clinic"), "org1.admin"),
        ("identity/31", OpenHandle(handle=OTHER_HANDLE, instance="clinic"), ["org1.counter", "org2.counter"]),
        ("identity/27", OpenHandle(handle=OTHER_HANDLE, instance="clinic"), "org1.counter"),
        ("identity/21", own("org1.clerk", not_after=CREATED), "org1.counter"),
        ("identity/19", own("org1.clerk"), "org1.counter"),
        ("identity/18", own("person"), "org1.counter"),
        ("identity/18", OpenHandle(handle=HANDLE, instance="clinic", own=foreign), "org1.counter"),
        ("identity/18", own("person", proof=possession(world, OTHER_HANDLE, "person")), "org1.counter"),
    )


def test_open_handle__in_custody_is_marked_so(world: TestWorld) -> None:
    assert events(applied(world, OpenHandle(handle=HANDLE, instance="clinic"), "org1.counter")) == ["identity.handle_opened"]
    handle = world.find(HANDLES, HANDLE)
    assert (handle.agent, handle.key, handle.opened_by) == ("org1", None, "org1")


def test_open_handle__with_an_own_key_lets_the_person_sign_and_nobody_else(world: TestWorld) -> None:
    key = key_of("gm", "person")
    own = OwnKey(not_after=CREATED + YEAR, possession=world.possession(HANDLE, key), public_key=key.public_key.hex())
    applied(world, OpenHandle(handle=HANDLE, instance="clinic", own=own), "org1.counter")
    world.use_key(HANDLE, key)
    applied(world, Deposit(digest="ab" * 32), HANDLE)
    refused(world, "identity/29", Deposit(digest="ac" * 32, party=HANDLE), "org1.counter")
    holder = world.world.authority.holder(world.state, world.fingerprint(HANDLE))
    assert holder is not None
    assert (holder.signer, holder.organisation, holder.public_key) == (HANDLE, "org1", key.public_key)


def test_hand_over__walks_its_refusals_and_ends_custody(world: TestWorld) -> None:
    key = key_of("gm", "person")
    own = OwnKey(not_after=CREATED + YEAR, possession=world.possession(HANDLE, key), public_key=key.public_key.hex())
    applied(
        world, [OpenHandle(handle=HANDLE, instance="clinic"), OpenHandle(handle=OTHER_HANDLE, instance="clinic")], "org1.counter"
    )
    applied(world, CloseHandle(handle=OTHER_HANDLE), "org1.counter")
    late = msgspec.structs.replace(own, not_after=CREATED)
    unproved = msgspec.structs.replace(own, possession=possession(world, OTHER_HANDLE, "person"))
    taken = msgspec.structs.replace(own, public_key=key_of("gm", "org1.clerk").public_key.hex())
    walk(
        world,
        ("identity/26", HandOver(handle="~" + "3" * 32, own=own), "org1.admin"),
        ("identity/28", HandOver(handle="~" + "3" * 32, own=own), "org1.counter"),
        ("identity/30", HandOver(handle=OTHER_HANDLE, own=own), "org2.counter"),
        ("identity/9", HandOver(handle=OTHER_HANDLE, own=own), "org1.counter"),
        ("identity/21", HandOver(handle=HANDLE, own=late), "org1.counter"),
        ("identity/19", HandOver(handle=HANDLE, own=taken), "org1.counter"),
        ("identity/18", HandOver(handle=HANDLE, own=unproved), "org1.counter"),
    )
    applied(world, Deposit(digest="ab" * 32, party=HANDLE), "org1.counter")
    assert events(applied(world, HandOver(handle=HANDLE, own=own), "org1.counter")) == ["identity.handed_over"]
    refused(world, "identity/29", HandOver(handle=HANDLE, own=own), "org1.counter")
    refused(world, "identity/29", Deposit(digest="ac" * 32, party=HANDLE), "org1.counter")
    world.use_key(HANDLE, key)
    applied(world, Deposit(digest="ac" * 32), HANDLE)


def test_close_handle__walks_its_refusals(world: TestWorld) -> None:
    applied(world, OpenHandle(handle=HANDLE, instance="clinic"), "org1.counter")
    walk(
        world,
        ("identity/28", CloseHandle(handle=OTHER_HANDLE), "org2.counter"),
        ("identity/30", CloseHandle(handle=HANDLE), "org2.counter"),
        ("identity/26", CloseHandle(handle=HANDLE), "org1.admin"),
    )
    assert events(applied(world, CloseHandle(handle=HANDLE), "org1.counter")) == ["identity.handle_closed"]
    refused(world, "identity/9", CloseHandle(handle=HANDLE), "org1.counter")
    refused(world, "identity/9", Deposit(digest="ab" * 32, party=HANDLE), "org1.counter")


def test_close_handle__by_the_person_itself(world: TestWorld) -> None:
    key = key_of("gm", "person")
    own = OwnKey(not_after=CREATED + YEAR, possession=world.possession(HANDLE, key), public_key=key.public_key.hex())
    applied(world, OpenHandle(handle=HANDLE, instance="clinic", own=own), "org1.counter")
    world.use_key(HANDLE, key)
    applied(world, CloseHandle(handle=HANDLE), HANDLE)
    refused(world, "identity/9", Deposit(digest="ab" * 32), HANDLE)


def test_judge__walks_its_refusals_in_their_order(world: TestWorld) -> None:
    message = Deposit(digest="ab" * 32)
    for name in ("org1.new", HANDLE):
        refused(world, "identity/1", message, name)
    world.use_key("org1.clerk", key_of("gm", "stranger"))
    refused(world, "identity/2", message, "org1.clerk")
    world.use_key("org1.clerk", key_of("gm", "org1.admin"))
    refused(world, "identity/3", message, "org1.clerk")
    word = vouched(world, "fresh", world.time + 500, world.time + 600)
    applied(world, AddKey(possession=possession(world, "org1.clerk", "fresh"), signer="org1.clerk", vouched=word), "org1.admin")
    world.use_key("org1.clerk", key_of("gm", "fresh"))
    refused(world, "identity/5", message, "org1.clerk")
    world.time += 600
    refused(world, "identity/6", message, "org1.clerk")
    applied(world, Revoke(key=world.fingerprint("org1.clerk"), reason="lost", signer="org1.clerk"), "org1.admin")
    refused(world, "identity/4", message, "org1.clerk")
    applied(world, Revoke(reason="departed", signer="org1.clerk"), "org1.admin")
    refused(world, "identity/4", message, "org1.clerk")
    world.use_key("org1.clerk", key_of("gm", "org1.clerk"))
    refused(world, "identity/7", message, "org1.clerk")


def test_authority__knows_no_holder_of_an_unknown_key(world: TestWorld) -> None:
    assert world.world.authority.holder(world.state, "00" * 32) is None
    assert world.world.names.certificates(world.state, "00" * 32) == []


def test_certificates__stay_provable_by_digest(world: TestWorld) -> None:
    leaf = certificate_of("gm", "org1.clerk", CREATED - DAY, CREATED + 2 * YEAR)
    assert world.find(CERTIFICATES, world.suite.digest(leaf).hex()).der == leaf.hex()


def encryption_chain(world: TestWorld, holder: str, usage: str = "encrypt", days: int = 30) -> list[str]:
    """The chain of an encryption certificate that the holder's CA issued."""
    organisation = holder.partition(".")[0]
    ca = ca_of(world.suite.name, organisation)
    key = key_of(world.suite.name, f"{holder}.encrypt").public_key
    leaf = issue(ca, key, organisation, holder, usage, CREATED - DAY, CREATED + days * DAY)  # type: ignore[arg-type]
    return [each.hex() for each in (leaf, *ca.chain)]


def test_set_encryption_key__walks_its_refusals(world: TestWorld) -> None:
    own = key_of("gm", "person")
    handle = OwnKey(not_after=CREATED + YEAR, possession=world.possession(HANDLE, own), public_key=own.public_key.hex())
    applied(
        world,
        [
            OpenHandle(handle=HANDLE, instance="court", own=handle),
            OpenHandle(handle=OTHER_HANDLE, instance="court"),
            CloseHandle(handle=OTHER_HANDLE),
        ],
        "org1.counter",
    )
    world.use_key(HANDLE, own)
    point = key_of("gm", "person.encrypt").public_key.hex()
    chain = encryption_chain(world, "org1")
    signing = [
        each.hex() for each in (certificate_of("gm", "org1.clerk", CREATED - DAY, CREATED + YEAR), *ca_of("gm", "org1").chain)
    ]
    walk(
        world,
        ("identity/28", SetEncryptionKey(holder="~" + "9" * 32), "org1.clerk"),
        ("identity/9", SetEncryptionKey(holder=OTHER_HANDLE), "org1.clerk"),
        ("identity/44", SetEncryptionKey(holder=HANDLE), "org1.counter"),
        ("identity/10", SetEncryptionKey(holder="org1"), "org1.clerk"),
        ("identity/10", SetEncryptionKey(holder="org1"), "org2.admin"),
        ("identity/22", SetEncryptionKey(holder="org1.nobody"), "org1.clerk"),
        ("identity/1", SetEncryptionKey(holder="org1.nobody"), "org1.admin"),
        ("identity/42", SetEncryptionKey(holder="org1"), "org1.admin"),
        ("identity/42", SetEncryptionKey(holder=HANDLE, chain=chain), HANDLE),
        ("identity/42", SetEncryptionKey(holder="org1", chain=chain, public_key=point), "org1.admin"),
        ("identity/43", SetEncryptionKey(holder=HANDLE, public_key="04" + "11" * 64), HANDLE),
        ("crypto/28", SetEncryptionKey(holder="org1.clerk", chain=signing), "org1.clerk"),
        ("identity/16", SetEncryptionKey(holder="org2", chain=chain), "org2.admin"),
        ("identity/19", SetEncryptionKey(holder=HANDLE, public_key=own.public_key.hex()), HANDLE),
    )


def test_set_encryption_key__stands_with_its_certificates_and_can_be_replaced(world: TestWorld) -> None:
    chain = encryption_chain(world, "org1")
    result = applied(world, SetEncryptionKey(holder="org1", chain=chain), "org1.admin")
    assert events(result) == ["identity.encryption_key_set"]
    found = world.find(ENCRYPTION_KEYS, "org1")
    assert found.public_key == key_of("gm", "org1.encrypt").public_key.hex()
    assert world.find(CERTIFICATES, found.certificate).der == chain[0]
    applied(world, SetEncryptionKey(holder="org1.clerk", chain=encryption_chain(world, "org1.clerk")), "org1.clerk")
    applied(world, SetEncryptionKey(holder="org1", chain=encryption_chain(world, "org1", days=40)), "org1.admin")
    assert world.find(ENCRYPTION_KEYS, "org1").not_after == found.not_after + 10 * DAY
    assert world.find(KEYS, found.fingerprint) is None  # it signs nothing
