"""Who signs: the forms of `by` become one list of signatories, each with the officers that it asks for."""

from dataclasses import dataclass, field
from typing import Any, Literal

from msgspec.structs import replace

from zhulian.language.definition.faults import KeysClash, NothingCalled
from zhulian.language.definition.limits import PARTIES_MAX
from zhulian.language.definition.normalise.reader import NAME, Reader
from zhulian.language.definition.shapes import SeatNeed, Signatory, Who
from zhulian.language.definition.words import PARTY_WORDS
from zhulian.language.source import Mapping, Node, Scalar

__all__ = ["read_by", "read_keys", "read_officers"]

_FORM = ("role", "is", "officers", "keys")


@dataclass
class _Signing:
    whos: list[Who] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)


def read_by(reader: Reader, node: Node, path: str) -> tuple[Signatory, ...]:
    """Signatories: one without a name, or several with names that all sign.

    `role`, `this.field`, `{role, is}` and `anyone` are one; a list is any one of them; a mapping is all of them.
    """
    reader.note(path, node)
    if not isinstance(node, Mapping) or "role" in node.keys or "is" in node.keys:
        return (_signatory(reader, node, path, ""),)
    return tuple(
        _signatory(reader, value, below, name) for name, value, below in reader.named(node, path, PARTIES_MAX, PARTY_WORDS)
    )


def _signatory(reader: Reader, node: Node, path: str, name: str) -> Signatory:
    signing = _Signing()
    for each, below in reader.several(node, path, PARTIES_MAX):
        _who(reader, each, below, signing)
    return Signatory(name=name, any=tuple(signing.whos) or (Who(role="x"),), **signing.more)


def _who(reader: Reader, node: Node, path: str, signing: _Signing) -> None:
    if isinstance(node, Scalar):
        text = reader.code(node, path)
        reader.note(f"{path}.is", node)
        signing.whos.append(Who(role=text) if NAME.fullmatch(text) else Who(equals=text))
        return
    parts = reader.parts(node, path, _FORM)
    role = reader.name(parts["role"], f"{path}.role") if "role" in parts else ""
    equals = reader.code(parts["is"], f"{path}.is") if "is" in parts else None
    if not role and equals is None:
        role = "x"
        reader.parts(node, path, _FORM, ("role",))
    signing.whos.append(Who(role=role, equals=equals))
    if "officers" in parts:
        signing.more["officers"] = reader.count(parts["officers"], f"{path}.officers", 16)
    if "keys" in parts:
        signing.more["keys"] = read_keys(reader, parts["keys"], f"{path}.keys")


def read_officers(reader: Reader, parts: dict[str, Node], path: str, by: tuple[Signatory, ...]) -> tuple[Signatory, ...]:
    """The signatories with what `seats`, `apart` and `keys` ask of their officers."""
    found = {each.name: each for each in by}
    if "seats" in parts:
        node, below = parts["seats"], f"{path}.seats"
        if isinstance(node, Mapping) and all(isinstance(value, Mapping) for _, value in node.pairs):
            for name, value, place in reader.named(node, below, PARTIES_MAX):
                _change(reader, found, name, value, place, seats=_needs(reader, value, place))
        else:
            _change(reader, found, "", node, below, seats=_needs(reader, node, below))
    if "apart" in parts:
        node, below = parts["apart"], f"{path}.apart"
        if isinstance(node, Mapping):
            for name, value, place in reader.named(node, below, PARTIES_MAX):
                _change(reader, found, name, value, place, apart=reader.names(value, place))
        else:
            apart = reader.names(node, below)
            found = {name: replace(each, apart=apart) for name, each in found.items()}
    if "keys" in parts:
        keys = read_keys(reader, parts["keys"], f"{path}.keys")
        found = {name: replace(each, keys=keys) for name, each in found.items()}
    return tuple(found.values())


def read_keys(reader: Reader, node: Node, path: str) -> Literal["", "own"]:
    """Whether a person must sign with an own key; nothing where an agent may."""
    return "own" if reader.word(node, path, ("any", "own")) == "own" else ""


def _needs(reader: Reader, node: Node, path: str) -> tuple[SeatNeed, ...]:
    return tuple(SeatNeed(seat=name, count=reader.count(value, below, 16)) for name, value, below in reader.named(node, path, 8))


def _change(reader: Reader, found: dict[str, Signatory], name: str, node: Node, path: str, **more: Any) -> None:
    if name in found:
        found[name] = replace(found[name], **more)
    elif name:
        known = ", ".join(each for each in found if each) or "–"
        reader.fault(NothingCalled, node, path, what_zh="签署方", what_en="signatory", name=name, known=known)
    else:
        reader.fault(KeysClash, node, path, one="by: {…}", other="seats: {seat: …}")
