import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from zhulian.anchors.errors import NotOfThisHeader
from zhulian.anchors.shapes import Statement
from zhulian.anchors.statement import statement_data
from zhulian.anchors.verifying import _require_below, co_seal
from zhulian.crypto import Hasher, suite

VECTORS = Path(__file__).parents[2] / "vectors" / "anchors"
CASES = json.loads((VECTORS / "anchors.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=[each["description"] for each in CASES])
def test_vectors__hold(case: dict) -> None:
    hasher = Hasher(suite(case["suite"]), bytes.fromhex(case["genesis"]))
    statement = Statement(**case["statement"])
    data = statement_data(hasher, statement)
    assert data.hex() == case["preimage"]
    assert (
        data
        == b"zhulian/anchor/v1\0" + hasher.genesis + json.dumps(case["statement"], separators=(",", ":"), sort_keys=True).encode()
    )
    assert hashlib.sha256(data).hexdigest() == case["imprint"]["sha256"]
    assert hashlib.new("sm3", data).hexdigest() == case["imprint"]["sm3"]
    assert co_seal(hasher, statement, case["co_seal"]["time_ms"]).hex() == case["co_seal"]["signed"]
    _require_below(hasher, statement, case["path"], bytes.fromhex(case["header"]), case["height"])
    for header, height in ((case["not_of"], case["height"]), (case["header"], case["height"] + 1)):
        with pytest.raises(NotOfThisHeader):
            _require_below(hasher, statement, case["path"], bytes.fromhex(header), height)


def test_vectors__are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, VECTORS / "generate.py", tmp_path], check=True, timeout=30)
    assert (tmp_path / "anchors.json").read_bytes() == (VECTORS / "anchors.json").read_bytes()
