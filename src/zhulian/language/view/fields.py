"""Fields, inputs and settings as forms and tables need them."""

from zhulian.language.definition.shapes import Field, Input, Kind
from zhulian.language.values.figures import CURRENCIES, unit_words
from zhulian.language.values.forms import explain_pattern, pattern_example, pattern_lengths
from zhulian.language.values.judging import bound_of, example_of, most_characters, most_items, shown_open
from zhulian.language.values.showing import is_hidden, option_words, shown
from zhulian.language.view.shapes import Both, FieldView, FormatView, OptionView, ReaderView, Widget
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import either, low, tidy, title_or_name

__all__ = ["ALIGNED", "field_view", "readers_of", "readers_say", "unit_of"]

_WIDGETS: dict[str, Widget] = {
    "bool": "switch", "int": "number", "money": "money", "price": "price", "rate": "percent", "quantity": "quantity", "date": "date",
    "time": "time", "days": "days", "duration": "duration", "party": "party", "person": "person", "file": "file", "tag": "tag",
    "choice": "choice", "record": "record", "codes": "codes", "bulk": "bulk", "proof": "proof", "ticket": "ticket",
    "paper": "paper",
}  # fmt: skip
ALIGNED = ("int", "money", "price", "rate", "quantity", "days", "duration")
"""Types that stand to the right in tables."""
_LONG = 60


def field_view(speaker: Speaker, field: Field, record: str = "", forbids: Both | None = None) -> FieldView:
    """One field. `record` is the type of the record whose fields and roles its readers name."""
    return _view(speaker, field, field.name, record, forbids)


def _view(speaker: Speaker, kind: Kind, name: str, record: str, forbids: Both | None) -> FieldView:
    field = kind if isinstance(kind, Field) else None
    format_ = None
    if kind.pattern is not None:
        words = explain_pattern(kind.pattern)
        least, most = pattern_lengths(kind.pattern)
        format_ = FormatView(
            pattern=kind.pattern, says=Both(words.zh, words.en), example=pattern_example(kind.pattern), least=least, most=most
        )
    return FieldView(
        name=name,
        title=title_or_name(field.title if field is not None else None, name),
        titled=field is not None and field.title is not None,
        help=either(field.help) if field is not None else None,
        type=kind.type,
        widget=_widget(kind),
        of=None if kind.of is None else _view(speaker, kind.of, name, record, None),
        currency=(kind.currency or "CNY") if kind.type in ("money", "price") else None,
        unit=unit_of(kind),
        scale=_scale(kind),
        role=kind.role or None,
        record=kind.record or None,
        options=[OptionView(name=each.name, title=Both(*_pair(option_words(each)))) for each in kind.values],
        format=format_,
        length=most_characters(kind) if kind.type == "text" else None,
        items=most_items(kind) if kind.type == "list" else None,
        least=kind.min,
        most=kind.max,
        bounds=_bounds(kind),
        forbids=forbids,
        optional=field is not None and field.optional,
        required=field is None or (not field.optional and field.default is None),
        default=field.default if field is not None else None,
        default_says=_default(field),
        unique=field.unique if field is not None else "",
        space=kind.space or None,
        visibility=field.visibility if field is not None else "public",
        readers=readers_of(speaker, field.readers, record) if field is not None else [],
        keepers=readers_of(speaker, field.keepers, record) if field is not None else [],
        threshold=field.threshold if field is not None else None,
        owner=(field.owner or None) if field is not None else None,
        regulator=field is None or field.regulator,
        erasable=field is not None and field.erasable,
        keep=field.keep if field is not None else None,
        visible=_visible(speaker, kind, record),
        align="right" if kind.type in ALIGNED and not is_hidden(kind) else "left",
        example=example_of(kind),
        fills=isinstance(kind, Input) and kind.field,
    )


def _pair(words: object) -> tuple[str, str]:
    return getattr(words, "zh", ""), getattr(words, "en", "")


def _widget(kind: Kind) -> Widget:
    if kind.type == "text":
        return "textarea" if kind.pattern is None and most_characters(kind) > _LONG else "text"
    if kind.type == "list":
        return "choices" if kind.of is not None and kind.of.type == "choice" else "list"
    return _WIDGETS[kind.type]


def unit_of(kind: Kind) -> Both | None:
    """What stands behind a figure."""
    if kind.type == "money":
        currency = kind.currency or "CNY"
        return Both(CURRENCIES.get(currency, currency), currency)
    if kind.type == "price":
        currency, unit = kind.currency or "CNY", unit_words(kind.unit or "piece")
        return Both(f"{CURRENCIES.get(currency, currency)}/{unit.zh}", f"{currency} per {unit.en}")
    if kind.type == "quantity":
        return Both(*_pair(unit_words(kind.unit)))
    return {"rate": Both("%", "%"), "days": Both("天", "days")}.get(kind.type)


def _scale(kind: Kind) -> int | None:
    return {"money": 2, "price": 2 if kind.scale is None else kind.scale, "quantity": kind.scale or 0, "rate": 4}.get(kind.type)


def _bounds(kind: Kind) -> Both | None:
    least, most = bound_of(kind, kind.min), bound_of(kind, kind.max)
    if least is None and most is None:
        return None
    low_words = None if least is None else shown_open(kind, least)
    high_words = None if most is None else shown_open(kind, most)
    if low_words is not None and high_words is not None:
        return Both(tidy(f"{low_words.zh}至 {high_words.zh}"), f"{low_words.en} to {high_words.en}")
    if low_words is not None:
        return Both(f"不少于 {low_words.zh}", f"at least {low_words.en}")
    return None if high_words is None else Both(f"不超过 {high_words.zh}", f"at most {high_words.en}")


def _default(field: Field | None) -> Both | None:
    """The default as people read it."""
    if field is None or field.default is None:
        return None
    bare = Kind(type=field.type, currency=field.currency, unit=field.unit, scale=field.scale, values=field.values)
    if field.type in ("int", "money", "price", "quantity", "rate", "date", "time", "days", "duration"):
        words = shown_open(field, bound_of(field, field.default) or 0)
    elif field.type == "bool":
        words = shown(bare, field.default == "true")
    else:
        words = shown(bare, field.default)
    return Both(words.zh, words.en)


def readers_of(speaker: Speaker, names: tuple[str, ...], record: str) -> list[ReaderView]:
    """Fields of the record or roles, by name."""
    found = []
    fields = {each.name for each in speaker.records[record].fields} if record in speaker.records else set()
    for name in names:
        if name in fields:
            found.append(ReaderView(kind="field", name=name, title=speaker.field(record, name)))
        else:
            found.append(ReaderView(kind="role", name=name, title=speaker.role(name)))
    return found


def readers_say(readers: list[ReaderView]) -> Both:
    """Readers in words."""
    zh = [each.title.zh if each.kind == "field" else f"全体{each.title.zh}" for each in readers]
    en = [f"whoever stands in “{each.title.en}”" if each.kind == "field" else f"every {low(each.title.en)}" for each in readers]
    return Both("、".join(zh), ", ".join(en[:-1]) + (" and " if len(en) > 1 else "") + en[-1] if en else "")


def _visible(speaker: Speaker, kind: Kind, record: str) -> Both:
    """Who can read the value, in one phrase."""
    if not is_hidden(kind) or not isinstance(kind, Field):
        return Both("链上公开", "public on the chain")
    if kind.visibility == "public":
        return Both("链上只存文件的承诺值", "only the file's commitment is on the chain")
    if kind.visibility == "guarded":
        keepers = readers_say(readers_of(speaker, kind.keepers, record))
        return Both(
            f"链上只存承诺值；密钥由{keepers.zh}分持", f"only a commitment is on the chain; the key is shared among {keepers.en}"
        )
    readers = readers_say(readers_of(speaker, kind.readers, record))
    if not readers.zh:
        return Both(
            "链上只存承诺值；签署该记录各操作的参与方可读",
            "only a commitment is on the chain; those who sign actions on the record can read it",
        )
    return Both(tidy(f"链上只存承诺值；{readers.zh}可读"), f"only a commitment is on the chain; {readers.en} can read it")
