"""What a compiled action orders of a module."""

from dataclasses import dataclass

from zhulian.language.expressions.types import Record
from zhulian.language.lending import VerbRun
from zhulian.language.registry import Verb

__all__ = ["Order"]


@dataclass(frozen=True, slots=True)
class Order:
    """A verb: what runs it, and which arguments lose something, with whether they are records by their type."""

    run: VerbRun
    debits: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, verb: Verb, run: VerbRun) -> "Order":
        """The verb of that run."""
        records = [each.name for each in verb.parameters if isinstance(each.type, Record)]
        return cls(run, tuple([(name, name in records) for name in verb.debits]))
