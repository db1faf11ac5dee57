"""Transactions read through the kernel, beside the Python reader: the same answer to any bytes, refusals included."""

import random
from typing import Any

import pytest
import zhulian_native
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian import canonical
from zhulian.crypto import GM, INTL, Hasher, Suite, native
from zhulian.errors import Refusal
from zhulian.ledger.limits import HARD, Limits
from zhulian.ledger.transactions import Transaction, TransactionReader, encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.evidence.messages import Deposit, DepositBatch

CHAIN = "zl-test.0123456789abcdef"
LIMITS = Limits(transaction_messages_max=3, transaction_signers_max=3, transaction_bytes_max=4000)


class Note(Message, frozen=True, tag="note.write"):
    """A message that may hold any text and any depth."""

    text: str = ""
    more: Any = None


def reader_of(suite: Suite, chain: str = CHAIN) -> TransactionReader:
    return TransactionReader(chain, Hasher(suite, bytes(range(32))), [Deposit, DepositBatch, Note])


READER = reader_of(GM)


def envelope(
    messages: list[Message], signers: tuple[str, ...] = ("org1.o7",), chain: str = CHAIN, expires: int = 1_766_880_000
) -> bytes:
    body = encode_body(chain, expires, messages, "0a" * 16, list(signers))
    return encode_envelope(
        body, [SignatureEntry(key=f"{place:064x}", signature="0c" * 64, signer=name) for place, name in enumerate(signers)]
    )


def alone(reader: TransactionReader, raw: bytes, limits: Limits = LIMITS) -> Transaction | Refusal:
    try:
        return reader.read(raw, limits)
    except Refusal as refusal:
        return refusal


def assert_same(reader: TransactionReader, raws: list[bytes], limits: Limits = LIMITS) -> list[Transaction | Refusal]:
    """Hold that both ways answer alike to each of `raws`."""
    together = reader.read_many(raws, limits)
    for raw, fast in zip(raws, together, strict=True):
        slow = alone(reader, raw, limits)
        if isinstance(slow, Refusal):
            assert isinstance(fast, Refusal), raw
            assert fast.as_problem() == slow.as_problem()
        else:
            assert fast == slow
    return together


GOOD = [
    envelope([Deposit(commitment="ab" * 32)]),
    envelope([Deposit(digest="cd" * 32, source="device"), DepositBatch(count=3, root="ef" * 32), Note(text='"]}\\[{')]),
    envelope(
        [Note(text="存证回执\u00e9\n\t\x7f", more=[1, -5, True, None, {"a": [[]], "b": 2**53 - 1}])],
        ("a.b", "org1.o7", "~" + "0f" * 16),
    ),
    envelope([Note()], ("org1.o7",), expires=0),
]


@pytest.mark.parametrize("suite", [GM, INTL])
def test_read_many__reads_what_read_reads(suite: Suite) -> None:
    reader = reader_of(suite)
    frames = zhulian_native.read_transactions(suite.name, CHAIN, reader._prefix, 4000, 30, GOOD)
    assert all(frame is not None for frame in frames), "the kernel itself takes them, and not the way around it"
    found = assert_same(reader, GOOD)
    assert all(isinstance(each, Transaction) for each in found)
    assert reader.read_many([], LIMITS) == []


def changes(raw: bytes) -> list[bytes]:
    """Every kind of fault that the frame can have, one at a time."""
    swaps = [
        (b'{"body"', b' {"body"'), (b'{"body"', b'{"Body"'), (CHAIN.encode(), b"zl-other.00"), (b'"expires":1', b'"expires":01'),
        (b'"expires":1', b'"expires":-1'), (b'"expires":1', b'"expires":1.'), (b'"expires":1', b'"expires":99999'),
        (b'"expires":1', b'"expires":1e'), (b'"expires":1', b'"expires":"1'), (b'"nonce":"0a', b'"nonce":"0A'), (b'"nonce":"0a', b'"nonce":"a'),
        (b'"nonce"', b'"nonc\\u0065"'), (b'"messages":[', b'"messages":[]'), (b'"messages":[', b'"messages":{'), (b'"messages":[', b'"messages":[ '),
        (b'"messages":[', b'"messages":[1,'), (b'"messages":[', b'"messages":[{"type":"no.such"},'), (b'"signer":"', b'"signer":"x'),
        (b'"signers":["', b'"signers":["x'), (b'"signers":["', b'"signers":["org1.o7","'), (b'"signers":[', b'"signers":[],"x":['),
        (b'"key":"0', b'"key":"G'), (b'"signature":"0c', b'"signature":"0C'), (b'"signature":"0c', b'"signature":"'), (b"]}", b"]} "), (b"]}", b"],}"),
        (b'"signatures":[', b'"signatures":[],"signatures":['), (b'"commitment":"ab', b'"commitment":"AB'),
        (b'"type":"evidence.deposit"', b'"source":"own_file","type":"evidence.deposit"'), (b'"type":"evidence.deposit"', b'"type":"evidence.deposit","x":1'),
        (b"org1.o7", b"org1"), (b"org1.o7", b"1org.o7"), (b"org1.o7", b"org1.-7"), (b"org1.o7", b"org1.o7\xc3\xa9"), (b"org1.o7", b"org1.o7\n"),
        (b"org1.o7", b"o" * 40 + b".o7"), (b"org1.o7", b"o" * 31 + b"." + b"7" * 31), (b"org1.o7", b"~" + b"0" * 32), (b"org1.o7", b"~" + b"0" * 31),
    ]  # fmt: skip
    return [raw.replace(old, new) for old, new in swaps] + [raw.replace(old, new, 1) for old, new in swaps]


@pytest.mark.parametrize("raw", GOOD)
def test_read_many__refuses_as_read_refuses(raw: bytes) -> None:
    assert_same(READER, changes(raw))
    assert_same(READER, [raw[:size] for size in range(0, len(raw), 3)] + [raw + b"\0", b"\xef\xbb\xbf" + raw, raw + raw])


def test_read_many__holds_every_limit() -> None:
    notes: list[Message] = [Note(text=str(place)) for place in range(4)]
    many = tuple(f"org{place}.o1" for place in range(4))
    raws = [envelope(notes), envelope(notes[:3]), envelope([]), envelope(notes[:1], many), envelope(notes[:1], many[:3])]
    raws += [envelope(notes[:1], ()), envelope([Note(text="x" * 3000)]), envelope([Note(text="x" * 4000)])]
    found = assert_same(READER, raws)
    assert [isinstance(each, Transaction) for each in found[:5]] == [False, True, False, False, True]
    for depth in (26, 27, 28, 29, 30, 31, 32, 33, 40):
        raw = envelope([Note(more="NESTED")]).replace(b'"NESTED"', b"[" * depth + b"]" * depth)
        assert_same(READER, [raw], Limits())
    exact = len(GOOD[0])
    for most in (exact - 1, exact):
        assert_same(READER, [GOOD[0]], Limits(transaction_bytes_max=most))
    huge = envelope([Note(text="x" * HARD.envelope_bytes_max)])
    assert_same(READER, [huge], Limits(transaction_bytes_max=2 * HARD.envelope_bytes_max))


@pytest.mark.parametrize("text", ["e\u0301", "\ud800", "\u0378", "\ufffe", "\u2028", "\U0001f600", "\u0000", "\u001f", "\\", "/"])
def test_read_many__judges_text_as_read_does(text: str) -> None:
    written = canonical._ENCODER.encode(text) if text != "\ud800" else b'"\\ud800"'
    shell = envelope([Note(text="TEXT")])
    assert_same(
        READER, [shell.replace(b'"TEXT"', form) for form in (written, b'"\\u0065"', b'"\xff"', b'"\xc0\xaf"', b'"\n"', b'"\\/"')]
    )


def test_read_many__takes_no_chain_whose_name_would_be_escaped() -> None:
    for chain in ('quo"te', "back\\slash", "珠联"):
        assert_same(reader_of(GM, chain), [envelope([Note()], chain=chain)])


@settings(max_examples=60)
@given(
    st.sampled_from(GOOD),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 2), st.binary(max_size=3)), min_size=1, max_size=3),
)
def test_read_many__answers_as_read_to_any_bytes(raw: bytes, edits: list[tuple[int, int, bytes]]) -> None:
    for place, cut, put in edits:
        at = place % (len(raw) + 1)
        raw = raw[:at] + put + raw[at + cut :]
    assert_same(READER, [raw])


def test_read_many__answers_as_read_to_swapped_tokens() -> None:
    chance = random.Random(11)
    tokens = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b'"',
        b"\\",
        b"0",
        b"-1",
        b"1.5",
        b"null",
        b'"a"',
        b" ",
        b"\xe7\x8f\xa0",
        b"\\u0041",
        b"1e5",
    ]
    raws = []
    for _ in range(1500):
        raw = chance.choice(GOOD)
        at = chance.randrange(len(raw))
        raws.append(raw[:at] + chance.choice(tokens) + raw[at + chance.choice((0, 1)) :])
    found = assert_same(READER, raws)
    assert any(isinstance(each, Transaction) for each in found)


def test_read_many__gives_the_same_without_the_kernel() -> None:
    with native.left_out():
        slow = READER.read_many(GOOD, LIMITS)
    assert slow == READER.read_many(GOOD, LIMITS)


def test_kernel__left_to_judge_frames_needs_its_arguments() -> None:
    with pytest.raises(ValueError, match="gm or intl"):
        zhulian_native.read_transactions("none", CHAIN, b"", 10, 10, [])
    with pytest.raises(OverflowError):
        zhulian_native.read_transactions("gm", CHAIN, b"", -1, 10, [])
    with pytest.raises(TypeError):
        zhulian_native.read_transactions("gm", CHAIN, b"", 10, 10, ["text"])
