"""Judges what several nodes say is newest. Pure: what was heard and the time come in, how fresh the chain is known to be goes out.

Under the chain's own assumption, that less than a third of the sealing power is dishonest:

- More than a third of the power say so: at least one of them is honest, and had at the time that it signed no newer header than
  the one that is read from. What that member did not know by then, being a moment behind, may be missing.
- More than two thirds say so (`certain`): whatever was sealed before the oldest of these words is in the state that is read, since
  a member that has sealed it is among the honest ones who speak.

An idle chain has an old newest header; the age that counts is that of the words, not that of the header.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from zhulian.client.light.errors import (
    ChainForked,
    HeadFromFuture,
    HeadTooOld,
    NodeBehind,
    NoSuchMember,
    NotEnoughSay,
)
from zhulian.errors import Refusal, Words
from zhulian.ledger.heads import ProvedHead
from zhulian.ledger.proofs import Checkpoint

__all__ = ["Caught", "Fresh", "Heard", "Need", "judge", "name_caught"]

AHEAD_S = 5
"""How far a speaker's clock may be ahead of ours."""
BEHIND_S = 10
"""So long after a header has its seals, whoever does not have it yet lags."""


@dataclass(frozen=True)
class Need:
    """How old a word may be, and whether more than two thirds of the power must say it or more than a third."""

    max_age_s: float
    certain: bool


@dataclass(frozen=True)
class Heard:
    """A head that a node has shown, and that was verified."""

    url: str
    head: ProvedHead


@dataclass(frozen=True)
class Caught:
    """A node that lies, lags, or did not answer, and what is wrong."""

    url: str
    refusal: Refusal


@dataclass(frozen=True)
class Fresh:
    """How fresh the chain is known to be.

    `newest` is the highest header that was shown; `as_of_ms` the oldest word that counts, by its speaker's clock; `by` are
    the organisations whose words count, with `power` of `whole`; `certain` whether that is more than two thirds; `caught`
    names the nodes whose words do not count.
    """

    newest: ProvedHead
    as_of_ms: int
    by: tuple[str, ...]
    power: int
    whole: int
    certain: bool
    caught: tuple[Caught, ...]


def judge(heard: Sequence[Heard], caught: Sequence[Caught], held: Checkpoint | None, now_ms: int, need: Need) -> Fresh:
    """How fresh the newest header among those `heard` is, and not older than the checkpoint `held`.

    Raises:
        ChainForked: two nodes show different sealed headers at one height. NotEnoughSay.
    """
    _refuse_fork(heard)
    wrong = list(caught)
    if not heard:
        raise NotEnoughSay(power=0, whole=0, need=_share(need), caught=name_caught(wrong))
    newest = max(heard, key=lambda each: each.head.header.height).head
    lowest = newest.header.height if held is None else max(newest.header.height, held.height)
    members = {each.sealer: each for each in newest.next_sealers}
    speaking: dict[str, int] = {}
    for each in heard:
        fault = _fault(each, newest, lowest, now_ms, need)
        if fault is None:
            speaking[each.head.speaker] = max(speaking.get(each.head.speaker, 0), each.head.spoken_ms)
        else:
            wrong.append(Caught(each.url, fault))
    power = sum(members[name].power for name in speaking)
    whole = sum(each.power for each in members.values())
    certain = power * 3 > whole * 2
    if not (certain if need.certain else power * 3 > whole):
        raise NotEnoughSay(power=power, whole=whole, need=_share(need), caught=name_caught(wrong))
    return Fresh(
        newest=newest,
        as_of_ms=min(speaking.values()),
        by=tuple(sorted(speaking)),
        power=power,
        whole=whole,
        certain=certain,
        caught=tuple(wrong),
    )


def name_caught(caught: Sequence[Caught]) -> Words:
    """The nodes that were caught, one sentence each; nothing where there are none."""
    if not caught:
        return Words("", "")
    zh, en = (" ".join(f"[{each.refusal.code}] {each.refusal.say(language)}" for each in caught) for language in ("zh", "en"))
    return Words(f"已发现的问题：{zh}", f"What was found: {en}")


def _fault(each: Heard, newest: ProvedHead, lowest: int, now_ms: int, need: Need) -> Refusal | None:
    """Why a word does not count; None if it does. One that is a moment behind does: we read from the newest."""
    head = each.head
    age_ms = now_ms - head.spoken_ms
    height = head.header.height
    if age_ms < -AHEAD_S * 1000:
        return HeadFromFuture(url=each.url, ahead_s=-age_ms // 1000)
    if age_ms > need.max_age_s * 1000:
        return HeadTooOld(url=each.url, age_s=age_ms // 1000, most_s=int(need.max_age_s))
    if height < newest.header.height and head.spoken_ms > newest.sealed_ms + BEHIND_S * 1000:
        return NodeBehind(url=each.url, height=height, newest=newest.header.height)
    if newest.header.height < lowest:
        return NodeBehind(url=each.url, height=height, newest=lowest)
    if not any(one.sealer == head.speaker for one in newest.next_sealers) or not _same_key(each, newest):
        return NoSuchMember(url=each.url, sealer=head.speaker)
    return None


def _same_key(each: Heard, newest: ProvedHead) -> bool:
    """Whether the speaker seals by the same key after the newest header as after its own."""
    then = {one.sealer: one.public_key for one in each.head.next_sealers}
    now = {one.sealer: one.public_key for one in newest.next_sealers}
    return then[each.head.speaker] == now.get(each.head.speaker)


def _refuse_fork(heard: Sequence[Heard]) -> None:
    seen: dict[int, Heard] = {}
    for each in heard:
        height = each.head.header.height
        other = seen.setdefault(height, each)
        if other.head.digest != each.head.digest:
            raise ChainForked(height=height, first=other.url, second=each.url)


def _share(need: Need) -> str:
    return "2/3" if need.certain else "1/3"
