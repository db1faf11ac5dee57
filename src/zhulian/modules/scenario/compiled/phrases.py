"""Typed expressions as Python source. Only identifiers of our own stand in it; all that comes from a definition is a constant.

What a phrase is worth and what it charges is what `language/expressions/evaluate.py` says. Refusals are not worded here: a phrase
that comes to one calls `no()`, which gives the whole action back to the engine that walks the tree.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from zhulian.canonical import INTEGER_MAX
from zhulian.language.compile import INSTANCE, Compiled, CompiledRecord
from zhulian.language.expressions import types
from zhulian.language.expressions.evaluate import is_sized, own_steps
from zhulian.language.expressions.meaning import CALENDAR, PURE, SIZED
from zhulian.language.expressions.tree import (
    Apply,
    Ask,
    Choose,
    Field,
    Has,
    Items,
    Literal,
    OrElse,
    Present,
    RecordAt,
    Ref,
    Typed,
    Variable,
)
from zhulian.language.expressions.types import AnyAsset
from zhulian.language.lending import ReadRun
from zhulian.language.registry import Read

__all__ = ["NotCompiled", "Phrases", "This"]

_DEPTH_MAX: Final = 40
"""How deep phrases go into each other; Python's own reader takes some hundred."""
_BESIDE: Final = ("state", "since", "owner")
"""What a record has beside its fields."""
_COMPARE: Final[Mapping[str, str]] = {
    "equal": "==",
    "unequal": "!=",
    "less": "<",
    "at_most": "<=",
    "greater": ">",
    "at_least": ">=",
}
_SUM: Final[Mapping[str, str]] = {"add": "+", "subtract": "-", "multiply": "*"}
_PLAIN: Final = (
    types.Bool, types.Int, types.Text, types.Money, types.Price, types.Rate, types.Quantity, types.Date, types.Time, types.Days,
    types.Duration, types.Party, types.Person, types.File, types.Tag, types.Enum, types.Thing, types.Words,
)  # fmt: skip
"""Types whose values modules take as they are."""


class NotCompiled(Exception):
    """The action has something that is done by walking the tree only."""


class This(NamedTuple):
    """Which record `this` is: its rules, and the local names of its fields, the rest of it, its reference and its name on chain."""

    rules: CompiledRecord
    values: str
    held: str
    ref: str
    name: str


class Phrases:
    """Writes expressions of one definition. `constants` are all that the source speaks of by number, as `k[0]`, `k[1]` and so on."""

    def __init__(self, compiled: Compiled, reads: Mapping[str, Read], runs: Mapping[str, ReadRun]) -> None:
        self.constants: list[Any] = []
        self.lets: dict[str, str] = {}
        self.inputs: Mapping[str, Any] = {}
        self.actor = False
        """Whether the one who signs has no name, so that expressions call it `actor`."""
        self.named = False
        """Whether those who sign have names, as in `by.seller`."""
        self.there = True
        """Whether there is a record that `this` is."""
        self.settings = False
        """Whether any phrase asks for a setting."""
        self.whole = False
        """Whether any phrase looks at the record of the whole instance."""
        self._compiled = compiled
        self._reads = reads
        self._runs = runs
        self._temporaries = 0
        self._depth = 0

    def constant(self, value: Any) -> str:
        """How the source speaks of a value."""
        self.constants.append(value)
        return f"k[{len(self.constants) - 1}]"

    def write(self, tree: Typed, this: This) -> tuple[int, str]:
        """The steps that the expression charges before anything is read, and its phrase.

        Raises:
            NotCompiled.
        """
        return own_steps(tree), self._phrase(tree, this)

    def argument(self, tree: Typed, this: This) -> str:
        """The phrase of a value as modules take it.

        Raises:
            NotCompiled: for lists.
        """
        if isinstance(tree, Variable) and tree.name == "this" and self.there:
            return this.name
        if isinstance(tree.type, types.Record):
            return f"p.name_of({self._phrase(tree, this)})"
        if not isinstance(tree.type, _PLAIN):
            raise NotCompiled
        return self._phrase(tree, this)

    def _phrase(self, tree: Typed, this: This) -> str:
        self._depth += 1
        if self._depth > _DEPTH_MAX:
            raise NotCompiled
        found = self._node(tree, this)
        self._depth -= 1
        return found

    def _node(self, tree: Typed, this: This) -> str:
        match tree:
            case Literal(value=value):
                return self.constant(value)
            case Variable(name=name):
                return self._variable(name, this)
            case Field():
                return self._field(tree, this)
            case RecordAt(record=record, key=key):
                return f"{self.constant(Ref)}({self.constant(record)}, {self._several(key, this)})"
            case Present(of=of):
                return self._there(self._phrase(of, this))
            case Has(of=of):
                return f"({self._phrase(of, this)} is not None)"
            case OrElse(of=of, other=other):
                name = self._temporary()
                return f"({name} if ({name} := {self._phrase(of, this)}) is not None else {self._phrase(other, this)})"
            case Ask():
                return self._ask(tree, this)
            case Choose(condition=condition, then=then, otherwise=otherwise):
                asked, first, second = (self._phrase(each, this) for each in (condition, then, otherwise))
                return f"({first} if {asked} else {second})"
            case Items(items=items):
                return self._several(items, this)
            case Apply():
                return self._apply(tree, this)

    def _several(self, trees: Sequence[Typed], this: This) -> str:
        return f"({''.join(f'{self._phrase(each, this)}, ' for each in trees)})"

    def _temporary(self) -> str:
        self._temporaries += 1
        return f"t{self._temporaries}"

    def _there(self, phrase: str) -> str:
        """What the phrase is worth, if it is there."""
        name = self._temporary()
        return f"({name} if ({name} := {phrase}) is not None else no())"

    # Names and fields.

    def _variable(self, name: str, this: This) -> str:
        if name == "this" and self.there:
            return this.ref
        if name in self.lets:
            return self.lets[name]
        if name == "actor" and self.actor:
            return "a"
        raise NotCompiled

    def _field(self, tree: Field, this: This) -> str:
        if not isinstance(tree.of, Variable) or tree.of.name in self.lets:
            return self._far(tree, this)
        group, name = tree.of.name, tree.name
        if group == "this" and self.there:
            return self._own(this, this.values, this.held, name)
        if group == "was" and this.values == "v":
            return self._own(this, "w", "g", name)
        if group == "input" and name in self.inputs:
            return f"i.get({self.constant(name)})"
        if group == "by" and self.named:
            return f"b.get({self.constant(name)})"
        if group == "settings":
            self.settings = True
            return f"s.get({self.constant(name)})"
        if group == INSTANCE:
            self.whole = True
            return self._own(This(self._compiled.records[INSTANCE], "o", "j", "", ""), "o", "j", name)
        if group in ("this", "was", "input", "by"):
            raise NotCompiled
        return self._far(tree, this)

    def _far(self, tree: Field, this: This) -> str:
        """A field of a record that another names."""
        of = tree.of.type
        if not isinstance(of, types.Record) or of.name not in self._compiled.records or tree.name == "tasks":
            raise NotCompiled
        return f"p.far({self._phrase(tree.of, this)}, {self.constant(tree.name)})"

    def _own(self, this: This, values: str, held: str, name: str) -> str:
        field = this.rules.fields.get(name)
        if field is None:
            if name in _BESIDE:
                return f"{held}.{name}"
            raise NotCompiled
        if name in _BESIDE:
            raise NotCompiled
        read = f"{values}.get({self.constant(name)})"
        return read if field.optional or field.private else self._there(read)

    # What the kernel, the definition and the modules answer.

    def _ask(self, tree: Ask, this: This) -> str:
        name, cost = tree.read, self.constant(tree.cost)
        if name in ("now", "today") and not tree.arguments:
            return f"p.{name}({cost})"
        if name == "known":
            return f"p.known({cost}, {self._phrase(tree.arguments[0], this)})"
        if name in self._compiled.indexes:
            return f"p.index({cost}, {self.constant(name)}, {self._several(tree.arguments, this)})"
        total = self._compiled.totals.get(name)
        if total is not None and len(tree.arguments) <= 1:
            of = self._phrase(tree.arguments[0], this) if tree.arguments else "None"
            return f"p.total({cost}, {self.constant(name)}, {of})"
        read, run = self._reads.get(name), self._runs.get(name)
        if read is None or run is None:
            raise NotCompiled
        given = []
        for parameter, value in zip(read.parameters, tree.arguments, strict=False):  # what may be left out stands last
            if type(parameter.type) is AnyAsset:
                if not isinstance(value, Literal):
                    raise NotCompiled
                given.append(f"p.asset({self.constant(str(value.value))})")
            else:
                given.append(self.argument(value, this))
        if len(given) == len(read.parameters) == len(tree.arguments):
            names = [self.constant(each.name) for each in read.parameters]
            pairs = ", ".join(f"{key}: {value}" for key, value in zip(names, given, strict=True))
            return f"p.read({cost}, {self.constant(run)}, {{{pairs}}})"
        values = "".join(f"{each}, " for each in given)
        return f"p.read_some({cost}, {self.constant(run)}, {self.constant(read.parameters)}, ({values}))"

    # Operators.

    def _apply(self, tree: Apply, this: This) -> str:
        name = tree.operator
        operands = [self._phrase(each, this) for each in tree.operands]
        if name in ("and", "or"):
            return f"({operands[0]} {name} {operands[1]})"
        if name == "not":
            return f"(not {operands[0]})"
        if name in _COMPARE and not is_sized(tree):
            return f"({operands[0]} {_COMPARE[name]} {operands[1]})"
        if name in _SUM:
            found, most = self._temporary(), self.constant(INTEGER_MAX)
            return f"({found} if -{most} <= ({found} := {operands[0]} {_SUM[name]} {operands[1]}) <= {most} else no())"
        given = "".join(f"{each}, " for each in operands)
        charge = self.constant(SIZED[name] if is_sized(tree) else None)
        place = self.constant(tree.place)
        if name in CALENDAR:
            return f"p.of_calendar({self.constant(CALENDAR[name])}, {charge}, {place}, ({given}))"
        if is_sized(tree):
            return f"p.sized({self.constant(PURE[name])}, {charge}, {place}, ({given}))"
        return f"{self.constant(PURE[name])}({given}{place})"
