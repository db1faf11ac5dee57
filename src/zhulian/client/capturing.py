"""Capture a page from the web and deposit the bundle: one bundle, one deposit, one receipt."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.evidence import Deposit, deposit
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.sealed.describing import Describing
from zhulian.ledger.heads import verify_head

if TYPE_CHECKING:
    from zhulian.offchain.capture.taking import Options

__all__ = ["Captured", "capture"]


@dataclass(frozen=True)
class Captured:
    """A captured page: the bundle's manifest, and its deposit."""

    manifest: dict[str, Any]
    deposit: Deposit


def capture(
    core: Core,
    url: str,
    path: str | os.PathLike[str] | None = None,
    *,
    options: "Options | None" = None,
    signer: str | Identity | None = None,
) -> Flow[Captured]:
    """Capture the page at `url` with a real browser into a bundle at `path`, and deposit it (named by host and time without `path`).

    The manifest names the newest block of the moment before, so that the capture lies between that block and the deposit's.

    Raises:
        Refusal: `capture/1` to `capture/13`, as their sentences say. FromNode, Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    from zhulian.offchain.capture.taking import Options, require_url
    from zhulian.offchain.capture.taking import capture as take

    require_url(url)
    yield from work(core.identities, None if signer is None else [signer])  # who signs is known before the page is opened
    after = yield from _newest(core)
    bundle = yield from work(take, url, None if path is None else Path(path), options or Options(), after)
    done = yield from deposit(core, bundle.path, source="web_capture", signer=signer, describing=Describing(url))
    return Captured(bundle.manifest, done)


def _newest(core: Core) -> Flow[dict[str, Any] | None]:
    """The newest block, proved; None where the node shows none, as on a chain without blocks."""
    answer = yield from call(Call("GET", path_of("head", "spoken")))
    if answer.status >= 300:
        return None
    proved = verify_head(as_json(answer, core.url), core.trusted)
    return {
        "chain": core.chain,
        "header": proved.digest,
        "height": proved.header.height,
        "time_ms": proved.header.time_ms,
    }
