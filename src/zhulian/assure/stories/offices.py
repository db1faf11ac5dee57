"""Steps that are no action: proposals and their approvals, who has which role, upgrades of the instance, and what the regulator orders."""

from pathlib import Path

from zhulian.assure.stories.entering import Entry
from zhulian.assure.stories.errors import NotProposed, UpgradeUnread
from zhulian.assure.stories.packs import read_pack
from zhulian.assure.stories.stage import Opened, Proposal, Stage, publications
from zhulian.errors import Words
from zhulian.language.definition.check import Checked
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.shapes import Field
from zhulian.language.definition.views import Step
from zhulian.language.lending import RecordName
from zhulian.language.spans import seconds_of
from zhulian.ledger.types import Message
from zhulian.modules.mandate.messages import Freeze, Recall, Thaw
from zhulian.modules.scenario.events import Upgraded
from zhulian.modules.scenario.messages import Act, Admit, Approve, Dismiss, Propose, Upgrade, Withdraw

__all__ = ["is_office", "office_messages", "proposal_of", "proposed", "read_upgrade", "take_up"]

_DOCUMENT = Field(name="document", type="file", visibility="public")
_DAYS = 3 * 86_400
"""How long a proposal stands where the story does not say."""


def is_office(step: Step) -> bool:
    """Whether a step is about a proposal that there is, a role or the definition."""
    return bool(step.approves or step.withdraws or step.admits or step.dismisses or step.upgrades or step.orders)


def proposed(stage: Stage, step: Step, act: Act) -> Propose:
    """The proposal of an action; its parties are those that the step names, or the one who proposes."""
    players = stage.company.players
    by = {each.name: players[each.player].party for each in step.by} or dict(act.by)
    expires = stage.chain.time + (seconds_of(step.valid) or _DAYS)
    return Propose(action=act.action, by=by, expires=expires, instance=act.instance, input=act.input, on=act.on)


def proposal_of(stage: Stage, name: str) -> Proposal:
    """What was proposed under a name.

    Raises:
        NotProposed: nothing was, or it was refused.
    """
    found = stage.proposals.get(name)
    if found is None:
        raise NotProposed(name=name)
    return found


def office_messages(stage: Stage, step: Step, folder: Path | None) -> list[Message]:
    """What a step sends, each message in a transaction of its own; the last is what it is about.

    Raises:
        NotProposed, UpgradeUnread.
    """
    name, players = stage.main.name, stage.company.players
    if step.approves:
        return [Approve(instance=name, proposal=proposal_of(stage, step.approves).transaction)]
    if step.withdraws:
        return [Withdraw(instance=name, proposal=proposal_of(stage, step.withdraws).transaction)]
    if step.upgrades:
        new = _following(stage, step.upgrades, folder)
        digest, messages = publications(stage, new)
        known = {each.name for each in new.definition.tree.settings}
        settings = {key: value for key, value in stage.main.settings.items() if key in known}
        return [*messages, Upgrade(definition=digest, instance=name, settings=settings, uses=dict(stage.main.uses))]
    if step.orders:
        return [_order(stage, step, folder)]
    admitted: list[Message] = [Admit(instance=name, party=players[each.player].party, role=each.name) for each in step.admits]
    return admitted + [Dismiss(instance=name, party=players[each.player].party, role=each.name) for each in step.dismisses]


def _order(stage: Stage, step: Step, folder: Path | None) -> Message:
    """What the regulator orders about a record (`type/key`), a player or the whole instance."""
    about = step.on[0] if step.on else ""
    player = stage.company.players.get(about)
    record, _, key = about.partition("/")
    if "/" in about:
        target = RecordName(stage.main.name, record, tuple(key.split("/"))).text
    else:
        target = f"@{stage.main.name}" if player is None else player.party
    document = Entry(stage, stage.main, "", folder).commit(_DOCUMENT, step.inputs[0].value)
    until = stage.chain.time + seconds_of(step.valid)
    if step.orders == "freeze":
        return Freeze(document=document, target=target, until=until)
    if step.orders == "thaw":
        return Thaw(document=document, target=target)
    return Recall(document=document, target=target, until=until)


def _following(stage: Stage, file: str, folder: Path | None) -> Checked:
    return stage.following.get(file) or read_upgrade(file, folder)


def read_upgrade(file: str, folder: Path | None) -> Checked:
    """The definition in a file beside the one that is played.

    Raises:
        UpgradeUnread: it is elsewhere, missing or not sound.
    """
    path = (folder or Path()) / file
    if folder is None or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise UpgradeUnread(file=file[:80], why=Words("旁边没有这个文件", "there is no such file beside"))
    try:
        return read_pack(path)
    except LanguageFaults as faults:
        raise UpgradeUnread(file=file[:80], why=faults.found[0].words()) from None


def take_up(stage: Stage, step: Step, folder: Path | None, event: Upgraded) -> None:
    """Remember the upgrade that was announced, so that the stage follows it when its notice is over."""
    main = stage.main
    new = Opened(main.name, _following(stage, step.upgrades, folder), main.operator, main.uses, main.settings)
    stage.coming = (new, event.since)
    stage.settle()
