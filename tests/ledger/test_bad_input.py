"""Every kind of bad transaction gets its number before it touches anything."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.solo import Solo, open_solo
from tests.world import CREATED, make_genesis
from zhulian import canonical
from zhulian.ledger.limits import Limits
from zhulian.modules.evidence.messages import Deposit

_ONE = "11" * 32


@pytest.fixture
def solo(tmp_path: Path) -> Solo:
    return open_solo(tmp_path, orgs=2)


def _deposit(solo: Solo, **more: Any) -> bytes:
    return solo.sign(Deposit(commitment=_ONE), **more)


def _body(change: Callable[[dict[str, Any]], None]) -> Callable[[Solo], bytes]:
    """A good transaction whose body is changed and signed again, so that only the change is wrong."""

    def make(solo: Solo) -> bytes:
        envelope = json.loads(_deposit(solo))
        change(envelope["body"])
        preimage = solo.world.world.hasher.preimage("body", canonical.encode(envelope["body"]))
        for entry in envelope["signatures"]:
            entry["signature"] = solo.world.suite.sign(solo.world.key(entry["signer"]), preimage).hex()
        return canonical.encode(envelope)

    return make


def _envelope(change: Callable[[dict[str, Any]], None]) -> Callable[[Solo], bytes]:
    def make(solo: Solo) -> bytes:
        envelope = json.loads(_deposit(solo))
        change(envelope)
        return canonical.encode(envelope)

    return make


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Solo], bytes]:
    return lambda solo: change(_deposit(solo))


def _extra_signature(envelope: dict[str, Any]) -> None:
    envelope["signatures"].append({**envelope["signatures"][0], "signer": "org2.clerk"})


def _flip(envelope: dict[str, Any]) -> None:
    old = envelope["signatures"][0]["signature"]
    envelope["signatures"][0]["signature"] = ("1" if old[0] != "1" else "2") + old[1:]


CASES: list[tuple[str, Callable[[Solo], bytes], str]] = [
    ("nothing", lambda _: b"", "form/1"),
    ("no JSON", lambda _: b"hello", "form/1"),
    ("cut short", _bytes(lambda raw: raw[:-1]), "form/1"),
    ("white space inside", _bytes(lambda raw: raw.replace(b'":', b'": ', 1)), "form/2"),
    ("a line feed after", _bytes(lambda raw: raw + b"\n"), "form/2"),
    ("a key twice in the body", _bytes(lambda raw: raw.replace(b'"nonce":', b'"nonce":"00","nonce":', 1)), "form/2"),
    ("a key twice outside", _bytes(lambda raw: raw.replace(b'{"body":', b'{"body":1,"body":', 1)), "form/2"),
    ("deep nesting", lambda _: b'{"body":' + b"[" * 40 + b"]" * 40 + b"}", "form/6"),
    ("very deep nesting", lambda _: b"[" * 60_000, "form/6"),
    ("a float", _bytes(lambda raw: raw.replace(b'"expires":', b'"expires":1.5e3,"x":', 1)), "form/3"),
    ("a float alone", _bytes(lambda raw: raw.replace(b',"messages"', b'.5,"messages"', 1)), "form/3"),
    ("an integer beyond the range", _bytes(lambda raw: raw.replace(b',"messages"', b'0000000,"messages"', 1)), "form/4"),
    ("full-width digits", _bytes(lambda raw: raw.replace(b'"commitment":"11', '"commitment":"１１'.encode(), 1)), "tx/12"),
    ("a lone surrogate", _bytes(lambda raw: raw.replace(b'"commitment":"11', b'"commitment":"\\ud800', 1)), "form/1"),
    ("text not in NFC", _bytes(lambda raw: raw.replace(b'"commitment":"11', '"commitment":"A\u030a'.encode(), 1)), "form/5"),
    ("an upper-case digest", _bytes(lambda raw: raw.replace(b"1111", b"AAAA", 1)), "tx/12"),
    ("a digest with a line feed", _bytes(lambda raw: raw.replace(_ONE.encode(), _ONE.encode() + b"\\n", 1)), "tx/12"),
    ("over-long", lambda _: b'{"body":"' + b"x" * 70_000 + b'"}', "tx/1"),
    ("another member", _envelope(lambda tx: tx.update(memo="x")), "tx/12"),
    ("no signatures at all", _envelope(lambda tx: tx.pop("signatures")), "tx/12"),
    ("another member in the body", _body(lambda body: body.update(memo="x")), "tx/12"),
    ("an unknown message", _body(lambda body: body["messages"][0].update(type="evidence.destroy")), "tx/11"),
    ("a message with a spare field", _body(lambda body: body["messages"][0].update(note="x")), "tx/12"),
    ("a default written out", _body(lambda body: body["messages"][0].update(source="own_file")), "form/2"),
    ("another chain", _body(lambda body: body.update(chain="other." + "0" * 64)), "tx/2"),
    ("another chain of the same name", _body(lambda body: body.update(chain="zl-test." + "0" * 64)), "tx/2"),
    ("no message", _body(lambda body: body["messages"].clear()), "tx/15"),
    ("too many messages", _body(lambda body: body.update(messages=body["messages"] * 65)), "tx/14"),
    ("no signer", _envelope(lambda tx: (tx["signatures"].clear(), tx["body"]["signers"].clear())), "tx/15"),
    ("too many signers", _body(lambda body: body.update(signers=[f"org1.s{n:02d}" for n in range(17)])), "tx/13"),
    ("signers not sorted", _body(lambda body: body.update(signers=["org2.clerk", "org1.clerk"])), "tx/7"),
    ("a signer twice", _body(lambda body: body.update(signers=["org1.clerk", "org1.clerk"])), "tx/7"),
    ("a missing signature", _body(lambda body: body.update(signers=["org1.clerk", "org2.clerk"])), "tx/6"),
    ("an extra signature", _envelope(_extra_signature), "tx/6"),
    ("a signature of nobody named", _envelope(lambda tx: tx["signatures"][0].update(signer="org1.admin")), "tx/6"),
    ("a wrong signature", _envelope(_flip), "tx/8"),
    ("a signature over another body", _envelope(lambda tx: tx["body"].update(nonce="00" * 16)), "tx/8"),
    ("a signature of zeros", _envelope(lambda tx: tx["signatures"][0].update(signature="00" * 64)), "tx/8"),
    ("a key nobody registered", _envelope(lambda tx: tx["signatures"][0].update(key="22" * 32)), "tx/9"),
    ("expired", lambda solo: _deposit(solo, expires=CREATED - 1), "tx/3"),
    ("expires this second", lambda solo: _deposit(solo, expires=solo.now_ms // 1000), "tx/3"),
    ("too far ahead", lambda solo: _deposit(solo, expires=solo.now_ms // 1000 + 601), "tx/4"),
    ("a short nonce", _body(lambda body: body.update(nonce="00" * 15)), "tx/12"),
]


@pytest.mark.parametrize(("make", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_screen__turns_away(solo: Solo, make: Callable[[Solo], bytes], code: str) -> None:
    good = solo.sign(Deposit(commitment="ee" * 32))
    bad = make(solo)
    before = solo.application.chain_store.head()
    answers = solo.submit([bad, good])
    assert answers[0] is not None
    assert answers[0].code == code
    assert answers[0].say("zh")
    assert answers[1] is None  # a good one beside it is not hurt
    assert solo.application.chain_store.head() == before
    assert len(solo.application.pool) == 1


def test_screen__turns_away_the_key_of_another(solo: Solo) -> None:
    def swap(tx: dict[str, Any]) -> None:
        tx["signatures"][0]["key"] = solo.world.fingerprint("org2.clerk")

    answers = solo.submit([_envelope(swap)(solo)])
    assert answers[0] is not None
    assert answers[0].code == "tx/10"


def test_screen__turns_away_a_replay_at_every_stage(solo: Solo) -> None:
    raw = _deposit(solo)
    assert solo.submit([raw]) == [None]
    assert [each.code if each else None for each in solo.submit([raw, raw])] == ["tx/5", "tx/5"]  # waiting
    solo.step()
    assert [each.code if each else None for each in solo.submit([raw])] == ["tx/5"]  # in a block
    solo.step(299)  # its last second, as block time goes
    assert [each.code if each else None for each in solo.submit([raw])] != [None]
    solo.step(400)
    assert [each.code if each else None for each in solo.submit([raw])] == ["tx/3"]  # forgotten, but expired


def test_screen__bounds_what_an_organisation_has_pending(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(Limits(), organisation_pending_max=3)
    solo = open_solo(tmp_path, genesis=make_genesis(2, limits=limits))
    mine = [solo.sign(Deposit(commitment=f"{n:064x}")) for n in range(5)]
    theirs = solo.sign(Deposit(commitment=_ONE), "org2.clerk")
    answers = [each.code if each else None for each in solo.submit([*mine, theirs])]
    assert answers == [None, None, None, "tx/16", "tx/16", None]
    solo.step()
    assert solo.submit(mine[3:]) == [None, None]


def test_block__bounds_what_an_organisation_takes_of_it(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(Limits(), transaction_steps_max=2000, organisation_block_steps_max=2000)
    solo = open_solo(tmp_path, genesis=make_genesis(2, limits=limits))
    mine = [solo.sign(Deposit(commitment=f"{n:064x}")) for n in range(70)]
    theirs = solo.sign(Deposit(commitment=_ONE), "org2.clerk")
    assert solo.submit([*mine, theirs]) == [None] * 71
    codes = [each.code for each in solo.step().outcomes]
    assert codes[0] is None
    assert "ledger/2" in codes[:70]
    assert codes[70] is None


def test_propose__drops_what_expired_while_waiting(solo: Solo) -> None:
    raw = _deposit(solo, expires=solo.now_ms // 1000 + 5)
    assert solo.submit([raw]) == [None]
    stepped = solo.step(6)
    assert stepped.header is None
    assert [each.code for each in stepped.outcomes] == ["tx/3"]
    assert len(solo.application.pool) == 0
