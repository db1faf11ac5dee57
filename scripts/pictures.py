"""Draws the pictures of states that the documents show, from the definitions, and puts them into the packs' pages.

`make pictures` runs it; a test holds pictures and pages equal to what it would write. A picture whose record type is gone goes too.
"""

import re
from pathlib import Path

from zhulian.assure.stories.packs import read_pack
from zhulian.language.manual import diagram_svg, every_svg
from zhulian.language.view.build import view_of
from zhulian.language.view.shapes import View

ROOT = Path(__file__).resolve().parents[1]
PACKS = ROOT / "src" / "zhulian" / "scenarios"
PAGES = ROOT / "docs" / "scenarios"
FOLDER = PAGES / "states"
TUTORIAL = ROOT / "docs" / "tutorial"
_HEADS = {"zh": ("## 状态图", "## 可见范围"), "en": ("## States", "## What stays visible")}
"""The section with the pictures, and the one before which it stands."""


def views() -> list[View]:
    """The views of all packs."""
    return [view_of(read_pack(place)) for place in sorted(PACKS.glob("*/scenario.yaml"))]


def pictures(shown: list[View]) -> dict[Path, str]:
    """Every picture by its place."""
    found = {FOLDER / name: text for each in shown for name, text in every_svg(each).items()}
    seal = view_of(read_pack(TUTORIAL / "seal.yaml"))
    for language in ("zh", "en"):
        found[TUTORIAL / f"states.{language}.svg"] = diagram_svg(seal, language, "application") or ""
    return found


def page_of(view: View, language: str) -> Path:
    """The page of a pack in a language."""
    return PAGES / f"{view.scenario.replace('_', '-')}{'.zh-CN' if language == 'zh' else ''}.md"


def with_pictures(text: str, view: View, language: str) -> str:
    """The page with the pictures of all record types that have states, in a section of their own."""
    own, following = _HEADS[language]
    text = re.sub(rf"^{own}\n.*?(?=^## )", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [own, ""]
    for each in view.records:
        if each.diagram is not None:
            title = f"{each.title.zh}的状态" if language == "zh" else f"States of: {each.title.en}"
            lines += [f"![{title}](states/{view.scenario}.{each.name}.{language}.svg)", ""]
    section = "\n".join(lines) + "\n" if len(lines) > 2 else ""
    return text.replace(f"{following}\n", f"{section}{following}\n", 1)


def main() -> None:
    """Write all pictures and put them into the pages."""
    shown = views()
    drawn = pictures(shown)
    for view in shown:
        for language in ("zh", "en"):
            page = page_of(view, language)
            drawn[page] = with_pictures(page.read_text(encoding="utf-8"), view, language)
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        if old not in drawn:
            old.unlink()
    for place, text in drawn.items():
        if not place.exists() or place.read_text(encoding="utf-8") != text:
            place.write_text(text, encoding="utf-8")
            print(f"written: {place.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
