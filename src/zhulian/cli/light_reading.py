"""`zhulian state --light`: one value from several nodes of which none is trusted; what was newest is kept for the next time."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhulian import canonical
from zhulian.cli.errors import FileMissing
from zhulian.cli.output import answer, when
from zhulian.cli.session import acting_home, node_url, open_chain
from zhulian.cli.words import language, say
from zhulian.files import write_atomically

__all__ = ["read_light"]


def read_light(
    node: str | None, key: Sequence[str], nodes: Sequence[str], max_age_s: int, certain: bool, checkpoint: Path | None = None
) -> None:
    """Read a key from `nodes` and say how fresh it is, who stands for that, and who was caught.

    It starts from the checkpoint that this home keeps, or from the given one where that is no lower.

    Raises:
        FileMissing. NotEnoughSay, NothingProved, ChainForked. ProofFault: a checkpoint is none, or another chain's.
    """
    keep = acting_home(node).client / "checkpoint.json"
    held = _higher(_read(keep) if keep.is_file() else None, None if checkpoint is None else _read(checkpoint))
    with (
        open_chain(node) as chain,
        chain.light([node_url(each) for each in nodes], max_age_s=max_age_s, certain=certain, checkpoint=held) as light,
    ):
        found = light.state(key)
        keep.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(keep, canonical.encode(light.checkpoint))
        zone = chain.core.genesis.zone
    fresh = found.fresh
    caught = [{"url": each.url, "code": each.refusal.code, "said": each.refusal.say(language())} for each in found.caught]
    document = {
        "key": list(found.key),
        "present": found.present,
        "value": found.value,
        "height": found.height,
        "time_ms": found.time_ms,
        "url": found.url,
        "as_of_ms": fresh.as_of_ms,
        "by": list(fresh.by),
        "power": fresh.power,
        "whole": fresh.whole,
        "certain": fresh.certain,
        "caught": caught,
    }
    words = "state.present" if found.present else "state.absent"
    lines = [say(words, key="/".join(found.key), height=found.height, time=when(found.time_ms, zone))]
    lines.append(
        say("state.fresh", time=when(fresh.as_of_ms, zone), by=", ".join(fresh.by), power=fresh.power, whole=fresh.whole)
    )
    lines += [say("state.caught", code=each["code"], said=each["said"]) for each in caught]
    lines += [json.dumps(found.value, ensure_ascii=False, indent=1)] if found.present else []
    answer(document, *lines)


def _read(path: Path) -> Any:
    if not path.is_file():
        raise FileMissing(path=str(path))
    return canonical.read(path.read_bytes())


def _higher(kept: Any, given: Any) -> Any:
    """The one to start from; whether it is a checkpoint of this chain is found out where it is used."""
    if kept is None or given is None:
        return given if kept is None else kept
    heights = [each.get("height", 0) if isinstance(each, dict) else 0 for each in (kept, given)]
    return given if not isinstance(heights[1], int) or heights[1] >= heights[0] else kept
