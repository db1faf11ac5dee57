"""Asks other members for the seals of heights that this node has without a quorum, in a short process of its own.

`python -m zhulian.node.comet.seal_fetch HOME HEIGHT …` writes what it was told to a file, which the ledger process judges.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec

from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.node.comet.asking import GatewayAway, ask_member

__all__ = ["main"]


def main(home: Home, heights: list[int]) -> None:
    """Ask each member in turn for what is still missing."""
    found: list[dict[str, Any]] = []
    missing = set(heights)
    for gateway in home.config().engine.gateways:
        for height in sorted(missing):
            try:
                answer = ask_member(gateway, f"/v1/seals/{height}")
            except GatewayAway:
                break
            if answer.get("seals"):
                found.append({"height": height, "seals": answer["seals"]})
    write_atomically(home.fetched_seals, msgspec.json.encode(found))


if __name__ == "__main__":
    main(Home(Path(sys.argv[1])), [int(each) for each in sys.argv[2:]])
