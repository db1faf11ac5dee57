"""The words that the codes module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, INT, TEXT, Said, Thing
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.modules.codes.limits import PROOF_STEPS, SEAL_STEPS, TOUCH_STEPS

__all__ = ["READS", "VERBS"]

_BATCH, _QUOTA, _CODE = Parameter("batch", ANY_RECORD), Parameter("quota", ANY_RECORD), Parameter("code", TEXT)
_SHOWN = Parameter("proof", Thing("proof"), optional=True)
_COUNTS = (
    "activated_in(batch) >= 0",
    "activated_in(batch) <= touched_in(batch)",
    "touched_in(batch) <= sealed_count(batch)",
)
_OF_ONE = (
    "touched(batch, code) >= 0",
    "!activated(batch, code) || touched(batch, code) >= 1",
    "!suspected(batch, code) || touched(batch, code) >= 2",
    "touched(batch, code) == 0 || touched_in(batch) >= 1",
)
_ONE = Contract(axioms=_OF_ONE)
_ALL = Contract(axioms=_COUNTS)

READS = (
    Read(
        "in_batch",
        (_BATCH, _CODE, Parameter("proof", Thing("proof"))),
        BOOL,
        PROOF_STEPS + 1,
        Said("{1}属于{0}的编码（{2}）", "{1} is a code of {0} ({2})"),
        "codes",
    ),
    Read(
        "activated",
        (_BATCH, _CODE),
        BOOL,
        1,
        Said("{0}的编码{1}已激活", "the code {1} of {0} is activated"),
        "codes",
        contract=_ONE,
    ),
    Read(
        "suspected",
        (_BATCH, _CODE),
        BOOL,
        1,
        Said("{0}的编码{1}疑似套用", "the code {1} of {0} must have been copied"),
        "codes",
        contract=_ONE,
    ),
    Read(
        "touched",
        (_BATCH, _CODE),
        INT,
        1,
        Said("{0}的编码{1}的扫码次数", "how often the code {1} of {0} was touched"),
        "codes",
        contract=_ONE,
    ),
    Read(
        "touched_in", (_BATCH,), INT, 1, Said("{0}已扫码的编码数", "how many codes of {0} were touched"), "codes", contract=_ALL
    ),
    Read(
        "activated_in",
        (_BATCH,),
        INT,
        1,
        Said("{0}已激活的编码数", "how many codes of {0} were activated"),
        "codes",
        contract=_ALL,
    ),
    Read("sealed_count", (_BATCH,), INT, 1, Said("{0}至多的编码数", "how many codes {0} has at most"), "codes", contract=_ALL),
    Read(
        "codes_left",
        (_QUOTA,),
        INT,
        1,
        Said("{0}尚可使用的编码数", "how many codes {0} has left"),
        "codes",
        contract=Contract(axioms=("codes_left(quota) >= 0",)),
    ),
)

VERBS = (
    Verb(
        "allow_codes",
        (_QUOTA, Parameter("count", INT)),
        (),
        SEAL_STEPS,
        Said("为{quota}核定编码 {count} 个", "allow {count} codes under {quota}"),
        "codes",
        Contract(before=("count > 0",), after=("codes_left(quota) == was(codes_left(quota)) + count",)),
    ),
    Verb(
        "seal",
        (_BATCH, Parameter("codes", Thing("codes")), Parameter("quota", ANY_RECORD, optional=True)),
        (),
        SEAL_STEPS,
        Said("固定{batch}的编码集{codes}", "fix the codes {codes} of {batch}"),
        "codes",
        Contract(
            before=("sealed_count(batch) == 0",),
            after=("sealed_count(batch) >= 1", "!has(quota) || codes_left(quota) < was(codes_left(quota))"),
        ),
    ),
    Verb(
        "touch",
        (_BATCH, _CODE, _SHOWN, Parameter("latitude", INT, optional=True), Parameter("longitude", INT, optional=True)),
        (),
        TOUCH_STEPS,
        Said("登记{batch}的编码{code}被扫码", "note that the code {code} of {batch} was touched"),
        "codes",
        Contract(
            after=(
                "touched(batch, code) == was(touched(batch, code)) + 1",
                "touched_in(batch) >= was(touched_in(batch))",
                "!was(suspected(batch, code)) || suspected(batch, code)",
            )
        ),
    ),
    Verb(
        "activate",
        (_BATCH, _CODE, _SHOWN),
        (),
        TOUCH_STEPS,
        Said("激活{batch}的编码{code}", "activate the code {code} of {batch}"),
        "codes",
        Contract(
            before=("!activated(batch, code)",),
            after=(
                "activated(batch, code)",
                "activated_in(batch) == was(activated_in(batch)) + 1",
                "touched(batch, code) == was(touched(batch, code)) + 1",
                "touched_in(batch) >= was(touched_in(batch))",
            ),
        ),
    ),
)
