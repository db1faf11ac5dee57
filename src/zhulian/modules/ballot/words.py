"""The words that the ballot module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, INT, PARTY, PERSON, AnyOf, ListOf, Said, Thing
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.modules.ballot.limits import (
    CHOICES_MAX,
    LEAST_COUNTED,
    MARKS_SPAN_MAX,
    TRUSTEES_MAX,
    announcing_steps,
    casting_steps,
    dealing_steps,
    opening_steps,
    parting_steps,
)

__all__ = ["READS", "VERBS"]

_BOX, _LIKE, _INTO = (Parameter(each, ANY_RECORD) for each in ("box", "like", "into"))
_TRUSTEE, _PAPER = Parameter("trustee", PARTY), Parameter("paper", Thing("paper"))
_VOTER = Parameter("voter", AnyOf((PARTY, PERSON)))
_FEW = 150
"""Reading and writing a box, its sums, and what is said of it."""

READS = (
    Read("box_open", (_BOX,), BOOL, 2, Said("{0}的投票箱正在收票", "the box of {0} is open"), "ballot"),
    Read("box_counted", (_BOX,), BOOL, 2, Said("{0}的投票箱已计票", "the box of {0} is counted"), "ballot"),
    Read(
        "ballots_in",
        (_BOX,),
        INT,
        2,
        Said("{0}投票箱中的票数", "how many ballots lie in the box of {0}"),
        "ballot",
        contract=Contract(axioms=("ballots_in(box) >= 0",)),
    ),
    Read("voted", (_BOX, _VOTER), BOOL, 2, Said("{1}已在{0}投票", "{1} has voted in {0}"), "ballot"),
    Read(
        "result",
        (_BOX, Parameter("choice", INT)),
        INT,
        2,
        Said("{0}第{1}项的票数", "the votes in {0} for choice {1}"),
        "ballot",
        contract=Contract(axioms=("result(box, choice) >= 0", "result(box, choice) <= ballots_in(box)")),
    ),
)

VERBS = (
    Verb(
        "set_up_box",
        (
            _BOX,
            Parameter("trustees", ListOf(PARTY, TRUSTEES_MAX)),
            *(Parameter(each, INT) for each in ("threshold", "choices", "least", "most")),
        ),
        (),
        _FEW,
        Said(
            "为{box}设置投票箱：{trustees}保管计票密钥，须{threshold}方合作才能计票；{choices}个选项，每票选{least}至{most}个",
            "set up the box of {box}: {trustees} hold its key, {threshold} of them count; {choices} choices, {least} to {most} each",
        ),
        "ballot",
        Contract(after=("!box_open(box)", "ballots_in(box) == 0")),
    ),
    Verb(
        "set_up_like",
        (_BOX, _LIKE),
        (),
        2 * _FEW,
        Said("为{box}设置与{like}同一密钥的投票箱", "set up the box of {box} with the key of {like}"),
        "ballot",
        Contract(before=("box_open(like)",), after=("box_open(box)", "ballots_in(box) == 0")),
    ),
    Verb(
        "enrol_trustee",
        (_BOX, _TRUSTEE, _PAPER),
        ("trustee",),
        dealing_steps(1, 1) + _FEW,
        Said("{trustee}登记为{box}的计票受托方（{paper}）", "{trustee} enrols as a trustee of {box} ({paper})"),
        "ballot",
        Contract(before=("!box_open(box)",)),
    ),
    Verb(
        "deal_key",
        (_BOX, _TRUSTEE, _PAPER),
        ("trustee",),
        dealing_steps(TRUSTEES_MAX, TRUSTEES_MAX) + _FEW,
        Said("{trustee}为{box}分发密钥份额（{paper}）", "{trustee} deals shares of the key of {box} ({paper})"),
        "ballot",
        Contract(before=("!box_open(box)",)),
    ),
    Verb(
        "accept_key",
        (_BOX, _TRUSTEE),
        ("trustee",),
        opening_steps(TRUSTEES_MAX, TRUSTEES_MAX) + 2 * _FEW,
        Said("{trustee}确认{box}的密钥份额无误", "{trustee} finds its shares of the key of {box} right"),
        "ballot",
        Contract(before=("!box_open(box)",), after=("!box_open(box) || ballots_in(box) == 0",)),
    ),
    Verb(
        "cast",
        (_BOX, _VOTER, Parameter("ballot", Thing("paper"))),
        (),
        casting_steps(CHOICES_MAX, MARKS_SPAN_MAX) + _FEW,
        Said("{voter}向{box}投票（{ballot}，内容加密）", "{voter} votes in {box} ({ballot}, encrypted)"),
        "ballot",
        Contract(
            before=("box_open(box)", "!voted(box, voter)"),
            after=("voted(box, voter)", "ballots_in(box) == was(ballots_in(box)) + 1"),
        ),
    ),
    Verb(
        "close_box",
        (_BOX,),
        (),
        _FEW,
        Said("{box}截止投票", "close the box of {box}"),
        "ballot",
        Contract(before=("box_open(box)",), after=("!box_open(box)",)),
    ),
    Verb(
        "merge_box",
        (_BOX, _INTO),
        (),
        casting_steps(CHOICES_MAX, 0) + 2 * TRUSTEES_MAX + 2 * _FEW,
        Said("将{box}的票并入{into}", "merge the ballots of {box} into {into}"),
        "ballot",
        Contract(after=("ballots_in(into) == was(ballots_in(into)) + was(ballots_in(box))",)),
    ),
    Verb(
        "give_part",
        (_BOX, _TRUSTEE, _PAPER),
        ("trustee",),
        parting_steps(CHOICES_MAX, TRUSTEES_MAX, TRUSTEES_MAX) + _FEW,
        Said("{trustee}提交{box}的解密份额（{paper}）", "{trustee} gives its part of the opening of {box} ({paper})"),
        "ballot",
        Contract(before=("!box_open(box)",)),
    ),
    Verb(
        "announce",
        (_BOX, Parameter("counts", ListOf(INT, CHOICES_MAX))),
        (),
        announcing_steps(CHOICES_MAX, TRUSTEES_MAX) + _FEW,
        Said("公布{box}的计票结果{counts}", "announce the counts {counts} of {box}"),
        "ballot",
        Contract(
            before=("!box_open(box)", f"ballots_in(box) >= {LEAST_COUNTED}"),
            after=("box_counted(box)", "result(box, choice) >= 0"),
        ),
    ),
)
