"""Storing parts of a definition, and publishing it."""

from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.reading import Definition
from zhulian.language.definition.work import Work
from zhulian.language.upgrades.passage import check_upgrade
from zhulian.ledger.module import Context
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.events import Published as PublishedEvent
from zhulian.modules.scenario.events import Stored
from zhulian.modules.scenario.limits import RESERVED
from zhulian.modules.scenario.messages import Publish, Store
from zhulian.modules.scenario.needs import Parties
from zhulian.modules.scenario.publishing.errors import (
    AlreadyPublished,
    NameOfAnother,
    NameReserved,
    NotAnOrganisation,
    OneForm,
    PartMissing,
    PublishedSecond,
    UpgradeFromNowhere,
    VersionBackwards,
    VersionTaken,
)
from zhulian.modules.scenario.publishing.judging import Paid, read_tree, require_digest
from zhulian.modules.scenario.publishing.trees import save_tree
from zhulian.modules.scenario.publishing.uploads import drop_upload, find_part, save_part
from zhulian.modules.scenario.state import DEFINITIONS, SCENARIOS, VERSIONS, Published, Scenario

__all__ = ["Publishing", "organisation_of"]


def organisation_of(parties: Parties, context: Context) -> str:
    """The organisation for which a transaction acts.

    Raises:
        NotAnOrganisation. Refusal: if several parties sign.
    """
    party, _ = parties.acting_for(context, None)
    if party.startswith("~"):
        raise NotAnOrganisation(party=party)
    return party


class Publishing:
    """`shelf` knows the words of this chain, and the definitions that came before."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle_store(self, context: Context, message: Store) -> None:
        """Keep one part of a definition for the organisation that hands it in."""
        # AUTHORIZE
        organisation = organisation_of(self._shelf.parties, context)

        # VALIDATE
        _require_new(context, message.definition)

        # APPLY
        save_part(context.state, organisation, message.definition, message.part, message.text)

        # EMIT
        context.emit(Stored(definition=message.definition, part=message.part))

    def handle_publish(self, context: Context, message: Publish) -> None:
        """Judge a definition and keep it under its digest, for everybody and for good."""
        # AUTHORIZE
        organisation = organisation_of(self._shelf.parties, context)

        # VALIDATE
        _require_new(context, message.definition)
        text = _whole_text(context, organisation, message)
        data = text.encode()
        require_digest(context, message.definition, data)
        if context.state.touched:  # what is written before would take the count of what was checked with it, if it is refused
            raise PublishedSecond()
        definition = read_tree(context, data)
        _require_turn(context, organisation, definition)
        compiled = self._judged(context, definition)

        # APPLY
        tree = definition.tree
        value = Published(
            height=context.block.height,
            parts=save_tree(context.state, message.definition, text),
            publisher=organisation,
            rules=definition.digests(context.block.hasher.digest).rules.hex(),
            scenario=tree.scenario,
            source=message.source,
            transaction=context.transaction,
            version=tree.version,
        )
        DEFINITIONS.set(context.state, message.definition, value=value)
        SCENARIOS.set(context.state, tree.scenario, value=Scenario(newest=tree.version, owner=organisation))
        VERSIONS.set(context.state, tree.scenario, str(tree.version), value=message.definition)
        drop_upload(context.state, organisation, message.definition)
        self._shelf.keep(message.definition, compiled)

        # EMIT
        context.emit(PublishedEvent(definition=message.definition, scenario=tree.scenario, version=tree.version))

    def _judged(self, context: Context, definition: Definition) -> Compiled:
        """The definition ready to be run, if it is sound, and records of the version before find their way into it.

        Raises:
            BlockHasChecked, DefinitionFaulty.
        """
        paid = Paid(context)
        try:
            compiled = compile_definition(check_definition(definition, self._shelf.registry, paid.work))
            self._require_way(context, compiled.checked, paid.work)
        except LanguageFaults as faults:
            paid.settle()
            raise paid.says(faults) from None
        paid.settle()
        return compiled

    def _require_way(self, context: Context, checked: Checked, work: Work) -> None:
        tree = checked.definition.tree
        if tree.upgrade is None:
            return
        before = VERSIONS.get(context.state, tree.scenario, str(tree.upgrade.version))
        old = self._shelf.compiled(context.state.quiet, before).checked
        check_upgrade(old, checked, self._shelf.registry, work)


def _require_new(context: Context, definition: str) -> None:
    before = DEFINITIONS.find(context.state, definition)
    if before is not None:
        raise AlreadyPublished(definition=definition, height=before.height)


def _whole_text(context: Context, organisation: str, message: Publish) -> str:
    if bool(message.text) == bool(message.parts):
        raise OneForm()
    if message.text:
        return message.text
    found: list[str] = []
    for part in range(message.parts):
        text = find_part(context.state, organisation, message.definition, part)
        if text is None:
            raise PartMissing(definition=message.definition, part=part)
        found.append(text)
    return "".join(found)


def _require_turn(context: Context, organisation: str, definition: Definition) -> None:
    """That the name is the organisation's and the version the next one."""
    tree = definition.tree
    if tree.scenario in RESERVED:
        raise NameReserved(name=tree.scenario)
    known = SCENARIOS.find(context.state, tree.scenario)
    if known is not None and known.owner != organisation:
        raise NameOfAnother(scenario=tree.scenario, owner=known.owner)
    before = VERSIONS.find(context.state, tree.scenario, str(tree.version))
    if before is not None:
        raise VersionTaken(scenario=tree.scenario, version=tree.version, definition=before)
    if known is not None and tree.version < known.newest:
        raise VersionBackwards(scenario=tree.scenario, version=tree.version, newest=known.newest)
    if tree.upgrade is not None and not VERSIONS.has(context.state, tree.scenario, str(tree.upgrade.version)):
        raise UpgradeFromNowhere(scenario=tree.scenario, version=tree.upgrade.version)
