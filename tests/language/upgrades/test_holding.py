"""An upgrade never strands what records hold: by taking the way out, or the use that it is of."""

from tests.language.upgrades.pair import TEXT, codes, upgrade

HOLDING = """
scenario: holding
version: {version}
title: {text}
uses: {{ {uses} }}
roles:
  user: {{title: {text}, admitted_by: operator}}
records:
  box:
    title: {text}
    key: id
    fields: {{id: int, giver: party}}
    states: {{start: full, open: [other], final: [gone]}}
actions:
  make: {{title: {text}, by: user, creates: box, input: [id], do: [{{set: {{giver: actor}}}}{gift}]}}
{actions}
{follow}
"""
GIFT = ", {transfer: {asset: cash, from: actor, to: this, amount: \"'1.00'\"}}"
OUT = f"  back: {{title: {TEXT}, by: this.giver, on: box, from: full, to: gone, do: [{{transfer: {{asset: cash, from: this, to: actor, amount: 'balance(this, cash)'}}}}]}}"
END = f"  end: {{title: {TEXT}, by: user, on: box, from: other, to: gone}}"


def text(
    version: int, *, uses: str = "cash: {asset: settlement.cny}", gift: str = GIFT, actions: str = OUT, more: str = ""
) -> str:
    follow = f"upgrade: {{from: {version - 1}, notice: 3d{more}}}" if version > 1 else ""
    return HOLDING.format(version=version, text=TEXT, uses=uses, gift=gift, actions=actions, follow=follow)


def test_way_out__stays_for_what_is_held() -> None:
    assert upgrade(text(1), text(2)).ways
    assert upgrade(text(1), text(2, gift="")).ways  # nothing more comes in, and what is there gets out
    assert codes(text(1), text(2, gift="", actions=END)) == ["165"]


def test_way_out__of_the_state_that_a_record_moves_to() -> None:
    move = ", move: {box: {states: {full: other}}}"
    assert codes(text(1), text(2, gift="", actions=f"{OUT}\n{END}", more=move)) == ["165"]


def test_kept_records__finish_under_their_own_way_out() -> None:
    assert upgrade(text(1), text(2, gift="", actions=END, more=", keep: [box]")).kept == ("box",)


def test_use__of_what_is_held_stays_the_same() -> None:
    for uses in ("other: {asset: settlement.cny}", "cash: {asset: settlement.usd}, other: {asset: settlement.cny}"):
        out = OUT if uses.startswith("cash") else END
        assert codes(text(1), text(2, uses=uses, gift="", actions=out)) == ["166"]


def test_use__that_no_record_holds_may_go() -> None:
    pays = ", {transfer: {asset: cash, from: actor, to: actor, amount: \"'1.00'\"}}"
    assert upgrade(text(1, gift=pays, actions=END), text(2, uses="other: {asset: settlement.usd}", gift="", actions=END)).ways
