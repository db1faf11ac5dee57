"""Proves every shipped pack and keeps the verdicts for the gallery, in `src/zhulian/scenarios/proofs.json`.

    .venv/bin/python scripts/proofs.py

A pack that has changed since shows no verdicts until this has run again.
"""

import json
import sys
from pathlib import Path
from typing import Any

from zhulian.assure.stories.packs import read_pack
from zhulian.crypto.suites import suite
from zhulian.language.proving.prove import prove

FOLDER = Path(__file__).resolve().parents[1] / "src" / "zhulian" / "scenarios"


def proof_of(path: Path) -> dict[str, Any]:
    """What the gallery keeps of the proof of a definition: digests of definition and report, and the verdict of each promise."""
    report = prove(read_pack(path))
    return {
        "definition_sm3": report.definition_sm3,
        "report_sm3": report.digest(suite("gm").digest).hex(),
        "promises": {f"{each.record}.{each.name}": each.verdict for each in report.promises},
    }


def main() -> None:
    """Prove all packs, or those that are named."""
    target = FOLDER / "proofs.json"
    known = json.loads(target.read_text("utf-8")) if target.is_file() else {}
    names = sys.argv[1:] or sorted(path.parent.name for path in FOLDER.glob("*/scenario.yaml"))
    for name in names:
        known[name] = proof_of(FOLDER / name / "scenario.yaml")
        target.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
        sys.stdout.write(f"{name}: {known[name]['report_sm3']}\n")


if __name__ == "__main__":
    main()
