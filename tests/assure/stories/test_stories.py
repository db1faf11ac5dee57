"""Whole stories on their throw-away chain: what passes, what is caught, how it is told, and how long it takes."""

import hashlib
import time
from functools import cache
from pathlib import Path

import pytest

from zhulian.assure.stories.company import make_company, plan_admissions
from zhulian.assure.stories.entering import Entry
from zhulian.assure.stories.errors import NoSuchStory, NotGiven, PackMissing, PacksCircular, StageRefused, UseUnknown
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Played, Report, play_all
from zhulian.assure.stories.stage import set_stage
from zhulian.client.apps.openings import commitment_of
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.definition.stories import seat_of
from zhulian.language.spans import seconds_of
from zhulian.modules import every_word

LOAN = Path(__file__).with_name("loan.yaml")


@cache
def _report() -> Report:
    return play_all(read_pack(LOAN), Packs(LOAN), folder=LOAN.parent)


def _story(name: str) -> Played:
    return next(each for each in _report().stories if each.name == name)


def _changed(*pairs: tuple[str, str]) -> Checked:
    """The definition with words put in the place of others."""
    text = LOAN.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return check_definition(read_definition(text), every_word())


def _play(story: str, *pairs: tuple[str, str]) -> Played:
    return play_all(_changed(*pairs), Packs(LOAN), folder=LOAN.parent, only=story).stories[0]


def test_play__stories_come_out_as_they_say() -> None:
    for each in _report().stories:
        faults = [str(step.fault) for step in each.steps if step.fault is not None]
        assert each.passed, (each.name, each.fault, faults)
    assert [each.name for each in _report().stories] == ["whole_life", "what_is_refused", "tickets_and_people"]


@pytest.mark.parametrize(
    ("story", "old", "new", "expected", "came"),
    [
        ("whole_life", "refused: signature_missing}", "refused: not_yours}", "not_yours", "signature_missing"),
        ("whole_life", "does: grant, on: AB-1, refused: seat_missing}", "does: grant, on: AB-1}", "done", "scenario/"),
        (
            "whole_life",
            "does: repay, on: AB-1}\n",
            "does: repay, on: AB-1, refused: wrong_state}\n",
            "wrong_state",
            "it was done",
        ),
        ("whole_life", "'250.50'", "'250.51'", "true", "is not"),
        ("whole_life", "{wait: 31d, alerts: [overdue]}", "{wait: 20d, alerts: [overdue]}", "overdue", "none was raised"),
        ("what_is_refused", "refused: too_late}", "refused: too_much}", "too_much", "loan:too_late"),
        ("what_is_refused", "refused: bounded}", "refused: promise_broken}", "", ""),
        ("what_is_refused", "refused: insufficient}", "refused: module}", "module", "insufficient"),
        ("what_is_refused", ", alerts: [hasty]}", ", alerts: [overdue]}", "overdue", "hasty"),
        ("tickets_and_people", ", as: first}", ", as: first, forged: true}", "done", "ticket/"),
    ],
)
def test_play__catches_what_a_story_says_wrongly(story: str, old: str, new: str, expected: str, came: str) -> None:
    played = _play(story, (old, new))
    if not expected:  # the same thing by another name
        assert played.passed, played.steps[-1].fault
        return
    fault = played.steps[-1].fault
    assert not played.passed
    assert fault is not None
    assert expected in fault.en
    assert came in fault.en
    assert any("\u4e00" <= letter <= "\u9fff" for letter in fault.zh)
    assert played.left == len(_story(story).steps) - len(played.steps)


def test_play__a_timer_that_is_refused_fails_the_story() -> None:
    broken = "do: [{refuse: too_much}]}"
    changes = [("do: [{alert: {level: high, say: {zh: 借款逾期未还, en: The loan is overdue}}}]}", broken)]
    assert _play("whole_life", *changes).passed  # the step names it
    played = _play("whole_life", *changes, ("{wait: 31d, alerts: [overdue]}", "{wait: 31d}"))
    assert not played.passed
    assert "overdue" in str(played.steps[-1].fault)


@pytest.mark.parametrize(
    ("story", "step", "zh", "en"),
    [
        ("whole_life", 1, "bob（借款人）办理“申请”：借款 AB-1，出借机构 anbank，金额 250.00 元", "bob (Borrower): Ask, Loan AB-1; Lender anbank"),
        ("whole_life", 1, "合同（保密，链上为承诺值）", "Contract (private, a commitment on chain)"),
        ("whole_life", 1, "新建借款 AB-1，状态“已申请”", "new Loan AB-1 in state “Asked”"),
        ("whole_life", 2, "被拒绝：", "Refused: "),
        ("whole_life", 4, "anbank.maker、anbank.checker（payer，出借机构）", "anbank.maker, anbank.checker (payer, Lender) and bob (taker, Borrower)"),
        ("whole_life", 4, "anbank 向 bob 转移记账币 250.00 元", "Coin CNY 250.00 from anbank to bob"),
        ("whole_life", 4, "状态“存续”", "in state “Running”"),
        ("whole_life", 5, "查看：", "Look: "),
        ("whole_life", 5, "属实", "it is so"),
        ("whole_life", 6, "过了 31 天，现在是 2026年4月2日 09:", "31 days pass; it is 2 April 2026, 09:"),
        ("whole_life", 6, "预警：借款逾期未还", "alert: The loan is overdue"),
        ("whole_life", 6, "到期事项“逾期”执行（借款 AB-1）", "the timer “Overdue” ran (Loan AB-1)"),
        ("whole_life", 7, "记录催收：", "The reminder is noted: "),
        ("whole_life", 7, "更正借款 AB-1，备注 已电话催收", "corrects Loan AB-1; Note 已电话催收"),
        ("whole_life", 7, "已更正备注", "Note put right"),
        ("whole_life", 8, "通知 anbank", "anbank is told"),
        ("what_is_refused", 1, "被拒绝：到期日须晚于今日，请改填（loan:too_late）", "Refused: The due date must be after today. Change it (loan:too_late)"),
        ("what_is_refused", 8, "监测规则触发：一日内多次申请", "Watch rule set off: Asked several times in a day"),
        ("tickets_and_people", 1, "zhang（市民）办理“建档”：信用档案，序号 1", "zhang (Citizen): Open a file, Credit file"),
        ("tickets_and_people", 2, "wang（市民，由 counter 代签）办理", "wang (Citizen, through counter): "),
        ("tickets_and_people", 5, "不属于 zhang", "none of zhang"),
        ("tickets_and_people", 7, "zhang 开具的票据已使用", "the ticket of zhang is used up"),
        ("tickets_and_people", 7, "ticket 已出示", "ticket shown"),
    ],
)  # fmt: skip
def test_narrate__tells_each_form_in_both_languages(story: str, step: int, zh: str, en: str) -> None:
    told = _story(story).steps[step - 1].told
    assert zh in told.zh
    assert en in told.en


def test_narrate__the_opening_says_who_takes_part_and_when() -> None:
    opening = _story("whole_life").opening
    assert opening.zh.startswith("2026年3月2日 09:00，应用“小额借款”已开通")
    assert "anbank (Lender), bob (Borrower)" in opening.en
    assert opening.zh.endswith("开始时，anbank 持有记账币 1,000.00 元、bob 持有记账币 0.50 元。")
    assert opening.en.endswith("At the start anbank holds Coin CNY 1,000.00, bob holds Coin CNY 0.50.")
    assert "2026年1月5日" in _story("what_is_refused").opening.zh


def test_narrate__no_line_mixes_the_languages() -> None:
    for story in _report().stories:
        for step in story.steps:
            assert any("\u4e00" <= letter <= "\u9fff" for letter in step.told.zh)
            words = step.told.en.replace("已电话催收", "")
            assert not any("\u4e00" <= letter <= "\u9fff" or letter in "，。：；（）" for letter in words), step.told.en


def test_play__is_the_same_every_time() -> None:
    once = play_all(read_pack(LOAN), Packs(LOAN), folder=LOAN.parent, only="whole_life").stories[0]
    assert [each.told for each in once.steps] == [each.told for each in _story("whole_life").steps]
    assert [each.transaction for each in once.steps] == [each.transaction for each in _story("whole_life").steps]


def test_play__one_story_takes_at_most_two_seconds() -> None:
    checked, packs = read_pack(LOAN), Packs(LOAN)
    start = time.process_time()
    play_all(checked, packs, folder=LOAN.parent, only="whole_life")
    assert time.process_time() - start < 2


def test_coverage__lists_what_no_story_plays_with_the_reason() -> None:
    found = {(each.kind, each.name): each.reason for each in _report().unplayed}
    assert found[("action", "forget")].en == "no story plays it"
    assert ("timer", "no_answer") not in found
    assert ("refusal", "too_much") not in found
    assert all(each.reason.zh and each.title.zh for each in _report().unplayed)
    less = play_all(_changed(("refused: too_late}", "refused: bad_input}")), Packs(LOAN), folder=LOAN.parent)
    names = [each.name for each in less.unplayed]
    assert "too_late" in names or not less.passed


def test_play_all__names_the_stories_there_are() -> None:
    with pytest.raises(NoSuchStory) as no:
        play_all(read_pack(LOAN), Packs(LOAN), only="none")
    assert "whole_life" in no.value.say("en")


def test_packs__says_which_scenario_is_missing(tmp_path: Path) -> None:
    with pytest.raises(PackMissing) as no:
        Packs(tmp_path / "x.yaml").find("nowhere")
    assert "nowhere" in no.value.say("zh")


def test_packs__are_found_beside_the_file_first(tmp_path: Path) -> None:
    text = LOAN.read_text(encoding="utf-8").replace("scenario: loan", "scenario: settlement")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    assert Packs(tmp_path / "mine.yaml").find("settlement").definition.tree.title.en == "Small loans"
    assert Packs().find("settlement").definition.tree.title.en != "Small loans"


def test_given__what_cannot_be_is_refused_with_the_reason() -> None:
    with pytest.raises(NotGiven) as no:
        _play("whole_life", ("anbank: '1000'", "anbank: '10.001'"))
    assert "coin" in no.value.say("en")


def _packs(folder: Path, **texts: str) -> Packs:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Packs(folder / "played.yaml")


_SMALL = """
scenario: {name}
version: 1
title: {{zh: 小例, en: Small}}
{uses}
roles:
  bank: {{title: {{zh: 银行, en: Bank}}, admitted_by: operator}}
assets:
  {asset}: {{unit: fen, title: {{zh: 币, en: Coin}}}}
refusals:
  never: {{zh: 从不, en: Never. Leave it}}
records:
  {record}:
    title: {{zh: 条目, en: Entry}}
    key: id
    fields: {{id: int}}
actions:
  {action}:
    title: {{zh: 记, en: Note}}
    by: bank
    creates: {record}
    input: [id]
stories:
  one:
    title: {{zh: 一, en: One}}
    cast: {{icbc: [bank{roles}], boc: bank}}
    given: [{given}]
    steps:
      - {{who: icbc, does: {action}, with: {{id: '1'}}}}
"""


def _small(name: str, uses: str = "", given: str = "{today: 2026-05-06}", roles: str = "") -> str:
    words = {"asset": f"{name}_coin", "record": f"{name}_entry", "action": f"{name}_note"}
    return _SMALL.format(name=name, uses=uses, given=given, roles=roles, **words)


def _checked(text: str) -> Checked:
    return check_definition(read_definition(text), every_word())


def test_play__opens_what_is_used_with_its_roles_and_balances(tmp_path: Path) -> None:
    uses = "uses: {cash: {asset: lower.lower_coin}}"
    upper = _small("upper", uses, "{balance: {of: cash, boc: '12.50'}}", ", cash.bank")
    upper += "      - {see: \"balance(boc, cash) == '12.50' && balance(icbc, cash) == '0'\"}\n"
    played = play_all(_checked(upper), _packs(tmp_path, lower=_small("lower"))).stories[0]
    assert played.passed, played
    assert "with lower" in played.opening.en


def test_play__a_stranger_is_turned_away_without_a_trace(tmp_path: Path) -> None:
    upper = _small("upper", "uses: {cash: {asset: lower.lower_coin}}").replace("boc: bank}", "boc: bank, eve: cash.bank}")
    upper += "      - {who: eve, does: upper_note, with: {id: '2'}, refused: not_yours}\n"
    played = play_all(_checked(upper), _packs(tmp_path, lower=_small("lower"))).stories[0]
    assert played.passed, played
    assert "Turned away: " in played.steps[1].told.en
    assert "不予受理：" in played.steps[1].told.zh


def test_coverage__a_transition_that_is_not_played_has_its_reason(tmp_path: Path) -> None:
    checked = _changed(("from: running\n    to: repaid", "from: [running, asked]\n    to: repaid"))
    report = play_all(checked, Packs(LOAN), folder=LOAN.parent)
    found = {each.name: each for each in report.unplayed if each.kind == "transition"}
    assert "loan: asked → repaid" in found
    assert "loan: running → repaid" not in found
    assert "repay" in found["loan: asked → repaid"].reason.zh


def test_packs__used_in_a_circle_are_refused(tmp_path: Path) -> None:
    one = _small("one", "uses: {cash: {asset: two.two_coin}}")
    two = _small("two", "uses: {cash: {asset: one.one_coin}}")
    with pytest.raises(PacksCircular) as no:
        play_all(_checked(one), _packs(tmp_path, one=one, two=two))
    assert "one → two → one" in no.value.say("en")


def test_packs__must_have_what_is_used(tmp_path: Path) -> None:
    upper = _small("upper", "uses: {cash: {asset: lower.gold}}")
    with pytest.raises(UseUnknown) as no:
        play_all(_checked(upper), _packs(tmp_path, lower=_small("lower")))
    assert "gold" in no.value.say("zh")


def test_given__no_balance_of_what_is_kept_per_record(tmp_path: Path) -> None:
    text = _small("each", given="{balance: {of: each_coin, icbc: '1'}}").replace("{unit: fen,", "{unit: fen, per: each_entry,")
    with pytest.raises(NotGiven):
        play_all(_checked(text), _packs(tmp_path))


def test_stage__what_is_refused_while_it_is_set_fails_the_story(tmp_path: Path) -> None:
    text = _small("pay").replace("roles:\n", "settings: {limit: money}\nroles:\n", 1)
    played = play_all(_checked(text), _packs(tmp_path)).stories[0]
    assert not played.passed
    assert played.fault is not None
    assert "opening the instance pay" in played.fault.en
    assert "limit" in played.fault.en
    with pytest.raises(StageRefused):
        set_stage(_checked(text), _checked(text).definition.tree.stories[0], _packs(tmp_path))


def test_company__whoever_must_admit_is_there_besides_the_cast() -> None:
    tree = read_pack(LOAN).definition.tree
    company = make_company(tree.stories[2])
    plan = plan_admissions(
        company, tree, company.operator, {"borrower": ["bob"], "bureau": ["peng"], "citizen": ["~" + "0" * 32]}
    )
    assert [(each.role, each.party, each.by) for each in plan] == [
        ("lender", "lender", company.operator),
        ("borrower", "bob", "lender"),
        ("bureau", "peng", "regulator"),
        ("citizen", "~" + "0" * 32, "~" + "0" * 32),
    ]
    assert {"lender", "regulator", "operator"} <= set(company.officers)


def test_company__officers_have_the_duties_of_their_seats() -> None:
    story = next(each for each in read_pack(LOAN).definition.tree.stories if each.name == "whole_life")
    officers = make_company(story).officers["anbank"]
    assert officers == {"officer": ("admin", "agent", "voter"), "maker": ("maker",), "checker": ("checker",)}
    assert seat_of("checker_2") == "checker"
    assert seat_of("checker") == "checker"


def test_commitments__are_those_that_a_client_makes() -> None:
    checked = read_pack(LOAN)
    stage = set_stage(checked, checked.definition.tree.stories[0], Packs(LOAN))
    contract = next(each for each in checked.definition.tree.records[0].fields if each.name == "contract")
    first = Entry(stage, stage.main, "loan", None, ("AB-1",)).commit(contract, "file:contract.txt")
    assert first == Entry(stage, stage.main, "loan", None, ("AB-1",)).commit(contract, "file:contract.txt")
    assert first != Entry(stage, stage.main, "loan", None, ("AB-2",)).commit(contract, "file:contract.txt")
    assert first != Entry(stage, stage.main, "loan", LOAN.parent, ("AB-1",)).commit(contract, "file:loan.yaml")
    hasher = stage.chain.world.hasher
    digest = hasher.suite.digest(b"contract.txt")
    salt = hashlib.sha256(b"whole_life loan/AB-1 contract " + digest).digest()
    assert first == commitment_of(hasher, "loan", "loan/AB-1", "contract", salt, digest).hex()


@pytest.mark.parametrize(("span", "seconds"), [("3d", 259_200), ("24h", 86_400), ("30min", 1800), ("9s", 9), ("", 0)])
def test_spans__are_counted_in_seconds(span: str, seconds: int) -> None:
    assert seconds_of(span) == seconds
