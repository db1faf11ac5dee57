"""`zhulian scenario`: sound and bad definitions, hostile YAML, and stories that come out as they say or not."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import LiveNode, Run

ROOT = Path(__file__).resolve().parents[2]
LOAN = ROOT / "tests" / "assure" / "stories" / "loan.yaml"
RECEIVABLE = ROOT / "tests" / "language" / "definition" / "receivable.yaml"


@pytest.fixture
def loan(tmp_path: Path) -> Path:
    """A definition that a test may spoil."""
    file = tmp_path / "loan.yaml"
    file.write_bytes(LOAN.read_bytes())
    return file


def _spoil(file: Path, old: str, new: str) -> int:
    """Put `new` in the place of `old`, and answer the line where it stands."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_check__says_of_a_sound_definition_what_it_holds(run: Run, language: str) -> None:
    done = run("scenario", "check", LOAN, "--lang", language)
    assert done.status == 0
    assert "loan" in done.out
    assert ("演练剧本 3 个" if language == "zh" else "Stories: 3") in done.out
    assert done.err == ""


def test_check__lists_notes_and_exceptions(run: Run) -> None:
    noted = run("scenario", "check", RECEIVABLE)
    assert noted.status == 0
    assert re.search(r"receivable\.yaml:\d+ note: ", noted.out)
    settlement = ROOT / "src" / "zhulian" / "scenarios" / "settlement" / "scenario.yaml"
    document = run("scenario", "check", settlement, "--json").document
    assert document["sound"] is True
    assert {"doer", "asset", "owner", "line"} <= set(document["exceptions"][0])
    assert document["steps"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("input.due > today()", "input.due > now()", "language/19"),
        ("by: this.borrower", "by: this.borower", "language/15"),
        ("title: {zh: 还款, en: Repay}", "title: {zh: 还款}", "language/76"),
        ("from: actor, to: this.lender", "from: this.lender, to: actor", "language/115"),
        ("who: bob, does: ask", "who: ben, does: ask", "language/90"),
        ("does: repay, on: AB-1}", "does: repay, on: [AB-1, x]}", "language/128"),
        ("refused: too_late}", "refused: too_early}", "language/136"),
        ("anbank.maker, anbank.checker]", "anbank.maker, anbank.clerk]", "language/90"),
        ("for: look, holder: zhang", "for: peep, holder: zhang", "language/90"),
        ("agent: counter}", "agent: nobody}", "language/90"),
    ],
)
def test_check__names_each_fault_with_its_place(run: Run, loan: Path, old: str, new: str, code: str) -> None:
    line = _spoil(loan, old, new)
    done = run("scenario", "check", loan)
    assert done.status == 1
    assert re.search(rf"loan\.yaml:{line}:\d+: {code}  \S", done.err), done.err
    assert f"line {line}" not in done.err  # said once, before the sentence
    chinese = run("scenario", "check", loan, "--lang", "zh")
    assert re.search(rf"loan\.yaml:{line}:\d+: {code}  .*[\u4e00-\u9fff]", chinese.err), chinese.err
    document = run("scenario", "check", loan, "--json").document
    assert document["sound"] is False
    assert (line, code) in [(each["line"], each["code"]) for each in document["faults"]]
    assert all(each["zh"] and each["en"] and each["column"] >= 1 for each in document["faults"])


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "language/58", 1),
        ("scenario: x\nversion: *one\n", "language/57", 2),
        ("scenario: x\ntitle: !!python/object/apply:os.system [ls]\n", "language/59", 2),
        ("scenario: x\nversion: 1\nscenario: y\n", "language/61", 3),
        ("scenario: x\nabout: " + "x" * 5000 + "\n", "language/67", 2),
        ("scenario: x\nbase: {<<: {a: b}}\n", "language/60", 2),
        ("scenario: x\n---\nscenario: y\n", "language/63", 2),
        ("%YAML 1.1\n---\nscenario: x\n", "language/64", 1),
        ("scenario: x\n\tversion: 1\n", "language/54", 2),
        ("scenario: x\nabout: a\u200bb\n", "language/55", 2),
        ("x: " + "[" * 60 + "]" * 60 + "\n", "language/65", 1),
        ("x: [" + ", ".join("a" * 3 for _ in range(21_000)) + "]\n", "language/66", 1),
        ("scenario: [x\n", "language/53", 2),
        ("", "language/69", 1),
        ("# " + "x" * 300_000 + "\n", "language/52", 1),
    ],
    ids=["bomb", "alias", "tag", "twice", "scalar", "merge", "documents", "directive", "tab", "unseen", "deep", "many", "yaml", "empty", "huge"],
)  # fmt: skip
def test_check__refuses_hostile_yaml(run: Run, tmp_path: Path, text: str, code: str, line: int) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    for command in ("check", "test"):
        done = run("scenario", command, file)
        assert done.status == 1
        assert f"bad.yaml:{line}:" in done.err, done.err
        assert code in done.err, done.err
        assert len(done.err) < 600


def test_check__refuses_what_is_no_text_and_what_is_not_there(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(b"scenario: \xff\xfe\n")
    assert "language/51" in run("scenario", "check", file).err
    missing = run("scenario", "check", tmp_path / "none.yaml")
    assert missing.status == 2
    assert "none.yaml" in missing.err
    assert run("scenario", "check", tmp_path).status == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_test__tells_every_step(run: Run, language: str) -> None:
    done = run("scenario", "test", LOAN, "--story", "whole_life", "--lang", language)
    assert done.status == 0
    assert done.err == ""
    marks = [line for line in done.out.splitlines() if line.startswith("  ✓ ")]
    assert len(marks) == 9
    assert ("1 个剧本中通过 1 个" if language == "zh" else "1 of 1 stories passed") in done.out
    assert ("借款逾期未还" if language == "zh" else "The loan is overdue") in done.out


def test_test__answers_as_data(run: Run) -> None:
    document = run("scenario", "test", LOAN, "--json").document
    assert document["passed"] is True
    assert [each["name"] for each in document["stories"]] == ["whole_life", "what_is_refused", "tickets_and_people"]
    for story in document["stories"]:
        assert story["passed"] is True
        assert story["title"]["zh"]
        assert all(step["zh"] and step["en"] and step["line"] > 90 and step["passed"] for step in story["steps"])
    refused = document["stories"][1]["steps"][0]
    assert refused["refusal"]["code"] == "loan:too_late"
    assert refused["refusal"]["zh"]
    assert document["stories"][0]["steps"][5]["alerts"] == ["overdue"]
    assert [(each["kind"], each["name"]) for each in document["unplayed"]] == [("action", "forget")]
    assert document["unplayed"][0]["reason"]["en"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_test__says_where_a_story_is_wrong(run: Run, loan: Path, language: str) -> None:
    line = _spoil(loan, "refused: signature_missing}", "refused: not_yours}")
    done = run("scenario", "test", loan, "--lang", language)
    assert done.status == 1
    assert f"loan.yaml:{line} " in done.out
    assert ("应因 not_yours" if language == "zh" else "expected the refusal not_yours") in done.out
    assert ("其后 7 步未演练" if language == "zh" else "were not played: 7") in done.out
    assert ("3 个剧本中通过 2 个" if language == "zh" else "2 of 3 stories passed") in done.out
    document = run("scenario", "test", loan, "--json").document
    assert document["passed"] is False
    assert document["stories"][0]["left"] == 7
    assert document["stories"][0]["steps"][-1]["fault"]["zh"]


def test_test__says_which_stories_there_are(run: Run) -> None:
    done = run("scenario", "test", LOAN, "--story", "none")
    assert done.status == 1
    assert "stories/6" in done.err
    assert "whole_life" in done.err


def test_test__says_what_is_missing_beside_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lone.yaml"
    text = RECEIVABLE.read_text(encoding="utf-8").replace("settlement.cny", "nowhere.cny")
    file.write_text(text, encoding="utf-8")
    done = run("scenario", "test", file)
    assert done.status == 1
    assert "stories/1" in done.err
    assert "nowhere" in done.err


def test_manual__is_written_in_both_languages(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "manual.md"
    assert run("scenario", "manual", LOAN, "--out", out).status == 0
    assert out.read_text(encoding="utf-8").startswith("# ")
    chinese, english = (run("scenario", "manual", LOAN, "--lang", language) for language in ("zh", "en"))
    assert english.out == out.read_text(encoding="utf-8").rstrip("\n") + "\n"
    assert "手册" in chinese.out
    assert "手册" not in english.out
    document = json.loads(run("scenario", "manual", LOAN, "--json").out)
    assert document["language"] == "en"
    assert document["manual"].rstrip("\n") + "\n" == english.out
    assert run("scenario", "manual", LOAN, "--out", tmp_path).status == 2


@pytest.mark.parametrize("given", ["limit", "=1", "a=1,a=2"])
def test_open__takes_settings_by_name(run: Run, given: str) -> None:
    done = run("scenario", "open", "loan", *(word for each in given.split(",") for word in ("--set", each)))
    assert done.status == 2
    assert "--set" in done.err


def test_publish__and_open_an_instance(run: Run, at_home: LiveNode, tmp_path: Path) -> None:
    file = tmp_path / "loan.yaml"
    file.write_text(LOAN.read_text(encoding="utf-8").replace(", unique: everywhere, space: cn.loan", ""), encoding="utf-8")
    first = run("scenario", "publish", file, "--json")
    assert first.status == 0, first.out
    assert first.document["scenario"] == "loan"
    assert first.document["found"] is False
    again = run("scenario", "publish", file)
    assert "Published before: scenario loan, version 1" in again.out
    opened = run("scenario", "open", "loan", "--as", "my-loans", "--set", "answer_within=5d")
    assert opened.status == 0, opened.err
    assert "The instance my-loans is open" in opened.out
    assert first.document["definition"] in opened.out
    state = run("state", "scenario/instances", "my-loans", "--json").document
    assert '"settings": {"answer_within": 5}' in json.dumps(state)
    twice = run("scenario", "open", "loan", "--as", "my-loans")
    assert twice.status == 1
    assert run("scenario", "open", "nothing").status == 1
    bad = run("scenario", "open", "loan", "--as", "other", "--set", "answer_within=soon")
    assert bad.status == 1
    assert "answer_within" in bad.err
