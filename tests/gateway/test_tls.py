"""The TLS door: a real process, real handshakes, a certificate renewed under it, and what it refuses to start with."""

import asyncio
import datetime
import os
import shutil
import socket
import ssl
import subprocess
import warnings
from pathlib import Path

import httpx
import pytest
from gateway_fake import FakeLedger
from gateway_process import on_socket, running

from zhulian.client.errors import BadAuthority, Unreachable
from zhulian.client.flow import Call
from zhulian.client.line import HttpLine
from zhulian.gateway.errors import BadTls
from zhulian.gateway.tls import Certificate
from zhulian.gateway.trial import make_trial

pytestmark = pytest.mark.anyio


def _trial(folder: Path, *names: str) -> None:
    make_trial(folder, names or ("localhost", "127.0.0.1"), datetime.datetime.now(datetime.UTC))


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _handshake(port: int, authority: Path, newest: ssl.TLSVersion | None = None) -> tuple[str, int]:
    """The TLS version agreed on, and the serial number of the certificate that was shown."""
    from cryptography import x509

    context = ssl.create_default_context(cafile=str(authority))
    if newest is not None:
        context.set_ciphers("DEFAULT@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of TLS 1.1, which is asked for to see it refused
            context.maximum_version = newest
    with (
        socket.create_connection(("127.0.0.1", port), 5) as line,
        context.wrap_socket(line, server_hostname="localhost") as wrapped,
    ):
        shown = wrapped.getpeercert(binary_form=True)
        assert shown is not None
        return str(wrapped.version()), x509.load_der_x509_certificate(shown).serial_number


async def test_tls__serves_renews_and_redirects(ledger: FakeLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, port, plain = tmp_path / "home", _free(), _free()
    _trial(home / "tls")
    settings = (
        f'public_url = "https://localhost:{port}"\nhead_s = 0.5\n[tls]\ncertificate = "tls/server.pem"\nkey = "tls/server.key"\n'
        f'host = "127.0.0.1"\nport = {port}\nredirect_port = {plain}\nlook_s = 0.1\n'
    )
    async with on_socket(ledger, home), running(home, settings) as gateway:
        authority = home / "tls" / "ca.pem"
        trusting = ssl.create_default_context(cafile=str(authority))
        async with httpx.AsyncClient(verify=trusting, trust_env=False) as http:
            answer = await http.get(f"https://localhost:{port}/v1/status")
            assert answer.status_code == 200
            assert answer.headers["strict-transport-security"] == "max-age=31536000"
            wrong = await http.get(f"https://localhost:{port}/v1/status", headers={"Host": "evil.example"})
            assert wrong.json()["code"] == "gateway/23"
            inside = await http.get(gateway.url + "/v1/status")
            assert inside.status_code == 200
            assert "strict-transport-security" not in inside.headers
            lead = await http.get(f"http://127.0.0.1:{plain}//evil.example/x?a=1", headers={"Host": "evil.example"})
            assert (lead.status_code, lead.headers["location"]) == (308, f"https://localhost:{port}/evil.example/x?a=1")
            assert "zhulian_gateway_tls_not_after_seconds" in (await http.get(gateway.url + "/metrics")).text

        version, first = await asyncio.to_thread(_handshake, port, authority)
        assert version == "TLSv1.3"
        assert (await asyncio.to_thread(_handshake, port, authority, ssl.TLSVersion.TLSv1_2))[0] == "TLSv1.2"
        with pytest.raises(ssl.SSLError, match=r"EOF|PROTOCOL_VERSION|protocol version"):
            _handshake(port, authority, ssl.TLSVersion.TLSv1_1)

        reader, writer = await asyncio.open_connection("127.0.0.1", port)  # says nothing at all: loses its line
        async with asyncio.timeout(3):
            assert await reader.read() == b""
        writer.close()

        (home / "tls" / "server.pem").write_text("half a file")
        await asyncio.sleep(0.3)
        assert await asyncio.to_thread(_handshake, port, authority) == ("TLSv1.3", first)  # the old one stays
        _trial(home / "tls")
        async with asyncio.timeout(5):
            while True:
                try:
                    _, second = await asyncio.to_thread(_handshake, port, authority)
                    break
                except ssl.SSLError:  # the new CA beside the old certificate, for a moment
                    await asyncio.sleep(0.05)
        assert second != first

        monkeypatch.setenv("ZHULIAN_CA", str(authority))
        line = HttpLine(f"https://localhost:{port}")
        assert (await asyncio.to_thread(line.perform, Call("GET", "/v1/status"))).status == 200
        line.close()
        monkeypatch.delenv("ZHULIAN_CA")
        stranger = HttpLine(f"https://localhost:{port}")
        with pytest.raises(Unreachable):
            await asyncio.to_thread(stranger.perform, Call("GET", "/v1/status"))
        stranger.close()
    assert "not taken" in (home / "gateway.log").read_text()


def test_ca__that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    for path in (tmp_path / "ca.pem", tmp_path / "gone.pem"):
        monkeypatch.setenv("ZHULIAN_CA", str(path))
        with pytest.raises(BadAuthority):
            HttpLine("https://localhost:1")


def test_certificate__that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    _trial(tmp_path)
    _trial(tmp_path / "other")
    pem, key = tmp_path / "server.pem", tmp_path / "server.key"
    assert Certificate(pem, key).not_after > 0
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "ec", "-in", key, "-out", locked, "-aes256", "-passout", "pass:x"], check=True, capture_output=True
    )
    locked.chmod(0o600)
    shown = tmp_path / "shown.key"
    shutil.copy(key, shown)
    shown.chmod(0o644)
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    cases = {
        "passphrase": (pem, locked),
        "other users": (pem, shown),
        "key values mismatch": (pem, tmp_path / "other" / "server.key"),
        "No such file": (tmp_path / "gone.pem", key),
        "no start line|NO_START_LINE|PEM": (empty, key),
    }
    for why, (certificate, private) in cases.items():
        with pytest.raises(BadTls) as refused:
            Certificate(certificate, private)
        assert any(part.lower().replace("_", " ") in refused.value.say("en").lower().replace("_", " ") for part in why.split("|"))


def test_renewal__is_not_taken_while_it_cannot_be_used(tmp_path: Path) -> None:
    _trial(tmp_path)
    found = Certificate(tmp_path / "server.pem", tmp_path / "server.key")
    assert not found.look()
    (tmp_path / "server.key").unlink()
    assert not found.look()
    _trial(tmp_path, "renewed.example")
    assert found.look()
    assert not found.look()
    (tmp_path / "server.pem").write_text("junk")
    os.utime(tmp_path / "server.pem", ns=(1, 1))
    assert not found.look()


async def test_process__says_what_is_wrong_with_its_certificate(tmp_path: Path) -> None:
    settings = f'[tls]\ncertificate = "none.pem"\nkey = "none.key"\nport = {_free()}\n'
    with pytest.raises(RuntimeError, match="gateway/39"):
        async with running(tmp_path, settings):
            pass
