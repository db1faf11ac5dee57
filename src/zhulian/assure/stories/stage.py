"""The stage of a story: a chain with the whole company, the definitions published and opened, the players admitted to their roles."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from msgspec import structs

from zhulian.assure.stories.chain import Chain
from zhulian.assure.stories.company import Admission, Company, make_company, plan_admissions
from zhulian.assure.stories.errors import NotGiven, PacksCircular, StageRefused, UseUnknown
from zhulian.assure.stories.founding import found_genesis, key_of
from zhulian.assure.stories.seeding import Holding, amount_kind, seed, spaces_of
from zhulian.errors import Refusal, Words
from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Kind
from zhulian.language.definition.views import Story, Tree
from zhulian.language.expressions.dates import Calendar, start_of
from zhulian.language.lending import AssetName
from zhulian.language.values import Moment, keys_of, read_value
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.types import Message
from zhulian.modules import assemble, found_state
from zhulian.modules.identity.credentials import possession_data
from zhulian.modules.identity.messages import OpenHandle, OwnKey
from zhulian.modules.scenario.messages import Admit, Open, Publish, Store
from zhulian.modules.scenario.publishing.trees import parts_of

__all__ = ["CALENDAR", "Finding", "Opened", "Proposal", "Stage", "publications", "set_stage"]

CALENDAR = Calendar()
"""Beijing time, as the genesis of stories has it."""
_FIRST_DAY = 20_458
"""2026-01-05, a Monday, where a story does not say which day it is."""
_MORNING = 9 * 3600
_SETTING_UP = 3600
"""The stage is set an hour before the first step."""


class Finding(Protocol):
    """Finds the definitions that a definition uses."""

    def find(self, scenario: str) -> Checked:
        """The definition of a scenario."""


@dataclass(frozen=True)
class Opened:
    """An instance of the stage: its name on the chain, its definition, who opened it, and its `uses` by name."""

    name: str
    checked: Checked
    operator: str
    uses: Mapping[str, str]
    settings: Mapping[str, Any]

    @property
    def tree(self) -> Tree:
        """The definition's tree."""
        return self.checked.definition.tree


@dataclass
class Stage:
    """Everything that a story plays on; `instances` by name, `main` the one that it is about."""

    story: Story
    company: Company
    chain: Chain
    main: Opened
    instances: dict[str, Opened]
    tickets: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, "Proposal"] = field(default_factory=dict)
    """What was proposed, by its name in the story."""
    earlier: list[Opened] = field(default_factory=list)
    """What the main instance was before its upgrades, the newest first."""
    coming: tuple[Opened, int] | None = None
    """What it will be, and from when on (Unix seconds)."""
    following: Mapping[str, Checked] = field(default_factory=dict)
    """Definitions that it may be upgraded to, by the name of their file, where they are at hand."""
    made: dict[str, Any] = field(default_factory=dict)
    """What players have made away from the chain, by name: sealed groups, codes, bulks, proofs."""

    @property
    def moment(self) -> Moment:
        """Now, for reading dates."""
        return Moment(self.chain.time, CALENDAR)

    @property
    def script(self) -> Checked:
        """The definition in which the story stands, whatever the instance was upgraded to."""
        return self.earlier[-1].checked if self.earlier else self.main.checked

    def settle(self) -> None:
        """Let an upgrade whose notice is over take effect."""
        if self.coming is not None and self.chain.time >= self.coming[1]:
            self.earlier.insert(0, self.main)
            self.main = self.instances[self.main.name] = self.coming[0]
            self.coming = None


@dataclass(frozen=True)
class Proposal:
    """An action that was proposed: the transaction, which is its id, and what it is about."""

    transaction: str
    action: str
    record: str
    keys: tuple[str, ...]


@dataclass
class _Plan:
    """What is to be opened, in order: what is used comes before what uses it."""

    packs: Finding
    company: Company
    story: Story
    opened: dict[str, Opened] = field(default_factory=dict)
    admissions: dict[str, list[Admission]] = field(default_factory=dict)


def set_stage(
    checked: Checked,
    story: Story,
    packs: Finding,
    *,
    found: Callable[[Company, int], Genesis] = found_genesis,
    settings: Mapping[str, Any] | None = None,
) -> Stage:
    """Found the chain of a story, publish and open what it plays, and admit the players.

    `found` makes the genesis; `settings` of the main instance, as the chain keeps them, stand in for those of the story.

    Raises:
        PackMissing, PacksCircular, UseUnknown, NotGiven, StageRefused; LanguageFaults of a definition that is used.
    """
    company = make_company(story)
    plan = _Plan(packs, company, story)
    main = _plan(plan, checked, (), "")
    starts = _starts(story)
    if settings is not None:
        main = plan.opened[main.name] = replace(main, settings=settings)
    genesis = found(company, starts - _SETTING_UP - 1)
    world = assemble(genesis)
    spaces = [space for each in plan.opened.values() for space in spaces_of(each.tree)]
    state = seed(world, found_state(world), _holdings(plan, main), spaces)
    chain = Chain.found(world, state, starts - _SETTING_UP)
    stage = Stage(story, company, chain, main, plan.opened)
    for each in plan.opened.values():
        _open(stage, each)
    _open_handles(stage)
    for name, admissions in plan.admissions.items():
        _admit(stage, name, admissions)
    chain.time = max(chain.time, starts)
    return stage


def _starts(story: Story) -> int:
    today = next((each.value for each in story.given if each.kind == "today"), None)
    day = _FIRST_DAY
    if today is not None:
        day = int(read_value(Kind(type="date"), today, Moment(start_of(CALENDAR, _FIRST_DAY), CALENDAR), "today"))
    return start_of(CALENDAR, day) + _MORNING


def _plan(plan: _Plan, checked: Checked, above: tuple[str, ...], use: str) -> Opened:
    """Plan an instance of a definition and, before it, of what it uses; `use` is how the story's own definition calls it."""
    tree = checked.definition.tree
    if tree.scenario in above:
        raise PacksCircular(names=" → ".join((*above, tree.scenario)))
    uses: dict[str, str] = {}
    for each in tree.uses:
        used = plan.packs.find(each.scenario)
        _require_there(used.definition.tree, each.kind, each.what, each.scenario)
        inner = _plan(plan, used, (*above, tree.scenario), "" if above else each.name)
        uses[each.name] = inner.name
    name = tree.scenario.replace("_", "-")
    if name in plan.opened:
        return plan.opened[name]
    wanted = _wanted(plan, use, main=not above)
    operator = next(iter(wanted.pop("operator", ())), plan.company.operator)
    settings = _settings(plan.story, tree) if not above else {}
    plan.admissions[name] = plan_admissions(plan.company, tree, operator, wanted)
    plan.opened[name] = Opened(name, checked, operator, uses, settings)
    return plan.opened[name]


def _require_there(tree: Tree, kind: str, what: str, scenario: str) -> None:
    known = tree.assets if kind == "asset" else tree.records
    if what not in [each.name for each in known]:
        raise UseUnknown(scenario=scenario, what=what)


def _wanted(plan: _Plan, use: str, *, main: bool) -> dict[str, list[str]]:
    """Who is to have which role of an instance, in the order of the cast."""
    found: dict[str, list[str]] = {}
    for player in plan.company.players.values():
        for role in player.roles:
            of, _, inner = role.rpartition(".")
            if (main and not of) or (of and of == use):
                found.setdefault(inner, []).append(player.party)
    return found


def _settings(story: Story, tree: Tree) -> dict[str, Any]:
    fields = {each.name: each for each in tree.settings}
    moment = Moment(_starts(story), CALENDAR)
    found: dict[str, Any] = {}
    for given in story.given:
        if given.kind == "setting":
            try:
                found[given.of] = read_value(fields[given.of], given.value, moment, given.of, keys=keys_of(tree))
            except Refusal as no:
                raise NotGiven(what=f"setting {given.of}", why=no.words()) from None
    return found


def _holdings(plan: _Plan, main: Opened) -> Iterable[Holding]:
    assets = {each.name: each for each in main.tree.assets}
    uses = {each.name: each for each in main.tree.uses}
    for given in plan.story.given:
        if given.kind != "balance":
            continue
        if given.of in assets:
            own = assets[given.of]
            asset, kind = AssetName(main.name, own.name, own.per or None), amount_kind(own)
        else:
            use = uses[given.of]
            instance = main.uses[use.name]
            there = {each.name: each for each in plan.opened[instance].tree.assets}[use.what]
            asset, kind = AssetName(instance, use.what, there.per or None), amount_kind(there)
        for amount in given.amounts:
            yield Holding(asset, kind, plan.company.players[amount.who].party, amount.amount)


def publications(stage: Stage, checked: Checked) -> tuple[str, list[Message]]:
    """The digest of a definition, and the messages that publish it, each for a transaction of its own."""
    definition = checked.definition
    hasher = stage.chain.world.hasher
    text = definition.to_json().decode()
    digest = hasher.digest("definition", text.encode()).hex()
    raw = definition.digests(hasher.digest).source
    source = None if raw is None else raw.hex()
    parts = parts_of(text)
    if len(parts) == 1:
        return digest, [Publish(definition=digest, source=source, text=text)]
    stored: list[Message] = [Store(definition=digest, part=place, text=part) for place, part in enumerate(parts)]
    return digest, [*stored, Publish(definition=digest, parts=len(parts), source=source)]


def _open(stage: Stage, opened: Opened) -> None:
    """Publish a definition as its operator, and open the instance."""
    signer = [stage.company.signer_of(opened.operator)]
    publishing = Words(f"发布场景 {opened.tree.scenario}", f"publishing the scenario {opened.tree.scenario}")
    digest, messages = publications(stage, _by_itself(opened.checked))
    for each in messages:
        _send(stage, [each], signer, publishing)
    opening = Open(definition=digest, instance=opened.name, settings=dict(opened.settings), uses=dict(opened.uses))
    _send(stage, [opening], signer, Words(f"开通应用 {opened.name}", f"opening the instance {opened.name}"))


def _by_itself(checked: Checked) -> Checked:
    """The definition as if it followed no other: on the chain of a story there is no version before."""
    definition = checked.definition
    return replace(checked, definition=replace(definition, tree=structs.replace(definition.tree, upgrade=None)))


def _open_handles(stage: Stage) -> None:
    """A handle for each person, with an own key or in the custody of its agent."""
    hasher = stage.chain.world.hasher
    for player in stage.company.players.values():
        if not player.is_person:
            continue
        own = None
        by = stage.company.operator
        if player.agent:
            by = stage.company.players[player.agent].party
        else:
            key = key_of(player.party)
            proof = hasher.preimage("possession", possession_data(player.party, key.public_key))
            own = OwnKey(not_after=2**37, possession=hasher.suite.sign(key, proof).hex(), public_key=key.public_key.hex())
        message = OpenHandle(handle=player.party, instance=stage.main.name, own=own)
        what = Words(f"为 {player.name} 建立身份标识", f"opening a handle for {player.name}")
        _send(stage, [message], [stage.company.signer_of(by)], what)


def _admit(stage: Stage, instance: str, admissions: list[Admission]) -> None:
    """Admit the players, each by whom the definition names."""
    for each in admissions:
        signer = stage.company.signer_of(each.by)
        name = stage.company.name_of(each.party)
        what = Words(f"{name} 加入角色 {each.role}", f"admitting {name} as {each.role}")
        _send(stage, [Admit(instance=instance, party=each.party, role=each.role)], [signer], what)


def _send(stage: Stage, messages: list[Message], signers: list[str], what: Words) -> None:
    sent = stage.chain.send(messages, signers)
    if sent.refusal is not None:
        raise StageRefused(step=what, inner=sent.refusal.code, why=sent.refusal.words())
