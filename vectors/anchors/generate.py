"""Writes anchors.json beside it: `python vectors/anchors/generate.py [folder]`. Statements, what is bound, and paths, for both suites."""

import json
import sys
from pathlib import Path
from typing import Any

from zhulian.anchors.shapes import canonical_bytes
from zhulian.anchors.statement import make_statement, statement_data
from zhulian.anchors.verifying import co_seal
from zhulian.crypto import GM, INTL, Hasher
from zhulian.merkle import ListTree

HERE = Path(__file__).parent


def case(hasher: Hasher, first: int, count: int, height: int) -> dict[str, Any]:
    """One statement over made-up headers, the path of one of them, and a path that leads elsewhere."""
    digests = [hasher.suite.digest(b"header %d" % number) for number in range(first, first + count)]
    chain = f"zl-vectors.{hasher.genesis.hex()}"
    statement = make_statement(hasher, chain, first, digests)
    data = statement_data(hasher, statement)
    return {
        "description": f"{hasher.suite.name}: headers {first} to {first + count - 1}, the one at {height}",
        "suite": hasher.suite.name,
        "genesis": hasher.genesis.hex(),
        "statement": json.loads(canonical_bytes(statement)),
        "preimage": data.hex(),
        "imprint": {"sha256": INTL.digest(data).hex(), "sm3": GM.digest(data).hex()},
        "co_seal": {"time_ms": 1_766_880_000_123, "signed": co_seal(hasher, statement, 1_766_880_000_123).hex()},
        "height": height,
        "header": digests[height - first].hex(),
        "path": ListTree(hasher, digests).path(height - first).to_json(),
        "not_of": digests[(height - first + 1) % count].hex() if count > 1 else "00" * 32,
    }


def main() -> None:
    """Write the file."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    hashers = [Hasher(GM, bytes(range(32))), Hasher(INTL, bytes(range(32)))]
    cases = [case(hasher, *given) for hasher in hashers for given in ((1, 1, 1), (1, 5, 3), (41, 100, 140))]
    (folder / "anchors.json").write_text(json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
