"""No definition keeps those who check it busy with its patterns."""

import pytest

from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition
from zhulian.modules import every_word

TEXT = "{zh: 名称, en: Name}"


def _with(patterns: list[str]) -> str:
    fields = ", ".join(f"f{place}: {{type: text, pattern: '{pattern}'}}" for place, pattern in enumerate(patterns))
    return f"""
scenario: patterned
version: 1
title: {TEXT}
roles: {{bank: {{title: {TEXT}, admitted_by: operator}}}}
records: {{slip: {{title: {TEXT}, key: n, fields: {{n: int, {fields}}}}}}}
actions: {{make: {{title: {TEXT}, by: bank, creates: slip, input: [n, {", ".join(f"f{place}" for place in range(len(patterns)))}]}}}}
"""


def test_patterns__have_a_budget_together() -> None:
    with pytest.raises(LanguageFaults) as caught:
        check_definition(read_definition(_with([f"[A-Z]{{1,{400 - count}}}" for count in range(14)])), every_word())
    found = [each.code for each in caught.value.found]
    assert found == ["language/109"] * len(found)
    assert 5 <= len(found) <= 7


def test_patterns__that_fields_share_count_once() -> None:
    check_definition(read_definition(_with(["[A-Z]{1,400}"] * 30)), every_word())
