"""Devices for tests: what they sign, and a stage to hand it in."""

from typing import Any

from tests.modules.lent import Stage
from zhulian.client.devices.papers import make_batch, make_card
from zhulian.crypto import SoftwareSigner
from zhulian.language.lending import Caller
from zhulian.modules.device.format import BATCH_PAPER, CARD_PAPER, BatchPaper, CardPaper, Reading

__all__ = ["CALLER", "CERTIFICATE", "NAME", "Bench", "read_at"]

NAME = "org1.probe-7"
CERTIFICATE = "ce" * 32
CALLER = Caller("cold", "do", parties=("org1",))
SEED = bytes(32)
DAY = 86_400


def read_at(start_ms: int, first: int, values: list[int], *, step_ms: int = 1000, device: str = NAME) -> list[Reading]:
    """Readings a step apart from `start_ms` on, numbered from `first`."""
    return [
        Reading(device=device, sequence=first + place, time_ms=start_ms + place * step_ms, value=value)
        for place, value in enumerate(values)
    ]


class Bench:
    """A stage with a device's key."""

    def __init__(self, suite: str = "gm") -> None:
        self.stage = Stage(suite)
        self.world = self.stage.world
        self.hasher = self.world.world.hasher
        self.key = self.signer(7)

    def signer(self, number: int) -> SoftwareSigner:
        """A key by number."""
        chosen = self.hasher.suite
        return SoftwareSigner(chosen, chosen.private_key(number.to_bytes(32, "big")))

    def card(self, device: str = NAME, key: SoftwareSigner | None = None, **changed: Any) -> CardPaper:
        """A card of a thermometer."""
        given = {"quality": "temperature", "unit": "°C", "scale": 1, "low": -400, "high": 600, **changed}
        return make_card(self.hasher, key or self.key, device, **given)

    def batch(self, readings: list[Reading], key: SoftwareSigner | None = None) -> BatchPaper:
        """A batch of readings."""
        return make_batch(self.hasher, key or self.key, readings, SEED)

    def enrol(self, paper: CardPaper | str | None = None, **changed: Any) -> str:
        """What becomes of the verb `enrol`."""
        paper = paper if paper is not None else self.card()
        text = paper if isinstance(paper, str) else CARD_PAPER.encode(paper).decode()
        until = self.world.time + 30 * DAY
        given = {"device": NAME, "owner": "org1", "card": text, "until": until, "certificate": CERTIFICATE, **changed}
        return self.stage.refusal("enrol", CALLER, given)

    def measure(self, paper: BatchPaper | str, device: str = NAME) -> str:
        """What becomes of the verb `measure`."""
        text = paper if isinstance(paper, str) else BATCH_PAPER.encode(paper).decode()
        return self.stage.refusal("measure", CALLER, {"device": device, "batch": text})

    def ask(self, read: str, *values: Any) -> Any:
        """The answer of a read."""
        return self.stage.ask(read, CALLER, *values)

    @property
    def now_ms(self) -> int:
        """Block time in milliseconds."""
        return self.world.time * 1000
