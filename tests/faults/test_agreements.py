"""What members agree on while the chain stands still: to skip what breaks the program, and to go on without lost members."""

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.comet import StandIn, open_network
from tests.trial import Author
from zhulian.certificate import AfterRecovery
from zhulian.cli.main import run
from zhulian.consensus.application import Application
from zhulian.crypto import fingerprint
from zhulian.home import Home
from zhulian.ledger.agreements import (
    Agreement,
    BadAgreement,
    Recover,
    Skip,
    agreement_digest,
    decode_agreement,
    encode_agreement,
    verify_recovery,
    verify_skip,
)
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.errors import Skipped
from zhulian.ledger.genesis import Genesis, parse_genesis
from zhulian.ledger.receipts import trust, verify_receipt, verify_state_fact
from zhulian.ledger.transactions import TransactionReader
from zhulian.ledger.transition import Poisoned, Proposal, World
from zhulian.ledger.types import Seal
from zhulian.merkle import ProofFault
from zhulian.modules import assemble, found_state
from zhulian.modules.evidence.messages import Deposit
from zhulian.network.agreeing import agree_to_recover, agree_to_skip, apply_agreement, sign_agreement, standing_of
from zhulian.network.local import Network
from zhulian.network.plan import load_plan, make_plan, save_plan
from zhulian.node.agreements import read_agreements
from zhulian.node.comet.adoption import read_adoption
from zhulian.node.doctor import examine
from zhulian.node.rocks import RocksStore

_BAD = "ba" * 32


def _broken(genesis: Genesis, skips: frozenset[str] = frozenset()) -> World:
    """The program with a fault of ours in it: it falls over one deposit."""
    world = assemble(genesis, skips)
    sound = world.handlers[Deposit]

    def handle(context: Any, message: Any) -> None:
        if message.digest == _BAD:
            raise TypeError("nobody foresaw this")
        sound(context, message)

    return msgspec.structs.replace(world, handlers={**world.handlers, Deposit: handle})


def _reopen(network: StandIn, skips: frozenset[str] = frozenset()) -> None:
    for node in network.nodes:
        if node.up:
            network.crash(node)
        node.program = lambda genesis: _broken(genesis, skips)
        network.start(node)


def test_poison__stops_every_node_before_it_votes_and_is_skipped_by_agreement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = open_network(tmp_path, monkeypatch=monkeypatch)
    _reopen(network)
    poison = network.sign(Deposit(digest=_BAD))
    good = network.sign(Deposit(digest="aa" * 32))
    stamp = {"seconds": network.clock[0] // 1000 + 1}
    for node in network.nodes:
        with pytest.raises(Poisoned) as caught:
            node.ask("process_proposal", txs=[poison, good], hash=b"x", height=1, time=stamp)
        assert node.application.head.height == 0
        assert node.log.newest == 0
    name = caught.value.transaction
    assert isinstance(caught.value.__cause__, TypeError)

    _reopen(network, frozenset({name}))
    assert [each for each in network.nodes[0].submit([poison]) if isinstance(each, Skipped)], "no door lets it in any more"
    stamp = {"seconds": network.clock[0] // 1000 + 1}
    for node in network.nodes:
        found = node.ask("finalize_block", txs=[poison, good], hash=b"x", height=1, time=stamp)
        assert [each.code for each in found.tx_results] == [1, 0]
        node.ask("commit")
    block = network.nodes[0].application.chain_store.block(1)
    assert block is not None
    assert b'"code":"ledger/4"' in block.results[0]
    assert len({each.application.head.digest for each in network.nodes}) == 1


_POISONED = """
import sys
from zhulian.modules.evidence.module import EvidenceModule
from zhulian.modules.evidence.messages import Deposit
from zhulian.node import ledger_process
sound = EvidenceModule.__init__
def broken(self, *given):
    sound(self, *given)
    handle = self.handlers[Deposit]
    def fall(context, message):
        if message.digest == "BAD":
            raise TypeError("nobody foresaw this")
        handle(context, message)
    self.handlers = {**self.handlers, Deposit: fall}
EvidenceModule.__init__ = broken
sys.exit(ledger_process.main(sys.argv[1:]))
""".replace("BAD", _BAD)


def test_poisoned_process__names_the_transaction_and_goes_on_after_the_skip(home: Home, until_accepting: Any) -> None:
    author = Author(home, "org1.clerk")
    name, poison = author.sign([Deposit(digest=_BAD)])

    def start() -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", _POISONED, str(home.root)], stderr=subprocess.PIPE)

    async def hand_in(process: Any, raw: bytes) -> Any:
        client, _ = await until_accepting(home, process)
        try:
            return (await client.submit([raw], "sealed"))[0]
        except ConnectionError:
            return None
        finally:
            await client.close()

    with start() as process:
        assert asyncio.run(hand_in(process, poison)) is None
        assert process.wait(10) == 3
        assert process.stderr is not None
        said = msgspec.json.decode(process.stderr.read().splitlines()[-1])
    assert (said["code"], said["fields"]["transaction"], said["fields"]["what"]) == ("node/41", name, "TypeError")

    agreement = agree_to_skip(home, name, "the program fails", int(time.time()))
    assert standing_of(home, agreement).enough
    apply_agreement(home, agreement)
    with start() as process:
        try:
            refused = asyncio.run(hand_in(process, poison))
            assert refused["refusal"]["code"] == "ledger/4"
            assert asyncio.run(hand_in(process, author.deposit()[1]))["status"] == "applied"
        finally:
            process.terminate()
            process.wait(20)
    assert examine(home).sound


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four organisations' homes with a chain of two blocks, which all have sealed; do not write into it."""
    folder = tmp_path_factory.mktemp("four")
    path = folder / "plan.yaml"
    save_plan(path, make_plan(4, {"evidence": 1, "govern": 1, "identity": 1}))
    network = Network(folder / "net", load_plan(path), path)
    network.found(int(time.time()) - 60)
    found = [network.home(name) for name in network.names]
    for _ in range(2):
        _block(found, found)
    return folder / "net" / "nodes"


@pytest.fixture
def homes(four: Path, tmp_path: Path) -> list[Home]:
    """A copy of the four."""
    shutil.copytree(four, tmp_path / "nodes")
    return [Home(each) for each in sorted((tmp_path / "nodes").iterdir())]


def _block(homes: Sequence[Home], sealing: Sequence[Home]) -> str:
    """One more block with one deposit on each of the homes, sealed by some of them; answers the deposit's id."""
    author = Author(homes[0], "org1.clerk")
    name, raw = author.deposit()
    now_ms = int(time.time() * 1000)
    for home in homes:
        with _Ledger(home) as (application, _):
            world = application.world
            read = TransactionReader(world.chain, world.hasher, world.handlers).read(raw, author.genesis.limits)
            head = application.head
            proposal = Proposal(height=head.height + 1, time_ms=max(head.time_ms + 1000, now_ms), transactions=(read,))
            assert not application.finalize(proposal).refusals
            application.commit(head.engine_height + 1)
            application.add_seals(application.head.height, [_seal(each, application) for each in sealing])
            application.save_seals()
    return name


def _seal_head(homes: Sequence[Home]) -> None:
    """Let the homes' members seal the newest block, as the engine's first votes do."""
    for home in homes:
        with _Ledger(home) as (application, _):
            application.add_seals(application.head.height, [_seal(each, application) for each in homes])
            application.save_seals()


class _Ledger:
    def __init__(self, home: Home) -> None:
        genesis = parse_genesis(home.genesis_bytes())
        agreed = read_agreements(home, genesis)
        world = assemble(genesis, agreed.skips, agreed.recoveries)
        self._store = RocksStore(home.database)
        self._application = Application(world, self._store, found_state(world))

    def __enter__(self) -> tuple[Application, RocksStore]:
        return self._application, self._store

    def __exit__(self, *_: object) -> None:
        self._store.close()


def _seal(home: Home, application: Application) -> Seal:
    hasher = application.world.hasher
    name = home.config().node.sealer
    signer = home.signer(f"{name}.seal", hasher.suite.name)
    now = application.head.time_ms + 5
    signature = signer.sign(seal_preimage(hasher, application.head.digest, now)).hex()
    return Seal(key=fingerprint(hasher.suite, signer.public_key), sealer=name, signature=signature, time_ms=now)


def _receipt(home: Home, transaction: str) -> dict[str, Any]:
    with _Ledger(home) as (application, _):
        return application.prover.receipt(transaction)


def test_two_of_four_are_lost__the_others_go_on_and_proofs_show_the_break(homes: list[Home]) -> None:
    before = _block(homes, homes)
    for home in homes[:2]:
        (home.engine / "data").mkdir(exist_ok=True)
        (home.engine / "data" / "blockstore.db").mkdir()
    drawn = agree_to_recover(homes[0], ["org3", "org4"], "both machines burnt", int(time.time()))
    stands = standing_of(homes[0], drawn)
    assert (stands.signed, stands.due, stands.power, stands.whole, stands.enough) == (("org1",), ("org2",), 1, 4, False)
    signed = sign_agreement(homes[1], drawn)
    with pytest.raises(BadAgreement, match="org2 has not signed"):
        apply_agreement(homes[0], drawn)
    for home in homes[:2]:
        assert apply_agreement(home, signed) == 4
        assert apply_agreement(home, signed) == 4, "what was cut off is taken up"
        assert not (home.engine / "data" / "blockstore.db").exists()
        genesis = parse_genesis(home.genesis_bytes())
        adoption = read_adoption(home.adoption_file, genesis)
        assert adoption is not None
        assert [each.sealer for each in adoption.sealers] == ["org1", "org2"]
        assert adoption.agreement == agreement_digest(genesis.hasher(), signed).hex()
    with _Ledger(homes[0]) as (one, _), _Ledger(homes[1]) as (two, _):
        assert one.head == two.head
        assert one.head.engine_height == 0
    _seal_head(homes[:2])
    after = _block(homes[:2], homes[:2])

    plain = trust(homes[0].genesis_bytes())
    knowing = trust(homes[0].genesis_bytes(), agreements=[encode_agreement(signed)])
    assert verify_receipt(_receipt(homes[0], before), plain).breaks == ()
    receipt = _receipt(homes[0], after)
    with pytest.raises(ProofFault) as caught:
        verify_receipt(receipt, plain)
    assert caught.value.part == "sealer_changes"
    (broken,) = verify_receipt(receipt, knowing).breaks
    assert (broken.height, broken.members, broken.power, broken.whole) == (3, ("org1", "org2"), 2, 4)
    with _Ledger(homes[0]) as (application, _):
        fact = application.prover.state_fact(["govern/recoveries", "4"], None)
    proved = verify_state_fact(fact, knowing)
    assert proved.value["reason"] == "both machines burnt"
    assert proved.breaks == (broken,)
    assert examine(homes[0]).faults == ()


def test_verify_command__says_where_the_proof_breaks(
    homes: list[Home], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(homes[0].root))
    file = tmp_path / "agreement.json"
    assert (
        run(
            [
                "--lang",
                "en",
                "agree",
                "recover",
                "--without",
                "org3",
                "--without",
                "org4",
                "--reason",
                "burnt",
                "--out",
                str(file),
            ]
        )
        == 0
    )
    assert "Still to sign: org2" in capsys.readouterr().out
    assert run(["--lang", "en", "agree", "apply", str(file)]) == 1
    monkeypatch.setenv("ZHULIAN_HOME", str(homes[1].root))
    assert run(["--lang", "zh", "agree", "sign", str(file)]) == 0
    assert "签署已齐" in capsys.readouterr().out
    assert run(["agree", "show", str(file), "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["signed"] == ["org1", "org2"]
    for home in homes[:2]:
        monkeypatch.setenv("ZHULIAN_HOME", str(home.root))
        assert run(["agree", "apply", str(file)]) == 0
    _seal_head(homes[:2])
    after = _block(homes[:2], homes[:2])
    receipt = tmp_path / "after.receipt.json"
    receipt.write_bytes(msgspec.json.encode(_receipt(homes[0], after)))
    asked = ["--lang", "en", "verify", str(receipt), "--genesis", str(homes[0].genesis_file)]
    capsys.readouterr()
    assert run(asked) == 1
    assert "--agreement" in capsys.readouterr().err
    assert run([*asked, "--agreement", str(file)]) == 0
    said = capsys.readouterr().out
    assert "BREAK after height 2" in said
    assert "org1, org2 (power 2 of 4)" in said
    _require_certificate_of(receipt, homes[0], file, capsys)


def _require_certificate_of(receipt: Path, home: Home, agreement: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The certificate says where the chain was recovered and by whom, and has the agreement with it."""
    asked = ["certificate", str(receipt), "--genesis", str(home.genesis_file)]
    assert run(asked) == 1, "without the agreement it proves nothing"
    capsys.readouterr()
    assert run(["--lang", "en", *asked, "--agreement", str(agreement)]) == 0
    assert AfterRecovery.code in capsys.readouterr().err
    sheet = str(receipt.with_name("after.certificate.pdf"))
    text = " ".join(
        subprocess.run(["pdftotext", sheet, "-"], capture_output=True, text=True, check=True, timeout=30).stdout.split()
    )
    assert "After height 2 no two thirds of the sealing power were left to lead on" in text
    assert "(power 2/4) went on by an agreement of" in text
    assert "“burnt”" in text
    kept = receipt.with_name("kept")
    kept.mkdir()
    subprocess.run(["pdfdetach", "-saveall", "-o", str(kept), sheet], capture_output=True, check=True, timeout=30)
    assert (kept / "agreement-1.json").read_bytes() == agreement.read_bytes()
    assert not receipt.with_name("after.certificate.html").exists()


def _changed(agreement: Agreement, **act: Any) -> Agreement:
    return msgspec.structs.replace(agreement, act=msgspec.structs.replace(agreement.act, **act))


def test_agreement__holds_only_as_it_was_signed(homes: list[Home]) -> None:
    signed = sign_agreement(homes[1], agree_to_recover(homes[0], ["org3", "org4"], "burnt", int(time.time())))
    genesis = parse_genesis(homes[0].genesis_bytes())
    hasher = genesis.hasher()
    assert verify_recovery(hasher, signed)
    act = signed.act
    assert isinstance(act, Recover)
    stranger = msgspec.structs.replace(act.sealers[0], power=9)
    for wrong in (
        msgspec.structs.replace(signed, reason="else"),
        _changed(signed, sealers=act.sealers[:1]),
        _changed(signed, sealers=[stranger, *act.sealers[1:]]),
        _changed(signed, former=act.sealers),
        _changed(signed, validators={}),
        msgspec.structs.replace(signed, assents=signed.assents[:1]),
        msgspec.structs.replace(signed, assents=[msgspec.structs.replace(signed.assents[0], sealer="org9")]),
        msgspec.structs.replace(signed, act=Skip(height=1, transaction="aa" * 32)),
    ):
        with pytest.raises(BadAgreement):
            verify_recovery(hasher, wrong)
    with pytest.raises(BadAgreement):
        verify_skip(hasher, signed, act.former)
    with pytest.raises(BadAgreement, match="another chain"):
        decode_agreement(encode_agreement(signed), "zl-other." + "00" * 32)
    twice = msgspec.structs.replace(signed, assents=[signed.assents[0], signed.assents[0]])
    with pytest.raises(BadAgreement, match="twice"):
        decode_agreement(encode_agreement(twice), genesis.chain())
    for refused in (["org9"], ["org1", "org2", "org3", "org4"]):
        with pytest.raises(BadAgreement):
            agree_to_recover(homes[0], refused, "burnt", int(time.time()))


def test_skip__needs_more_than_two_thirds(homes: list[Home]) -> None:
    agreement = agree_to_skip(homes[0], "aa" * 32, "it breaks", int(time.time()))
    for home in homes[1:3]:
        with pytest.raises(BadAgreement, match="two thirds"):
            apply_agreement(homes[0], agreement)
        agreement = sign_agreement(home, agreement)
    assert apply_agreement(homes[0], agreement) == 2
    with _Ledger(homes[0]) as (application, _):
        assert application.world.skips == {"aa" * 32}


def test_node_that_stands_elsewhere__does_not_sign_nor_apply(homes: list[Home]) -> None:
    _block(homes[:1], homes)
    ahead = agree_to_recover(homes[0], ["org3", "org4"], "burnt", int(time.time()))
    with pytest.raises(BadAgreement, match="at height 2"):
        sign_agreement(homes[1], ahead)


def test_damaged_agreement__is_named_at_the_start(homes: list[Home]) -> None:
    homes[0].agreements.mkdir()
    (homes[0].agreements / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(BadAgreement, match=r"x\.json"):
        read_agreements(homes[0], parse_genesis(homes[0].genesis_bytes()))
