"""The built verifier is the one whose digests are pinned, and it is made of what it says."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from zhulian.certificate import digests
from zhulian.certificate.texts import CATALOGUE, asset
from zhulian.crypto import GM
from zhulian.crypto.certificates import oids
from zhulian.errors import REFUSALS
from zhulian.merkle.parts import PARTS

PINNED = ("LICENCES.txt", "verifier.css", "verifier.html", "verifier.js")


@pytest.mark.parametrize("name", PINNED)
def test_assets__have_their_pinned_digests(name: str) -> None:
    data = asset(name).encode()
    assert digests()[name] == {"sha256": hashlib.sha256(data).hexdigest(), "sm3": GM.digest(data).hex()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_page__publishes_the_digests_of_the_verifier(root: Path, language: str) -> None:
    """Whoever builds the verifier again publishes its digests again."""
    page = (root / "docs" / language / "how-to/check-without-us.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\| (SM3|SHA-256) \| `([0-9a-f]{64})` \|$", page, re.MULTILINE))
    due = digests()["verifier.html"]
    assert shown == {"SM3": due["sm3"], "SHA-256": due["sha256"]}


def test_bundle__holds_the_present_texts_and_sentences(root: Path, verifier: Page) -> None:
    """Whoever changes a text or a refusal builds the verifier again."""
    refusals = json.loads((root / "web/verifier/refusals.json").read_text(encoding="utf-8"))
    families = {code for code in REFUSALS if code.partition("/")[0] in ("form", "proof")}
    sentences = refusals["SENTENCES"]
    assert families <= set(sentences), "run web/verifier/refusals.py"
    assert sentences == {code: {"en": REFUSALS[code].en, "zh": REFUSALS[code].zh} for code in sentences}
    assert refusals["PARTS"] == {part: {"en": each.en, "zh": each.zh} for part, each in PARTS.items()}
    assert refusals["SUBJECT_FIELDS"] == oids.FIELDS
    kept = verifier.evaluate("({texts: zhulianVerifier.CATALOGUE, refusals: zhulianVerifier.REFUSALS})")
    assert kept["texts"] == {key: {"en": each.en, "zh": each.zh} for key, each in CATALOGUE.items()}, "run web/verifier/build.sh"
    assert kept["refusals"] == refusals, "run web/verifier/build.sh"


def test_bundle__cannot_end_its_element_or_call_out() -> None:
    bundle = asset("verifier.js")
    assert "</script" not in bundle.lower()
    assert not re.search(r"\bfetch\(|XMLHttpRequest|WebSocket|sendBeacon|https?://|\beval\(|innerHTML|insertAdjacentHTML", bundle)


def test_licences__name_every_library() -> None:
    licences = asset("LICENCES.txt")
    for name in ("sm-crypto-v2", "@noble/curves", "@noble/hashes"):
        assert re.search(rf"^{re.escape(name)} [0-9.]+ \(MIT\)$", licences, re.MULTILINE)


def test_lock__names_no_address(root: Path) -> None:
    lock = (root / "web/verifier/package-lock.json").read_text(encoding="utf-8")
    assert "http" not in lock.replace("https://opencollective.com", "").replace("https://paulmillr.com/funding/", "")
    assert "resolved" not in lock


@pytest.mark.long
def test_build__gives_the_same_bytes_again(root: Path, tmp_path: Path) -> None:
    sources = (
        "src/zhulian/_unicode14.py",
        "src/zhulian/certificate/assets/texts.json",
    )  # what the build reads besides its folder
    shutil.copytree(root / "web/verifier", tmp_path / "web/verifier", ignore=shutil.ignore_patterns("node_modules"))
    for name in sources:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, tmp_path / name)
    subprocess.run(["sh", str(tmp_path / "web/verifier/build.sh")], check=True, timeout=300)
    for name in (*PINNED, "digests.json"):
        assert (tmp_path / "src/zhulian/certificate/assets" / name).read_text(encoding="utf-8") == asset(name)
