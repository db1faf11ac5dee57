"""The native kernel is used only where it is there, of this interface, and right; else the reason is said."""

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from zhulian.crypto import GM, Hasher, native
from zhulian.crypto.hazmat import sm3


def right(prefix: bytes, items: list[bytes]) -> list[bytes]:
    return [sm3.digest(prefix + item) for item in items]


def panics(prefix: bytes, items: list[bytes]) -> list[bytes]:
    raise BaseException("panicked")


class _Kernel(SimpleNamespace):
    """A stand-in that answers as the package does, but for what a test changes."""


def stand_in(**changed: Any) -> _Kernel:
    return _Kernel(**{"INTERFACE": native.INTERFACE, "__version__": "9.9", "sm3_many": right, **changed})


@pytest.fixture
def _fresh() -> Iterator[None]:
    native._found.cache_clear()
    yield
    native._found.cache_clear()


@pytest.mark.usefixtures("_fresh")
def test_kernel__is_taken_when_it_answers_rightly(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = stand_in()
    monkeypatch.setitem(sys.modules, "zhulian_native", kernel)
    assert native.kernel() is kernel
    assert native.state().used
    assert "9.9" in native.state().words.zh


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize(
    ("kernel", "why"),
    [
        (None, "make native builds it"),
        (stand_in(INTERFACE=native.INTERFACE + 1), "speaks interface"),
        (_Kernel(), "speaks interface"),
        (stand_in(sm3_many=lambda prefix, items: right(b"", items)), "self-test (sm3_many)"),
        (stand_in(sm3_many=panics), "panicked"),
        (stand_in(sm3_many=None), "self-test (sm3_many"),
    ],
)
def test_kernel__is_left_out_with_the_reason(kernel: Any, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zhulian_native", kernel)  # None makes the import fail
    assert native.kernel() is None
    assert not native.state().used
    assert why in native.state().words.en
    items = [b"a", b"b", b"c", b"d", b"e"]
    assert Hasher(GM).many("list-leaf", items) == [Hasher(GM).digest("list-leaf", item) for item in items]


@pytest.mark.usefixtures("_fresh")
def test_kernel__is_left_out_when_the_operator_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zhulian_native", stand_in())
    monkeypatch.setenv("ZHULIAN_NATIVE", "off")
    assert native.kernel() is None
    assert "switched off" in native.state().words.en


@pytest.mark.usefixtures("_fresh")
def test_kernel__that_fails_its_test_is_named_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "zhulian_native", stand_in(sm3_many=panics))
    assert native.kernel() is None
    assert "自检未通过" in caplog.text
