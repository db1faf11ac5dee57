"""A signature worker: one process that verifies slices of signatures and knows nothing else.

Run by the ledger process as `python -m zhulian.node.worker FILE_NUMBER SUITE`; ends when its socket ends.
"""

import contextlib
import socket
import sys
from collections import deque

import msgspec

from zhulian.crypto import native, suite
from zhulian.node.frames import FrameReader, frame
from zhulian.node.turns import Turns

__all__ = ["Job", "Slice", "serve"]

Job = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""

_RECEIVE_BYTES = 1024 * 1024


class Slice(msgspec.Struct, array_like=True, frozen=True):
    """Signatures to verify in one go; an urgent slice overtakes those that are not, unless it is their turn."""

    id: int
    urgent: bool
    jobs: list[Job]
    native: bool = True
    """Whether the native kernel may be used; not where the ledger process has found it wrong."""


def serve(link: socket.socket, suite_name: str) -> None:
    """Verify what comes in on `link` until it ends.

    The answer to a slice is its id and one byte (0 or 1) a signature; id 0 without any says first that the worker is ready.
    """
    verify_many = suite(suite_name).verify_many
    decode = msgspec.msgpack.Decoder(Slice).decode
    encode = msgspec.msgpack.Encoder().encode
    reader = FrameReader()
    urgent: deque[Slice] = deque()
    patient: deque[Slice] = deque()
    turns = Turns()
    link.sendall(frame(encode((0, b""))))
    while True:
        idle = not urgent and not patient
        try:
            data = link.recv(_RECEIVE_BYTES, 0 if idle else socket.MSG_DONTWAIT)
        except BlockingIOError:
            data = None
        if data == b"":
            return
        if data is not None:
            for payload in reader.feed(data):
                each = decode(payload)
                (urgent if each.urgent else patient).append(each)
            continue  # whatever else has come in may be urgent
        waited = turns.is_patients(bool(urgent), bool(patient))
        turns.took(waited)
        work = patient.popleft() if waited else urgent.popleft()
        with contextlib.nullcontext() if work.native else native.left_out():
            verdicts = bytes(verify_many(work.jobs))
        link.sendall(frame(encode((work.id, verdicts))))


def main(arguments: list[str]) -> int:
    """Serve the socket whose file number and suite the ledger process named."""
    number, suite_name = arguments
    with socket.socket(fileno=int(number)) as link, contextlib.suppress(ConnectionError):  # the ledger process has ended
        link.setblocking(True)
        serve(link, suite_name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
