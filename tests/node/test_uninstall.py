"""What an uninstalling shows, takes and leaves."""

from pathlib import Path

import pytest

from zhulian.cli.main import run
from zhulian.home import Home
from zhulian.node.errors import FolderInUse
from zhulian.node.lock import FolderLock
from zhulian.node.uninstalling import pieces, uninstall


@pytest.fixture
def used(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Home:
    """A home that a node has worked in, and a cache."""
    monkeypatch.setenv("ZHULIAN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("ZHULIAN_HOME", str(home.root))
    for name in ("node/db/CURRENT", "node/seal.log", "engine/config/node_key.json", "engine/data/x", "logs/l", "client/secret"):
        (home.root / name).parent.mkdir(parents=True, exist_ok=True)
        (home.root / name).write_text("x", encoding="utf-8")
    (tmp_path / "cache" / "engine").mkdir(parents=True)
    return home


def test_uninstall__shows_first_and_keeps_keys_and_seal_log(
    used: Home, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert run(["--lang", "en", "uninstall"]) == 0
    said = capsys.readouterr().out
    assert "Nothing was removed yet" in said
    assert used.database.exists()
    assert run(["--lang", "zh", "uninstall", "--yes"]) == 0
    assert "已删除" in capsys.readouterr().out
    left = {each.relative_to(used.root).as_posix() for each in used.root.rglob("*") if each.is_file()}
    assert {"node/seal.log", "engine/config/node_key.json", "client/secret", "genesis.json", "passphrase"} <= left
    assert any(each.startswith("keys/") for each in left)
    assert not {"node/db/CURRENT", "engine/data/x", "logs/l", "config.toml"} & left
    assert not (tmp_path / "cache" / "engine").exists()


def test_uninstall_with_keys__leaves_nothing(used: Home) -> None:
    assert not any(each.stays for each in pieces(used, keys=True))
    uninstall(used, keys=True)
    assert not used.root.exists()


def test_uninstall__is_refused_while_the_node_runs(used: Home) -> None:
    with FolderLock.take(used.lock), pytest.raises(FolderInUse):
        uninstall(used, keys=False)
    assert used.database.exists()
