"""How a vote is set up, cast and counted. Every verb is about the box of a record of the acting instance."""

from msgspec.structs import replace

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Words, check
from zhulian.language.lending import Argument, Arguments, ArgumentWrong, Caller, the_list, the_number, the_record, the_text
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.ballot import events
from zhulian.modules.ballot.errors import (
    AlreadyDone,
    AlreadyVoted,
    BallotsFull,
    BoxElsewhere,
    BoxExists,
    CountsWrong,
    MergeUnfit,
    NoBox,
    NotEnoughParts,
    NotTrustee,
    SetUpWrong,
    TooFewBallots,
    WrongStage,
)
from zhulian.modules.ballot.format import BALLOT, DEAL, KEY, PARTS_GIVEN, read_paper
from zhulian.modules.ballot.judging import (
    Given,
    add_to_sums,
    choice_of_wrong_count,
    empty_sums,
    judge_ballot,
    judge_deal,
    judge_key,
    judge_part,
    key_of_deals,
    require_for,
)
from zhulian.modules.ballot.limits import (
    BALLOTS_MAX,
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
from zhulian.modules.ballot.state import (
    BALLOTS,
    BOXES,
    DEALS,
    ENROLLED,
    PARTS,
    SUMS,
    Ballot,
    Box,
    Deal,
    Enrolled,
    Part,
    Stage,
)
from zhulian.modules.ballot.statements import cipher_of

__all__ = ["accept_key", "announce", "cast", "close_box", "deal_key", "enrol_trustee", "give_part", "merge_box", "set_up_box",
           "set_up_like"]  # fmt: skip

_STAGES: dict[Stage, Words] = {
    "enrolling": Words("登记受托方", "enrolling trustees"),
    "dealing": Words("分发密钥份额", "dealing shares"),
    "accepting": Words("确认密钥份额", "accepting shares"),
    "open": Words("投票中", "open"),
    "closed": Words("已截止", "closed"),
    "merged": Words("已并入其他投票箱", "merged into another"),
    "counted": Words("已计票", "counted"),
}


def set_up_box(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Make a box (`box`, `trustees`, `threshold`, `choices`, `least`, `most`) whose key its trustees will make together.

    Raises:
        BoxElsewhere, BoxExists, SetUpWrong.
    """
    # AUTHORIZE
    name = _own(caller, arguments, "box")

    # VALIDATE
    if BOXES.has(context.state, name):
        raise BoxExists(box=name)
    trustees = tuple(_party(each) for each in the_list(arguments, "trustees"))
    box = Box(
        ballots=0,
        choices=the_number(arguments, "choices"),
        done=(),
        least=the_number(arguments, "least"),
        most=the_number(arguments, "most"),
        stage="enrolling",
        threshold=the_number(arguments, "threshold"),
        trustees=trustees,
    )
    _require_sound(box)

    # APPLY
    BOXES.set(context.state, name, value=box)

    # EMIT
    context.emit(events.BoxSetUp(box=name, choices=box.choices, threshold=box.threshold, trustees=list(trustees)))


def set_up_like(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Make a box (`box`, `like`) with the choices, trustees and key of an open one, such as one for each hamlet of a village.

    Raises:
        BoxElsewhere, BoxExists, NoBox, WrongStage.
    """
    # AUTHORIZE
    name, like = _own(caller, arguments, "box"), _own(caller, arguments, "like")

    # VALIDATE
    if BOXES.has(context.state, name):
        raise BoxExists(box=name)
    base = _box(context.state, like)
    _require_stage(base, "open")

    # APPLY
    twin = replace(base, ballots=0, base=base.base or like)
    BOXES.set(context.state, name, value=twin)
    SUMS.set(context.state, name, value=empty_sums(twin.choices))

    # EMIT
    context.emit(events.BoxSetUp(box=name, choices=twin.choices, threshold=twin.threshold, trustees=list(twin.trustees)))
    context.emit(events.BoxOpened(box=name, key=twin.key))


def enrol_trustee(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a trustee's key for shares (`box`, `trustee`, `paper`). When all have enrolled, they deal.

    Raises:
        BoxElsewhere, NoBox, WrongStage, NotTrustee, AlreadyDone, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, trustee = _own(caller, arguments, "box"), the_text(arguments, "trustee")
    box = _box_of_trustee(context.state, caller, name, trustee)

    # VALIDATE
    _require_stage(box, "enrolling")
    _require_new(box, trustee)
    paper = read_paper(KEY, the_text(arguments, "paper"))
    require_for(name, paper.box, trustee, paper.trustee)
    context.state.charge(dealing_steps(1, 1))
    judge_key(Given.of(context.block.hasher), paper)

    # APPLY
    ENROLLED.set(context.state, name, trustee, value=Enrolled(key=paper.key))
    BOXES.set(context.state, name, value=_with_done(box, trustee, "dealing"))

    # EMIT
    context.emit(events.TrusteeEnrolled(box=name, trustee=trustee))


def deal_key(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take what a trustee deals to all (`box`, `trustee`, `paper`). When all have dealt, they look at their shares.

    Raises:
        BoxElsewhere, NoBox, WrongStage, NotTrustee, AlreadyDone, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, trustee = _own(caller, arguments, "box"), the_text(arguments, "trustee")
    box = _box_of_trustee(context.state, caller, name, trustee)

    # VALIDATE
    _require_stage(box, "dealing")
    _require_new(box, trustee)
    paper = read_paper(DEAL, the_text(arguments, "paper"))
    require_for(name, paper.box, trustee, paper.trustee)
    context.state.charge(dealing_steps(box.threshold, len(box.trustees)))
    judge_deal(Given.of(context.block.hasher), box, paper)

    # APPLY
    deal = Deal(commitments=tuple(paper.commitments), sealed=tuple(paper.sealed), seeds=tuple(paper.seeds))
    DEALS.set(context.state, name, trustee, value=deal)
    BOXES.set(context.state, name, value=_with_done(box, trustee, "accepting"))

    # EMIT
    context.emit(events.KeyDealt(box=name, trustee=trustee))


def accept_key(context: Context, caller: Caller, arguments: Arguments) -> None:
    """A trustee has opened its shares and found them right (`box`, `trustee`). When all have, the box opens.

    Raises:
        BoxElsewhere, NoBox, WrongStage, NotTrustee, AlreadyDone.
    """
    # AUTHORIZE
    name, trustee = _own(caller, arguments, "box"), the_text(arguments, "trustee")
    box = _box_of_trustee(context.state, caller, name, trustee)

    # VALIDATE
    _require_stage(box, "accepting")
    _require_new(box, trustee)
    box = _with_done(box, trustee, "open")
    if box.stage == "open":
        context.state.charge(opening_steps(len(box.trustees), box.threshold))
        box = replace(box, key=key_of_deals(Given.of(context.block.hasher), _deals(context.state, name, box)))

    # APPLY
    BOXES.set(context.state, name, value=box)
    if box.stage == "open":
        SUMS.set(context.state, name, value=empty_sums(box.choices))

    # EMIT
    context.emit(events.KeyAccepted(box=name, trustee=trustee))
    if box.stage == "open":
        context.emit(events.BoxOpened(box=name, key=box.key))


def cast(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a voter's ballot (`box`, `voter`, `ballot`). Who may vote is for the action to say; here each votes once.

    Raises:
        BoxElsewhere, NoBox, WrongStage, AlreadyVoted, BallotsFull, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, voter = _own(caller, arguments, "box"), the_text(arguments, "voter")
    box = _box(context.state, name)

    # VALIDATE
    _require_stage(box, "open")
    if BALLOTS.has(context.state, name, voter):
        raise AlreadyVoted(voter=voter)
    if box.ballots >= BALLOTS_MAX:
        raise BallotsFull(most=BALLOTS_MAX)
    text = the_text(arguments, "ballot")
    paper = read_paper(BALLOT, text)
    require_for(name, paper.box, voter, paper.voter)
    context.state.charge(casting_steps(box.choices, box.most - box.least))
    given = Given.of(context.block.hasher)
    sums = add_to_sums(given, SUMS.get(context.state, name), judge_ballot(given, box, paper))
    digest = context.block.hasher.digest("ballot-paper", text.encode()).hex()

    # APPLY
    BALLOTS.set(context.state, name, voter, value=Ballot(paper=digest, transaction=context.transaction))
    SUMS.set(context.state, name, value=sums)
    BOXES.set(context.state, name, value=replace(box, ballots=box.ballots + 1))

    # EMIT
    context.emit(events.BallotCast(box=name, paper=digest, voter=voter))


def close_box(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take no more ballots (`box`).

    Raises:
        BoxElsewhere, NoBox, WrongStage.
    """
    # AUTHORIZE
    name = _own(caller, arguments, "box")
    box = _box(context.state, name)

    # VALIDATE
    _require_stage(box, "open")

    # APPLY
    BOXES.set(context.state, name, value=replace(box, stage="closed"))

    # EMIT
    context.emit(events.BoxClosed(ballots=box.ballots, box=name))


def merge_box(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Add the ballots of a closed box to another closed one with the same key (`box`, `into`), before either is opened.

    Raises:
        BoxElsewhere, NoBox, WrongStage, MergeUnfit.
    """
    # AUTHORIZE
    name, into = _own(caller, arguments, "box"), _own(caller, arguments, "into")
    box, target = _box(context.state, name), _box(context.state, into)

    # VALIDATE
    _require_stage(box, "closed")
    _require_stage(target, "closed")
    if name == into or box.key != target.key:
        raise MergeUnfit(why=Words("两者须是密钥相同的不同投票箱", "they must be two boxes with one key"))
    if any(PARTS.has(context.state, each, trustee) for each in (name, into) for trustee in box.trustees):
        raise MergeUnfit(why=Words("已有受托方提交解密份额", "a trustee has given its part of one of them"))
    context.state.charge(casting_steps(box.choices, 0))
    given = Given.of(context.block.hasher)
    moved = SUMS.get(context.state, name)
    ciphers = [cipher_of(given.group, *each) for each in zip(moved.firsts, moved.seconds, strict=True)]
    sums = add_to_sums(given, SUMS.get(context.state, into), ciphers)

    # APPLY
    SUMS.set(context.state, into, value=sums)
    BOXES.set(context.state, name, value=replace(box, stage="merged", into=into))
    merged = target.merged + box.ballots + box.merged
    BOXES.set(context.state, into, value=replace(target, merged=merged))

    # EMIT
    context.emit(events.BoxMerged(ballots=box.ballots + box.merged, box=name, into=into))


def give_part(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a trustee's part of the opening of the sums of a closed box (`box`, `trustee`, `paper`).

    Raises:
        BoxElsewhere, NoBox, WrongStage, NotTrustee, AlreadyDone, TooFewBallots, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, trustee = _own(caller, arguments, "box"), the_text(arguments, "trustee")
    box = _box_of_trustee(context.state, caller, name, trustee)

    # VALIDATE
    _require_stage(box, "closed")
    if PARTS.has(context.state, name, trustee):
        raise AlreadyDone(party=trustee)
    if box.ballots + box.merged < LEAST_COUNTED:
        raise TooFewBallots(ballots=box.ballots + box.merged, least=LEAST_COUNTED)
    paper = read_paper(PARTS_GIVEN, the_text(arguments, "paper"))
    require_for(name, paper.box, trustee, paper.trustee)
    context.state.charge(parting_steps(box.choices, len(box.trustees), box.threshold))
    deals = _deals(context.state, box.base or name, box)
    judge_part(Given.of(context.block.hasher), box, deals, SUMS.get(context.state, name), paper)

    # APPLY
    PARTS.set(context.state, name, trustee, value=Part(points=tuple(paper.points)))

    # EMIT
    context.emit(events.PartGiven(box=name, trustee=trustee))


def announce(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take the counts of the choices in their order (`box`, `counts`), which the parts of the trustees prove. Anyone may ask it.

    Raises:
        BoxElsewhere, NoBox, WrongStage, NotEnoughParts, CountsWrong.
    """
    # AUTHORIZE
    name = _own(caller, arguments, "box")
    box = _box(context.state, name)

    # VALIDATE
    _require_stage(box, "closed")
    counts = tuple(_number(each) for each in the_list(arguments, "counts"))
    if len(counts) != box.choices:
        raise CountsWrong(choice=min(len(counts), box.choices) + 1)
    context.state.charge(announcing_steps(box.choices, len(box.trustees)))
    given_parts = [(trustee, PARTS.find(context.state, name, trustee)) for trustee in box.trustees]
    parts = [(trustee, part.points) for trustee, part in given_parts if part is not None][: box.threshold]
    if len(parts) < box.threshold:
        raise NotEnoughParts(missing=box.threshold - len(parts))
    sums = SUMS.get(context.state, name)
    wrong = choice_of_wrong_count(Given.of(context.block.hasher), box, sums, parts, counts)
    if wrong is not None:
        raise CountsWrong(choice=wrong + 1)

    # APPLY
    BOXES.set(context.state, name, value=replace(box, stage="counted", counts=counts))

    # EMIT
    context.emit(events.BoxCounted(ballots=box.ballots + box.merged, box=name, counts=list(counts)))


def _require_sound(box: Box) -> None:
    """Require numbers that fit each other; refusals in the order of the arguments."""
    several = len(box.trustees)
    if not 2 <= several <= TRUSTEES_MAX or len(set(box.trustees)) != several:
        raise SetUpWrong(
            why=Words(f"受托方须为 2 至 {TRUSTEES_MAX} 个不同机构", f"there must be 2 to {TRUSTEES_MAX} different trustees")
        )
    if not 2 <= box.threshold <= several:
        raise SetUpWrong(why=Words(f"解密门限须在 2 与 {several} 之间", f"the threshold must lie between 2 and {several}"))
    if not 2 <= box.choices <= CHOICES_MAX:
        raise SetUpWrong(why=Words(f"选项须为 2 至 {CHOICES_MAX} 个", f"there must be 2 to {CHOICES_MAX} choices"))
    if not 0 <= box.least <= box.most <= box.choices or box.most - box.least > MARKS_SPAN_MAX or not box.most:
        raise SetUpWrong(
            why=Words(
                f"可选数目须不超过选项数，且上下限相差不超过 {MARKS_SPAN_MAX}",
                f"no more marks than choices, with at most {MARKS_SPAN_MAX} between the least and the most",
            )
        )


def _own(caller: Caller, arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise BoxElsewhere(box=record.text[:200])
    return record.text


def _box(state: StateView, name: str) -> Box:
    box = BOXES.find(state, name)
    if box is None:
        raise NoBox(box=name[:200])
    return box


def _box_of_trustee(state: StateView, caller: Caller, name: str, trustee: str) -> Box:
    box = _box(state, name)
    if trustee not in box.trustees or trustee not in caller.parties:
        raise NotTrustee(party=trustee[:80])
    return box


def _require_stage(box: Box, wanted: Stage) -> None:
    if box.stage != wanted:
        raise WrongStage(stage=_STAGES[box.stage], wanted=_STAGES[wanted])


def _require_new(box: Box, trustee: str) -> None:
    if trustee in box.done:
        raise AlreadyDone(party=trustee)


def _with_done(box: Box, trustee: str, following: Stage) -> Box:
    """The box with one more trustee that has done its stage; with the last one it goes on to the following stage."""
    done = (*box.done, trustee)
    if len(done) < len(box.trustees):
        return replace(box, done=done)
    return replace(box, done=(), stage=following)


def _deals(state: StateView, name: str, box: Box) -> list[Deal]:
    return [DEALS.get(state, name, trustee) for trustee in box.trustees]


def _party(value: Argument) -> str:
    if isinstance(value, str):
        return value
    raise ArgumentWrong(name="trustees", wanted="party")


def _number(value: Argument) -> int:
    if type(value) is int:
        check(abs(value) <= INTEGER_MAX, "numbers of the language are bounded")
        return value
    raise ArgumentWrong(name="counts", wanted="number")
