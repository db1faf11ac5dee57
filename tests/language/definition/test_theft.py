"""Ways in which an author could take what is not given, or a tree could say what no file can; each is a numbered fault."""

from pathlib import Path
from typing import Any

import pytest

from tests.language.definition.lent import REGISTRY
from zhulian import canonical
from zhulian.errors import Refusal
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import load_definition, read_definition

GOOD = (Path(__file__).parent / "receivable.yaml").read_text(encoding="utf-8")
PAY = "transfer: {asset: cash, from: %s, to: this.creditor, amount: this.amount}"


def with_action(body: str, timers: str = "") -> str:
    """The example with one more action, on a confirmed receivable, and more timers."""
    extra = f"\n  extra:\n    title: {{zh: 甲, en: A}}\n    on: receivable\n    from: confirmed\n{body}\n\ntimers:\n{timers}"
    return GOOD.replace("\ntimers:\n", extra, 1)


def faults(text: str) -> list[str]:
    """The numbers of the faults of a definition."""
    try:
        check_definition(read_definition(text), REGISTRY)
    except LanguageFaults as found:
        return [each.code for each in found.found]
    return []


SET = "set: {debtor: this.creditor}"
TIMER = "  swap: {on: receivable, from: confirmed, at: 'end_of(this.due)', do: [{set: {debtor: this.creditor}}]}\n"


@pytest.mark.parametrize(
    ("body", "timers"),
    [
        (f"    by: this.debtor\n    do: [{{{SET}}}, {{{PAY % 'this.debtor'}}}]", ""),
        (f"    by: this.debtor\n    do: [{{if: 'this.paid > 0', then: [{{{SET}}}]}}, {{{PAY % 'this.debtor'}}}]", ""),
        (
            "    by: this.debtor\n    input: {l: {type: list, of: int, most: 3}}\n"
            f"    do: [{{each: {{one: input.l}}, do: [{{{PAY % 'this.debtor'}}}, {{{SET}}}]}}]",
            "",
        ),
        (f"    by: this.debtor\n    do: [{{{PAY % 'this.debtor'}}}]", TIMER),
        (f"    by: this.debtor\n    let: {{payer: this.debtor}}\n    do: [{{{PAY % 'payer'}}}]", TIMER),
        (f"    by: [this.debtor, this.creditor]\n    do: [{{{PAY % 'this.debtor'}}}]", ""),
        (f"    by: anyone\n    do: [{{{PAY % 'this.debtor'}}}]", ""),
        (f"    by: core\n    input: {{from_: {{type: party}}}}\n    do: [{{{PAY % 'input.from_'}}}]", ""),
        (
            f"    by: core\n    input: {{l: {{type: list, of: party, most: 9}}}}\n    do: [{{each: {{one: input.l}}, do: [{{{PAY % 'one'}}}]}}]",
            "",
        ),
    ],
)
def test_debit_of_who_does_not_sign__is_refused(body: str, timers: str) -> None:
    assert "language/115" in faults(with_action(body, timers))


@pytest.mark.parametrize(
    ("body", "timers"),
    [
        (f"    by: this.debtor\n    do: [{{{PAY % 'this.debtor'}}}, {{{SET}}}]", ""),
        (f"    by: this.debtor\n    do: [{{{SET}}}, {{{PAY % 'actor'}}}]", TIMER),
        (f"    by: this.debtor\n    let: {{payer: this.debtor}}\n    do: [{{{SET}}}, {{{PAY % 'payer'}}}]", ""),
        (f"    by: {{debtor: core, other: bank}}\n    do: [{{{SET}}}, {{{PAY % 'by.debtor'}}}]", TIMER),
    ],
)
def test_debit_of_who_signs__is_allowed(body: str, timers: str) -> None:
    assert faults(with_action(body, timers)) == []


def test_new_owner__is_not_who_signed() -> None:
    """A title that is passed on has another owner behind it, who did not sign."""
    owned = with_action(f"    by: this.owner\n    do: [{{pass: {{what: this, to: this.creditor}}}}, {{{PAY % 'this.owner'}}}]")
    owned = owned.replace("    key: number\n", "    key: number\n    owned: true\n", 1)
    assert faults(owned) == ["language/115"]


# Titles.


def title(body: str, owned: bool = True) -> str:
    """The example with receivables that are titles, and one more action on them."""
    text = with_action(body)
    return text.replace("    key: number\n", "    key: number\n    owned: true\n", 1) if owned else text


@pytest.mark.parametrize(
    "body",
    [
        "    by: this.owner\n    do: [{pass: {what: this, to: this.creditor}}]",
        "    by: this.owner\n    do: [{pass: {what: this, to: this.creditor, part: '\"30%\"'}}]",
        "    by: {a: this.owner, b: core}\n    do: [{pass: {what: this, to: this.creditor, from: by.b}}]",
        "    by: this.owner\n    do: [{pledge: {what: this, to: this.creditor, rank: 1, follows: 'true'}}]",
        "    by: bank\n    do: [{release: {what: this, holder: actor}}]",
        "    by: {bank_: bank, judge: core}\n    do: [{release: {what: this, holder: this.creditor, order: by.judge}}]",
        "    by: core\n    do: [{seize: {what: this, order: actor}}]",
        "    by: core\n    do: [{pass: {what: this, to: this.creditor, order: actor}}]",
    ],
)
def test_title__is_dealt_with_by_its_owner_a_holder_or_an_office(body: str) -> None:
    assert faults(title(body)) == []


def test_new_title__belongs_to_the_first_who_signs() -> None:
    extra = GOOD.replace("    key: number\n", "    key: number\n    owned: true\n", 1)
    draw = "      - set: {creditor: actor}\n"
    assert faults(extra.replace(draw, f"{draw}      - pass: {{what: this, to: input.debtor}}\n", 1)) == []
    twice = f"{draw}      - pass: {{what: this, to: input.debtor}}\n      - pass: {{what: this, to: actor}}\n"
    assert faults(extra.replace(draw, twice, 1)) == ["language/115"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("    by: core\n    do: [{pass: {what: this, to: actor}}]", "language/115"),
        ("    by: this.owner\n    do: [{pass: {what: this, to: actor, from: this.debtor}}]", "language/115"),
        ("    by: core\n    do: [{pledge: {what: this, to: actor}}]", "language/115"),
        ("    by: this.owner\n    do: [{release: {what: this, holder: this.creditor}}]", "language/115"),
        ("    by: anyone\n    do: [{seize: {what: this, order: actor}}]", "language/129"),
        ("    by: this.debtor\n    do: [{seize: {what: this, order: actor}}]", "language/129"),
        ("    by: [core, this.debtor]\n    do: [{seize: {what: this, order: actor}}]", "language/129"),
        ("    by: core\n    do: [{seize: {what: this, order: this.debtor}}]", "language/129"),
        ("    by: core\n    do: [{pass: {what: this, to: actor, order: this.debtor}}]", "language/129"),
        ("    by: anyone\n    do: [{pass: {what: this, to: actor, order: actor}}]", "language/129"),
    ],
)
def test_title__is_not_taken_from_who_does_not_sign(body: str, code: str) -> None:
    assert faults(title(body)) == [code]


def test_records_without_owner__are_no_titles() -> None:
    assert faults(title("    by: core\n    do: [{seize: {what: this, order: actor}}]", owned=False)) == ["language/119"]


def test_order__is_listed_as_an_exception() -> None:
    text = title("    by: core\n    do: [{seize: {what: this, order: actor}}, {pass: {what: this, to: actor, order: actor}}]")
    found = check_definition(read_definition(text), REGISTRY).exceptions
    assert [(each.doer, each.asset, each.owner, each.order) for each in found] == [
        ("extra", "receivable", "this.owner", "actor")
    ] * 2


def test_apart__names_actions_on_the_same_records() -> None:
    """Who did an action is remembered with its record, so that only there others can be told apart."""
    child = "  note:\n    title: {zh: 备注, en: Note}\n    key: id\n    fields: {id: int}\n\nactions:\n"
    wrote = "  write:\n    title: {zh: 备注, en: Write}\n    by: core\n    creates: note\n    input: [id]\n"
    text = with_action("    by: core\n    apart: %s\n    do: [{alert: {level: low, say: {zh: 看, en: Look}}}]")
    text = text.replace("\nactions:\n", f"\n{child}{wrote}", 1).replace("{chart:", "{record: receivable, chart:")
    assert faults(text % "confirm") == []
    assert faults(text % "write") == ["language/90"]


@pytest.mark.parametrize("name", ["actor", "claim", "payer"])
def test_item_of_each__hides_nothing(name: str) -> None:
    body = (
        "    by: core\n    let: {payer: actor}\n    input: {l: {type: list, of: party, most: 9}}\n"
        f"    do: [{{each: {{{name}: input.l}}, do: [{{{PAY % 'actor'}}}]}}]"
    )
    assert set(faults(with_action(body))) & {"language/74", "language/75"}


# Trees that no file can say.


def altered(change: Any) -> list[str]:
    """The numbers of the faults of a tree after a change."""
    whole = canonical.decode(read_definition(GOOD).to_json())
    change(whole, {each["name"]: each for each in whole["actions"]})
    try:
        check_definition(load_definition(canonical.encode(whole)), REGISTRY)
    except LanguageFaults as found:
        return [each.code for each in found.found]
    except Refusal as refusal:
        return [refusal.code]
    return []


def looser(whole: Any, actions: Any) -> None:
    """An input by name that is not as its field is."""
    actions["draw"]["input"][0]["pattern"] = "[a-z]"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (looser, "language/90"),
        (lambda whole, actions: actions["confirm"].update(by=[]), "form/9"),
        (lambda whole, actions: actions["confirm"]["by"][0].update(any=[]), "form/9"),
        (lambda whole, actions: actions["confirm"]["by"][0].update(any=[{}]), "language/84"),
        (lambda whole, actions: actions["finance"]["by"][0].pop("name"), "language/71"),
        (lambda whole, actions: actions["pass_on"].pop("froms"), "language/71"),
        (lambda whole, actions: actions["pass_on"].update(let=[{"name": "actor", "value": "1"}]), "language/74"),
        (lambda whole, actions: actions["pass_on"].update(many=201), "form/9"),
        (lambda whole, actions: whole["actions"].append(actions["draw"]), "language/75"),
        (lambda whole, actions: whole["roles"].append(whole["roles"][0]), "language/75"),
        (lambda whole, actions: whole["title"].update(en="应收"), "language/77"),
        (lambda whole, actions: whole["watch"][0].update(window="1 day"), "form/9"),
        (lambda whole, actions: whole["records"][0]["fields"][0].update(name="state"), "language/74"),
        (lambda whole, actions: whole["roles"][0].update(name="anyone"), "language/74"),
    ],
)
def test_tree_of_no_file__is_refused(change: Any, code: str) -> None:
    assert code in altered(change)
