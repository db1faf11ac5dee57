"""What the expressions of watch rules see beside the node: what events say, records as the index has them, settings, and the time."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from zhulian.language.compile import INSTANCE, Compiled
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.dates import Calendar, date_of
from zhulian.language.expressions.tree import Ask, Ref, Typed, Value, walk
from zhulian.node.vocabulary import leaf_of, stored_value
from zhulian.offchain.index.telling import plain

__all__ = ["ANSWERED", "Records", "Sight", "Unseen", "beyond", "label_of"]

Records: TypeAlias = Callable[[str, str], Mapping[str, Any] | None]
"""A record of the rule's instance by type and key in one text, as the index has it: `fields`, `state`, `owner`."""

ANSWERED = frozenset({"now", "today"})
"""The reads that are answered here; all others ask the chain's state at a moment that is gone."""


class Unseen(Exception):
    """Something that is not to be seen beside the node."""


def beyond(typed: Typed) -> str | None:
    """The first read of an expression that only the chain can answer; None where there is none."""
    asked = [each.read for each in walk(typed) if isinstance(each, Ask)]
    return next((each for each in asked if each not in ANSWERED), None)


def label_of(value: Value) -> str:
    """A group or a value in one text; all of one expression are of one type, so no two values share a text."""
    if isinstance(value, Ref):
        return f"{value.record}/{leaf_of(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(label_of(each) for each in value)
    return "" if value is None else plain(str(value))


class Sight:
    """Fills the evaluator's need for one event, or for the question whether a rule holds."""

    def __init__(
        self,
        compiled: Compiled,
        records: Records,
        settings: Mapping[str, Value],
        calendar: Calendar,
        time: int,
        names: dict[str, Any],
    ) -> None:
        self._compiled = compiled
        self._records = records
        self._settings = settings
        self._calendar = calendar
        self._time = time
        self._names = names

    @property
    def calendar(self) -> Calendar:
        """Zone and workdays of the chain."""
        return self._calendar

    def read(self, name: str) -> Any:
        """A variable.

        Raises:
            Unseen.
        """
        if name in self._names:
            return self._names[name]
        if name == "settings":
            return self._settings
        if name == INSTANCE:
            return Ref(INSTANCE, ())
        raise Unseen(name)

    def field(self, of: Any, name: str) -> Value:
        """A field of a record or group; None only if it is optional and absent.

        Raises:
            Unseen: the record, or the field, is not there.
        """
        if isinstance(of, Mapping):
            if name not in of:
                raise Unseen(name)
            found: Value = of[name]
            return found
        if not isinstance(of, Ref) or of.record not in self._compiled.records:
            raise Unseen(name)
        content = self._records(of.record, leaf_of(of))
        if content is None:
            raise Unseen(name)
        fields = content.get("fields", {})
        if name in fields:
            return stored_value(self._compiled, of.record, name, fields[name])
        if name in ("state", "owner") and content.get(name):
            return str(content[name])
        declared = self._compiled.records[of.record].fields.get(name)
        if declared is not None and (declared.optional or declared.private):
            return None
        raise Unseen(name)

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        """The answer of a read.

        Raises:
            Unseen.
        """
        if read == "now":
            return self._time
        if read == "today":
            return date_of(self._calendar, self._time, NOWHERE)
        raise Unseen(read)
