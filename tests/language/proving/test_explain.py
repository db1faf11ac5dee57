"""How a report is told: digests, reasons that are the same put together, examples by titles, and a counter-example as steps in words."""

import re

import pytest

from tests.language.proving.test_prove import FAULTS, checked
from zhulian.assure.stories.replaying import Replay
from zhulian.language.proving.explain import Explaining, chapter
from zhulian.language.proving.prove import prove
from zhulian.language.proving.report import Report
from zhulian.language.proving.retelling import retold


@pytest.fixture(scope="module")
def sound() -> Report:
    return prove(checked())


@pytest.mark.parametrize(
    ("language", "itself", "says"),
    [
        (
            "zh",
            "此前本约束成立",
            ("已证明 8 项，已推翻 0 项，运行时校验 0 项", "每项约束的证明分两步", "求解器 z3", "由证明器任取"),
        ),
        ("en", "it held before", ("Proved: 8. Refuted: 0.", "proved in two steps", "Solver z3", "chose the values at will")),
    ],
)
def test_chapter__says_what_is_proved_why_and_by_what(sound: Report, language: str, itself: str, says: tuple[str, ...]) -> None:
    text = chapter(checked(), sound, language, 9)
    assert text.startswith("## 9. ")
    assert [word for word in (*says, itself, sound.definition_sm3, sound.digests()["sm3"]) if word not in text] == []
    examples = text[text.rindex("###") :]
    assert re.search(r"`repay`", examples)
    assert "input." not in examples
    assert "by." not in examples


def test_why__puts_together_what_has_the_same_reasons(sound: Report) -> None:
    words = Explaining(checked())
    for promise in sound.promises:
        reasons = [each.zh.partition("依据：")[2] for each in words.why(promise) if "依据：" in each.zh]
        assert len(reasons) == len(set(reasons)), promise.name


def test_retold__tells_the_steps_of_a_counter_example() -> None:
    changes, promise = FAULTS["a guard is missing"]
    definition = checked(*changes)
    replay = Replay(definition)
    (found,) = prove(definition, only={promise}, play=replay, samples=replay.samples).promises
    story = next(each.counter.story for each in found.checks if each.counter is not None and each.counter.story)
    told = retold(definition, story)
    assert told is not None
    assert len(told.steps) == story.count("\n  - ")
    assert told.steps[-1].refused == promise
    assert all(re.search(r"[\u4e00-\u9fff]", each.says.zh) and each.says.en for each in told.steps)
    assert retold(definition, "steps: [{who: nobody, does: nothing}]") is None
    assert retold(definition, "- [") is None


def test_finding__is_told_by_titles_and_by_the_sentences_of_rules() -> None:
    definition = checked(("- not_empty: 'this.left == 0'", "- not_empty: 'this.left < 0'"))
    found = {each.kind: each for each in prove(definition).findings}
    words = Explaining(definition)
    never, locked = words.finding(found["never"]), words.finding(found["locked"])
    assert never.zh.startswith("“结清”在任何状态下都不能办成：")
    assert never.en.startswith("“Close” can never be done: ")
    assert ("规则“" in never.zh, "the rule “" in never.en, "（not_empty）" in never.zh) == (True, True, True)
    assert locked.zh.startswith("“借款”所持资产可能被永久锁住（")
    assert "running: coin" not in locked.en
