"""State diagrams as Mermaid text, which most pages that show Markdown draw."""

import re

from zhulian.language.manual.text import Tongue
from zhulian.language.view.diagram import BEGIN
from zhulian.language.view.shapes import DiagramView

__all__ = ["mermaid"]


def mermaid(diagram: DiagramView, language: str) -> list[str]:
    """The lines of a fenced block."""
    tongue = Tongue(language)
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{_plain(tongue.say(each.title))}" as {_id(each.id)}' for each in diagram.nodes if each.kind != "begin"]
    ways: dict[tuple[str, str], list[str]] = {}
    for edge in diagram.edges:
        title = _plain(tongue.say(edge.title))
        if edge.by != "action":
            title = tongue.pick(f"{title}（到期）", f"{title} (by time)")
        several = ways.setdefault((_id(edge.source), _id(edge.target)), [])
        if title not in several:
            several.append(title)
    lines += [f"    {source} --> {target}: {' / '.join(several)}" for (source, target), several in ways.items()]
    lines += [f"    {_id(each.id)} --> [*]" for each in diagram.nodes if each.kind == "final"]
    return [*lines, "```"]


def _id(name: str) -> str:
    """The name of a state as Mermaid takes it: none of its own words."""
    return "[*]" if name == BEGIN else f"s_{name}"


def _plain(text: str) -> str:
    return re.sub(r"[\"“”]", "", text).replace(":", "：").replace(";", "，")
