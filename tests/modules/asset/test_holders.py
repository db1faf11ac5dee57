"""Assets against a model that walks over all holders and reckons with exact fractions, on random histories."""

import re
from fractions import Fraction
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.modules.asset.scene import APP, BANK, CASH, CLAIM, DEAL, OTHER_DEAL, PERSON, SHARE, args
from tests.modules.lent import Stage
from zhulian.canonical import INTEGER_MAX
from zhulian.language.lending import Arguments, AssetName, Caller, RecordName
from zhulian.modules.asset.book import ONE, Book
from zhulian.modules.asset.reads import RecordHolding
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS

OWNERS = ("org1", "org2", PERSON, DEAL, OTHER_DEAL)
CLASSES_OF_ALL = (SHARE, CLAIM, CASH)
owners, own = st.sampled_from(OWNERS), st.sampled_from((SHARE, CLAIM))
assets = st.sampled_from(CLASSES_OF_ALL)
amounts = st.one_of(st.integers(0, 12), st.integers(0, 10**6))
Holder = str | RecordName


class Naive:
    """What a book-keeper with all the time in the world would write down. `pots` are by class and the class that pays."""

    def __init__(self) -> None:
        self.units: dict[tuple[AssetName, Holder], int] = {}
        self.owed: dict[tuple[AssetName, AssetName], dict[Holder, Fraction]] = {}
        self.rest: dict[tuple[AssetName, AssetName], Holder] = {}
        self.pots: dict[tuple[AssetName, AssetName], int] = {}

    def held(self, asset: AssetName, owner: Holder) -> int:
        return self.units.get((asset, owner), 0)

    def supply(self, asset: AssetName) -> int:
        held = sum(units for (each, _), units in self.units.items() if each == asset)
        return held + sum(units for (_, pays), units in self.pots.items() if pays == asset)

    def add(self, asset: AssetName, owner: Holder, amount: int) -> None:
        self.units[asset, owner] = self.held(asset, owner) + amount

    def issue(self, asset: AssetName, to: Holder, amount: int) -> str:
        if self.supply(asset) + amount > INTEGER_MAX:
            return "asset/7"
        self.add(asset, to, amount)
        return "done"

    def retire(self, asset: AssetName, giver: Holder, amount: int) -> str:
        if self.held(asset, giver) < amount:
            return "asset/6"
        self.add(asset, giver, -amount)
        if amount:
            self.leave(asset, giver)
        return "done"

    def leave(self, asset: AssetName, owner: Holder) -> None:
        """A record without a unit leaves its fractions behind at once."""
        for (each, pays), owed in self.owed.items():
            if each == asset and isinstance(owner, RecordName) and not self.held(asset, owner):
                fraction = owed.get(owner, Fraction(0)) % 1
                owed[owner] = owed.get(owner, Fraction(0)) - fraction
                rest = self.rest[asset, pays]
                owed[rest] = owed.get(rest, Fraction(0)) + fraction

    def transfer(self, asset: AssetName, giver: Holder, to: Holder, amount: int) -> str:
        if self.held(asset, giver) < amount:
            return "asset/6"
        self.add(asset, giver, -amount)
        self.add(asset, to, amount)
        if amount:
            self.leave(asset, giver)
        return "done"

    def distribute(self, asset: AssetName, pays: AssetName, giver: Holder, rest: Holder, amount: int) -> str:
        if isinstance(rest, RecordName):
            return "asset/10"
        if self.held(pays, giver) < amount:
            return "asset/6"
        if not amount:
            return "done"
        self.add(pays, giver, -amount)
        holders = {owner: units for (each, owner), units in self.units.items() if each == asset and units}
        if not holders:
            self.add(pays, giver, amount)
            return "asset/8"
        owed = self.owed.setdefault((asset, pays), {})
        for owner, units in holders.items():
            owed[owner] = owed.get(owner, Fraction(0)) + Fraction(amount * units, sum(holders.values()))
        self.pots[asset, pays] = self.pots.get((asset, pays), 0) + amount
        self.rest[asset, pays] = rest
        return "done"

    def entitled(self, asset: AssetName, pays: AssetName, owner: Holder) -> int:
        return int(self.owed.get((asset, pays), {}).get(owner, Fraction(0)))

    def collect(self, asset: AssetName, pays: AssetName, owner: Holder) -> None:
        whole = self.entitled(asset, pays, owner)
        if (asset, pays) not in self.owed:
            return
        owed, rest, empty = self.owed[asset, pays], self.rest[asset, pays], not self.held(asset, owner)
        fraction = owed.get(owner, Fraction(0)) - whole
        owed[owner] = fraction
        if empty and owner != rest:
            owed[owner] = Fraction(0)
            owed[rest] = owed.get(rest, Fraction(0)) + fraction
        self.add(pays, owner, whole)
        self.pots[asset, pays] -= whole


class Contracts:
    """The contracts that the prover will rely on, held against what happens."""

    def __init__(self, stage: Stage, arguments: Arguments, caller: Caller) -> None:
        self._stage, self._arguments, self._caller = stage, arguments, caller

    def worth(self, text: str) -> Any:
        def ask(read: str) -> Any:
            return lambda *values: self._stage.ask(read, self._caller, *[each for each in values if each is not None])

        text = re.sub(r"\bfrom\b", "from_", text.replace("||", " or ").replace("&&", " and "))
        names = {name.replace("from", "from_"): value for name, value in self._arguments.items()}
        names = {"of": None, "pay_of": None, "owner": "org1", "other": "org2", **names}
        return eval(text, {each: ask(each) for each in ("balance", "supply", "entitled")}, names)

    def before(self, texts: tuple[str, ...]) -> list[tuple[str, list[Any]]]:
        """The texts with their parts `was(…)` cut out, and what those are worth now."""
        found = []
        for text in texts:
            values = []
            while "was(" in text:
                start = end = text.index("was(") + 4
                depth = 1
                while depth:
                    depth += {"(": 1, ")": -1}.get(text[end], 0)
                    end += 1
                values.append(self.worth(text[start : end - 1]))
                text = f"{text[: start - 4]}{values[-1]}{text[end:]}"
            found.append((text, values))
        return found


class Holders(RuleBasedStateMachine):
    @initialize(shares=st.lists(st.integers(0, 12), min_size=5, max_size=5), claims=st.lists(amounts, min_size=5, max_size=5))
    def open(self, shares: list[int], claims: list[int]) -> None:
        self.stage, self.naive = Stage("intl"), Naive()
        self.issue_cash("org1", 10**6)
        for owner, share, claim in zip(OWNERS, shares, claims, strict=True):
            self.issue(SHARE, owner, share)
            self.issue(CLAIM, owner, claim)

    def act(self, verb: str, caller: Caller, arguments: Arguments, expected: str) -> None:
        contract = self.stage.registry.verbs[verb].contract
        assert contract is not None
        contracts = Contracts(self.stage, arguments, caller)
        allowed = all(contracts.worth(each) for each in contract.before)
        after = contracts.before(contract.after)
        assert self.stage.refusal(verb, caller, arguments) == expected
        if expected == "done":
            assert allowed, f"{verb} was carried out although its contract does not allow it"
            assert [text for text, _ in after if not contracts.worth(text)] == [], f"{verb} {arguments}"
        elif expected not in ("asset/8", "asset/10"):  # what is set aside holds nothing, which the contract cannot say
            assert not allowed
        for read in self.stage.registry.reads.values():
            if read.module == "asset" and read.contract is not None and verb == "distribute" and read.name == "entitled":
                assert all(contracts.worth(each) for each in read.contract.axioms)

    @rule(asset=own, to=owners, amount=amounts)
    def issue(self, asset: AssetName, to: Holder, amount: int) -> None:
        self.act("issue", APP, args(asset, to=to, amount=amount), self.naive.issue(asset, to, amount))

    @rule(to=st.sampled_from(OWNERS[:3]), amount=amounts)
    def issue_cash(self, to: str, amount: int) -> None:
        self.act("issue", BANK, args(CASH, to=to, amount=amount), self.naive.issue(CASH, to, amount))

    @rule(asset=own, to=owners)
    def issue_too_much(self, asset: AssetName, to: Holder) -> None:
        amount = INTEGER_MAX - self.naive.supply(asset) + 1
        self.act("issue", APP, args(asset, to=to, amount=amount), "asset/7")

    @rule(asset=own, giver=owners)
    def retire_half(self, asset: AssetName, giver: Holder) -> None:
        self.retire(asset, giver, (self.naive.held(asset, giver) + 1) // 2)

    @rule(asset=own, giver=owners, amount=amounts)
    def retire(self, asset: AssetName, giver: Holder, amount: int) -> None:
        self.act("retire", APP, args(asset, from_=giver, amount=amount), self.naive.retire(asset, giver, amount))

    @rule(asset=assets, giver=owners, to=owners, amount=amounts)
    def transfer(self, asset: AssetName, giver: Holder, to: Holder, amount: int) -> None:
        expected = self.naive.transfer(asset, giver, to, amount)
        self.act("transfer", APP, args(asset, from_=giver, to=to, amount=amount), expected)

    @rule(asset=own, giver=owners, to=owners)
    def transfer_all(self, asset: AssetName, giver: Holder, to: Holder) -> None:
        self.transfer(asset, giver, to, self.naive.held(asset, giver))

    @rule(asset=own, rest=owners, amount=amounts)
    def distribute_cash(self, asset: AssetName, rest: Holder, amount: int) -> None:
        self.distribute(asset, CASH, "org1", rest, amount)

    @rule(asset=own, pays=assets, giver=owners, rest=owners, part=st.integers(1, 4))
    def distribute_part(self, asset: AssetName, pays: AssetName, giver: Holder, rest: Holder, part: int) -> None:
        self.distribute(asset, pays, giver, rest, self.naive.held(pays, giver) * part // 3)

    def distribute(self, asset: AssetName, pays: AssetName, giver: Holder, rest: Holder, amount: int) -> None:
        expected = self.naive.distribute(asset, pays, giver, rest, amount)
        self.act("distribute", APP, args(asset, pay=pays, from_=giver, rest=rest, amount=amount), expected)

    @rule(asset=own, pays=assets, owner=owners)
    def collect(self, asset: AssetName, pays: AssetName, owner: Holder) -> None:
        self.naive.collect(asset, pays, owner)
        self.act("collect_share", APP, args(asset, pay=pays, owner=owner), "done")

    @invariant()
    def agrees_with_the_naive(self) -> None:
        for asset in CLASSES_OF_ALL:
            of = [DEAL] if asset.per else []
            assert self.stage.ask("supply", APP, asset, *of) == self.naive.supply(asset)
            for owner in OWNERS:
                assert self.stage.ask("balance", APP, owner, asset, *of) == self.naive.held(asset, owner)
                for pays in CLASSES_OF_ALL if asset is not CASH else ():
                    pay_of = [DEAL] if pays.per else []
                    found = self.stage.ask("entitled", APP, owner, asset, pays, *of, *pay_of)
                    assert found == self.naive.entitled(asset, pays, owner)

    @invariant()
    def conserves(self) -> None:
        """The promise itself, over the bare state: balances add up to the supply, and pots cover what is owed."""
        classes, balances = self.stage.all(CLASSES), self.stage.all(BALANCES)
        held = dict.fromkeys(classes, 0)
        for (*key, _), value in balances.items():
            assert 0 <= value.units <= INTEGER_MAX
            held[tuple(key)] += value.units
        assert held == {key: value.supply for key, value in classes.items()}
        book = Book(self.stage.world.state)
        owed: dict[Any, int] = {}
        for *key, owner in balances:
            sheet = book.sheet((key[0], key[1], key[2]))
            account = book.account(sheet, owner)
            for place, payout in enumerate(sheet.payouts if not owner.startswith("*") else ()):
                assert account.owed[place] >= 0
                pot = (tuple(key), payout.pays)
                owed[pot] = owed.get(pot, 0) + account.owed[place]
        pots = {}
        for (*key, owner), value in balances.items():
            if owner.startswith("*"):
                _, *whose = owner.split("/", 3)
                pots[tuple(whose), tuple(key)] = value.units
        for pot in {**owed, **pots}:
            assert 0 <= owed.get(pot, 0) - pots.get(pot, 0) * ONE < ONE // 2**50
        set_aside = dict.fromkeys(classes, 0)
        for (_, pays), units in pots.items():
            set_aside[pays] += units
        assert set_aside == {key: value.set_aside for key, value in classes.items()}

    @invariant()
    def counts_what_records_hold(self) -> None:
        """The count of each record is that of its balances; parties have none."""
        counted: dict[tuple[str, ...], int] = {}
        for *_, owner in self.stage.all(BALANCES):
            if "/" in owner and not owner.startswith("*"):
                counted[owner,] = counted.get((owner,), 0) + 1
        assert self.stage.all(HOLDINGS) == counted
        for record in (DEAL, OTHER_DEAL):
            assert RecordHolding().holds(self.stage.world.state, record) == ((record.text,) in counted)

    def teardown(self) -> None:
        """All can be paid, and once all have left nothing is stuck: what is set aside is at its end."""
        if not hasattr(self, "stage"):
            return
        for asset, pays in list(self.naive.pots):
            for owner in OWNERS:
                self.collect(asset, pays, owner)
        for asset, pays in list(self.naive.pots):
            if asset == pays:
                continue
            rest = self.naive.rest[asset, pays]
            for owner in OWNERS:
                self.transfer_all(asset, owner, rest)
            for owner in (*[each for each in OWNERS if each != rest], rest):
                self.collect(asset, pays, owner)
            assert self.naive.pots[asset, pays] == 0
        self.agrees_with_the_naive()
        self.conserves()


# Found histories are short enough to read; making them shorter takes minutes.
Holders.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, phases=[Phase.explicit, Phase.reuse, Phase.generate]
)
test_holders = Holders.TestCase
