"""Where long tests keep what they have done already, so that an interrupted run goes on; another program begins anew."""

import hashlib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".assurance"


@cache
def program() -> str:
    """A digest of the program's source: results of another program count for nothing."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src" / "zhulian").rglob("*.py")):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def results_file(name: str) -> Path:
    """The file of results with this name for the program as it is."""
    FOLDER.mkdir(exist_ok=True)
    return FOLDER / f"{name}-{program()}.jsonl"
