"""The light client against nodes that lie, each in its own way, lag, or hide what is new."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.client.light_net import LightNet
from tests.consensus.comet.test_membership import _join
from tests.world import key_of
from zhulian.client.light.errors import ChainForked, NotEnoughSay, NothingProved
from zhulian.client.light.handle import LightFact
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.ledger.blocks import header_digest, seal_preimage
from zhulian.ledger.heads import speak
from zhulian.ledger.proofs import AnotherChain
from zhulian.ledger.types import Header
from zhulian.modules.identity.messages import Revoke

KEY = ("evidence/deposits", "00" * 31 + "01", "org1")


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LightNet:
    made = LightNet(tmp_path, monkeypatch)
    made.deposit(1)
    return made


def _codes(found: LightFact) -> dict[str, str]:
    return {each.url.removeprefix("http://").removesuffix(".test"): each.refusal.code for each in found.caught}


def test_state__proves_presence_and_absence_and_says_who_stands_for_it(net: LightNet) -> None:
    with net.light() as light:
        found = light.state(KEY)
        assert found.present
        assert found.value["signers"] == ["org1.clerk"]
        assert not found.caught
        assert found.fresh.by == ("org1", "org2", "org3", "org4")
        assert found.fresh.certain
        assert found.fresh.as_of_ms == net.network.clock[0]
        assert not light.state(("evidence/deposits", "00" * 32, "org1")).present


def test_state__asks_more_than_a_third_and_for_certainty_more_than_two(net: LightNet) -> None:
    assert not net.light("org1", "org2").state(KEY).fresh.certain
    with pytest.raises(NotEnoughSay) as no:
        net.light("org1").state(KEY)
    assert (no.value.power, no.value.whole, no.value.need) == (1, 4, "1/3")
    with pytest.raises(NotEnoughSay):
        net.light("org1", "org2", certain=True).state(KEY)
    assert net.light("org1", "org2", "org3", certain=True).state(KEY).fresh.certain


def test_state__counts_an_organisation_once_whatever_nodes_it_has(net: LightNet) -> None:
    own = net.document("org1", "head")
    net.lies["org2"] = lambda kind, document: own if kind == "head" else document
    with pytest.raises(NotEnoughSay):
        net.light("org1", "org2").state(KEY)


def _changed(document: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**document, **members}


def _value(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return _changed(document, value={**document["value"], "signers": ["org4.clerk"]}) if kind == "state" else document


def _gone(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in document.items() if name != "value"} if kind == "state" else document


def _root(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return _changed(document, header={**document["header"], "state_root": "ab" * 32}) if kind == "state" else document


def _forged(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return _changed(document, header={**document["header"], "height": document["header"]["height"] + 7})


def _few_seals(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return _changed(document, seals=document["seals"][:2])


def _no_json(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return {"surprise": 1}


def _another_word(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    spoken = {**document["spoken"], "time_ms": document["spoken"]["time_ms"] + 1} if kind == "head" else None
    return _changed(document, spoken=spoken) if kind == "head" else document


def _another_chain(kind: str, document: dict[str, Any]) -> dict[str, Any]:
    return _changed(document, header={**document["header"], "chain": "zl-other." + "00" * 32})


@pytest.mark.parametrize("lie", [_value, _gone, _root, _forged, _few_seals, _no_json, _another_word, _another_chain])
def test_lie__is_caught_and_named_and_the_truth_comes_from_another(net: LightNet, lie: Any) -> None:
    net.lies["org1"] = lie
    with net.light() as light:
        found = light.state(KEY)
    assert found.present
    assert found.value["signers"] == ["org1.clerk"]
    assert _codes(found) == {"org1": "client/40"}
    assert "org1.test" in found.caught[0].refusal.say("zh")
    assert "org1.test" in found.caught[0].refusal.say("en")


def test_lie__of_another_key_is_caught(net: LightNet) -> None:
    other = net.document("org1", "state", "evidence/deposits", "00" * 32, "org1")
    net.lies["org1"] = lambda kind, document: other if kind == "state" else document
    assert _codes(net.light().state(KEY)) == {"org1": "client/40"}


def test_lie__by_all_proves_nothing_and_names_all(net: LightNet) -> None:
    net.lies = dict.fromkeys(("org1", "org2", "org3", "org4"), _value)
    with pytest.raises(NothingProved) as no:
        net.light().state(KEY)
    assert all(f"org{number}.test" in no.value.say(language) for number in range(1, 5) for language in ("zh", "en"))


def test_seals__of_another_set_do_not_count(net: LightNet) -> None:
    """Strangers with keys of their own make up a whole history, sealers and all."""
    crypto = net.network.genesis.crypto()
    hasher = net.network.trusted.hasher

    def forge(kind: str, document: dict[str, Any]) -> dict[str, Any]:
        header = {**document["header"], "height": 99}
        digest = header_digest(hasher, msgspec.convert(header, Header))
        seals = []
        for name in ("org1", "org2", "org3"):
            signer = SoftwareSigner(crypto, key_of("gm", f"stranger.{name}"))
            signature = signer.sign(seal_preimage(hasher, digest, 1)).hex()
            seals.append({"key": fingerprint(crypto, signer.public_key), "sealer": name, "signature": signature, "time_ms": 1})
        return _changed(document, header=header, seals=seals)

    net.lies["org2"] = forge
    assert _codes(net.light().state(KEY)) == {"org2": "client/40"}


def test_stale__an_old_state_cannot_hide_a_revocation(net: LightNet) -> None:
    """One node answers as it did before the key was revoked; with the others asked it is caught, alone it does not suffice."""
    key = fingerprint(net.network.genesis.crypto(), net.network.world.key("org2.clerk").public_key)
    place = ("identity/keys", key)
    before = {"head": net.document("org1", "head"), "state": net.document("org1", "state", *place)}
    (no,) = net.network.up[0].submit([net.network.sign(Revoke(key=key, reason="compromised", signer="org2.clerk"), "org2.admin")])
    assert no is None
    net.network.round()
    net.network.until_sealed()
    net.network.clock[0] += 20_000
    signer = SoftwareSigner(net.network.genesis.crypto(), key_of("gm", "org1.seal"))

    def hide(kind: str, document: dict[str, Any]) -> dict[str, Any]:
        if kind == "state":
            return before["state"]
        header = header_digest(net.network.trusted.hasher, msgspec.convert(before["head"]["header"], Header)).hex()
        word = speak(net.network.trusted.hasher, signer, "org1", header, net.network.clock[0])
        return _changed(before["head"], spoken=word)

    net.lies["org1"] = hide
    found = net.light().state(place)
    assert found.value != before["state"]["value"]
    assert _codes(found) == {"org1": "client/41"}
    with pytest.raises(NotEnoughSay):
        net.light("org1").state(place)


def test_stale__a_word_beyond_the_greatest_age_does_not_count(net: LightNet) -> None:
    old = net.document("org1", "head")
    net.network.clock[0] += 61_000
    net.lies["org1"] = lambda kind, document: old if kind == "head" else document
    assert _codes(net.light().state(KEY)) == {"org1": "client/42"}
    net.lies = dict.fromkeys(("org1", "org2", "org3", "org4"), net.lies["org1"])
    with pytest.raises(NotEnoughSay):
        net.light().state(KEY)


def test_stale__an_idle_chain_is_fresh_though_its_header_is_old(net: LightNet) -> None:
    net.network.clock[0] += 8 * 3600 * 1000
    assert net.light().state(KEY).fresh.as_of_ms == net.network.clock[0]


def test_stale__a_state_below_the_newest_header_is_refused(net: LightNet) -> None:
    old = net.document("org1", "state", *KEY)
    net.deposit(2)
    net.lies["org1"] = lambda kind, document: old if kind == "state" else document
    assert _codes(net.light().state(KEY)) == {"org1": "client/41"}


def test_clock__of_a_node_from_the_future_is_named(net: LightNet) -> None:
    net.offset_ms["org3"] = 6_000
    assert _codes(net.light().state(KEY)) == {"org3": "client/43"}


def test_fork__of_two_sealed_headers_is_the_loudest_alarm(net: LightNet) -> None:
    """More than a third seal twice: two honest nodes cannot both be believed."""
    hasher, crypto = net.network.trusted.hasher, net.network.genesis.crypto()

    def fork(kind: str, document: dict[str, Any]) -> dict[str, Any]:
        header = {**document["header"], "state_root": "cd" * 32}
        digest = header_digest(hasher, msgspec.convert(header, Header))
        seals = []
        for name in ("org1", "org2", "org3"):
            signer = SoftwareSigner(crypto, key_of("gm", f"{name}.seal"))
            signature = signer.sign(seal_preimage(hasher, digest, header["time_ms"])).hex()
            key = fingerprint(crypto, signer.public_key)
            seals.append({"key": key, "sealer": name, "signature": signature, "time_ms": header["time_ms"]})
        word = speak(hasher, SoftwareSigner(crypto, key_of("gm", "org1.seal")), "org1", digest.hex(), net.network.clock[0])
        return _changed(document, header=header, seals=seals, spoken=word)

    net.lies["org1"] = fork
    with pytest.raises(ChainForked):
        net.light().state(KEY)


def test_nodes__that_are_away_or_lag_are_named(net: LightNet) -> None:
    net.silent = {"org4"}
    found = net.light().state(KEY)
    assert _codes(found) == {"org4": "client/1"}
    assert found.fresh.by == ("org1", "org2", "org3")
    net.accepting = False
    with pytest.raises(NotEnoughSay) as no:
        net.light().state(KEY)
    assert "node/31" in no.value.say("en")


def test_checkpoint__is_kept_and_nothing_below_it_is_believed(net: LightNet) -> None:
    before = {each.name: (net.document(each.name, "head"), net.document(each.name, "state", *KEY)) for each in net.network.nodes}
    net.deposit(2)
    with net.light() as light:
        light.fresh()
        held = light.checkpoint
    assert held is not None
    assert held["height"] == 2
    assert net.light(checkpoint=held).state(KEY).height == 2
    for name, (head, state) in before.items():
        net.lies[name] = lambda kind, document, head=head, state=state: head if kind == "head" else state
    assert net.light().state(KEY).height == 1  # without the checkpoint nobody can tell
    with pytest.raises(NotEnoughSay) as no:
        net.light(checkpoint=held).state(KEY)
    assert "client/41" in no.value.say("en")
    with pytest.raises(AnotherChain):
        net.light(checkpoint={**held, "chain": "zl-other." + "00" * 32})


def test_async__is_the_same(net: LightNet) -> None:
    async def read() -> LightFact:
        async with net.async_light("org1", "org2", "org3") as light:
            return await light.state(KEY)

    net.lies["org1"] = _value
    found = asyncio.run(read())
    assert found.present
    assert _codes(found) == {"org1": "client/40"}


def test_sealers__are_followed_from_genesis_and_from_a_checkpoint_as_they_change(net: LightNet) -> None:
    with net.light("org1", "org2") as light:
        light.fresh()
        held = light.checkpoint
    _join(net.network)  # org5 seals too from here on
    net.network.until_sealed()
    with net.light("org1", "org2") as fresh, net.light("org1", "org2", "org5", checkpoint=held) as moved:
        assert fresh.fresh().whole == 5
        net.deposit(7)
        found = moved.state(KEY)
        assert found.fresh.by == ("org1", "org2", "org5")


def test_sealers__next_set_that_the_header_does_not_commit_is_a_lie(net: LightNet) -> None:
    net.lies["org1"] = lambda kind, document: (
        _changed(document, next_sealers=[{"power": 9, "public_key": net.network.genesis.sealers[0].public_key, "sealer": "org1"}])
        if kind == "head"
        else document
    )
    assert _codes(net.light().state(KEY)) == {"org1": "client/40"}
