"""Invitations, cards, seats, and the file from which an adopted chain's engine begins: whole, and with every part wrong."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from tests.world import key_of, make_genesis
from zhulian import canonical
from zhulian.crypto import SoftwareSigner, suite
from zhulian.home import Home, NoPassphrase
from zhulian.ledger.blocks import sealers_root
from zhulian.ledger.genesis import CODEC, Title
from zhulian.ledger.types import Header, Sealer
from zhulian.network import seats
from zhulian.network.adopting import CannotAdopt, adopt
from zhulian.network.changing import finish_rotation, replace_lost
from zhulian.network.deciding import Hand, NotDecided, decide, hands_of_home
from zhulian.network.local import Network, UnknownNode
from zhulian.network.newcomer import (
    BadInvitation,
    Newcomer,
    invite,
    load_invitation,
    load_newcomer,
    load_newcomer_card,
    make_newcomer,
    possession,
    save,
    seat_of,
)
from zhulian.network.plan import BadPlan, make_plan, save_plan
from zhulian.network.sample import MODULES, found_sample
from zhulian.network.seats import NotSealedEnough, faults_tolerated, seal_head, show_alive
from zhulian.node.comet.adoption import ADOPTION_CODEC, Adoption, BadAdoption, read_adoption
from zhulian.node.comet.folder import fresh_validator_key, make_keys
from zhulian.node.comet.keys import validator_signer

NOW = 1_766_900_000
NEWCOMER = Newcomer(organisation="org9", title=Title(en="Newcomer", zh="新机构"))


@pytest.mark.parametrize(
    ("powers", "faults"),
    [
        ([1], 0),
        ([1] * 3, 0),
        ([1] * 4, 1),
        ([1] * 6, 1),
        ([1] * 7, 2),
        ([4, 1, 1, 1], 0),
        ([2, 2, 2, 1], 1),
        ([3, 3, 3, 3, 1], 1),
    ],
)
def test_faults_tolerated__whichever_fail(powers: list[int], faults: int) -> None:
    assert faults_tolerated(powers) == faults


def _member(folder: Path) -> Home:
    home = Home(folder)
    home.root.mkdir()
    home.genesis_file.write_bytes(CODEC.encode(make_genesis(4)))
    make_keys(home.engine)
    return home


def test_newcomer__makes_its_keys_at_home_and_hands_in_what_is_public(tmp_path: Path) -> None:
    save(tmp_path / "invitation.json", invite(_member(tmp_path / "member")))
    told = load_invitation(tmp_path / "invitation.json")
    home = Home(tmp_path / "newcomer")
    card = make_newcomer(home, told, NEWCOMER, NEWCOMER.entry(), NOW, "secret words")
    save(tmp_path / "card.json", card)
    assert load_newcomer_card(tmp_path / "card.json") == card
    text = (tmp_path / "card.json").read_text(encoding="utf-8")
    assert "priv" not in text
    assert home.genesis_bytes() == CODEC.encode(make_genesis(4))
    assert home.config().engine.peers == told.peers
    assert home.config().node.engine == "cometbft"
    assert card.admission["admin"]["signer"] == "org9.admin"
    assert sorted(home.signers()) == ["org9.admin", "org9.clerk", "org9.counter", "org9.keeper"]


def test_seat__proves_both_keys(tmp_path: Path) -> None:
    home, genesis = _member(tmp_path / "member"), make_genesis(4)
    signer = SoftwareSigner(genesis.crypto(), key_of("gm", "org2.seal"))
    seat = seat_of(home, genesis.hasher(), "org2", 3, signer)
    for key, proof, crypto in (
        (seat["public_key"], seat["possession"], "gm"),
        (seat["validator"], seat["validator_possession"], "intl"),
    ):
        statement = canonical.encode({"key": key, "signer": "org2"})
        suite(crypto).verify(bytes.fromhex(key), genesis.hasher().preimage("possession", statement), bytes.fromhex(proof))
    assert validator_signer(home.engine).public_key.hex() == seat["validator"]
    assert possession(genesis.hasher(), "org2", signer) != seat["validator_possession"]
    assert seal_head(genesis.hasher(), "org2", signer, bytes(32), 1)["sealer"] == "org2"


@pytest.mark.parametrize("text", ["", "{}", '{"format":"zhulian/invitation/2","genesis":{},"peers":["x"]}'])
def test_invitation__that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "file.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInvitation):
        load_invitation(tmp_path / "file.json")
    with pytest.raises(BadInvitation):
        load_newcomer_card(tmp_path / "file.json")


def test_invitation__with_another_genesis_is_refused_before_keys_are_made(tmp_path: Path) -> None:
    told = invite(_member(tmp_path / "member"))
    bad = msgspec.structs.replace(told, genesis={**told.genesis, "sealers": []})
    with pytest.raises(BadInvitation):
        make_newcomer(Home(tmp_path / "newcomer"), bad, NEWCOMER, NEWCOMER.entry(), NOW, "x")
    assert not (tmp_path / "newcomer").exists()


def test_newcomer_file__is_read_and_chosen_ports_are_free(tmp_path: Path) -> None:
    path = tmp_path / "org9.yaml"
    path.write_text("organisation: org9\ntitle: {zh: 新机构, en: Newcomer}\n", encoding="utf-8")
    entry = load_newcomer(path).entry([26656, 8421])
    assert entry.engine_port != 26656
    assert entry.gateway_port != 8421
    path.write_text("organisation: Org 9\n", encoding="utf-8")
    with pytest.raises(BadPlan):
        load_newcomer(path)


def _adoption(tmp_path: Path) -> tuple[Adoption, Path]:
    genesis = make_genesis(4)
    sealers = [
        Sealer(power=1, public_key=key_of("gm", f"org{number}.seal").public_key.hex(), sealer=f"org{number}") for number in (1, 2)
    ]
    header = Header(
        chain=genesis.chain(),
        height=7,
        next_sealers_root=sealers_root(genesis.hasher(), sealers).hex(),
        previous="00" * 32,
        results_root="00" * 32,
        state_root="00" * 32,
        time_ms=1,
        transactions_root="00" * 32,
    )
    return Adoption(
        format="zhulian/adoption/1", header=header, sealers=sealers, validators={"org1": "11" * 32, "org2": "22" * 32}
    ), tmp_path / "adoption.json"


def test_adoption__is_held_against_the_chain_and_its_own_header(tmp_path: Path) -> None:
    right, path = _adoption(tmp_path)
    assert read_adoption(path, make_genesis(4)) is None
    path.write_bytes(ADOPTION_CODEC.encode(right))
    assert read_adoption(path, make_genesis(4)) == right
    for wrong in (
        msgspec.structs.replace(right, sealers=right.sealers[:1]),
        msgspec.structs.replace(right, validators={"org1": "11" * 32}),
        msgspec.structs.replace(right, header=msgspec.structs.replace(right.header, chain="zl-other.00")),
    ):
        path.write_bytes(ADOPTION_CODEC.encode(wrong))
        with pytest.raises(BadAdoption):
            read_adoption(path, make_genesis(4))
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(BadAdoption):
        read_adoption(path, make_genesis(4))


def test_adopt__only_a_solo_chain_with_everybody_here(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    found_sample(home, NOW)
    plan = make_plan(4, MODULES, name="zl-demo")

    def why(**changes: object) -> str:
        network = Network(home.root, msgspec.structs.replace(plan, **changes), tmp_path / "plan.yaml")
        with pytest.raises(CannotAdopt) as refused:
            adopt(network, tmp_path / "plan.yaml", lambda step, who: None)
        return str(refused.value.say("en"))

    assert "name and suite" in why(network="zl-other")
    assert "name and suite" in why(suite="intl")
    stranger = msgspec.structs.replace(plan.organisations[3], organisation="org9")
    assert "org9.admin" in why(organisations=(*plan.organisations[:3], stranger))
    save_plan(home.root / "network.yaml", plan)
    assert "one already" in why()


def test_rotation__finishes_by_putting_the_old_keys_aside(tmp_path: Path) -> None:
    home = _member(tmp_path / "member")
    home.keys.mkdir()
    before = validator_signer(home.engine).public_key
    assert finish_rotation(home, "org1") == []
    fresh_validator_key(home.engine, "priv_validator_key.next.json")
    (home.keys / "org1.seal.key.json").write_text("old", encoding="utf-8")
    (home.keys / "org1.seal-next.key.json").write_text("new", encoding="utf-8")
    kept = finish_rotation(home, "org1")
    assert (home.keys / "org1.seal.key.json").read_text(encoding="utf-8") == "new"
    assert validator_signer(home.engine).public_key != before
    assert [Path(each).exists() for each in kept] == [True, True]
    assert validator_signer(home.engine, Path(kept[1]).name).public_key == before


def test_home__that_is_no_node_has_no_hand(tmp_path: Path) -> None:
    with pytest.raises(UnknownNode):
        hands_of_home(Home(tmp_path))


class _Strangers:
    """A chain of which the asking organisation is no member."""

    def status(self) -> dict[str, int]:
        return {"height": 1}

    def state(self, key: tuple[str, ...]) -> SimpleNamespace:
        return SimpleNamespace(value={"active": ["org1"]})


def test_decide__needs_somebody_with_a_vote(tmp_path: Path) -> None:
    chain: Any = _Strangers()
    with pytest.raises(NotDecided):
        decide([Hand("org9", Home(tmp_path), "http://127.0.0.1:1")], [chain], [], lambda step, who: None)


def test_show_alive__names_those_who_sealed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(seats, "_look", lambda chains, wanted, newcomers, now_ms: ([], list(wanted)))
    monkeypatch.setattr(seats, "_make_block", made.append)
    monkeypatch.setattr(seats, "_WAIT_S", 0.0)
    with pytest.raises(NotSealedEnough) as refused:
        show_alive([object()], [{"power": 1, "sealer": "org3"}], {})  # type: ignore[list-item]
    assert "org3" in refused.value.say("zh")
    assert len(made) == 1, "a fresh block is tried first, once"


def test_lost_node__gets_new_keys_at_once(tmp_path: Path) -> None:
    home = _member(tmp_path / "member")
    home.keys.mkdir()
    before = validator_signer(home.engine).public_key
    with pytest.raises(NoPassphrase):
        replace_lost(home, "org1")
    home.passphrase_file.write_text("words", encoding="utf-8")
    replace_lost(home, "org1")
    assert validator_signer(home.engine).public_key != before
    assert home.signer("org1.seal", "gm").public_key
