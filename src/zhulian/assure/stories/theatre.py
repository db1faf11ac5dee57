"""A process that plays one story of a shipped pack for one watcher: `python -m zhulian.assure.stories.theatre PACK STORY`.

It writes JSON, one object a line: first the play, then one scene for each line that it reads; it ends with the story or with its input.
Nothing of it reaches a chain of somebody: everything happens in memory, on a chain of its own.
"""

import json
import os
import resource
import sys
from importlib import resources
from pathlib import Path
from typing import Any

from zhulian.assure.stories.packs import Packs, read_pack
from zhulian.assure.stories.showing import Play, play_of, raise_curtain, scene_of, story_of
from zhulian.errors import Refusal

__all__ = ["main"]

_NICE = 10
_MEMORY_BYTES = 2 * 1024**3
_CPU_S = 300


def main(arguments: list[str]) -> int:
    """Play; answers the exit status, 1 where the story could not begin, after a line with `refused`."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))
    pack, name = arguments
    try:
        play = _play(Path(str(resources.files("zhulian") / "scenarios" / pack / "scenario.yaml")), name)
    except Refusal as no:
        _write({"refused": no.as_problem()})
        return 1
    _write(play_of(play))
    scenes = play.scenes()
    for _ in sys.stdin:
        scene = next(scenes, None)
        if scene is None:
            return 0
        _write(scene_of(scene))
    return 0


def _play(path: Path, name: str) -> Play:
    checked = read_pack(path)
    return raise_curtain(checked, story_of(checked, name), Packs(path), folder=path.parent)


def _write(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
