"""How the application is put together, and that genesis founds the same state for everybody."""

import msgspec
import pytest

from tests.modules.refusals import inner_code
from tests.world import CREATED, DAY, YEAR, TestWorld, certificate_of, key_of, make_genesis, make_world
from zhulian import canonical
from zhulian.ledger.collections import COLLECTIONS, decode_key, encode_key
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.genesis import CODEC, FoundingOrganisation, Genesis, Workdays, parse_genesis
from zhulian.ledger.limits import Limits
from zhulian.modules import assemble, found_state, message_types
from zhulian.modules.govern.messages import TakeDown


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_found_state__is_the_same_for_everybody(suite: str) -> None:
    genesis = make_genesis(3, suite)
    first = found_state(assemble(genesis))
    again = found_state(assemble(parse_genesis(CODEC.encode(genesis))))
    assert list(first.items()) == list(again.items())


def test_found_state__holds_canonical_values_of_declared_collections() -> None:
    for key, value in found_state(assemble(make_genesis(2))).items():
        parts = decode_key(key)
        collection = COLLECTIONS[parts[0]]
        assert key == encode_key(*parts) == collection.key(*parts[1:])
        assert canonical.encode(canonical.decode(value)) == value
        assert canonical.encode(msgspec.to_builtins(collection.decode(value))) == value


def test_found_state__gives_back_what_genesis_says() -> None:
    genesis = make_genesis(2)
    world = make_world(genesis=genesis)
    rules = world.world.governing.rules(world.state, 1)
    assert (rules.limits, rules.versions) == (genesis.limits, genesis.modules)
    assert world.world.governing.sealers(world.state) == genesis.sealers
    for organisation in genesis.organisations:
        for signer in organisation.signers:
            holder = world.world.authority.holder(world.state, world.fingerprint(signer.signer))
            assert holder is not None
            assert (holder.signer, holder.organisation) == (signer.signer, organisation.organisation)
            acting = world.world.authority.judge(world.state, signer.signer, world.fingerprint(signer.signer), CREATED)
            assert (acting.kind, list(acting.duties), acting.party) == (signer.kind, signer.duties, organisation.organisation)
            chain = [bytes.fromhex(each) for each in (signer.certificate, organisation.certificates[0])]
            assert world.world.names.certificates(world.state, acting.key) == chain


def _changed(change: str) -> Genesis:
    genesis = make_genesis(2)
    first, second = genesis.organisations
    signers = first.signers

    def with_signers(replaced: list[msgspec.Struct]) -> Genesis:
        organisation: FoundingOrganisation = msgspec.structs.replace(first, signers=replaced)
        return msgspec.structs.replace(genesis, organisations=[organisation, second])

    match change:
        case "module missing":
            return msgspec.structs.replace(genesis, modules={"evidence": 1, "identity": 1})
        case "module unknown":
            return msgspec.structs.replace(genesis, modules={**genesis.modules, "magic": 1})
        case "limits":
            return msgspec.structs.replace(genesis, limits=Limits(block_transactions_max=0))
        case "calendar":
            return msgspec.structs.replace(genesis, workdays=Workdays(holidays=["2026-02-30"], worked=[]))
        case "no admin":
            return with_signers([each for each in signers if "admin" not in each.duties])
        case "duties":
            return with_signers([msgspec.structs.replace(signers[0], duties=["voter", "admin"]), *signers[1:]])
        case "another's name":
            return with_signers([msgspec.structs.replace(signers[0], certificate=signers[1].certificate), *signers[1:]])
        case "key twice":
            twice = certificate_of("gm", "org1.admin", CREATED - DAY, CREATED + YEAR, "org1.clerk").hex()
            return with_signers([msgspec.structs.replace(signers[0], certificate=twice), *signers[1:]])
        case "expired":
            old = certificate_of("gm", "org1.admin", CREATED - DAY, CREATED - 1).hex()
            return with_signers([msgspec.structs.replace(signers[0], certificate=old), *signers[1:]])
        case "no certificate":
            return with_signers([msgspec.structs.replace(signers[0], certificate="00"), *signers[1:]])
        case "no CA":
            organisation = msgspec.structs.replace(first, certificates=[signers[0].certificate])
            return msgspec.structs.replace(genesis, organisations=[organisation, second])
        case _:  # another's CA
            organisation = msgspec.structs.replace(first, certificates=second.certificates)
            return msgspec.structs.replace(genesis, organisations=[organisation, second])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("module missing", "govern"),
        ("module unknown", "no module but"),
        ("limits", "block_transactions_max"),
        ("calendar", "2026-02-30"),
        ("no admin", "org1 has no officer"),
        ("duties", "sorted"),
        ("another's name", "org1.admin"),
        ("key twice", "twice"),
        ("expired", "org1.admin"),
        ("no certificate", "org1.admin"),
        ("no CA", "CA certificate of org1"),
        ("another's CA", "org1.admin"),
    ],
)
def test_found_state__refuses_a_genesis_that_does_not_hold(change: str, why: str) -> None:
    with pytest.raises(BadGenesis) as refusal:
        found_state(assemble(_changed(change)))
    assert why in refusal.value.why.en


def test_message_types__are_all_named_module_dot_verb() -> None:
    world = assemble(make_genesis(1))
    names = [str(each.__struct_config__.tag) for each in message_types(world)]
    assert names == sorted(set(names))
    modules = {each.name for each in world.modules}
    assert {name.partition(".")[0] for name in names} == modules
    events = [str(each.__struct_config__.tag) for module in world.modules for each in module.events]
    assert len(set(events)) == len(events)
    assert all(name.partition(".")[0] in modules for name in events)
    assert not set(events) & set(names)


def test_assemble__leaves_out_what_genesis_does_not_name() -> None:
    genesis = msgspec.structs.replace(make_genesis(1), modules={"govern": 1, "identity": 1})
    world = assemble(genesis)
    assert [each.name for each in world.modules] == ["identity", "govern"]
    assert not [each for each in message_types(world) if str(each.__struct_config__.tag).startswith("evidence.")]


def test_found_state__is_found_by_both_suites() -> None:
    assert len(found_state(assemble(make_genesis(2, "gm")))) == len(found_state(assemble(make_genesis(2, "intl"))))


def test_world__runs_under_the_international_suite() -> None:
    world: TestWorld = make_world(1, "intl")
    assert inner_code(world, TakeDown(basis="aa" * 32, reason="order", transaction="bb" * 32)) == "applied"
    assert len(key_of("intl", "org1.clerk").public_key) == 32
