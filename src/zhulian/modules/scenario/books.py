"""The shelf: instances by name, their definitions ready to be run, and the modules that lend words to them."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace

from zhulian.errors import Refusal, check
from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import Definition, load_definition
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.tree import Value
from zhulian.language.lending import Lender, ReadRun, RecordName, VerbRun
from zhulian.language.registry import Registry
from zhulian.language.upgrades.passage import Passage, check_upgrade
from zhulian.language.view.speaker import Speaker
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.errors import NoSuchInstance
from zhulian.modules.scenario.limits import COMPILED_STEPS_MAX
from zhulian.modules.scenario.needs import Calendars, Claims, Contents, Freezes, Holding, Parties
from zhulian.modules.scenario.publishing.trees import load_tree
from zhulian.modules.scenario.state import INSTANCES, Earlier, Instance

__all__ = ["RunDue", "Shelf", "as_of", "present"]

PASSAGES_MAX = 64
"""How many passages between versions a node keeps at hand; the oldest unused one goes. It changes no outcome, only time."""
TREES_MAX = 64
"""The same of trees that are not compiled, at most some MiB each."""
INSTANCES_MAX = 4096
"""The same of instances, which are known by their very bytes."""


RunDue = Callable[[Context, tuple[str, ...], Sequence[RecordName]], bool]
"""Runs the due timers of these records, by time and name, each by itself; whether there were any.

The stack names the instances at work, the records' own last.
"""


def _nothing_due(context: Context, stack: tuple[str, ...], records: Sequence[RecordName]) -> bool:
    return False


class _Known(NamedTuple):
    """An instance by its bytes in state, and its settings as expressions see them, by version."""

    data: bytes
    instance: Instance
    settings: dict[int, dict[str, Value]]


class Shelf:
    """What acting needs of the chain. Compiled definitions are kept by digest: they follow from it alone.

    `run_due` is set where the module is put together, since what runs timers needs the shelf itself.
    """

    def __init__(
        self,
        registry: Registry,
        lenders: Sequence[Lender],
        parties: Parties,
        calendars: Calendars,
        holding: Holding | None = None,
        claims: Claims | None = None,
        freezes: Freezes | None = None,
        contents: Contents | None = None,
    ) -> None:
        self.registry = registry
        self.reads: Mapping[str, ReadRun] = {name: run for each in lenders for name, run in each.reads.items()}
        self.verbs: Mapping[str, VerbRun] = {name: run for each in lenders for name, run in each.verbs.items()}
        self.parties = parties
        self.calendars = calendars
        self.holding = holding
        self.claims = claims
        self.freezes = freezes
        self.contents = contents
        self.run_due: RunDue = _nothing_due
        self._instances: OrderedDict[str, _Known] = OrderedDict()
        self._compiled: OrderedDict[str, Compiled] = OrderedDict()
        self._passages: OrderedDict[tuple[str, str], Passage] = OrderedDict()
        self._speakers: dict[str, Speaker] = {}
        self._trees: OrderedDict[str, Tree] = OrderedDict()
        self._weight = 0
        self._beside: dict[str, dict[str, Any]] = {}

    def instance(self, state: StateView, name: str) -> Instance:
        """The instance called `name`, as it was last written; `present` says what it is at a time.

        Raises:
            NoSuchInstance.
        """
        data = state.get(INSTANCES.key(name))
        if data is None:
            raise NoSuchInstance(instance=name[:80])
        known = self._instances.get(name)
        if known is None or known.data != data:
            known = self._instances[name] = _Known(data, INSTANCES.decode(data), {})
            if len(self._instances) > INSTANCES_MAX:
                self._instances.popitem(last=False)
        return known.instance

    def known_settings(self, name: str, instance: Instance, version: int) -> dict[str, Value]:
        """What was read of the settings of a version of an instance, for whoever reads them first to fill."""
        known = self._instances.get(name)
        if known is None or known.instance is not instance:
            return {}
        return known.settings.setdefault(version, {})

    def compiled(self, state: StateView, definition: str) -> Compiled:
        """The published definition of a digest, compiled. `state` is read only where it is not at hand, so it must not charge."""
        found = self._compiled.get(definition)
        if found is not None:
            self._compiled.move_to_end(definition)
            return found
        found = compile_definition(check_definition(self._load(state, definition), self.registry))
        self.keep(definition, found)
        return found

    def keep(self, definition: str, compiled: Compiled) -> None:
        """Have a definition at hand that was compiled just now; those that were not used for longest go, by what they weigh."""
        before = self._compiled.pop(definition, None)
        self._weight += compiled.checked.work - (before.checked.work if before is not None else 0)
        self._compiled[definition] = compiled
        while self._weight > COMPILED_STEPS_MAX and len(self._compiled) > 1:
            name, gone = self._compiled.popitem(last=False)
            self._weight -= gone.checked.work
            self._speakers.pop(name, None)
            self._beside.pop(name, None)

    def beside(self, definition: str) -> dict[str, Any]:
        """What is kept beside a compiled definition, by action; it goes when that goes."""
        return self._beside.setdefault(definition, {})

    def tree(self, state: StateView, definition: str) -> Tree:
        """The published tree of a digest, without checking and compiling it: for whoever asks before anybody has paid."""
        known = self._compiled.get(definition)
        if known is not None:
            return known.tree
        found = self._trees.get(definition)
        if found is None:
            found = self._trees[definition] = self._load(state, definition).tree
            if len(self._trees) > TREES_MAX:
                self._trees.popitem(last=False)
        return found

    def _load(self, state: StateView, definition: str) -> Definition:
        data = load_tree(state, definition)
        check(data is not None, f"the definition {definition} was published before an instance of it was opened")
        return load_definition(data or b"")

    def speaker(self, state: StateView, definition: str) -> Speaker:
        """What things are called in a published definition. `state` must not charge."""
        found = self._speakers.get(definition)
        if found is None:
            found = self._speakers[definition] = Speaker(self.compiled(state, definition).checked)
        return found

    def passage(self, state: StateView, before: str, after: str) -> Passage:
        """How records of one published definition become those of another that upgrades it. `state` must not charge."""
        found = self._passages.get((before, after))
        if found is not None:
            self._passages.move_to_end((before, after))
            return found
        old, new = self.compiled(state, before), self.compiled(state, after)
        try:
            found = check_upgrade(old.checked, new.checked, self.registry)
        except Refusal as refusal:
            check(False, f"a published upgrade passes the check again: {refusal}")
            raise
        self._passages[before, after] = found
        if len(self._passages) > PASSAGES_MAX:
            self._passages.popitem(last=False)
        return found


def present(instance: Instance, time: int) -> Instance:
    """The instance at a block time (Unix seconds): under the upgrade that was announced, once its notice is over."""
    coming = instance.coming
    if coming is None or time < coming.since:
        return instance
    return replace(
        instance,
        before={**instance.before, str(instance.version): _earlier(instance)},
        coming=None,
        definition=coming.definition,
        settings=coming.settings,
        uses=coming.uses,
        version=coming.version,
    )


def _earlier(instance: Instance) -> Earlier:
    return Earlier(definition=instance.definition, settings=instance.settings, uses=instance.uses)


def as_of(instance: Instance, version: int) -> Earlier:
    """Definition, settings and uses under which a record of `version` lives."""
    if version == instance.version:
        return _earlier(instance)
    found = instance.before.get(str(version))
    check(found is not None, f"an instance knows its version {version}")
    return found or _earlier(instance)
