"""Makes the reference pages from the code: commands, refusals, messages, events, state, routes, limits, and the Python names."""

import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import surface

MODULES = {
    "client": ["zhulian.client", "zhulian.client.evidence", "zhulian.client.identity", "zhulian.client.govern"],
    "verification": ["zhulian.ledger.proofs", "zhulian.ledger.receipts"],
    "foundations": [
        "zhulian.canonical",
        "zhulian.errors",
        "zhulian.crypto",
        "zhulian.merkle.list_tree",
        "zhulian.merkle.state_tree",
    ],
    "ledger": ["zhulian.ledger.module", "zhulian.ledger.collections", "zhulian.ledger.transition", "zhulian.ledger.store"],
}
WORDS = {
    "zh": {
        "made": "本页由代码生成，请勿手工修改。",
        "commands": "命令", "command": "命令", "options": "选项",
        "refusals": "拒绝编号", "number": "编号", "sentence": "说明", "fields": "字段",
        "names": "消息、事件与状态", "messages": "消息", "events": "事件", "state": "状态集合", "keys": "键的组成", "field": "字段", "type": "类型",
        "store": "节点存储的前缀", "prefix": "前缀", "holds": "内容", "formats": "文件格式",
        "http": "HTTP 接口", "method": "方法", "path": "路径", "operation": "操作名",
        "limits": "上限", "genesis": "创世配置中的上限（可由治理修改）", "hard": "代码固定的上限", "name": "名称", "value": "值",
        "python": "Python 接口",
        "packs": "场景库", "pack": "场景包", "use": "用途", "roles": "角色", "stories": "演练剧本", "promises": "约束",
        "promised": "约束由各节点在每次操作之后校验（运行时校验），不符即不予通过。本页由场景定义生成，命令行可用 `zhulian scenario gallery` 查看。",
        "titles": {"client": "客户端", "verification": "核验", "foundations": "基础", "ledger": "账本"},
        "none": "无",
    },
    "en": {
        "made": "This page is made from the code; do not edit it.",
        "commands": "Commands", "command": "Command", "options": "Options",
        "refusals": "Refusals", "number": "Number", "sentence": "Sentence", "fields": "Fields",
        "names": "Messages, events and state", "messages": "Messages", "events": "Events", "state": "Collections of the state",
        "keys": "Parts of a key", "field": "Field", "type": "Type",
        "store": "Prefixes in a node's store", "prefix": "Prefix", "holds": "What it holds", "formats": "File formats",
        "http": "HTTP", "method": "Method", "path": "Path", "operation": "Operation",
        "limits": "Limits", "genesis": "Limits of genesis (governance may change them)", "hard": "Limits of the code", "name": "Name", "value": "Value",
        "python": "Python",
        "packs": "The gallery of packs", "pack": "Pack", "use": "What it is for", "roles": "Roles", "stories": "Stories", "promises": "Promises",
        "promised": "Promises are checked at run time: by every node, after every action, which is refused if one would break. This page is made from the definitions; `zhulian scenario gallery` shows the same.",
        "titles": {"client": "Client", "verification": "Verification", "foundations": "Foundations", "ledger": "Ledger"},
        "none": "none",
    },
}  # fmt: skip


def write(docs: Path, locale: str) -> None:
    """Write the pages of one language below `docs/<locale>/reference/generated`; a page that is as before is left alone."""
    surface.load()
    words: dict[str, Any] = WORDS[locale]
    pages = {
        "commands": _commands(words, locale),
        "refusals": _refusals(words, locale),
        "names": _names(words),
        "http": _http(words),
        "limits": _limits(words),
        "packs": _packs(words, docs, locale),
        **{f"python-{name}": _python(words, name, modules) for name, modules in MODULES.items()},
    }
    folder = docs / locale / "reference" / "generated"
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in pages.items():
        text = "\n".join(lines) + "\n"
        page = folder / f"{name}.md"
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    for old in folder.glob("*.md"):
        if old.stem not in pages:
            old.unlink()


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;").replace("{", "&#123;")


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return ["", "| " + " | ".join(head) + " |", "|" + "---|" * len(head), *("| " + " | ".join(row) + " |" for row in rows), ""]


def _head(words: dict[str, Any], title: str) -> list[str]:
    return [f"# {title}", "", words["made"], ""]


def _commands(words: dict[str, Any], locale: str) -> list[str]:
    from zhulian.cli.words import set_language

    set_language(locale)
    rows = [[f"`{name}`", " ".join(f"`{option}`" for option in options)] for name, options in surface.commands().items()]
    return _head(words, words["commands"]) + _table([words["command"], words["options"]], rows)


def _refusals(words: dict[str, Any], locale: str) -> list[str]:
    from zhulian.errors import REFUSALS

    lines = _head(words, words["refusals"])
    family = ""
    rows: list[list[str]] = []
    for code in surface.refusals():
        part = code.split("/")[0]
        if part != family and rows:
            lines += [f"## {family}", *_table([words["number"], words["sentence"], ""], rows)]
            rows = []
        family = part
        refusal = REFUSALS[code]
        sentence = re.sub(r"\.(zh|en)\}", "}", refusal.zh if locale == "zh" else refusal.en)
        rows.append([f"`{code}`", _cell(sentence), refusal.__name__])
    return [*lines, f"## {family}", *_table([words["number"], words["sentence"], ""], rows)]


def _names(words: dict[str, Any]) -> list[str]:
    found = surface.surface()
    lines = _head(words, words["names"])
    for kind in ("messages", "events"):
        lines.append(f"## {words[kind]}")
        for name, fields in found[kind].items():
            rows = [[f"`{field}`", _cell(shape)] for field, shape in fields.items()]
            lines += [f"### {name}", *(_table([words["field"], words["type"]], rows) if rows else ["", words["none"], ""])]
    rows = [
        [f"`{name}`", ", ".join(f"`{part}`" for part in parts) or words["none"]] for name, parts in found["collections"].items()
    ]
    lines += [f"## {words['state']}", *_table([words["name"], words["keys"]], rows)]
    lines += [f"## {words['formats']}", "", *(f"- `{name}`" for name in found["formats"]), ""]
    rows = [[f"`{letter}`", _cell(text)] for letter, text in found["prefixes"].items()]
    return [*lines, f"## {words['store']}", *_table([words["prefix"], words["holds"]], rows)]


def _http(words: dict[str, Any]) -> list[str]:
    rows = [[each["method"], f"`{each['path']}`", f"`{each['operation']}`"] for each in surface.routes()]
    return _head(words, words["http"]) + _table([words["method"], words["path"], words["operation"]], rows)


def _limits(words: dict[str, Any]) -> list[str]:
    lines = _head(words, words["limits"])
    for part, values in surface.limits().items():
        rows = [[f"`{name}`", f"{value:,}"] for name, value in values.items()]
        lines += [f"## {words[part]}", *_table([words["name"], words["value"]], rows)]
    return lines


def _packs(words: dict[str, Any], docs: Path, locale: str) -> list[str]:
    """The gallery, by industry, each pack leading to its page."""
    from zhulian.language.gallery import shipped_cards

    lines = [f"# {words['packs']}", "", words["promised"], ""]
    heads = [words[each] for each in ("pack", "use", "roles", "stories", "promises")]
    by_industry: dict[str, list[list[str]]] = {}
    for card in shipped_cards():
        page = f"scenarios/{card['scenario'].replace('_', '-')}{'.zh-CN' if locale == 'zh' else ''}.md"
        title = f"[{card['title'][locale]}](../../../{page})" if (docs / page).exists() else card["title"][locale]
        separator = "、" if locale == "zh" else ", "
        roles = separator.join(each["title"][locale] for each in card["roles"])
        counts = [str(len(card["stories"])), str(len(card["promises"]))]
        row = [f"{title} `{card['scenario']}`", _cell(card["about"][locale]), _cell(roles), *counts]
        by_industry.setdefault(card["industry"][locale], []).append(row)
    for industry, rows in by_industry.items():
        lines += [f"## {industry}", *_table(heads, rows)]
    return lines


def _python(words: dict[str, Any], name: str, modules: list[str]) -> list[str]:
    colon = "：" if words is WORDS["zh"] else ": "
    lines = _head(words, words["python"] + colon + words["titles"][name])
    for module_name in modules:
        module = importlib.import_module(module_name)
        lines += [f"## {module_name}", "", *_docstring(module), ""]
        for each in getattr(module, "__all__", []):
            lines += _described(each, getattr(module, each))
    return lines


def _described(name: str, thing: Any) -> Iterator[str]:
    if inspect.isclass(thing):
        if issubclass(thing, BaseException) and getattr(thing, "code", ""):
            return
        yield from ["", f"### class {name}", "", *_docstring(thing), ""]
        for method, found in vars(thing).items():
            if not method.startswith("_") and inspect.isfunction(found):
                yield from ["", f"#### {name}.{method}", "", *_signature(method, found), "", *_docstring(found), ""]
    elif inspect.isroutine(thing):
        yield from ["", f"### {name}", "", *_signature(name, thing), "", *_docstring(thing), ""]


def _signature(name: str, thing: Any) -> list[str]:
    try:
        shown = str(inspect.signature(thing))
    except (TypeError, ValueError):
        return []
    shown = re.sub(r"\b(?:typing|collections\.abc|pathlib|zhulian(?:\.\w+)+)\.", "", shown.replace("'", ""))
    return ["```python", f"{name}{shown}", "```"]


def _docstring(thing: Any) -> list[str]:
    """A docstring as Markdown; its indented parts as they stand."""
    lines: list[str] = []
    for line in (inspect.getdoc(thing) or "").splitlines():
        if re.fullmatch(r"(Raises|Args|Returns|Yields):", line):
            lines += ["", f"**{line}**", ""]
        elif re.match(r" {4}\S.*?: ", line) and lines and (lines[-1] == "" or lines[-1].startswith("- ")):
            lines.append("- " + _prose(line.strip()))
        else:
            lines.append(line if line.startswith("    ") else _prose(line))
    return lines


def _prose(line: str) -> str:
    return line.replace("<", "&lt;") if "`" not in line else line
