"""What a document of the index says in words: the same for whoever writes the index and for whoever checks a hit against the chain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.shapes import Record, Text
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.dates import Calendar
from zhulian.language.values import shown, split_key
from zhulian.language.values.keys import show_key
from zhulian.language.values.showing import is_hidden, title_of

__all__ = ["Telling", "plain", "tell_deposit", "tell_instance", "tell_organisation", "tell_record", "tell_signer"]

_NUMBERS = frozenset({"money", "price", "quantity", "rate", "int", "days", "duration"})
_WORDS = frozenset({"choice", "party", "bool"})
_SOURCES = {
    "own_file": Words("自有文件", "own file"),
    "web_capture": Words("网页采集", "web capture"),
    "device": Words("设备采集", "device"),
    "third_party": Words("第三方提供", "third party"),
}


@dataclass(frozen=True)
class Telling:
    """Title and text in both languages, the parties concerned, the state, and the fields by which boards count."""

    title: Words
    text: Words
    parties: tuple[str, ...] = ()
    state: str = ""
    fields: Mapping[str, str | int] = field(default_factory=dict)


def plain(text: str) -> str:
    """The text without NUL, which PostgreSQL does not keep."""
    return text.replace("\x00", "\ufffd")


def tell_record(
    tree: Tree, kind: Record, key: str, content: Mapping[str, Any], calendar: Calendar, parties: Mapping[str, Words]
) -> Telling:
    """A record by its definition. `content` has `fields`, `state` and `owner` as the chain keeps them."""
    held: Mapping[str, Any] = content.get("fields", {})
    concerned = [content["owner"]] if content.get("owner") else []
    counted: dict[str, str | int] = {}
    said: list[Words] = []
    for each in kind.fields:
        value = held.get(each.name)
        if value is None or is_hidden(each):
            continue
        words, title = shown(each, value, calendar, parties), title_of(each)
        said.append(Words(f"{title.zh}：{words.zh}", f"{title.en}: {words.en}"))
        if each.type == "party":
            concerned.append(str(value))
        if each.type in _NUMBERS and isinstance(value, int) and not isinstance(value, bool):
            counted[each.name] = value
        elif each.type in _WORDS:
            counted[each.name] = str(value).lower() if isinstance(value, bool) else str(value)[:128]
    state = str(content.get("state") or "")
    if kind.states is not None and state:
        titles = {each.name: each.title for each in kind.states.every}
        now = _words(titles.get(state), state)
        said.append(Words(f"状态：{now.zh}", f"state: {now.en}"))
    said.append(Words(tree.title.zh, tree.title.en))
    spoken = [show_key(kind, split_key(key), language, calendar) if kind.key else "" for language in ("zh", "en")]
    title = Words(f"{kind.title.zh} {spoken[0]}".strip(), f"{kind.title.en} {spoken[1]}".strip())
    return _telling(title, said, tuple(dict.fromkeys(concerned)), state, counted)


def tell_deposit(deposit: str, party: str, value: Mapping[str, Any], parties: Mapping[str, Words]) -> Telling:
    """A deposit by its value on the chain."""
    name = parties.get(party, Words(party, party))
    batch = value.get("kind") == "batch"
    title = Words(f"{'批量存证' if batch else '存证'} {deposit[:16]}", f"{'Batch' if batch else 'Deposit'} {deposit[:16]}")
    source = _SOURCES.get(str(value.get("source", "own_file")), Words("", ""))
    state = "withdrawn" if value.get("withdrawn") is not None else "standing"
    said = [name, source, Words("已撤回", "withdrawn") if state == "withdrawn" else Words("有效", "standing")]
    concerned = [party, deposit, *([value["via"]] if value.get("via") else [])]
    return _telling(title, said, tuple(concerned), state, {})


def tell_organisation(name: str, value: Mapping[str, Any]) -> Telling:
    """A member."""
    title = value.get("title", {})
    words = Words(str(title.get("zh", name)), str(title.get("en", name)))
    return _telling(words, [Words(f"机构 {name}", f"organisation {name}")], (name,), str(value.get("status", "")), {})


def tell_signer(name: str, value: Mapping[str, Any], parties: Mapping[str, Words]) -> Telling:
    """Who acts for an organisation."""
    organisation = name.partition(".")[0]
    duties = ", ".join(value.get("duties", ()))
    kind = {"officer": "经办人", "service": "服务", "device": "设备"}.get(str(value.get("kind")), str(value.get("kind")))
    said = [
        parties.get(organisation, Words(organisation, organisation)),
        Words(f"{kind} {duties}", f"{value.get('kind')} {duties}"),
    ]
    state = "active" if value.get("revoked") is None else "revoked"
    return _telling(Words(name, name), said, (organisation, name), state, {})


def tell_instance(name: str, value: Mapping[str, Any], tree: Tree, parties: Mapping[str, Words]) -> Telling:
    """An application."""
    operator = str(value.get("operator", ""))
    said = [
        Words(f"应用 {name}", f"application {name}"),
        parties.get(operator, Words(operator, operator)),
        Words(tree.about.zh, tree.about.en) if tree.about is not None else Words("", ""),
    ]
    return _telling(Words(tree.title.zh, tree.title.en), said, (operator,), "", {})


def _telling(title: Words, said: list[Words], parties: tuple[str, ...], state: str, fields: Mapping[str, str | int]) -> Telling:
    text = Words("；".join(each.zh for each in said if each.zh), "; ".join(each.en for each in said if each.en))
    return Telling(Words(plain(title.zh), plain(title.en)), Words(plain(text.zh), plain(text.en)), parties, state, fields)


def _words(text: Text | None, name: str) -> Words:
    return Words(name, name) if text is None else Words(text.zh, text.en)
