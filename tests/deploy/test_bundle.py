"""The offline bundle: what is in it, what it refuses, and an installation on a machine that reaches nobody."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from zhulian import __version__
from zhulian.network.bundle import BuildTrouble, NoSource, WrongMachine, find_source, make_bundle, manifest_of

ROOT = Path(__file__).parents[2]
MACHINE = os.uname().machine


def _elf(path: Path, machine: int) -> Path:
    path.write_bytes(b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little"))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small bundle: one package, a font and an engine that are none."""
    folder = tmp_path_factory.mktemp("bundle")
    wheels, fonts = folder / "wheels", folder / "fonts"
    wheels.mkdir()
    fonts.mkdir()
    (wheels / "a-1-py3-none-any.whl").write_bytes(b"wheel")
    (wheels / "notes.txt").write_bytes(b"not a wheel")
    (fonts / "NotoSansCJK-Regular.ttc").write_bytes(b"font")
    engine = _elf(folder / "cometbft", {"x86_64": 0x3E, "aarch64": 0xB7}[MACHINE])
    return make_bundle(ROOT, folder / "out.tar.gz", engine=engine, wheels=wheels, fonts=fonts)


def test_bundle__holds_everything_and_its_digests(made: Path, tmp_path: Path) -> None:
    with tarfile.open(made) as archive:
        names = set(archive.getnames())
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / f"zhulian-{__version__}-{MACHINE}"
    for name in ("install", "wheels/a-1-py3-none-any.whl", "engine/cometbft", "fonts/NotoSansCJK-Regular.ttc", "requirements.txt",
                 "docs/en/how-to/deploy.md", "docs/zh/how-to/deploy.md", "deploy/systemd/zhulian.service", "LICENSE"):  # fmt: skip
        assert f"{root.name}/{name}" in names, name
    assert f"{root.name}/wheels/notes.txt" not in names
    assert len(list((root / "own").glob("zhulian-*.whl"))) == 1
    assert (root / "MANIFEST.sha256").read_text() == manifest_of(root)
    subprocess.run(["sha256sum", "--check", "--quiet", "MANIFEST.sha256"], cwd=root, check=True, timeout=20)
    with gzip.open(made) as file:
        assert b"/root/" not in file.read(1 << 20).replace(b"root\x00", b"")

    (root / "engine" / "cometbft").write_bytes(b"changed")
    refused = subprocess.run([root / "install", tmp_path / "to"], capture_output=True, text=True, timeout=20)
    assert refused.returncode == 1
    assert "安装包已损坏" in refused.stderr
    assert "was changed" in refused.stderr
    assert not (tmp_path / "to").exists()


def test_bundle__for_another_machine_does_not_install(made: Path, tmp_path: Path) -> None:
    with tarfile.open(made) as archive:
        archive.extractall(tmp_path, filter="data")
    root = tmp_path / f"zhulian-{__version__}-{MACHINE}"
    (root / "MACHINE").write_text("sparc64\n")
    (root / "MANIFEST.sha256").write_text(manifest_of(root))
    refused = subprocess.run([root / "install", tmp_path / "to"], capture_output=True, text=True, timeout=20)
    assert refused.returncode == 1
    assert "sparc64" in refused.stderr
    assert not (tmp_path / "to").exists()


def test_bundle__takes_only_what_fits_the_machine(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "b-1-cp311-cp311-manylinux_2_28_x86_64.whl").write_bytes(b"")
    with pytest.raises(WrongMachine):
        make_bundle(ROOT, tmp_path / "o", engine=None, wheels=wheels, machine="aarch64")
    shutil.rmtree(wheels)
    wheels.mkdir()
    for number in (0x3E, 0x08):
        with pytest.raises(WrongMachine):
            make_bundle(ROOT, tmp_path / "o", engine=_elf(tmp_path / "e", number), wheels=wheels, machine="aarch64")
    with pytest.raises(BuildTrouble):
        make_bundle(ROOT, tmp_path / "o", engine=tmp_path / "gone", wheels=wheels)
    with pytest.raises(NoSource):
        find_source(tmp_path)
    assert not (tmp_path / "o").exists()


@pytest.mark.long
def test_bundle__installs_and_runs_where_there_is_no_network(tmp_path: Path) -> None:
    """In a network namespace of its own, whose only device is a loopback: no route leads anywhere."""
    command = [sys.executable, "-m", "zhulian.cli.main", "bundle", "--out", tmp_path / "zhulian.tar.gz", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=1800, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["bytes"] > 20_000_000
    script = f"""set -eu
ip link set lo up
[ -z "$(ip route)" ]
! python3 -c 'import socket; socket.create_connection(("192.0.2.1", 80), 2)' 2>/dev/null
tar -xzf zhulian.tar.gz
zhulian-*/install {tmp_path}/opt
export ZHULIAN_HOME={tmp_path}/home ZHULIAN_LANG=en
{tmp_path}/opt/bin/zhulian init
{tmp_path}/opt/bin/zhulian run --port 0 & node=$!
trap 'kill $node 2>/dev/null; wait $node || true' EXIT
for each in $(seq 150); do [ -e {tmp_path}/home/run/node.json ] && break; sleep 0.2; done
echo deed > deed.txt
{tmp_path}/opt/bin/zhulian evidence deposit deed.txt
{tmp_path}/opt/bin/zhulian verify deed.txt
{tmp_path}/opt/versions/{__version__}/engine/cometbft version
ls deed.txt*
"""
    away = ["unshare", "--net", "--map-root-user"] if os.getuid() else ["unshare", "--net"]
    clean = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:" + str(Path(sys.base_prefix) / "bin"),
        "HOME": str(tmp_path),
    }
    ran = subprocess.run([*away, "sh", "-c", script], cwd=tmp_path, env=clean, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Installed" in ran.stdout
    assert "deed.txt.pdf" in ran.stdout or "deed.txt.certificate" in ran.stdout, ran.stdout
