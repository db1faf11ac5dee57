"""`zhulian checkpoint`: a header to start from, fetched from several nodes, published, compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import FileMissing
from zhulian.cli.output import answer
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, node_url, open_chain
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.ledger.proofs import Checkpoint

app = application("checkpoint")


@command(app, "fetch", "checkpoint.fetch.help")
def fetch(
    nodes: Annotated[list[str] | None, typer.Argument(help="checkpoint.nodes", metavar="NODE…")] = None,
    out: Annotated[Path, typer.Option("--out", help="checkpoint.out", metavar="FILE")] = Path("checkpoint.json"),
    node: Node = None,
) -> None:
    """The highest sealed header among the nodes, as a checkpoint; the digest is what others compare."""
    from zhulian.anchors.shapes import canonical_bytes
    from zhulian.client.flow import drive
    from zhulian.client.light.asking import ask_head
    from zhulian.client.light.judging import Caught
    from zhulian.client.line import HttpLine
    from zhulian.files import write_atomically

    heads = []
    with open_chain(node) as chain:
        for url in [node_url(each) for each in nodes] if nodes else [chain.core.url]:
            line = HttpLine(url)
            try:
                found = drive(ask_head(url, chain.core.trusted), line)
            finally:
                line.close()
            if isinstance(found, Caught):
                raise found.refusal
            heads.append(found.head)
        newest = max(heads, key=lambda each: each.header.height).checkpoint()
        data = canonical_bytes(newest)
        digest = chain.core.hasher.suite.digest(data + b"\n").hex()
    write_atomically(out, data + b"\n")
    answer(
        {"checkpoint": str(out), "height": newest.height, "header": newest.header, "digest": digest},
        say("checkpoint.made", height=newest.height, header=newest.header),
        say("line.written", path=out),
        say("checkpoint.publish", digest=digest),
    )


@command(app, "compare", "checkpoint.compare.help")
def compare(files: Annotated[list[Path], typer.Argument(help="checkpoint.files", metavar="FILE…")], node: Node = None) -> None:
    """Refuse where two checkpoints, or one and the node, name different headers at one height."""
    from zhulian.anchors.errors import CheckpointsDiffer
    from zhulian.errors import Words

    with open_chain(node) as chain:
        held = [(each, _read(chain, each)) for each in files]
        for path, one in held:
            for other_path, other in held:
                if one.height == other.height and one != other:
                    why = Words("区块头或下一组签章节点不同", "header or next sealers are not the same")
                    raise CheckpointsDiffer(first=str(path), second=str(other_path), height=one.height, why=why)
            shown: dict[str, Any] = chain.block(one.height)
            if shown["digest"] != one.header:
                why = Words("节点在该高度的区块头不同", "the node has another header there")
                raise CheckpointsDiffer(first=str(path), second=chain.core.url, height=one.height, why=why)
    highest = max(one.height for _, one in held)
    answer({"agree": True, "height": highest}, say("checkpoint.agree", height=highest))


def _read(chain: "Chain", path: Path) -> "Checkpoint":
    from zhulian import canonical
    from zhulian.ledger.genesis import CODEC
    from zhulian.ledger.receipts import trust

    if not path.is_file():
        raise FileMissing(path=str(path))
    held = trust(CODEC.encode(chain.core.genesis), checkpoint=canonical.read(path.read_bytes()) or {}).checkpoint
    if held is None:
        raise FileMissing(path=str(path))
    return held
