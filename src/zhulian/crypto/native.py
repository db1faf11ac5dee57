"""The optional native kernel `zhulian_native` (folder native/): found, tried, and used only where it answers as this package does.

`ZHULIAN_NATIVE=off` leaves it out. The first use in a process tries it, which takes some milliseconds.
"""

import importlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final

from zhulian.crypto.hazmat import sm3
from zhulian.errors import Words

__all__ = ["INTERFACE", "State", "kernel", "passes", "state"]

INTERFACE: Final = 2
"""The interface that this package speaks; a kernel built for another one is not used."""

_LOG: Final = logging.getLogger("zhulian.crypto")


@dataclass(frozen=True)
class State:
    """Whether the kernel is in use, and in words which one or why not."""

    used: bool
    version: str | None
    words: Words


def kernel() -> Any:
    """The module `zhulian_native` where it is there, of this interface and has passed its self-test; else None."""
    return _found()[0]


def state() -> State:
    """Which path is in use in this process."""
    return _found()[1]


def passes(part: str, test: Callable[[], bool]) -> bool:
    """Whether a part of the kernel passes `test`, for whoever uses it beyond this package; where it does not, the log says so."""
    fault = _fault(part, test)
    if fault is not None:
        _LOG.warning(
            "the native kernel fails its self-test (%s), and Python does that part; 原生内核自检未通过（%s），该部分改由 Python 执行",
            fault, fault,
        )  # fmt: skip
    return fault is None


@lru_cache(maxsize=1)
def _found() -> tuple[Any, State]:
    if os.environ.get("ZHULIAN_NATIVE", "").lower() in ("off", "0", "no"):
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
        fault = _self_test(module)
        if fault is None:
            return module, State(True, version, Words(f"使用原生内核 {version}", f"the native kernel {version} is in use"))
        why = Words(
            f"原生内核 {version} 自检未通过（{fault}），已停用",
            f"the native kernel {version} fails its self-test ({fault}) and is not used",
        )
    _LOG.warning("%s; %s", why.en, why.zh)
    return None, State(False, version, why)


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


_TESTS: Final[dict[str, Callable[[Any], bool]]] = {"sm3_many": _tries_sm3}
