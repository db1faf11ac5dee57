"""The console process, beside the node: `python -m zhulian.console.process HOME URL HOST PORT`. Its end is no end of the node."""

import os
import sys
from pathlib import Path

from zhulian.home import Home

__all__ = ["main"]

_NICE = 5


def main(arguments: list[str]) -> int:
    """Serve the console of a home, whose gateway is at URL, at HOST and PORT."""
    folder, url, host, port = arguments
    os.nice(_NICE)
    os.environ["NICEGUI_STORAGE_PATH"] = str(Path(folder) / "run" / "console")  # read when it is imported
    from zhulian.console.server import serve

    serve(Home(Path(folder)), url, host, int(port))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
