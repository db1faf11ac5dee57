"""Handshakes and data of TLCP between two sessions without a network; the client is of the same library."""

from pathlib import Path

import pytest

from tests.tlcp.certificates import Pairs
from zhulian.tlcp.errors import BadTlcp, HandshakeFailed, TlcpMissing
from zhulian.tlcp.library import library
from zhulian.tlcp.session import CIPHERS, Pair, Session, Sessions


def shake(one: Session, other: Session) -> None:
    """Carry bytes between two sessions until both are established."""
    for _ in range(20):
        for side, away in ((one, other), (other, one)):
            side.established or side.shake_hands()
            away.feed(side.take())
        if one.established and other.established:
            return
    raise AssertionError("no end of the handshake")


def test_session__is_mutual_and_of_national_ciphers(pairs: Pairs) -> None:
    pair, ca = pairs("org1", "org1.gateway")
    own, client_ca = pairs("org2", "org2.client")
    server, client = Sessions(pair, client_ca).open(), Sessions(own, ca, server=False).open()
    shake(client, server)
    assert server.cipher() in CIPHERS.split(":")
    client.write(b"q" * 40_000)
    server.feed(client.take())
    assert server.read() == b"q" * 40_000
    server.write(b"a")
    server.say_goodbye()
    client.feed(server.take())
    assert client.read() == b"a"
    assert client.ended


def test_client_without_a_certificate__is_served_where_none_is_asked_for(pairs: Pairs) -> None:
    pair, ca = pairs("org1", "org1.gateway")
    client, server = Sessions(None, ca, server=False).open(), Sessions(pair).open()
    shake(client, server)
    assert server.cipher() == "ECC-SM2-SM4-GCM-SM3", "without a client's certificate there is no ECDHE in TLCP"


def test_stranger__is_turned_away_by_both_sides(pairs: Pairs) -> None:
    pair, ca = pairs("org1", "org1.gateway")
    stranger, other_ca = pairs("org3", "org3.client")
    with pytest.raises(HandshakeFailed, match="certificate verify failed"):
        shake(Sessions(stranger, other_ca, server=False).open(), Sessions(pair, ca).open())
    with pytest.raises(HandshakeFailed):
        shake(Sessions(None, ca, server=False).open(), Sessions(pair, ca).open())


def test_changed_bytes_and_no_tlcp__are_turned_away(pairs: Pairs) -> None:
    pair, ca = pairs("org1", "org1.gateway")
    client, server = Sessions(None, ca, server=False).open(), Sessions(pair).open()
    shake(client, server)
    client.write(b"pay 1")
    sent = bytearray(client.take())
    sent[-1] ^= 1
    server.feed(bytes(sent))
    with pytest.raises(HandshakeFailed):
        server.read()
    fresh = Sessions(pair).open()
    fresh.feed(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises(HandshakeFailed):
        fresh.shake_hands()


def test_files_that_cannot_be_used__are_named(pairs: Pairs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pair, _ = pairs("org1", "org1.gateway")
    other, _ = pairs("org1", "org1.other")
    crossed = Pair(pair.sign_certificate, other.sign_key, pair.encrypt_certificate, pair.encrypt_key)
    with pytest.raises(BadTlcp, match="mismatch") as caught:
        Sessions(crossed)
    assert caught.value.path == str(other.sign_key)
    with pytest.raises(BadTlcp, match="nowhere"):
        Sessions(None, tmp_path / "nowhere.pem")
    loose = tmp_path / "loose.key"
    loose.write_bytes(pair.sign_key.read_bytes())
    loose.chmod(0o644)
    with pytest.raises(BadTlcp, match="chmod 600"):
        Sessions(Pair(pair.sign_certificate, loose, pair.encrypt_certificate, pair.encrypt_key))
    library.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(TlcpMissing):
        library()
    library.cache_clear()
