"""One test for every refusal of an expression: its number, its place, and that both languages say what to do."""

import pytest

from tests.language.expressions.sample import CNY, SCOPE, World, typed, value
from zhulian.errors import REFUSALS, Refusal
from zhulian.language.errors import LanguageFault, OutOfSteps, Position
from zhulian.language.expressions.check import check
from zhulian.language.expressions.dates import Calendar
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.types import BOOL, INT
from zhulian.language.registry import KERNEL

READING = {
    "1" + " " * 5000: (1, 1),
    "(" * 60 + "1" + ")" * 60: (2, 50),
    "[" + ", ".join(["n"] * 420) + "]": (3, 1202),
    "n ＋ 1": (4, 3),
    "n == 'abc": (5, 6),
    "'a\\q'": (6, 1),
    "'\\U00110000'": (6, 1),
    "n > 1.5": (7, 5),
    "0x10": (7, 1),
    "007": (7, 1),
    "1u": (7, 1),
    "3m": (7, 1),
    "9007199254740992": (8, 1),
    "9007199254740991h": (8, 1),
    "n > 9" + "9" * 400: (8, 5),
    "n +": (9, 4),
    "(n": (9, 3),
    "n n": (9, 3),
    "f(n,)": (9, 5),
    "n ? 1": (9, 6),
    "": (9, 1),
    "!-n": (9, 2),
    "n / 2": (10, 3),
    "n % 2": (10, 3),
    "n = 2": (10, 3),
    "n & 2": (10, 3),
    "{'a': 1}": (10, 1),
    "null == n": (10, 1),
    "this.tags[0]": (10, 10),
    "this.tags.all(n)": (10, 11),
    "1 < n < 3": (10, 7),
    "'e\u0301' == this.number": (11, 1),
    "'\\ud800' == this.number": (11, 1),
    "this.number == '\\U000e0fff'": (11, 16),
    "let == 1": (12, 1),
    "this.package": (12, 6),
}
CHECKING = {
    "amont > 1": (13, 1),
    "by.seller": (14, 1),
    "input == input": (14, 1),
    "receivable == this": (14, 1),
    "today > this.due": (14, 1),
    "this.amout": (15, 6),
    "input.amout": (15, 7),
    "this.debtor.address": (15, 13),
    "suply(claim)": (16, 1),
    "balance(actor, claim)": (17, 1),
    "balance(actor, cash, this)": (17, 1),
    "receivable()": (17, 1),
    "stock(actor)": (17, 1),
    "share(n, n)": (17, 1),
    "cost(n, n)": (17, 1),
    "end_of()": (17, 1),
    "has(this.discount, this.discount)": (17, 1),
    "or_else(this.discount)": (17, 1),
    "n && true": (18, 1),
    "!n": (18, 2),
    "-this.open": (18, 7),
    "n ? 1 : 2": (18, 1),
    "true ? 1 : 'x'": (18, 12),
    "n.x": (18, 1),
    "balance(n, cash)": (18, 9),
    "balance(actor, n)": (18, 16),
    "receivable(n)": (18, 12),
    "n in n": (18, 6),
    "this.open in [1, 2]": (18, 6),
    "[1, true]": (18, 5),
    "size(n)": (18, 6),
    "number(n)": (18, 8),
    "end_of(this.since)": (18, 13),
    "or_else(this.discount, this.due)": (18, 29),
    "share(this.open, 1, 2, up)": (18, 12),
    "cost(input.energy, n, up)": (18, 20),
    "min(this.open, this.open)": (18, 10),
    "claim + claim": (19, 7),
    "claim == claim": (19, 7),
    "this.amount > 5": (19, 13),
    "this.amount == input.dollars": (19, 13),
    "input.energy + input.weight": (19, 14),
    "this.due + 24h": (19, 10),
    "this.due - this.due": (19, 10),
    "this.due + 5": (19, 10),
    "10d + 24h": (19, 5),
    "'a' + 'b'": (19, 5),
    "this.number + this.number": (19, 13),
    "'a' < 'b'": (19, 5),
    "this.state < this.state": (19, 12),
    "this.amount * this.amount": (19, 13),
    "this.due * 2": (19, 10),
    "this.debtor == this.number": (19, 13),
    "this.rate + this.amount": (19, 11),
    "share(this.amount, this.amount, n, up)": (19, 1),
    "cost(input.weight, settings.price, up)": (19, 1),
    "cost(n, settings.price, up)": (19, 1),
    "floor_div(this.amount, input.energy)": (19, 1),
    "min(this.amount, n)": (19, 1),
    "this.tags + [1]": (19, 11),
    "this.discount > '1'": (20, 6),
    "this.parent.amount > '1'": (20, 6),
    "has(this.discount) || this.discount > '1'": (20, 28),
    "!has(this.discount) && this.discount > '1'": (20, 29),
    "has(this.discount) ? true : this.discount > '1'": (20, 34),
    "has(was.discount) && this.discount > '1'": (20, 27),
    "has(this.amount)": (21, 10),
    "or_else(this.amount, '1')": (21, 14),
    "this.contract == this.contract": (22, 6),
    "this.person == this.person": (22, 6),
    "input.note == 'x'": (22, 7),
    "or_else(this.scan, this.scan) == this.contract": (22, 14),
    "this.state == 'draw'": (23, 15),
    "this.amount > '1.005'": (24, 15),
    "this.amount > 'x'": (24, 15),
    "this.due > '2026-02-29'": (24, 12),
    "this.since > '2026-02-28'": (24, 14),
    "settings.rate < '5.00001%'": (24, 17),
    "affected(this) > 1": (25, 1),
    "[]": (26, 1),
    "size([])": (26, 6),
    "share(n, 1, 3, sideways)": (27, 16),
}
RUNNING = {
    "9007199254740991 + 1": (30, 18),
    "-9007199254740991 - 1": (30, 19),
    "9007199254740991 * 9007199254740991": (30, 18),
    "share(9007199254740991, 2, 1, down)": (30, 1),
    "floor_div(n, 0)": (31, 1),
    "ceil_div(n, -1)": (31, 1),
    "share(n, 1, n - n, up)": (31, 1),
    "share(n, settings.rate, 0, up)": (31, 1),
    "this.due + 9000000d": (32, 10),
    "'0001-01-01' - 1d": (32, 14),
    "this.since + 9007199254740991s": (32, 12),
    "this.since - 9007199254740991s": (32, 12),
    "add_months('9999-12-31', 1)": (32, 1),
    "end_of('9999-12-31') + 1d": (32, 22),
    "size(this.tags + this.tags + [" + ",".join(["'a'"] * 253) + "])": (35, 28),
    "add_months(this.due, 1201)": (38, 1),
    "workday(this.due, 367)": (38, 1),
}


def caught(text: str, **options: object) -> LanguageFault:
    with pytest.raises(LanguageFault) as found:
        value(text, **options)
    return found.value


@pytest.mark.parametrize(("text", "due"), [*READING.items(), *CHECKING.items(), *RUNNING.items()], ids=lambda x: str(x)[:40])
def test_fault__has_its_number_and_place(text: str, due: tuple[int, int]) -> None:
    found = caught(text)
    assert (found.code, found.column) == (f"language/{due[0]}", due[1]), found
    assert found.line == 1


def test_faults__are_all_tried() -> None:
    tried = {number for table in (READING, CHECKING, RUNNING) for number, _ in table.values()}
    here = {int(code.split("/")[1]) for code in REFUSALS if code.startswith("language/") and int(code.split("/")[1]) < 50}
    assert here - tried == {33, 34, 36, 37}, "these four have tests of their own below"


def test_fault__tells_line_and_path() -> None:
    place = Position(line=40, column=12, path="actions.draw.require[0]")
    with pytest.raises(LanguageFault) as found:
        check(parse("n >\n  amont", place), SCOPE, KERNEL)
    assert (found.value.line, found.value.column, found.value.path) == (41, 3, "actions.draw.require[0]")
    with pytest.raises(LanguageFault) as found:
        check(parse("amont > 1", place), SCOPE, KERNEL)
    assert (found.value.line, found.value.column) == (40, 12)


def test_fault__names_first_what_was_probably_meant() -> None:
    assert "It has: amount, " in caught("this.amout > '1'").say("en")
    assert "One can use: supply, " in caught("suply(cash)").say("en")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("this.amount > 5", "'5.00'"),
        ("this.due - today()", "days(a, b)"),
        ("10d > 5", "5d"),
        ("n / 2", "floor_div"),
        ("null", "or_else"),
        ("balance(actor, claim)", "balance(owner, asset, of?)"),
    ],
)
def test_fault__says_what_to_write(text: str, hint: str) -> None:
    for language in ("zh", "en"):
        assert hint in caught(text).say(language)


def test_want__is_asked_of_the_whole() -> None:
    assert caught("n", want=BOOL).code == "language/18"
    assert typed("'5'", CNY).type == CNY
    assert caught("this.discount", want=CNY).code == "language/20"


def test_steps__run_out_before_anything_is_read() -> None:
    world, tree = World(), typed("balance(actor, cash) > '1'")
    with pytest.raises(OutOfSteps):
        evaluate(tree, world, Meter(3))
    assert world.calls == []


def test_presence__is_checked_again_when_it_is_used() -> None:
    class Forgetful(World):
        asked = 0

        def field(self, of: object, name: str) -> object:
            self.asked += 1
            return 5 if self.asked == 1 else None

    with pytest.raises(Refusal) as found:
        evaluate(typed("has(this.discount) && this.discount > 0"), Forgetful(), Meter(100))
    assert found.value.code == "language/34"


def test_workday__outside_the_table_is_refused() -> None:
    world = World(Calendar(first_year=2026, last_year=2026))
    assert caught("workday('2026-12-30', 5)", world=world).code == "language/36"
    assert caught("workday('2025-12-30', 1)", world=world).code == "language/36"
    assert isinstance(value("workday('2026-12-29', 1)", world=world), int)


def test_missing_record__is_the_environments_refusal() -> None:
    assert caught("receivable('AR-9').count > 1").code == "language/37"


def test_private_value__may_go_where_only_its_commitment_is_looked_at() -> None:
    assert value("deposited(this.contract)") is True
    assert typed("has(this.scan)").private is False
    assert caught("identity(this.person) == 'x'").code == "language/22"
    assert typed("identity(this.person) == 'x'", public=False).private is True
    assert typed("this.contract == this.contract && true", public=False).private is True
    assert typed("known(receivable(input.note))", public=False).private is True
    assert typed("deposited(this.contract)", public=False).private is False


def test_pages__may_ask_more() -> None:
    assert typed("affected(this)", pages=True).type == INT
