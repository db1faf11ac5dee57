"""The TLCP door as a process of its own before a real node: a client of the same library asks it over a real line."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode
from tests.tlcp.certificates import Pairs
from zhulian.tlcp.errors import HandshakeFailed
from zhulian.tlcp.relay import rewritten
from zhulian.tlcp.session import Session, Sessions


@pytest.fixture
def pairs(tmp_path: Path) -> Pairs:
    """Certificates for TLCP."""
    return Pairs(tmp_path)


@pytest.fixture
def door(live: LiveNode, pairs: Pairs) -> Iterator[tuple[int, Path]]:
    """Port and CA of a door that asks its clients for certificates of org2's CA."""
    pair, ca = pairs("org1", "org1.gateway")
    _, client_ca = pairs("org2", "org2.client")
    words = [sys.executable, "-m", "zhulian.cli.main", "tls", "tlcp", "--json", "--host", "127.0.0.1", "--port", "0"]
    words += ["--sign-certificate", str(pair.sign_certificate), "--sign-key", str(pair.sign_key)]
    words += ["--encrypt-certificate", str(pair.encrypt_certificate), "--encrypt-key", str(pair.encrypt_key)]
    process = subprocess.Popen([*words, "--client-ca", str(client_ca)], env=live.environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        said = b""
        while not said.endswith(b"}\n"):
            line = process.stdout.readline()
            assert line, "the door did not open"
            said += line
        yield json.loads(said)["port"], ca
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


def ask(session: Session, port: int, request: bytes) -> bytes:
    """Everything that the door answers."""
    with closing(socket.create_connection(("127.0.0.1", port), 20)) as line:
        while not session.shake_hands():
            line.sendall(session.take())
            data = line.recv(65536)
            if not data:
                raise HandshakeFailed(why="closed")
            session.feed(data)
        session.write(request)
        line.sendall(session.take())
        answer = b""
        while not session.ended:
            data = line.recv(65536)
            if not data:
                break
            session.feed(data)
            answer += session.read()
        return answer


def test_door__brings_requests_to_the_node_and_turns_strangers_away(door: tuple[int, Path], pairs: Pairs) -> None:
    port, ca = door
    own, _ = pairs("org2", "org2.client")
    clients = Sessions(own, ca, server=False)
    for _ in range(3):
        head, _, body = ask(clients.open(), port, b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n").partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert json.loads(body)["accepting"] is True
    assert ask(clients.open(), port, b"GET /\r\n folded: yes\r\n\r\n") == b""
    stranger, _ = pairs("org3", "org3.client")
    with pytest.raises(HandshakeFailed):
        ask(Sessions(stranger, ca, server=False).open(), port, b"GET /v1/status HTTP/1.1\r\n\r\n")
    with closing(socket.create_connection(("127.0.0.1", port), 20)) as plain:
        plain.sendall(b"GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP" not in plain.recv(1000)


def test_head__says_where_it_comes_from_whatever_it_said() -> None:
    head = b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 10.0.0.1\r\nconnection: keep-alive\r\nForwarded: for=1.1.1.1"
    assert rewritten(head, "192.0.2.7") == (
        b"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n\r\n"
    )
    for bad in (
        b"GET /\r\n X-Forwarded-For: 1",
        b"GET /\r\nX-Forwarded-For : 1",
        b"GET /\r\nnothing",
        b"GET /\r\nA: b\nX-Forwarded-For: 1",
    ):
        with pytest.raises(ValueError, match="malformed"):
            rewritten(bad, "192.0.2.7")
