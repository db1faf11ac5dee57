"""Where a chain began anew with its engine: the last header before, and who votes after it.

So it is where one node had made the chain alone, and where members went on without others that are lost. The engine begins anew at its own height 1 with that header's digest; the ledger goes on. What stands here follows from the chain,
and every node holds it against its own copy before it starts.
"""

from pathlib import Path
from typing import Annotated

from msgspec import Meta

from zhulian import canonical
from zhulian.errors import Refusal, Words
from zhulian.ledger.blocks import header_digest, sealers_root
from zhulian.ledger.genesis import EngineKey, Genesis
from zhulian.ledger.types import Digest, Header, Sealer, Wire

__all__ = ["ADOPTION_CODEC", "Adoption", "BadAdoption", "adopted_digest", "read_adoption"]

_BYTES_MAX = 1024 * 1024


class BadAdoption(
    Refusal,
    code="engine/7",
    zh="组网起点文件 {path} 有误：{why.zh}。请向其他机构重新索取，并核对其摘要。",
    en="The file {path}, from which the network begins, is wrong: {why.en}. Ask another organisation for it again and compare its digest.",
):
    path: str
    why: Words


class Adoption(Wire, frozen=True):
    """The header after which the network makes the blocks, the set that it commits to, and the engines' keys by sealer.

    `agreement` is the digest of the members' agreement to go on, where there was one; it gives the engine's chain another name.
    """

    format: Annotated[str, Meta(pattern=r"\Azhulian/adoption/1\Z")]
    header: Header
    sealers: list[Sealer]
    validators: dict[str, EngineKey]
    agreement: Digest | None = None


ADOPTION_CODEC: canonical.Codec[Adoption] = canonical.Codec(Adoption)


def read_adoption(path: Path, genesis: Genesis) -> Adoption | None:
    """The file, held against the chain's name and its own header; None where there is none.

    Raises:
        BadAdoption.
    """
    if not path.is_file():
        return None
    try:
        found = ADOPTION_CODEC.decode(path.read_bytes()[: _BYTES_MAX + 1], _BYTES_MAX)
    except Refusal as wrong:
        raise BadAdoption(path=str(path), why=wrong.words()) from None
    if found.header.chain != genesis.chain():
        raise BadAdoption(path=str(path), why=Words("属于另一条链", "it is another chain's"))
    if sealers_root(genesis.hasher(), found.sealers).hex() != found.header.next_sealers_root:
        raise BadAdoption(path=str(path), why=Words("签章节点与区块头所承诺的不同", "the header commits to other sealers"))
    if sorted(found.validators) != [each.sealer for each in found.sealers]:
        raise BadAdoption(path=str(path), why=Words("共识节点与签章节点不一致", "not every sealer has an engine key"))
    return found


def adopted_digest(adoption: Adoption, genesis: Genesis) -> bytes:
    """The digest from which the engine begins."""
    return header_digest(genesis.hasher(), adoption.header)
