"""Stories: who plays, what holds at the start, and each step."""

import re

from zhulian.language.definition.faults import FormBad, KeyMissing
from zhulian.language.definition.normalise.reader import NO_TEXT, Reader
from zhulian.language.definition.verdicts import StepShape
from zhulian.language.definition.views import Amount, Cast, Consent, Given, Item, Made, Named, Step, Story, Voice, With
from zhulian.language.source import Mapping, Node, Scalar
from zhulian.language.source import Sequence as ListNode

__all__ = ["SPOKEN_MAX", "read_steps", "read_story"]

SPOKEN_MAX = 4096
_DOTTED = re.compile(r"[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30})?")
_TASK = re.compile(r"[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,30}")
_ACTS = (
    "does", "proposes", "approves", "withdraws", "completes", "corrects", "amends", "admits", "dismisses", "upgrades", "orders",
)  # fmt: skip
_STEP = ("who", *_ACTS, "by", "for", "as", "on", "with", "refused", "alerts", "wait", "see", "say")
_ABOUT_RECORDS = ("does", "proposes", "completes", "corrects", "amends", "orders")
_MADE = {
    "paper": ("paper", "by", "box", "of", "marks", "forged", "as"),
    "seal": ("seal", "as"),
    "open": ("open", "but"),
    "codes": ("codes", "as"),
    "bulk": ("bulk", "as", "total"),
    "of": ("of", "has", "lacks", "forged", "as"),
}
"""What players make away from the chain, by the key that says so, with all keys of each."""
_TICKET = ("for", "holder", "agency", "of", "valid", "since", "signer", "forged", "as")


def read_story(reader: Reader, name: str, node: Node, path: str) -> Story:
    """One story."""
    parts = reader.parts(node, path, ("title", "cast", "given", "steps"), ("title", "cast", "steps"))
    cast = reader.named(parts["cast"], f"{path}.cast", 32) if "cast" in parts else ()
    given = reader.several(parts["given"], f"{path}.given", 64) if "given" in parts else ()
    steps = reader.several(parts["steps"], f"{path}.steps") if "steps" in parts else ()
    return Story(
        name=name,
        title=reader.text(parts["title"], f"{path}.title") if "title" in parts else NO_TEXT,
        cast=tuple(_player(reader, player, value, below) for player, value, below in cast),
        given=tuple(found for each, below in given for found in _given(reader, each, below)),
        steps=tuple(_step(reader, each, below) for each, below in steps),
    )


def read_steps(reader: Reader, node: Node, path: str) -> tuple[Step, ...]:
    """The steps of a story that somebody else tells."""
    return tuple(_step(reader, each, below) for each, below in reader.several(node, path, 256))


def _player(reader: Reader, name: str, node: Node, path: str) -> Cast:
    """Roles alone, or roles with the agent that acts for a person."""
    if not isinstance(node, Mapping):
        return Cast(name=name, roles=_forms(reader, node, path, 8, "cash.bank"))
    parts = reader.parts(node, path, ("roles", "agent"), ("roles",))
    return Cast(
        name=name,
        roles=_forms(reader, parts["roles"], f"{path}.roles", 8, "cash.bank") if "roles" in parts else ("x",),
        agent=reader.name(parts["agent"], f"{path}.agent") if "agent" in parts else "",
    )


def _given(reader: Reader, node: Node, path: str) -> list[Given]:
    parts = reader.parts(node, path, ("balance", "setting", "today"))
    found: list[Given] = []
    if "balance" in parts:
        of, amounts = "", []
        for who, value, below in reader.named(parts["balance"], f"{path}.balance", 64, kept=frozenset()):
            if who == "of":
                of = reader.name(value, below)
            else:
                amounts.append(Amount(who=who, amount=reader.plain(value, below)))
        if not of:
            reader.fault(KeyMissing, parts["balance"], f"{path}.balance", key="of")
        found.append(Given(kind="balance", of=of, amounts=tuple(amounts)))
    for setting, value, below in reader.named(parts["setting"], f"{path}.setting", 64) if "setting" in parts else ():
        found.append(Given(kind="setting", of=setting, value=reader.plain(value, below)))
    if "today" in parts:
        found.append(Given(kind="today", value=reader.plain(parts["today"], f"{path}.today")))
    return found


def _step(reader: Reader, node: Node, path: str) -> Step:
    parts = reader.parts(node, path, _STEP)
    acts = sum(each in parts for each in _ACTS)
    if acts + ("wait" in parts) + ("see" in parts) != 1 or bool(acts) != ("who" in parts):
        reader.fault(StepShape, node, path)
        return Step()
    allowed = {
        "refused": _ACTS,
        **dict.fromkeys(("on", "with"), _ABOUT_RECORDS),
        **dict.fromkeys(("by", "as"), ("proposes",)),
        "for": ("proposes", "orders"),
    }
    for key, kinds in allowed.items():
        if key in parts and not any(each in parts for each in kinds):
            reader.fault(StepShape, parts[key], f"{path}.{key}")
    names = {
        key: reader.name(parts[key], f"{path}.{key}")
        for key in ("does", "corrects", "amends", "proposes", "approves", "withdraws", "orders", "as", "refused")
        if key in parts
    }
    named = {key: _named(reader, parts[key], f"{path}.{key}") for key in ("by", "admits", "dismisses") if key in parts}
    on = reader.several(parts["on"], f"{path}.on") if "on" in parts else ()
    return Step(
        who=_voices(reader, parts["who"], f"{path}.who") if acts else (),
        does=names.get("does", ""),
        completes=_form(reader, parts["completes"], f"{path}.completes", _TASK, "x.x", "lot.tax") if "completes" in parts else "",
        corrects=names.get("corrects", ""),
        amends=names.get("amends", ""),
        proposes=names.get("proposes", ""),
        by=named.get("by", ()),
        valid=reader.span(parts["for"], f"{path}.for") if "for" in parts else "",
        called=names.get("as", ""),
        approves=names.get("approves", ""),
        withdraws=names.get("withdraws", ""),
        admits=named.get("admits", ()),
        dismisses=named.get("dismisses", ()),
        upgrades=reader.plain(parts["upgrades"], f"{path}.upgrades") if "upgrades" in parts else "",
        orders=names.get("orders", ""),
        on=tuple(reader.plain(each, below) for each, below in on),
        inputs=_withs(reader, parts["with"], f"{path}.with") if "with" in parts else (),
        refused=names.get("refused", ""),
        alerts=reader.names(parts["alerts"], f"{path}.alerts") if "alerts" in parts else (),
        wait=reader.span(parts["wait"], f"{path}.wait") if "wait" in parts else "",
        see=reader.code(parts["see"], f"{path}.see") if "see" in parts else "",
        say=reader.text(parts["say"], f"{path}.say") if "say" in parts else None,
    )


def _named(reader: Reader, node: Node, path: str) -> tuple[Named, ...]:
    """Players under names: signatories or roles."""
    return tuple(Named(name=name, player=reader.name(value, below)) for name, value, below in reader.named(node, path, 8))


def _voices(reader: Reader, node: Node, path: str) -> tuple[Voice, ...]:
    if isinstance(node, Mapping):
        named = reader.named(node, path, 8)
        return tuple(Voice(name=name, signers=_forms(reader, value, below, 16, "icbc.maker")) for name, value, below in named)
    return (Voice(signers=_forms(reader, node, path, 16, "icbc.maker")),)


def _withs(reader: Reader, node: Node, path: str) -> tuple[With, ...]:
    found: list[With] = []
    for name, value, below in reader.named(node, path, 64):
        if isinstance(value, ListNode):
            items = tuple(reader.plain(each, f"{below}[{index}]", SPOKEN_MAX) for index, each in enumerate(value.items))
            found.append(With(name=name, values=items))
        elif isinstance(value, Scalar):
            found.append(With(name=name, value=reader.plain(value, below, SPOKEN_MAX)))
        elif any(key.text == "for" for key, _ in value.pairs):
            found.append(With(name=name, ticket=_ticket(reader, value, below)))
        elif kind := next((each for each in _MADE if value.get(each) is not None), ""):
            found.append(With(name=name, made=_made(reader, kind, value, below)))
        else:
            reader.fault(FormBad, value, below, found="{…}", example="amount: '100'")
    return tuple(found)


def _made(reader: Reader, kind: str, node: Mapping, path: str) -> Made:
    """Something that a player makes: what it is called is said by the key that it begins with."""
    parts = reader.parts(node, path, _MADE[kind], (kind,))
    values = {"seal": "seal", "open": "but"}.get(kind, "")
    source = "open" if kind == "open" else "of"
    about = next((each for each in ("has", "lacks", "box") if each in parts), "")
    if kind == "of" and not about:
        reader.fault(KeyMissing, node, path, key="has")
    return Made(
        kind="proof" if kind == "of" else kind,  # type: ignore[arg-type]
        called=reader.name(parts["as"], f"{path}.as") if "as" in parts else "",
        of=reader.name(parts[source], f"{path}.{source}") if source in parts else "",
        values=_withs(reader, parts[values], f"{path}.{values}") if values in parts else (),
        codes=_listed(reader, parts, path),
        items=_items(reader, parts["bulk"], f"{path}.bulk") if kind == "bulk" else (),
        total=reader.plain(parts["total"], f"{path}.total") if "total" in parts else "",
        about=reader.plain(parts[about], f"{path}.{about}") if about else "",
        absent=about == "lacks",
        forged=reader.flag(parts["forged"], f"{path}.forged") if "forged" in parts else False,
        paper=reader.name(parts["paper"], f"{path}.paper") if "paper" in parts else "",
        by=reader.name(parts["by"], f"{path}.by") if "by" in parts else "",
    )


def _listed(reader: Reader, parts: dict[str, Node], path: str) -> tuple[str, ...]:
    """The codes of a set, or what stands in a paper."""
    key = next((each for each in ("codes", "marks") if each in parts), "")
    if not key:
        return ()
    return tuple(reader.plain(each, below) for each, below in reader.several(parts[key], f"{path}.{key}", 4096))


def _items(reader: Reader, node: Node, path: str) -> tuple[Item, ...]:
    found = reader.mapping(node, path)
    pairs = found.pairs if found is not None else ()
    return tuple(Item(item=key.text, amount=reader.plain(value, f"{path}.{key.text}")) for key, value in pairs[:4096])


def _ticket(reader: Reader, node: Node, path: str) -> Consent:
    parts = reader.parts(node, path, _TICKET, ("for", "holder", "agency"))
    of = reader.several(parts["of"], f"{path}.of", 8) if "of" in parts else ()
    names = {key: reader.name(parts[key], f"{path}.{key}") for key in ("holder", "agency", "signer", "as") if key in parts}
    return Consent(
        use=reader.name(parts["for"], f"{path}.for") if "for" in parts else "x",
        holder=names.get("holder", "x"),
        agency=names.get("agency", "x"),
        of=tuple(reader.plain(each, below) for each, below in of),
        valid=reader.span(parts["valid"], f"{path}.valid") if "valid" in parts else "",
        since=reader.span(parts["since"], f"{path}.since") if "since" in parts else "",
        signer=names.get("signer", ""),
        forged=reader.flag(parts["forged"], f"{path}.forged") if "forged" in parts else False,
        called=names.get("as", ""),
    )


def _forms(reader: Reader, node: Node, path: str, most: int, example: str) -> tuple[str, ...]:
    return tuple(_form(reader, each, below, _DOTTED, "x", example) for each, below in reader.several(node, path, most))


def _form(reader: Reader, node: Node, path: str, form: re.Pattern[str], instead: str, example: str) -> str:
    text = reader.form(node, path, form, example)
    return text if form.fullmatch(text) else instead
