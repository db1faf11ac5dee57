"""The words that modules lend: entries and what runs them fit each other, and definitions can use them as they are meant."""

import re
from pathlib import Path

import pytest

from tests.modules.lent import MODULES, Stage
from zhulian.errors import REFUSALS, Refusal
from zhulian.language.errors import LanguageFault
from zhulian.language.expressions.check import check
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import RESERVED, parse
from zhulian.language.expressions.types import BOOL, PARTY, TEXT, Asset, Money, Record, Space, Text, Thing
from zhulian.language.lending import AssetName, Lender, RecordName, bind
from zhulian.language.registry import Read, Registry, Verb
from zhulian.ledger.collections import COLLECTIONS
from zhulian.modules import every_word, lenders

STAGE = Stage()
WORDS: Registry = every_word()
ENTRIES: list[Read | Verb] = [each for each in (*WORDS.reads.values(), *WORDS.verbs.values()) if each.module != "kernel"]
SCOPE = Scope(
    variables={"this": Member(Record("deal")), "actor": Member(PARTY), "input": Member(Space("input"))},
    records={"deal": {"number": Member(Text(32)), "holder": Member(PARTY), "amount": Member(Money())}},
    groups={"input": {"ticket": Member(Thing("ticket")), "note": Member(TEXT, private=True)}},
    keys={"deal": (Text(32),)},
    assets={"claim": Asset("claim", Money(), "deal"), "cash": Asset("cash", Money()), "share": Asset("share", Money("USD"))},
)
entries = pytest.mark.parametrize("entry", ENTRIES, ids=lambda each: each.name)
modules = pytest.mark.parametrize("name", MODULES)


def test_words__are_those_that_the_language_promises() -> None:
    assert {name for name, each in WORDS.verbs.items() if each.module != "kernel"} == {
        "issue", "transfer", "retire", "distribute", "collect_share", "claim", "free", "burn", "deposit", "witness",
        "grant", "withdraw", "open", "break_glass", "review", "rewrap", "restrict", "erase",
        "set_up_box", "set_up_like", "enrol_trustee", "deal_key", "accept_key", "cast", "close_box", "merge_box", "give_part", "announce",
        "set_draw", "enter_draw", "deal_secret", "reveal_secret", "bring_out", "draw", "open_market", "place_order", "match", "pour", "spend",
        "allow_codes", "seal", "touch", "activate",
        "set_status", "publish_list", "attest",
        "track", "observe", "ship", "receive", "aggregate", "transform", "recall",
        "enrol", "calibrate", "retire_device", "measure", "quote",
        "queue_payment", "withdraw_payment", "keep_back", "clear_queue", "owe", "waterfall",
    }  # fmt: skip
    assert {name for name, each in WORDS.reads.items() if each.module != "kernel"} == {
        "balance", "supply", "entitled", "taken", "ticket_ok", "deposited", "box_open", "box_counted", "ballots_in", "voted", "result", "drawn", "place_of", "pick_of", "market_cleared", "clearing_price", "filled",
        "poured", "spent", "unspent_of",
        "in_batch", "activated", "suspected", "touched", "touched_in", "activated_in", "sealed_count", "codes_left",
        "consented", "opened", "review_due",
        "holds", "attested",
        "recalled", "tracked", "held_by", "bound_for", "events_of",
        "waits", "settled", "queue_length", "claims_left",
        "enrolled", "measured", "latest", "latest_at", "metered", "highest", "lowest", "gap", "silence", "quoted", "quoted_at",
    }  # fmt: skip
    assert STAGE.registry == WORDS


@modules
def test_lender__runs_what_it_lends(name: str) -> None:
    lender = STAGE.lender[name]
    assert isinstance(lender, Lender)
    assert set(lender.verbs) == {each.name for each in WORDS.verbs.values() if each.module == name}
    assert set(lender.reads) == {each.name for each in WORDS.reads.values() if each.module == name}
    assert [each.name for each in lenders(STAGE.world.world.modules)] == list(MODULES)


@entries
def test_entry__speaks_of_its_own_arguments(entry: Read | Verb) -> None:
    names = [each.name for each in entry.parameters]
    assert len(set(names)) == len(names)
    assert not set(names) & RESERVED
    for text in entry.says:
        places = re.findall(r"\{(\w+)\}", text)
        known = names if isinstance(entry, Verb) else [str(place) for place in range(len(names))]
        assert set(places) <= set(known)
    assert re.search(r"[\u4e00-\u9fff]", entry.says.zh)
    assert entry.says.en.isascii()


@entries
def test_contract__is_written_in_the_language(entry: Read | Verb) -> None:
    contract = entry.contract
    if contract is None:
        return
    for text in (*contract.before, *contract.after, *contract.axioms):
        parse(text)
        known = (
            {each.name for each in entry.parameters}
            | set(WORDS.reads)
            | {"owner", "other", "of", "was", "has", "supply", "asset", "max_age"}
            | {"age", "choice", "code", "ends", "proof", "starts", "turn", "why"}
        )
        assert set(re.findall(r"[a-z_]+", re.sub(r"\"[^\"]*\"", "", text))) <= known, text
        assert "was(" not in text or text in contract.after


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("balance(actor, claim, this) >= this.amount", 1),
        ("balance(this, cash) == 0", 1),
        ("supply(claim, this) == this.amount", 1),
        ("supply(cash) > 0", 1),
        ("entitled(actor, claim, cash, this) > this.amount", 2),
        ("entitled(actor, cash, cash) > this.amount", 2),
        ("entitled(actor, claim, claim, this, this) > this.amount", 2),
        ("entitled(this.holder, cash, claim, this) > this.amount", 2),
        ('!taken("cn.loan", actor, this.number)', 2),
        ('taken("cn.loan", "tax office 7", this.number)', 2),
        ('ticket_ok(input.ticket, "verify", actor, this.holder)', 25),
        ('ticket_ok(input.ticket, "verify", actor, this.holder, this)', 25),
        ('ticket_ok(input.ticket, "verify", actor, this.holder, this, 720h)', 25),
    ],
)
def test_reads__stand_in_expressions(text: str, steps: int) -> None:
    typed = check(parse(text), SCOPE, WORDS, BOOL)
    assert typed.type == BOOL
    assert re.search(rf"cost={steps}\b", repr(typed))


@pytest.mark.parametrize(
    "text",
    [
        "balance(actor, claim) > this.amount",  # which record's claim?
        "balance(actor, cash, this) > this.amount",
        "balance(actor, share) > this.amount",  # dollars and yuan
        "balance(7, cash) > this.amount",
        "supply(actor) > 0",
        "entitled(actor, claim, this) > 0",
        'taken("cn.loan", actor, input.note)',  # a refusal would tell it
        'ticket_ok("a", "verify", actor, this.holder)',
        'ticket_ok(input.ticket, "verify", actor)',
    ],
)
def test_reads__refuse_what_does_not_fit(text: str) -> None:
    with pytest.raises(LanguageFault):
        check(parse(text), SCOPE, WORDS, BOOL)


def test_bind__finds_the_place_of_every_value() -> None:
    claim, cash, deal = AssetName("app", "claim", "deal"), AssetName("bank", "cash"), RecordName("app", "deal", ("D",))
    entitled, ok = WORDS.reads["entitled"].parameters, WORDS.reads["ticket_ok"].parameters
    assert bind(entitled, ["org1", claim, cash, deal]) == {"owner": "org1", "asset": claim, "of": deal, "pay": cash}
    assert bind(entitled, ["org1", cash, claim, deal]) == {"owner": "org1", "asset": cash, "pay": claim, "pay_of": deal}
    assert bind(ok, ["t", "u", "a", "h"]) == {"ticket": "t", "use": "u", "agency": "a", "holder": "h"}
    for values in (["org1", claim, cash], ["org1", cash, cash, deal], ["org1"], ["org1", "cash", cash], ["org1", cash, cash, 1]):
        with pytest.raises(Refusal) as refusal:
            bind(entitled, values)
        assert refusal.value.code == "language/190"


def test_record_name__is_one_text_for_one_record() -> None:
    names = [
        RecordName("app", "deal", key)
        for key in ((), ("",), ("", ""), ("a/b",), ("a", "b"), ("a%2Fb",), ("a%", "b"), ("a%252Fb",), ("应收/1",))
    ]
    assert len({each.text for each in names}) == len(names)
    assert names[3].text == "app/deal/a%2Fb"


def test_debits__are_whom_the_kernel_must_ask() -> None:
    assert {name: verb.debits for name, verb in WORDS.verbs.items() if verb.debits} == {
        "transfer": ("from",), "retire": ("from",), "distribute": ("from",), "burn": ("agency",),
        "queue_payment": ("payer",), "waterfall": ("from",),
        **dict.fromkeys(("enter_draw", "deal_secret", "reveal_secret", "bring_out"), ("contributor",)),
        **dict.fromkeys(("enrol_trustee", "deal_key", "accept_key", "give_part"), ("trustee",)),
        **dict.fromkeys(("enrol", "calibrate", "retire_device"), ("owner",)),
        "set_status": ("issuer",), "publish_list": ("issuer",), "attest": ("by",),
        **dict.fromkeys(("track", "observe", "ship", "receive", "aggregate", "transform", "recall"), ("party",)),
        "pass": ("what",), "pledge": ("what",), "release": ("holder",), "seize": ("what",),
    }  # fmt: skip
    assert {name for name, verb in WORDS.verbs.items() if verb.ours} == {"issue", "retire", "distribute"}


@modules
def test_readme__names_words_events_and_collections(name: str, root: Path) -> None:
    folder = root / "src" / "zhulian" / "modules" / name
    assert {each.name for each in folder.iterdir()} >= {
        "README.md", "__init__.py", "errors.py", "events.py", "module.py", "reads.py", "state.py", "verbs.py", "words.py",
    }  # fmt: skip
    text = (folder / "README.md").read_text(encoding="utf-8")
    module = next(each for each in STAGE.world.world.modules if each.name == name)
    events = [str(each.__struct_config__.tag) for each in module.events]
    assert sorted(re.findall(r'tag="([a-z_.]+)"', (folder / "events.py").read_text(encoding="utf-8"))) == sorted(events)
    words = [each.name for each in ENTRIES if each.module == name]
    collections = [each for each in COLLECTIONS if each.startswith(f"{name}/")]
    assert [each for each in (*events, *collections) if f"`{each}`" not in text.replace(", ", "`, `")] == []
    assert [each for each in words if f"`{each}` (" not in text and f"`{each}(" not in text] == []


@modules
def test_refusals__are_numbered_without_gaps(name: str) -> None:
    numbers = sorted(int(code.partition("/")[2]) for code in REFUSALS if code.partition("/")[0] == name)
    assert numbers == list(range(1, len(numbers) + 1))


def test_unit__of_an_amount_is_that_of_its_class() -> None:
    assert check(parse("balance(actor, share)"), SCOPE, WORDS, None).type == Money("USD")
    assert check(parse("supply(claim, this)"), SCOPE, WORDS, None).type == Money()
    assert check(parse("entitled(actor, claim, share, this)"), SCOPE, WORDS, None).type == Money("USD")
