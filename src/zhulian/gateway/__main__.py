"""`python -m zhulian.gateway`: serve the node of $ZHULIAN_HOME on $ZHULIAN_PORT."""

import os
from pathlib import Path

from zhulian.gateway.serve import main

if __name__ == "__main__":
    main(
        Path(os.environ.get("ZHULIAN_HOME") or Path.home() / ".zhulian"),
        os.environ.get("ZHULIAN_HOST") or "127.0.0.1",
        int(os.environ.get("ZHULIAN_PORT") or 8420),
    )
