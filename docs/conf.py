"""How the documents become a site: one build for each language, over one tree of Markdown files.

Pages of a language lie under zh/ and en/; what has one text for both (formats, terms, decisions) lies beside
them and is in both sites. Reference pages are made from the code by `_site/generate.py` before each build.
"""

import sys
from pathlib import Path
from typing import Any

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here / "_site"))
sys.path.insert(0, str(here.parent))

import chinese
import generate

from zhulian import __version__

project = "珠联 Zhulian"
copyright = "2026 the Zhulian authors, Apache-2.0"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = ["images"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "tango"
# Everything comes from the site's own folder; nothing is fetched from elsewhere when a page is read.
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0F5C63", "color-brand-content": "#0F5C63"},
    "dark_css_variables": {"color-brand-primary": "#5FB7BE", "color-brand-content": "#5FB7BE"},
}
locale = "zh" if tags.has("zh") else "en"  # type: ignore[name-defined]  # noqa: F821 - Sphinx gives it
language = "zh_CN" if locale == "zh" else "en"
root_doc = f"{locale}/index"
html_title = "珠联" if locale == "zh" else "Zhulian"
_packs = sorted(page.stem for page in (here / "scenarios").glob("*.md") if not page.stem.endswith(".zh-CN"))
_tutorials = sorted(page.stem for page in (here / "tutorial").glob("*.md") if not page.stem.endswith(".zh-CN"))
_twins = (
    "assurance",
    "benchmarks",
    "scenario-language",
    *(f"tutorial/{each}" for each in _tutorials),
    *(f"scenarios/{each}" for each in _packs),
)  # a page for each language, side by side
_other = [f"{each}.md" if locale == "zh" else f"{each}.zh-CN.md" for each in _twins]
exclude_patterns = ["_site", "en" if locale == "zh" else "zh", "**/README.md", *_other]
html_search_language = "zh" if locale == "zh" else "en"
html_context = {"locale": locale, "other": "en" if locale == "zh" else "zh", "twins": _twins}
templates_path = ["_site/templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "languages.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}


def setup(app: Any) -> None:
    """Make the reference pages before the build, and let Chinese text be searched."""
    app.add_search_language(chinese.Chinese)
    generate.write(here, locale)
