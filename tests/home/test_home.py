"""The home folder: what it refuses, and what it never gives away."""

import stat
from pathlib import Path

import pytest

from zhulian.crypto import PrivateKey, load_key, suite
from zhulian.crypto.errors import WrongPassphrase
from zhulian.files import write_atomically
from zhulian.home import BadConfig, Home, NoGenesis, NoPassphrase, NoSuchSigner
from zhulian.ledger.genesis import CODEC
from zhulian.network.sample import AlreadyFounded, found_sample

NOW = 1_795_000_000
PASSPHRASE = "eine gute Losung"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the sample chain, whose passphrase lies in no file."""
    made = Home(tmp_path_factory.mktemp("home") / "h")
    found_sample(made, NOW, passphrase=PASSPHRASE)
    return made


def test_default__honours_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZHULIAN_HOME", str(tmp_path / "elsewhere"))
    assert Home.default().root == tmp_path / "elsewhere"
    monkeypatch.delenv("ZHULIAN_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Home.default().root == tmp_path / ".zhulian"


def test_genesis__is_asked_for_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoGenesis) as no:
        Home(tmp_path).genesis_bytes()
    assert no.value.path == str(tmp_path)


def test_genesis__is_never_founded_over(home: Home) -> None:
    before = home.genesis_bytes()
    with pytest.raises(AlreadyFounded):
        found_sample(home, NOW + 1)
    assert home.genesis_bytes() == before


@pytest.mark.parametrize(
    "text",
    ["[gateway", "[gateway]\nport = 'x'\n", "[gateway]\nportt = 1\n", "[node]\nworkers = 1.5\n", "[nobody]\n"],
)
def test_config__names_what_is_wrong(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadConfig) as no:
        Home(tmp_path).config()
    assert "config.toml" in no.value.path


@pytest.mark.parametrize("port", ["", "0", "65536", "-1", "８４２０", "8420 ", "http"])
def test_port__must_be_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("ZHULIAN_PORT", port)
    with pytest.raises(BadConfig):
        Home(tmp_path).config()


def test_port__of_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text("[gateway]\nport = 9000\n", encoding="utf-8")
    assert Home(tmp_path).config().gateway.port == 9000
    monkeypatch.setenv("ZHULIAN_PORT", "9001")
    assert Home(tmp_path).config().gateway.port == 9001


@pytest.mark.parametrize("name", ["org9.nobody", "../genesis", "org1.clerk/../../x", ""])
def test_signer__must_lie_here(home: Home, name: str) -> None:
    with pytest.raises(NoSuchSigner) as no:
        home.signer(name, "gm", PASSPHRASE)
    assert "org1.clerk" in no.value.present


def test_signer__needs_the_passphrase(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoPassphrase):
        home.signer("org1.clerk", "gm")
    with pytest.raises(WrongPassphrase):
        home.signer("org1.clerk", "gm", "another")
    monkeypatch.setenv("ZHULIAN_PASSPHRASE", PASSPHRASE)
    signer = home.signer("org1.clerk", "gm")
    suite("gm").verify(signer.public_key, b"message", signer.sign(b"message"))


def test_signer__is_opened_once_in_a_process_and_anew_where_its_file_or_the_passphrase_is_another(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []

    def counted(path: Path, passphrase: str) -> PrivateKey:
        opened.append(path)
        return load_key(path, passphrase)

    monkeypatch.setattr("zhulian.home.load_key", counted)
    path = home.key_file("org4.clerk")
    kept = path.read_bytes()
    first, again = home.signer("org4.clerk", "gm", PASSPHRASE), home.signer("org4.clerk", "gm", PASSPHRASE)
    assert (first.public_key, len(opened)) == (again.public_key, 1)
    for _ in range(2):
        with pytest.raises(WrongPassphrase):
            home.signer("org4.clerk", "gm", "another")
    write_atomically(path, home.key_file("org1.clerk").read_bytes())
    assert home.signer("org4.clerk", "gm", PASSPHRASE).public_key != first.public_key
    write_atomically(path, kept, mode=0o600)
    assert home.signer("org4.clerk", "gm", PASSPHRASE).public_key == first.public_key


def test_sample__keeps_keys_to_itself(home: Home) -> None:
    assert not home.passphrase_file.exists()
    for path in home.keys.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.keys.stat().st_mode) == 0o700


def test_sample__comes_back_from_its_bytes(home: Home) -> None:
    genesis = CODEC.decode(home.genesis_bytes())
    assert CODEC.encode(genesis) == home.genesis_bytes()
    assert [each.organisation for each in genesis.organisations] == ["org1", "org2", "org3", "org4"]
    assert "org1.clerk" in home.signers()
    assert not any(name.endswith((".seal", ".ca", ".encrypt")) for name in home.signers())
    assert len(home.certificates("org1.clerk")) == 2
    assert home.certificates("../genesis") == []
