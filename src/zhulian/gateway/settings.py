"""What one gateway process needs and members need not agree on: limits, times, who may ask."""

import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from zhulian.canonical import WrongShape
from zhulian.errors import Words

__all__ = ["Settings", "load_settings"]


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`gateway.toml` of the home. Sizes in bytes, times in seconds."""

    authentication: Literal["open", "required"] = "open"
    """`open` answers everybody; `required` asks for a signed request or a token, also to read."""
    hosts: tuple[str, ...] = ()
    """Names under which the gateway answers. Empty: any name where it listens beyond loopback, else only loopback names,
    so that a page from elsewhere cannot reach it through a name that it points at 127.0.0.1."""
    metrics: Literal["loopback", "open", "off"] = "loopback"
    """Who may read /metrics: whoever comes from this machine, everybody, nobody. A proxy on this machine makes everybody
    come from it: let it keep the address to itself."""
    language: Literal["zh", "en"] = "zh"
    """For whoever states no preference."""

    requests_max: int = 2048
    """Requests under way at once; beyond it 429."""
    request_bytes_max: int = 64 * 1024 * 1024
    """Bytes of bodies held at once, over all requests; beyond it 429."""
    connections_max: int = 1024
    """Lines open at once; each may hold one read of 256 KiB that is not counted yet."""
    streams_max: int = 256
    head_bytes_max: int = 32 * 1024

    envelope_bytes_max: int = 256 * 1024
    batch_bytes_max: int = 16 * 1024 * 1024
    batch_items_max: int = 10_000
    ids_max: int = 500

    head_s: float = 10.0
    """For the request line and headers to arrive."""
    body_s: float = 30.0
    keep_alive_s: int = 75
    wait_s: float = 30.0
    """For the ledger to bring a submission to the state asked for."""
    answer_s: float = 10.0
    """For the ledger to answer a read."""
    heart_beat_s: float = 15.0

    skew_s: int = 60
    """How far a signed request's time may be from the gateway's clock."""
    nonces_max: int = 200_000
    key_cache_s: float = 2.0
    """How long a signer's registered keys are believed without asking the ledger again."""


def load_settings(file: Path) -> Settings:
    """Read `file`, or the defaults where it is not there.

    Raises:
        WrongShape: it is no TOML, or has an unknown entry or a wrong value.
    """
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Settings)
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise WrongShape(why=Words.quote(f"{file.name}: {wrong}")) from None
