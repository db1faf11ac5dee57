"""One test for each message of the credential module; each walks the refusals in their order."""

import pytest

from tests.modules.refusals import applied, refused, walk
from tests.world import CREATED, YEAR, TestWorld, key_of, make_genesis, make_world
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.ledger.genesis import Title
from zhulian.modules.credential.format import key_preimage
from zhulian.modules.credential.messages import AddKey, Claim, Define, Publish, RetireKey, SetStatus
from zhulian.modules.credential.state import ISSUERS, LISTS, SCHEMAS, STANDINGS
from zhulian.modules.identity.messages import OpenHandle, OwnKey

HANDLE = "~" + "3" * 32
TITLE = Title(zh="学位", en="Degree")
A, B = "aa" * 32, "bb" * 32


@pytest.fixture(params=["gm", "intl"])
def world(request: pytest.FixtureRequest) -> TestWorld:
    """Two organisations and a person with a key of its own."""
    import msgspec

    genesis = make_genesis(2, request.param)
    world = make_world(genesis=msgspec.structs.replace(genesis, modules={**genesis.modules, "credential": 1}))
    key = key_of(request.param, "person")
    own = OwnKey(not_after=CREATED + YEAR, possession=world.possession(HANDLE, key), public_key=key.public_key.hex())
    applied(world, OpenHandle(handle=HANDLE, instance="court", own=own), "org1.counter")
    world.use_key(HANDLE, key)
    return world


def added(world: TestWorld, name: str, issuer: str = "org1", *, wrong: bool = False) -> AddKey:
    hasher = world.world.hasher
    key = key_of(hasher.suite.name, name)
    public = key.public_key.hex()
    signed = SoftwareSigner(hasher.suite, key).sign(key_preimage(hasher, "org9" if wrong else issuer, public))
    return AddKey(possession=signed.hex(), public_key=public)


def test_define__walks_its_refusals(world: TestWorld) -> None:
    claim = Claim(name="name", title=TITLE)
    schema = Define(claims=[claim], schema="degree", title=TITLE, standing="grants_degrees")
    walk(
        world,
        ("credential/1", schema, HANDLE),
        ("credential/3", Define(claims=[claim, claim], schema="degree", title=TITLE), "org1.clerk"),
        ("credential/3", Define(claims=[Claim(name="status", title=TITLE)], schema="degree", title=TITLE), "org1.clerk"),
    )
    applied(world, schema, "org1.clerk")
    refused(world, "credential/2", schema, "org1.clerk")
    applied(world, schema, "org2.clerk")
    assert world.find(SCHEMAS, "org1", "degree").claims == (claim,)


def test_add_key__walks_its_refusals(world: TestWorld) -> None:
    good = added(world, "issuing-1")
    suite = world.world.hasher.suite
    nothing = AddKey(possession=good.possession, public_key=("04" + "00" * 64 if suite.name == "gm" else "00" * 32))
    walk(
        world,
        ("credential/1", good, HANDLE),
        ("credential/4", good, "org1.clerk"),
        ("credential/7", nothing, "org1.admin"),
        ("credential/7", added(world, "issuing-1", wrong=True), "org1.admin"),
        ("credential/7", added(world, "issuing-1", "org2"), "org1.admin"),
    )
    applied(world, good, "org1.admin")
    refused(world, "credential/5", good, "org1.admin")
    for place in range(2, 17):
        applied(world, added(world, f"issuing-{place}"), "org1.admin")
    refused(world, "credential/6", added(world, "issuing-17"), "org1.admin")
    assert len(world.find(ISSUERS, "org1").keys) == 16


def test_retire_key__walks_its_refusals(world: TestWorld) -> None:
    good = added(world, "issuing-1")
    name = fingerprint(world.world.hasher.suite, bytes.fromhex(good.public_key))
    retire = RetireKey(key=name, reason="compromised")
    walk(world, ("credential/1", retire, HANDLE), ("credential/4", retire, "org1.clerk"), ("credential/8", retire, "org1.admin"))
    applied(world, good, "org1.admin")
    applied(world, retire, "org1.admin")
    refused(world, "credential/9", RetireKey(key=name, reason="superseded"), "org1.admin")
    refused(world, "credential/8", retire, "org2.admin")
    (key,) = world.find(ISSUERS, "org1").keys
    assert key.retired is not None
    assert key.retired.reason == "compromised"


def test_publish__walks_its_refusals(world: TestWorld) -> None:
    def content(sequence: int, digest: str = A, *, bits: int = 2, size: int = 1024) -> Publish:
        return Publish(bits=bits, digest=digest, list="2026", sequence=sequence, size=size)  # type: ignore[arg-type]

    walk(world, ("credential/1", content(1), HANDLE), ("credential/10", content(2), "org1.clerk"))
    applied(world, content(1), "org1.clerk")
    walk(
        world,
        ("credential/10", content(1), "org1.clerk"),
        ("credential/11", content(2, bits=1), "org1.clerk"),
        ("credential/11", content(2, size=1023), "org1.clerk"),
        ("credential/10", [content(2, B), content(2, A)], "org1.clerk"),
    )
    applied(world, content(2, B, size=2048), "org1.clerk")
    found = world.find(LISTS, "org1", "2026")
    assert (found.digest, found.sequence, found.size) == (B, 2, 2048)


def test_set_status__walks_its_refusals(world: TestWorld) -> None:
    def status(status: str, holder: str = "org2") -> SetStatus:
        return SetStatus(holder=holder, schema="grants_degrees", status=status)  # type: ignore[arg-type]

    walk(world, ("credential/1", status("valid"), HANDLE), ("credential/12", status("valid", "nobody"), "org1.clerk"))
    applied(world, status("valid"), "org1.clerk")
    refused(world, "credential/13", status("valid"), "org1.clerk")
    applied(world, status("suspended"), "org1.clerk")
    applied(world, status("valid"), "org1.clerk")
    applied(world, status("revoked"), "org1.clerk")
    refused(world, "credential/14", status("valid"), "org1.clerk")
    assert world.find(STANDINGS, "org1", "grants_degrees", "org2").status == "revoked"
