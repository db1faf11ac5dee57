"""An operator's or regulator's own rules: a file beside the node, in the form of a definition's, over applications or any event.

rules:
  many_freezes: {over: events.mandate.frozen, by: target, window: 30d, raise: 'count > 2', level: high, title: {zh: …, en: …}}
  large_sums:   {app: cash, over: actions.pay, by: actor, sum: this.amount, window: 1d, raise: 'sum > 5000000.00', level: high, title: {…}}
"""

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from zhulian.errors import Words
from zhulian.language.compile import Compiled, compile_definition
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.faults import KeyMissing
from zhulian.language.definition.normalise.effects import LEVELS
from zhulian.language.definition.normalise.plays import read_watch
from zhulian.language.definition.normalise.reader import Reader
from zhulian.language.definition.reading import Definition
from zhulian.language.definition.views import Tree, Watch
from zhulian.language.errors import LanguageFault, Position
from zhulian.language.expressions.check import check
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.types import BOOL, INT
from zhulian.language.source import SIZE_MAX, Mapping, Node, Scalar, read_source
from zhulian.language.spans import seconds_of
from zhulian.node.vocabulary import vocabulary
from zhulian.offchain.watch.errors import OwnRulesUnreadable, OwnRulesWrong
from zhulian.offchain.watch.rules import EventRule

__all__ = ["OwnRules", "Stated", "compile_own", "read_own_rules"]

_RULES_MAX = 64
_EVENT = re.compile(r"events\.([a-z][a-z_]{0,31}\.[a-z][a-z_]{0,63})")
_INSTANCE = re.compile(r"[a-z][a-z0-9-]{0,30}")
_MEMBER = re.compile(r"[a-z][a-z0-9_]{0,30}")


@dataclass(frozen=True)
class Stated:
    """What the file says: rules over applications by instance, and rules over events."""

    apps: dict[str, tuple[Watch, ...]] = field(default_factory=dict)
    events: tuple[EventRule, ...] = ()


def read_own_rules(text: bytes) -> Stated:
    """The rules of a file.

    Raises:
        LanguageFaults: naming every fault with its place.
    """
    try:
        root = read_source(text)
    except LanguageFault as fault:
        raise LanguageFaults.of([fault]) from None
    reader = Reader()
    parts = reader.parts(root, "", ("rules",), ("rules",))
    apps: dict[str, list[Watch]] = {}
    events: list[EventRule] = []
    for name, node, path in reader.named(parts["rules"], "rules", _RULES_MAX) if "rules" in parts else ():
        over = node.get("over") if isinstance(node, Mapping) else None
        if isinstance(over, Scalar) and over.text.startswith("events."):
            made = _event_rule(reader, name, node, path)
            events += [made] if made is not None else []
            continue
        watch = read_watch(reader, name, node, path, ("app",))
        app = node.get("app") if isinstance(node, Mapping) else None
        if app is None:
            reader.fault(KeyMissing, node, path, key="app")
        else:
            apps.setdefault(reader.form(app, f"{path}.app", _INSTANCE, "receivable"), []).append(watch)
    if reader.faults:
        raise LanguageFaults.of(reader.faults)
    return Stated({name: tuple(each) for name, each in apps.items()}, tuple(events))


def _event_rule(reader: Reader, name: str, node: Node, path: str) -> EventRule | None:
    known = ("over", "by", "distinct", "sum", "window", "raise", "level", "title")
    parts = reader.parts(node, path, known, ("over", "window", "raise", "title"))
    if not {"over", "window", "raise", "title"} <= set(parts):
        return None
    over = _EVENT.fullmatch(reader.form(parts["over"], f"{path}.over", _EVENT, "events.mandate.frozen"))
    members: dict[str, str] = {
        each: reader.form(parts[each], f"{path}.{each}", _MEMBER, "target") for each in ("by", "distinct", "sum") if each in parts
    }
    title = reader.text(parts["title"], f"{path}.title")
    window, asked = reader.span(parts["window"], f"{path}.window"), reader.code(parts["raise"], f"{path}.raise")
    level = reader.word(parts["level"], f"{path}.level", LEVELS) if "level" in parts else "medium"
    if over is None:
        return None
    scope = Scope(variables={"count": Member(INT), "sum": Member(INT)})
    at = parts["raise"]
    try:
        typed = check(parse(asked, Position(at.at.line, at.at.column, f"{path}.raise")), scope, vocabulary(), BOOL)
    except LanguageFault as fault:
        reader.faults.append(fault)
        return None
    said = msgspec.json.encode([over[1], window, asked, members], order="deterministic")
    return EventRule(
        name=name,
        title=Words(title.zh, title.en),
        type=over[1],
        window_s=seconds_of(window),
        level=level,
        raises=typed,
        digest=hashlib.sha256(said).hexdigest(),
        by=members.get("by", ""),
        distinct=members.get("distinct", ""),
        sum=members.get("sum", ""),
    )


def compile_own(tree: Tree, watches: tuple[Watch, ...]) -> Compiled:
    """A definition with these rules in place of its own.

    Raises:
        LanguageFaults: a rule asks of what the definition does not have.
    """
    bare = replace_watch(tree, watches)
    return compile_definition(check_definition(Definition(bare), vocabulary()))


def replace_watch(tree: Tree, watches: tuple[Watch, ...]) -> Tree:
    """The tree with other watch rules, and without stories, which may name the old ones."""
    return msgspec.structs.replace(tree, watch=watches, stories=())


class OwnRules:
    """The file as it is by now; it is read again when it has changed, and a wrong one leaves the rules as they were."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self.stated = Stated()
        self.fault: OwnRulesWrong | OwnRulesUnreadable | None = None

    def look(self) -> Stated:
        """The rules by now."""
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size)
        except OSError:
            self._seen, self.stated, self.fault = None, Stated(), None
            return self.stated
        if stamp != self._seen:
            self._seen = stamp
            try:
                self.stated, self.fault = read_own_rules(self._path.read_bytes()[: SIZE_MAX + 1]), None
            except LanguageFaults as faults:
                self.fault = OwnRulesWrong(path=str(self._path), why=Words(faults.found[0].say("zh"), faults.found[0].say("en")))
            except OSError as wrong:
                self.fault = OwnRulesUnreadable(path=str(self._path), why=str(wrong.strerror))
        return self.stated
