"""Sealed groups as they are asked for: what seals one is made beforehand and kept, and the same file seals and opens it.

The file holds `{"salt": …, "values": …}` in the form of the chain. Whoever loses it cannot open what it sealed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from zhulian import canonical
from zhulian.errors import Refusal, Words
from zhulian.language.definition.commitments import opened
from zhulian.language.definition.shapes import Action, Record, Sealed
from zhulian.language.sealing import SALT_BYTES, reveal_of
from zhulian.language.values import Keys, Moment, read_values
from zhulian.language.values.errors import CommitmentDue, NotWritten, ValueMissing
from zhulian.language.values.judging import DIGEST

__all__ = ["SealWith", "group_of", "make_reveal", "read_group"]

SealWith: TypeAlias = Callable[[str, tuple[str, ...], str, str, bytes, Mapping[str, Any]], str]
"""Makes the commitment in hex: by record type, key, group, party, salt and values."""
_WANTED = Words("密封内容的文件或其 JSON（含 salt 与 values）", "the file of what is sealed, or its JSON with salt and values")
_EXAMPLE = "@offer.sealed.json"


def group_of(action: Action, record: Record) -> Sealed | None:
    """The sealed group that an action seals or opens."""
    return next((each for each in record.sealed if each.name == action.seals), None) or opened(action, record)


def make_reveal(
    record: Record, group: str, given: Mapping[str, object], moment: Moment, salt: bytes, keys: Keys
) -> dict[str, Any]:
    """What seals and later opens a group: values as people write them, in the form of the chain, with a salt of 32 random bytes.

    Raises:
        ValueFault, InputsWrong: if the values are not those of the group's fields.
    """
    names = next((each.fields for each in record.sealed if each.name == group), ())
    fields = tuple(each for each in record.fields if each.name in names)
    values = read_values(fields, given, moment, group, keys=keys)
    for each in fields:
        if each.name not in values:
            title = Words(each.title.zh, each.title.en) if each.title is not None else Words(each.name, each.name)
            what = Words("密封组的全部字段", "all fields of the sealed group")
            raise ValueMissing(at=f"{group}.{each.name}", title=title, wanted=what, example="…")
    return reveal_of(salt, values)


def read_group(
    action: Action,
    group: Sealed,
    given: object,
    record: str,
    key: Sequence[str] | None,
    party: str | None,
    seal: SealWith | None,
) -> Any:
    """What an action is handed for its sealed group: the commitment where it seals, salt and values where it opens.

    Raises:
        ValueFault: if it is not there, or has another form.
    """
    at = f"input.{group.name}"
    title = Words(group.title.zh, group.title.en) if group.title is not None else Words(group.name, group.name)
    if given is None or given == "":
        raise ValueMissing(at=at, title=title, wanted=_WANTED, example=_EXAMPLE)
    if action.seals and isinstance(given, str) and DIGEST.fullmatch(given.strip()):
        return given.strip()
    shown = _json(given)
    salt, values = (shown.get("salt"), shown.get("values")) if isinstance(shown, Mapping) else (None, None)
    whole = isinstance(values, Mapping) and set(values) == set(group.fields) and isinstance(shown, Mapping) and len(shown) == 2
    if not whole or not isinstance(salt, str) or not DIGEST.fullmatch(salt) or not isinstance(values, Mapping):
        raise NotWritten(at=at, title=title, given=str(given)[:40], wanted=_WANTED, example=_EXAMPLE)
    if not action.seals:
        return {"salt": salt, "values": dict(values)}
    if seal is None or key is None or party is None:
        raise CommitmentDue(at=at, title=title)
    return seal(record, tuple(key), group.name, party, bytes.fromhex(salt)[:SALT_BYTES], values)


def _json(given: object) -> object:
    if not isinstance(given, str):
        return given
    try:
        return canonical.read(given.encode("utf-8", "surrogatepass"))
    except Refusal:
        return None
