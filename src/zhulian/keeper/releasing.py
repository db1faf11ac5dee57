"""Releasing a share for one opening: everything that decides is proved against the genesis, not believed of a node."""

from typing import Literal

from zhulian.client.core import Core
from zhulian.client.errors import FromNode
from zhulian.client.flow import Flow, work
from zhulian.client.reading import state
from zhulian.client.sealed.holders import holder
from zhulian.client.sealed.making import Holder
from zhulian.client.sealed.objects import fetch_small, upload_bytes, vaults
from zhulian.client.submit import submit
from zhulian.crypto.wrapping import Envelope, unwrap, wrap

__all__ = ["Released", "release"]

Released = Literal["served", "not mine", "not yet", "over"]
"""What became of it: the share was released; this keeper has none; no seals prove the opening yet; it was served before, or is gone."""

_ALREADY = frozenset(("share/12", "share/28"))


def release(core: Core, keeper: str, opening: str) -> Flow[Released]:
    """Release this keeper's share for an opening that the chain holds, re-encrypted to its reader, and sign `share.serve`.

    Raises:
        NoKeyOnChain, NoDecryptionKey, ObjectLost, CannotOpen: it cannot be done now. FromNode, ProofFault, Unreachable.
    """
    fact = yield from state(core, ("share/openings", opening))
    if not fact.present or not isinstance(fact.value, dict):
        return "not yet"
    asked = fact.value
    kept = yield from state(core, ("share/shares", asked["content"], asked["owner"], keeper))
    if not kept.present:
        return "not mine"
    content = yield from state(core, ("share/contents", asked["content"], asked["owner"]))
    if not content.present or content.value.get("erased") is not None:
        return "over"
    if any(each["keeper"] == keeper for each in asked.get("served", [])):
        return "over"
    reader = yield from holder(core, asked["reader"])
    if reader.key != asked["key"]:  # the reader has changed its key since, and opens again
        return "over"
    where = yield from vaults(core)
    blob, vault = str(content.value["blob"]), str(content.value["vault"])
    data = yield from fetch_small(core, where, kept.value["envelope"], keeper, vault)
    released = yield from work(_rewrapped, core, kept.value["key"], data, reader, blob, opening)
    envelope = yield from upload_bytes(core, released, asked["content"])
    try:
        message = {"type": "share.serve", "envelope": envelope, "opening": opening}
        yield from submit(core, [message], signers=[keeper], intent=f"serve:{opening}:{keeper}")
    except FromNode as no:
        if no.code not in _ALREADY:
            raise
        return "over"
    return "served"


def _rewrapped(core: Core, key: str, data: bytes, reader: Holder, blob: str, opening: str) -> bytes:
    envelope, share = unwrap(core.hasher, core.decryption_key(key), data)
    again = Envelope("release", blob, reader.name, reader.key, envelope.index, opening)
    return wrap(core.hasher, reader.public_key, again, share)
