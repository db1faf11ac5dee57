"""The optional native kernel `zhulian_native` (folder native/): found, tried, and used only where it answers as this package does.

`ZHULIAN_NATIVE=off` leaves it out, `ZHULIAN_NATIVE=portable` its vector instructions for signatures. The first use in a process
tries it, which takes some milliseconds. What it refuses is judged again by the Python code, as far as `SecondLooks` allows.
"""

import contextlib
import importlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from zhulian.crypto.hazmat import sm2, sm3
from zhulian.errors import Words

__all__ = [
    "INTERFACE", "Path", "SecondLooks", "State", "call", "distrust", "kernel", "left_out", "passes", "portable", "state", "verdicts",
]  # fmt: skip

INTERFACE: Final = 4
"""The interface that this package speaks; a kernel built for another one is not used."""

Job = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""

Path = Literal["avx512ifma", "portable"]
"""How the kernel verifies SM2 signatures: eight at a time by vector instructions, or one by one."""

_LOG: Final = logging.getLogger("zhulian.crypto")


@dataclass(frozen=True)
class State:
    """Whether the kernel is in use, and in words which one or why not."""

    used: bool
    version: str | None
    words: Words
    sm2: Path | None = None


def call(name: str, *arguments: Any) -> Any:
    """What the kernel's function `name` answers, or None where there is no kernel: then the caller does it in Python.

    A panic of the kernel ends its use in this process and is said in the log; the caller's Python code answers instead.
    """
    module = kernel()
    if module is None:
        return None
    try:
        return getattr(module, name)(*arguments)
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        version = str(module.__version__)
        why = Words(
            f"原生内核 {version} 运行出错（{name}），已停用",
            f"the native kernel {version} fell in {name} and is not used any more",
        )
        _give_up(version, why, panic)
        return None


def verdicts(name: str, jobs: Sequence[Job], judge: Callable[[Sequence[Job]], list[bool]]) -> list[bool]:
    """What the kernel's function `name` says of signatures, and `judge` where there is no kernel.

    `judge` also looks again at refused ones (see `SecondLooks`). Where it takes one of them, the kernel is not used any more in
    this process, the log says so, and all of `jobs` get the verdicts of `judge`.
    """
    found = call(name, jobs)
    if found is None:
        return judge(jobs)
    refused = [place for place, verdict in enumerate(found) if verdict != 1]
    again = refused[: _looks.take(len(found) - len(refused), len(refused))]
    if again and any(judge([jobs[place] for place in again])):
        distrust(name, jobs[again[0]][0])
        return judge(jobs)
    return [verdict == 1 for verdict in found]


def distrust(name: str, public_key: bytes) -> None:
    """The kernel refused in `name` what the Python code takes: it is not used any more in this process, and the log says so.

    Verdicts may come from another process that this one has work for it; whoever sends it work sends along that the kernel is out.
    """
    if kernel() is None:
        return
    version = str(state().version)
    why = Words(
        f"原生内核 {version} 误拒有效签名（{name}），已停用",
        f"the native kernel {version} refused a good signature in {name} and is not used any more",
    )
    _give_up(version, why, public_key.hex())


class SecondLooks:
    """How many refused signatures may be judged again: one for every `_GOOD_FOR_A_LOOK` that were good, and some in advance.

    A look takes as long as some 135 verdicts of the kernel where the key was never seen before (255 beside 1.9 µs), and 50 where it
    was. Whoever sends nothing but bad signatures has `_LOOKS_MAX` of them looked at in all, some milliseconds; beside good
    ones, looks take no more time than the kernel does. No clock is asked.
    """

    def __init__(self) -> None:
        self._earned = _LOOKS_MAX * _GOOD_FOR_A_LOOK

    def take(self, good: int, refused: int) -> int:
        """How many of `refused` signatures may be looked at, after so many were good."""
        self._earned = min(self._earned + good, _LOOKS_MAX * _GOOD_FOR_A_LOOK)
        looks = min(refused, self._earned // _GOOD_FOR_A_LOOK)
        self._earned -= looks * _GOOD_FOR_A_LOOK
        return looks


_LOOKS_MAX: Final = 32
_GOOD_FOR_A_LOOK: Final = 150
_looks: Final = SecondLooks()


def _give_up(version: str, why: Words, detail: object) -> None:
    _LOG.error("%s; %s: %s", why.en, why.zh, detail)
    _found[:] = [(None, State(False, version, why))]


def kernel() -> Any:
    """The module `zhulian_native` where it is there, of this interface and has passed its self-test; else None."""
    return _found[0][0] if _found else _find()[0]


def state() -> State:
    """Which path is in use in this process."""
    return (_found[0] if _found else _find())[1]


def passes(part: str, test: Callable[[], bool]) -> bool:
    """Whether a part of the kernel passes `test`, for whoever uses it beyond this package; where it does not, the log says so."""
    fault = _fault(part, test)
    if fault is not None:
        _LOG.warning(
            "the native kernel fails its self-test (%s), and Python does that part; 原生内核自检未通过（%s），该部分改由 Python 执行",
            fault, fault,
        )  # fmt: skip
    return fault is None


@contextlib.contextmanager
def portable() -> Iterator[None]:
    """Within the block the kernel, if there is one, verifies signatures without vector instructions: for comparisons."""
    module = kernel()
    before = module is None or module.sm2_path() == "portable"
    try:
        if not before:
            module.sm2_keep_portable(True)
        yield
    finally:
        if not before:
            module.sm2_keep_portable(False)


@contextlib.contextmanager
def left_out() -> Iterator[None]:
    """Within the block this process does everything in Python: for comparisons, and where another process bids it."""
    before = list(_found)
    _found[:] = [(None, State(False, None, Words("暂不使用原生内核", "the native kernel is left out for now")))]
    try:
        yield
    finally:
        _found[:] = before


_found: Final[list[tuple[Any, State]]] = []
"""What `_find` found, once it has looked."""


def _find() -> tuple[Any, State]:
    _found[:] = [_look()]
    return _found[0]


def _look() -> tuple[Any, State]:
    wish = os.environ.get("ZHULIAN_NATIVE", "").lower()
    if wish in ("off", "0", "no"):
        return None, State(
            False, None, Words("原生内核已由 ZHULIAN_NATIVE=off 关闭", "the native kernel is switched off by ZHULIAN_NATIVE=off")
        )
    try:
        module = importlib.import_module("zhulian_native")
    except ImportError:
        return None, State(
            False, None, Words("未安装原生内核，可用 make native 编译", "there is no native kernel; make native builds it")
        )
    version = str(getattr(module, "__version__", "?"))
    spoken = getattr(module, "INTERFACE", None)
    if spoken != INTERFACE:
        why = Words(
            f"原生内核 {version} 的接口为 {spoken}，本程序需要 {INTERFACE}；请重新执行 make native",
            f"the native kernel {version} speaks interface {spoken}, this program {INTERFACE}; run make native again",
        )
    else:
        module.sm2_keep_portable(wish == "portable")
        fault = _self_test(module)
        if fault is not None and module.sm2_path() != "portable":
            _LOG.warning(
                "the native kernel fails its self-test (%s) with vector instructions, and does without; "
                "原生内核使用向量指令自检未通过（%s），改用通用代码",
                fault, fault,
            )  # fmt: skip
            module.sm2_keep_portable(True)
            fault = _self_test(module)
        if fault is None:
            return module, _in_use(version, module.sm2_path())
        why = Words(
            f"原生内核 {version} 自检未通过（{fault}），已停用",
            f"the native kernel {version} fails its self-test ({fault}) and is not used",
        )
    _LOG.warning("%s; %s", why.en, why.zh)
    return None, State(False, version, why)


def _in_use(version: str, path: Path) -> State:
    how = {
        "avx512ifma": Words("SM2 验签采用 AVX-512 向量指令，每次 8 个", "SM2 eight signatures at a time by AVX-512 IFMA"),
        "portable": Words("SM2 验签采用通用代码", "SM2 by portable code"),
    }[path]
    words = Words(f"使用原生内核 {version}，{how.zh}", f"the native kernel {version} is in use, {how.en}")
    return State(True, version, words, path)


def _self_test(module: Any) -> str | None:
    """The name of the first function that answers wrongly or not at all, or None."""
    return next((fault for name, test in _TESTS.items() if (fault := _fault(name, partial(test, module))) is not None), None)


def _fault(name: str, test: Callable[[], bool]) -> str | None:
    """The name of what is tested where it answers wrongly, with the reason where it falls; or None."""
    try:
        return None if test() else name
    except BaseException as wrong:  # a panic of the kernel is no Exception; whatever falls here is not used
        if isinstance(wrong, KeyboardInterrupt | SystemExit):
            raise
        return f"{name}: {wrong}"


def _tries_sm3(module: Any) -> bool:
    """The first example of GB/T 32905 annex A, and lists of every length around a block beside this package's digests."""
    items = [bytes((7 * place + at) % 256 for at in range(place)) for place in range(150)]
    return bool(
        module.sm3_many(b"", [b"abc"])[0].hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
        and module.sm3_many(b"prefix", items) == [sm3.digest(b"prefix" + item) for item in items]
    )


def _tries_sm2(module: Any) -> bool:
    """The example of GB/T 32918.5 annex A.2 among faults that libcrypto finds too: before the key has its table, and then often enough that it gets it."""
    key, good = sm2.EXAMPLE_KEY, sm2.EXAMPLE_SIGNATURE
    jobs = [(key, b"message digest", good), (key, b"message digesT", good), (key[:64], b"message digest", good)]
    jobs += [(key, b"message digest", good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]) for at in range(0, 64, 9)]
    jobs += [(key, b"message digest", each) for each in (b"", bytes(64), b"\xff" * 64, good[:32] + bytes(32))]
    expected = bytes(sm2.verify_many(jobs))
    module.sm2_forget()
    first = b"".join(module.sm2_verify_many(jobs[at : at + 3]) for at in (0, 3))
    return bool(first == expected[:6] and module.sm2_verify_many(jobs * 2) == expected * 2)


def _tries_ed25519(module: Any) -> bool:
    """The second example of RFC 8032 §7.1, and one bit changed in each part."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    good = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    jobs = [(key, b"\x72", good), (key, b"\x73", good), (key, b"\x72", b"\x93" + good[1:]), (bytes(32), b"\x72", good)]
    return bool(module.ed25519_verify_many(jobs) == b"\1\0\0\0")


def _tries_read(module: Any) -> bool:
    """One transaction of the right form among four that are not."""
    name = b'"org1.o7"'
    body = b'{"chain":"c","expires":9,"messages":[{"a":"]"}],"nonce":"%s","signers":[%s]}' % (b"0a" * 16, name)
    entry = b'{"key":"%s","signature":"%s","signer":%s}' % (b"0b" * 32, b"0c" * 64, name)
    good = b'{"body":%s,"signatures":[%s]}' % (body, entry)
    bad = [good + b" ", good.replace(b'"c"', b'"d"'), good.replace(b":9,", b":09,"), good.replace(b"0a", b"0A"), b""]
    found = module.read_transactions("gm", "c", b"prefix", len(good), 30, [*bad, good])
    preimage = b"prefix" + body
    expected = (sm3.digest(preimage).hex(), preimage, b'[{"a":"]"}]', 9, ("org1.o7",), ("0b" * 32,), (b"\x0c" * 64,))
    return bool(found == [None] * len(bad) + [expected])


_TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "sm3_many": _tries_sm3,
    "sm2_verify_many": _tries_sm2,
    "ed25519_verify_many": _tries_ed25519,
    "read_transactions": _tries_read,
}
