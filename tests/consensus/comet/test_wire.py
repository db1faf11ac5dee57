"""The engine's messages, byte by byte, and the framing of its socket protocol."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.consensus.comet.extension import (
    EXTENSION_BYTES_MAX,
    Offer,
    decode_extension,
    decode_offer,
    decode_seals,
    encode_extension,
    encode_offer,
    encode_seals,
    is_offer,
    is_seals,
)
from zhulian.consensus.comet.socket import AbciConnection, Frames, FrameTooLong, frame
from zhulian.consensus.comet.wire import METHODS, Request, Response, message, reply
from zhulian.ledger.types import Seal

SEAL = Seal(key="ab" * 32, sealer="org1", signature="cd" * 64, time_ms=1_766_880_000_123)


def test_check_tx__has_the_bytes_of_the_specification() -> None:
    # field 8 of Request, length 5: field 1 of RequestCheckTx, length 3 (proto/tendermint/abci/types.proto of v0.40)
    assert Request(check_tx=message("RequestCheckTx")(tx=b"abc")).SerializeToString() == b"\x42\x05\x0a\x03abc"
    assert reply("finalize_block", app_hash=b"\x01").SerializeToString() == b"\xaa\x01\x03\x2a\x01\x01"
    assert reply("commit", retain_height=7).SerializeToString() == b"\x62\x02\x18\x07"


def test_methods__have_one_number_each_way() -> None:
    for method, (asked, answered) in METHODS.items():
        assert Request.DESCRIPTOR.fields_by_name[method].number == asked
        assert Response.DESCRIPTOR.fields_by_name[method].number == answered


def test_unknown_fields_of_a_later_engine__are_skipped() -> None:
    assert Request.FromString(b"\x42\x07\x0a\x03abc\x48\x01").WhichOneof("value") == "check_tx"


@given(st.lists(st.binary(max_size=400), max_size=12), st.lists(st.integers(1, 97), min_size=1, max_size=30))
def test_frames__come_out_as_they_went_in_however_the_stream_is_cut(payloads: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(frame, payloads))
    frames, found, at = Frames(), [], 0
    for step in cuts * (len(stream) + 1):
        found += frames.feed(stream[at : at + step])
        at += step
        if at >= len(stream):
            break
    assert found == payloads


@pytest.mark.parametrize("head", [b"\xff\xff\xff\xff\x7f", b"\xff\xff\xff\xff\xff", b"\x80" * 6])
def test_frames__refuse_a_length_that_no_engine_sends(head: bytes) -> None:
    with pytest.raises(FrameTooLong):
        Frames().feed(head)


def test_connection__answers_in_the_order_of_the_questions() -> None:
    async def play() -> list[str]:
        slow: asyncio.Future[object] = asyncio.get_running_loop().create_future()

        def answer(method: str, request: object) -> object:
            return slow if method == "check_tx" else reply("info", data="here")

        connection = AbciConnection(answer, pytest.fail)
        written: list[bytes] = []

        class Sink(asyncio.Transport):
            def write(self, data: bytes) -> None:  # type: ignore[override]
                written.append(data)

        connection.connection_made(Sink())
        asked = [
            Request(check_tx=message("RequestCheckTx")(tx=b"x")),
            Request(info=message("RequestInfo")()),
            Request(flush=message("RequestFlush")()),
        ]
        connection.data_received(b"".join(frame(each.SerializeToString()) for each in asked))
        assert written == []
        slow.set_result(reply("check_tx", code=0))
        await asyncio.sleep(0.01)
        return [Response.FromString(each).WhichOneof("value") for each in Frames().feed(b"".join(written))]

    assert asyncio.run(play()) == ["check_tx", "info", "flush"]


def test_extension__survives_the_way_and_never_refuses() -> None:
    offers = [Offer(height=3, seal=SEAL), Offer(height=4, seal=SEAL)]
    assert decode_extension(encode_extension(offers)) == offers
    assert encode_extension([]) == b""
    for bad in (b"", b"{}", b"[1]", b"\xff", b"[" * 5000, b" " * (EXTENSION_BYTES_MAX + 1), encode_extension(offers)[:-1]):
        assert decode_extension(bad) == []


def test_seals_in_a_block__are_no_transaction() -> None:
    entry = encode_seals(9, [SEAL])
    assert is_seals(entry)
    assert not is_seals(b'{"body":{}}')
    sealed = decode_seals(entry)
    assert sealed is not None
    assert (sealed.height, sealed.seals) == (9, [SEAL])
    assert decode_seals(entry[:-2]) is None


def test_offer__is_one_seal_that_nobody_takes_for_a_transaction_or_a_quorum() -> None:
    entry = encode_offer(Offer(height=7, seal=SEAL))
    assert is_offer(entry)
    assert not is_seals(entry)
    assert decode_offer(entry) == [Offer(height=7, seal=SEAL)]
    assert not is_offer(encode_seals(7, [SEAL]))
    prefix = entry[: entry.index(b"[")]
    assert decode_offer(prefix + encode_extension([Offer(height=each, seal=SEAL) for each in (7, 8)])) == [
        Offer(height=7, seal=SEAL)
    ], "one entry is one seal"
    for bad in (prefix, prefix + b"{}", entry[:-1], entry + b" ", prefix + b"x" * 9_000):
        assert decode_offer(bad) == []
