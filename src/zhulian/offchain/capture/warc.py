"""The exchanges of a capture as a WARC file (ISO 28500:2017, WARC 1.1), one gzip member a record, written by warcio."""

import base64
import hashlib
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, BinaryIO

from zhulian.offchain.capture.errors import CaptureMissing
from zhulian.offchain.capture.exchanges import Exchange

__all__ = ["write_warc"]

_UNPACKED = ("content-encoding", "transfer-encoding", "content-length")
"""Headers that spoke of the packed body; the browser gives the unpacked one."""


def write_warc(file: BinaryIO, exchanges: Iterable[Exchange], about: Mapping[str, str]) -> None:
    """Write `about` as warcinfo and each exchange as a request and a response record; what was not answered is left out.

    A body stands as the browser unpacked it. Headers that spoke of the packed form are kept as `X-Archive-Orig-…`, and
    `Content-Length` is that of what is there.

    Raises:
        CaptureMissing: the extra is not installed.
    """
    try:
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter
    except ImportError:
        raise CaptureMissing() from None
    writer = WARCWriter(file, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("resources.warc.gz", dict(about)))
    for each in exchanges:
        if not each.status:
            continue
        body = each.body or b""
        head = StatusAndHeaders(f"{each.status} {each.reason}".strip(), _response_headers(each, body), protocol="HTTP/1.1")
        response_id, date = f"<urn:uuid:{uuid.uuid4()}>", _date(each.time_ms)
        facts = {"WARC-Record-ID": response_id, "WARC-Date": date, "WARC-Payload-Digest": _digest(body)}
        if each.remote:
            facts["WARC-IP-Address"] = each.remote
        if each.tls.get("protocol"):
            facts["WARC-Protocol"] = each.tls["protocol"].lower().replace(" ", "/")
        if each.body is None and not 300 <= each.status < 400:
            facts["WARC-Truncated"] = "unspecified"
        writer.write_record(_record(writer, each.url, "response", body, head, facts))
        asked = StatusAndHeaders(f"{each.method} {_path(each.url)} HTTP/1.1", _clean(each.request_headers), is_http_request=True)
        facts = {"WARC-Date": date, "WARC-Payload-Digest": _digest(each.posted), "WARC-Concurrent-To": response_id}
        writer.write_record(_record(writer, each.url, "request", each.posted, asked, facts))


def _record(writer: Any, url: str, kind: str, body: bytes, head: Any, facts: dict[str, str]) -> Any:
    return writer.create_warc_record(
        url, kind, payload=io.BytesIO(body), length=len(body), http_headers=head, warc_headers_dict=facts
    )


def _response_headers(exchange: Exchange, body: bytes) -> list[tuple[str, str]]:
    kept = [(f"X-Archive-Orig-{name}" if name.lower() in _UNPACKED else name, value) for name, value in _clean(exchange.headers)]
    return [*kept, ("Content-Length", str(len(body)))]


def _clean(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers without line breaks, which would make two of one (browsers join repeated ones by a line break)."""
    return [(name, part) for name, value in headers if not name.startswith(":") for part in value.replace("\r", "").split("\n")]


def _path(url: str) -> str:
    rest = url.partition("://")[2]
    return "/" + rest.partition("/")[2].partition("#")[0]


def _date(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _digest(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode()
