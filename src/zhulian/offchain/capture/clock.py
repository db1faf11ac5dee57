"""How far this machine's clock is off, as time servers say (SNTP, RFC 4330 §5)."""

import asyncio
import socket
import struct
import time
from dataclasses import dataclass

__all__ = ["SERVERS", "Reading", "read_clock"]

SERVERS = ("ntp.ntsc.ac.cn", "ntp.aliyun.com", "pool.ntp.org")
"""Asked where no others are named: China's National Time Service Center first."""
_SINCE_1900_S = 2_208_988_800
_WAIT_S = 1.5


@dataclass(frozen=True)
class Reading:
    """What one time server said. `offset_ms` is to be added to this machine's clock; `delay_ms` bounds its error.

    `failure` says why there is none.
    """

    server: str
    offset_ms: int = 0
    delay_ms: int = 0
    stratum: int = 0
    failure: str = ""


async def read_clock(servers: tuple[str, ...]) -> list[Reading]:
    """Ask all servers at once; one reading each, in order."""
    return list(await asyncio.gather(*(asyncio.to_thread(_ask, each) for each in servers)))


def _ask(server: str) -> Reading:
    host, _, port = server.partition(":")
    try:
        kind, _, _, _, address = socket.getaddrinfo(host, int(port or 123), type=socket.SOCK_DGRAM)[0]
        with socket.socket(kind, socket.SOCK_DGRAM) as line:
            line.settimeout(_WAIT_S)
            line.connect(address)
            sent = time.time()
            line.send(struct.pack("!B39xQ", 0x23, _stamp(sent)))
            answer = line.recv(512)
            came = time.time()
        return _read(server, answer, sent, came)
    except (OSError, ValueError, UnicodeError) as no:
        return Reading(server, failure=(str(no) or type(no).__name__)[:120])


def _read(server: str, answer: bytes, sent: float, came: float) -> Reading:
    """The offset from the four times (RFC 4330 §5).

    Raises:
        ValueError: no answer to what was asked.
    """
    if len(answer) < 48:
        raise ValueError("short answer")
    mode, stratum = answer[0] & 7, answer[1]
    asked, received, answered = struct.unpack("!24xQQQ", answer[:48])
    if mode != 4 or not 1 <= stratum <= 15 or asked != _stamp(sent) or not answered:
        raise ValueError("not an answer of a synchronised server")
    first, second = _seconds(received), _seconds(answered)
    offset = ((first - sent) + (second - came)) / 2
    delay = (came - sent) - (second - first)
    return Reading(server, round(offset * 1000), max(0, round(delay * 1000)), stratum)


def _stamp(unix_s: float) -> int:
    whole = int(unix_s)
    return (whole + _SINCE_1900_S) % 2**32 << 32 | int((unix_s - whole) * 2**32)


def _seconds(stamp: int) -> float:
    """Unix seconds of an NTP time; from 2036 on its first bit is 0 again (RFC 4330 §3)."""
    whole = stamp >> 32
    return (whole if whole >> 31 else whole + 2**32) - _SINCE_1900_S + (stamp & 0xFFFFFFFF) / 2**32
