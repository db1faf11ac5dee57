"""The types of the language, with their units, and what literals of them look like.

A value of a numeric type is one whole number in the smallest unit: money in fen (10^-2 of the currency), a quantity in
10^-scale of its unit, a price in 10^-scale of the currency per unit, a rate in parts per million, a date as the number of
days since 1970-01-01, a time and a duration in seconds, `days` in calendar days.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

__all__ = [
    "ANY_RECORD",
    "BOOL",
    "DATE",
    "DAYS",
    "DURATION",
    "FILE",
    "INT",
    "LIST_MAX",
    "NUMERIC",
    "OWNER",
    "PARTY",
    "PERSON",
    "RATE",
    "TAG",
    "TEXT",
    "TIME",
    "AmountOf",
    "AnyAsset",
    "AnyOf",
    "Asset",
    "Bool",
    "Date",
    "Days",
    "Duration",
    "Enum",
    "File",
    "Int",
    "ListOf",
    "Money",
    "Optional",
    "Party",
    "PerOf",
    "Person",
    "Price",
    "Quantity",
    "Rate",
    "Record",
    "Said",
    "Space",
    "Tag",
    "Text",
    "Thing",
    "Time",
    "Type",
    "Words",
    "accepts",
    "join",
    "sized",
]

LIST_MAX = 256
"""The most items of any list."""


class Said(NamedTuple):
    """The same words in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Bool:
    """True or false."""

    def say(self) -> Said:
        """The type in words."""
        return Said("是非判断", "a yes or no")


@dataclass(frozen=True, slots=True)
class Int:
    """A whole number without a unit, within ±(2^53−1)."""

    def say(self) -> Said:
        """The type in words."""
        return Said("整数", "a whole number")


@dataclass(frozen=True, slots=True)
class Text:
    """Text in NFC of at most `most` characters."""

    most: int = 4096

    def say(self) -> Said:
        """The type in words."""
        return Said("文字", "a text")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency, in its hundredth part."""

    currency: str = "CNY"

    def say(self) -> Said:
        """The type in words."""
        return Said(f"金额（{self.currency}）", f"an amount of money ({self.currency})")


@dataclass(frozen=True, slots=True)
class Price:
    """Money per `unit` (empty: per piece), in 10^-scale of the currency."""

    currency: str = "CNY"
    unit: str = ""
    scale: int = 2

    def say(self) -> Said:
        """The type in words."""
        return Said(f"单价（{self.currency}/{self.unit or '件'}）", f"a price ({self.currency} per {self.unit or 'piece'})")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of something, in parts per million."""

    def say(self) -> Said:
        """The type in words."""
        return Said("比率", "a rate")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of a unit of measure, in 10^-scale of it."""

    unit: str
    scale: int = 0

    def say(self) -> Said:
        """The type in words."""
        return Said(f"数量（{self.unit}，{self.scale} 位小数）", f"a quantity ({self.unit}, {self.scale} decimals)")


@dataclass(frozen=True, slots=True)
class Date:
    """A calendar day, as the number of days since 1970-01-01."""

    def say(self) -> Said:
        """The type in words."""
        return Said("日期", "a date")


@dataclass(frozen=True, slots=True)
class Time:
    """A point in time, in Unix seconds."""

    def say(self) -> Said:
        """The type in words."""
        return Said("时间", "a time")


@dataclass(frozen=True, slots=True)
class Days:
    """A number of calendar days."""

    def say(self) -> Said:
        """The type in words."""
        return Said("日历天数（如 1d）", "a number of calendar days (such as 1d)")


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of time in seconds."""

    def say(self) -> Said:
        """The type in words."""
        return Said("时长（如 24h）", "an amount of time (such as 24h)")


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation or person that acts; `role` is what the definition says it is here, which types do not enforce."""

    role: str | None = None

    def say(self) -> Said:
        """The type in words."""
        return Said("参与方", "a party")


@dataclass(frozen=True, slots=True)
class Person:
    """A person's handle within one instance."""

    def say(self) -> Said:
        """The type in words."""
        return Said("自然人", "a person")


@dataclass(frozen=True, slots=True)
class File:
    """A file, by its commitment."""

    def say(self) -> Said:
        """The type in words."""
        return Said("文件", "a file")


@dataclass(frozen=True, slots=True)
class Tag:
    """A registry's signed pseudonym of a real-name identity."""

    def say(self) -> Said:
        """The type in words."""
        return Said("实名标签", "a tag")


@dataclass(frozen=True, slots=True)
class Enum:
    """One of a few named values; a record's `state` is one."""

    name: str
    values: tuple[str, ...]

    def say(self) -> Said:
        """The type in words."""
        return Said(f"枚举 {self.name}", f"the enumeration {self.name}")


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at most `most` items of one type."""

    item: "Type"
    most: int = LIST_MAX

    def say(self) -> Said:
        """The type in words."""
        inner = self.item.say()
        return Said(f"{inner.zh}的列表", f"a list ({inner.en} each)")


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a declared type (`None`: of any type)."""

    name: str | None

    def say(self) -> Said:
        """The type in words."""
        return Said(f"记录 {self.name}", f"a record {self.name}") if self.name else Said("记录", "a record")


@dataclass(frozen=True, slots=True)
class Optional:
    """A value that may be absent; read it through has(x) or or_else(x, y)."""

    of: "Type"

    def say(self) -> Said:
        """The type in words."""
        inner = self.of.say()
        return Said(f"可缺的{inner.zh}", f"{inner.en} that may be absent")


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset class by its local name: what amounts of it are, and the record type that it is kept per, if any."""

    name: str
    amount: "Type"
    per: str | None = None

    def say(self) -> Said:
        """The type in words."""
        return Said(f"资产 {self.name}", f"the asset {self.name}")


@dataclass(frozen=True, slots=True)
class Space:
    """A group of names that is no value itself, such as `input`, `settings` or `by`."""

    name: str

    def say(self) -> Said:
        """The type in words."""
        return Said(f"{self.name} 一组", f"the group {self.name}")


@dataclass(frozen=True, slots=True)
class Thing:
    """A value that the language hands on and compares and does not look into, such as a set of codes.

    `amount` is what its items have amounts of, as those of a bulk do; None for any.
    """

    name: str
    amount: "Type | None" = None

    def say(self) -> Said:
        """The type in words."""
        return Said(f"{self.name} 类内容", f"a {self.name}")


@dataclass(frozen=True, slots=True)
class Words:
    """In a signature: one of these words, written bare."""

    words: tuple[str, ...]

    def say(self) -> Said:
        """The type in words."""
        return Said("、".join(self.words) + " 之一", "one of " + ", ".join(self.words))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """In a signature: any of these types."""

    types: tuple["Type", ...]

    def say(self) -> Said:
        """The type in words."""
        said = [each.say() for each in self.types]
        return Said("或".join(each.zh for each in said), " or ".join(each.en for each in said))


@dataclass(frozen=True, slots=True)
class AnyAsset:
    """In a signature: the name of an asset class."""

    def say(self) -> Said:
        """The type in words."""
        return Said("资产名", "the name of an asset")


@dataclass(frozen=True, slots=True)
class PerOf:
    """In a signature: the record that the asset class of parameter `parameter` is kept per; left out where it has none."""

    parameter: int

    def say(self) -> Said:
        """The type in words."""
        return Said("该资产所属的记录", "the record that the asset belongs to")


@dataclass(frozen=True, slots=True)
class AmountOf:
    """In a signature: what amounts of the asset class, or of the bulk, of parameter `parameter` are."""

    parameter: int

    def say(self) -> Said:
        """The type in words."""
        return Said("该资产的数额", "an amount of the asset")


Type: TypeAlias = (
    Bool | Int | Text | Money | Price | Rate | Quantity | Date | Time | Days | Duration | Party | Person | File | Tag | Enum
    | ListOf | Record | Optional | Asset | Space | Thing | Words | AnyOf | AnyAsset | PerOf | AmountOf
)  # fmt: skip

BOOL, INT, TEXT, RATE, DATE, TIME, DAYS, DURATION = Bool(), Int(), Text(), Rate(), Date(), Time(), Days(), Duration()
PARTY, PERSON, FILE, TAG = Party(), Person(), File(), Tag()
ANY_RECORD = Record(None)
OWNER = AnyOf((PARTY, PERSON, ANY_RECORD))
"""Who can own an asset."""

NUMERIC = (Int, Money, Price, Rate, Quantity, Days, Duration)
"""Types whose values add up; a plain 0 is a value of each."""


def accepts(want: Type, got: Type) -> bool:
    """Whether a value of type `got` can stand where `want` is due."""
    if want == got:
        return True
    match want, got:
        case (Text(), Text()) | (Party(), Party()) | (Record(name=None), Record()) | (AnyAsset(), Asset()):
            return True
        case Thing(name=name, amount=None), Thing(name=named):
            return name == named
        case ListOf(item=inner), ListOf(item=other):
            return accepts(inner, other)
        case Optional(of=inner), Optional(of=other):
            return accepts(inner, other)
        case Optional(of=inner), _:
            return accepts(inner, got)
        case AnyOf(types=types), _:
            return any(accepts(each, got) for each in types)
    return False


def join(one: Type, other: Type) -> Type | None:
    """The type of a value that is of the one type or of the other; None where there is no such type."""
    match one, other:
        case Text(most=a), Text(most=b):
            return Text(max(a, b))
        case Party(role=a), Party(role=b):
            return one if a == b else PARTY
        case ListOf(item=a, most=m), ListOf(item=b, most=n):
            inner = join(a, b)
            return None if inner is None else ListOf(inner, max(m, n))
        case Optional(of=a), Optional(of=b):
            inner = join(a, b)
            return None if inner is None else Optional(inner)
        case (Optional(of=a), b) | (b, Optional(of=a)):
            inner = join(a, b)
            return None if inner is None else Optional(inner)
    return one if one == other else None


def sized(type: Type) -> bool:  # noqa: A002 - the word for it
    """Whether values of the type are compared in more than one step."""
    return isinstance(type, Text | ListOf) or (isinstance(type, Optional) and sized(type.of))
