"""How the kernel's words about titles run: what the registry calls them, and the functions behind them.

The engine reads the record that `what` names, has its changed form from `deal`, and keeps it like every change of a record.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, RecordName, the_number, the_record, the_text
from zhulian.modules.scenario.owning.errors import TitleElsewhere
from zhulian.modules.scenario.owning.titles import Title, pass_on, pledge, release, seize, shares_of
from zhulian.modules.scenario.state import Held

__all__ = ["READS", "VERBS", "deal", "title_of"]


def title_of(caller: Caller, arguments: Arguments, name: str = "what") -> RecordName:
    """The record that a verb deals with.

    Raises:
        ArgumentWrong, TitleElsewhere.
    """
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise TitleElsewhere(record=record.text[:200])
    return record


def deal(verb: str, held: Held, caller: Caller, arguments: Arguments) -> Held:
    """The title after a verb; `caller.parties` are those who sign.

    Raises:
        ArgumentWrong. Refusal: scenario/62–72, in the order that the verb names.
    """
    title = Title(title_of(caller, arguments).text[:200], held, caller.parties)
    return VERBS[verb](title, arguments)


def _pass(title: Title, given: Arguments) -> Held:
    part = the_number(given, "part") if given.get("part") is not None else None
    return pass_on(title, the_text(given, "to"), part, _maybe(given, "from"), _maybe(given, "order"))


def _pledge(title: Title, given: Arguments) -> Held:
    rank = the_number(given, "rank") if given.get("rank") is not None else None
    return pledge(title, the_text(given, "to"), rank, follows=given.get("follows") is True)


def _release(title: Title, given: Arguments) -> Held:
    return release(title, the_text(given, "holder"), _maybe(given, "order"))


def _seize(title: Title, given: Arguments) -> Held:
    return seize(title, the_text(given, "order"))


def _maybe(given: Arguments, name: str) -> str | None:
    return the_text(given, name) if given.get(name) is not None else None


VERBS: Mapping[str, Callable[[Title, Arguments], Held]] = MappingProxyType(
    {"pass": _pass, "pledge": _pledge, "release": _release, "seize": _seize}
)
"""What runs each verb of titles, by its name in the registry."""


def _owners(held: Held, rest: tuple[object, ...]) -> tuple[str, ...]:
    """The greatest part first, then by name."""
    shares = shares_of(held)
    return tuple(sorted(shares, key=lambda owner: (-shares[owner], owner)))


def _burdens(held: Held, rest: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(each.holder for each in held.burdens)


def _part_owned(held: Held, rest: tuple[object, ...]) -> int:
    return shares_of(held).get(str(rest[0]), 0)


READS: Mapping[str, Callable[[Held, tuple[object, ...]], int | tuple[str, ...]]] = MappingProxyType(
    {"owners": _owners, "burdens": _burdens, "part_owned": _part_owned}
)
"""What answers each read of titles: from the record as it is held, and the arguments behind the record."""
