"""From an action of a compiled definition to the source of one Python function, which is compiled once.

The function does what `acting/act.py` does between opening the record and saving, for actions of the usual kind: on one record or making
one, with fields set, records made, verbs of modules ordered. What is of another kind is not compiled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from zhulian.language.compile import INSTANCE, Compiled, CompiledAction, CompiledPromise, CompiledRecord
from zhulian.language.definition.shapes import Signatory
from zhulian.language.definition.words import ALL_ROLES
from zhulian.language.expressions.closures import Program
from zhulian.language.expressions.evaluate import own_steps
from zhulian.language.expressions.tree import Ask, Typed, walk
from zhulian.language.functions import make_function
from zhulian.language.steps import Alerting, Assigning, Branching, Creating, Moving, Notifying, Ordering, Refusing, Step, Steps
from zhulian.modules.scenario.acting.environment import KERNEL_READS
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.compiled.orders import Order
from zhulian.modules.scenario.compiled.phrases import NotCompiled, Phrases, This
from zhulian.modules.scenario.owning.words import READS as TITLE_READS
from zhulian.modules.scenario.owning.words import VERBS as TITLE_VERBS
from zhulian.modules.scenario.roots.words import READS as ROOT_READS
from zhulian.modules.scenario.who.judge import ACTOR

__all__ = ["Quick", "compile_action"]

SOURCE_MAX: Final = 32_768
"""The longest source that is compiled, in characters; what is longer is walked, so that no definition makes a node compile for long."""
_INDENT: Final = "    "
_HEAD: Final = "def play(p, k):\n    c, no, a, b = p.charge, p.no, p.actor, p.by\n"
_SETTINGS: Final = "    s = p.settings()\n"
_WHOLE: Final = "    o, j = p.whole.values, p.whole.held\n"
_OPEN: Final = "    m = p.rows[0]\n    v, h, r, n = m.values, m.held, m.ref, m.name\n"
_WAS: Final = "    w, g = v, h\n"


@dataclass(frozen=True, slots=True)
class Quick:
    """An action that is compiled: its function, and the constants that this speaks of."""

    play: Callable[[Any, tuple[Any, ...]], None]
    constants: tuple[Any, ...]
    rules: CompiledAction
    source: str


def compile_action(compiled: Compiled, action: str, shelf: Shelf) -> Quick | None:
    """The action as a function; None where it is not of the kind that is compiled."""
    rules = compiled.actions[action]
    try:
        _require_usual(rules)
        written = _Writing(compiled, rules, shelf)
        source = written.whole()
    except NotCompiled:
        return None
    if len(source) > SOURCE_MAX:
        return None
    return Quick(make_function(source), tuple(written.phrases.constants), rules, source)


def _require_usual(rules: CompiledAction) -> None:
    """That the action is of the kind that is compiled.

    Raises:
        NotCompiled.
    """
    shape, record = rules.shape, rules.record
    steps = list(_every(rules.do))
    other = (
        rules.otherwise, shape.seals, shape.opens, record.shape.lazy, record.name == INSTANCE,
        any(type(each) not in _WRITERS for each in steps),
        rules.creates and not all(part in rules.inputs and rules.inputs[part].fills for part in record.key),
    )  # fmt: skip
    if any(other):
        raise NotCompiled


def _every(steps: Steps) -> Iterator[Step]:
    for each in steps:
        yield each
        if isinstance(each, Branching):
            yield from _every(each.then)
            yield from _every(each.otherwise)


class _Writing:
    """Writes one action, line by line."""

    def __init__(self, compiled: Compiled, rules: CompiledAction, shelf: Shelf) -> None:
        own = {**KERNEL_READS, **TITLE_READS, **ROOT_READS}
        runs = {name: run for name, run in shelf.reads.items() if name not in own}
        self.phrases = Phrases(compiled, shelf.registry.reads, runs)
        self._compiled = compiled
        self._rules = rules
        self._shelf = shelf
        self._this = This(rules.record, "v", "h", "r", "n")
        self._trees: dict[Program, Typed] = {each: compiled.checked.typed[path] for path, each in compiled.programs.items()}
        self._made: list[CompiledRecord] = []
        self._lines: list[str] = []
        self._indent = _INDENT
        self._names = 0
        self._always = 0
        """Steps that every run of the action is charged."""

    def whole(self) -> str:
        """The source of the function.

        Raises:
            NotCompiled.
        """
        rules, phrases = self._rules, self.phrases
        phrases.there = not rules.creates
        self._who()
        phrases.actor = not rules.shape.by[0].name
        phrases.named = not phrases.actor
        self._line("i = p.read_input()")
        phrases.inputs = rules.inputs
        for field in rules.forbidding:
            if field.forbid is not None:
                self._line(f"if i[{self._constant(field.name)}] == {self._value(field.forbid)}: no()")
        for name, program in rules.let:
            local = self._local()
            self._line(f"{local} = {self._value(program)}")
            phrases.lets[name] = local
        for _, that in rules.require:
            self._line(f"if {self._value(that)} is not True: no()")
        if rules.creates:
            self._begin()
        elif rules.to:
            self._line(f"h = p.enter({self._constant(rules.to)})")
        self._steps(rules.do)
        self._line("p.settle()")
        self._promises()
        self._line(f"c({self._always})")
        head = _HEAD + ("" if rules.creates else _OPEN + _WAS)
        return head + (_SETTINGS if phrases.settings else "") + (_WHOLE if phrases.whole else "") + "".join(self._lines)

    # Lines.

    def _line(self, text: str) -> None:
        self._lines.append(f"{self._indent}{text}\n")

    def _constant(self, value: Any) -> str:
        return self.phrases.constant(value)

    def _local(self) -> str:
        self._names += 1
        return f"x{self._names}"

    def _value(self, program: Program, this: This | None = None) -> str:
        """The phrase of a program, whose steps are charged."""
        steps, phrase = self.phrases.write(self._trees[program], this or self._this)
        self._charge(steps)
        return phrase

    def _charge(self, steps: int) -> None:
        """Charge what every run of the action is charged at its end, once, and the rest where it is come to."""
        if self._indent == _INDENT:
            self._always += steps
        else:
            self._line(f"c({steps})")

    # Who.

    def _who(self) -> None:
        """Every choice of every signatory is asked, as the judge does; one must fit."""
        for signatory in self._rules.shape.by:
            self._line(f"q = b[{self._constant(signatory.name or ACTOR)}]")
            self._line("f = False")
            for place in range(len(signatory.any)):
                self._choice(signatory, place)
            self._line("if not f: no()")

    def _choice(self, signatory: Signatory, place: int) -> None:
        who = signatory.any[place]
        if who.role and who.role != ALL_ROLES:
            self._line(f"if p.has_role({self._constant(who.role)}, q):")
            self._indent += "    "
        if who.equals is None:
            self._line(f"f = {bool(who.role)} or f")
        else:
            below = f"{self._rules.path}.by.{signatory.name}" if signatory.name else f"{self._rules.path}.by"
            program = self._compiled.programs[f"{below}[{place}].is"]
            if any(isinstance(each, Ask) for each in walk(self._trees[program])):
                raise NotCompiled  # modules would be asked on behalf of nobody
            self._line(f"f = p.is_named({self._value(program)}, q) or f")
        self._indent = _INDENT

    # Effects.

    def _begin(self) -> None:
        """Begin the record that the action makes with what the input says of it."""
        rules = self._rules
        self._line("d = {}")
        for name, field in rules.inputs.items():
            if not field.fills:
                continue
            key = self._constant(name)
            self._line(f"if i[{key}] is not None:")
            own = rules.record.fields[name]
            if own.bounded:
                self._line(f"    p.judge({self._constant(own)}, i[{key}])")
            self._line(f"    d[{key}] = i[{key}]")
        self._line(f"p.begin_record({self._constant(rules.record)}, d, {self._constant(rules.to)})")
        self._lines.append(_OPEN)
        self.phrases.there = True

    def _steps(self, steps: Steps) -> None:
        for each in steps:
            _WRITERS[type(each)](self, each)

    def _assign(self, step: Assigning) -> None:
        read, record = [], self._rules.record
        for of, name, program in step.values:
            if of is not None or (self._rules.creates and name in record.key) or record.fields[name].kind.type == "codes":
                raise NotCompiled
            local = self._local()
            self._line(f"{local} = {self._value(program)}")
            read.append((name, local))
        self._line("v = p.begin_change()")
        for name, local in read:
            field = record.fields[name]
            if field.bounded:
                self._line(f"p.judge({self._constant(field)}, {local})")
            key = self._constant(name)
            self._line(f"if {local} is None: v.pop({key}, None)")
            self._line(f"else: v[{key}] = {local}")

    def _create(self, step: Creating) -> None:
        rules = self._compiled.records[step.record]
        pairs = []
        for name, program in step.values:
            local = self._local()
            self._line(f"{local} = {self._value(program)}")
            pairs.append((rules.fields[name], local))
        for field, local in pairs:
            if field.bounded:
                self._line(f"p.judge({self._constant(field)}, {local})")
        values = ", ".join(f"{self._constant(field.name)}: {local}" for field, local in pairs)
        made = self._local()
        self._line(f"{made} = p.create({self._constant(rules)}, {{{values}}}, {step.ensure})")
        if step.called:
            self.phrases.lets[step.called] = made
        if rules not in self._made:
            self._made.append(rules)

    def _move(self, step: Moving) -> None:
        if step.of is not None:
            raise NotCompiled
        self._line(f"h = p.enter({self._constant(step.to)})")

    def _branch(self, step: Branching) -> None:
        before, outer = dict(self.phrases.lets), self._indent
        self._line(f"if {self._value(step.that)}:")
        for part in (step.then, step.otherwise):
            self._indent = outer + "    "
            self._line("pass")
            self._steps(part)
            self._indent = outer
            self.phrases.lets = dict(before)
            if part is step.then:
                self._line("else:")

    def _refuse(self, step: Refusing) -> None:
        self._line("no()")

    def _alert(self, step: Alerting) -> None:
        name = step.name or self._rules.name
        self._line(f"p.alert({self._constant(step.path)}, {self._constant(step.level)}, {self._constant(name)})")

    def _notify(self, step: Notifying) -> None:
        told = self._value(step.to)
        self._line(f"p.notify({self._constant(step.path)}, {told})")

    def _order(self, step: Ordering) -> None:
        verb, run = self._shelf.registry.verbs[step.verb], self._shelf.verbs.get(step.verb)
        if run is None or step.verb in TITLE_VERBS:
            raise NotCompiled
        given = [(name, f"p.asset({self._constant(local)})") for name, local in step.assets.items()]
        for name, program in step.values:
            tree, local = self._trees[program], self._local()
            self._charge(own_steps(tree))
            self._line(f"{local} = {self.phrases.argument(tree, self._this)}")
            given.append((name, local))
        arguments = ", ".join(f"{self._constant(name)}: {value}" for name, value in given)
        self._line(f"p.order({self._constant(Order.of(verb, run))}, {{{arguments}}})")

    # Promises.

    def _promises(self) -> None:
        record = self._rules.record
        for promise in record.always if self._rules.creates else (*record.always, *record.steps):
            self._promise(promise)
        self._line("p.require_empty()")
        for rules in self._made:
            self._promises_of(rules, rules.always, f"p.made({self._constant(rules)})")
        whole = self._compiled.records.get(INSTANCE)
        if whole is not None:  # it is asked whatever the action is about, and has not changed
            self._promises_of(whole, [each for each in whole.always if not each.idle], "(p.whole,)")

    def _promises_of(self, rules: CompiledRecord, promises: Sequence[CompiledPromise], rows: str) -> None:
        """Ask records beside the action's own for promises."""
        if not promises:
            return
        self._line(f"for m2 in {rows}:")
        self._indent += "    "
        self._line("v2, h2, r2, n2 = m2.values, m2.held, m2.ref, m2.name")
        for promise in promises:
            value = self._value(promise.that, This(rules, "v2", "h2", "r2", "n2"))
            self._line(f"if {value} is not True: no()")
        self._indent = self._indent[:-4]

    def _promise(self, promise: CompiledPromise) -> None:
        if promise.idle and not self._rules.creates:
            self._line(f"if p.may_differ({self._constant(promise)}):")
            self._indent += "    "
        self._line(f"if {self._value(promise.that)} is not True: no()")
        self._indent = _INDENT


_WRITERS: Mapping[type[Any], Callable[[_Writing, Any], None]] = {
    Assigning: _Writing._assign,
    Creating: _Writing._create,
    Moving: _Writing._move,
    Branching: _Writing._branch,
    Refusing: _Writing._refuse,
    Alerting: _Writing._alert,
    Notifying: _Writing._notify,
    Ordering: _Writing._order,
}
