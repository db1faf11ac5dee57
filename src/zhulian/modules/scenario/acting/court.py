"""What the judge of who may act asks of an instance and of the record that an action is about."""

from collections.abc import Sequence

from zhulian.language.definition.shapes import Signatory
from zhulian.language.lending import RecordName
from zhulian.ledger.module import Acting
from zhulian.modules.scenario.acting.environment import Environment
from zhulian.modules.scenario.opening.members import has_role
from zhulian.modules.scenario.who.custody import agent_of
from zhulian.modules.scenario.who.officers import officers_of

__all__ = ["ActionCourt"]


class ActionCourt:
    """Fills the judge's need for one action, task or correction, whose part of the definition `path` leads to.

    `record` is the one that it is about, None where it is created.
    """

    def __init__(self, environment: Environment, path: str, record: RecordName | None) -> None:
        self._environment = environment
        self._scene = environment.scene
        self._path = path
        self._record = record

    def agent(self, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
        """The agent that signs for a person's handle."""
        return agent_of(self._scene.shelf.parties, self._scene.context, party, signers, others)

    def equals(self, signatory: Signatory, place: int) -> object:
        """What the `is` of a choice names."""
        below = f"{self._path}.by.{signatory.name}" if signatory.name else f"{self._path}.by"
        return self._scene.compiled.programs[f"{below}[{place}].is"](self._environment, self._scene.context.state)

    def has_role(self, role: str, party: str) -> bool:
        """Whether the party has the role in the instance."""
        scene = self._scene
        return has_role(scene.context.state, scene.context.block.genesis, scene.name, scene.instance, role, party)

    def own_keys(self, role: str) -> bool:
        """Whether the role forbids agents."""
        found = self._scene.compiled.roles.get(role)
        return found is not None and found.keys == "own"

    def officers(self, action: str) -> Sequence[str]:
        """The signers of that action when it was last done on the record."""
        return () if self._record is None else officers_of(self._scene.context.state.quiet, self._record, action)
