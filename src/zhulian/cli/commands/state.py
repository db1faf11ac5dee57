"""`zhulian state`: one state value with its proof, or a page of a collection."""

import json
from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.output import answer, when
from zhulian.cli.parser import subcommand
from zhulian.cli.session import Node, open_chain
from zhulian.cli.words import say

app, register = subcommand("state", "state.help")


@register
def state(
    collection: Annotated[str, typer.Argument(help="state.collection", metavar="COLLECTION")],
    key: Annotated[list[str] | None, typer.Argument(help="state.key", metavar="[KEY…]")] = None,
    height: Annotated[int | None, typer.Option("--height", help="state.height", metavar="HEIGHT", min=1)] = None,
    prefix: Annotated[list[str] | None, typer.Option("--prefix", help="state.prefix", metavar="PART")] = None,
    after: Annotated[str | None, typer.Option("--after", help="state.after", metavar="CURSOR")] = None,
    limit: Annotated[int, typer.Option("--limit", help="state.limit", metavar="N", min=1, max=100)] = 50,
    is_list: Annotated[bool, typer.Option("--list", help="state.list")] = False,
    light: Annotated[list[str] | None, typer.Option("--light", help="state.light", metavar="NODE")] = None,
    max_age: Annotated[int, typer.Option("--max-age", help="state.max_age", metavar="SECONDS", min=1)] = 60,
    certain: Annotated[bool, typer.Option("--certain", help="state.certain")] = False,
    checkpoint: Annotated[Path | None, typer.Option("--checkpoint", help="state.checkpoint", metavar="FILE")] = None,
    node: Node = None,
) -> None:
    """Show the proved value at a key, or with `--list` a page of the collection."""
    if light:
        from zhulian.cli.light_reading import read_light

        read_light(node, (collection, *(key or ())), light, max_age, certain, checkpoint)
        return
    with open_chain(node) as chain:
        if is_list or prefix or after:
            page = chain.page(collection, prefix=prefix or (), after=after, limit=limit)
            lines = [f"{'/'.join(each['key'])}  {json.dumps(each['value'], ensure_ascii=False)}" for each in page.items]
            lines += [say("state.more", cursor=page.next)] if page.next is not None else []
            answer({"items": page.items, "next": page.next}, *lines)
            return
        proved = chain.state((collection, *(key or ())), height=height)
        zone = chain.core.genesis.zone
    document = {
        "key": list(proved.key),
        "present": proved.present,
        "value": proved.value,
        "height": proved.height,
        "time_ms": proved.time_ms,
    }
    words = "state.present" if proved.present else "state.absent"
    lines = [say(words, key="/".join(proved.key), height=proved.height, time=when(proved.time_ms, zone))]
    lines += [json.dumps(proved.value, ensure_ascii=False, indent=1)] if proved.present else []
    answer(document, *lines)
