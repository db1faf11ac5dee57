"""The spaces in which an instance needs to claim numbers that are unique across the chain."""

from zhulian.errors import Words
from zhulian.language.definition.views import Tree
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.needs import Spaces
from zhulian.modules.scenario.opening.errors import SpacesDue

__all__ = ["require_spaces", "spaces_of"]


def spaces_of(tree: Tree) -> tuple[str, ...]:
    """The spaces that fields of a definition are unique in (`unique: everywhere`), sorted."""
    found = {field.space: None for record in tree.records for field in record.fields if field.unique == "everywhere"}
    return tuple(sorted(found))


def require_spaces(spaces: Spaces | None, state: StateView, name: str, tree: Tree) -> None:
    """That the members have admitted the instance to every space that it needs.

    Raises:
        SpacesDue: naming all that are missing.
    """
    due = [each for each in spaces_of(tree) if spaces is None or not spaces.may_claim(state, each, name)]
    if due:
        names = ", ".join(due)
        raise SpacesDue(instance=name, spaces=Words("、".join(due), names))
