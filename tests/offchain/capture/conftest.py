"""A web site on loopback with a certificate chain of its own, whose pages a test may change while it runs."""

import http.server
import ipaddress
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Page = tuple[int, dict[str, str], bytes]


@dataclass
class Site:
    """Pages by path; a page is status, headers, body, or a function that answers by itself."""

    port: int
    authority: Path
    pages: dict[str, Page | Callable[[http.server.BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str = "/", scheme: str = "https") -> str:
        """Where a page is."""
        return f"{scheme}://localhost:{self.port}{path}"

    def page(self, path: str, body: str, **headers: str) -> None:
        """Put an HTML page there."""
        self.pages[path] = (200, {"Content-Type": "text/html; charset=utf-8", **headers}, body.encode())


def _name(text: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Lakeside Library"), x509.NameAttribute(NameOID.COMMON_NAME, text)]
    )


def make_chain(folder: Path, *, days: int = 30, host: str = "localhost") -> Path:
    """A CA and a server certificate below it; `chain.pem` and `server.key` for the server, `ca.pem` for who trusts it."""
    now = datetime.now(UTC)
    top, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    begin = now - timedelta(days=60)

    def made(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, *, is_ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(now + timedelta(days=days))
            .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(top.public_key()), critical=False)
            .add_extension(x509.KeyUsage(not is_ca, False, False, False, False, is_ca, is_ca, False, False), critical=True)
        )
        if is_ca:
            builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(top.public_key()), critical=False)
        else:
            names = [x509.DNSName(host), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(top, hashes.SHA256())

    ca, leaf = made("Test Root", "Test Root", top, is_ca=True), made(host, "Test Root", own, is_ca=False)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.public_bytes(pem))
    (folder / "chain.pem").write_bytes(leaf.public_bytes(pem) + ca.public_bytes(pem))
    (folder / "server.key").write_bytes(own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return folder / "ca.pem"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Browsers break connections off; that is no fault."""


def serve(folder: Path, *, tls: bool = True) -> Iterator[Site]:
    """The site, until the generator is closed."""
    site = Site(0, folder / "ca.pem")

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            found = site.pages.get(self.path.partition("?")[0])
            if callable(found):
                found(self)
                return
            status, headers, body = found or (404, {"Content-Type": "text/plain"}, b"none")
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "chain.pem", folder / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site's certificate chain."""
    folder = tmp_path_factory.mktemp("chain")
    make_chain(folder)
    return folder


@pytest.fixture
def site(certificates: Path) -> Iterator[Site]:
    """The site with TLS."""
    yield from serve(certificates)


class TimeServer:
    """An SNTP server whose clock is `ahead_s` ahead; `mend` may spoil its answers."""

    def __init__(self, ahead_s: float = 0.0, mend: Callable[[bytes], bytes] = bytes) -> None:
        self.ahead_s, self.mend = ahead_s, mend
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.name = f"127.0.0.1:{self.line.getsockname()[1]}"
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                asked, who = self.line.recvfrom(512)
            except OSError:
                return
            now = int((time.time() + self.ahead_s + 2_208_988_800) * 2**32)
            answer = struct.pack("!BBbb", 0x24, 2, 0, -20) + bytes(20) + asked[40:48] + struct.pack("!QQ", now, now)
            self.line.sendto(self.mend(answer), who)

    def close(self) -> None:
        self.line.close()


@pytest.fixture
def time_server() -> Iterator[TimeServer]:
    """A time server that is right."""
    server = TimeServer()
    yield server
    server.close()
