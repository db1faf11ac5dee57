"""Who acts: every refusal in its order, seats and thresholds against a search over all assignments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from zhulian.errors import Refusal
from zhulian.language.compile import CompiledKind
from zhulian.language.definition.shapes import SeatNeed, Signatory, Who
from zhulian.ledger.module import Acting
from zhulian.modules.scenario.state import Burden, Held, Trail
from zhulian.modules.scenario.who.custody import has_agent, parties_in, parties_on
from zhulian.modules.scenario.who.errors import AgentTakesPart
from zhulian.modules.scenario.who.judge import Signed, judge_who, require_no_agent, signer_of_instance

ZHANG, LI = "~" + "1" * 32, "~" + "2" * 32


class NoAgent(Refusal, code="test/901", zh="没有代理机构。请由本人签署。", en="No agent signs. Sign yourself."):
    pass


class AgentAgainst(
    Refusal, code="test/902", zh="代理机构在另一方。请换一家。", en="The agent is on the other side. Take another."
):
    pass


@dataclass
class Court:
    """Roles, values, custody and memory as a test sets them."""

    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    done: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own: tuple[str, ...] = ()

    def agent(self, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
        found = self.agents.get(party)
        if found is None or all(each.organisation != found for each in signers):
            raise NoAgent()
        if found in others:
            raise AgentAgainst()
        return found

    def equals(self, signatory: Signatory, place: int) -> object:
        return self.values[signatory.any[place].equals or ""]

    def has_role(self, role: str, party: str) -> bool:
        return party in self.roles.get(role, ())

    def own_keys(self, role: str) -> bool:
        return role in self.own

    def officers(self, action: str) -> Sequence[str]:
        return self.done.get(action, ())


def officer(name: str, *duties: str, kind: str = "officer") -> Acting:
    """Somebody who signs: `org.serial`, or a person."""
    if name.startswith("~"):
        return Acting(signer=name, party=name, organisation=None, kind="person", duties=(), key="")
    organisation = name.partition(".")[0]
    return Acting(signer=name, party=organisation, organisation=organisation, kind=kind, duties=duties, key="")


def is_(expression: str, **more: Any) -> Signatory:
    return Signatory(any=(Who(equals=expression),), **more)


def of(role: str, **more: Any) -> Signatory:
    return Signatory(any=(Who(role=role),), **more)


COURT = Court(
    roles={"bank": ("icbc", "ccb"), "supplier": ("bolt",), "user": (ZHANG,), "operator": ("hub",)},
    values={"this.debtor": "meidi", "this.holders": ("bolt", "icbc"), "this.absent": None},
    agents={ZHANG: "hub"},
    done={"prepare": ("icbc.a", "hub.k")},
    own=("user",),
)


def judged(signatories: Signatory | Sequence[Signatory], by: Mapping[str, str], *signers: Acting, **more: Any) -> Signed:
    chosen = [signatories] if isinstance(signatories, Signatory) else signatories
    return judge_who(more.pop("court", COURT), "act", chosen, by, signers, **more)


def refused(*given: Any, **more: Any) -> str:
    """The number by which it is refused, or `done`."""
    try:
        judged(*given, **more)
    except Refusal as refusal:
        return refusal.code
    return "done"


TWO = (Signatory(name="seller", any=(Who(role="supplier"),)), Signatory(name="buyer", any=(Who(role="bank"),)))
SEATED = of("bank", seats=(SeatNeed(seat="maker"), SeatNeed(seat="checker")))


def test_parties__are_named_or_follow_from_the_one_who_signs() -> None:
    assert judged(is_("this.debtor"), {}, officer("meidi.a")).by == {"actor": "meidi"}
    both = judged(TWO, {"seller": "bolt", "buyer": "icbc"}, officer("bolt.a"), officer("icbc.a"))
    assert (dict(both.by), both.parties, both.officers) == (
        {"seller": "bolt", "buyer": "icbc"},
        ("bolt", "icbc"),
        ("bolt.a", "icbc.a"),
    )


@given(
    st.sampled_from([of("bank"), of("bank", officers=2), is_("this.debtor")]),
    st.sampled_from(["icbc.a", "meidi.a", "bolt.a", ZHANG]),
)
def test_only_party__need_not_be_named(signatory: Signatory, name: str) -> None:
    signer = officer(name)
    assert refused(signatory, {}, signer) == refused(signatory, {"actor": signer.party}, signer)


def test_who__is_any_one_of_a_list_a_role_an_expression_or_both() -> None:
    either = Signatory(any=(Who(role="bank"), Who(equals="this.debtor")))
    assert refused(either, {}, officer("icbc.a")) == refused(either, {}, officer("meidi.a")) == "done"
    assert refused(either, {}, officer("bolt.a")) == "scenario/55"
    both = Signatory(any=(Who(role="bank", equals="this.holders"),))
    assert refused(both, {}, officer("icbc.a")) == "done"
    assert [refused(both, {}, officer(each)) for each in ("bolt.a", "ccb.a")] == ["scenario/55"] * 2
    assert refused(is_("this.absent"), {}, officer("bolt.a")) == "scenario/55"
    assert refused(of("anyone"), {}, officer("whoever.a", kind="service")) == "done"
    assert refused(of("operator"), {}, officer("hub.a")) == "done"


def test_instance__is_a_party_that_no_transaction_can_name() -> None:
    court = Court(roles={"filer": ("@court-a",)})
    assert refused(of("filer"), {}, signer_of_instance("court-a"), court=court) == "done"
    assert refused(of("filer"), {}, officer("court-a.x"), court=court) == "scenario/55"


def test_judge_who__refuses_in_this_order() -> None:
    """Each step puts right what the step before was refused for."""
    bank = Signatory(
        name="buyer",
        any=(Who(role="bank"),),
        officers=3,
        seats=(SeatNeed(seat="maker"), SeatNeed(seat="head_clerk")),
        apart=("prepare",),
    )
    chosen = (TWO[0], bank)
    signers: list[Acting] = [officer("icbc.a", "maker"), officer("stray.x")]
    assert refused(chosen, {"seller": "ccb"}, *signers) == "scenario/50"
    assert refused(chosen, {"seller": "ccb", "buyer": "ccb", "x": "ccb"}, *signers) == "scenario/51"
    assert refused(chosen, {"seller": "ccb", "buyer": "ccb"}, *signers) == "scenario/52"
    assert refused(chosen, {"seller": "hub", "buyer": "icbc"}, *signers) == "scenario/53"
    signers.append(officer("hub.x"))
    assert refused(chosen, {"seller": "hub", "buyer": "icbc"}, *signers) == "scenario/54"
    del signers[1]
    assert refused(chosen, {"seller": "hub", "buyer": "icbc"}, *signers) == "scenario/55"
    signers[1] = officer("bolt.x")
    by = {"seller": "bolt", "buyer": "icbc"}
    assert refused(chosen, by, *signers) == "scenario/58"
    signers[0] = officer("icbc.b", "maker")
    assert refused(chosen, by, *signers) == "scenario/59"
    signers += [officer("icbc.c"), officer("icbc.s", "maker", "head-clerk", kind="service"), officer("icbc.d")]
    assert refused(chosen, by, *signers) == "scenario/60"
    signers[0] = officer("icbc.b", "maker", "head-clerk")
    assert refused(chosen, by, *signers) == "scenario/61"
    signers[2] = officer("icbc.c", "maker")
    assert refused(chosen, by, *signers) == "done"


def test_one_party__may_fill_two_names_where_the_action_allows_it() -> None:
    court = Court(roles={"supplier": ("icbc",), "bank": ("icbc",)})
    by = {"seller": "icbc", "buyer": "icbc"}
    assert refused(TWO, by, officer("icbc.a"), court=court) == "scenario/52"
    assert judged(TWO, by, officer("icbc.a"), court=court, one_party=True).parties == ("icbc",)


def test_several_parties__are_never_guessed() -> None:
    assert refused(of("anyone"), {}, officer("bolt.a"), officer("icbc.a")) == "scenario/50"
    assert refused(of("anyone"), {"actor": "bolt"}, officer("bolt.a"), officer("icbc.a")) == "scenario/54"


def test_outsider__learns_nothing_of_who_is_who() -> None:
    """Whether it names the right party or a wrong one, it hears the same."""
    assert {refused(is_("this.debtor"), {"actor": each}, officer("bolt.a")) for each in ("meidi", "icbc")} == {"scenario/53"}


# People and their agents.

USE = Signatory(any=(Who(equals="this.person"),))
PERSON = Court(
    roles=COURT.roles, values={"this.person": ZHANG, "this.issuer": "hub"}, agents={ZHANG: "hub"}, done=COURT.done, own=("user",)
)


def test_person__signs_itself_or_through_its_agent() -> None:
    assert judged(USE, {}, officer(ZHANG), court=PERSON).via == {}
    carried = judged(USE, {"actor": ZHANG}, officer("hub.k"), court=PERSON)
    assert (carried.by, carried.via) == ({"actor": ZHANG}, {"actor": "hub"})
    with pytest.raises(AgentTakesPart) as found:
        require_no_agent(carried, "hub")
    assert found.value.story == "not_yours"
    require_no_agent(carried, "icbc")
    assert refused(USE, {"actor": ZHANG}, officer("icbc.a"), court=PERSON) == "test/901"
    assert refused(USE, {"actor": LI}, officer("hub.k"), court=PERSON) == "test/901"
    assert refused(USE, {"actor": ZHANG}, officer("hub.k"), officer("icbc.a"), court=PERSON) == "scenario/54"


def test_agent__never_counts_where_it_is_on_the_other_side() -> None:
    sale = (
        Signatory(name="person", any=(Who(equals="this.person"),)),
        Signatory(name="issuer", any=(Who(equals="this.issuer"),)),
    )
    assert refused(sale, {"person": ZHANG, "issuer": "hub"}, officer("hub.k"), court=PERSON) == "test/902"
    assert refused(USE, {"actor": ZHANG}, officer("hub.k"), court=PERSON, others=("hub",)) == "test/902"
    assert refused(USE, {"actor": ZHANG}, officer(ZHANG), court=PERSON, others=("hub",)) == "done"


def test_own_key__forbids_agents() -> None:
    own = Signatory(any=(Who(equals="this.person"),), keys="own")
    either = Signatory(any=(Who(role="user"), Who(equals="this.person")))
    for signatory, code in ((own, "scenario/56"), (of("user"), "scenario/56"), (either, "done")):
        assert refused(signatory, {"actor": ZHANG}, officer("hub.k"), court=PERSON) == code
        assert refused(signatory, {}, officer(ZHANG), court=PERSON) == "done"


def test_apart__looks_at_the_agents_officers_too() -> None:
    apart = Signatory(any=(Who(equals="this.person"),), apart=("prepare",))
    assert refused(apart, {"actor": ZHANG}, officer("hub.k"), court=PERSON) == "scenario/58"
    assert refused(apart, {"actor": ZHANG}, officer("hub.l"), court=PERSON) == "done"


# Officers.


def test_services__sign_but_fill_no_seat_and_no_threshold() -> None:
    assert refused(of("bank"), {}, officer("icbc.a", kind="service")) == "done"
    assert refused(of("bank", officers=2), {}, officer("icbc.a"), officer("icbc.b", kind="service")) == "scenario/59"
    service = officer("icbc.b", "checker", kind="service")
    assert refused(SEATED, {}, officer("icbc.a", "maker"), service) == "scenario/60"


duties = st.frozensets(st.sampled_from(("maker", "checker", "head")))


@given(
    st.lists(duties, max_size=5),
    st.lists(st.tuples(st.sampled_from(("maker", "checker", "head")), st.integers(1, 2)), max_size=3, unique_by=lambda x: x[0]),
    st.integers(1, 5),
)
def test_seats__are_filled_exactly_where_some_assignment_fills_them(
    people: list[frozenset[str]], needs: list[tuple[str, int]], officers: int
) -> None:
    signers = [officer(f"icbc.o{place}", *sorted(each)) for place, each in enumerate(people)] or [
        officer("icbc.s", kind="service")
    ]
    chairs = [seat for seat, count in needs for _ in range(count)]
    assignments = permutations(people, len(chairs)) if len(chairs) <= len(people) else iter(())
    filled = any(all(seat in held for seat, held in zip(chairs, each, strict=True)) for each in assignments)
    enough = officers == 1 or len(people) >= officers
    signatory = of("bank", officers=officers, seats=tuple(SeatNeed(seat=seat, count=count) for seat, count in needs))
    assert (refused(signatory, {}, *signers) == "done") == (filled and enough)


@given(st.permutations([officer("icbc.a", "maker"), officer("icbc.b", "maker", "checker"), officer("icbc.c")]))
def test_order_of_signatures__changes_nothing(signers: list[Acting]) -> None:
    assert refused(SEATED, {}, *signers) == "done"
    assert refused(SEATED, {}, *[each for each in signers if each.signer != "icbc.a"]) == "scenario/61"


def test_parties__of_the_matter_are_those_that_public_fields_and_titles_name() -> None:
    def field(kind: str, item: str = "", *, private: bool = False) -> Any:
        inner = CompiledKind(item) if item else None
        return SimpleNamespace(kind=CompiledKind(kind, item=inner), private=private)

    fields = {
        "one": field("party"), "who": field("person"), "all": field("list", "party"), "note": field("text"),
        "hidden": field("party", private=True), "absent": field("party"), "numbers": field("list", "int"),
    }  # fmt: skip
    values = {"one": "icbc", "who": ZHANG, "all": ("bolt", "ccb"), "note": "hub", "hidden": "ab", "numbers": (1, 2)}
    assert parties_in(fields, values) == ["icbc", ZHANG, "bolt", "ccb"]
    assert parties_in(fields, {"one": 7, "all": ["hub", 7]}) == ["hub"]
    held = Held(fields={}, since=0, trail=Trail(count=0, head=""), version=1, owner="ann", shares={"ann": 1, "bob": 2})
    assert set(parties_on(replace(held, burdens=(Burden(holder="bank", kind="pledge"),)))) == {"ann", "bob", "bank"}
    assert not has_agent([officer("hub.k", "maker")])
    assert has_agent([officer("hub.k", "agent")])
