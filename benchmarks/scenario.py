"""What an action costs by itself: `pass_on` of the receivable pack, on a few records and on a million.

    .venv/bin/python benchmarks/scenario.py --records 1000 1000000

Measured is the handler: after the signatures were verified, before the state tree. Microseconds are on the clock, so leave the
machine alone; `least` over many runs says most on one that is shared.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from zhulian.assure.scenario_stage import measure


def main() -> None:
    """Measure at each size that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, nargs="*", default=[1_000])
    parser.add_argument("--actions", type=int, default=5_000)
    options = parser.parse_args()
    found = []
    for records in options.records:
        with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
            found.append(measure(records, options.actions, Path(folder) / "home"))
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
