"""Two versions of one small definition."""

from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition
from zhulian.language.upgrades.passage import Passage, check_upgrade
from zhulian.modules import every_word

__all__ = ["WORDS", "checked", "codes", "upgrade", "version"]

WORDS = every_word()
TEXT = "{zh: 名称, en: Name}"
FIELDS = "number: {type: text, pattern: '[A-Z0-9]{1,9}'}, amount: {type: money, min: '0.01', max: '1000.00'}, paid: {type: money, default: '0'}"


def version(
    number: int,
    *,
    fields: str = FIELDS,
    states: str = "{start: a, open: [b], final: [z]}",
    key: str = "number",
    record: str = "",
    more: str = "",
    actions: str = "",
    upgrade: str = "{}",
    notice: str = "3d",
    name: str = "loan",
) -> str:
    """A version of the definition; from the second on it upgrades the one before, as `upgrade` (without `from`) says."""
    follow = f"upgrade: {{from: {number - 1}, notice: {notice}, {upgrade.strip()[1:-1]}}}" if number > 1 else ""
    return f"""
scenario: lending
version: {number}
title: {TEXT}
roles: {{bank: {{title: {TEXT}, admitted_by: operator}}}}
refusals: {{no: {{zh: 不行, en: 'No'}}}}
records:
  {name}:
    title: {TEXT}
    key: {key}
    fields: {{{fields}}}
    states: {states}
{record}
  note: {{title: {TEXT}, key: id, fields: {{id: int, loan: {{type: record, record: {name}, optional: true}}}}}}
actions:
  take_note: {{title: {TEXT}, by: bank, creates: note, input: [id, loan]}}
{actions}
{more}
{follow}
"""


def checked(yaml: str) -> Checked:
    """A version as the check leaves it."""
    return check_definition(read_definition(yaml), WORDS)


def upgrade(old: str, new: str) -> Passage:
    """The passage from one text to the other."""
    return check_upgrade(checked(old), checked(new), WORDS)


def codes(old: str, new: str) -> list[str]:
    """The numbers of all that is wrong with an upgrade, sorted."""
    try:
        upgrade(old, new)
    except LanguageFaults as faults:
        return sorted({each.code.partition("/")[2] for each in faults.found})
    return []
