"""Signing by a key in the browser: the page shows what is to be signed, the browser signs it, and a flow waits for it like for any other signer."""

import asyncio
import json
from concurrent.futures import TimeoutError as TooLate
from typing import TYPE_CHECKING, Any, Final

from nicegui import Client

from zhulian.console.errors import SigningStopped
from zhulian.console.words import LANGUAGES
from zhulian.console.words.messages import FIELDS, MESSAGES
from zhulian.crypto import CryptoFault, Hasher

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["BrowserSigner"]

_PATIENCE_S: Final = 120
_TEXTS: Final = ("as", "passphrase", "raw", "sign", "stop", "title", "wrong")


class BrowserSigner:
    """The seam `Signer`, filled by the browser that shows `page`. `sign` blocks and is called from a thread, never from the loop."""

    def __init__(self, page: "Page", hasher: Hasher, public_key: bytes, client: Client) -> None:
        self.public_key = public_key
        self.suite = hasher.suite
        self._page = page
        self._hasher = hasher
        self._client = client
        self._loop = asyncio.get_running_loop()

    def sign(self, preimage: bytes) -> bytes:
        """The signature over `preimage`, once the person has read what it says and confirmed it.

        Raises:
            SigningStopped: not confirmed, not in time, or by another key. NotEntered: the session is over.
        """
        self._page.present()
        asked = asyncio.run_coroutine_threadsafe(self._ask(preimage), self._loop)
        try:
            answer = asked.result(_PATIENCE_S + 10)
        except (TooLate, TimeoutError):
            raise SigningStopped() from None
        try:
            signature = bytes.fromhex(answer["signature"])
            self._hasher.suite.verify(self.public_key, preimage, signature)
        except (KeyError, TypeError, ValueError, CryptoFault):
            raise SigningStopped() from None
        return signature

    async def _ask(self, preimage: bytes) -> dict[str, Any]:
        language = self._page.language
        texts: dict[str, Any] = {each: LANGUAGES[language][f"sign.{each}"] for each in _TEXTS}
        place = 0 if language == "zh" else 1
        texts["locale"] = "zh-CN" if language == "zh" else "en-GB"
        texts["messages"] = {name: words[place] for name, words in MESSAGES.items()}
        texts["fields"] = {name: words[place] for name, words in FIELDS.items()}
        asked = {
            "genesis": self._hasher.genesis.hex(),
            "patience_s": _PATIENCE_S,
            "preimage": preimage.hex(),
            "signer": self._page.visitor.person,
            "texts": texts,
        }
        with self._client:
            found = await self._client.run_javascript(f"zhulianKeys.ask({json.dumps(asked)})", timeout=_PATIENCE_S + 5)
        return found if isinstance(found, dict) else {}
