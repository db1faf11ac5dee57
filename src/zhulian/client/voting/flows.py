"""Each step of a vote as trustees, voters and observers take it; what it needs of the chain is read with proofs."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from zhulian.client import reading
from zhulian.client.core import Core
from zhulian.client.flow import Flow, work
from zhulian.client.voting.counting import count_sums
from zhulian.client.voting.errors import NoBallotBox, NotATrustee, NotYet, RecountFails
from zhulian.client.voting.papers import TrusteeSecrets, make_ballot, make_deal, make_key, make_part, open_shares
from zhulian.crypto import CryptoFault
from zhulian.crypto.group import group_of
from zhulian.errors import Words
from zhulian.modules.ballot.errors import BallotFault
from zhulian.modules.ballot.format import BALLOT, read_paper
from zhulian.modules.ballot.judging import Given, add_to_sums, choice_of_wrong_count, empty_sums, judge_ballot
from zhulian.modules.ballot.state import BALLOTS, BOXES, DEALS, ENROLLED, PARTS, SUMS, Ballot, Box, Deal, Enrolled, Part, Sums

__all__ = ["Recount", "ballot_paper", "box", "counts", "deal_paper", "key_paper", "look_at_shares", "part_paper", "recount"]

_T = TypeVar("_T")
_PAGE = 100
Told = Callable[[int, int], None]
"""How far a recount is: ballots checked, and all there are."""


@dataclass(frozen=True)
class Recount:
    """What a recount found: ballots that were checked (merged boxes included), and the counts, if they were announced."""

    ballots: int
    counts: tuple[int, ...]
    boxes: tuple[str, ...]


def box(core: Core, name: str) -> Flow[Box]:
    """The box of a record, `instance/type/key`.

    Raises:
        NoBallotBox. ProofFault, NotOurs, FromNode, Unreachable.
    """
    found = yield from _find(core, (BOXES.name, name), Box)
    if found is None:
        raise NoBallotBox(box=name)
    return found


def key_paper(core: Core, name: str, signer: str | None = None) -> Flow[str]:
    """A trustee's key for shares, to hand in first.

    Raises:
        NoBallotBox, NotATrustee. NoSigner, SecretMissing.
    """
    there, trustee = yield from _as_trustee(core, name, signer)
    return (yield from work(make_key, core.hasher, name, trustee, _secrets(core, name, there, trustee)))


def deal_paper(core: Core, name: str, signer: str | None = None) -> Flow[str]:
    """A trustee's part of the key, to hand in once all have enrolled.

    Raises:
        NoBallotBox, NotATrustee, NotYet. NoSigner, SecretMissing.
    """
    there, trustee = yield from _as_trustee(core, name, signer)
    keys = []
    for each in there.trustees:
        enrolled = yield from _find(core, (ENROLLED.name, name, each), Enrolled)
        if enrolled is None:
            raise NotYet(why=Words(f"{each} 尚未登记份额密钥", f"{each} has not enrolled yet"))
        keys.append(enrolled.key)
    return (yield from work(make_deal, core.hasher, name, there, keys, trustee, _secrets(core, name, there, trustee)))


def look_at_shares(core: Core, name: str, signer: str | None = None) -> Flow[None]:
    """Open what was dealt to a trustee and hold it against what was published, before it accepts.

    Raises:
        BadShare: naming who dealt falsely. NoBallotBox, NotATrustee, NotYet. NoSigner, SecretMissing.
    """
    there, trustee = yield from _as_trustee(core, name, signer)
    _ = yield from _share(core, name, there, trustee)


def ballot_paper(core: Core, name: str, marked: Collection[int], voter: str) -> Flow[str]:
    """A ballot of `voter` (a handle, or an organisation) with the choices in `marked`, counted from 1.

    Raises:
        NoBallotBox. NotYet: the box is not open, or takes no such ballot.
    """
    there = yield from box(core, name)
    if there.stage != "open":
        raise NotYet(why=Words("投票箱未在收票", "the box is not open"))
    if not there.least <= len(set(marked)) <= there.most or not set(marked) <= set(range(1, there.choices + 1)):
        why = Words(
            f"每票应选 {there.least} 至 {there.most} 项，序号为 1 至 {there.choices}",
            f"a ballot marks {there.least} to {there.most} of the choices 1 to {there.choices}",
        )
        raise NotYet(why=why)
    return (yield from work(make_ballot, core.hasher, name, there, voter, marked))


def part_paper(core: Core, name: str, signer: str | None = None) -> Flow[str]:
    """A trustee's part of the opening of a closed box.

    Raises:
        NoBallotBox, NotATrustee, NotYet, BadShare. NoSigner, SecretMissing.
    """
    there, trustee = yield from _as_trustee(core, name, signer)
    if there.stage != "closed":
        raise NotYet(why=Words("投票箱尚未截止，或已计票", "the box is not closed, or is counted already"))
    sums = yield from _find(core, (SUMS.name, name), Sums)
    share = yield from _share(core, there.base or name, there, trustee)
    return (yield from work(make_part, core.hasher, name, there, sums or empty_sums(there.choices), trustee, share))


def counts(core: Core, name: str) -> Flow[list[int]]:
    """The counts that the trustees' parts open, to be announced.

    Raises:
        NoBallotBox. NotYet: too few trustees have given their parts. RecountFails: what they open is no count.
    """
    there = yield from box(core, name)
    parts = yield from _parts(core, name, there)
    if len(parts) < there.threshold:
        missing = there.threshold - len(parts)
        raise NotYet(why=Words(f"还差 {missing} 个受托方的解密份额", f"the parts of {missing} trustees are missing"))
    sums = (yield from _find(core, (SUMS.name, name), Sums)) or empty_sums(there.choices)
    opened = {trustee: part.points for trustee, part in parts.items()}
    found = yield from work(count_sums, group_of(core.hasher.suite), there, sums, opened)
    if found is None:
        raise RecountFails(why=Words("解出的不是有效票数", "what the parts open is no count"))
    return found


def recount(core: Core, name: str, told: Told = lambda _done, _all: None) -> Flow[Recount]:
    """Check everything about a box again from the chain: every ballot, their sum, the trustees' parts, and the counts.

    Raises:
        RecountFails: naming what does not agree. NoBallotBox. ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from box(core, name)
    boxes = [name, *(yield from _merged_into(core, name))]
    sums, done = empty_sums(there.choices), 0
    for each in boxes:
        one = yield from box(core, each)
        sums, done = yield from _add_ballots(core, each, one, sums, done, lambda count: told(count, there.ballots + there.merged))
    if done != there.ballots + there.merged:
        raise RecountFails(
            why=Words(f"找到 {done} 张票，链上记为 {there.ballots + there.merged} 张", f"{done} ballots, not as many as stated")
        )
    stated = yield from _find(core, (SUMS.name, name), Sums)
    if stated is not None and stated != sums:
        raise RecountFails(why=Words("各票之和与链上的和不符", "the ballots do not add up to the sum on the chain"))
    parts = yield from _parts(core, name, there)
    if there.counts:
        given = Given.of(core.hasher)
        opened = [(trustee, part.points) for trustee, part in parts.items()][: there.threshold]
        wrong = yield from work(choice_of_wrong_count, given, there, sums, opened, there.counts)
        if wrong is not None or len(opened) < there.threshold:
            raise RecountFails(why=Words("公布的票数与解密份额不符", "the counts do not fit the trustees' parts"))
    return Recount(done, there.counts, tuple(boxes))


def _add_ballots(core: Core, name: str, there: Box, sums: Sums, done: int, told: Callable[[int], None]) -> Flow[tuple[Sums, int]]:
    given, after = Given.of(core.hasher), None
    while True:
        page = yield from reading.page(core, BALLOTS.name, prefix=(name,), after=after, limit=_PAGE)
        for item in page.items:
            voter, cast = str(item["key"][-1]), msgspec.convert(item["value"], Ballot)
            text = yield from _paper_of(core, cast)
            sums = yield from work(_checked, given, there, name, voter, text, sums)
            done += 1
            told(done)
        if page.next is None:
            return sums, done
        after = page.next


def _checked(given: Given, there: Box, name: str, voter: str, text: str, sums: Sums) -> Sums:
    try:
        paper = read_paper(BALLOT, text)
        if (paper.box, paper.voter) != (name, voter):
            raise RecountFails(
                why=Words(f"{voter} 的选票不是为本箱所填", f"the ballot of {voter} was made for another box or voter")
            )
        return add_to_sums(given, sums, judge_ballot(given, there, paper))
    except (BallotFault, CryptoFault) as wrong:
        said = wrong.words()
        raise RecountFails(why=Words(f"{voter} 的选票：{said.zh}", f"the ballot of {voter}: {said.en}")) from None


def _paper_of(core: Core, cast: Ballot) -> Flow[str]:
    """The paper that a transaction holds, found by its digest."""
    found = yield from reading.transaction(core, cast.transaction)
    for text in _texts(found):
        if core.hasher.digest("ballot-paper", text.encode()).hex() == cast.paper:
            return text
    raise RecountFails(why=Words(f"交易 {cast.transaction} 中没有选票", f"transaction {cast.transaction} holds no ballot"))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _merged_into(core: Core, name: str) -> Flow[list[str]]:
    """The boxes whose ballots lie in this one, and those whose ballots lay in them."""
    every: dict[str, str] = {}
    after = None
    while True:
        page = yield from reading.page(core, BOXES.name, after=after, limit=_PAGE)
        for item in page.items:
            if item["value"].get("into"):
                every[str(item["key"][-1])] = str(item["value"]["into"])
        if page.next is None:
            break
        after = page.next
    found, wanted = [], [name]
    while wanted:
        into = wanted.pop()
        inner = [each for each, target in every.items() if target == into and each not in found]
        found += inner
        wanted += inner
    return found


def _parts(core: Core, name: str, there: Box) -> Flow[dict[str, Part]]:
    found = {}
    for each in there.trustees:
        part = yield from _find(core, (PARTS.name, name, each), Part)
        if part is not None:
            found[each] = part
    return found


def _share(core: Core, name: str, there: Box, trustee: str) -> Flow[int]:
    deals = []
    for each in there.trustees:
        deal = yield from _find(core, (DEALS.name, name, each), Deal)
        if deal is None:
            raise NotYet(why=Words(f"{each} 尚未分发份额", f"{each} has not dealt yet"))
        deals.append(deal)
    return (yield from work(open_shares, core.hasher, name, there, deals, trustee, _secrets(core, name, there, trustee)))


def _as_trustee(core: Core, name: str, signer: str | None) -> Flow[tuple[Box, str]]:
    there = yield from box(core, name)
    (identity,) = core.identities(None if signer is None else [signer])
    party = identity.name.partition(".")[0]
    if party not in there.trustees:
        raise NotATrustee(party=party, trustees=", ".join(there.trustees))
    return there, party


def _secrets(core: Core, name: str, there: Box, trustee: str) -> TrusteeSecrets:
    return TrusteeSecrets.derive(core.hasher, core.salts.secret, name, trustee, there.threshold)


def _find(core: Core, key: tuple[str, ...], shape: type[_T]) -> Flow[_T | None]:
    proved = yield from reading.state(core, key)
    return msgspec.convert(proved.value, shape) if proved.present else None
