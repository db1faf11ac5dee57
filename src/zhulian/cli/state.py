"""What holds for one run of the command: how to answer, which home, which genesis."""

from dataclasses import dataclass
from pathlib import Path

from zhulian.home import Home

__all__ = ["Settings", "genesis_near", "home", "settings"]


@dataclass
class Settings:
    """Set from the common options before a command runs."""

    json: bool = False


settings = Settings()


def home() -> Home:
    """The home that ZHULIAN_HOME names, or ~/.zhulian."""
    return Home.default()


def genesis_near(named: Path | None, *files: Path) -> bytes:
    """The genesis document that is named, else the first `genesis.json` beside one of the files, else the home's.

    Raises:
        NoGenesis: there is none.
    """
    if named is not None:
        return named.read_bytes()
    for file in files:
        beside = file.with_name("genesis.json")
        if beside.is_file():
            return beside.read_bytes()
    return home().genesis_bytes()
