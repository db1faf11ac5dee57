"""What effects do to a world, one after the other, as `modules/scenario/acting/effects.py` does them to state."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import z3

from zhulian.language.definition.shapes import (
    Alert,
    Assign,
    Call,
    Create,
    Each,
    Effect,
    Ensure,
    If,
    Lent,
    Move,
    Notify,
    Refuse,
    Set,
    Sweep,
)
from zhulian.language.expressions import types
from zhulian.language.expressions.tree import Items, Typed
from zhulian.language.proving.reading import Reading
from zhulian.language.proving.stage import Stage
from zhulian.language.proving.symbols import Outside, Term, Z
from zhulian.language.proving.worlds import World
from zhulian.language.registry import Verb

__all__ = ["Effects", "Rule"]

_TITLE_VERBS = ("pass", "pledge", "release", "seize")


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing without which the doer is refused: what it is (`who`, `state`, `require`, `verb` …), its name and its place."""

    kind: str
    name: str
    path: str
    formula: Z


@dataclass
class Effects:
    """Runs effects: `world` is the state by now, `was` what it was when the doer began; `rules` says what would have refused it."""

    stage: Stage
    world: World
    was: World
    names: dict[str, "Term | dict[str, Term]"]
    record: str
    this: Z
    pays_less: bool = False
    rules: list[Rule] = field(default_factory=list)
    under: list[Z] = field(default_factory=list)
    """The conditions of the branches that are being run."""

    def rule(self, kind: str, name: str, path: str, formula: Z) -> None:
        """Note what must hold here."""
        symbols = self.stage.symbols
        formula = symbols.where(symbols.both(*self.under), formula)
        if not z3.is_true(formula):
            self.rules.append(Rule(kind, name, path, formula))

    @contextmanager
    def beneath(self, condition: Z) -> Iterator[None]:
        """What is done within is done only where the condition holds."""
        contracts, symbols = self.stage.contracts, self.stage.symbols
        self.under.append(condition)
        contracts.guard = symbols.both(*self.under)
        yield
        self.under.pop()
        contracts.guard = symbols.both(*self.under)

    def reading(self) -> Reading:
        """Who reads expressions at this moment."""
        return self.stage.reading(self.world, self.names, self.was)

    def worth(self, path: str) -> Term:
        """What the expression at a path is worth now; that it is not refused is a rule."""
        typed = self._typed(path)
        reading = self.reading()
        found = reading.settled(reading.read(typed), typed.type)
        self.rule("value", "", path, found.ok)
        return found

    def _typed(self, path: str) -> Typed:
        found = self.stage.checked.typed.get(path)
        if found is None:
            raise Outside("expression")
        return found

    def run(self, effects: Sequence[Effect], path: str) -> None:
        """Run the effects that stand at a path.

        Raises:
            Outside: for effects that the model does not cover.
        """
        for index, effect in enumerate(effects):
            below = f"{path}[{index}]"
            match effect:
                case Set(values=values):
                    self._set(values, below)
                case Create() | Ensure():
                    self._create(effect, below)
                case Move(to=to, of=of):
                    self._move(below, to, of)
                case If(then=then, otherwise=otherwise):
                    self._branch(then, otherwise, below)
                case Each():
                    self._each(effect, below)
                case Refuse(refusal=refusal):
                    self.rule("require", refusal, below, self.stage.symbols.false)
                case Lent():
                    self._order(effect, below)
                case Call():
                    self.stage.contracts.forget(self.world, lambda read: read.module != "kernel")
                    self._lent_records()
                case Alert() | Notify() | Sweep():
                    pass

    # Records.

    def enter(self, record: str, ref: Z, state: str, path: str) -> None:
        """Let a record enter a state; one that has ended does not leave its end."""
        stage, symbols = self.stage, self.stage.symbols
        shape = stage.records.shapes[record]
        now = stage.records.field(self.world, record, ref, "state").value
        names = stage.records.states(record)
        ended = [
            names.index(each.name) for each in (shape.states.final if shape.states is not None else ()) if each.name != state
        ]
        self.rule("final", record, path, symbols.both(*(now != each for each in ended)))
        stage.records.enter(self.world, record, ref, state)

    def _of(self, path: str) -> tuple[str, Z]:
        """The record that an expression names; it must be there."""
        typed = self._typed(path)
        found = self.worth(path)
        name = getattr(typed.type, "name", None)
        if name is None:
            raise Outside("record")
        self.rule("there", name, path, self.stage.records.exists(self.world, name, found.value))
        return name, found.value

    def _set(self, values: Sequence[Assign], path: str) -> None:
        read: list[tuple[str, Z, str, Term, str]] = []
        for each in values:
            below = f"{path}.{each.of}.{each.field}" if each.of else f"{path}.{each.field}"
            record, ref = self._of(f"{below}.of") if each.of else (self.record, self.this)
            read.append((record, ref, each.field, self.worth(below), below))
        for record, ref, name, value, below in read:
            self.rule("field", f"{record}.{name}", below, self.stage.records.store(self.world, record, ref, name, value))

    def _create(self, effect: Create | Ensure, path: str) -> None:
        stage, symbols = self.stage, self.stage.symbols
        record = effect.record
        values = {each.name: self.worth(f"{path}.{each.name}") for each in effect.values}
        shape = stage.records.shapes[record]
        parts = []
        for part in shape.key:
            if part not in values:
                raise Outside("key")
            parts.append(values[part].value)
        ref = stage.records.at(record, parts)
        there = stage.records.exists(self.world, record, ref)
        if isinstance(effect, Ensure):
            saved, made = self.world, self.world.copy()
            self.world = made
            with self.beneath(symbols.no(there)):
                self._fill(record, ref, values, path)
            made.merge(symbols.no(there), saved)
        else:
            self.rule("new", record, path, symbols.no(there))
            self._fill(record, ref, values, path)
        if effect.called:
            self.names[effect.called] = symbols.term(ref)

    def _fill(self, record: str, ref: Z, values: dict[str, Term], path: str) -> None:
        shape = self.stage.records.shapes[record]
        self.stage.records.create(self.world, record, ref, shape.states.start.name if shape.states is not None else "")
        self.first_owner(record, ref)
        for name, value in values.items():
            formula = self.stage.records.store(self.world, record, ref, name, value)
            if name not in shape.key:
                self.rule("field", f"{record}.{name}", f"{path}.{name}", formula)

    def first_owner(self, record: str, ref: Z) -> None:
        """A new title belongs to the first who signs, or to the operator where nobody does."""
        stage, symbols = self.stage, self.stage.symbols
        if not stage.records.shapes[record].owned:
            return
        by = self.names.get("by")
        actor = self.names.get("actor")
        first = actor if isinstance(actor, Term) else next(iter(by.values())) if isinstance(by, dict) and by else None
        owner = first if first is not None else symbols.term(symbols.named("operator", symbols.sort(types.PARTY)))
        stage.records.store(self.world, record, ref, "owner", owner)
        self._forget_titles()

    def _move(self, path: str, to: str, of: str) -> None:
        record, ref = self._of(path) if of else (self.record, self.this)
        self.enter(record, ref, to, path)

    # Ways.

    def _branch(self, then: Sequence[Effect], otherwise: Sequence[Effect], path: str) -> None:
        symbols = self.stage.symbols
        condition = self.worth(f"{path}.if").value
        saved = self.world
        yes = self._beside(saved, condition, then, f"{path}.then")
        no = self._beside(saved, symbols.no(condition), otherwise, f"{path}.else")
        yes.merge(condition, no)
        self.world = yes

    def _beside(self, saved: World, condition: Z, effects: Sequence[Effect], path: str) -> World:
        self.world = saved.copy()
        with self.beneath(condition):
            self.run(effects, path)
        return self.world

    def _each(self, effect: Each, path: str) -> None:
        typed = self._typed(f"{path}.each")
        found = self.reading().read(typed)
        item = typed.type.item if isinstance(typed.type, types.ListOf) else types.INT
        if not isinstance(typed, Items):
            self.rule("value", "", f"{path}.each", found.ok)
            self._any_number_of_times(effect, path, item)
            return
        for each in found.items or ():
            self.names[effect.item] = self.reading().settled(each, item)
            self.run(effect.do, f"{path}.do")
        self.names.pop(effect.item, None)

    def _any_number_of_times(self, effect: Each, path: str, item: types.Type) -> None:
        """What may have become of the world after a list of which nothing is known.

        Whatever doing it once can change, of any record, may be anything then; all else is as it was. Nothing is concluded from the rules of
        doing it once, which is only done to see what it changes: the list may be empty.
        """
        stage, symbols, before = self.stage, self.stage.symbols, self.world
        rules, names = list(self.rules), dict(self.names)
        value = symbols.ranged(symbols.fresh("any item", symbols.sort(item)), item)
        if isinstance(item, types.Record) and item.name:
            stage.records.note(item.name, value)
        self.world = before.copy()
        with self.beneath(symbols.fresh("an item is done", symbols.truth)):
            self.names[effect.item] = symbols.term(value)
            self.run(effect.do, f"{path}.do")
        once, self.world = self.world, before.copy()
        self.rules[:], self.names = rules, names
        for name in once.names():
            if once.is_changed(name) and not (before.is_changed(name) and before.array(name).eq(once.array(name))):
                self.world.put(name, symbols.fresh(name, once.array(name).sort()))
                self.world.loose[name.partition(".")[0]] = None

    # Verbs.

    def _order(self, effect: Lent, path: str) -> None:
        stage = self.stage
        verb = stage.checked.registry.verbs[effect.name]
        given: dict[str, tuple[types.Type, Z]] = {}
        for each in effect.values:
            typed = self._typed(f"{path}.{each.name}")
            if isinstance(typed.type, types.Asset):
                given[each.name] = (typed.type, typed.type.name)
                continue
            found = self.worth(f"{path}.{each.name}")
            given[each.name] = (typed.type, found.value)
            if isinstance(typed.type, types.Record) and typed.type.name in stage.records.shapes:
                stage.records.touch(self.world, typed.type.name, found.value)
        if verb.name in _TITLE_VERBS:
            self._title(verb, given, path)
            return
        if self.pays_less and verb.debits and "amount" in given:
            self._pay_less(given)
        for clause, formula in stage.contracts.order(self.world, verb, given):
            self.rule("verb", verb.name, f"{path} {clause}", formula)

    def _pay_less(self, given: dict[str, tuple[types.Type, Z]]) -> None:
        """Whatever there is goes, and no more than was asked for."""
        symbols = self.stage.symbols
        of, asked = given["amount"]
        paid = symbols.fresh("paid", asked.sort())
        symbols.fact(z3.And(paid >= 0, z3.Implies(asked >= 0, paid <= asked)))
        given["amount"] = (of, paid)

    def _title(self, verb: Verb, given: dict[str, tuple[types.Type, Z]], path: str) -> None:
        """A title that is passed on whole has another owner; of one that is passed in parts the owner may be anyone."""
        stage, symbols = self.stage, self.stage.symbols
        of, ref = given["what"]
        record = getattr(of, "name", None)
        if record not in stage.records.shapes:
            raise Outside("title")
        if verb.name == "pass":
            whole = "part" not in given and "from" not in given
            owner = given["to"][1] if whole else symbols.fresh("owner", symbols.sort(types.PARTY))
            stage.records.store(self.world, str(record), ref, "owner", symbols.term(owner))
        self._forget_titles()

    def _forget_titles(self) -> None:
        self.stage.contracts.forget(self.world, lambda read: read.name in ("owners", "burdens", "part_owned"))

    def _lent_records(self) -> None:
        """What other instances keep may be anything after one of their actions."""
        symbols = self.stage.symbols
        for name in self.world.names():
            if name.partition(".")[0] in self.stage.records.lent:
                self.world.put(name, symbols.fresh(name, self.world.array(name).sort()))
