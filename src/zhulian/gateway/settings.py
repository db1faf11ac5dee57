"""What one gateway process needs and members need not agree on: limits, times, who may ask."""

import ipaddress
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from zhulian.canonical import WrongShape
from zhulian.errors import Words
from zhulian.gateway.access.records import LOG_DAYS_MIN
from zhulian.gateway.errors import BadSetting

__all__ = ["Settings", "Tls", "load_settings"]


class Tls(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[tls]` of gateway.toml: a door of its own with TLS 1.2 or newer, beside the plain one. Paths count from the home."""

    certificate: Annotated[str, msgspec.Meta(min_length=1)]
    """PEM: the server's certificate and those above it, the server's first."""
    key: Annotated[str, msgspec.Meta(min_length=1)]
    """PEM, without a passphrase, readable by nobody else."""
    host: str = "0.0.0.0"  # noqa: S104 - a door for others; it opens only where somebody has written this table
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 8443
    redirect_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    """A plain port whose only answer is to come to `public_url`; 0: none."""
    look_s: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    """How often the two files are looked at: a renewed certificate counts without a restart."""
    hsts_s: Annotated[int, msgspec.Meta(ge=0)] = 31_536_000
    """How long browsers are to come by TLS only (RFC 6797); 0: they are not told."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`gateway.toml` of the home. Sizes in bytes, times in seconds."""

    authentication: Literal["open", "required"] = "open"
    """`open` answers everybody; `required` asks for a signed request or a token, also to read."""
    hosts: tuple[str, ...] = ()
    """Names under which the gateway answers. Empty: any name where it listens beyond loopback, else only loopback names,
    so that a page from elsewhere cannot reach it through a name that it points at 127.0.0.1."""
    public_url: str = ""
    """Where people and QR codes find this gateway, such as `https://chain.example.gov.cn`; empty: they are shown the address
    that they came by."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses or networks of reverse proxies whose X-Forwarded-For, -Proto and -Host are believed; nobody else's are."""
    address_requests_per_s: Annotated[float, msgspec.Meta(ge=0)] = 500.0
    """Requests a second from one address (of IPv6: one /64); beyond it, and a burst, 429. 0: no limit. This machine has none."""
    address_burst: Annotated[int, msgspec.Meta(ge=1)] = 2000
    addresses_max: Annotated[int, msgspec.Meta(ge=1)] = 50_000
    """How many addresses are remembered."""
    tls: Tls | None = None
    metrics: Literal["loopback", "open", "off"] = "loopback"
    """Who may read /metrics: whoever comes from this machine, everybody, nobody. A proxy on this machine makes everybody
    come from it: let it keep the address to itself."""
    language: Literal["zh", "en"] = "zh"
    """For whoever states no preference."""

    filing: str = ""
    """The filing number of the information service (备案号), shown by /v1/status and the root page; empty: that of genesis, if any."""
    log_days: int | None = None
    """How many days of the access log are kept; none: there is no such log. An information service keeps six months at least."""

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
    vault_piece_bytes_max: int = 8 * 1024 * 1024
    """The largest piece of an upload to the vault."""

    proofs_at_once: Annotated[int, msgspec.Meta(ge=1)] = 1
    """Definitions that are proved at once, each in a process of its own."""
    proofs_waiting_max: Annotated[int, msgspec.Meta(ge=1)] = 8
    proofs_kept_max: Annotated[int, msgspec.Meta(ge=1)] = 16
    """Results that are kept, over all parties; the oldest go first."""
    proofs_kept_s: Annotated[float, msgspec.Meta(gt=0)] = 3600.0
    proof_s: Annotated[int, msgspec.Meta(ge=1)] = 300
    """How long one proof may take."""
    proof_memory_bytes: Annotated[int, msgspec.Meta(ge=128 * 1024**2)] = 2 * 1024**3
    """How much memory one proof may take; the largest pack of the release takes 1.2 GB."""

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
        WrongShape: it is no TOML, or has an unknown entry or a wrong value. BadSetting: a value does not fit the others.
    """
    try:
        found = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Settings)
        _check(found)
        return found
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise WrongShape(why=Words.quote(f"{file.name}: {wrong}")) from None


def _check(settings: Settings) -> None:
    """Hold what a type cannot say.

    Raises:
        BadSetting.
    """
    if settings.log_days is not None and settings.log_days < LOG_DAYS_MIN:
        why = Words(
            f"日志留存不得少于六个月（{LOG_DAYS_MIN} 天）", f"the law asks for logs of six months ({LOG_DAYS_MIN} days) at least"
        )
        raise BadSetting(name="log_days", why=why)
    for each in settings.trusted_proxies:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            raise BadSetting(
                name="trusted_proxies", why=Words(f"{each[:80]} 不是地址或网段", f"{each[:80]} is no address or network")
            ) from None
    if settings.public_url:
        parts = urlsplit(settings.public_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
            why = Words("应为 https://主机 形式的地址", "it is no address such as https://host")
            raise BadSetting(name="public_url", why=why)
    elif settings.tls is not None and settings.tls.redirect_port:
        why = Words("跳转需要 public_url", "to redirect, it takes public_url")
        raise BadSetting(name="tls.redirect_port", why=why)
