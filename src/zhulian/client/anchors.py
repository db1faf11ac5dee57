"""Flows round anchors: headers that are checked back from a sealed head, co-seals, and the anchors of a receipt."""

from typing import Any

import msgspec

from zhulian import canonical
from zhulian.anchors.errors import AlreadyThere, HeadersDoNotLink, SealedOtherwise
from zhulian.anchors.shapes import ANCHOR, Anchor, CoSealProof, Statement, canonical_bytes
from zhulian.anchors.statement import make_statement
from zhulian.anchors.verifying import Held, ProvedAnchor, co_seal, verify_attached
from zhulian.client.answers import as_json, path_of
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Call, Flow, call
from zhulian.crypto import fingerprint
from zhulian.errors import Words
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.heads import ProvedHead, verify_head
from zhulian.ledger.receipts import ProvedReceipt
from zhulian.ledger.types import Header

__all__ = ["Seen", "attached", "checked_headers", "hand_in", "make_co_seal"]

_PAGE = 100
_HEADER = msgspec.json.Decoder(Header)


class Seen(msgspec.Struct, frozen=True):
    """The last header that a witness has co-sealed; height 0 and the genesis digest before the first."""

    height: int
    header: str


def spoken_head(core: Core) -> Flow[ProvedHead]:
    """The newest header that the node has, sealed.

    Raises:
        ProofFault, FromNode, Unreachable.
    """
    document = as_json((yield from call(Call("GET", path_of("head", "spoken")))), core.url)
    return verify_head(document, core.trusted)


def checked_headers(core: Core, seen: Seen, most: int) -> Flow[list[bytes]]:
    """The digests of all headers after `seen`, at most `most`, each linked to the next and the newest of all sealed.

    Raises:
        AlreadyThere: there are none. SealedOtherwise: the chain does not go on from `seen`. HeadersDoNotLink: the node shows
            headers that do not belong together. ProofFault, FromNode, Unreachable.
    """
    newest = yield from spoken_head(core)
    if newest.header.height < seen.height:
        raise AlreadyThere(height=seen.height)
    if newest.header.height == seen.height:
        if newest.digest != seen.header:
            raise SealedOtherwise(height=seen.height, before=seen.header, now=newest.digest)
        raise AlreadyThere(height=seen.height)
    found: list[bytes] = []
    height, wanted = newest.header.height, newest.digest
    while height > seen.height:
        limit = min(_PAGE, height - seen.height)
        query = [("before", str(height + 1)), ("limit", str(limit))]
        page = as_json((yield from call(Call("GET", path_of("blocks"), query))), core.url)
        for header in _headers(page, core.url):
            if height == seen.height:
                break
            if header.height != height or header_digest(core.hasher, header).hex() != wanted:
                raise HeadersDoNotLink(height=height)
            found.append(bytes.fromhex(wanted))
            height, wanted = height - 1, header.previous
        if not page["items"]:
            raise HeadersDoNotLink(height=height)
    if wanted != seen.header:
        raise SealedOtherwise(height=seen.height, before=seen.header, now=wanted)
    return found[::-1][:most]


def _headers(page: Any, url: str) -> list[Header]:
    try:
        return [_HEADER.decode(canonical.encode(each["header"])) for each in page["items"]]
    except (KeyError, TypeError, ValueError) as wrong:
        raise StrangeAnswer(url=url, why=Words.quote(wrong)) from None


def make_co_seal(core: Core, statement: Statement, identity: Identity, certificates: list[bytes], time_ms: int) -> Anchor:
    """The co-seal of `identity` over a statement; certificates as DER, leaf first."""
    signature = identity.signer.sign(co_seal(core.hasher, statement, time_ms)).hex()
    proof = CoSealProof(
        certificates=[each.hex() for each in certificates],
        key=fingerprint(core.hasher.suite, identity.signer.public_key),
        signature=signature,
        signer=identity.name,
        time_ms=time_ms,
    )
    return Anchor(format=ANCHOR, proof=proof, statement=statement)


def statement_after(core: Core, seen: Seen, digests: list[bytes]) -> Statement:
    """The statement over the headers after `seen`."""
    return make_statement(core.hasher, core.chain, seen.height + 1, digests)


def hand_in(core: Core, anchor: Anchor) -> Flow[dict[str, Any]]:
    """Hand a co-seal to the node, which serves it from then on.

    Raises:
        FromNode, Unreachable.
    """
    found: dict[str, Any] = as_json((yield from call(Call("POST", path_of("anchors"), body=canonical_bytes(anchor)))), core.url)
    return found


def attached(core: Core, proved: ProvedReceipt, held: Held) -> Flow[tuple[dict[str, Any], list[ProvedAnchor]]]:
    """The anchors of a receipt's header, as they go into a file, and what they prove.

    Raises:
        FromNode: `anchor/5` where there is none yet. AnchorFault, TimestampFault: they do not hold.
    """
    document = as_json((yield from call(Call("GET", path_of("anchors", str(proved.height))))), core.url)
    digest = header_digest(core.hasher, proved.header)
    return document, verify_attached(document, digest, proved.height, core.trusted, held)
