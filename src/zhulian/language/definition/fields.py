"""Whether types have the units, bounds, patterns and readers that they need, and keys and unique fields are fit to be so."""

from zhulian.language.definition.guard_faults import OwnerUnfit
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.limits import ALL_PATTERNS_MAX, LIST_MAX
from zhulian.language.definition.patterns import STATES_MAX as PATTERN_STATES_MAX
from zhulian.language.definition.patterns import BadPattern, Dfa, TooLargePattern, compile_pattern
from zhulian.language.definition.shapes import Field, Kind, Record
from zhulian.language.definition.types_of import bare_type
from zhulian.language.definition.verdicts import (
    AttributeDue,
    AttributeUseless,
    BoundsCrossed,
    DefaultUseless,
    GuardUnfit,
    KeyUnfit,
    ListUnbounded,
    PatternBad,
    PatternsTooMany,
    PatternTooLarge,
    PrivateShown,
    UniqueUnfit,
)
from zhulian.language.definition.work import PATTERN_STATE_STEPS
from zhulian.language.errors import BadLiteral, LanguageFault, Position
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.types import Enum, Int, Said, Text

__all__ = ["check_field", "check_record_fields", "read_value"]

_NUMBERS = ("int", "money", "price", "rate", "quantity", "days", "duration", "date", "time")
_ALLOWED: dict[str, tuple[str, ...]] = {
    "money": ("currency",),
    "price": ("currency", "unit", "scale"),
    "quantity": ("unit", "scale"),
    "text": ("pattern", "most", "space"),
    "party": ("role", "forbid"),
    "person": ("role", "forbid"),
    "tag": ("space", "forbid"),
    "choice": ("values",),
    "list": ("of", "most"),
    "record": ("record", "forbid"),
    "codes": ("most",),
    "bulk": ("sum", "currency", "unit", "scale"),
    "proof": ("record",),
    "ticket": ("record",),
}
_DUE: dict[str, tuple[str, ...]] = {
    "price": ("unit",),
    "quantity": ("unit",),
    "choice": ("values",),
    "list": ("of",),
    "record": ("record",),
    "bulk": ("sum",),
}
_ATTRIBUTES = ("currency", "unit", "scale", "role", "record", "values", "of", "most", "min", "max", "pattern", "forbid", "sum")
_KEYS = ("text", "int", "date", "party", "person", "choice", "record", "tag")
_FREE_TEXT = Said("自由文字是保密的，请加 pattern 或 public: true", "free text is private; give it a pattern or public: true")


def check_field(judge: Judge, field: Field, path: str, patterns: dict[str, Dfa]) -> None:
    """One field, input or setting."""
    _kind(judge, field, field.name, path, patterns)
    if field.optional and field.default is not None:
        judge.fault(DefaultUseless, path)
    elif field.default is not None:
        value = read_value(judge, field, field.name, field.default, f"{path}.default")
        _in_bounds(judge, field, path, value)
    if field.unique and field.visibility != "public":
        judge.fault(UniqueUnfit, f"{path}.unique", field=field.name, why_zh="它是保密的", why_en="it is private")
    if field.unique == "everywhere" and not field.space:
        judge.fault(UniqueUnfit, f"{path}.unique", field=field.name, why_zh="没有写 space", why_en="no space is named")
    if field.unique and field.type in ("bool", "list", "file", "codes", "bulk", "proof", "ticket", "paper"):
        judge.fault(UniqueUnfit, f"{path}.unique", field=field.name, why_zh="该类型不能比较", why_en="its type has no order")
    if field.owner and not path.startswith("records."):
        why = {"why_zh": "只有记录的字段有归属", "why_en": "only fields of records have one"}
        judge.fault(OwnerUnfit, f"{path}.owner", field=field.name, owner=field.owner, **why)
    if field.visibility == "guarded":
        threshold, keepers = field.threshold or 0, len(field.keepers)
        if threshold < 2 or keepers == 0 or (keepers > 1 and threshold > keepers):
            judge.fault(GuardUnfit, f"{path}.guarded", threshold=threshold, keepers=keepers)


def _owner(judge: Judge, record: Record, field: Field, path: str) -> None:
    """Whether the owner of a field's content is a party or person that the record always names for all to see."""
    named = next((each for each in record.fields if each.name == field.owner), None)
    why: tuple[str, str] | None = None
    if field.visibility == "public":
        why = ("该字段是公开的，没有内容要保管", "the field is public, so that nothing is kept for anybody")
    elif named is None or named.type not in ("party", "person"):
        why = ("它不是本记录的参与方或自然人字段", "it is no party or person of the record")
    elif named.visibility != "public" or named.optional:
        why = ("它是保密的或可以缺省", "it is private, or may be absent")
    if why is not None:
        judge.fault(OwnerUnfit, f"{path}.owner", field=field.name, owner=field.owner, why_zh=why[0], why_en=why[1])


def _kind(judge: Judge, kind: Kind, name: str, path: str, patterns: dict[str, Dfa]) -> None:
    allowed = (*_ALLOWED.get(kind.type, ()), *(("min", "max") if kind.type in _NUMBERS else ()))
    for attribute in _ATTRIBUTES:
        shown = "not" if attribute == "forbid" else attribute
        given = getattr(kind, attribute) not in ("", None, ())
        if given and attribute not in allowed:
            judge.fault(AttributeUseless, f"{path}.{shown}", type=kind.type, attribute=shown)
        if not given and attribute in _DUE.get(kind.type, ()):
            judge.fault(AttributeDue, path, type=kind.type, attribute=shown)
    if kind.type == "list":
        if kind.most is None or kind.most > LIST_MAX:
            judge.fault(ListUnbounded, path, most=LIST_MAX)
        if kind.of is not None:
            if kind.of.type == "list":
                judge.fault(AttributeUseless, f"{path}.of", type="list", attribute="list")
            _kind(judge, kind.of, name, f"{path}.of", patterns)
    if kind.pattern is not None and kind.type == "text":
        _pattern(judge, kind.pattern, f"{path}.pattern", patterns)
    least = None if kind.min is None else read_value(judge, kind, name, kind.min, f"{path}.min")
    most = None if kind.max is None else read_value(judge, kind, name, kind.max, f"{path}.max")
    if least is not None and most is not None and least > most:
        judge.fault(BoundsCrossed, f"{path}.max", least=kind.min or "", most=kind.max or "")


def _pattern(judge: Judge, pattern: str, path: str, patterns: dict[str, Dfa]) -> None:
    if pattern not in judge.pattern_states and sum(judge.pattern_states.values()) >= ALL_PATTERNS_MAX:
        judge.fault(PatternsTooMany, path, most=ALL_PATTERNS_MAX)  # so that no definition keeps those who check it busy
        return
    if pattern not in judge.pattern_states:
        judge.pattern_states[pattern] = PATTERN_STATES_MAX  # the most there can be, until its table is known
        judge.work.charge(PATTERN_STATE_STEPS * _states(pattern))
    try:
        found = patterns[path] = compile_pattern(pattern)
        judge.pattern_states[pattern] = len(found.table)
    except BadPattern as wrong:
        judge.fault(PatternBad, path, why_zh=wrong.why.zh, why_en=wrong.why.en)
    except TooLargePattern:
        judge.fault(PatternTooLarge, path, most=PATTERN_STATES_MAX)


def _states(pattern: str) -> int:
    """How many states a pattern comes to, the most there can be where it is none."""
    try:
        return len(compile_pattern(pattern).table)
    except (BadPattern, TooLargePattern):
        return PATTERN_STATES_MAX


def read_value(judge: Judge, kind: Kind, name: str, text: str, path: str) -> int | None:
    """The number that a literal of a kind stands for; None where the kind has none, or where it is wrong and the fault is kept."""
    try:
        return literal(kind, name, text, judge.places.of(path))
    except LanguageFault as fault:
        judge.keep(fault)
        return None


def literal(kind: Kind, name: str, text: str, place: Position) -> int | None:
    """The number that a literal of a kind stands for, None where a kind has none.

    Raises:
        LanguageFault: if it is no literal of the kind.
    """
    want = bare_type(kind, name)
    said = want.say()
    wrong = False
    example = "…"
    match want:
        case Int():
            digits = text.removeprefix("-")
            wrong, example = not (digits.isascii() and digits.isdigit() and len(digits) < 17), "12"
            if not wrong:
                return int(text)
        case Enum(values=values):
            wrong, example = text not in values, values[0] if values else "…"
        case Text():
            try:
                wrong = kind.pattern is not None and not compile_pattern(kind.pattern).matches(text)
            except (BadPattern, TooLargePattern):
                return None
            example = kind.pattern or "…"
        case _ if kind.type == "bool":
            wrong, example = text not in ("true", "false"), "true"
        case _:
            return read_literal(text, want, place)
    if wrong:
        raise BadLiteral.at(place, text=text[:40], wanted_zh=said.zh, wanted_en=said.en, example=example)
    return None


def _in_bounds(judge: Judge, field: Field, path: str, value: int | None) -> None:
    for bound, below in ((field.min, True), (field.max, False)):
        if value is None or bound is None:
            continue
        try:
            limit = literal(field, field.name, bound, judge.places.of(path))
        except LanguageFault:
            continue  # the bound has a fault of its own
        if limit is not None and (value < limit if below else value > limit):
            least, most = (bound, field.default or "") if below else (field.default or "", bound)
            judge.fault(BoundsCrossed, f"{path}.default", least=least, most=most)


def check_record_fields(judge: Judge, record: Record, path: str, patterns: dict[str, Dfa]) -> None:
    """All fields of a record, its key, its indexes and sealed groups."""
    for each in record.fields:
        check_field(judge, each, f"{path}.fields.{each.name}", patterns)
        if each.owner:
            _owner(judge, record, each, f"{path}.fields.{each.name}")
    fields = {each.name: each for each in record.fields}
    for index, part in enumerate(record.key):
        if part in fields:
            _key(judge, fields[part], f"{path}.key[{index}]")
    for each_index in record.indexes:
        for part in each_index.fields:
            if part in fields and fields[part].visibility != "public":
                where = {"where_zh": "索引", "where_en": "in an index"}
                judge.fault(PrivateShown, f"{path}.indexes.{each_index.name}", field=part, **where)


def _key(judge: Judge, field: Field, path: str) -> None:
    why: Said | None = None
    if field.visibility != "public":
        why = _FREE_TEXT if field.type == "text" else Said("它是保密的", "it is private")
    elif field.optional:
        why = Said("它可以没有值", "it may be absent")
    elif field.type not in _KEYS:
        why = Said(f"{field.type} 类型不能作编号", f"a {field.type} is no key")
    if why is not None:
        judge.fault(KeyUnfit, path, field=field.name, why_zh=why.zh, why_en=why.en)
