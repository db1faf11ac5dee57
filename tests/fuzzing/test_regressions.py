"""What cases that were found did, and what comes of them now."""

from pathlib import Path

import pytest

from tests.fuzzing.parsers import _Line, _server
from zhulian.consensus.comet.socket import AbciConnection, frame
from zhulian.consensus.comet.wire import reply
from zhulian.consensus.seal_log import SealLog, SealLogBroken
from zhulian.node.frames import frame as rpc_frame
from zhulian.node.server import _Connection


@pytest.mark.parametrize("payload", [b"\x12\xff", b"", b"\xfa\x07\x00"])
def test_abci__ends_a_connection_that_sends_no_request(payload: bytes) -> None:
    failed: list[BaseException] = []
    connection, line = AbciConnection(lambda method, request: reply("info"), failed.append), _Line()
    connection.connection_made(line)  # type: ignore[arg-type]
    connection.data_received(frame(payload))
    assert line.aborted
    assert failed == [], "the node goes on"


@pytest.mark.parametrize(
    "payload",
    [b"\x93\t\xa4pa\xffe\x80", b"\x93\t\xa4page\x82\xaacolle\x80ction\xa1x\xa5limit\x05", b"\x93\x01\xa5state" + b"\x91" * 3_000],
)
def test_rpc__refuses_what_is_no_text_and_what_is_too_deep(payload: bytes) -> None:
    connection = _Connection(_server())
    connection.connection_made(_Line())  # type: ignore[arg-type]
    connection.data_received(rpc_frame(payload))
    connection.connection_lost(None)


def test_seal_log__names_a_byte_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "seal.log"
    path.write_bytes(b'{"header":"\xff","height":1}\n')
    with pytest.raises(SealLogBroken):
        SealLog(path)
