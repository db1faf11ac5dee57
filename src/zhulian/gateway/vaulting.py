"""The gateway's side of the vault: it opens it once, asks the chain who may read, and carries out erasures as they come."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from zhulian.crypto import Suite
from zhulian.errors import Refusal
from zhulian.gateway.chain import ChainSource
from zhulian.gateway.errors import ContentTakenDown, NotYours, NoVault
from zhulian.gateway.ledger import Ledger
from zhulian.offchain.courier.delivering import first_kept
from zhulian.offchain.vault import Vault, may_read, standing_of, taken_down
from zhulian.offchain.vault.standing import Asking

__all__ = ["OpenVault", "VaultDesk"]

T = TypeVar("T")
OpenVault = Callable[[Suite], Vault]
_PAGE = 64
_WAIT_MS = 5_000
_PAUSE_S = 1.0
_LOOK_S = 0.1
_ENDINGS = ("share.erased", "share.withdrawn")
_log = logging.getLogger("zhulian.gateway")


class VaultDesk:
    """One vault behind one gateway; `opens` is None where the node keeps none."""

    def __init__(self, ledger: Ledger, chain: ChainSource, opens: OpenVault | None) -> None:
        self._ledger = ledger
        self._chain = chain
        self._opens = opens
        self._lock = asyncio.Lock()
        self._vault: Vault | None = None
        self._following: asyncio.Task[None] | None = None

    async def vault(self) -> Vault:
        """The vault, opened at first need.

        Raises:
            NoVault, VaultMisconfigured, StoreFails. Refusal, ConnectionError: the ledger does not answer yet.
        """
        if self._vault is None:
            if self._opens is None:
                raise NoVault()
            async with self._lock:
                if self._vault is None:
                    self._vault = await asyncio.to_thread(self._opens, (await self._chain.get()).suite)
        return self._vault

    async def require_reader(self, digest: str, party: str) -> None:
        """Check that the chain lets a party fetch an object.

        Raises:
            NotYours, ContentTakenDown; those of `vault`.
        """
        brought_by = (await self.vault()).brought_by(digest)
        if not await self._settle(may_read(digest, party, brought_by)):
            raise NotYours(digest=digest, party=party)
        ended = await self._settle(taken_down(digest))
        if ended is not None:
            raise ContentTakenDown(reason=ended["reason"], height=ended["height"], basis=ended["basis"])

    def start(self) -> None:
        """Begin to follow the chain for erasures."""
        if self._opens is not None:
            self._following = asyncio.get_running_loop().create_task(self._follow())

    async def close(self) -> None:
        """Stop following, and close the vault."""
        if self._following is not None:
            self._following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._following
        if self._vault is not None:
            self._vault.close()

    async def _follow(self) -> None:
        while True:
            try:
                await self._carry_out()
            except ConnectionError:  # it starts, or stops
                await asyncio.sleep(_PAUSE_S)
            except (Refusal, OSError) as wrong:
                _log.warning("erasures wait: %s", wrong)
                await asyncio.sleep(_PAUSE_S)

    async def _carry_out(self) -> None:
        """Follow the chain from where this vault was, and remove what an erasure or a withdrawal ended."""
        vault = await self.vault()
        at = vault.followed
        if at is None:
            at = vault.followed = int((await self._ledger.status())["height"])
        while True:
            try:
                blocks = await self._ledger.events(at, _PAGE, _WAIT_MS)
            except Refusal as no:
                first = first_kept(no)
                if first is None or first <= at + 1:
                    raise
                _log.warning(
                    "erasures between heights %d and %d were not seen; run zhulian vault sweep: %s", at + 1, first - 1, no
                )
                at = vault.followed = first - 1
                continue
            for block in blocks:
                for content in _ended(block):
                    await self._until_proved(int(block["height"]))
                    await self._remove(vault, content)
            if blocks:
                at = vault.followed = int(blocks[-1]["height"])

    async def _until_proved(self, height: int) -> None:
        """Wait until the state that the ledger shows is that behind `height`: blocks are there a moment before their seals."""
        while True:
            shown = await self._ledger.state(("share/blobs", "00" * 32))
            if int(shown["header"]["height"]) >= height:
                return
            await asyncio.sleep(_LOOK_S)

    async def _remove(self, vault: Vault, content: str) -> None:
        for digest in vault.brought_for(content):
            if await self._settle(standing_of(digest)) == "dead":
                await asyncio.to_thread(vault.delete, digest)

    async def _settle(self, asking: Asking[T]) -> T:
        try:
            key = next(asking)
            while True:
                key = asking.send(await self._value(key))
        except StopIteration as stop:
            answer: T = stop.value
            return answer

    async def _value(self, key: tuple[str, ...]) -> dict[str, Any] | None:
        asked: Awaitable[dict[str, Any]] = self._ledger.state(key)
        return (await asked).get("value")


def _ended(block: dict[str, Any]) -> list[str]:
    """The contents of which a block ends something."""
    return [
        str(event.get("content", event.get("scope", "")))
        for each in (*block["transactions"], *block.get("ran", []))
        for event in each.get("events", [])
        if event.get("type") in _ENDINGS
    ]
