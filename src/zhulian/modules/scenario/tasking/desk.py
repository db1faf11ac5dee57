"""What tasks and corrections share: one record that somebody works on otherwise than by an action of the definition."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from zhulian.language.definition.shapes import Signatory
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting.court import ActionCourt
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.scene import open_scene
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.errors import NoSuchRecord
from zhulian.modules.scenario.freezing.free import require_free
from zhulian.modules.scenario.messages import RecordAt
from zhulian.modules.scenario.opening.handlers import acting_instance
from zhulian.modules.scenario.opening.migrate import at_present
from zhulian.modules.scenario.state import RECORDS
from zhulian.modules.scenario.values import key_leaf
from zhulian.modules.scenario.who.custody import has_agent, parties_in, parties_on
from zhulian.modules.scenario.who.judge import Signed, judge_who

__all__ = ["Desk"]


class Desk:
    """A record at work. `doer` is what stands as the cause of what happens, such as `tasks.tax`."""

    def __init__(self, context: Context, shelf: Shelf, name: str, on: RecordAt, doer: str) -> None:
        """Open the record.

        Raises:
            NoSuchInstance, PresentedByModule, NoSuchRecord, Frozen.
        """
        self._given = (context, shelf, name, on, doer)
        instance = acting_instance(shelf, context, name)
        place = RecordName(name, on.record, on.key)
        held = RECORDS.find(context.state, name, on.record, key_leaf(on.key))
        if held is None:
            raise NoSuchRecord(record=on.record, key=key_leaf(on.key)[:200])
        require_free(shelf.freezes, context.state.quiet, context.block.time, name, (place,))
        now, _ = at_present(shelf, context.state.quiet, context.state, instance, place, held, context.block.time)
        self.scene = open_scene(context, shelf, name, instance, now.version, (name,))
        self.work = Work(self.scene)
        self.record: Open = self.work.records.at_key(on.record, on.key)
        self.work.environment.names["this"] = self.record.ref
        self.work.begin()

    def judge(
        self, path: str, signatories: Sequence[Signatory], by: Mapping[str, str], given: Mapping[str, Any] = MappingProxyType({})
    ) -> Signed:
        """Who acts, if they may; `path` leads to the signatories in the definition, `given` are the fields that are to be changed.

        Raises:
            Refusal: see `judge_who`.
        """
        court = ActionCourt(self.work.environment, path, self.record.name)
        signers = self.scene.context.acting
        others = self._others(given) if has_agent(signers) else ()
        return judge_who(court, path.rpartition(".")[2], signatories, by, signers, others=others)

    def _others(self, given: Mapping[str, Any]) -> list[str]:
        """The parties that the record names, or would, none of whom may sign as somebody's agent."""
        fields, held = self.record.rules.fields, self.record.held
        return [*parties_in(fields, given), *parties_in(fields, self.record.values), *parties_on(held)]

    def signed(self, signed: Signed) -> "Desk":
        """The record for those who sign, after what was due of it has run.

        Raises:
            StepsExceeded.
        """
        context, shelf, _, _, doer = self._given
        after = Desk(*self._given) if shelf.run_due(context, self.scene.stack, (self.record.name,)) else self
        after.work.sign(doer, signed)
        return after
