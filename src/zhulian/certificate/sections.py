"""Facts put into words: the sections and rows that both certificates show, each text in both languages.

web/verifier/src/sections.js says the same from the same facts; a test holds the two equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from zhulian.certificate.clock import day, moment, zone_name
from zhulian.certificate.facts import Deposit, Facts, SealerFacts, SignerFacts
from zhulian.certificate.texts import Phrase, phrase, plain
from zhulian.ledger.receipts import Break

__all__ = ["Row", "Section", "answer", "depositor", "not_proved", "rests_on", "rests_on_sealing", "sections"]

_ALGORITHM = {"gm": "SM3", "intl": "SHA-256"}


@dataclass(frozen=True)
class Row:
    """A labelled fact; a `digest` is shown in groups of four and copied whole, a `time` in tabular figures."""

    id: str
    label: Phrase
    value: Phrase
    kind: Literal["text", "digest", "time", "note"] = "text"


@dataclass(frozen=True)
class Section:
    """A heading with its rows."""

    id: str
    title: Phrase
    rows: tuple[Row, ...]


def sections(facts: Facts) -> tuple[Section, ...]:
    """All facts in the order in which a reader asks for them."""
    made = {
        "what": _what(facts),
        "who": _who(facts),
        "when": _when(facts),
        "where": _where(facts),
        "seals": _seals(facts),
        "platform": _platform(facts),
        "technical": _technical(facts),
    }
    return tuple(Section(name, phrase(f"section.{name}"), tuple(rows)) for name, rows in made.items())


def depositor(facts: Facts) -> Phrase:
    """Whose deposit it is: a person's handle, or the organisations that signed."""
    if facts.deposit.via is not None and facts.deposit.party is not None:
        return phrase("value.party", name=f"{facts.deposit.party[:9]}…")
    return _join(each.title for each in facts.signers)


def answer(facts: Facts) -> Phrase:
    """The one sentence that says what the receipt proves."""
    if not facts.applied:
        return phrase("say.refused", code=facts.code or "")
    key = "say.other" if facts.deposit.form == "other" else "say.good"
    return phrase(key, who=depositor(facts), chain=facts.chain, height=facts.height, n=_sealed(facts), m=len(facts.sealers))


def rests_on(facts: Facts) -> tuple[Phrase, ...]:
    """What has to be true for the proof to hold."""
    first = facts.sealers[0]
    return (
        phrase("rests.genesis", digest=f"{facts.genesis_digest[:8]}…{facts.genesis_digest[-8:]}"),
        rests_on_sealing(first.sealer, first.title, _sealed(facts), len(facts.sealers)),
        *(_recovered(each, facts) for each in facts.breaks),
        phrase("rests.anchor"),
        phrase("rests.certificate"),
        phrase("rests.cryptography"),
    )


def rests_on_sealing(sealer: str, title: Phrase, sealed: int, whole: int) -> Phrase:
    """Whose honesty the proof rests on: the only sealer's, by name and title, or that of most of `whole`, of which `sealed` sealed."""
    return phrase("rests.solo", name=_named(title, sealer)) if whole == 1 else phrase("rests.many", n=sealed, m=whole)


def _recovered(broken: Break, facts: Facts) -> Phrase:
    """That the chain was recovered, where, by whose agreement and why. The page that checks itself cannot follow it, and never says it."""
    titles = {each.sealer: each.title for each in facts.sealers}
    who = _join(_named(titles.get(each, plain(each)), each) for each in broken.members)
    made = day(broken.made, facts.zone)
    share = f"{broken.power}/{broken.whole}"
    return Phrase(
        f"本链在高度 {broken.height} 之后，余下的签章权重未超过三分之二，由{who.zh}（权重 {share}）依 {made} 的恢复协议继续运行，事由：“{broken.reason}”。"
        f"此后的记录以其诚实为前提；协议摘要 {broken.agreement}，见附件。",
        f"After height {broken.height} no two thirds of the sealing power were left to lead on. {who.en} (power {share}) went on by an agreement of {made}: "
        f"“{broken.reason}”. What is recorded later rests on their honesty. The agreement, {broken.agreement}, is attached.",
    )


def not_proved() -> tuple[Phrase, ...]:
    """What the proof does not show."""
    return tuple(phrase(f"not.{each}") for each in ("content", "author", "person", "later", "time"))


def _what(facts: Facts) -> Iterable[Row]:
    deposit = facts.deposit
    if deposit.file_digest is not None:
        label = phrase("row.file_digest", algorithm=_ALGORITHM[facts.suite])
        yield Row("file_digest", label, plain(deposit.file_digest), "digest")
    if deposit.form == "other":
        yield _row("operation", plain(", ".join(facts.messages)))
        return
    yield _row("form", phrase(f"value.form.{deposit.form}"))
    if deposit.count is not None and deposit.place is not None:
        yield _row("batch", phrase("value.batch", count=deposit.count, place=deposit.place))


def _who(facts: Facts) -> Iterable[Row]:
    if facts.deposit.via is not None and facts.deposit.party is not None:
        yield _row("party", phrase("value.party", name=facts.deposit.party))
    for each in facts.signers:
        if each.organisation is not None:
            yield _row("organisation", _named(each.title, each.organisation))
        yield _row("class", _class(each))
        if each.certificate is not None:
            said = phrase(
                "value.certificate",
                issuer=each.certificate.issuer,
                subject=each.certificate.subject,
                **{"from": day(each.certificate.not_before, facts.zone), "to": day(each.certificate.not_after, facts.zone)},
            )
            yield _row("certificate", said)


def _class(signer: SignerFacts) -> Phrase:
    return phrase(f"value.class.{signer.kind}", signer=signer.signer, agent=signer.title)


def _when(facts: Facts) -> Iterable[Row]:
    times = {"from": moment(facts.from_ms, facts.zone), "to": moment(facts.to_ms, facts.zone)}
    yield _row("recorded", phrase("value.recorded", **times), "time")
    yield _row("note", phrase("value.zone", zone=zone_name(facts.zone)), "note")


def _where(facts: Facts) -> Iterable[Row]:
    yield _row("chain", plain(facts.chain))
    yield _row("block", phrase("value.block", height=facts.height, place=facts.place, count=facts.count))
    yield _row("transaction", plain(facts.transaction), "digest")
    result = phrase("value.applied") if facts.applied else phrase("value.refused", code=facts.code or "")
    yield _row("result", result)


def _seals(facts: Facts) -> Iterable[Row]:
    power = sum(each.power for each in facts.sealers if each.sealed_ms is not None)
    whole = sum(each.power for each in facts.sealers)
    yield _row("quorum", phrase("value.quorum", n=_sealed(facts), m=len(facts.sealers), power=power, whole=whole))
    for each in facts.sealers:
        yield _row("sealer", _sealer(each, facts))


def _sealer(sealer: SealerFacts, facts: Facts) -> Phrase:
    name = _named(sealer.title, sealer.sealer)
    if sealer.sealed_ms is None:
        return phrase("value.sealer.absent", organisation=name)
    return phrase("value.sealer.sealed", organisation=name, time=moment(sealer.sealed_ms, facts.zone))


def _platform(facts: Facts) -> Iterable[Row]:
    names = _join(each.title for each in facts.sealers)
    if facts.operators:
        yield _row("operator", phrase("value.operator.platform", names=names, operators=_join(facts.operators)))
    else:
        yield _row("operator", phrase("value.operator", names=names))
    yield _row("interest", _interest(facts))
    yield _row("filing", plain(facts.filing) if facts.filing else phrase("value.filing.none"))
    yield from _source(facts.deposit)
    yield _row("clock", phrase("value.clock"))
    yield _row("cryptography", phrase(f"value.cryptography.{facts.suite}"))


def _source(deposit: Deposit) -> Iterable[Row]:
    if deposit.source is None:
        return
    known = deposit.source if deposit.source in ("own_file", "third_party", "web_capture", "device") else "unknown"
    yield _row("source", phrase(f"value.source.{known}"))
    if known != "unknown":
        yield _row("note", phrase("value.source.limit"), "note")


def _interest(facts: Facts) -> Phrase:
    sealing = {each.sealer for each in facts.sealers}
    own = {each.organisation: each.title for each in facts.signers if each.organisation in sealing}
    names = _join(own.values())
    role = phrase("role.depositor" if facts.deposit.via is None else "role.agent")
    if not own:
        return phrase("value.interest.none", role=role)
    if len(own) == len(sealing):
        return phrase("value.interest.all", role=role, names=names)
    return phrase("value.interest.some", role=role, names=names, n=len(own), m=len(sealing))


def _technical(facts: Facts) -> Iterable[Row]:
    yield _row("genesis", plain(facts.genesis_digest), "digest")
    yield _row("header", plain(facts.header_digest), "digest")
    yield _row("state_root", plain(facts.state_root), "digest")
    if facts.deposit.commitment is not None:
        yield _row("commitment", plain(facts.deposit.commitment), "digest")
    if facts.deposit.batch_root is not None:
        yield _row("batch_root", plain(facts.deposit.batch_root), "digest")
    for each in facts.signers:
        yield _row("key", plain(each.key), "digest")


def _row(name: str, value: Phrase, kind: Literal["text", "digest", "time", "note"] = "text") -> Row:
    return Row(name, phrase(f"row.{name}"), value, kind)


def _named(title: Phrase, name: str) -> Phrase:
    return phrase("value.organisation", title=title, name=name) if title != plain(name) else title


def _join(names: Iterable[Phrase]) -> Phrase:
    """Names one after the other, without repetition."""
    found = list(dict.fromkeys(names))
    return Phrase("、".join(each.zh for each in found), ", ".join(each.en for each in found))


def _sealed(facts: Facts) -> int:
    return sum(1 for each in facts.sealers if each.sealed_ms is not None)
