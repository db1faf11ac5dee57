"""Frames on a local stream: four bytes of length, big-endian, then that many bytes of msgpack."""

import struct

from zhulian.node.errors import FrameTooLong

__all__ = ["FRAME_BYTES_MAX", "FrameReader", "frame"]

FRAME_BYTES_MAX = 32 * 1024 * 1024
"""The longest frame either side sends or reads; above the largest batch that the gateway lets through."""

_LENGTH = struct.Struct(">I")


def frame(payload: bytes) -> bytes:
    """`payload` with its length before it.

    Raises:
        FrameTooLong: it is longer than a reader would take.
    """
    if len(payload) > FRAME_BYTES_MAX:
        raise FrameTooLong(size=len(payload), most=FRAME_BYTES_MAX)
    return _LENGTH.pack(len(payload)) + payload


class FrameReader:
    """Cuts a stream into frames, keeping at most one unfinished frame."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The payloads that are complete once `data` has arrived, in order.

        Raises:
            FrameTooLong: a length is over the limit; the stream is of no further use.
        """
        buffer = self._buffer
        buffer += data
        found = []
        at, size = 0, len(buffer)
        while size - at >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(buffer, at)
            if length > FRAME_BYTES_MAX:
                raise FrameTooLong(size=length, most=FRAME_BYTES_MAX)
            end = at + _LENGTH.size + length
            if end > size:
                break
            found.append(bytes(memoryview(buffer)[at + _LENGTH.size : end]))
            at = end
        if at:
            del buffer[:at]
        return found
