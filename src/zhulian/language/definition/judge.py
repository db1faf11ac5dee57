"""What every part of the check shares: the tree, the places, the faults found, and the typed expressions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhulian.language.definition.errors import FAULTS_MAX
from zhulian.language.definition.faults import NothingCalled
from zhulian.language.definition.places import Places
from zhulian.language.definition.views import Tree
from zhulian.language.definition.work import CHARACTER_STEPS, FAULT_STEPS, GIVEN_CHARACTERS_PER_STEP, Work
from zhulian.language.errors import LanguageFault
from zhulian.language.expressions.check import check, known_names
from zhulian.language.expressions.scope import Scope
from zhulian.language.expressions.syntax import Expression, Unary, parse
from zhulian.language.expressions.tree import Typed
from zhulian.language.expressions.types import Said, Type
from zhulian.language.registry import Registry

__all__ = ["Judge", "Note"]


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a reader of the report should know and that refuses nothing."""

    path: str
    line: int
    zh: str
    en: str


@dataclass
class Judge:
    """Gathers faults, and the parsed and typed form of every expression by its path."""

    tree: Tree
    places: Places
    registry: Registry
    faults: list[LanguageFault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    parsed: dict[str, Expression | None] = field(default_factory=dict)
    typed: dict[str, Typed] = field(default_factory=dict)
    full: bool = False
    pattern_states: dict[str, int] = field(default_factory=dict)
    """The states of each pattern that was compiled, or the most there can be where that failed: what the check has spent on them."""
    work: Work = field(default_factory=Work)
    lengths: dict[int, int] = field(default_factory=dict)
    """How many characters each parsed expression had, by its identity."""
    keeping: dict[str, int] = field(default_factory=dict)
    """What it costs to keep a record of each type, once that was asked."""

    def fault(self, kind: type[LanguageFault], path: str, **fields: Any) -> None:
        """Keep a fault; far beyond what is shown, nothing more is kept."""
        self.keep(kind.at(self.places.of(path), **fields))

    def keep(self, fault: LanguageFault) -> None:
        """Keep a fault that was found below."""
        self.work.charge(FAULT_STEPS)
        if len(self.faults) < 20 * FAULTS_MAX:
            self.faults.append(fault)

    def note(self, path: str, zh: str, en: str) -> None:
        """Keep a note."""
        self.notes.append(Note(path, self.places.of(path).line, zh, en))

    def must_be(self, name: str, known: Iterable[str], path: str, what: Said) -> bool:
        """Whether a name is among those known; the fault is kept if not."""
        names = list(known)
        if name in names:
            return True
        self.fault(NothingCalled, path, what_zh=what.zh, what_en=what.en, name=name, known=known_names(names))
        return False

    def parse(self, text: str, path: str) -> Expression | None:
        """The parsed form of an expression, once for each path; None if it has none."""
        if path not in self.parsed:
            self.work.charge(CHARACTER_STEPS * len(text) + 1)
            try:
                found = self.parsed[path] = parse(text, self.places.of(path))
                self.lengths[id(found)] = len(text)
            except LanguageFault as fault:
                self.keep(fault)
                self.parsed[path] = None
        return self.parsed[path]

    def type(
        self,
        text: str,
        path: str,
        scope: Scope,
        want: Type | None = None,
        *,
        public: bool = True,
        pages: bool = False,
        given: Sequence[Expression] = (),
    ) -> Typed | None:
        """The typed form of an expression; None if it has none."""
        parsed = self.parse(text, path)
        if parsed is None:
            return None
        self.work.charge(sum(1 + self._length(each) // GIVEN_CHARACTERS_PER_STEP for each in given))
        try:
            found = check(parsed, scope, self.registry, want, public=public, pages=pages, given=given)
        except LanguageFault as fault:
            self.keep(fault)
            return None
        self.typed[path] = found
        return found

    def _length(self, part: Expression) -> int:
        """How many characters a guard has, or one that is turned round."""
        return self.lengths.get(id(part.operand if isinstance(part, Unary) else part), 64)
