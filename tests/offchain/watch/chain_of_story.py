"""The chain of a story as the index follows one: everything that a pack's story does, at hand in milliseconds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.meta.source import ROOT
from zhulian.assure.stories import playing
from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.playing import Played
from zhulian.assure.stories.stage import Stage, set_stage
from zhulian.consensus.application import Application
from zhulian.language.definition.check import Checked
from zhulian.node import methods
from zhulian.node.reads import Reads

FOLDER = ROOT / "src" / "zhulian" / "scenarios"


class LedgerOfStory:
    """Answers as `LedgerClient` does; blocks are taken as they are, since no one seals the chain of a story."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._reads = Reads(application)
        self.upto = application.head.height

    async def status(self) -> dict[str, Any]:
        head = self._application.head
        return {"height": self.upto, "chain": self._application.world.chain, "first": 1, "time_ms": head.time_ms}

    async def genesis(self) -> dict[str, Any]:
        return await self._reads.genesis(methods.Nothing())

    async def follow(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        found = []
        for height in range(after_height + 1, min(after_height + limit, self.upto) + 1):
            record = self._reads._store.block(height)
            assert record is not None
            digest = self._application.world.hasher.digest("header", record.header)
            raw = {"header": record.header, "results": record.results, "envelopes": record.envelopes, "ran": record.ran}
            found.append({"height": height, "digest": digest, **raw})
        return found

    async def page(self, collection: str, prefix: Any = (), after: str | None = None, limit: int = 50) -> dict[str, Any]:
        return await self._reads.page(methods.Page(collection, list(prefix), after, limit))


def play_story(pack: str | Path, name: str, patch: Callable[..., None]) -> tuple[Played, Stage]:
    """Play a story of a pack (or of a file) to its end; what was played, and its stage."""
    path = FOLDER / pack / "scenario.yaml" if isinstance(pack, str) else pack
    checked = read_pack(path)
    return play_checked(checked, name, path, patch)


def play_checked(checked: Checked, name: str, path: Path, patch: Callable[..., None]) -> tuple[Played, Stage]:
    """As `play_story`, of a definition that was read already."""
    stages: list[Stage] = []

    def set_and_keep(*given: Any) -> Stage:
        stages.append(set_stage(*given))
        return stages[-1]

    patch(playing, "set_stage", set_and_keep)
    story = next(each for each in checked.definition.tree.stories if each.name == name)
    played = playing.play(checked, story, Packs(path), folder=path.parent)
    assert played.passed, [str(each.fault) for each in played.steps if each.fault]
    return played, stages[0]
