"""Following watch rules block by block, in the transaction in which the index writes the blocks: exactly once, and again when it is built anew.

Which definition an application follows is folded from the events, never asked of the ledger's state, so that a rebuilt index
watches old blocks by old rules.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from zhulian.errors import Refusal, Words
from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.causes import words_at
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import Definition
from zhulian.language.definition.views import Watch
from zhulian.node.vocabulary import Unfit, setting_values, vocabulary
from zhulian.offchain.index.blocks import Background, Happened, ReadBlock
from zhulian.offchain.index.telling import plain
from zhulian.offchain.watch.own import OwnRules, Stated, compile_own
from zhulian.offchain.watch.rules import AppRule, Moment, Rule, app_rules
from zhulian.offchain.watch.sights import Unseen
from zhulian.offchain.watch.tables import Alert, SqlStore, WatchInstance, WatchProposal, WatchRule
from zhulian.offchain.watch.windows import Group, Seen, Sighting, move

__all__ = ["RecordsOf", "Watcher", "Watching", "instances_of"]


class RecordsOf(Protocol):
    """Records as the index has them behind the newest block that it has taken."""

    def one(self, instance: str, record: str, leaf: str) -> Mapping[str, Any] | None:
        """A record by its key in one text."""

    def every(self, instance: str, record: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """All records of a type with their keys."""


_COMPILED = 64
_EMERGENCY = Words("紧急调阅，待所有方复核", "Opened in an emergency, for its owner to review")
_INSTANCES: Any = WatchInstance.__table__
_RULES: Any = WatchRule.__table__
_PROPOSALS: Any = WatchProposal.__table__
_ALERTS: Any = Alert.__table__


class Watcher:
    """What lasts from batch to batch: an operator's own rules, and compiled definitions."""

    def __init__(self, own: OwnRules | None = None) -> None:
        self.own = own
        self.rests: dict[str, Words] = {}
        """Why rules are not followed, by their keys."""
        self.unanswered: dict[str, Words] = {}
        """Rules whose question could not be answered for some group since the start, with the last reason."""
        self._compiled: dict[str, Compiled] = {}
        self._own: dict[str, tuple[str, tuple[Watch, ...], Compiled]] = {}

    def open(self, connection: Connection, background: Background, records: RecordsOf, height: int) -> "Watching":
        """Begin a batch above `height`."""
        stated = self.own.look() if self.own is not None else Stated()
        return Watching(self, connection, background, records, stated, height)

    def compiled(self, background: Background, digest: str) -> Compiled | None:
        """A definition ready to be followed; None where it is not known."""
        found = self._compiled.get(digest)
        tree = background.trees.get(digest)
        if found is None and tree is not None:
            if len(self._compiled) >= _COMPILED:
                self._compiled.clear()
            try:
                found = self._compiled[digest] = compile_definition(check_definition(Definition(tree), vocabulary()))
            except LanguageFaults:  # this program would not publish it; its rules rest, and the index goes on
                return None
        return found

    def compiled_own(self, instance: str, digest: str, compiled: Compiled, own: tuple[Watch, ...]) -> Compiled:
        """The definition of an instance with an operator's rules in place of its own.

        Raises:
            LanguageFaults.
        """
        kept = self._own.get(instance)
        if kept is None or kept[0] != digest or kept[1] is not own:
            kept = self._own[instance] = (digest, own, compile_own(compiled.tree, own))
        return kept[2]


class Watching:
    """One batch. `raised` are the ids of alerts that it has raised, in their order."""

    def __init__(
        self, watcher: Watcher, connection: Connection, background: Background, records: RecordsOf, stated: Stated, height: int
    ) -> None:
        self._watcher = watcher
        self._connection = connection
        self._background = background
        self._records = records
        self._stated = stated
        self._store = SqlStore(connection)
        self._instances = {row.instance: row for row in connection.execute(sa.select(_INSTANCES)).all()}
        self._followed = {row.rule: row.digest for row in connection.execute(sa.select(_RULES)).all()}
        self._rules: dict[str, Rule] = {}
        self._before: dict[tuple[str, str, str], Mapping[str, Any] | None] = {}
        self._totals: set[tuple[str, str]] = set()
        self.raised: list[str] = []
        watcher.rests.clear()
        for name in list(self._instances):
            self._take_up(name, height, 0)
        for each in stated.events:
            self._begin(each, height, 0)
        self._drop_unknown()

    def before(self, block: ReadBlock) -> None:
        """Remember the records that a block changes, for totals, before the index takes it."""
        self._before.clear()
        for happened in block.events:
            event = happened.event
            if event["type"] == "scenario.record_changed" and (event["instance"], event["record"]) in self._totals:
                place = (event["instance"], event["record"], event["key"])
                if place not in self._before:
                    self._before[place] = self._records.one(*place)

    def take(self, block: ReadBlock) -> None:
        """Follow a block that the index has taken."""
        time = block.time_ms // 1000
        self._follow_instances(block, time)
        acts = self._acts(block, time)
        for rule in self._rules.values():
            moment = self._moment(rule.instance, block, acts)
            sightings = rule.sightings(moment)
            if isinstance(rule, AppRule) and rule.watch.kind == "totals":
                self._add_up(rule, moment)
                continue
            for name, group in move(self._store, rule.key, rule.window_s, time, sightings):
                self._judge(rule, name, group, moment)
        for happened in block.events:
            if happened.event["type"] == "scenario.alerted":
                self._alerted(happened, block)
            elif happened.event["type"] == "share.emergency_opened":
                self._opened_in_emergency(happened, block)

    def finish(self) -> None:
        """Write what the batch has changed."""
        self._store.flush()

    # Applications and rules.

    def _follow_instances(self, block: ReadBlock, time: int) -> None:
        for happened in block.events:
            event = happened.event
            name = str(event.get("instance", ""))
            match event["type"]:
                case "scenario.opened":
                    self._put_instance(name, event["definition"], "", 0)
                    self._take_up(name, block.height, time)
                case "scenario.upgraded" if name in self._instances:
                    self._put_instance(name, self._instances[name].definition, event["definition"], event["since"])
                case "scenario.called_off" if name in self._instances:
                    self._put_instance(name, self._instances[name].definition, "", 0)
        for name, row in list(self._instances.items()):
            if row.coming and time >= row.since:
                self._put_instance(name, row.coming, "", 0)
                self._take_up(name, block.height, time)
        self._drop_unknown()

    def _put_instance(self, name: str, definition: str, coming: str, since: int) -> None:
        self._connection.execute(sa.delete(_INSTANCES).where(_INSTANCES.c.instance == name))
        row = {"instance": name, "definition": definition, "coming": coming, "since": since}
        self._connection.execute(sa.insert(_INSTANCES), [row])
        self._instances[name] = self._connection.execute(sa.select(_INSTANCES).where(_INSTANCES.c.instance == name)).one()

    def _take_up(self, instance: str, height: int, time: int) -> None:
        """Follow the rules of an application: its definition's and the operator's own."""
        digest = self._instances[instance].definition
        compiled = self._watcher.compiled(self._background, digest)
        for key in [key for key, rule in self._rules.items() if rule.instance == instance]:
            del self._rules[key]
        if compiled is None:
            return
        given = _settings(self._background.instances.get(instance, {}), digest)
        settings = setting_values(compiled, given)
        found: list[AppRule] = app_rules(instance, compiled, settings)
        own = self._stated.apps.get(instance, ())
        if own:
            try:
                found += app_rules(instance, self._watcher.compiled_own(instance, digest, compiled, own), settings, own)
            except LanguageFaults as faults:
                for each in own:
                    self._watcher.rests[f"own:{instance}:{each.name}"] = Words(
                        faults.found[0].say("zh"), faults.found[0].say("en")
                    )
        for rule in found:
            self._begin(rule, height, time)

    def _begin(self, rule: Rule, height: int, time: int) -> None:
        if rule.rests is not None:
            self._watcher.rests[rule.key] = rule.rests
            return
        self._rules[rule.key] = rule
        totals = isinstance(rule, AppRule) and rule.watch.kind == "totals"
        if isinstance(rule, AppRule) and totals:
            self._totals.add((rule.instance, rule.compiled.totals[rule.watch.of].record))
        if self._followed.get(rule.key) == rule.digest:
            return
        self._store.forget(rule.key)
        self._connection.execute(sa.delete(_RULES).where(_RULES.c.rule == rule.key))
        self._connection.execute(sa.insert(_RULES), [{"rule": rule.key, "digest": rule.digest, "height": height}])
        self._followed[rule.key] = rule.digest
        if isinstance(rule, AppRule) and totals:
            self._seed(rule)
        elif isinstance(rule, AppRule) and rule.watch.by is None:
            self._store.add(rule.key, Seen(time or self._now(), "", None, 0, weight=0))

    def _now(self) -> int:
        """Block time where the index stands, for a rule that begins between blocks."""
        found = self._connection.execute(sa.text("SELECT time_ms FROM progress")).scalar()
        return int(found or 0) // 1000

    def _drop_unknown(self) -> None:
        """Forget rules that are written nowhere any more."""
        for key in [key for key in self._followed if key not in self._rules]:
            self._store.forget(key)
            self._connection.execute(sa.delete(_RULES).where(_RULES.c.rule == key))
            del self._followed[key]

    # Judging.

    def _moment(self, instance: str, block: ReadBlock, acts: dict[int, Mapping[str, Any]]) -> Moment:
        calendar = self._background.calendar(block.time_ms)
        return Moment(block, acts, lambda record, leaf: self._records.one(instance, record, leaf), calendar)

    def _judge(self, rule: Rule, name: str, group: Group, moment: Moment) -> None:
        try:
            holds = rule.holds(group, moment)
        except (Refusal, Unseen, Unfit) as no:  # what cannot be answered is no alert, and no reason for the index to stop
            said = (
                no.words()
                if isinstance(no, Refusal)
                else Words("所问内容在链外看不到", "it asks for what is not to be seen beside the chain")
            )
            self._watcher.unanswered[rule.key] = said
            holds = False
        block = moment.block
        if holds and not group.alert:
            group.alert = _id(self._chain, rule.key, name, block.height)
            figures = {"count": group.count, "different": group.different, "sum": str(group.sum), "window_s": rule.window_s}
            self._put_alert(
                group.alert, block, source="own" if rule.own else "rule", instance=rule.instance, rule=rule.name, level=rule.level,
                title=rule.title, label=name, figures=figures,
            )  # fmt: skip
        elif not holds and group.alert:
            ended = {"ended_height": block.height, "ended_ms": block.time_ms}
            self._connection.execute(sa.update(_ALERTS).where(_ALERTS.c.id == group.alert).values(ended))
            group.alert = ""

    @property
    def _chain(self) -> str:
        return str(self._connection.execute(sa.text("SELECT chain FROM progress")).scalar())

    def _put_alert(
        self, name: str, block: ReadBlock, *, title: Words, figures: Mapping[str, Any], label: str, **more: str
    ) -> None:
        row = {
            "id": name, "title_zh": plain(title.zh), "title_en": plain(title.en), "label": plain(label)[:300], "record": "", "transaction": "",
            "height": block.height, "time_ms": block.time_ms, "figures": json.dumps(figures, sort_keys=True), "ended_height": 0, "ended_ms": 0,
        }  # fmt: skip
        self._connection.execute(sa.insert(_ALERTS), [{**row, **more}])
        self.raised.append(name)

    def _alerted(self, happened: Happened, block: ReadBlock) -> None:
        """An alert that the chain itself has raised, in an effect or because a timer was refused."""
        event = happened.event
        tree = self._background.trees.get(self._definition(event["instance"]))
        said = words_at(tree, event["cause"]) if tree is not None else None
        name = event.get("name") or event["cause"]
        self._put_alert(
            _id(self._chain, "event", f"{happened.number}", block.height), block, source="definition", instance=event["instance"],
            rule=name[:128], level=event["level"], title=said or Words(name, name), label=event.get("key", ""),
            record=event.get("record", ""), transaction=happened.transaction, figures={"cause": event["cause"]},
        )  # fmt: skip

    def _opened_in_emergency(self, happened: Happened, block: ReadBlock) -> None:
        """An opening without a grant, for whose content it is to review; an action that opens so raises an alert of its own."""
        event = happened.event
        if any(self._opens_in_emergency(each.event) for each in block.events if each.transaction == happened.transaction):
            return
        self._put_alert(
            _id(self._chain, "event", f"{happened.number}", block.height), block, source="chain", instance="", rule="emergency",
            level="high", title=_EMERGENCY, label=f"{event['owner']} ← {event['reader']}", transaction=happened.transaction,
            figures={name: event[name] for name in ("content", "opening", "owner", "reader", "reason")},
        )  # fmt: skip

    def _opens_in_emergency(self, event: Mapping[str, Any]) -> bool:
        """Whether an event is the alert of an action that breaks the glass; a transaction opens once at most, so it is of this opening."""
        if event["type"] != "scenario.alerted":
            return False
        tree = self._background.trees.get(self._definition(event["instance"]))
        return tree is not None and any(each.name == event.get("name") and each.break_glass for each in tree.actions)

    def _definition(self, instance: str) -> str:
        row = self._instances.get(instance)
        return row.definition if row is not None else ""

    # Totals.

    def _add_up(self, rule: AppRule, moment: Moment) -> None:
        """Bring the groups of a total up to date with the records that the block has changed."""
        touched: dict[str, Group] = {}
        for (instance, record, leaf), before in self._before.items():
            if instance != rule.instance:
                continue
            after = self._records.one(instance, record, leaf)
            for content, sign in ((before, -1), (after, 1)):
                found = rule.contribution(record, leaf, content, moment)
                if found is not None:
                    group = touched.setdefault(found.group, self._store.group(rule.key, found.group))
                    group.sum += sign * found.amount
        for name, group in touched.items():
            self._judge(rule, name, group, moment)

    def _seed(self, rule: AppRule) -> None:
        """Count the records that are there when a rule over a total begins."""
        record = rule.compiled.totals[rule.watch.of].record
        moment = self._moment(rule.instance, ReadBlock(0, "", self._now() * 1000, [], []), {})
        for leaf, content in self._records.every(rule.instance, record):
            found: Sighting | None = rule.contribution(record, leaf, content, moment)
            if found is not None:
                self._store.group(rule.key, found.group).sum += found.amount

    # What was handed in.

    def _acts(self, block: ReadBlock, time: int) -> dict[int, Mapping[str, Any]]:
        """What was handed in for each action of a block, by the number of its event; proposals are kept until they are done."""
        events: dict[str, list[Happened]] = {}
        for happened in block.events:
            if happened.event["type"] == "scenario.acted" and happened.transaction:
                events.setdefault(happened.transaction, []).append(happened)
        found: dict[int, Mapping[str, Any]] = {}
        for transaction in block.transactions:
            if transaction.status != "applied" or not transaction.handed:
                continue
            waiting = list(events.get(transaction.id, ()))
            for handed in transaction.handed:
                if handed.expires and handed.action:
                    self._keep_proposal(transaction.id, handed.action, handed.input, handed.expires)
                action, given = (handed.action, handed.input) if handed.action else self._proposed(handed.proposal)
                done = next(
                    (one for one in waiting if (one.event["instance"], one.event["action"]) == (handed.instance, action)), None
                )
                if done is not None:
                    waiting.remove(done)
                    found[done.number] = given
                    if not handed.action or handed.expires:
                        self._forget_proposal(handed.proposal or transaction.id)
        self._forget_old(block, time)
        return found

    def _keep_proposal(self, name: str, action: str, given: Mapping[str, Any], expires: int) -> None:
        row = {"proposal": name, "action": action, "input": json.dumps(given, sort_keys=True), "expires": expires}
        self._connection.execute(sa.delete(_PROPOSALS).where(_PROPOSALS.c.proposal == name))
        self._connection.execute(sa.insert(_PROPOSALS), [row])

    def _proposed(self, name: str) -> tuple[str, Mapping[str, Any]]:
        row = self._connection.execute(sa.select(_PROPOSALS).where(_PROPOSALS.c.proposal == name)).first()
        return ("", {}) if row is None else (row.action, json.loads(row.input))

    def _forget_proposal(self, name: str) -> None:
        self._connection.execute(sa.delete(_PROPOSALS).where(_PROPOSALS.c.proposal == name))

    def _forget_old(self, block: ReadBlock, time: int) -> None:
        gone = [
            each.event["proposal"]
            for each in block.events
            if each.event["type"] == "scenario.withdrawn" and each.event.get("whole")
        ]
        for name in gone:
            self._forget_proposal(name)
        if block.height % 100 == 0:
            self._connection.execute(sa.delete(_PROPOSALS).where(_PROPOSALS.c.expires < time))


def _settings(value: Mapping[str, Any], definition: str) -> Mapping[str, Any]:
    """The settings that an instance has, had or will have under a definition."""
    entries: Iterable[Mapping[str, Any]] = [
        value,
        *value.get("before", {}).values(),
        *([value["coming"]] if value.get("coming") else []),
    ]
    return next((each.get("settings", {}) for each in entries if each.get("definition") == definition), {})


def _id(chain: str, rule: str, name: str, height: int) -> str:
    return "al-" + hashlib.sha256(f"{chain}\x00{rule}\x00{name}\x00{height}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def instances_of(background: Background) -> Iterator[dict[str, Any]]:
    """Rows for applications that a ledger holds whose earlier blocks are not there."""
    for name, value in background.instances.items():
        coming = value.get("coming") or {}
        yield {
            "instance": name,
            "definition": value["definition"],
            "coming": coming.get("definition", ""),
            "since": coming.get("since", 0),
        }
