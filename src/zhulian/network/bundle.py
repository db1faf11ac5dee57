"""One file that installs everything on a machine without a network: wheels, the engine, fonts, documents, units, digests.

zhulian-0.1.0-x86_64/
  install            installs all of it below a folder; checks MANIFEST.sha256 first
  MANIFEST.sha256    SHA-256 of every other file, as `sha256sum --check` reads it
  MACHINE PYTHON VERSION
  requirements.txt wheels/ own/ engine/ fonts/ docs/ deploy/
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

from zhulian import __version__
from zhulian.errors import Refusal, Words

__all__ = ["BuildTrouble", "NoSource", "WrongMachine", "find_source", "make_bundle", "manifest_of"]

_ELF_MACHINES = {0x3E: "x86_64", 0xB7: "aarch64"}
_DOCS = ("docs/en", "docs/zh", "docs/formats.md", "docs/images", "docs/scenarios", "docs/terms.md")
_FONTS = ("/usr/share/fonts/opentype/noto", "/usr/share/fonts/google-noto-cjk", "/usr/share/fonts/noto-cjk")
_FONT_NAME = "NotoSansCJK-*.ttc"
_PIP_S = 900


class NoSource(
    Refusal,
    code="bundle/1",
    zh="{path} 不是珠联的源码目录，无法制作离线安装包。请在源码目录中运行，或以 --source 指明。",
    en="{path} is not the source of Zhulian, from which an offline bundle is made. Run in it, or name it by --source.",
):
    path: str


class WrongMachine(
    Refusal,
    code="bundle/2",
    zh="{path} 适用于 {found}，安装包要求 {wanted}。请提供对应架构的文件。",
    en="{path} is for {found}, and the bundle is for {wanted}. Give the file for that machine.",
):
    path: str
    found: str
    wanted: str


class BuildTrouble(
    Refusal,
    code="bundle/3",
    zh="未能备齐安装包的内容：{why.zh}。请检查网络，或以 --wheels 给出已下载的软件包目录。",
    en="The contents could not be had: {why.en}. Check the network, or give a folder of packages by --wheels.",
):
    why: Words


def find_source(named: Path | None) -> Path:
    """The source tree: what is named, else the one that this program runs from, else the current folder.

    Raises:
        NoSource.
    """
    here = Path(__file__).resolve().parents[3]
    for each in [named] if named is not None else [here, Path.cwd()]:
        if (each / "pyproject.toml").is_file() and (each / "requirements" / "runtime.txt").is_file():
            return each
    raise NoSource(path=str(named or Path.cwd()))


def make_bundle(
    source: Path,
    out: Path,
    *,
    engine: Path | None,
    wheels: Path | None = None,
    fonts: Path | None = None,
    machine: str | None = None,
    said: Callable[[str], None] = lambda _: None,
) -> Path:
    """Write the bundle to `out`, a tar.gz. `wheels` is a folder of packages for `machine`; without it they are fetched by hash.

    `engine` is CometBFT's program, None leaves it out; `fonts` is a folder with Noto Sans CJK, else where the system has it.
    `said` is told what goes in, piece by piece.

    Raises:
        WrongMachine: a program is for another machine. BuildTrouble: packages cannot be had.
    """
    target = machine or platform.machine()
    name = f"zhulian-{__version__}-{target}"
    with tempfile.TemporaryDirectory(prefix="zhulian-bundle-") as made:
        root = Path(made) / name
        root.mkdir()
        shutil.copyfile(source / "requirements" / "runtime.txt", root / "requirements.txt")
        said("wheels")
        _wheels(source, root, wheels, target)
        if engine is not None:
            said("engine")
            _require_machine(engine, target)
            (root / "engine").mkdir()
            shutil.copyfile(engine, root / "engine" / "cometbft")
        found = fonts or next((Path(each) for each in _FONTS if list(Path(each).glob(_FONT_NAME))), None)
        if found is not None:
            said("fonts")
            (root / "fonts").mkdir()
            for each in sorted(found.glob(_FONT_NAME)):
                shutil.copyfile(each, root / "fonts" / each.name)
        said("docs")
        _tree(source, root)
        for file, text in (
            ("MACHINE", target),
            ("PYTHON", f"{sys.version_info[0]}.{sys.version_info[1]}"),
            ("VERSION", __version__),
        ):
            (root / file).write_text(text + "\n")
        (root / "MANIFEST.sha256").write_text(manifest_of(root))
        _pack(root, out)
    return out


def manifest_of(root: Path) -> str:
    """SHA-256 and name of every file below `root`, in the order of names, as sha256sum writes them."""
    lines = []
    for path in _files(root):
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(root).as_posix()}")
    return "\n".join(lines) + "\n"


def _files(root: Path) -> Iterator[Path]:
    return iter(sorted(path for path in root.rglob("*") if path.is_file() and path.name != "MANIFEST.sha256"))


def _wheels(source: Path, root: Path, given: Path | None, target: str) -> None:
    """Packages by the lock's hashes, and the own wheel. Packages for another machine are given, or fetched for it."""
    own, folder = root / "own", root / "wheels"
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(own), str(source))
    if given is not None:
        shutil.copytree(given, folder, ignore=lambda _, names: [each for each in names if not each.endswith(".whl")])
        for each in folder.iterdir():
            other = [word for word in ("x86_64", "aarch64") if word != target and each.stem.endswith(word)]
            if other:
                raise WrongMachine(path=each.name, found=other[0], wanted=target)
        return
    words = [
        "--require-hashes",
        "--only-binary",
        ":all:",
        "--no-deps",
        "--requirement",
        str(source / "requirements" / "runtime.txt"),
    ]
    if target != platform.machine():
        words += [f"--platform=manylinux_2_{minor}_{target}" for minor in (28, 17)] + [f"--platform=manylinux2014_{target}"]
    _pip("download", *words, "--dest", str(folder))


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_PIP_S, check=False)
    if done.returncode != 0:
        last = next((each for each in reversed(done.stderr.splitlines()) if each.strip()), "pip")
        raise BuildTrouble(why=Words.quote(last[:300]))


def _require_machine(program: Path, target: str) -> None:
    """ELF header, bytes 18 and 19 (System V ABI, figure 4-3)."""
    try:
        head = program.read_bytes()[:20]
    except OSError as wrong:
        raise BuildTrouble(why=Words.quote(wrong.strerror or wrong)) from None
    found = _ELF_MACHINES.get(int.from_bytes(head[18:20], "little"), "?") if head[:4] == b"\x7fELF" else "?"
    if found != target:
        raise WrongMachine(path=str(program), found=found, wanted=target)


def _tree(source: Path, root: Path) -> None:
    for each in _DOCS:
        place = source / each
        if place.is_dir():
            shutil.copytree(place, root / each)
        else:
            (root / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(place, root / each)
    shutil.copytree(source / "deploy", root / "deploy")
    for each in ("LICENSE", "NOTICE", "README.md", "README.zh-CN.md"):
        shutil.copyfile(source / each, root / each)
    install = root / "install"
    install.write_bytes((resources.files("zhulian.network") / "bundle_install.sh").read_bytes())
    install.chmod(0o755)


def _pack(root: Path, out: Path) -> None:
    """Owners, times and order are the same in every run; what differs is what goes in."""

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = "root"
        entry.mtime = 0
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        return entry

    beside = out.with_name(f".{out.name}.part")
    try:
        with tarfile.open(beside, "w:gz", compresslevel=6) as archive:
            archive.add(root, root.name, filter=plain)
        os.replace(beside, out)  # noqa: PTH105
    finally:
        beside.unlink(missing_ok=True)
