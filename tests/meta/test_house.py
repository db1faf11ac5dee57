"""What a newcomer and a build machine find at the root is in order."""

import re
import subprocess
import tomllib

import pytest

from tests.meta.source import ROOT

LOCKS = ("runtime", "dev")


def pinned(lock: str) -> dict[str, str]:
    """Package and version of every line of a lock file."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9_.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock__names_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    assert not re.search(r"://|^\s*(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b", text, re.MULTILINE)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 30
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_locks__agree_with_each_other_and_with_the_project() -> None:
    runtime, dev = pinned("runtime"), pinned("dev")
    assert runtime.items() <= dev.items(), "the tests must run on what users run"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=~ \[]", each)[0].lower() for each in project["dependencies"]}
    assert wanted <= runtime.keys(), "run `make lock`"
    extras = {re.split(r"[<>=~ \[]", each)[0].lower() for extra in project["optional-dependencies"].values() for each in extra}
    own = {"zhulian-native"}  # built from native/, whose crates native/Cargo.lock names
    assert extras - own <= dev.keys(), "run `make lock`"
    built = tomllib.loads((ROOT / "native" / "Cargo.toml").read_text(encoding="utf-8"))["workspace"]["package"]["version"]
    assert project["optional-dependencies"]["native"] == [f"zhulian-native>={built[:3]},<0.{int(built[2]) + 1}"]


def test_make__explains_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, timeout=20, check=True
    ).stdout
    explained = dict(re.findall(r"^ +make ([a-z-]+) +(\S.*)$", shown, re.MULTILINE))
    assert set(phony[1].split()) == set(explained)
    assert {"setup", "run", "test", "test-long", "check", "bench", "docs", "clean"} <= set(explained)


def test_scripts__have_no_fault_of_syntax() -> None:
    shell = [path for path in [*ROOT.glob("scripts/*"), ROOT / ".ci" / "run"] if path.is_file() and path.suffix == ""]
    assert len(shell) >= 5
    for path in shell:
        assert path.stat().st_mode & 0o111, f"{path.name} cannot be run"
        subprocess.run(["bash", "-n", str(path)], check=True, timeout=20)


def test_licence__is_whole() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")[:200]
    assert "END OF TERMS AND CONDITIONS" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Zhulian" in (ROOT / "NOTICE").read_text(encoding="utf-8")


def test_strictness__is_not_loosened() -> None:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert options["mypy"]["strict"] is True
    assert options["pytest"]["ini_options"]["filterwarnings"][0] == "error"
    assert {"--strict-markers", "--strict-config"} <= set(options["pytest"]["ini_options"]["addopts"])
