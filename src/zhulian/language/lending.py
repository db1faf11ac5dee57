"""How a module's words run: what stands behind the entries of the registry, and the values that it is handed.

The registry says what a word is called and takes; a `Lender` is what answers. Whoever runs definitions (the engine) resolves
local names first: an asset class by its instance, a record by instance, type and key. It asks `Lender.reads` and orders
`Lender.verbs` by name, with arguments by name, and knows no module otherwise.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeAlias, runtime_checkable

from zhulian.errors import Refusal
from zhulian.language.expressions.types import PerOf
from zhulian.language.registry import Parameter, Registry
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import StateView

__all__ = [
    "Argument",
    "ArgumentWrong",
    "Arguments",
    "AssetName",
    "Caller",
    "ContentRules",
    "Lender",
    "Owner",
    "ReadRun",
    "RecordName",
    "VerbRun",
    "bind",
    "the_asset",
    "the_list",
    "the_number",
    "the_owner",
    "the_record",
    "the_text",
]


class ArgumentWrong(
    Refusal,
    code="language/190",
    zh="参数 {name} 不是 {wanted}。定义与程序版本不符，请用 zhulian scenario check 复查定义。",
    en="The argument {name} is no {wanted}. Definition and program do not fit: look at it with zhulian scenario check.",
):
    name: str
    wanted: str


class AssetName(NamedTuple):
    """An asset class: the instance whose rules issue it, its name there, and the record type that it is kept per, if any."""

    instance: str
    name: str
    per: str | None = None


class RecordName(NamedTuple):
    """A record: its instance, its type there, and the parts of its key as text. The built-in `instance` record has no parts."""

    instance: str
    record: str
    key: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The record in one text, `instance/type/key/…`, with `%25` and `%2F` for `%` and `/` in a key: two records never share one."""
        key = "/".join(self.key)
        if "%" in key or key.count("/") >= len(self.key):
            key = "/".join([each.replace("%", "%25").replace("/", "%2F") for each in self.key])
        return f"{self.instance}/{self.record}/{key}" if self.key else f"{self.instance}/{self.record}"


Owner: TypeAlias = str | RecordName
"""Who can own an asset: an organisation, a person's handle (`~` and hex), or a record."""
Argument: TypeAlias = int | str | bool | AssetName | RecordName | tuple["Argument", ...] | None
"""Numbers in the smallest unit, parties and texts as text, things of a module (such as a ticket) as its own text."""
Arguments: TypeAlias = Mapping[str, Argument]
"""By the names of the parameters; an optional one that is not given may be left out or None."""


class Caller(NamedTuple):
    """Under whose rules a word runs: the instance, its action (empty where nobody acts, as in a timer) and who signs it.

    `pay_less`: where the one who is debited has too little, whatever there is goes (`short: pay_less`).
    """

    instance: str
    action: str = ""
    parties: tuple[str, ...] = ()
    pay_less: bool = False


class ContentRules(NamedTuple):
    """What a definition says of the content of a private or guarded field that names its owner.

    `threshold` is 0 where it is private; `keep_s` is how long it may not be erased, 0 where nothing is said.
    """

    field: str
    threshold: int = 0
    keep_s: int = 0
    regulator: bool = True
    emergency: bool = False


VerbRun: TypeAlias = Callable[[Context, Caller, Arguments], None]
"""Does it, through the transaction's metered state, or refuses before anything is written."""
ReadRun: TypeAlias = Callable[[Block, StateView, Caller, Arguments], int | str | bool]
"""Answers from the state alone. The entry's `cost` covers all that it does, a signature's verification included."""


@runtime_checkable
class Lender(Protocol):
    """A module that lends words: `lend` adds their entries to the registry, `verbs` and `reads` run them."""

    name: str
    verbs: Mapping[str, VerbRun]
    reads: Mapping[str, ReadRun]

    def lend(self, registry: Registry) -> Registry:
        """The registry with this module's words."""


def bind(parameters: Sequence[Parameter], values: Sequence[Argument]) -> dict[str, Argument]:
    """Arguments in their order, as an expression gives them, by name; an asset that is not kept per record has no `of`.

    Raises:
        ArgumentWrong: if there are more than the parameters take, or too few.
    """
    if len(values) == len(parameters):
        return {parameter.name: value for parameter, value in zip(parameters, values, strict=True)}
    found: dict[str, Argument] = {}
    left = list(values)
    for parameter in parameters:
        if isinstance(parameter.type, PerOf):
            if the_asset(found, parameters[parameter.type.parameter].name).per is None:
                continue
        elif parameter.optional and not left:
            continue
        if not left:
            raise ArgumentWrong(name=parameter.name, wanted="value")
        found[parameter.name] = left.pop(0)
    if left:
        raise ArgumentWrong(name=f"{len(values)}", wanted=f"one of {len(found)} values")
    return found


def the_asset(arguments: Arguments, name: str) -> AssetName:
    """The asset class that an argument names.

    Raises:
        ArgumentWrong.
    """
    found = arguments.get(name)
    if isinstance(found, AssetName):
        return found
    raise ArgumentWrong(name=name, wanted="asset")


def the_record(arguments: Arguments, name: str) -> RecordName | None:
    """The record that an argument names; None if it is not given.

    Raises:
        ArgumentWrong.
    """
    found = arguments.get(name)
    if found is None or isinstance(found, RecordName):
        return found
    raise ArgumentWrong(name=name, wanted="record")


def the_owner(arguments: Arguments, name: str) -> Owner:
    """The party or record that an argument names.

    Raises:
        ArgumentWrong.
    """
    found = arguments.get(name)
    if isinstance(found, (str, RecordName)):
        return found
    raise ArgumentWrong(name=name, wanted="party or record")


def the_number(arguments: Arguments, name: str) -> int:
    """The number that an argument is.

    Raises:
        ArgumentWrong.
    """
    found = arguments.get(name)
    if type(found) is int:
        return found
    raise ArgumentWrong(name=name, wanted="number")


def the_list(arguments: Arguments, name: str) -> tuple[Argument, ...]:
    """The list that an argument is.

    Raises:
        ArgumentWrong.
    """
    found = arguments.get(name)
    if isinstance(found, tuple):
        return found
    raise ArgumentWrong(name=name, wanted="list")


def the_text(arguments: Arguments, name: str) -> str:
    """The text (or party) that an argument is.

    Raises:
        ArgumentWrong.
    """
    found = arguments.get(name)
    if isinstance(found, str):
        return found
    raise ArgumentWrong(name=name, wanted="text")
