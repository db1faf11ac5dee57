"""The founding file by file: keys stay at home, cards travel, and everybody comes to the same genesis."""

from pathlib import Path

import msgspec
import pytest

from zhulian.home import Home
from zhulian.ledger.genesis import CODEC, parse_genesis
from zhulian.modules import assemble, found_state
from zhulian.network.ceremony import BadCard, Card, accept, install, load_card, make_genesis, save_card
from zhulian.network.plan import Plan, make_plan

NOW = 1_790_000_000
MODULES = {"evidence": 1, "govern": 1, "identity": 1}


@pytest.fixture(scope="module")
def founding(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, list[Card], Path]:
    root = tmp_path_factory.mktemp("founding")
    plan = make_plan(3, MODULES)
    cards = []
    for entry in plan.organisations:
        home = Home(root / entry.organisation)
        cards.append(accept(home, plan, entry, NOW, "a passphrase"))
        save_card(root / f"{entry.organisation}.card.json", cards[-1])
    return plan, cards, root


def test_card__carries_no_private_key(founding: tuple[Plan, list[Card], Path]) -> None:
    plan, cards, root = founding
    for entry, card in zip(plan.organisations, cards, strict=True):
        data = (root / f"{entry.organisation}.card.json").read_bytes()
        assert load_card(root / f"{entry.organisation}.card.json") == card
        assert b"priv" not in data
        engine = (root / entry.organisation / "engine" / "config" / "node_key.json").read_text(encoding="utf-8")
        assert engine.split('"value": "')[1].split('"')[0].encode() not in data


def test_genesis__is_the_same_for_all_who_hold_the_cards(founding: tuple[Plan, list[Card], Path]) -> None:
    plan, cards, _ = founding
    genesis = make_genesis(plan, cards, NOW)
    assert make_genesis(plan, list(reversed(cards)), NOW).digest() == genesis.digest()
    assert sorted(genesis.validators) == [each.sealer for each in genesis.sealers] == ["org1", "org2", "org3"]
    assert found_state(assemble(genesis))


def test_install__writes_settings_that_are_read_back(founding: tuple[Plan, list[Card], Path]) -> None:
    plan, cards, root = founding
    genesis = make_genesis(plan, cards, NOW)
    home = Home(root / "org2")
    install(home, plan, cards, genesis, "org2")
    config = home.config()
    assert (config.node.engine, config.node.sealer, config.client.signer) == ("cometbft", "org2", "org2.clerk")
    assert len(config.engine.peers) == 2
    assert parse_genesis(home.genesis_bytes()).digest() == genesis.digest()
    with pytest.raises(BadCard):
        install(home, plan, cards, genesis, "org9")
    with pytest.raises(BadCard, match="not handed in"):
        install(home, plan, cards[:2], genesis, "org2")
    with pytest.raises(BadCard, match="other keys"):
        install(Home(root / "org1"), plan, cards, genesis, "org2")
    other = msgspec.structs.replace(genesis, validators={**genesis.validators, "org3": "ab" * 32})
    with pytest.raises(BadCard, match="another card"):
        install(home, plan, cards, other, "org2")


def _changed(card: Card, **claims: object) -> Card:
    return msgspec.structs.replace(card, claims=msgspec.structs.replace(card.claims, **claims))


@pytest.mark.parametrize(
    ("mend", "why"),
    [
        (lambda card, other: _changed(card, plan="00" * 32), "another plan"),
        (lambda card, other: _changed(card, validator="ab" * 32), "not signed"),
        (lambda card, other: _changed(card, engine_id="ab" * 20), "not signed"),
        (lambda card, other: msgspec.structs.replace(card, possession=other.possession), "not signed"),
        (lambda card, other: msgspec.structs.replace(card, possession="zz"), "not signed"),
        (lambda card, other: msgspec.structs.replace(card, format="x"), "format"),
        (lambda card, other: _changed(card, sealer=msgspec.structs.replace(card.claims.sealer, power=9)), "power"),
        (
            lambda card, other: _changed(card, organisation=msgspec.structs.replace(card.claims.organisation, operator=True)),
            "operates",
        ),
    ],
)
def test_genesis__refuses_a_card_that_does_not_hold(founding: tuple[Plan, list[Card], Path], mend: object, why: str) -> None:
    plan, cards, _ = founding
    bad = mend(cards[1], cards[0])  # type: ignore[operator]
    with pytest.raises(BadCard) as refused:
        make_genesis(plan, [cards[0], bad, cards[2]], NOW)
    assert why in refused.value.say("en")


def test_genesis__refuses_a_missing_card(founding: tuple[Plan, list[Card], Path]) -> None:
    plan, cards, _ = founding
    with pytest.raises(BadCard, match="not handed in"):
        make_genesis(plan, cards[:2], NOW)


def test_validators__must_be_sealers_with_keys_of_their_own(founding: tuple[Plan, list[Card], Path]) -> None:
    plan, cards, _ = founding
    genesis = make_genesis(plan, cards, NOW)
    for validators, why in (({"org9": "ab" * 32}, "no sealer"), ({"org1": "ab" * 32, "org2": "ab" * 32}, "share a key")):
        with pytest.raises(Exception, match=why):
            parse_genesis(CODEC.encode(msgspec.structs.replace(genesis, validators=validators)))
