"""Write refusals.json: the sentences of every refusal that the verifier can give, and its names for parts and subject fields."""

import json
import sys
from pathlib import Path

import zhulian.ledger.receipts  # noqa: F401 (it defines what the verifier refuses)
from zhulian.crypto.certificates import oids
from zhulian.errors import REFUSALS
from zhulian.merkle.parts import PARTS

_FAMILIES = ("form", "proof")
_OTHERS = ("crypto/3", *(f"crypto/{number}" for number in range(20, 34)))
"""What is wrong with a chain of certificates, the reason inside proof/25."""


def refusals() -> str:
    """The text of refusals.json."""
    codes = sorted(code for code in REFUSALS if code.partition("/")[0] in _FAMILIES or code in _OTHERS)
    found = {
        "PARTS": {part: {"en": each.en, "zh": each.zh} for part, each in PARTS.items()},
        "SENTENCES": {code: {"en": REFUSALS[code].en, "zh": REFUSALS[code].zh} for code in codes},
        "SUBJECT_FIELDS": oids.FIELDS,
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("refusals.json")).write_text(refusals(), encoding="utf-8")
