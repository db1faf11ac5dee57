"""Find the engine's program, or build it at the pinned version, with our client of the ledger, by the Go that is there."""

import functools
import hashlib
import mmap
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from zhulian.errors import Refusal, Words

__all__ = [
    "ENGINE_VERSION", "GO_VERSION", "BuildFailed", "EngineMissing", "build_engine", "engine_version", "find_engine", "find_go",
]  # fmt: skip

ENGINE_VERSION = "v0.40.0"
GO_VERSION = (1, 21)
"""The oldest Go that builds the pinned engine: from 1.21 on it fetches the toolchain that the engine asks for by itself."""
_SOURCES = Path(__file__).with_name("engine")
"""The program's main package: CometBFT as a Go module, and in place of its own client of the ledger one that lets the processor rest."""
_BUILD_S = 1_800
_BUILT_FROM = re.compile(rb"\n(?:mod|dep)\tgithub\.com/cometbft/cometbft\t([^\t\n]{1,60})")
_SERIES = ENGINE_VERSION.rpartition(".")[0] + "."
_GO_PLACES = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go", "/snap/bin/go")


class EngineMissing(
    Refusal,
    code="engine/1",
    zh="未找到共识引擎 CometBFT {version}，也没有可用于构建的 Go {go} 或更高版本（{found.zh}）。请任选其一：从 go.dev/dl 安装 Go 后重试；"
    "或在 Debian 上安装 backports 中的 golang-go；或把该版本的 cometbft 程序放入 PATH，或以环境变量 ZHULIAN_COMETBFT 指明其路径。",
    en="The consensus engine CometBFT {version} was not found, nor a Go {go} or later to build it ({found.en}). Do one of these: install "
    "Go from go.dev/dl and try again; on Debian install golang-go from backports; or put that version's cometbft on PATH, or name its "
    "path in the environment variable ZHULIAN_COMETBFT.",
):
    version: str
    go: str
    found: Words


class BuildFailed(
    Refusal,
    code="engine/2",
    zh="构建 CometBFT {version} 未成功：{why.zh}。构建需要访问 Go 模块代理；离线机器请改为复制已构建的程序。",
    en="Building CometBFT {version} failed: {why.en}. Building needs a Go module proxy; on a machine without one, copy the built program.",
):
    version: str
    why: Words


def find_engine(folder: Path) -> Path | None:
    """The engine's program: named by ZHULIAN_COMETBFT, built into `folder` before, or on PATH in the pinned series; None where there is none."""
    named = os.environ.get("ZHULIAN_COMETBFT")
    if named and Path(named).is_file():
        return Path(named)
    built = folder / _built_name()
    if built.is_file():
        return built
    on_path = shutil.which("cometbft")
    return Path(on_path) if on_path and _serves(Path(on_path)) else None


def engine_version(program: Path) -> str | None:
    """The release that a program was built from, as Go writes it into its file; None where it says none.

    What the program calls itself (`cometbft version`) is that of the protocol, which is another number.
    """
    try:
        with program.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            found = _BUILT_FROM.search(data)
            return found[1].decode("ascii", "replace") if found is not None else None
    except (OSError, ValueError):  # an empty file cannot be mapped
        return None


def _serves(program: Path) -> bool:
    """Whether a program that somebody else has installed is of the pinned series, or built from a work tree, which names none."""
    version = engine_version(program)
    return version is None or version.startswith((_SERIES, "(devel)"))


def find_go() -> tuple[Path | None, Words]:
    """A Go that is new enough, and what was found in words."""
    found = Words("没有 Go", "there is no Go")
    for each in (shutil.which("go"), *_GO_PLACES):
        if not each or not Path(each).is_file():
            continue
        said = subprocess.run([each, "version"], capture_output=True, text=True, timeout=30, check=False).stdout
        match = re.search(r"go(\d+)\.(\d+)(?:\.\d+)?", said)
        if match and (int(match[1]), int(match[2])) >= GO_VERSION:
            return Path(each), Words(f"Go {match[0][2:]}", f"Go {match[0][2:]}")
        if match:
            found = Words(f"{each} 为 {match[0][2:]}，版本过低", f"{each} is {match[0][2:]}, which is too old")
    return None, found


def build_engine(folder: Path, say: Callable[[Words], None]) -> Path:
    """The engine's program, built into `folder` if it is nowhere; the first time takes some minutes.

    `say` is told what happens. Another process that builds at the same time does no harm: the last one puts the same file there.

    Raises:
        EngineMissing: without a Go that is new enough. BuildFailed.
    """
    present = find_engine(folder)
    if present is not None:
        return present
    go, found = find_go()
    if go is None:
        raise EngineMissing(version=ENGINE_VERSION, go=".".join(map(str, GO_VERSION)), found=found)
    say(
        Words(
            f"正在用 {found.zh} 构建 CometBFT {ENGINE_VERSION}，需几分钟",
            f"building CometBFT {ENGINE_VERSION} with {found.en}; this takes some minutes",
        )
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    place = folder / f".build-{os.getpid()}"
    program = place / "cometbft"
    environment = {**os.environ, "GOFLAGS": "-mod=readonly -trimpath", "GOTOOLCHAIN": "auto", "GOWORK": "off", "CGO_ENABLED": "0"}
    try:
        shutil.copytree(_SOURCES, place)  # Go writes beside what it reads, and ours may be read-only
        done = subprocess.run(
            [str(go), "build", "-ldflags", "-s -w", "-o", str(program), "."],
            capture_output=True,
            text=True,
            env=environment,
            cwd=place,
            timeout=_BUILD_S,
            check=False,
        )
        if done.returncode:
            raise BuildFailed(
                version=ENGINE_VERSION, why=Words.quote((done.stderr.strip().splitlines() or ["go build"])[-1][:300])
            )
        program.replace(folder / _built_name())
    except subprocess.TimeoutExpired:
        raise BuildFailed(version=ENGINE_VERSION, why=Words("超过 30 分钟", "it took more than 30 minutes")) from None
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return folder / _built_name()


@functools.cache
def _built_name() -> str:
    """What the program is called in the cache: another one after its sources or its module's version have changed."""
    state = hashlib.sha256()
    for each in sorted(_SOURCES.iterdir()):
        if each.suffix in (".go", ".mod", ".sum") and not each.stem.endswith("_test"):
            state.update(each.read_bytes())
    return f"cometbft-{ENGINE_VERSION}-{state.hexdigest()[:8]}"
