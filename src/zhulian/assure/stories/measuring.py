"""What the devices of a story sign: their cards and their batches. A device has a key of its own, the same in every run."""

from typing import Final

from zhulian.assure.stories.founding import SUITE, key_of
from zhulian.assure.stories.stage import Stage
from zhulian.client.devices.papers import make_batch, make_card
from zhulian.crypto import SoftwareSigner, suite
from zhulian.language.definition.views import Made
from zhulian.modules.device.format import BATCH_PAPER, CARD_PAPER, Reading

__all__ = ["make_batch_paper", "make_card_paper"]

_SEED: Final = bytes(32)


def make_card_paper(stage: Stage, record: str, party: str, made: Made) -> str:
    """A card: `marks` are serial, quality, unit, scale, and the least and greatest value, such as [probe-1, temperature, °C, 1, -400, 600]."""
    serial, quality, unit, scale, low, high = made.codes
    name = f"{party}.{serial}"
    paper = make_card(
        stage.chain.world.hasher,
        _signer(name),
        name,
        quality=quality,
        unit=unit,
        scale=int(scale),
        low=int(low),
        high=int(high),
    )
    return CARD_PAPER.encode(paper).decode()


def make_batch_paper(stage: Stage, record: str, party: str, made: Made) -> str:
    """A batch: `marks` are the serial, then each reading as number, minutes before now, and value, such as [probe-1, 1 30 -185, 2 20 -183]."""
    serial, *several = made.codes
    name = f"{party}.{serial}"
    readings = [_reading(name, each, stage.chain.time) for each in several]
    return BATCH_PAPER.encode(make_batch(stage.chain.world.hasher, _signer(name), readings, _SEED)).decode()


def _reading(name: str, text: str, now: int) -> Reading:
    number, before, value = (int(each) for each in text.split())
    return Reading(device=name, sequence=number, time_ms=(now - before * 60) * 1000, value=value)


def _signer(name: str) -> SoftwareSigner:
    return SoftwareSigner(suite(SUITE), key_of(name))
