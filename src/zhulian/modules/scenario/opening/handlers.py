"""Opening instances, and letting them follow a later version of their definition."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from zhulian.language.compile import Compiled
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.upgrades.holding import bound_uses
from zhulian.language.upgrades.passage import check_kept, notice_seconds
from zhulian.ledger.module import Context
from zhulian.modules.scenario.books import Shelf, present
from zhulian.modules.scenario.events import CalledOff, Opened, Upgraded
from zhulian.modules.scenario.limits import RESERVED, VERSIONS_MAX
from zhulian.modules.scenario.messages import CallOff, Open, Upgrade
from zhulian.modules.scenario.needs import Members, Spaces
from zhulian.modules.scenario.opening.errors import (
    InstanceExists,
    KeptByUpgrade,
    NoSuchDefinition,
    NotOperator,
    NoUpgradeComing,
    PresentedByModule,
    TooManyVersions,
    UpgradeUnderWay,
    UpgradeUnfit,
    UseRebound,
)
from zhulian.modules.scenario.opening.settings import read_settings
from zhulian.modules.scenario.opening.spaces import require_spaces
from zhulian.modules.scenario.opening.uses import require_uses
from zhulian.modules.scenario.publishing.errors import NameReserved
from zhulian.modules.scenario.publishing.handlers import organisation_of
from zhulian.modules.scenario.reporting.agreeing import require_reports
from zhulian.modules.scenario.state import DEFINITIONS, INSTANCES, Coming, Instance, Published

__all__ = ["Opening", "acting_instance"]


def acting_instance(shelf: Shelf, context: Context, name: str) -> Instance:
    """The instance called `name` as it is now, if anything is done through its definition at all.

    Raises:
        NoSuchInstance, PresentedByModule.
    """
    found = shelf.instance(context.state, name)
    if found.module:
        raise PresentedByModule(instance=name, module=found.module)
    return present(found, context.block.time)


class Opening:
    """`spaces` says who may claim numbers; None on a chain without a registry. `members` are whose reports count."""

    def __init__(self, shelf: Shelf, spaces: Spaces | None, members: Members) -> None:
        self._shelf = shelf
        self._members = members
        self._spaces = spaces

    def handle_open(self, context: Context, message: Open) -> None:
        """Open an instance of a definition; the organisation that signs operates it."""
        # AUTHORIZE
        operator = organisation_of(self._shelf.parties, context)

        # VALIDATE
        if message.instance in RESERVED:
            raise NameReserved(name=message.instance)
        before = INSTANCES.find(context.state, message.instance)
        if before is not None:
            raise InstanceExists(instance=message.instance, height=before.height)
        published = _published(context, message.definition)
        require_reports(context, self._members, message.definition)
        compiled = self._shelf.compiled(context.state.quiet, message.definition)
        settings = self._fitted(context, message.instance, compiled, message.settings, message.uses)

        # APPLY
        value = Instance(
            definition=message.definition,
            height=context.block.height,
            operator=operator,
            scenario=published.scenario,
            settings=settings,
            uses=message.uses,
            version=published.version,
        )
        INSTANCES.set(context.state, message.instance, value=value)

        # EMIT
        context.emit(Opened(definition=message.definition, instance=message.instance, operator=operator))

    def handle_upgrade(self, context: Context, message: Upgrade) -> None:
        """Announce that an instance will follow a later version, from the end of that version's notice on."""
        # AUTHORIZE
        instance = self._operated(context, message.instance)

        # VALIDATE
        if instance.coming is not None:
            coming = instance.coming
            raise UpgradeUnderWay(instance=message.instance, since=coming.since, version=coming.version)
        if len(instance.before) >= VERSIONS_MAX:
            raise TooManyVersions(instance=message.instance, most=VERSIONS_MAX)
        published = _published(context, message.definition)
        compiled = self._shelf.compiled(context.state.quiet, message.definition)
        upgrade = compiled.tree.upgrade
        if upgrade is None or (published.scenario, upgrade.version) != (instance.scenario, instance.version):
            raise UpgradeUnfit(instance=message.instance, scenario=instance.scenario, version=instance.version)
        require_reports(context, self._members, message.definition)
        self._require_kept(context, instance, compiled)
        self._require_bound(context, instance, compiled, message)
        settings = self._fitted(context, message.instance, compiled, message.settings, message.uses)

        # APPLY
        coming = Coming(
            definition=message.definition,
            settings=settings,
            since=context.block.time + notice_seconds(upgrade),
            uses=message.uses,
            version=published.version,
        )
        INSTANCES.set(context.state, message.instance, value=replace(instance, coming=coming))

        # EMIT
        event = Upgraded(definition=message.definition, instance=message.instance, since=coming.since, version=published.version)
        context.emit(event)

    def handle_call_off(self, context: Context, message: CallOff) -> None:
        """Drop an upgrade that has not begun."""
        # AUTHORIZE
        instance = self._operated(context, message.instance)

        # VALIDATE
        if instance.coming is None:
            raise NoUpgradeComing(instance=message.instance)

        # APPLY
        INSTANCES.set(context.state, message.instance, value=replace(instance, coming=None))

        # EMIT
        context.emit(CalledOff(definition=instance.coming.definition, instance=message.instance))

    def _operated(self, context: Context, name: str) -> Instance:
        """The instance as it is now, if its operator signs.

        Raises:
            NoSuchInstance, PresentedByModule, NotOperator.
        """
        party = organisation_of(self._shelf.parties, context)
        instance = acting_instance(self._shelf, context, name)
        if party != instance.operator:
            raise NotOperator(instance=name, operator=instance.operator)
        return instance

    def _fitted(
        self, context: Context, name: str, compiled: Compiled, settings: Mapping[str, Any], uses: Mapping[str, str]
    ) -> dict[str, Any]:
        """The settings of an instance for a definition that finds all it needs.

        Raises:
            SettingWrong, UseUnfit, UsesCircular, SpacesDue.
        """
        found = read_settings(compiled, settings)
        require_uses(self._shelf, context.state.quiet, context.state, context.block.time, name, compiled, uses)
        require_spaces(self._spaces, context.state, name, compiled.tree)
        return found

    def _require_bound(self, context: Context, instance: Instance, compiled: Compiled, message: Upgrade) -> None:
        """That what records hold of other instances, or point at, is still of the same instances for those that go on.

        Raises:
            UseRebound.
        """
        old = self._shelf.compiled(context.state.quiet, instance.definition).checked
        passage = self._shelf.passage(context.state.quiet, instance.definition, message.definition)
        for use in bound_uses(old, passage.ways):
            before, after = instance.uses.get(use, "–"), message.uses.get(use, "–")
            if before != after:
                raise UseRebound(instance=message.instance, use=use, before=before, after=after)

    def _require_kept(self, context: Context, instance: Instance, compiled: Compiled) -> None:
        """That records of every earlier version, which were kept, can still finish by their own rules.

        Raises:
            KeptByUpgrade.
        """
        chain = sorted((int(version), earlier.definition) for version, earlier in instance.before.items())
        followers = [*(definition for _, definition in chain), instance.definition][1:]
        for (version, definition), follower in zip(chain, followers, strict=True):
            old = self._shelf.compiled(context.state.quiet, definition)
            upgrade = self._shelf.compiled(context.state.quiet, follower).tree.upgrade
            kept = upgrade.keep if upgrade is not None else ()
            context.state.charge(len(kept))
            try:
                check_kept(kept, old.checked, compiled.checked, self._shelf.registry)
            except LanguageFaults as faults:
                raise KeptByUpgrade(version=version, why=faults.found[0].words()) from None


def _published(context: Context, definition: str) -> Published:
    found = DEFINITIONS.find(context.state, definition)
    if found is None:
        raise NoSuchDefinition(definition=definition)
    return found
