"""Execution is total: whatever a signed transaction says, the outcome is a result, never a fault of the program."""

import random
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.modules.refusals import applied
from tests.world import CREATED, YEAR, TestWorld, key_of, make_world
from zhulian.canonical import encode
from zhulian.errors import Refusal
from zhulian.ledger.types import Applied, Refused
from zhulian.modules.govern.messages import Propose
from zhulian.modules.identity.messages import Enrol

WORLD = make_world(1)
NEW = "org1.new"


def fresh() -> TestWorld:
    return make_world(1)


@given(st.integers(0, 2**32))
def test_enrol__takes_or_refuses_any_certificate(seed: int) -> None:
    chance = random.Random(seed)
    chain = [bytearray.fromhex(each) for each in WORLD.chain(NEW)]
    for _ in range(chance.randint(1, 4)):
        target = chain[0] if chance.random() < 0.8 else chain[1]
        match chance.randrange(4):
            case 0:
                target[chance.randrange(len(target))] ^= chance.randrange(1, 256)
            case 1:
                del target[chance.randrange(len(target)) :]
                target += b"\x00"
            case 2:
                target.insert(chance.randrange(len(target)), chance.randrange(256))
            case _:
                target += bytes([chance.randrange(256)])
    world = fresh()
    message = Enrol(
        chain=[each.hex() for each in chain],
        duties=[],
        kind="officer",
        possession=world.possession(NEW, key_of("gm", NEW)),
        signer=NEW,
    )
    result = world.run(message, "org1.admin")
    assert isinstance(result, Refused)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.sampled_from(["", "org1", "yes", "00" * 32, "珠联"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "organisation", "limits", "admin"]), inner, max_size=3)
    ),
    max_leaves=8,
)
GOVERNED = ["identity.admit_organisation", "identity.replace_ca", "govern.set_limits", "govern.set_sealers", "govern.propose"]


@given(
    st.dictionaries(st.sampled_from(["organisation", "certificates", "admin", "limits", "sealers", "x"]), JSON, max_size=4),
    JSON | st.sampled_from(GOVERNED),
)
def test_propose__takes_or_refuses_any_action(action: dict[str, Any], name: Any) -> None:
    world = fresh()
    try:
        encode(action)
    except Refusal:
        return
    result = world.run(Propose(actions=[{**action, "type": name}]), "org1.admin")
    assert isinstance(result, Refused)
    assert result.code in ("govern/4", "govern/5", "govern/10")


def test_possession__with_any_public_key_of_the_right_form() -> None:
    world = fresh()
    for public_key in ("04" + "00" * 64, "04" + "ff" * 64, "00" * 32, "ff" * 32):
        vouched = {"certificate": "cc" * 32, "not_after": CREATED + YEAR, "not_before": CREATED, "public_key": public_key}
        raw = {
            "duties": [],
            "kind": "device",
            "possession": "11" * 64,
            "signer": NEW,
            "type": "identity.enrol",
            "vouched": vouched,
        }
        result = world.run(msgspec.convert(raw, Enrol), "org1.admin")
        assert isinstance(result, Refused)
        assert result.code == "identity/18"


def test_chance__is_able_to_be_accepted() -> None:
    world = fresh()
    message = Enrol(
        chain=world.chain(NEW), duties=[], kind="officer", possession=world.possession(NEW, key_of("gm", NEW)), signer=NEW
    )
    assert isinstance(applied(world, message, "org1.admin"), Applied)
