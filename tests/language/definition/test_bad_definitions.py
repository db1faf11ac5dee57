"""One change to a good definition, one fault: its number and its line."""

from pathlib import Path

import pytest

from tests.language.definition.lent import REGISTRY
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import read_definition

GOOD = (Path(__file__).parent / "receivable.yaml").read_text(encoding="utf-8")

TITLE = "{zh: 甲, en: A}"
# Behind the last action: one more, whose body is given.
ACTION = "\ntimers:\n"


def action(body: str) -> tuple[str, str]:
    """A change that adds an action `extra`."""
    return ACTION, f"\n  extra:\n    title: {TITLE}\n    {body}\n{ACTION}"


def field(body: str) -> tuple[str, str]:
    """A change that adds a field `extra`, which is left alone otherwise."""
    old = "      paid:     {type: money, default: '0'}"
    return old, f"{old}\n      extra: {body}"


def record(body: str) -> tuple[str, str]:
    """A change that adds a record type `other`."""
    return (
        "\nactions:\n",
        f"\n  other: {{title: {TITLE}, key: n, fields: {{n: int, p: party, l: {{type: money, default: '0'}}}}, {body}}}\n\nactions:\n",
    )


def timer(body: str) -> tuple[str, str]:
    """A change that adds timers."""
    return "\ntimers:\n", f"\ntimers:\n  {body}\n"


ON = "by: supplier, on: receivable"
FLOW = "by: this.debtor\n    on: receivable\n    from: confirmed\n    do:\n      - "
ESCROW = "transfer: {asset: cash, from: actor, to: this, amount: this.amount}"

# What is changed, into what, the number, and a text of the line that is blamed.
TABLE: list[tuple[tuple[str, str], int, str]] = [
    # The text of the file.
    (("scenario: receivable", "scenario: &a receivable"), 58, "&a"),
    (("scenario: receivable", "scenario: *a"), 57, "*a"),
    (("scenario: receivable", "scenario: !!str receivable"), 59, "!!str"),
    (("version: 1", "version: 1\nversion: 2"), 61, "version: 2"),
    (("version: 1", "version: 1\n<<: {a: b}"), 60, "<<"),
    (("version: 1", "version:\t1"), 54, "version:"),
    (("version: 1", "version:"), 68, "version:"),
    (("version: 1", "version: [1"), 53, "title: {zh: 应收账款多级流转"),
    (("over_split: {zh: 转出", "over_split: {zh: \u200b转出"), 55, "over_split: {zh"),
    (("en: Draw}", "en: Drawe\u0301}"), 56, "e\u0301"),
    (("stories:\n", "---\nstories:\n"), 63, "---"),
    # Shape.
    (("version: 1", "version: 1\ncolour: red"), 70, "colour"),
    (("    admitted_by: operator", "    admitted_by: operator"), 0, ""),
    (("title: {zh: 核心企业, en: Core enterprise}, ", ""), 71, "  core:"),
    (("covers: [C1]", "covers: {C1: yes}"), 72, "covers"),
    (("version: 1", "version: one"), 79, "version"),
    (("scenario: receivable", "scenario: Receivable"), 73, "scenario"),
    (("  core:     {title", "  operator:     {title"), 74, "  operator: "),
    (("{zh: 供应商, en: Supplier}", "{zh: 供应商}"), 76, "供应商}"),
    (("{zh: 供应商, en: Supplier}", "{zh: Supplier, en: 供应商}"), 77, "供应商}"),
    (("{type: date}", "{type: day}"), 78, "type: day"),
    (("over: actions.pass_on", "over: pass_on"), 87, "over: pass_on"),
    (("default: 10d}", "default: 10}"), 24, "default: 10}"),
    (("window: 1d", "window: 1 day"), 83, "1 day"),
    (("window: 1d", "window: 0d"), 132, "0d"),
    (("      - set: {creditor: actor}", "      - {set: {creditor: actor}, move: drawn}"), 81, "move: drawn"),
    (("input: [number, debtor, amount, due, contract]", "input: []"), 84, "input: []"),
    (("      - due_past: 'input.due > today()'", "      - 'input.due > today()'"), 81, "      - 'input.due"),
    # Names.
    (("admitted_by: core}", "admitted_by: kore}"), 90, "kore"),
    (("admitted_by: core}", "admitted_by: supplier}"), 91, "admitted_by: supplier"),
    (("key: number", "key: no"), 90, "key: no"),
    (("per: receivable}", "per: receipt}"), 90, "receipt"),
    (("by: supplier\n    creates", "by: seller\n    creates"), 90, "by: seller"),
    (("    creates: receivable", "    creates: invoice"), 90, "creates: invoice"),
    (("input: [number, debtor", "input: [no, debtor"), 90, "input: [no"),
    (("      - due_past: 'input", "      - due_gone: 'input"), 90, "due_gone"),
    (("from: drawn\n    to: confirmed", "from: drawn\n    to: agreed"), 90, "to: agreed"),
    (("from: drawn\n    to: confirmed", "from: new\n    to: confirmed"), 90, "from: new"),
    (("then: [{move: settled}]", "then: [{move: paid}]"), 90, "move: paid"),
    (("do:\n      - set: {creditor: actor}", "do:\n      - set: {holder: actor}"), 90, "holder: actor"),
    (("role: core}", "role: kernel}"), 90, "role: kernel"),
    (("  claim: {unit", "  cash: {unit"), 75, "  cash: {unit"),
    (("timers:\n  lapse:", "timers:\n  draw:"), 75, "  draw:   {on"),
    (("final: [settled, refused, lapsed]", "final: [settled, refused, drawn]"), 75, "refused, drawn"),
    (("asset: cash, from: by.financier", "asset: gold, from: by.financier"), 13, "gold"),
    (("columns: [number, amount", "columns: [number, total"), 90, "total"),
    (("record: receivable, show", "record: invoice, show"), 90, "record: invoice"),
    (("over: actions.pass_on", "over: actions.pass_off"), 90, "pass_off"),
    (("seats: {financier: {maker: 1", "seats: {financier: {taker: 1"), 90, "taker"),
    (("seats: {financier: {maker", "seats: {buyer: {maker"), 90, "buyer"),
    (action("{}: x"), 0, ""),
    (action("by: supplier"), 92, "  extra:"),
    (action("by: supplier\n    on: receivable\n    creates: receivable"), 82, "creates: receivable\n"),
    (action("by: supplier\n    on: receivable\n    from: settled\n    to: drawn"), 93, "from: settled"),
    (action("by: supplier\n    creates: receivable\n    input: [number, debtor, amount, contract]"), 94, "  extra:"),
    (("- set: {creditor: actor}", "- set: {}"), 84, "set: {}"),
    (action("by: this.debtor\n    on: receivable\n    do: [{set: {number: '\"AAAAAA\"'}}]"), 95, "AAAAAA"),
    (action("by: {one: this.debtor, two: this.debtor}\n    on: receivable"), 96, "two: this.debtor"),
    (action("by: [supplier, anyone]\n    on: receivable"), 97, "anyone]"),
    # Types and units.
    (field("{type: list, of: party, default: x}"), 103, "extra:"),
    (field("{type: list, of: party, most: 300, optional: true}"), 103, "extra:"),
    (field("{type: int, min: '5', max: '4', optional: true}"), 100, "extra:"),
    (field("{type: money, min: '0.001', optional: true}"), 24, "extra:"),
    (field("{type: date, unit: kg, optional: true}"), 101, "extra:"),
    (field("{type: quantity, optional: true}"), 102, "extra:"),
    (field("{type: choice, optional: true}"), 102, "extra:"),
    (field("{type: int, default: '1', optional: true}"), 108, "extra:"),
    (("pattern: '[A-Z0-9-]{6,32}'", "pattern: '[A-Z]+'"), 106, "[A-Z]+"),
    (("pattern: '[A-Z0-9-]{6,32}'", "pattern: '(a{99}){99}'"), 107, "a{99}"),
    (("pattern: '[A-Z0-9-]{6,32}', ", ""), 104, "key: number"),
    (("space: cn.receivable}", "most: 9}"), 105, "unique: everywhere"),
    (("amount: input.amount}\n      - transfer: {asset: cash", "amount: this.due}\n      - transfer: {asset: cash"), 18, "this.due}"),
    (("'input.due > today()'", "'input.due > now()'"), 19, "now()"),
    (("'input.due > today()'", "'input.due >'"), 9, "input.due >'"),
    (("'input.due > today()'", "'input.dew > today()'"), 15, "input.dew"),
    (("'this.paid <= this.amount'", "'this.paid <= this.due'"), 19, "this.paid <= this.due"),
    (("at: 'this.since + settings.confirm_within'", "at: 'this.amount'"), 18, "at: 'this.amount'"),
    (("at: 'this.since + settings.confirm_within'", "at: 'input.due'"), 14, "at: 'input.due'"),
    (("balance(by.seller, claim, this)", "balance(actor, claim, this)"), 14, "balance(actor, claim, this) >= input.amount'\n    do:   "),
    (("'count > 3'", "'count > actor'"), 14, "count > actor"),
    # Privacy.
    (("'input.due > today()'", "'input.contract == input.contract'"), 22, "input.contract =="),
    (("debtor.name, state, due]}", "contract, state, due]}"), 110, "contract, state"),
    (("filter: [state, debtor]", "filter: [state, contract]"), 110, "state, contract"),
    (("private: [debtor, creditor]", "private: [debtor, lender]"), 90, "lender"),
    (("private: [debtor, creditor]", "private: [debtor], public: true"), 112, "contract: {type"),
    (("private: [debtor, creditor]", "guarded: {keepers: [debtor, creditor], threshold: 3}"), 113, "threshold: 3"),
    (("of: sum(amount)", "of: sum(contract)"), 110, "sum(contract)"),
    (action(FLOW + "set: {contract: this.number}"), 18, "set: {contract"),
    # Who may be debited.
    (("from: actor, to: input.to", "from: this.creditor, to: input.to"), 115, "from: this.creditor"),
    (("from: by.financier, to: by.seller", "from: this.debtor, to: by.seller"), 115, "from: this.debtor"),
    (action(FLOW + "set: {debtor: this.creditor}\n      - transfer: {asset: cash, from: this.debtor, to: actor, amount: '\"1\"'}"), 115, "from: this.debtor, to: actor"),
    (("do: [{alert", "do: [{transfer: {asset: cash, from: this.debtor, to: this.creditor, amount: this.amount}}, {alert"), 115, "from: this.debtor"),
    (action(FLOW + "issue: {asset: cash, to: actor, amount: this.amount}"), 116, "issue: {asset: cash"),
    (action(FLOW + "retire: {asset: cash, from: actor, amount: this.amount}"), 116, "retire: {asset: cash"),
    (action(FLOW + "pass: {what: this, to: actor}"), 115, "pass: {what"),
    # Locks, timers, bounds.
    (action(FLOW + ESCROW), 117, ESCROW),
    (action("by: this.debtor\n    on: receivable\n    from: confirmed\n    to: settled\n    do:\n      - " + ESCROW), 118, ESCROW),
    (("at: 'this.since + settings.confirm_within', to: lapsed}", "at: 'this.since + 1d'}"), 120, "lapse:"),
    (("to: lapsed}", "to: drawn}"), 121, "lapse:"),
    (("    states: {start: drawn,", "    tasks: {tax: {by: core}}\n    within: 1d\n    during: confirmed\n    expired: confirmed\n    states: {start: drawn,"), 121, "tasks:"),
    (timer("grow: {on: receivable, from: drawn, at: this.since, do: [{create: {receivable: {number: '\"AR-000001\"', debtor: this.debtor, creditor: this.creditor, amount: this.amount, due: this.due, contract: this.contract}}}]}"), 121, "grow:"),
    (timer("there: {on: receivable, from: drawn, at: this.since, to: confirmed}\n  back: {on: receivable, from: confirmed, at: this.since, to: drawn}"), 121, "back:"),
    (action("many: 200\n    " + FLOW + "\n      - ".join(["transfer: {asset: cash, from: actor, to: this.creditor, amount: this.amount}"] * 9)), 122, "  extra:"),
    (action("by: this.debtor\n    on: receivable\n    input: {l: {type: list, of: int, most: 9}}\n    do:\n      - each: {a: input.l}\n        do: [{each: {b: input.l}, do: [{set: {paid: this.paid}}]}]"), 123, "each: {b"),
    (action(FLOW + "steal: {asset: cash}"), 124, "steal"),
    (action(FLOW + "transfer: {asset: cash, of: this, from: actor, to: this.creditor, amount: this.amount}"), 70, "of: this, from: actor, to: this.creditor"),
    (action(FLOW + "transfer: {asset: cash, from: actor, amount: this.amount}"), 71, "asset: cash, from: actor, amount"),
    (record("tasks: {tax: {by: core}}"), 133, "other:"),
    (record("within: 3d"), 133, "other:"),
    (("    states: {start: drawn,", "    correct: {fields: [amount], by: core}\n    states: {start: drawn,"), 137, "correct:"),
    (("    states: {start: drawn,", "    correct: [{fields: [due], by: core}, {fields: [due, number], by: core}]\n    states: {start: drawn,"), 137, "correct:"),
    (("version: 1", "version: 1\nupgrade: {from: 1, notice: 3d}"), 130, "from: 1"),
    (("version: 1", "version: 2\nupgrade: {from: 1, keep: [receivable], move: {receivable: {paid: was.paid}}, notice: 3d}"), 131, "keep:"),
    # Sweeps.
    (timer("extra: {on: receivable, from: drawn, to: lapsed}"), 71, "extra:"),
    (timer("extra: {on: receivable, from: drawn, at: this.since, sweep: debtor, to: lapsed}"), 82, "extra:"),
    (timer("extra: {on: receivable, from: drawn, at: this.since, page: 3, to: lapsed}"), 149, "extra:"),
    (timer("extra: {on: receivable, from: drawn, sweep: due, to: lapsed}"), 149, "extra:"),
    (timer("extra: {on: receivable, from: drawn, sweep: upon, to: lapsed}"), 90, "extra:"),
    (timer("extra: {on: receivable, from: drawn, after: overdue, to: lapsed}"), 90, "extra:"),
    (timer("extra: {on: receivable, from: drawn, at: this.since, do: [{sweep: overdue}]}"), 149, "extra:"),
    (action(FLOW + "sweep: overdue"), 90, "sweep: overdue"),
    # Stories.
    (("{wait: 91d, alerts: [overdue]}", "{wait: 91d, who: anchor}"), 126, "wait: 91d"),
    (("{wait: 91d, alerts: [overdue]}", "{wait: 91d, alerts: [late]}"), 90, "late"),
    (("refused: not_yours", "refused: not_mine"), 136, "not_mine"),
    (("{who: bolt, does: confirm,", "{who: bob, does: confirm,"), 90, "bob"),
    (("{who: meidi, does: confirm,", "{who: {a: meidi}, does: confirm,"), 127, "{a: meidi}"),
    (("{who: meidi, does: confirm, on: AR-2020-001}", "{who: meidi, does: confirm}"), 128, "does: confirm}"),
    (("with: {to: bolt, amount: '400000'}", "with: {to: bolt, sum: '400000'}"), 70, "sum: '400000'"),
    (("with: {to: bolt, amount: '400000'}", "with: {to: bolt}"), 71, "with: {to: bolt}"),
    (("with: {to: bolt, amount: '400000'}", "with: {to: bolt, amount: '4.001'}"), 24, "4.001"),
    (("icbc.maker", "icbc.boss"), 90, "icbc.boss"),
    (("state == \"settled\"'", "state == \"done\"'"), 23, "done"),
]  # fmt: skip
TABLE = [row for row in TABLE if row[1]]


@pytest.mark.parametrize(
    ("change", "number", "mark"), TABLE, ids=[f"{number}-{index}" for index, (_, number, _) in enumerate(TABLE)]
)
def test_definition__is_refused_at_its_line(change: tuple[str, str], number: int, mark: str) -> None:
    assert GOOD.count(change[0]) >= 1
    text = GOOD.replace(change[0], change[1], 1)
    assert text != GOOD
    line = text[: text.index(mark, max(0, text.index(change[1]) - 200) if mark in change[1] else 0)].count("\n") + 1
    with pytest.raises(LanguageFaults) as caught:
        check_definition(read_definition(text), REGISTRY)
    found = [(each.code, each.line) for each in caught.value.found]
    assert (f"language/{number}", line) in found, caught.value.say("en")
    for each in caught.value.found:
        assert str(each.line) in each.say("zh")
        assert str(each.line) in each.say("en")


def test_table__is_large() -> None:
    assert len(TABLE) >= 60


def test_faults__come_in_file_order_and_fifty_at_most() -> None:
    lines = "".join(f"\n      f{index}: {{type: nothing}}" for index in range(56))
    old, _ = field("x")
    with pytest.raises(LanguageFaults) as caught:
        read_definition(GOOD.replace(old, old + lines, 1))
    places = [(each.line, each.column) for each in caught.value.found]
    assert len(places) == 50
    assert caught.value.count == 56
    assert places == sorted(places)
