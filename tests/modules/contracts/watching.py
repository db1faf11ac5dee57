"""Holds every verb that runs to its contract: what must hold before, what holds after, what stays as it was, and the axioms.

A name that is no argument stands for any value, so it is given values that the runs have shown. What `after` does not speak of must
answer as before: a prover takes it so.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from tests.modules.contracts.meaning import Ask, Undefined, calls, free_names, holds
from zhulian.errors import Refusal
from zhulian.language.expressions.syntax import Expression, Name, parse
from zhulian.language.expressions.types import DURATION, INT, TIME, AmountOf, AnyAsset, AnyOf, PerOf, Type
from zhulian.language.lending import Arguments, AssetName, Caller, ReadRun, RecordName, VerbRun
from zhulian.language.registry import Contract, Parameter, Read, Registry, Verb
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import StateView
from zhulian.modules import every_word

__all__ = ["WORDS", "Watch"]

WORDS: Registry = every_word()
_TRIES = 6
_POINTS = 10


class Watch:
    """Wraps verbs; `wrong` says what did not hold, `judged` counts how often each sentence was decided."""

    def __init__(self, reads: Mapping[str, Any], seed: int = 0) -> None:
        self._reads = reads
        self._chance = random.Random(seed)
        self._seen: dict[str, list[Any]] = {}
        self.wrong: list[str] = []
        self.judged: Counter[tuple[str, str]] = Counter()
        self.ran: Counter[str] = Counter()

    def wrap(self, name: str, run: VerbRun) -> VerbRun:
        """The verb, held to its contract each time it is done."""
        verb = WORDS.verbs[name]

        def watched(context: Context, caller: Caller, arguments: Arguments) -> None:
            before = _Frozen(context)
            ask = self._ask(context.block, before, caller)
            self._see(verb.parameters, arguments)
            self._pass_time(context.block.time)
            points = self._points(verb)
            then = [self._answer(ask, read, values) for read, values in points]
            run(context, caller, arguments)
            self.ran[name] += 1
            if caller.pay_less:
                return  # what is paid is what there is, which no contract speaks of
            now = self._ask(context.block, context.state.quiet, caller)
            self._judge(verb, arguments, now, ask, points, then)

        return watched

    def _judge(
        self,
        verb: Verb,
        arguments: Arguments,
        now: Ask,
        before: Ask,
        points: Sequence[tuple[Read, tuple[Any, ...]]],
        then: Sequence[Any],
    ) -> None:
        contract = verb.contract
        given = {each.name: arguments.get(each.name) for each in verb.parameters if not isinstance(each.type, PerOf)}
        given |= {each.name: arguments[each.name] for each in verb.parameters if arguments.get(each.name) is not None}
        for each in contract.before if contract is not None else ():
            self._decide(verb.name, each, given, before, before)
        for each in contract.after if contract is not None else ():
            self._decide(verb.name, each, given, now, before)
        if contract is not None:
            for (read, values), old in zip(points, then, strict=True):
                if not self._spoken_of(contract, read, values, given):
                    new = self._answer(now, read, values)
                    self.judged[verb.name, f"keeps {read.name}"] += 1
                    if new != old:
                        self.wrong.append(f"{verb.name} changes {read.name}{values} from {old} to {new}, and does not say so")
        for read in WORDS.reads.values():
            if read.module == verb.module and read.contract is not None:
                for axiom in read.contract.axioms:
                    self._decide(read.name, axiom, {}, now, now)

    def _decide(self, word: str, sentence: str, given: Mapping[str, Any], now: Ask, before: Ask) -> None:
        """Judge a sentence for values of its free names."""
        tree = _parsed(sentence)
        free = free_names(tree, given)
        for _ in range(_TRIES if free else 1):
            names = {**given, **self._any(free)}
            try:
                true = holds(tree, names, now, before)
            except Undefined:
                continue
            self.judged[word, sentence] += 1
            if not true:
                self.wrong.append(f"{word}: {sentence} is false of {names}")

    def _any(self, free: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
        """Values for free names; a class that is kept per record and the record go together."""
        found: dict[str, Any] = {}
        for name, (read, place) in free.items():
            parameter = WORDS.reads[read].parameters[place]
            if not isinstance(parameter.type, PerOf):
                found[name] = self._one(parameter)
        for name, (read, place) in free.items():
            parameter = WORDS.reads[read].parameters[place]
            if isinstance(parameter.type, PerOf):
                asset = found.get(WORDS.reads[read].parameters[parameter.type.parameter].name)
                found[name] = self._record_for(asset)
        return found

    def _record_for(self, asset: Any) -> RecordName | None:
        if not isinstance(asset, AssetName) or asset.per is None:
            return None
        there = [each for each in self._seen.get("record", []) if each.record == asset.per and each.instance == asset.instance]
        return self._chance.choice(there) if there else RecordName(asset.instance, asset.per, ("nobody",))

    def _one(self, parameter: Parameter) -> Any:
        there = [each for kind in _kinds(parameter.type, parameter.name) for each in self._seen.get(kind, [])]
        return self._chance.choice(there) if there else None

    def wrap_read(self, name: str, run: ReadRun) -> ReadRun:
        """The read, held to its axioms at what it is asked of."""
        read = WORDS.reads[name]

        def watched(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> Any:
            self._see(read.parameters, arguments)
            given = {each.name: arguments.get(each.name) for each in read.parameters}
            ask = self._ask(block, state, caller)
            for axiom in read.contract.axioms if read.contract is not None else ():
                self._decide(name, axiom, given, ask, ask)
            return run(block, state, caller, arguments)

        return watched

    def _pass_time(self, now: int) -> None:
        """Let periods be asked for that begin and end about now."""
        times = self._seen.setdefault("time", [])
        for each in (now - 7 * 86_400, now - 3600, now, now + 86_400):
            if each not in times:
                times.append(each)

    def _see(self, parameters: Sequence[Parameter], arguments: Arguments) -> None:
        for parameter in parameters:
            value = arguments.get(parameter.name)
            kinds = _kinds(parameter.type, parameter.name)
            for each in value if isinstance(value, tuple) and not isinstance(value, AssetName | RecordName) else (value,):
                kind = "record" if isinstance(each, RecordName) else "asset" if isinstance(each, AssetName) else kinds[0]
                there = self._seen.setdefault(kind, [])
                if each is not None and each not in there:
                    there.append(each)
        for kind, values in _ALWAYS_THERE.items():
            self._seen.setdefault(kind, list(values))

    def _points(self, verb: Verb) -> list[tuple[Read, tuple[Any, ...]]]:
        """Reads of the module, and of those that its contract speaks of, with arguments that the runs have shown."""
        after = verb.contract.after if verb.contract is not None else ()
        spoken = {WORDS.reads[call.name].module for sentence in after for call in calls(_parsed(sentence))}
        reads = [each for each in WORDS.reads.values() if each.module in {verb.module, *spoken} and not each.pages]
        found = []
        for _ in range(_POINTS if reads else 0):
            read = self._chance.choice(reads)
            names = {each.name: (read.name, place) for place, each in enumerate(read.parameters)}
            values = self._any(names)
            if all(values[each.name] is not None or isinstance(each.type, PerOf) or each.optional for each in read.parameters):
                found.append((read, tuple(values[each.name] for each in read.parameters)))
        return found

    def _spoken_of(self, contract: Contract, read: Read, values: tuple[Any, ...], given: Mapping[str, Any]) -> bool:
        """Whether `after` speaks of the read at these arguments."""
        for sentence in contract.after:
            for call in calls(_parsed(sentence)):
                if call.name == read.name and all(
                    not isinstance(each, Name) or each.name not in given or given[each.name] == value
                    for each, value in zip(call.arguments, values, strict=True)
                ):
                    return True
        return False

    def _ask(self, block: Block, state: Any, caller: Caller) -> Ask:
        def ask(name: str, values: Sequence[Any]) -> Any:
            parameters = WORDS.reads[name].parameters
            given = {each.name: value for each, value in zip(parameters, values, strict=True) if value is not None}
            return self._reads[name](block, state, caller, given)

        return ask

    def _answer(self, ask: Ask, read: Read, values: Sequence[Any]) -> Any:
        try:
            return ask(read.name, values)
        except Refusal:
            return "undefined"


class _Frozen:
    """The state as it is when a verb begins, whatever the verb writes."""

    def __init__(self, context: Context) -> None:
        quiet = context.state.quiet
        self._base = quiet._base
        self._writes = dict(quiet.writes)

    def get(self, key: bytes) -> bytes | None:
        """The value at `key`, or None."""
        return self._writes[key] if key in self._writes else self._base.get(key)


_ALWAYS_THERE: dict[str, tuple[Any, ...]] = {
    "party": ("nobody",),
    "int": (0, 1, 2, 3),
    "duration": (3600, 86_400 * 30),
    "time": (0, 1_700_000_000, 2**40),
}


@cache
def _parsed(sentence: str) -> Expression:
    return parse(sentence)


def _kinds(of: Type, name: str) -> tuple[str, ...]:
    """Under which kinds values of a type are known: records and parties by what they are, texts by what they are called."""
    if isinstance(of, AnyAsset):
        return ("asset",)
    if isinstance(of, AnyOf):
        return ("party", "record") if any("Record" in type(each).__name__ for each in of.types) else (_by_name(name),)
    if isinstance(of, AmountOf) or of == INT:
        return ("int",)
    if of == DURATION:
        return ("duration",)
    if of == TIME:
        return ("time",)
    kind = type(of).__name__
    return ("record",) if kind == "Record" else (_by_name(name),)


def _by_name(name: str) -> str:
    parties = ("owner", "party", "person", "holder", "issuer", "reader", "to", "by", "agency", "voter", "trustee", "authority")
    return "party" if name in (*parties, "contributor", "trustees", "contributors", "from", "rest", "overseer") else name
