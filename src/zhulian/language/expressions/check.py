"""Gives every part of an expression its meaning, type, unit and privacy label; what does not fit is a fault with its place."""

from collections.abc import Iterable, Mapping, Sequence

from zhulian.language.errors import (
    AnyOfWords,
    FieldUnknown,
    FunctionUnknown,
    MaybeAbsent,
    NameUnknown,
    NeverAbsent,
    NotAValue,
    PagesOnly,
    Position,
    PrivateValue,
    TypeOpen,
    ValueUnknown,
    WrongCount,
)
from zhulian.language.expressions import syntax
from zhulian.language.expressions.functions import FUNCTIONS
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.operators import RELATIONS, arithmetic, compare, negate, refuse_type
from zhulian.language.expressions.scope import Member, Members, Scope
from zhulian.language.expressions.syntax import Binary, Call, Choice, Expression, Flag, Listing, Name, Number, Select, Span, Unary
from zhulian.language.expressions.tree import (
    Ask,
    Choose,
    Field,
    Has,
    Items,
    Literal,
    OrElse,
    Present,
    RecordAt,
    Typed,
    Variable,
    apply,
)
from zhulian.language.expressions.types import (
    BOOL,
    DATE,
    DAYS,
    DURATION,
    INT,
    NUMERIC,
    TEXT,
    AmountOf,
    Asset,
    Days,
    Duration,
    Enum,
    ListOf,
    Optional,
    Party,
    PerOf,
    Record,
    Said,
    Space,
    Thing,
    Type,
    Words,
    accepts,
    join,
)
from zhulian.language.expressions.types import Text as TextType
from zhulian.language.registry import Parameter, Read, Registry

__all__ = ["Checker", "check", "known_names"]

_LISTED_MAX = 12
_LIKE_MAX = 3
_COMPARED_MAX = 128
_SHOWN_MAX = 64


def check(
    expression: Expression,
    scope: Scope,
    registry: Registry,
    want: Type | None = None,
    *,
    public: bool = True,
    pages: bool = False,
    given: Sequence[Expression] = (),
) -> Typed:
    """The typed tree of an expression.

    Args:
        expression: What `parse` found.
        scope: What it may name.
        registry: The reads of the modules.
        want: The type that is due; quoted literals are read as it. None for any.
        public: Whether private values are a fault, as they are everywhere but in views that readers decrypt.
        pages: Whether it is for a page, where reads that the chain cannot answer are allowed.
        given: Conditions that hold here, such as guards before this one; their `has` count.

    Raises:
        LanguageFault: of the numbers language/13–29.
    """
    checker = Checker(scope, registry, public=public, pages=pages)
    for each in given:
        checker.assume(each, True)
    return checker.value(expression, want)


def known_names(names: Iterable[str], meant: str = "") -> str:
    """Some of the names that there are, those first that look like `meant`, for a fault's sentence."""
    ordered = sorted(names)
    ordered = (
        sorted(ordered[:_COMPARED_MAX], key=lambda name: (min(_LIKE_MAX, _distance(name, meant)), name)) + ordered[_COMPARED_MAX:]
    )
    return ", ".join(ordered[:_LISTED_MAX]) + (", …" if len(ordered) > _LISTED_MAX else "") or "–"


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed (Levenshtein) in the first 32 of each."""
    one, other = one[:32], other[:32]
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for column, against in enumerate(other, 1):
            before, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, before + (letter != against))
    return row[-1]


class Checker:
    """Checks one expression; `functions.py` asks it for arguments of built-in functions."""

    def __init__(self, scope: Scope, registry: Registry, *, public: bool, pages: bool) -> None:
        self._scope = scope
        self._registry = registry
        self._public = public
        self._pages = pages
        self._given: tuple[Expression, ...] = ()

    # What is asked of a part.

    def value(self, part: Expression, want: Type | None = None) -> Typed:
        """A part as a value of type `want`, or of any type that is a value by itself.

        Raises:
            LanguageFault.
        """
        found = self._infer(part, want)
        if isinstance(found.type, Optional) and not isinstance(want, Optional):
            raise MaybeAbsent.at(part.place, name=syntax.write(part)[:80])
        if want is not None and not accepts(want, found.type):
            raise refuse_type(want.say(), found.type, part.place)
        if want is None and isinstance(found.type, Space):
            raise NotAValue.at(
                part.place,
                name=found.type.name,
                why_zh="它是一组内容，须写出其中一项，如 input.amount",
                why_en="it is a group; name one of it, as in input.amount",
            )
        return found

    def pair(self, one: Expression, other: Expression, want: Type | None = None) -> tuple[Typed, Typed]:
        """Two parts that should have one type; a literal takes the type of the part beside it."""
        if _literal(one) and not _literal(other):
            second = self.value(other)
            return self.value_near(one, second.type), second
        first = self.value(one, None) if want is None or not _literal(one) else self.value_near(one, want)
        return first, self.value_near(other, first.type)

    def value_near(self, part: Expression, near: Type) -> Typed:
        """A part that takes the type `near` if it is a literal; whether they fit is the caller's question."""
        found = self._infer(part, near if _literal(part) else None)
        if isinstance(found.type, Optional):
            raise MaybeAbsent.at(part.place, name=syntax.write(part)[:80])
        return found

    def word(self, part: Expression, words: tuple[str, ...]) -> Typed:
        """One of the words, written bare or quoted.

        Raises:
            AnyOfWords.
        """
        match part:
            case Name(name=found) | syntax.Text(value=found) if found in words:
                return Literal(value=found, type=Words(words), place=part.place)
        raise AnyOfWords.at(part.place, known=", ".join(words), found=syntax.write(part)[:40])

    def optional(self, part: Expression, function: str, *, hidden: bool = False) -> Typed:
        """A part that may be absent; with `hidden`, only its presence is looked at, which is public.

        Raises:
            NeverAbsent: if it always has a value.
        """
        before, self._public = self._public, self._public and not hidden
        found = self._infer(part, None)
        self._public = before
        if isinstance(found, Present):
            found = found.of
        if not isinstance(found.type, Optional):
            raise NeverAbsent.at(part.place, name=syntax.write(part)[:80], function=function)
        return found

    # What the parts are.

    def _infer(self, part: Expression, want: Type | None) -> Typed:
        match part:
            case Name() | Select():
                return self._narrow(part, self._name(part) if isinstance(part, Name) else self._select(part))
            case Number() | Span() | syntax.Text() | Flag() | Listing():
                return self._literal(part, want.of if isinstance(want, Optional) else want)
            case Call():
                return self._call(part, want)
            case Unary(operator="!"):
                return apply("not", (self.value(part.operand, BOOL),), BOOL, part.place)
            case Unary():
                return negate(self.value_near(part.operand, want if isinstance(want, NUMERIC) else INT), part.place)
            case Binary():
                return self._binary(part, want)
            case Choice():
                return self._choice(part, want)

    def _narrow(self, part: Expression, found: Typed) -> Typed:
        if isinstance(found.type, Optional) and part in self._given:
            name = syntax.write(part)[:80]
            return Present(of=found, name=name, type=found.type.of, private=found.private, place=part.place)
        return found

    def _name(self, part: Name) -> Typed:
        name = part.name
        member = self._scope.variables.get(name)
        if member is not None:
            self._require_public(member.private, part)
            return Variable(name=name, type=member.type, private=member.private, place=part.place)
        asset = self._scope.assets.get(name)
        if asset is not None:
            return Literal(value=name, type=asset, place=part.place)
        if name in self._scope.elsewhere:
            why = self._scope.elsewhere[name]
            raise NotAValue.at(part.place, name=name, why_zh=why.zh, why_en=why.en)
        if name in self._scope.keys:
            usage = f"{name}(…).state"
            raise NotAValue.at(
                part.place, name=name, why_zh=f"它是记录类型，取记录请写 {usage}", why_en=f"it is a record type; write {usage}"
            )
        if name in self._functions():
            raise NotAValue.at(
                part.place, name=name, why_zh=f"它是函数，请写 {name}(…)", why_en=f"it is a function; write {name}(…)"
            )
        raise NameUnknown.at(
            part.place, name=name[:_SHOWN_MAX], known=known_names([*self._scope.variables, *self._scope.assets], name)
        )

    def _select(self, part: Select) -> Typed:
        of = self._infer(part.of, None)
        if isinstance(of.type, Optional):
            raise MaybeAbsent.at(part.of.place, name=syntax.write(part.of)[:80])
        members = self._members(of.type)
        said = of.type.say()
        if members is None:
            raise refuse_type(Said("有字段的记录", "a record with fields"), of.type, part.of.place)
        member: Member | None = members.get(part.name)
        if member is None:
            raise FieldUnknown.at(
                part.place, of_zh=said.zh, of_en=said.en, name=part.name[:_SHOWN_MAX], known=known_names(members, part.name)
            )
        self._require_public(member.private, part)
        return Field(of=of, name=part.name, type=member.type, private=member.private or of.private, place=part.place)

    def _members(self, of: Type) -> Members | None:
        match of:
            case Record(name=str(name)):
                return self._scope.records.get(name, {})
            case Space(name=name) | Thing(name=name):
                return self._scope.groups.get(name, {})
            case Party():
                return self._scope.groups.get("party")
        return None

    def _require_public(self, private: bool, part: Expression) -> None:
        if private and self._public:
            raise PrivateValue.at(part.place, name=syntax.write(part)[:80])

    def _literal(self, part: Expression, want: Type | None) -> Typed:
        match part:
            case Number(value=value):
                of: Type = want if value == 0 and want is not None and isinstance(want, NUMERIC) else INT
                return Literal(value=value, type=of, place=part.place)
            case Span(value=value, unit="d"):
                return Literal(value=value, type=DAYS, place=part.place)
            case Span(value=value, unit=unit):
                return Literal(value=value * {"h": 3600, "min": 60, "s": 1}[unit], type=DURATION, place=part.place)
            case Flag(value=value):
                return Literal(value=value, type=BOOL, place=part.place)
            case Listing(items=items):
                return self._listing(part, items, want)
            case syntax.Text(value=text):
                return self._quoted(text, want, part.place)
        raise refuse_type(TEXT.say(), BOOL, part.place)  # no other part is a literal

    def _quoted(self, text: str, want: Type | None, place: Position) -> Typed:
        if isinstance(want, Enum):
            if text not in want.values:
                said = want.say()
                known = ", ".join(want.values)
                raise ValueUnknown.at(place, of_zh=said.zh, of_en=said.en, value=text[:40], known=known)
            return Literal(value=text, type=want, place=place)
        value = None if want is None else read_literal(text, want, place)
        if value is None:
            return Literal(value=text, type=TextType(max(1, len(text))), place=place)
        return Literal(value=value, type=want or TEXT, place=place)

    def _listing(self, part: Expression, items: tuple[Expression, ...], want: Type | None) -> Typed:
        inner = want.item if isinstance(want, ListOf) else None
        if not items and inner is None:
            raise TypeOpen.at(part.place)
        known: dict[int, Typed] = {}  # each item is looked at once, or nested lists would take time without bound
        if inner is None:
            first = next((at for at, each in enumerate(items) if not _literal(each)), 0)
            known[first] = self.value(items[first])
            inner = known[first].type
        found = tuple(known[at] if at in known else self.value_near(each, inner) for at, each in enumerate(items))
        for each in found:
            joined = join(inner, each.type)
            if joined is None:
                raise refuse_type(inner.say(), each.type, each.place)
            inner = joined
        private = any(each.private for each in found)
        return Items(items=found, type=ListOf(inner, len(found)), private=private, place=part.place)

    # Operators.

    def _binary(self, part: Binary, want: Type | None) -> Typed:
        operator = part.operator
        if operator in ("&&", "||"):
            return self._logic(part)
        if operator in RELATIONS:
            return compare(operator, *self.pair(part.left, part.right), part.place)
        if operator == "in":
            return self._member_of(part)
        if operator == "*":
            near = want if isinstance(part.left, syntax.Text) and isinstance(want, NUMERIC) else INT
            return arithmetic("*", self.value_near(part.left, near), self.value_near(part.right, INT), part.place)
        return arithmetic(operator, *self._sum(part.left, part.right, want), part.place)

    def _sum(self, one: Expression, other: Expression, want: Type | None) -> tuple[Typed, Typed]:
        """Both operands of + or -; a quoted text beside a span of time is a date."""
        if isinstance(one, syntax.Text) and not _literal(other):
            second = self.value(other)
            return self.value_near(one, DATE if isinstance(second.type, Days | Duration) else second.type), second
        if isinstance(one, Listing) and not one.items and isinstance(other, Listing):
            second = self.value(other, want if isinstance(want, ListOf) else None)
            return self.value_near(one, second.type), second
        return self.pair(one, other, want if isinstance(want, (*NUMERIC, ListOf)) else None)

    def _logic(self, part: Binary) -> Typed:
        left = self.value(part.left, BOOL)
        before = self._given
        self.assume(part.left, part.operator == "&&")
        right = self.value(part.right, BOOL)
        self._given = before
        return apply("and" if part.operator == "&&" else "or", (left, right), BOOL, part.place)

    def _member_of(self, part: Binary) -> Typed:
        if _literal(part.left) and not _literal(part.right):
            right = self.value(part.right)
            left = self.value_near(part.left, right.type.item) if isinstance(right.type, ListOf) else self.value(part.left)
        else:
            left = self.value(part.left)
            right = self.value_near(part.right, ListOf(left.type))
        if not isinstance(right.type, ListOf):
            raise refuse_type(ListOf(left.type).say(), right.type, part.right.place)
        if join(right.type.item, left.type) is None:
            raise refuse_type(right.type.item.say(), left.type, part.left.place)
        return apply("in", (left, right), BOOL, part.place)

    def _choice(self, part: Choice, want: Type | None) -> Typed:
        condition = self.value(part.condition, BOOL)
        before = self._given
        self.assume(part.condition, True)
        if _literal(part.then) and not _literal(part.otherwise):
            then = None
        else:
            then = self.value_near(part.then, want) if want is not None else self.value(part.then)
        self._given = before
        self.assume(part.condition, False)
        otherwise = self.value_near(part.otherwise, then.type) if then is not None else self.value(part.otherwise)
        self._given = before
        if then is None:
            self.assume(part.condition, True)
            then = self.value_near(part.then, otherwise.type)
            self._given = before
        of = join(then.type, otherwise.type)
        if of is None:
            raise refuse_type(then.type.say(), otherwise.type, otherwise.place)
        private = condition.private or then.private or otherwise.private
        return Choose(condition=condition, then=then, otherwise=otherwise, type=of, private=private, place=part.place)

    def assume(self, condition: Expression, holds: bool) -> None:
        """Take note of what `condition` says about presence, if it holds or fails."""
        match condition:
            case Call(name="has", arguments=(of,)) if holds:
                self._given = (*self._given, of)
            case Unary(operator="!", operand=operand):
                self.assume(operand, not holds)
            case Binary(operator="&&", left=left, right=right) if holds:
                self.assume(left, True)
                self.assume(right, True)
            case Binary(operator="||", left=left, right=right) if not holds:
                self.assume(left, False)
                self.assume(right, False)

    # Calls.

    def _functions(self) -> Mapping[str, object]:
        reads = {**self._registry.reads, **self._scope.reads}
        return {**FUNCTIONS, "has": None, "or_else": None, **reads}

    def _call(self, part: Call, want: Type | None) -> Typed:
        name = part.name
        if name == "has":
            self.count(part, 1, "has(x)")
            return Has(of=self.optional(part.arguments[0], "has", hidden=True), type=BOOL, place=part.place)
        if name == "or_else":
            return self._or_else(part)
        if name in FUNCTIONS:
            return FUNCTIONS[name](self, part, want)
        if name in self._scope.keys:
            return self._record(part)
        read = self._scope.reads.get(name) or self._registry.reads.get(name)
        if read is None:
            raise FunctionUnknown.at(
                part.place, name=name[:_SHOWN_MAX], known=known_names([*self._functions(), *self._scope.keys], name)
            )
        return self._ask(part, read)

    def count(self, part: Call, wanted: int, usage: str) -> None:
        """Refuse a call with another number of arguments.

        Raises:
            WrongCount.
        """
        if len(part.arguments) != wanted:
            raise WrongCount.at(part.place, name=part.name, wanted=str(wanted), given=len(part.arguments), usage=usage)

    def _or_else(self, part: Call) -> Typed:
        self.count(part, 2, "or_else(x, y)")
        of = self.optional(part.arguments[0], "or_else")
        inner = of.type.of if isinstance(of.type, Optional) else of.type
        other = self.value_near(part.arguments[1], inner)
        joined = join(inner, other.type)
        if joined is None:
            raise refuse_type(inner.say(), other.type, other.place)
        return OrElse(of=of, other=other, type=joined, private=of.private or other.private, place=part.place)

    def _record(self, part: Call) -> Typed:
        wants = self._scope.keys[part.name]
        usage = f"{part.name}({', '.join('…' for _ in wants)})"
        self.count(part, len(wants), usage)
        key = tuple(self.value(each, want) for each, want in zip(part.arguments, wants, strict=True))
        private = any(each.private for each in key)
        return RecordAt(record=part.name, key=key, type=Record(part.name), private=private, place=part.place)

    def _ask(self, part: Call, read: Read) -> Typed:
        if read.pages and not self._pages:
            raise PagesOnly.at(part.place, name=read.name)
        arguments: list[Typed] = []
        private = read.private
        left = list(part.arguments)
        for parameter in read.parameters:
            due = _due(parameter, arguments)
            if due is None or (parameter.optional and not left):
                continue
            if not left:
                break
            found = self._argument(left.pop(0), parameter, due)
            private = private or (found.private and not parameter.private)
            arguments.append(found)
        else:
            if not left:
                self._require_public(private, part)
                of = _result(read, arguments)
                return Ask(read=read.name, arguments=tuple(arguments), cost=read.cost, type=of, private=private, place=part.place)
        wanted = str(sum(_due(each, arguments) is not None for each in read.parameters))
        raise WrongCount.at(part.place, name=read.name, wanted=wanted, given=len(part.arguments), usage=read.usage)

    def _argument(self, part: Expression, parameter: Parameter, due: Type) -> Typed:
        if isinstance(due, Words):
            return self.word(part, due.words)
        before, self._public = self._public, self._public and not parameter.private
        found = self.value(part, due)
        self._public = before
        return found


def _literal(part: Expression) -> bool:
    """Whether a part takes its type from what stands beside it."""
    match part:
        case syntax.Text() | Number(value=0):
            return True
        case Listing(items=items):
            return all(_literal(each) for each in items)
        case Unary(operator="-", operand=operand):
            return _literal(operand)
        case Choice(then=then, otherwise=otherwise):
            return _literal(then) and _literal(otherwise)
    return False


def _asset(pointer: int, arguments: list[Typed]) -> Asset | None:
    found = arguments[pointer].type if pointer < len(arguments) else None
    return found if isinstance(found, Asset) else None


def _amount(pointer: int, arguments: list[Typed]) -> Type | None:
    """What amounts of the asset class or bulk of an argument are."""
    found = arguments[pointer].type if pointer < len(arguments) else None
    return found.amount if isinstance(found, Asset | Thing) else None


def _due(parameter: Parameter, arguments: list[Typed]) -> Type | None:
    """What a parameter asks for, given the arguments before it; None if there is nothing to give."""
    if isinstance(parameter.type, PerOf):
        asset = _asset(parameter.type.parameter, arguments)
        return Record(asset.per) if asset is not None and asset.per is not None else None
    if isinstance(parameter.type, AmountOf):
        return _amount(parameter.type.parameter, arguments)
    return parameter.type


def _result(read: Read, arguments: list[Typed]) -> Type:
    if isinstance(read.result, AmountOf):
        return _amount(read.result.parameter, arguments) or read.result
    return read.result
