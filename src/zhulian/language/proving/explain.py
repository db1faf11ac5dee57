"""Says in Chinese and in English what a report found: for each promise what is promised, why it holds, and what that rests on."""

from collections.abc import Callable, Iterator, Sequence

from zhulian.errors import Words
from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Record, Text
from zhulian.language.proving.promises import EMPTY, WAY_OUT
from zhulian.language.proving.report import Check, Finding, PromiseReport, Report, Used, Witness
from zhulian.language.proving.words import (
    ASSUMES,
    DETAILS,
    EXAMPLES,
    FINDINGS,
    HOW,
    ITSELF,
    KINDS,
    REASONS,
    UNTRIED,
    USED,
    VERDICTS,
)
from zhulian.language.view.build import view_of
from zhulian.language.view.refusals import promise_says
from zhulian.language.view.speaker import Speaker

__all__ = ["Explaining", "chapter"]


class Explaining:
    """The words of one definition for its report."""

    def __init__(self, checked: Checked, before: Checked | None = None) -> None:
        """`before` is the version before, by whose words its promises are told."""
        self._before = None if before is None else Explaining(before)
        self._speaker = Speaker(checked)
        self._checked = checked
        self._view = view_of(checked)
        tree = checked.definition.tree
        self._says = {
            (record.name, promise.name): (promise.say, f"{home}.{part}[{place}].that")
            for record, home in [*((each, f"records.{each.name}") for each in tree.records), *_instance(checked)]
            for part, several in (("always", record.always), ("steps", record.steps))
            for place, promise in enumerate(several)
        }
        self._timers = {each.name: each for each in tree.timers}

    def promise(self, promise: PromiseReport) -> Words:
        """What is promised, as a sentence without a full stop."""
        if promise.name == EMPTY:
            return Words("进入终态的记录不持有任何资产", "A record that has ended holds no asset")
        if promise.name == WAY_OUT:
            return Words(
                "记录可持有资产的每个状态，都有到期取出或由其所有人取出的途径",
                "In each state in which a record may hold assets, there is a way out by time or by its owner",
            )
        say, path = self._says[promise.record, promise.name]
        said = promise_says(self._speaker, say, path, promise.record)
        return Words(said.zh, said.en)

    def title(self, promise: PromiseReport) -> Words:
        """The promise with the record type that it is of."""
        record, said = self._speaker.record(promise.record), self.promise(promise)
        return Words(f"{record.zh}：{said.zh}（{promise.name}）", f"{record.en}: {said.en} ({promise.name})")

    def verdict(self, promise: PromiseReport) -> Words:
        """The verdict in a few words."""
        return VERDICTS[promise.verdict]

    def doer(self, check: Check) -> Words:
        """What happens, by its title."""
        if check.kind in ("timer", "sweep"):
            said = self._speaker.timer(self._timers[check.doer])
            return Words(said.zh, said.en)
        kind = KINDS.get(check.kind)
        if check.kind == "upgrade" and kind is not None:
            return kind
        if check.kind in ("correction", "task", "expiry") and kind is not None:
            record = self._speaker.record(check.doer.partition(".")[0])
            return Words(f"{record.zh}{kind.zh}", f"{kind.en} of {record.en}")
        action = self._speaker.actions.get(check.doer)
        return Words(check.doer, check.doer) if action is None else Words(action.title.zh, action.title.en)

    def open(self, check: Check) -> Words:
        """Why a check did not prove it."""
        doer, why = self.doer(check), REASONS.get(check.reason, REASONS["limit"])
        if (check.reason, check.detail) == ("not_inductive", "0"):
            why = UNTRIED
        detail = DETAILS.get(check.detail, Words(check.detail, check.detail))
        zh, en = why.zh.format(detail=detail.zh), why.en.format(detail=detail.en)
        if not check.doer:
            return Words(zh, en)
        return Words(f"“{doer.zh}”：{zh}", f"“{doer.en}”: {en}")

    def finding(self, finding: Finding) -> Words:
        """Something that a reader should know, by the titles of what it is about."""
        words, name = FINDINGS[finding.kind], self._subject(finding)
        if finding.kind == "left":
            return Words(words.zh.format(name=name.zh), words.en.format(name=name.en))
        detail = DETAILS.get(finding.detail) or self._details(finding)
        return Words(words.zh.format(name=name.zh, detail=detail.zh), words.en.format(name=name.en, detail=detail.en))

    def _subject(self, finding: Finding) -> Words:
        """What a finding is about: a state of a record type, a record type, or something that happens."""
        if finding.kind == "left":
            record, _, state = finding.name.partition(".")
            title, there = self._speaker.record(record), self._speaker.state(record, state)
            return Words(f"{title.zh}“{there.zh}”", f"{title.en}, “{there.en}”")
        if finding.kind == "locked":
            title = self._speaker.record(finding.name)
            return Words(title.zh, title.en)
        kind = "timer" if finding.name in self._timers and finding.place.startswith("timers.") else "action"
        return self.doer(Check(doer=finding.name, kind=kind, path=finding.place, verdict="runtime", by=""))

    def _details(self, finding: Finding) -> Words:
        """The particulars of a finding: each rule by its sentence, a state and an asset by their titles."""
        if finding.kind == "never":
            rules = [self._rule(each) for each in finding.detail.split(", ")]
            return Words("；".join(each.zh for each in rules), "; ".join(each.en for each in rules))
        if finding.kind == "locked":
            state, _, asset = finding.detail.partition(": ")
            there, title = self._speaker.state(finding.name, state), self._asset(asset)
            return Words(f"{there.zh}：{title.zh}", f"{there.en}: {title.en}") if state else title
        return Words(finding.detail, finding.detail)

    def _rule(self, name: str) -> Words:
        """A rule that a solver's core names: of the definition with its sentence, a promise, or of the engine."""
        record, _, promise = name.partition(".")
        if (record, promise) in self._says:
            said = self.promise(PromiseReport(record=record, name=promise, kind="always", place="", verdict="proved"))
            return Words(f"约束“{said.zh}”（{name}）", f"the promise “{said.en}” ({name})")
        refusal = next((each.text for each in self._checked.definition.tree.refusals if each.name == name), None)
        if refusal is not None:
            return Words(f"规则“{refusal.zh}”（{name}）", f"the rule “{refusal.en}” ({name})")
        found = USED.get(name)
        return Words(name, name) if found is None or "{" in found.zh else found

    def _asset(self, name: str) -> Words:
        tree = self._checked.definition.tree
        titles: dict[str, Text | None] = {each.name: each.title for each in tree.uses}
        titles |= {each.name: each.title for each in tree.assets}
        title = titles.get(name)
        return Words(name, name) if title is None else Words(title.zh, title.en)

    def used(self, used: Used, check: Check, promise: PromiseReport) -> Words:
        """One thing that the proof of a promise rests on."""
        words = USED[used.kind]
        if used.kind == "require":
            action = self._speaker.actions.get(check.doer)
            said = self._speaker.at(used.path, self._speaker.of_action(action) if action is not None else None)
            if said is not None:
                return Words(words.zh.format(name=said.zh), words.en.format(name=said.en))
        if used.kind == "setting":
            title = next((each.title for each in self._checked.definition.tree.settings if each.name == used.name), None)
            zh, en = (used.name, used.name) if title is None else (title.zh, title.en)
            return Words(words.zh.format(name=zh), words.en.format(name=en))
        if used.kind == "before" and self._before is None:
            return Words(words.zh.format(name=used.name), words.en.format(name=used.name))
        if used.kind in ("promise", "before"):
            record, _, name = used.name.partition(".")
            if used.kind == "promise" and (record, name) == (promise.record, promise.name):
                return ITSELF
            report = PromiseReport(record=record, name=name, kind="always", place="", verdict="proved")
            said_before = (self._before or self if used.kind == "before" else self).promise(report)
            return Words(words.zh.format(name=said_before.zh), words.en.format(name=said_before.en))
        if used.kind == "verb":
            entry, clause = self._checked.registry.verbs.get(used.name), used.path.partition(" ")[2]
            return Words(
                words.zh.format(name=used.name, clause=clause), words.en.format(name=entry.name if entry else "", clause=clause)
            )
        return words

    def why(self, promise: PromiseReport) -> Iterator[Words]:
        """Why it holds, over everything that can happen."""
        framed = [self.doer(each) for each in promise.checks if each.by == "frame"]
        if framed:
            zh, en = "、".join(each.zh for each in framed), ", ".join(each.en for each in framed)
            yield Words(f"下列办理不触及本约束所涉及的内容：{zh}", f"None of these touches what it speaks of: {en}")
        if promise.checks and all(each.by == "definition" for each in promise.checks):
            yield Words("由定义检查得出：没有规则与之相违", "The check of the definition shows it: no rule goes against it")
        alike: dict[tuple[Words, ...], list[Words]] = {}
        for check in promise.checks:
            if check.verdict == "proved" and check.by == "solver":
                used = sorted(check.used, key=lambda each: _READ.index(each.kind) if each.kind in _READ else len(_READ))
                reasons = dict.fromkeys(self.used(each, check, promise) for each in used)
                alike.setdefault(tuple(sorted(reasons, key=lambda each: each is not ITSELF)), []).append(self.doer(check))
        for given, doers in alike.items():
            yield _holds(doers, given)
        for check in promise.checks:
            if check.verdict != "proved":
                yield self.open(check)

    def example(self, witness: Witness) -> Words:
        """An example of an action, by the titles of who signs and of what is handed in."""
        view = next((each for each in self._view.actions if each.name == witness.action), None)
        if view is None:
            return Words(witness.action, witness.action)
        fields = {f"input.{each.name}": each for each in view.form}
        titles = {f"by.{each.name or 'actor'}": each.title for each in view.by} | {
            name: each.title for name, each in fields.items()
        }
        zh, en = [], []
        for each in witness.given:
            title = titles.get(each.what)
            options = {one.name: one.title for one in fields[each.what].options} if each.what in fields else {}
            said = options.get(each.value)
            zh.append(f"{each.what if title is None else title.zh} {each.value if said is None else said.zh}")
            en.append(f"{each.what if title is None else title.en} {each.value if said is None else said.en}")
        return Words(f"{view.title.zh}（`{view.name}`）：{'，'.join(zh)}", f"{view.title.en} (`{view.name}`): {', '.join(en)}")

    def assumes(self, report: Report) -> list[Words]:
        """What every proof rests on."""
        return [ASSUMES[each] for each in report.assumes]


_READ = ("who", "state", "require", "verb", "input", "time", "promise")
"""The order in which reasons are read: rules that somebody meets first, then what held before, then what goes without saying."""


def _holds(doers: Sequence[Words], reasons: Sequence[Words]) -> Words:
    """That a promise holds after these, and since when and why: one sentence for all that have the same reasons."""
    zh = "".join(f"“{each.zh}”" for each in doers)
    en = ", ".join(f"“{each.en}”" for each in doers)
    if not reasons:
        return Words(f"{zh}之后仍成立：由其所作的变更即可得出", f"It still holds after {en}: what is done there shows it alone")
    why_zh, why_en = "；".join(each.zh for each in reasons), "; ".join(each.en for each in reasons)
    return Words(f"{zh}之后仍成立，依据：{why_zh}", f"It still holds after {en}, since {why_en}")


def _instance(checked: Checked) -> list[tuple[Record, str]]:
    instance = checked.definition.tree.instance
    return [] if instance is None else [(instance, "instance")]


def chapter(checked: Checked, report: Report, language: str, number: int) -> str:
    """The chapter of a manual on what is proved, in Markdown: a page for each promise, and an example of each action."""
    words = Explaining(checked)

    def pick(said: Words) -> str:
        return said.say(language)

    zh = language == "zh"
    lines = [f"## {number}. {'恒定约束及其证明' if zh else 'What is promised, and why it holds'}", ""]
    counts = {each: report.count(each) for each in ("proved", "refuted", "runtime")}
    lines += [
        f"已证明 {counts['proved']} 项，已推翻 {counts['refuted']} 项，运行时校验 {counts['runtime']} 项。"
        if zh
        else f"Proved: {counts['proved']}. Refuted: {counts['refuted']}. Checked at run time only: {counts['runtime']}.",
        "",
        pick(HOW),
        "",
        *_papers(report, zh),
        "",
    ]
    for promise in report.promises:
        lines += [f"### {pick(words.title(promise))}", "", f"**{pick(words.verdict(promise))}**", ""]
        lines += [f"- {pick(each)}{'。' if zh else '.'}" for each in words.why(promise)]
        lines.append("")
        story = next((each.counter.story for each in promise.checks if each.counter is not None and each.counter.story), "")
        if story:
            lines += ["```yaml", story.rstrip("\n"), "```", ""]
    lines += _notes(words, report, zh, pick)
    return "\n".join(lines).rstrip() + "\n"


def _papers(report: Report, zh: bool) -> list[str]:
    """Which definition and which report the chapter is about, by their digests, and what decided."""
    engine = report.engine
    given = (("定义摘要（SM3）", report.definition_sm3), ("证明报告摘要（SM3）", report.digests()["sm3"])) if zh else (
        ("Digest of the definition (SM3)", report.definition_sm3), ("Digest of the report (SM3)", report.digests()["sm3"]),
    )  # fmt: skip
    lines = [f"- {name}{'：' if zh else ': '}`{digest}`" for name, digest in given]
    tail = (
        f"求解器 {engine.name} {engine.version}，随机种子 {engine.seed}"
        if zh
        else f"Solver {engine.name} {engine.version}, seed {engine.seed}"
    )
    return [*lines, f"- {tail}"]


def _notes(words: Explaining, report: Report, zh: bool, said: Callable[[Words], str]) -> Sequence[str]:
    lines = [f"### {'证明所依据的前提' if zh else 'What the proofs rest on'}", ""]
    lines += [f"- {said(each)}{'。' if zh else '.'}" for each in words.assumes(report)]
    lines.append("")
    if report.findings:
        lines += [f"### {'提请注意' if zh else 'To be noted'}", ""]
        lines += [f"- {said(words.finding(each))}{'。' if zh else '.'}" for each in report.findings]
        lines.append("")
    if report.witnesses:
        lines += [f"### {'各项操作的示例' if zh else 'An example of each action'}", ""]
        lines += [said(EXAMPLES), ""]
        for each in report.witnesses:
            lines.append(f"- {said(words.example(each))}")
        lines.append("")
    return lines
