"""The manual has everything that the definition says, in both languages, as Markdown that renders."""

import itertools
import os
import re
from pathlib import Path

import pytest

from tests.language.view.shown import EVERY, checked, view
from tests.language.view.test_view import CJK, SPEECH, names_of
from zhulian.language.manual import manual, manual_of

HERE = Path(__file__).parent
LANGUAGES = ("zh", "en")
GENERAL = {"CNY", "UTC", "AB", "AR", "JSON"}


def prose(text: str) -> str:
    """The manual without code, diagrams and what the definition quotes."""
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return re.sub(r"`[^`]*`", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_manual_of_the_example__is_as_it_was(language: str) -> None:
    """Golden files, to be read by people; `GOLDEN=write` writes them anew after a change that is meant."""
    path = HERE / f"receivable.{language}.md"
    text = manual(checked("receivable_example"), language)
    if os.environ.get("GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_manual__names_every_part(name: str, language: str) -> None:
    """Every action, timer, refusal, promise, record and story by its name, every role, state, field and sentence by its words."""
    tree, text = checked(name).definition.tree, manual_of(view(name), language)
    for each in (*tree.actions, *tree.timers, *tree.records, *tree.stories):
        assert f"`{each.name}`" in text, each.name
    for refusal in tree.refusals:
        assert f"`{tree.scenario}:{refusal.name}`" in text, refusal.name
    titles = [getattr(each.title, language) for each in (*tree.roles, *tree.assets, *tree.tickets, *tree.actions, *tree.watch)]
    for record in (*tree.records, *([tree.instance] if tree.instance else [])):
        titles += [getattr(each.title, language) if each.title is not None else f"`{each.name}`" for each in record.fields]
        titles += [
            getattr(each.title, language) if each.title else each.name for each in (record.states.every if record.states else ())
        ]
        for promise in (*record.always, *record.steps):
            assert f"`{promise.name}`" in text, promise.name
    titles += [getattr(each, language).rstrip(".。") for each in tree.assumes]
    titles += [getattr(each.text, language).rstrip(".。") for each in tree.refusals]
    titles += [getattr(each.title, language) if each.title is not None else f"`{each.name}`" for each in tree.settings]
    assert [each for each in titles if each.replace("|", "\\|") not in text] == []


@pytest.mark.parametrize("name", EVERY)
def test_manual__says_who_can_read_what(name: str) -> None:
    """Each private field has its sentence, with its readers and with the regulator's part."""
    shown = view(name)
    text = manual_of(shown, "zh")
    for record in shown.records:
        for field in record.fields:
            if field.visibility == "public":
                continue
            line = next(each for each in text.splitlines() if each.startswith(f"- {field.title.zh}：链上只有承诺值"))
            assert all(each.title.zh in line for each in (*field.readers, *field.keepers))
            assert ("监管方依监管授权可读" in line) == field.regulator
    for debit in shown.debits:
        assert debit.says.zh in text


@pytest.mark.parametrize("name", EVERY)
def test_manual__keeps_to_its_language(name: str) -> None:
    known = names_of(name) | GENERAL
    chinese = [word for word in SPEECH.findall(prose(manual_of(view(name), "zh"))) if word not in known]
    assert [word for word in chinese if not re.fullmatch(r"[A-Z]{1,2}[0-9]+", word)] == []
    english = prose(manual_of(view(name), "en"))
    found = [line for line in english.splitlines() if CJK.search(re.sub(r"“[^”]*”", "", line))]
    assert found == []  # what a story's player fills in stands quoted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_manual__is_sound_markdown(name: str, language: str) -> None:
    """Tables have as many cells in each row as in their head, fences close, headings go down one at a time."""
    lines = manual_of(view(name), language).splitlines()
    assert sum(line.startswith("```") for line in lines) % 2 == 0
    width = 0
    for line in lines:
        cells = len(re.findall(r"(?<!\\)\|", line)) - 1 if line.startswith("|") else 0
        assert cells in (0, width) or width == 0, line
        width = cells
    depths = [len(match.group(1)) for line in lines if (match := re.match(r"(#+) ", line))]
    assert depths[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(depths))
    assert "{" not in prose("\n".join(lines)) or name == "everything"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_mermaid__has_every_state_and_way(name: str, language: str) -> None:
    blocks = re.findall(r"```mermaid\nstateDiagram-v2\n(.*?)```", manual_of(view(name), language), re.DOTALL)
    diagrams = [each.diagram for each in view(name).records if each.diagram is not None]
    assert len(blocks) == len(diagrams)
    for block, diagram in zip(blocks, diagrams, strict=True):
        states = re.findall(r'^    state "[^"]+" as (s_\w+)$', block, re.MULTILINE)
        assert states == [f"s_{each.id}" for each in diagram.nodes if each.kind != "begin"]
        ways = set(re.findall(r"^    (\S+) --> (\S+): [^:;\"]+$", block, re.MULTILINE))
        assert ways == {("[*]" if each.source == "_begin" else f"s_{each.source}", f"s_{each.target}") for each in diagram.edges}
