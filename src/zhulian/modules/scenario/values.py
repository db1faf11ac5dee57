"""Values as messages and records hold them, and as expressions see them.

Both are the same but for lists (JSON lists here, tuples there) and records (the parts of their keys as text here, `Ref` there).
What comes from outside is judged against its type in full; what a record holds was judged when it was written.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Words
from zhulian.language.compile import CompiledField, CompiledKind
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, TIME_MAX, TIME_MIN
from zhulian.language.expressions.tree import Ref, Value
from zhulian.merkle.code_list import CODES_MAX, CodesRoot
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.proof_texts import read_proof_text
from zhulian.merkle.sum_tree import SumRoot

__all__ = [
    "KEY_PART_MAX", "Keys", "Unfit", "judge_value", "key_leaf", "key_of_leaf", "key_text", "key_texts", "read_key", "read_value",
    "wire_value",
]  # fmt: skip

KEY_PART_MAX: Final = 256
"""The longest part of a key, in characters; messages hold no longer one."""
_KEY_DEPTH_MAX = 4
_TEXT_MAX = 4096
_LIST_MAX = 256
_PARTY = re.compile(r"(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}|@[a-z][a-z0-9-]{0,30})")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,15}")

Keys = Mapping[str, Sequence[CompiledKind]]
"""The types of the parts of a key, by record type."""


class Unfit(Exception):
    """A value that is not of its type; whoever asked says of what."""

    def __init__(self, zh: str, en: str) -> None:
        self.why = Words(zh, en)
        super().__init__(en)


def read_value(field: CompiledField, wire: object, keys: Keys) -> Value:
    """A value from outside, judged against its field in full, as expressions see it.

    Raises:
        Unfit.
    """
    if field.private:
        if type(wire) is str and len(wire) == 64 and _DIGEST.fullmatch(wire):
            return wire
        raise Unfit(
            "它是保密内容，链上须为 64 位十六进制的承诺值", "it is private, so the chain takes its commitment of 64 hex digits"
        )
    return _read(field.kind, wire, keys)


def judge_value(field: CompiledField, value: Value) -> Value:
    """A value that an expression gave, if the field's bounds, pattern and length allow it; its type was checked before.

    Raises:
        Unfit.
    """
    if not field.private:
        _bounded(field.kind, value)
    return value


def _read(kind: CompiledKind, wire: object, keys: Keys) -> Value:
    value: Value = _READERS[kind.type](kind, wire, keys)
    _bounded(kind, value)
    return value


def _bounded(kind: CompiledKind, value: Any) -> None:
    if type(value) is int:
        if kind.low is not None and value < kind.low:
            raise Unfit("它小于下限", "it is below the least that is allowed")
        if kind.high is not None and value > kind.high:
            raise Unfit("它大于上限", "it is above the most that is allowed")
    elif type(value) is str:
        if kind.type == "codes" and kind.most is not None and CodesRoot.of_text(value).count > kind.most:
            raise Unfit(f"超过 {kind.most} 个编码", f"it has more than {kind.most} codes")
        if kind.pattern is not None and not kind.pattern.matches(value):
            raise Unfit("格式不符", "it does not have the form that is asked for")
        if kind.type == "text" and len(value) > (kind.most or _TEXT_MAX):
            raise Unfit(f"超过 {kind.most or _TEXT_MAX} 个字符", f"it is longer than {kind.most or _TEXT_MAX} characters")
    elif type(value) is Ref:
        if not _is_whole(value):
            raise Unfit("没有这样的记录", "there is no such record")
    elif type(value) is tuple:
        most = min(kind.most or _LIST_MAX, _LIST_MAX)
        if len(value) > most:
            raise Unfit(f"超过 {most} 项", f"it has more than {most} items")
        if kind.item is not None:
            for each in value:
                _bounded(kind.item, each)


def _is_whole(ref: Ref, depth: int = 0) -> bool:
    """Whether a record can be named by its key: not one that an index did not find, nor one below too many others."""
    if not ref.key or depth > _KEY_DEPTH_MAX:
        return False
    return all(_is_whole(part, depth + 1) if type(part) is Ref else part != "" for part in ref.key)


def _read_bool(kind: CompiledKind, wire: object, keys: Keys) -> bool:
    if wire is True or wire is False:
        return wire
    raise Unfit("须为是或否", "it must be yes or no")


def _read_number(kind: CompiledKind, wire: object, keys: Keys) -> int:
    if type(wire) is int and -INTEGER_MAX <= wire <= INTEGER_MAX:
        return wire
    raise Unfit("须为最小单位的整数", "it must be a whole number of the smallest unit")


def _read_date(kind: CompiledKind, wire: object, keys: Keys) -> int:
    if type(wire) is int and DAY_MIN <= wire <= DAY_MAX:
        return wire
    raise Unfit("须为自 1970-01-01 起的天数", "it must be a day as the number of days since 1970-01-01")


def _read_time(kind: CompiledKind, wire: object, keys: Keys) -> int:
    if type(wire) is int and TIME_MIN <= wire <= TIME_MAX:
        return wire
    raise Unfit("须为以秒计的 Unix 时间", "it must be a time in Unix seconds")


def _read_text(kind: CompiledKind, wire: object, keys: Keys) -> str:
    if type(wire) is str:
        return wire
    raise Unfit("须为文字", "it must be a text")


def _read_thing(kind: CompiledKind, wire: object, keys: Keys) -> str:
    if type(wire) is str and wire:
        return wire
    raise Unfit("须为所属模块的文本", "it must be what its module writes, as text")


def _read_codes(kind: CompiledKind, wire: object, keys: Keys) -> str:
    try:
        if type(wire) is str and CodesRoot.of_text(wire).count <= CODES_MAX:
            return wire
    except ProofFault:
        pass
    raise Unfit(f"须为编码集的根与数量（不超过 {CODES_MAX}）", f"it must be the root and count of at most {CODES_MAX} codes")


def _read_bulk(kind: CompiledKind, wire: object, keys: Keys) -> str:
    try:
        if type(wire) is str and SumRoot.of_text(wire).count <= CODES_MAX:
            return wire
    except ProofFault:
        pass
    raise Unfit(
        f"须为批量汇总的根、数量与合计（不超过 {CODES_MAX} 项）", f"it must be root, count and total of at most {CODES_MAX} items"
    )


def _read_proof(kind: CompiledKind, wire: object, keys: Keys) -> str:
    try:
        if type(wire) is str:
            read_proof_text(wire)
            return wire
    except ProofFault:
        pass
    raise Unfit("须为一项证明", "it must be a proof")


def _read_party(kind: CompiledKind, wire: object, keys: Keys) -> str:
    if type(wire) is str and _PARTY.fullmatch(wire) and (kind.type == "party" or wire.startswith("~")):
        return wire
    raise Unfit("须为机构名称或自然人标识", "it must be the name of an organisation or a person’s handle")


def _read_digest(kind: CompiledKind, wire: object, keys: Keys) -> str:
    if type(wire) is str and _DIGEST.fullmatch(wire):
        return wire
    raise Unfit("须为 64 位十六进制的摘要", "it must be a digest of 64 hex digits")


def _read_choice(kind: CompiledKind, wire: object, keys: Keys) -> str:
    if type(wire) is str and wire in kind.choices:
        return wire
    raise Unfit(f"须为 {'、'.join(kind.choices)} 之一", f"it must be one of {', '.join(kind.choices)}")


def _read_list(kind: CompiledKind, wire: object, keys: Keys) -> Value:
    item = kind.item
    if isinstance(wire, list | tuple) and item is not None and len(wire) <= _LIST_MAX:
        return tuple([_read(item, each, keys) for each in wire])
    raise Unfit(f"须为不超过 {_LIST_MAX} 项的列表", f"it must be a list of at most {_LIST_MAX} items")


def _read_record(kind: CompiledKind, wire: object, keys: Keys) -> Value:
    if type(wire) is Ref and wire.record == kind.record:
        return wire
    if isinstance(wire, list | tuple) and all(type(each) is str for each in wire):
        return read_key(kind.record, wire, keys)
    raise Unfit("须为记录编号的各部分", "it must be a record by the parts of its key, as texts")


_READERS: Mapping[str, Any] = {
    "bool": _read_bool,
    **dict.fromkeys(("int", "money", "price", "rate", "quantity", "days", "duration"), _read_number),
    "date": _read_date,
    "time": _read_time,
    "text": _read_text,
    **dict.fromkeys(("party", "person"), _read_party),
    **dict.fromkeys(("file", "tag"), _read_digest),
    "choice": _read_choice,
    "list": _read_list,
    "record": _read_record,
    "codes": _read_codes,
    "bulk": _read_bulk,
    "proof": _read_proof,
    "ticket": _read_thing,
    "paper": _read_thing,
}


# Keys: as text in messages, events and state.


def read_key(record: str, parts: Sequence[Any], keys: Keys, depth: int = 0) -> Ref:
    """The record that the parts of a key name, read exactly: no two texts name one record.

    Raises:
        Unfit.
    """
    kinds = keys.get(record, ())
    if len(parts) != len(kinds) or depth > _KEY_DEPTH_MAX:
        raise Unfit(f"编号须有 {len(kinds)} 部分", f"the key must have {len(kinds)} parts")
    return Ref(record, tuple([_read_part(kind, part, keys, depth) for kind, part in zip(kinds, parts, strict=True)]))


def _read_part(kind: CompiledKind, part: str, keys: Keys, depth: int) -> Value:
    if kind.type in ("int", "date"):
        if not _NUMBER.fullmatch(part):
            raise Unfit(f"编号的一部分须为整数，得到 {part[:40]}", f"a part of the key must be a whole number, not {part[:40]}")
        return _READERS[kind.type](kind, int(part), keys)  # type: ignore[no-any-return]
    if kind.type == "record":
        return read_key(kind.record, key_of_leaf(part), keys, depth + 1)
    return part


def key_text(value: Value) -> str:
    """One part of a key as text: a record by its own key's parts, numbers in decimal."""
    if type(value) is str:
        return value
    if isinstance(value, Ref):
        return key_leaf(key_texts(value))
    return str(value)


def key_texts(ref: Ref) -> tuple[str, ...]:
    """The parts of a record's key as text."""
    if len(ref.key) == 1 and type(ref.key[0]) is str:
        return ref.key  # type: ignore[return-value]
    return tuple([key_text(each) for each in ref.key])


def key_leaf(parts: Sequence[str]) -> str:
    """The parts of a key in one text, as state keys and events write it: joined by `/`, with `%25` and `%2F` for `%` and `/`."""
    if len(parts) == 1 and "%" not in parts[0] and "/" not in parts[0]:
        return parts[0]
    joined = "/".join(parts)
    if "%" not in joined and joined.count("/") == len(parts) - 1:
        return joined
    return "/".join([each.replace("%", "%25").replace("/", "%2F") for each in parts])


def key_of_leaf(leaf: str) -> tuple[str, ...]:
    """The parts of a key that `key_leaf` joined; none for the empty text."""
    if not leaf:
        return ()
    return tuple([each.replace("%2F", "/").replace("%25", "%") for each in leaf.split("/")])


def wire_value(value: Value) -> Any:
    """A value as messages and records hold it."""
    if type(value) is tuple:
        return [wire_value(each) for each in value]
    if isinstance(value, Ref):
        return list(key_texts(value))
    return value
