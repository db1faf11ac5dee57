"""The one typed registry of reads and verbs that modules lend to definitions; the language knows no module by name.

Everything here is data: names, types, costs, words, and contracts as texts of the language itself, so that the evaluator,
the manual and the prover read the same entry. What a read answers comes from the environment at run time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from zhulian.errors import check
from zhulian.language.expressions.types import (
    ANY_RECORD,
    BOOL,
    DATE,
    FILE,
    INT,
    PARTY,
    PERSON,
    RATE,
    TEXT,
    TIME,
    AmountOf,
    AnyAsset,
    AnyOf,
    ListOf,
    PerOf,
    Said,
    Thing,
    Type,
)

__all__ = ["KERNEL", "Contract", "Parameter", "Read", "Registry", "Verb"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a read or verb. `private`: a private value may go in, since only its commitment is looked at."""

    name: str
    type: Type
    private: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What the prover may assume: expressions over the parameters' names, `result`, and reads; empty where nothing is known.

    `before` must hold when it is called, `after` holds behind it, `axioms` hold always (such as balance ≤ supply). In `after`,
    `was(x)` is the value of x when it was called; reads that `after` does not speak of have the value that they had.
    """

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """A function of the state that guards may ask.

    `cost` is the steps that each call is charged; `says` words it, with {0}, {1} … for the arguments; `private` labels the
    result; `pages` allows it on pages only, since it is not known on chain.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    cost: int
    says: Said
    module: str = "kernel"
    private: bool = False
    pages: bool = False
    contract: Contract | None = None

    @property
    def usage(self) -> str:
        """How a call is written."""
        names = [f"{each.name}?" if each.optional or isinstance(each.type, PerOf) else each.name for each in self.parameters]
        return f"{self.name}({', '.join(names)})"


@dataclass(frozen=True, slots=True)
class Verb:
    """An effect that actions may order.

    `debits` names the parameters whose owner loses something, so that the kernel asks who signed; `cost` is the most steps
    that it takes; `says` words it, with {name} for the arguments. `ours` names the asset parameters that must be classes of
    the acting instance itself, such as those that it issues.

    Where a parameter that is debited is a record, its owner loses, or the owner that the parameter `loser` names. `order` names
    the parameter for whoever may do it without the owner, by an office that the definition gives: a signatory with a role.
    Where a verb is given several classes, it moves units of the last; the others say who has a share in them. `destroys` names
    the parameter for content that it destroys, which must be a field that may be erased.
    """

    name: str
    parameters: tuple[Parameter, ...]
    debits: tuple[str, ...]
    cost: int
    says: Said
    module: str = "kernel"
    contract: Contract | None = None
    ours: tuple[str, ...] = ()
    loser: str = ""
    order: str = ""
    destroys: str = ""

    @property
    def moved(self) -> str:
        """The parameter for the class whose units the verb takes or gives; empty where it is about no class."""
        return next((each.name for each in reversed(self.parameters) if isinstance(each.type, AnyAsset)), "")


@dataclass(frozen=True, slots=True)
class Registry:
    """Reads and verbs by name; immutable, made by adding what each module lends."""

    reads: Mapping[str, Read] = field(default_factory=lambda: MappingProxyType({}))
    verbs: Mapping[str, Verb] = field(default_factory=lambda: MappingProxyType({}))

    def lend(self, reads: Iterable[Read] = (), verbs: Iterable[Verb] = ()) -> "Registry":
        """The registry with more reads and verbs; a name that is taken is a bug of whoever composes the modules."""
        all_reads, all_verbs = dict(self.reads), dict(self.verbs)
        for read in reads:
            check(read.name not in all_reads, f"the read {read.name} is lent once")
            check(read.cost >= 0, f"the read {read.name} has a cost")
            _check_pointers(read)
            all_reads[read.name] = read
        for verb in verbs:
            check(verb.name not in all_verbs, f"the verb {verb.name} is lent once")
            names = [each.name for each in verb.parameters]
            named = {*verb.debits, *verb.ours, verb.loser, verb.order, verb.destroys} - {""}
            check(named <= set(names), f"the verb {verb.name} debits parameters of its own")
            all_verbs[verb.name] = verb
        return Registry(MappingProxyType(all_reads), MappingProxyType(all_verbs))


def _check_pointers(read: Read) -> None:
    """Pointers go to parameters that every call gives at the same place: those before the first that may be left out."""
    fixed = 0
    while fixed < len(read.parameters) and not (
        read.parameters[fixed].optional or isinstance(read.parameters[fixed].type, PerOf)
    ):
        fixed += 1
    for place, each in enumerate(read.parameters):
        if isinstance(each.type, PerOf | AmountOf):
            check(
                0 <= each.type.parameter < min(place, fixed), f"{read.usage} points to an earlier parameter that is always given"
            )
    if isinstance(read.result, AmountOf):
        check(0 <= read.result.parameter < fixed, f"{read.usage} results in an amount of a parameter that is always given")


_WHAT, _TITLE = Parameter("what", ANY_RECORD), Parameter("record", ANY_RECORD)
_SOMEBODY = AnyOf((PARTY, PERSON))
_HOLDERS = ListOf(PARTY, 16)
_TITLES = Contract(
    axioms=(
        "size(owners(record)) >= 1",
        'part_owned(record, owner) >= "0%" && part_owned(record, owner) <= "100%"',
        '(part_owned(record, owner) > "0%") == (owner in owners(record))',
        'size(owners(record)) > 1 || part_owned(record, record.owner) == "100%"',
    )
)

_CODES, _BULK, _PROOF = Parameter("codes", Thing("codes")), Parameter("bulk", Thing("bulk")), Parameter("proof", Thing("proof"))
_ROOTS = [
    Read(
        "in_codes",
        (_CODES, Parameter("code", TEXT), _PROOF),
        BOOL,
        15,
        Said("{1}在编码集{0}之内（{2}）", "{1} is one of {0} ({2})"),
    ),
    Read(
        "not_in_codes",
        (_CODES, Parameter("code", TEXT), _PROOF),
        BOOL,
        30,
        Said("{1}不在编码集{0}之内（{2}）", "{1} is none of {0} ({2})"),
    ),
    Read("codes_count", (_CODES,), INT, 1, Said("{0}的编码数量", "how many codes {0} has")),
    Read(
        "in_bulk",
        (_BULK, Parameter("item", TEXT), Parameter("amount", AmountOf(0)), _PROOF),
        BOOL,
        20,
        Said("{1}以数值{2}计入{0}（{3}）", "{1} counts in {0} with {2} ({3})"),
    ),
    Read(
        "bulk_total",
        (_BULK,),
        AmountOf(0),
        1,
        Said("{0}的合计", "the total of {0}"),
        contract=Contract(axioms=("bulk_total(bulk) >= 0",)),
    ),
    Read("bulk_count", (_BULK,), INT, 1, Said("{0}的项数", "how many items {0} has")),
]
"""Of a root alone nobody knows that it has as many leaves as it says: where the last three may be asked is checked."""

KERNEL = Registry().lend(
    [
        *_ROOTS,
        Read("now", (), TIME, 1, Said("当前时间", "the time of now")),
        Read("today", (), DATE, 1, Said("今日", "today")),
        Read("known", (Parameter("record", ANY_RECORD),), BOOL, 2, Said("{0}存在", "{0} exists")),
        Read(
            "trail",
            (Parameter("record", ANY_RECORD),),
            FILE,
            2,
            Said("{0}此前业务轨迹的摘要", "the digest of the trail of {0} so far"),
        ),
        Read(
            "trail_length",
            (Parameter("record", ANY_RECORD),),
            INT,
            2,
            Said("{0}此前的变更次数", "how often {0} has changed so far"),
        ),
        Read("owners", (_TITLE,), _HOLDERS, 2, Said("{0}的全部权利人", "the owners of {0}"), contract=_TITLES),
        Read("burdens", (_TITLE,), _HOLDERS, 2, Said("{0}上的查封方与质权人", "those who have seized or hold in pledge {0}")),
        Read(
            "part_owned",
            (_TITLE, Parameter("owner", _SOMEBODY)),
            RATE,
            2,
            Said("{1}在{0}中的份额", "the part of {0} that {1} owns"),
            contract=_TITLES,
        ),
    ],
    [
        Verb(
            "pass",
            (
                _WHAT,
                Parameter("to", _SOMEBODY),
                Parameter("part", RATE, optional=True),
                Parameter("from", _SOMEBODY, optional=True),
                Parameter("order", _SOMEBODY, optional=True),
            ),
            ("what",),
            10,
            Said("将{what}过户给{to}", "pass {what} on to {to}"),
            contract=Contract(
                after=(
                    "part_owned(what, to) >= was(part_owned(what, to))",
                    'has(part) || has(from) || (part_owned(what, to) == "100%" && what.owner == to)',
                    "owner == to || part_owned(what, owner) <= was(part_owned(what, owner))",
                    "to in owners(what) && what.owner in owners(what)",
                )
            ),
            loser="from",
            order="order",
        ),
        Verb(
            "pledge",
            (
                _WHAT,
                Parameter("to", _SOMEBODY),
                Parameter("rank", INT, optional=True),
                Parameter("follows", BOOL, optional=True),
            ),
            ("what",),
            10,
            Said("将{what}质押给{to}", "pledge {what} to {to}"),
            contract=Contract(
                before=("!(to in burdens(what))",),
                after=("to in burdens(what)", "size(burdens(what)) == was(size(burdens(what))) + 1"),
            ),
        ),
        Verb(
            "release",
            (_WHAT, Parameter("holder", _SOMEBODY), Parameter("order", _SOMEBODY, optional=True)),
            ("holder",),
            10,
            Said("解除{holder}对{what}的质押或查封", "release {what} from the right of {holder}"),
            contract=Contract(
                before=("holder in burdens(what)",),
                after=("!(holder in burdens(what))", "size(burdens(what)) == was(size(burdens(what))) - 1"),
            ),
            order="order",
        ),
        Verb(
            "seize",
            (_WHAT, Parameter("order", _SOMEBODY)),
            ("what",),
            10,
            Said("依{order}的决定查封{what}", "seize {what} by order of {order}"),
            contract=Contract(
                before=("!(order in burdens(what))",),
                after=("order in burdens(what)", "size(burdens(what)) == was(size(burdens(what))) + 1"),
            ),
            order="order",
        ),
    ],
)
"""What the kernel itself answers and does. Titles are records with `owned: true`; what their verbs mean stands in docs/scenario-language.md §6."""
