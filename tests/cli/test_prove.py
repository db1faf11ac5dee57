"""`zhulian scenario prove`: what is said in both languages, the report as data, and the exit status."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from zhulian.crypto.suites import suite
from zhulian.language.proving.report import report_json

LOAN = Path(__file__).resolve().parents[1] / "language" / "proving" / "loan.yaml"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("✓ 借款：未还金额不超过借款金额（left_bounded）", "已证明 8 项", "求解器 z3")),
        ("en", ("is left than was lent (left_bounded)", "Proved: 8", "a rule asks that", "Solver z3")),
    ],
)
def test_prove__reads_well(run: Run, language: str, words: tuple[str, ...]) -> None:
    done = run("scenario", "prove", LOAN, "--why", "--lang", language)
    assert done.status == 0
    assert [word for word in words if word not in done.out] == []


def test_prove__writes_what_is_signed_and_says_its_digest(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "proof.json"
    done = run("scenario", "prove", LOAN, "--out", out, "--json")
    assert done.document["verdict"] == "proved"
    data = out.read_bytes()
    assert done.document["digest"]["sm3"] == suite("gm").digest(data).hex()
    assert report_json(data).to_json() == data


def test_prove__a_promise_that_is_refuted_ends_with_one(run: Run, tmp_path: Path) -> None:
    changed = tmp_path / "loan.yaml"
    text = LOAN.read_text(encoding="utf-8").replace("'this.left == 0'", "'this.left < 0'")
    changed.write_text(text, encoding="utf-8")
    done = run("scenario", "prove", changed, "--lang", "en")
    assert done.status == 1
    assert "✗ Loan: In each state in which a record may hold assets, there is a way out by time or by its owner" in done.out
    assert "“Close” can never be done: with all promises kept, this cannot be met: " in done.out
    assert "(not_empty)" in done.out


def test_manual__says_why_each_promise_holds(run: Run) -> None:
    done = run("scenario", "manual", LOAN, "--prove", "--lang", "zh")
    assert done.status == 0
    assert "恒定约束及其证明" in done.out
    assert "“还款”之后仍成立，依据" in done.out
    assert "各项操作的示例" in done.out


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "zh",
            (
                "第 2 版，自第 1 版升级而来",
                "“升级”之后仍成立，依据：前一版的约束“借款不超过上限”",
                "升级之前，前一版的各项约束均成立",
            ),
        ),
        (
            "en",
            (
                "Version 2, upgraded from version 1",
                "“no loan above the limit” held in the version before",
                "Before the upgrade the promises",
            ),
        ),
    ],
)
def test_prove__over_the_upgrade_from_the_version_before(run: Run, tmp_path: Path, language: str, words: tuple[str, ...]) -> None:
    after = tmp_path / "loan-2.yaml"
    follows = "version: 2\nupgrade: {from: 1, notice: 1d, move: {loan: {}, payment: {}}}"
    after.write_text(LOAN.read_text(encoding="utf-8").replace("version: 1", follows), encoding="utf-8")
    done = run("scenario", "prove", after, "--from", LOAN, "--why", "--lang", language)
    assert done.status == 0
    assert [word for word in words if word not in done.out] == []


def test_prove__another_version_than_the_one_before_is_wrong_use(run: Run) -> None:
    done = run("scenario", "prove", LOAN, "--from", LOAN, "--lang", "en")
    assert done.status == 2
    assert "loan follows version – (upgrade.from)" in done.err


def test_prove__wrong_use_ends_with_two(run: Run, tmp_path: Path) -> None:
    assert run("scenario", "prove", tmp_path / "none.yaml").status == 2
