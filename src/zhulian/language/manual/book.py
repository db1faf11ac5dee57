"""`manual`: the whole manual of a definition in one language, as Markdown."""

from zhulian.language.definition.check import Checked
from zhulian.language.manual.chapters import CHAPTERS
from zhulian.language.manual.text import Tongue, code
from zhulian.language.view.build import view_of
from zhulian.language.view.shapes import View

__all__ = ["manual", "manual_of"]


def manual(checked: Checked, language: str) -> str:
    """The manual of a checked definition in `language` ("zh" or "en")."""
    return manual_of(view_of(checked), language)


def manual_of(view: View, language: str) -> str:
    """The manual from the view model."""
    tongue = Tongue(language)
    title = tongue.say(view.title)
    lines = [f"# {title}{tongue.pick('使用手册', ': manual')}", ""]
    lines += [
        tongue.pick(
            f"场景 {code(view.scenario)}，第 {view.version} 版。本手册由场景定义生成，所述规则即链上执行的规则。定义的摘要：{code(view.digests.definition)}。",
            f"Scenario {code(view.scenario)}, version {view.version}. This manual is made from the definition: the rules that it tells are the "
            f"rules that the chain runs. Digest of the definition: {code(view.digests.definition)}.",
        ),
        "",
    ]
    number = 0
    for zh, en, make in CHAPTERS:
        body = make(view, tongue)
        if body:
            number += 1
            lines += [tongue.chapter(number, tongue.pick(zh, en)), "", *body]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip() + "\n"
