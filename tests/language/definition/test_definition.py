"""The example reads, normalises and checks clean; its tree and digests depend on what it says and not on how it is written."""

import random
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.language.definition.lent import REGISTRY
from zhulian import canonical
from zhulian.crypto import Hasher, suite
from zhulian.errors import Refusal
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import Definition, load_definition, read_definition

GOOD = (Path(__file__).parent / "receivable.yaml").read_text(encoding="utf-8")
HASHER = Hasher(suite("gm"))


def test_example__checks_clean() -> None:
    checked = check_definition(read_definition(GOOD), REGISTRY)
    assert checked.exceptions == ()
    assert 0 < checked.steps["draw"] < checked.steps["repay"] < 1_000
    assert [each.path for each in checked.notes] == ["records"]  # fields without titles
    assert checked.patterns["records.receivable.fields.number.pattern"].matches("AR-2020-001")


def test_every_construct__checks_clean() -> None:
    """One file that uses each construct of the language once."""
    definition = read_definition((Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8"))
    checked = check_definition(definition, REGISTRY)
    assert [(each.doer, each.asset, each.owner) for each in checked.exceptions] == [("sweep", "point", "input.who")]
    assert checked.steps["hold"] > 18 * 100  # on eighteen lots at once
    again = check_definition(load_definition(definition.to_json()), REGISTRY)
    assert again.typed == checked.typed


def test_tree__is_what_the_file_says() -> None:
    tree = read_definition(GOOD).tree
    assert [each.name for each in tree.actions] == ["draw", "confirm", "decline", "pass_on", "finance", "repay"]
    finance = next(each for each in tree.actions if each.name == "finance")
    assert [(each.name, [need.seat for need in each.seats]) for each in finance.by] == [
        ("seller", []),
        ("financier", ["maker", "checker"]),
    ]
    assert tree.records[0].fields[5].readers == ("debtor", "creditor")


def test_check__says_the_same_of_the_tree_alone() -> None:
    """The chain has no source: the same typed expressions, bounds and verdicts come from the JSON."""
    definition = read_definition(GOOD)
    checked, again = (check_definition(each, REGISTRY) for each in (definition, load_definition(definition.to_json())))
    assert again.typed == checked.typed
    assert again.steps == checked.steps


def test_fault_of_a_tree_without_source__names_the_path() -> None:
    data = read_definition(GOOD).to_json().replace(b"input.due > today()", b"input.dew > today()")
    with pytest.raises(LanguageFaults) as caught:
        check_definition(load_definition(data), REGISTRY)
    assert [(each.code, each.path) for each in caught.value.found] == [("language/15", "actions.draw.require[0].that")]


def test_digest__does_not_depend_on_formatting() -> None:
    """Block style, quotes, comments and white space change the source's digest alone."""
    first = read_definition(GOOD).digests(HASHER.digest)
    plain = yaml.load(GOOD, yaml.BaseLoader)
    forms = [
        yaml.dump(plain, allow_unicode=True, sort_keys=False),
        yaml.dump(plain, allow_unicode=False, sort_keys=False, default_style='"', width=60),
        yaml.dump(plain, allow_unicode=True, sort_keys=False, default_flow_style=True),
        GOOD.replace("\n", "   # said\n").replace("\n", "\r\n"),
    ]
    for form in forms:
        digests = read_definition(form).digests(HASHER.digest)
        assert digests.definition == first.definition
        assert digests.rules == first.rules
        assert digests.source != first.source


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        ("en: Draw}", "en: Issue}", False),
        ("level: medium", "level: low", False),
        ("show: [number, debtor.name", "show: [debtor.name, number", False),
        ("amount: '700000'", "amount: '700001'", False),
        ("{zh: 转出金额超过您持有的债权", "{zh: 转出金额超过所持债权", False),
        ("'input.due > today()'", "'input.due >= today()'", True),
        ("default: 10d", "default: 11d", True),
        ("admitted_by: core}", "admitted_by: operator}", True),
        ("[settled, refused, lapsed]", "[settled, lapsed, refused]", True),
    ],
)
def test_digests__tell_rules_from_texts(old: str, new: str, rules: bool) -> None:
    changed = GOOD.replace(old, new, 1)
    assert changed != GOOD
    before, after = (read_definition(each).digests(HASHER.digest) for each in (GOOD, changed))
    assert before.definition != after.definition
    assert (before.rules != after.rules) is rules


def test_json__is_what_normalising_it_again_gives() -> None:
    definition = read_definition(GOOD)
    data = definition.to_json()
    assert canonical.encode(canonical.decode(data)) == data
    assert load_definition(data).to_json() == data


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 0),
        (("scenario",), "Receivable"),
        (("language",), 2),
        (("colour",), "red"),
        (("actions", 0, "froms"), ["a b"]),
        (("records", 0, "fields", 0, "visibility"), "open"),
        (("title", "en"), ""),
    ],
)
def test_load__refuses_another_shape(path: tuple[str | int, ...], value: object) -> None:
    whole = canonical.decode(read_definition(GOOD).to_json())
    at = whole
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    with pytest.raises(Refusal):
        load_definition(canonical.encode(whole))


# Whatever comes in, nothing but refusals comes out.


def judge(text: str) -> Definition | None:
    """The definition if it is sound; None if it is refused. Anything else escapes."""
    refused: LanguageFaults | None = None
    definition: Definition | None = None
    try:
        definition = read_definition(text)
        check_definition(definition, REGISTRY)
    except LanguageFaults as faults:
        refused, definition = faults, None
    assert refused is None or refused.found
    assert refused is None or all(each.line >= 1 and each.column >= 1 for each in refused.found)
    return definition


@given(st.text(alphabet=st.sampled_from("ab:{}[]-,'\"|>&*!%@`?#\n 0é中\t\\~<=."), max_size=80))
@settings(max_examples=150, deadline=None)
def test_random_text__is_refused(text: str) -> None:
    assert judge(text) is None


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text__is_refused(text: str) -> None:
    assert judge(text) is None


WORDS = sorted(set(re.findall(r"[\w.>=()'-]+|[{}\[\],:]", GOOD)))


@given(st.integers(0, 2**32))
@settings(max_examples=30, deadline=None)
def test_shuffled_definition__is_refused_or_stable(seed: int) -> None:
    """A few words of the example are swapped for others: what still is a definition has one form."""
    rng = random.Random(seed)
    text = GOOD
    for _ in range(rng.randint(1, 3)):
        old, new = rng.choice(WORDS), rng.choice(WORDS)
        places = [match.start() for match in re.finditer(re.escape(old), text)]
        if places:
            place = rng.choice(places)
            text = text[:place] + new + text[place + len(old) :]
    definition = judge(text)
    if definition is not None:
        assert load_definition(definition.to_json()).tree == definition.tree


JSON = read_definition(GOOD).to_json()


@given(st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_altered_tree__is_refused_or_checked(seed: int) -> None:
    """The chain meets trees that no normaliser wrote: a value is put where another stood."""
    rng = random.Random(seed)
    whole = canonical.decode(JSON)
    spots: list[tuple[object, object]] = []

    def walk(value: object) -> None:
        pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in pairs:
            spots.append((value, key))
            walk(inner)

    walk(whole)
    for _ in range(rng.randint(1, 3)):
        (into, key), (out, other) = rng.choice(spots), rng.choice(spots)
        into[key] = canonical.decode(canonical.encode(out[other]))  # type: ignore[index]
    try:
        check_definition(load_definition(canonical.encode(whole)), REGISTRY)
    except Refusal:
        return
