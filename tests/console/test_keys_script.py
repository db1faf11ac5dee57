"""The key script is the one whose digests are pinned, made of what it says, and calls nobody but the sign-in page's own addresses."""

import hashlib
import json
import re
import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

from zhulian.crypto import GM

ASSETS = Path(str(resources.files("zhulian.console"))) / "assets" / "keys"
FILES = ("LICENCES.txt", "keys.js")


@pytest.mark.parametrize("name", FILES)
def test_assets__have_their_pinned_digests(name: str) -> None:
    data = (ASSETS / name).read_bytes()
    pinned = json.loads((ASSETS / "digests.json").read_bytes())
    assert pinned[name] == {"sha256": hashlib.sha256(data).hexdigest(), "sm3": GM.digest(data).hex()}


def test_script__calls_the_sign_in_page_alone_and_writes_no_html() -> None:
    script = (ASSETS / "keys.js").read_text(encoding="ascii")
    assert set(re.findall(r"fetch\((\"[^\"]*\"|[^)]*)", script)) == {'"/enter/key/begin"', '"/enter/key"'}
    assert not re.search(
        r"XMLHttpRequest|WebSocket|sendBeacon|https?://|\beval\(|innerHTML|insertAdjacentHTML|localStorage", script
    )


def test_licences__name_every_library() -> None:
    licences = (ASSETS / "LICENCES.txt").read_text(encoding="utf-8")
    for name in ("sm-crypto-v2", "@noble/curves", "@noble/hashes", "@noble/ciphers"):
        assert re.search(rf"^{re.escape(name)} [0-9.]+ \(MIT\)$", licences, re.MULTILINE)


def test_lock__names_no_address(root: Path) -> None:
    lock = (root / "web/console/package-lock.json").read_text(encoding="utf-8")
    assert "http" not in lock.replace("https://opencollective.com", "").replace("https://paulmillr.com/funding/", "")
    assert "resolved" not in lock


@pytest.mark.long
def test_build__gives_the_same_bytes_again(root: Path, tmp_path: Path) -> None:
    for folder in ("web/console", "web/verifier/src"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / "built").mkdir()
    subprocess.run([tmp_path / "web/console/build.sh", tmp_path / "built"], check=True, capture_output=True, timeout=300)
    for name in (*FILES, "digests.json"):
        assert (tmp_path / "built" / name).read_bytes() == (ASSETS / name).read_bytes()
