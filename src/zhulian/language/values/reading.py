"""`read_value`: from what people write, on a command line, in a form or as JSON, to the value that stands on chain."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.errors import Refusal, Words
from zhulian.language.definition.shapes import Field, Kind
from zhulian.language.expressions.dates import DAY_SECONDS
from zhulian.language.values.errors import (
    AmountBeyond,
    ChoiceUnknown,
    CommitmentDue,
    FieldUnknown,
    FractionInexact,
    InputsWrong,
    ItemsTooMany,
    ListUnclear,
    NotWritten,
    TooManyDecimals,
    ValueFault,
    ValueMissing,
)
from zhulian.language.values.figures import CURRENCIES, plain, read_date, read_days, read_number, read_span, read_time, unit_words
from zhulian.language.values.judging import (
    DIGEST,
    TEXT_MAX,
    choices,
    example_of,
    item_title,
    judge_open,
    judge_value,
    most_items,
    wanted,
)
from zhulian.language.values.moment import Commit, Keys, Moment
from zhulian.language.values.showing import is_hidden, option_words, title_of

__all__ = ["read_value", "read_values"]

_YES, _NO = ("true", "yes", "y", "是", "对"), ("false", "no", "n", "否", "不")
_FIGURES = ("int", "money", "price", "quantity", "rate")
_TODAY, _NOW = ("today", "今天", "今日"), ("now", "现在", "当前")
_LATER = re.compile(r"([+-]) ?(.+)")
_SEPARATORS = re.compile(r" ?[;；、\n] ?")
_COMMAS = re.compile(r" ?[,，] ?")
_SIGNS = {"CNY": ("¥", "￥", "人民币"), "USD": ("$", "US$"), "EUR": ("€",), "HKD": ("HK$",), "GBP": ("£",), "JPY": ()}


def read_value(
    kind: Kind, given: object, moment: Moment, at: str = "", *, keys: Keys | None = None, commit: Commit | None = None
) -> Any:
    """The value of `kind` that `given` means, as it stands on chain; None where nothing is given and nothing is due.

    Numbers are in the units that people use, written as text or as a whole number of JSON: `"1000000.00"` or 1000000 yuan. Dates
    may be `2026-01-05`, `today` or `+90d`. What `show_value` writes is read back. `keys` (`keys_of`) is needed for references to
    records with keys other than plain text. A private value is judged and handed to `commit`; without it only a commitment is taken.

    Raises:
        ValueFault: language/201–216, naming the field and showing how to write it.
    """
    at = at or (kind.name if isinstance(kind, Field) else "value")
    reader = _Reader(moment, keys or {}, commit)
    if given is None or (isinstance(given, str) and not given.strip()):
        if isinstance(kind, Field) and (kind.optional or kind.default is not None):
            return None
        if kind.type == "list" and given is not None:
            return []
        raise ValueMissing(at=at, title=title_of(kind, at), wanted=wanted(kind), example=example_of(kind))
    return reader.value(kind, given, at)


def read_values(
    fields: Mapping[str, Field] | tuple[Field, ...],
    given: Mapping[str, object],
    moment: Moment,
    at: str = "input",
    *,
    keys: Keys | None = None,
    commit: Commit | None = None,
) -> dict[str, Any]:
    """All values of a form by their names; those that are absent are left out.

    Raises:
        ValueFault: if one entry is wrong. InputsWrong: language/200, if several are; each with its path.
    """
    wanted_fields = list(fields.values()) if isinstance(fields, Mapping) else list(fields)
    names = [each.name for each in wanted_fields]
    faults: list[ValueFault] = []
    for name in given:
        if name not in names:
            titles = [title_of(each) for each in wanted_fields]
            zh = "、".join(_named(each.zh, name) for each, name in zip(titles, names, strict=True)) or "无"
            en = ", ".join(_named(each.en, name) for each, name in zip(titles, names, strict=True)) or "nothing"
            faults.append(FieldUnknown(at=f"{at}.{name}", title=Words(name, name), known=Words(zh, en)))
    found: dict[str, Any] = {}
    for each in wanted_fields:
        try:
            value = read_value(each, given.get(each.name), moment, f"{at}.{each.name}", keys=keys, commit=commit)
        except ValueFault as fault:
            faults.append(fault)
            continue
        if value is not None:
            found[each.name] = value
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputsWrong.of(faults)
    return found


def _named(title: str, name: str) -> str:
    return name if title == name else f"{title} {name}" if title.isascii() else f"{title}（{name}）"


@dataclass(frozen=True, slots=True)
class _Reader:
    moment: Moment
    keys: Keys
    commit: Commit | None

    def value(self, kind: Kind, given: Any, at: str) -> Any:
        title = title_of(kind, at)
        if is_hidden(kind):
            return self._hidden(kind, given, at, title)
        found = self._open(kind, given, at, title)
        judge_value(kind, found, at, title)
        return found

    def _hidden(self, kind: Kind, given: Any, at: str, title: Words) -> str:
        """A commitment that was made already, or the value itself, judged before its commitment is made."""
        if isinstance(given, str) and (digest := DIGEST.fullmatch(given.strip().rpartition(" ")[2])):
            return digest.group()
        if self.commit is None:
            raise CommitmentDue(at=at, title=title)
        if kind.type == "file":
            return self.commit(kind, given)
        found = self._open(kind, given, at, title)
        judge_open(kind, found, at, title)
        return self.commit(kind, found)

    def _open(self, kind: Kind, given: Any, at: str, title: Words) -> Any:
        if isinstance(given, float):
            raise FractionInexact(at=at, title=title, example=json.dumps(example_of(kind), ensure_ascii=False))
        match kind.type:
            case "list":
                return self._list(kind, given, at, title)
            case "bool" if isinstance(given, bool):
                return given
            case "text":
                if not isinstance(given, str | int) or isinstance(given, bool):
                    raise self._unfit(kind, given, at, title)
                text = unicodedata.normalize("NFC", str(given).replace("\r\n", "\n"))
                return text if kind.pattern is None else text.strip()
            case "record":
                return self._record(kind, given, at, title)
            case "ticket" | "proof" | "codes" | "bulk" | "paper" if isinstance(given, dict | list):
                return canonical.encode(given).decode()
            case "proof" | "codes" | "bulk" | "paper" if isinstance(
                given, str
            ):  # what stands in a file, whoever has reformatted it
                return _rewritten(given)
        if not isinstance(given, str | int) or isinstance(given, bool):
            raise self._unfit(kind, given, at, title)
        text = str(given).strip()
        found = self._plain(kind, text, at, title)
        if found is None:
            raise self._unfit(kind, given, at, title)
        return found

    def _plain(self, kind: Kind, text: str, at: str, title: Words) -> int | str | bool | None:
        """The value of one text; None if it is none."""
        match kind.type:
            case "bool":
                word = plain(text).lower()
                return True if word in _YES else False if word in _NO else None
            case "int" | "money" | "price" | "quantity" | "rate":
                return _figure(kind, text, at, title)
            case "date":
                return self._date(plain(text))
            case "time":
                return self._time(plain(text))
            case "days":
                return read_days(plain(text))
            case "duration":
                return read_span(plain(text))
            case "choice":
                return _choice(kind, text, at, title)
            case "party" | "person":
                return plain(text).lower()
            case "file":
                return text.rpartition(" ")[2]
        return unicodedata.normalize("NFC", text)

    def _date(self, text: str) -> int | None:
        if text.lower() in _TODAY:
            return self.moment.today
        if later := _LATER.fullmatch(text):
            days = read_days(later.group(2))
            return None if days is None else self.moment.today + (days if later.group(1) == "+" else -days)
        return read_date(text)

    def _time(self, text: str) -> int | None:
        if text.lower() in _NOW:
            return self.moment.time
        if later := _LATER.fullmatch(text):
            span = read_span(later.group(2))
            if span is None and (days := read_days(later.group(2))) is not None and not later.group(2).isdigit():
                span = days * DAY_SECONDS
            return None if span is None else self.moment.time + (span if later.group(1) == "+" else -span)
        return read_time(text, self.moment.calendar.offset)

    def _list(self, kind: Kind, given: Any, at: str, title: Words) -> list[Any]:
        inner = kind.of
        if inner is None:
            raise self._unfit(kind, given, at, title)
        if isinstance(given, str):
            given = self._split(inner, given, at, title)
        elif not isinstance(given, list | tuple):
            given = [given]
        if len(given) > most_items(kind):
            raise ItemsTooMany(at=at, title=title, count=len(given), most=most_items(kind))
        return [self._open(inner, each, f"{at}[{place}]", item_title(title, place)) for place, each in enumerate(given)]

    def _split(self, inner: Kind, given: str, at: str, title: Words) -> list[Any]:
        """The items of a list in one text: JSON, or set apart by semicolons, line ends or commas."""
        text = given.strip()
        if text in ("无", "none"):
            return []
        if text.startswith("["):
            try:
                found = json.loads(text, parse_float=str)
            except ValueError:
                raise NotWritten(
                    at=at, title=title, given=text[:40], wanted=Words("JSON 列表", "a list in JSON"), example='["1", "2"]'
                ) from None
            return list(found)
        if _SEPARATORS.search(text):
            return [each for each in _SEPARATORS.split(text) if each]
        if inner.type in _FIGURES and _COMMAS.search(text):
            try:
                _figure(inner, text, at, title)
            except ValueFault:
                return [each for each in _COMMAS.split(text) if each]
            if plain(text)[-1:].isdigit() and plain(text)[:1].isdigit():
                raise ListUnclear(at=at, title=title, given=text[:40])
            return [text]
        return [each for each in _COMMAS.split(text) if each]

    def _record(self, kind: Kind, given: Any, at: str, title: Words) -> list[str]:
        from zhulian.language.values.keys import read_key  # the two call each other: a key may refer to a record

        return list(read_key(self.keys.get(kind.record), given, self.moment, at, title, keys=self.keys))

    def _unfit(self, kind: Kind, given: Any, at: str, title: Words) -> NotWritten:
        return NotWritten(at=at, title=title, given=str(given)[:40], wanted=wanted(kind), example=example_of(kind))


def _rewritten(text: str) -> str:
    """The JSON of a text as the chain takes it; the text itself where it holds none."""
    try:
        return canonical.encode(canonical.read(text.encode("utf-8", "surrogatepass"), 4 * TEXT_MAX)).decode()
    except Refusal:
        return text.strip()


def _choice(kind: Kind, text: str, at: str, title: Words) -> str:
    """A choice by its name, or by a title that only one has."""
    if text in [each.name for each in kind.values]:
        return text
    word = plain(text).casefold()
    several = [(each.name, option_words(each)) for each in kind.values]
    found = [name for name, said in several if word in (plain(said.zh).casefold(), plain(said.en).casefold(), name)]
    if len(found) != 1:
        raise ChoiceUnknown(at=at, title=title, given=text[:40], known=choices(kind))
    return found[0]


def _figure(kind: Kind, text: str, at: str, title: Words) -> int:
    figure, scale = _without_unit(kind, plain(text)), _scale_of(kind)
    if kind.type == "rate":
        scale, figure = (4, figure[:-1].rstrip()) if figure.endswith("%") else (6, figure)
    found = read_number(figure, scale)
    if isinstance(found, int):
        return found
    if found == "decimals" and scale:
        raise TooManyDecimals(at=at, title=title, given=text[:40], scale=scale)
    if found == "range":
        raise AmountBeyond(at=at, title=title, given=text[:40])
    raise NotWritten(at=at, title=title, given=text[:40], wanted=wanted(kind), example=example_of(kind))


def _scale_of(kind: Kind) -> int:
    match kind.type:
        case "money":
            return 2
        case "price":
            return 2 if kind.scale is None else kind.scale
        case "quantity":
            return kind.scale or 0
    return 0


def _without_unit(kind: Kind, text: str) -> str:
    """The figure alone: its own currency and unit may stand with it, no other."""
    if kind.type in ("price", "quantity"):
        unit = unit_words(kind.unit or "piece")
        behind = (f"/{unit.zh}", f" per {unit.en}", f"/{unit.en}") if kind.type == "price" else (unit.zh, unit.en)
        text = _strip(text, (), tuple(plain(each) if each[0] != " " else " " + plain(each) for each in behind))
    if kind.type in ("money", "price"):
        currency = kind.currency or "CNY"
        signs = tuple(plain(each) for each in _SIGNS.get(currency, ()))
        text = _strip(text, (currency, *signs), (currency, CURRENCIES.get(currency, currency)))
    return text


def _strip(text: str, before: tuple[str, ...], behind: tuple[str, ...]) -> str:
    for each in before:
        if each and text.startswith(each):
            return text[len(each) :].strip()
    for each in behind:
        if each and text.endswith(each):
            return text[: -len(each)].strip()
    return text
