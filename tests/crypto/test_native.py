"""The native kernel is used only where it is there, of this interface, and right; else the reason is said."""

import sys
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from zhulian.crypto import GM, INTL, CryptoFault, Hasher, native
from zhulian.crypto.hazmat import sm2, sm3


def right(prefix: bytes, items: list[bytes]) -> list[bytes]:
    return [sm3.digest(prefix + item) for item in items]


def holds(job: tuple[bytes, bytes, bytes]) -> bool:
    try:
        INTL.verify(*job)
    except CryptoFault:
        return False
    return True


def reads(suite: str, name: str, prefix: bytes, bytes_max: int, depth_max: int, raws: list[bytes]) -> list[Any]:
    """As the kernel answers to the self-test, whose last transaction alone is right."""
    body = raws[-1][8 : raws[-1].index(b',"signatures"')]
    frame = b'[{"a":"]"}]', 9, ("org1.o7",), ("0b" * 32,), (b"\x0c" * 64,)
    return [None] * (len(raws) - 1) + [(sm3.digest(prefix + body).hex(), prefix + body, *frame)]


class PanicException(BaseException):
    """As a panic of the kernel comes out; it is no Exception."""


def panics(*_: object) -> None:
    raise PanicException("panicked")


RIGHT = {
    "sm3_many": right,
    "sm2_verify_many": lambda jobs: bytes(sm2.verify_many(jobs)),
    "ed25519_verify_many": lambda jobs: bytes(holds(job) for job in jobs),
    "read_transactions": reads,
    "sm2_forget": lambda: None,
    "sm2_path": lambda: "portable",
    "sm2_keep_portable": lambda _: None,
}


class _Kernel(SimpleNamespace):
    """A stand-in that answers as the package does, but for what a test changes."""


def stand_in(**changed: Any) -> _Kernel:
    return _Kernel(**{"INTERFACE": native.INTERFACE, "__version__": "9.9", **RIGHT, **changed})


class _Vectors:
    """The switch of a stand-in with vector instructions."""

    def __init__(self, vectors: Any = RIGHT["sm2_verify_many"]) -> None:
        self.portable = False
        self._vectors = vectors

    def parts(self) -> dict[str, Any]:
        return {"sm2_path": self.path, "sm2_keep_portable": self.keep, "sm2_verify_many": self.verify}

    def path(self) -> str:
        return "portable" if self.portable else "avx512ifma"

    def keep(self, portable: bool) -> None:
        self.portable = portable

    def verify(self, jobs: list[tuple[bytes, bytes, bytes]]) -> Any:
        return RIGHT["sm2_verify_many"](jobs) if self.portable else self._vectors(jobs)


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = list(native._found)
    native._found.clear()
    monkeypatch.setattr(native, "_looks", native.SecondLooks())
    yield
    native._found[:] = before


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
        (stand_in(sm2_verify_many=lambda jobs: b"\1" * len(jobs)), "self-test (sm2_verify_many)"),
        (stand_in(sm2_verify_many=lambda jobs: b"\0" * len(jobs)), "self-test (sm2_verify_many)"),
        (stand_in(read_transactions=lambda *_: [None] * 6), "self-test (read_transactions)"),
        (stand_in(ed25519_verify_many=lambda jobs: b"\0" * len(jobs)), "self-test (ed25519_verify_many)"),
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


@pytest.mark.usefixtures("_fresh")
def test_call__goes_on_in_python_after_a_panic(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    kernel = stand_in()
    monkeypatch.setitem(sys.modules, "zhulian_native", kernel)
    assert native.kernel() is kernel
    kernel.sm2_verify_many = kernel.sm3_many = panics
    jobs = [(sm2.EXAMPLE_KEY, b"message digest", sm2.EXAMPLE_SIGNATURE), (b"", b"", b"")]
    assert GM.verify_many(jobs) == [True, False]
    assert native.kernel() is None
    assert "已停用" in caplog.text
    assert GM.verify_many(jobs) == [True, False]


@pytest.mark.usefixtures("_fresh")
def test_call__hides_no_other_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zhulian_native", stand_in())
    with pytest.raises(TypeError):
        native.call("sm3_many", None, None)


@pytest.mark.usefixtures("_fresh")
def test_kernel__does_without_vector_instructions_that_answer_wrongly(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    switch = _Vectors(lambda jobs: b"\1" * len(jobs))
    monkeypatch.setitem(sys.modules, "zhulian_native", stand_in(**switch.parts()))
    assert native.kernel() is not None
    assert switch.portable
    assert native.state().sm2 == "portable"
    assert "改用通用代码" in caplog.text


@pytest.mark.usefixtures("_fresh")
def test_state__says_which_path_verifies(monkeypatch: pytest.MonkeyPatch) -> None:
    switch = _Vectors()
    monkeypatch.setitem(sys.modules, "zhulian_native", stand_in(**switch.parts()))
    assert native.state().sm2 == "avx512ifma"
    assert "AVX-512" in native.state().words.en
    with native.portable():
        assert switch.portable
    assert not switch.portable
    native._found.clear()
    monkeypatch.setenv("ZHULIAN_NATIVE", "portable")
    assert native.state().sm2 == "portable"
    assert "通用代码" in native.state().words.zh
    with native.portable():
        pass
    assert switch.portable  # as the operator wished


GOOD = (sm2.EXAMPLE_KEY, b"message digest", sm2.EXAMPLE_SIGNATURE)
BAD = (sm2.EXAMPLE_KEY, b"message digesT", sm2.EXAMPLE_SIGNATURE)


@pytest.mark.usefixtures("_fresh")
def test_verdicts__refuse_nothing_good_that_the_kernel_refuses(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kernel = stand_in()
    monkeypatch.setitem(sys.modules, "zhulian_native", kernel)
    assert native.kernel() is kernel
    kernel.sm2_verify_many = lambda jobs: bytes(len(jobs))
    assert GM.verify_many([BAD, BAD]) == [False, False]
    assert native.kernel() is kernel
    assert GM.verify_many([BAD, GOOD]) == [False, True]
    assert native.kernel() is None
    assert "误拒" in caplog.text
    assert "refused a good signature" in native.state().words.en


@pytest.mark.usefixtures("_fresh")
def test_verdicts__look_again_no_more_often_than_good_signatures_pay_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zhulian_native", stand_in())
    assert native.kernel() is not None
    looked: list[int] = []

    def judge(jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
        looked.append(len(jobs))
        return [False] * len(jobs)

    jobs = [(b"", b"", b"")] * 50
    for _ in range(20):
        assert native.verdicts("sm2_verify_many", jobs, judge) == [False] * 50
    assert looked == [32]  # of a thousand
    looks = native.SecondLooks()
    assert looks.take(0, 1000) == 32
    assert [looks.take(149, 1), looks.take(1, 1), looks.take(1_000_000, 1000)] == [0, 1, 32]
