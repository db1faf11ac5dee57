"""What a freeze by the regulator keeps from happening here: nothing goes out; what comes in is never refused for it."""

from collections.abc import Iterable, Sequence

from zhulian.language.lending import Argument, RecordName
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.freezing.errors import Frozen
from zhulian.modules.scenario.needs import Freezes

__all__ = ["frozen_until", "require_free", "require_free_givers"]


def require_free(freezes: Freezes | None, state: StateView, time: int, instance: str, records: Iterable[RecordName] = ()) -> None:
    """That neither an instance nor any of its records that something is done with is frozen. `state` does not charge.

    Raises:
        Frozen.
    """
    if freezes is None or not freezes.standing(state):
        return
    _require(freezes, state, time, [f"@{instance}", *(each.text for each in records)])


def require_free_givers(freezes: Freezes | None, state: StateView, time: int, givers: Sequence[Argument]) -> None:
    """That no party or record is frozen from which something goes out.

    Raises:
        Frozen.
    """
    if freezes is None or not freezes.standing(state):
        return
    targets = [each.text if isinstance(each, RecordName) else each for each in givers if isinstance(each, str | RecordName)]
    _require(freezes, state, time, [*targets, *(f"@{each.instance}" for each in givers if isinstance(each, RecordName))])


def frozen_until(freezes: Freezes | None, state: StateView, time: int, record: RecordName) -> int | None:
    """Until when a record or its instance is frozen; None if neither is."""
    if freezes is None or not freezes.standing(state):
        return None
    ends = [freezes.until(state, each, time) for each in (record.text, f"@{record.instance}")]
    return max((each for each in ends if each is not None), default=None)


def _require(freezes: Freezes, state: StateView, time: int, targets: Iterable[str]) -> None:
    for target in dict.fromkeys(targets):
        until = freezes.until(state, target, time)
        if until is not None:
            raise Frozen(target=target[:200], until=until)
