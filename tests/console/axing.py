"""What axe-core finds against WCAG 2.1 AA on a page that is open."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from playwright.async_api import Page

__all__ = ["axe_faults", "axe_script"]

_HERE = Path(__file__).parent / "axe"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def axe_script() -> str:
    """The rules, fetched once for each lock file and kept."""
    lock = (_HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "zhulian" / "test-axe"
    folder = cache / hashlib.sha256(lock).hexdigest()[:16]
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_HERE / name, folder / name)
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, timeout=300)
        (folder / "ready").touch()
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def axe_faults(page: Page, script: str) -> list[str]:
    """What is wrong, one line for each element."""
    await page.evaluate(script)
    asked = "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}})"
    found = (await page.evaluate(asked, _RULES))["violations"]
    return [f"{each['id']}: {node['target']} {node['html'][:160]}" for each in found for node in each["nodes"]]
