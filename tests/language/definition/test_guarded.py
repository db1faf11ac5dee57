"""Guarded fields and the actions that open them: what they become in the tree, and what the check refuses, at its line."""

from pathlib import Path

import pytest

from zhulian.language.compile import compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import load_definition, read_definition
from zhulian.language.definition.shapes import Alert, Lent
from zhulian.modules import every_word

GOOD = (Path(__file__).parents[2] / "cli" / "ward.yaml").read_text(encoding="utf-8")


def effects(name: str, text: str = GOOD) -> list[tuple[str, dict[str, str]]]:
    """The verbs of an action of the definition with their arguments, without checking it."""
    tree = read_definition(text).tree
    action = next(each for each in tree.actions if each.name == name)
    return [(each.name, {one.name: one.value for one in each.values}) for each in action.do if isinstance(each, Lent)]


def test_opens__stands_for_the_verb_that_logs_an_opening() -> None:
    assert effects("read") == [
        (
            "open",
            {"file": "this.summary", "owner": "this.holder", "reader": "actor", "purpose": "input.purpose", "of": "this"},
        )
    ]


def test_break_glass__opens_without_a_grant_and_alerts() -> None:
    assert effects("rescue") == [
        ("break_glass", {"file": "this.summary", "owner": "this.holder", "reader": "actor", "purpose": '"rescue"'})
    ]
    action = next(each for each in read_definition(GOOD).tree.actions if each.name == "rescue")
    (alert,) = [each for each in action.do if isinstance(each, Alert)]
    assert alert.level == "high"


def test_opens__names_whose_grant_it_is_and_who_reads() -> None:
    old = "by: hospital\n    on: visit\n    from: kept\n    input: {purpose"
    text = GOOD.replace(old, old.replace("hospital", "{reader: hospital, other: custodian}", 1), 1)
    text = text.replace("    opens: this.summary\n", "    opens: {field: this.summary, of: this.case, purpose: this.why}\n", 1)
    ((_, found),) = effects("read", text)
    assert (found["reader"], found["of"], found["purpose"]) == ("by.reader", "this.case", "this.why")


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("owner: holder", "owner: number", "language/168", "owner: number"),
        ("owner: holder", "owner: nobody", "language/168", "owner: nobody"),
        ("holder:  {type: party, role: hospital,", "holder:  {type: party, role: hospital, optional: true,", "language/168", "owner: holder"),
        ("writer:  {type: party,", "writer:  {owner: holder, type: party,", "language/168", "owner: holder, type: party"),
        ("{to: {type: party,", "{to: {owner: holder, type: party,", "language/168", "owner: holder, type: party"),
        ("owner: holder, erasable: true", "erasable: true", "language/169", "opens: this.summary"),
        ("opens: this.summary", "opens: this.note", "language/90", "opens: this.note"),
        ("on: visit\n    from: kept\n    opens", "on: visit\n    many: 3\n    from: kept\n    opens", "language/169", "opens: this.summary"),
        ("erasable: true, ", "", "language/170", "{erase: {file: this.summary"),
        ("    opens: this.summary\n    break_glass", "    break_glass", "language/171", "break_glass: true"),
        ("    input: {purpose: {type: text, public: true, title: {zh: 用途, en: Purpose}}}\n", "", "language/71", "opens: this.summary"),
    ],
)  # fmt: skip
def test_guarded_field__is_refused_where_it_does_not_fit(old: str, new: str, code: str, line: str) -> None:

    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    with pytest.raises(LanguageFaults) as no:
        check_definition(read_definition(text), every_word())
    found = [(each.code, text.splitlines()[each.line - 1]) for each in no.value.found]
    assert any(one == code and line.strip("{") in where for one, where in found), found


def test_tree__that_says_opens_but_opens_nothing_is_refused() -> None:

    raw = read_definition(GOOD).to_json()
    start = raw.index(b'{"name":"open"')
    harmless = b'{"refusal":"not_allowed","verb":"refuse"}'
    end = raw.index(b'"verb":"lent"}', start) + len(b'"verb":"lent"}')
    with pytest.raises(LanguageFaults) as no:
        check_definition(load_definition(raw[:start] + harmless + raw[end:]), every_word())
    assert [each.code for each in no.value.found] == ["language/169"]


def test_contents__carry_their_rules_to_the_chain() -> None:

    text = GOOD.replace("erasable: true", "erasable: true, keep: 30d, regulator: 'no'", 1)
    compiled = compile_definition(check_definition(read_definition(text), every_word()))
    (name, owner, rules), private = compiled.records["visit"].owned_contents
    assert private == ("plan", "holder", ("plan", 0, 0, True, False))
    assert (name, owner) == ("summary", "holder")
    assert rules == ("summary", 2, 30 * 86_400, False, True)
    hours = compile_definition(check_definition(read_definition(text.replace("30d", "24h")), every_word()))
    assert hours.records["visit"].owned_contents[0][2].keep_s == 24 * 3600
