"""From a copy to a stage: a chain of its own with the definition opened, the members admitted, and the copied state put in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from zhulian.assure.sandbox.copy import Copy, HeldBalance, HeldRecord, handle_of
from zhulian.assure.sandbox.errors import StageFell
from zhulian.assure.stories.chain import Chain
from zhulian.assure.stories.company import Company
from zhulian.assure.stories.errors import PackMissing, StageRefused
from zhulian.assure.stories.founding import found_genesis
from zhulian.assure.stories.seeing import shelf_of
from zhulian.assure.stories.stage import CALENDAR, Stage, set_stage
from zhulian.errors import Refusal, Words
from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import Definition
from zhulian.language.definition.shapes import Text
from zhulian.language.definition.views import Cast, Given, Step, Story, Tree
from zhulian.language.expressions.tree import Ref
from zhulian.language.lending import AssetName, Caller, Owner, RecordName
from zhulian.ledger.genesis import SANDBOX, Genesis, SandboxOf
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.modules import every_word, lenders
from zhulian.modules.scenario.acting.records import load_value
from zhulian.modules.scenario.acting.scene import open_scene
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.books import present
from zhulian.modules.scenario.errors import PromiseBroken
from zhulian.modules.scenario.values import key_of_leaf

__all__ = ["LeftOut", "checked_for", "put_up"]

_STEPS = 10_000_000
_PAGE = 1_000
_NO_COMMITMENT = "0" * 64
"""What stands in a record for private content that was dropped and may not be absent; nothing opens it."""
_STORY = "tried"


@dataclass(frozen=True)
class LeftOut:
    """A record or balance that does not fit the definition, and why."""

    what: str
    why: Words


class _Packs:
    """Definitions that were copied along."""

    def __init__(self, copy: Copy) -> None:
        self._trees = copy.uses
        self._found: dict[str, Checked] = {}

    def find(self, scenario: str) -> Checked:
        """The definition of a scenario.

        Raises:
            PackMissing. LanguageFaults.
        """
        if scenario not in self._found:
            tree = self._trees.get(scenario)
            if tree is None:
                raise PackMissing(scenario=scenario)
            self._found[scenario] = check_definition(Definition(tree), every_word())
        return self._found[scenario]


def player_of(party: str) -> str:
    """The player's name of an organisation; persons have theirs from the copy."""
    return party.replace("-", "_")


def checked_for(copy: Copy, tree: Tree, steps: tuple[Step, ...]) -> Checked:
    """A definition with the copied cast and these steps as its only story, checked.

    Raises:
        LanguageFaults.
    """
    roles: dict[str, list[str]] = {player_of(copy.operator): ["operator"]}
    persons = {handle_of(f"person_{number}"): f"person_{number}" for number in range(1, len(copy.members) + 1)}
    known = {each.name for each in tree.roles}
    uses = {each.name for each in tree.uses}
    for role, party in copy.members:
        if ("." not in role and role not in known) or ("." in role and role.partition(".")[0] not in uses):
            continue
        name = persons.get(party) or player_of(party)
        roles.setdefault(name, ["person"] if party in persons else []).append(role)
    for step in steps:
        for each in (signer.partition(".")[0] for voice in step.who for signer in voice.signers):
            roles.setdefault(each, [])
    cast = tuple(Cast(name=name, roles=tuple(several)) for name, several in roles.items())
    at = datetime.fromtimestamp(copy.time, UTC) + timedelta(seconds=CALENDAR.offset)
    story = Story(
        name=_STORY,
        title=Text(zh="沙箱试办", en="Tried in a sandbox"),
        cast=cast,
        given=(Given(kind="today", value=f"{at:%Y-%m-%d}"),),
        steps=steps,
    )
    whole = _with(tree, stories=(story,))
    return check_definition(Definition(whole), every_word())


def _with(tree: Tree, **more: Any) -> Tree:
    return msgspec.structs.replace(tree, **more)


def put_up(name: str, copy: Copy, checked: Checked) -> tuple[Stage, list[LeftOut]]:
    """A stage with the copied state on it, and what of it does not fit the definition.

    Raises:
        StageFell, PackMissing.
    """

    def founded(company: Company, created: int) -> Genesis:
        return found_genesis(company, created, f"{SANDBOX}{name}", SandboxOf(chain=copy.of, height=copy.height))

    tree = checked.definition.tree
    settings = {each: value for each, value in copy.settings.items() if each in {one.name for one in tree.settings}}
    try:
        stage = set_stage(checked, tree.stories[0], _Packs(copy), found=founded, settings=settings)
    except StageRefused as no:
        raise StageFell(why=no.words()) from None
    return stage, _Filling(stage, copy).fill()


class _Filling:
    """Puts a copy's state into a stage by the same code by which actions write it, so that totals, indexes and timers are right."""

    def __init__(self, stage: Stage, copy: Copy) -> None:
        self._stage = stage
        self._copy = copy
        application = stage.chain.application
        self._overlay = BlockOverlay(application.chain_store)
        rules = application.world.governing.rules(application.chain_store, application.head.height + 1)
        world = application.world
        self._block = Block(
            height=application.head.height,
            time_ms=stage.chain.time * 1000,
            rules=rules,
            genesis=world.genesis,
            hasher=world.hasher,
        )
        self._issue = next(each.verbs["issue"] for each in lenders(world.modules) if "issue" in each.verbs)

    def fill(self) -> list[LeftOut]:
        """Put everything in; what does not fit."""
        left: list[LeftOut] = []
        per: dict[str, list[HeldBalance]] = {}
        for balance in self._copy.balances:
            if balance.of:
                per.setdefault(balance.of.partition("/")[2], []).append(balance)
                continue
            left += self._try(f"{balance.asset} · {balance.owner}", lambda context, each=balance: self._balance(context, each))
        put: list[HeldRecord] = []
        for record in self._copy.records:
            fell = self._try(self._name(record), lambda context, each=record: self._record(context, each, per))
            left += fell
            put += [] if fell else [record]
        for record in put:
            left += self._try(self._name(record), lambda context, each=record: self._require_promises(context, each))
        self._found_anew()
        return left

    def _try(self, what: str, put: Any) -> list[LeftOut]:
        state = TransactionOverlay(self._overlay, _STEPS)
        try:
            put(Context(self._block, "00" * 32, (), state))
        except Refusal as no:
            return [LeftOut(what[:200], no.words())]
        state.merge()
        return []

    def _name(self, record: HeldRecord) -> str:
        kinds = {each.name: each for each in self._stage.main.tree.records}
        kind = kinds.get(record.record)
        return " / ".join([record.record, *(str(record.fields.get(part, "")) for part in (kind.key if kind is not None else ()))])

    def _balance(self, context: Context, balance: HeldBalance, of: RecordName | None = None) -> None:
        """Issue what somebody holds.

        Raises:
            Refusal: the definition has no such class, or not for such owners.
        """
        main = self._stage.main
        if balance.use:
            use = next((each for each in main.tree.uses if each.name == balance.use), None)
            asset = None if use is None else AssetName(main.uses[balance.use], use.what)
        else:
            own = next((each for each in main.tree.assets if each.name == balance.asset), None)
            asset = None if own is None else AssetName(main.name, own.name, own.per or None)
        if asset is None:
            raise StageFell(why=Words(f"没有资产 {balance.asset}", f"there is no asset {balance.asset}"))
        arguments: dict[str, Any] = {"asset": asset, "to": self._owner(balance.owner), "amount": balance.units}
        if of is not None:
            arguments["of"] = of
        self._issue(context, Caller(instance=asset.instance), arguments)

    def _owner(self, owner: str) -> Owner:
        instance, slash, rest = owner.partition("/")
        if not slash or instance != self._copy.instance:
            return owner
        record, _, key = rest.partition("/")
        return RecordName(self._stage.main.name, record, key_of_leaf(key))

    def _record(self, context: Context, held: HeldRecord, per: Mapping[str, list[HeldBalance]]) -> None:
        """Make a record as it stands.

        Raises:
            Refusal: a promise, a unique value, or a field of the definition is against it.
        """
        work = self._work(context)
        scene = work.scene
        rules = scene.compiled.records.get(held.record)
        if rules is None or (held.state and held.state not in rules.states):
            raise StageFell(
                why=Words(f"没有记录类型或状态 {held.record} {held.state}", f"no record type or state {held.record} {held.state}")
            )
        if held.record == INSTANCE:
            whole = work.records.get(Ref(INSTANCE, ()))
            for field, wire in held.fields.items():
                if field in rules.fields:
                    whole.assign(field, load_value(rules.fields[field].kind, wire, scene.compiled.keys))
            work.save("sandbox")
            return
        draft = work.records.draft(rules, held.since, held.state)
        draft.held = _as_held(draft.held, held)
        for field, wire in held.fields.items():
            if field in rules.fields:
                draft.values[field] = load_value(rules.fields[field].kind, wire, scene.compiled.keys)
        for field in rules.due:
            if field not in draft.values and rules.fields[field].private:
                draft.values[field] = _NO_COMMITMENT
        work.records.hold(draft)
        work.records.register(draft)
        leaf = f"{held.record}/{draft.leaf}"
        for balance in per.get(leaf, ()):
            self._balance(context, balance, draft.name)
        work.save("sandbox")

    def _require_promises(self, context: Context, held: HeldRecord) -> None:
        """Ask a record for what it promises, once all are there; it stays whatever the answer.

        Raises:
            PromiseBroken. Refusal: what an expression is refused with.
        """
        work = self._work(context)
        rules = work.scene.compiled.records[held.record]
        values = {name: load_value(rules.fields[name].kind, held.fields[name], work.scene.compiled.keys) for name in rules.key}
        record = work.records.get(Ref(held.record, tuple(values[name] for name in rules.key)))
        for promise in rules.always:
            environment = work.environment.under(record.held.version, {"this": record.ref})
            if promise.that(environment, context.state) is not True:
                said = promise.shape.say
                words = Words("", "") if said is None else Words(f"（{said.zh}）", f" ({said.en})")
                raise PromiseBroken(record=held.record, key=record.leaf, promise=promise.name, said=words)

    def _work(self, context: Context) -> Work:
        shelf, name = shelf_of(self._stage), self._stage.main.name
        instance = present(shelf.instance(context.state.quiet, name), self._block.time)
        return Work(open_scene(context, shelf, name, instance, instance.version, (name,)))

    def _found_anew(self) -> None:
        """Let the stage's chain begin with the state as it is now."""
        chain, state = self._stage.chain, dict(self._everything())
        for key, value in self._overlay.writes.items():
            if value is None:
                state.pop(key, None)
            else:
                state[key] = value
        self._stage.chain = Chain.found(chain.world, state, chain.time)

    def _everything(self) -> Iterator[tuple[bytes, bytes]]:
        store, after = self._stage.chain.application.chain_store, b""
        while True:
            page = store.keys(b"", after, _PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][0]


def _as_held(drafted: Any, held: HeldRecord) -> Any:
    """The record's own state as it was copied."""
    return msgspec.structs.replace(drafted, since=held.since, **({"owner": held.owner} if held.owner else {}))
