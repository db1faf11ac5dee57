"""Write refusals.json: number and sentences of every refusal that the verifier can give, from the Python side."""

import json
import sys
from pathlib import Path

import zhulian.ledger.receipts  # noqa: F401 (it defines what the verifier refuses)
from zhulian.errors import REFUSALS

_FAMILIES = ("form", "proof")


def refusals() -> str:
    """The text of refusals.json."""
    found = {code: {"en": each.en, "zh": each.zh} for code, each in REFUSALS.items() if code.partition("/")[0] in _FAMILIES}
    return json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("refusals.json")).write_text(refusals(), encoding="utf-8")
