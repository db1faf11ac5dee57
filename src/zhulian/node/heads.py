"""Says on request what the newest header is, signed with this node's seal key, so that nobody is shown an old state as the newest."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from zhulian.consensus.application import Application
from zhulian.crypto import Signer
from zhulian.errors import Refusal
from zhulian.ledger.heads import FORMAT, speak
from zhulian.ledger.proving import NotSealedYet
from zhulian.node.methods import Nothing

__all__ = ["Heads", "NoVoice", "NotUpToDate"]

_SEALED_S = 5.0
_LOOK_S = 0.02
_SAME_MS = 200
"""A word is given again for so long: many clients cost one signature."""


class NoVoice(
    Refusal,
    code="node/30",
    zh="本节点不是签章节点，无权声明最新高度。请向签章机构的节点查询。",
    en="This node is no sealer, so its word on the newest height does not count. Ask the nodes of organisations that seal.",
):
    pass


class NotUpToDate(
    Refusal,
    code="node/31",
    zh="本节点未与足够多的节点连通，或正在追赶，无法声明最新高度。请稍后重试，或查询其他节点。",
    en="This node does not reach enough of the others, or is catching up, so it cannot say which height is the newest. "
    "Try again in a moment, or ask other nodes.",
):
    pass


class Heads:
    """One node's word on what is newest. `accepting` tells whether it stands where the chain is; `clock` is Unix milliseconds."""

    def __init__(
        self, application: Application, signer: Signer | None, clock: Callable[[], int], accepting: Callable[[], bool]
    ) -> None:
        self._application = application
        self._signer = signer
        self._clock = clock
        self._accepting = accepting
        self._last: tuple[int, bytes, dict[str, Any]] | None = None

    def handlers(self) -> dict[str, Callable[[Any], Awaitable[Any]]]:
        """The methods that this answers."""
        return {"spoken_head": self.spoken_head}

    async def spoken_head(self, _: Nothing) -> dict[str, Any]:
        """See `LedgerClient.spoken_head`: the header that is newest now, as soon as it has its seals.

        The time that is signed is that of the question: a header that is newer by the time of the answer makes it no lie.

        Raises:
            NotUpToDate, NoVoice, NotSealedYet.
        """
        now_ms, head = self._clock(), self._application.head
        if self._last is not None and self._last[1] == head.digest and 0 <= now_ms - self._last[0] < _SAME_MS:
            return self._last[2]
        if not self._accepting():
            raise NotUpToDate()
        left = _SEALED_S
        while True:
            try:
                document = self.say(head.height, head.digest, now_ms)
            except NotSealedYet:
                if left <= 0 or not head.height:
                    raise
            else:
                self._last = now_ms, head.digest, document
                return document
            left -= _LOOK_S
            await asyncio.sleep(_LOOK_S)

    def say(self, height: int, digest: bytes, now_ms: int) -> dict[str, Any]:
        """The document: that at `now_ms` the header at `height` was the newest.

        Raises:
            NoVoice, NotSealedYet.
        """
        sealers = self._application.sealers_at(height + 1)
        signer = self._signer
        name = next((each.sealer for each in sealers if signer is not None and each.public_key == signer.public_key.hex()), None)
        if signer is None or name is None:
            raise NoVoice()
        found = self._application.prover.sealed_head(height)
        spoken = speak(self._application.world.hasher, signer, name, digest.hex(), now_ms)
        return {"format": FORMAT, **found, "spoken": spoken}
